//! Where git looks for the hooks of a repository.

use std::path::{Path, PathBuf};

use super::place::Place;
use crate::error::Error;

/// The folder in which git looks for the hooks of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksFolder {
    /// The folder, which need not exist.
    pub path: PathBuf,
    /// Whether it serves other repositories, too: `core.hooksPath` of the user's or the machine's configuration.
    pub shared: bool,
    /// Whether the repository has no work tree.
    pub bare: bool,
}

impl HooksFolder {
    /// The folder for the repository around a folder.
    ///
    /// # Errors
    ///
    /// There is no repository, or its configuration cannot be read.
    pub fn of(folder: &Path) -> Result<Self, Error> {
        Self::find(folder).map_err(|error| {
            Error::usage("find the hooks of", folder.display().to_string(), error.message())
                .mend("name a git repository, or start it inside of one")
        })
    }

    fn find(folder: &Path) -> Result<Self, git2::Error> {
        let opened = Place::find(Some(folder))?.open()?;
        let bare = opened.is_bare();
        let root = opened.workdir().unwrap_or_else(|| opened.path());
        let config = opened.config()?.snapshot()?;
        let Ok(path) = config.get_path("core.hooksPath") else {
            return Ok(Self { path: opened.commondir().join("hooks"), shared: false, bare });
        };
        let level = config.get_entry("core.hooksPath")?.level();
        let own = matches!(level, git2::ConfigLevel::Local | git2::ConfigLevel::Worktree);
        Ok(Self { path: root.join(path), shared: !own, bare })
    }
}
