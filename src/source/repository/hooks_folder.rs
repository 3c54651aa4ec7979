//! Where git looks for the hooks of a repository.
//!
//! ```text
//! core.hooksPath of the repository      its own folder, relative to the work tree's root
//! core.hooksPath of the user            shared: to install there would serve every repository
//! none                                  .git/hooks of the main work tree
//! ```

use std::path::{Path, PathBuf};

use super::libgit2::variable;
use super::place::Place;
use crate::error::Error;
use crate::location::absolute;

/// The folder in which git looks for the hooks of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksFolder {
    /// The folder, which need not exist.
    pub path: PathBuf,
    /// True where it serves other repositories, too: `core.hooksPath` of the
    /// user's or the machine's configuration.
    pub shared: bool,
    /// Where it truly is, if that is neither in the work tree nor where the
    /// repository keeps its own.
    pub outside: Option<PathBuf>,
    /// True where the repository has no work tree.
    pub bare: bool,
}

impl HooksFolder {
    /// The folder for the repository around a folder.
    ///
    /// # Errors
    ///
    /// There is no repository, or its configuration cannot be read.
    pub fn for_repository(folder: &Path) -> Result<Self, Error> {
        Self::find_folder(folder).map_err(|error| {
            Error::usage("find the hooks of", folder.display().to_string(), error.message())
                .mend("name a git repository, or start it inside of one")
        })
    }

    /// [`Self::for_repository`], with an error of libgit2's.
    fn find_folder(folder: &Path) -> Result<Self, git2::Error> {
        let opened = Place::find(Some(folder))?.open()?;
        let bare = opened.is_bare();
        let root = opened.workdir().unwrap_or_else(|| opened.path());
        let mut config = opened.config()?;
        if let Some(file) = variable("GIT_CONFIG_GLOBAL").filter(|file| file.is_file()) {
            config.add_file(&file, git2::ConfigLevel::Global, true)?;
        }
        let config = config.snapshot()?;
        let (path, shared) = match config.get_path("core.hooksPath") {
            Ok(path) => {
                let level = config.get_entry("core.hooksPath")?.level();
                let own = matches!(level, git2::ConfigLevel::Local | git2::ConfigLevel::Worktree);
                (root.join(path), !own)
            }
            Err(_) => (opened.commondir().join("hooks"), false),
        };
        let outside = real_path_outside(&path, &[root, opened.commondir()]);
        Ok(Self { path, shared, outside, bare })
    }
}

/// Returns where a path truly is, if that is in none of the folders; as far as
/// it exists, without its links.
///
/// A repository can point `core.hooksPath` at any folder, by a link that was
/// committed even; to write there has to be the user's decision.
fn real_path_outside(path: &Path, folders: &[&Path]) -> Option<PathBuf> {
    let path = absolute(path);
    // A link that leads nowhere yet would be followed, too.
    let exists = |path: &&Path| path.symlink_metadata().is_ok();
    let known = path.ancestors().find(exists).unwrap_or(&path);
    let rest = path.strip_prefix(known).unwrap_or(Path::new(""));
    let real = known.canonicalize().map_or_else(|_| known.to_path_buf(), |real| real.join(rest));
    let is_dangling = known.is_symlink() && !known.exists();
    let holds = |folder: &&Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    (is_dangling || !folders.iter().any(holds)).then_some(real)
}
