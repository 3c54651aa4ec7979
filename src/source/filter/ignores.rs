//! Ignore files as git reads them, and those that count for nothing: links,
//! which git does not follow, devices and pipes, which may never end, and what
//! is larger than any list of globs.
//!
//! The patterns are those of `gitignore(5)`, matched by the `ignore` crate; the
//! order in which files are asked is this room's:
//!
//! ```text
//! for a path, from its folder upwards:   .ignore of each folder
//! then, up to the top of the repository: .gitignore of each folder
//! then                                   .git/info/exclude, core.excludesFile
//! ```
//!
//! The first that says anything decides, be it `!keep.txt`.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};
use ignore::{DirEntry, Match};

use crate::error::SkipReason;
use crate::source::repository::exclude_file;
use crate::source::sink::Skipped;

/// The names of ignore files in any folder.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];

/// The largest ignore file that counts, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// The ignore files of all folders that a walk comes through.
#[derive(Debug, Default)]
pub(super) struct Ignores {
    /// Globs that count in each folder, by the path that the walk has for it.
    levels: Mutex<HashMap<OsString, Arc<Level>>>,
    /// Paths that were named since this was last asked.
    left_out: Mutex<Vec<LeftOut>>,
    /// Ignore files that count for nothing, and why.
    void: Mutex<Vec<Skipped>>,
    /// The file of globs that the user keeps for all repositories: git's
    /// configuration names it.
    file_of_user: OnceLock<Option<PathBuf>>,
}

/// A file or folder that an ignore file names.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// The path that the walk has for it.
    pub(super) path: PathBuf,
    /// True where it is a folder, none of whose files was met.
    pub(super) is_folder: bool,
    /// The ignore file that names it.
    pub(super) file: PathBuf,
    /// True where that stands above all that the walk looks at, and no
    /// repository has it.
    pub(super) is_foreign: bool,
    /// The folder in which it stands, for the repository around it.
    level: Arc<Level>,
}

/// The globs of one folder, and of all above it.
#[derive(Debug)]
struct Level {
    /// The folder, as the walk names it, and where it is.
    named: PathBuf,
    /// Canonical path of the folder: globs are matched with paths below it.
    whole: PathBuf,
    /// True where it stands above where the walk begins.
    is_above: bool,
    /// `.ignore` and `.gitignore`.
    own: Gitignore,
    /// `.gitignore`, which counts in a repository only.
    of_git: Gitignore,
    /// Where a repository begins: what is excluded from it alone, and from all
    /// of this user's.
    repository: Option<[Gitignore; 2]>,
    /// The next level above; most folders have no ignore file, and no level of
    /// their own.
    above: Option<Arc<Self>>,
}

impl Ignores {
    /// Returns whether one of them names an entry, which is kept in mind.
    pub(super) fn hold_entry(&self, entry: &DirEntry) -> bool {
        let (Some(folder), Some(kind)) = (entry.path().parent(), entry.file_type()) else { return false };
        let level = self.folder_level(folder);
        let named = level.ignore_file(&level.whole_path(entry.path()), kind.is_dir());
        let named = named.map(|(file, is_foreign)| (file.to_path_buf(), is_foreign));
        let holds = named.is_some();
        if let Some((file, is_foreign)) = named.filter(|_| kind.is_dir() || kind.is_file()) {
            let (path, is_folder) = (entry.path().to_path_buf(), kind.is_dir());
            lock_unpoisoned(&self.left_out).push(LeftOut { path, is_folder, file, is_foreign, level });
        }
        holds
    }

    /// Returns what they named since this was last asked.
    pub(super) fn take_left_out(&self) -> Vec<LeftOut> {
        std::mem::take(&mut *lock_unpoisoned(&self.left_out))
    }

    /// Those that count for nothing.
    pub(super) fn take_void(&self) -> Vec<Skipped> {
        std::mem::take(&mut *lock_unpoisoned(&self.void))
    }

    /// Returns what counts in a folder. A walk comes to a folder after those
    /// above it.
    ///
    /// Each folder is read once, whatever the number of its entries and
    /// threads.
    fn folder_level(&self, folder: &Path) -> Arc<Level> {
        let known = |path: &Path| lock_unpoisoned(&self.levels).get(path.as_os_str()).map(Arc::clone);
        if let Some(level) = known(folder) {
            return level;
        }
        let level = match folder.parent().and_then(known) {
            Some(above) => {
                let whole = above.whole_path(folder);
                self.read_level(folder, &whole, Some(&above)).map_or(above, Arc::new)
            }
            None => self.first_level(folder),
        };
        lock_unpoisoned(&self.levels).insert(folder.as_os_str().to_owned(), Arc::clone(&level));
        level
    }

    /// Returns what counts where a walk begins: for git, too, what stands above
    /// it.
    fn first_level(&self, named: &Path) -> Arc<Level> {
        let whole = named.canonicalize().unwrap_or_else(|_| named.to_path_buf());
        let mut above: Option<Arc<Level>> = None;
        let folders: Vec<&Path> = whole.ancestors().skip(1).collect();
        for folder in folders.into_iter().rev() {
            let level = self.read_level(folder, folder, above.as_ref());
            above = level.map(|level| Arc::new(Level { is_above: true, ..level })).or(above);
        }
        let level = self.read_level(named, &whole, above.as_ref());
        Arc::new(level.unwrap_or_else(|| Level {
            named: named.to_path_buf(),
            whole,
            is_above: false,
            own: Gitignore::empty(),
            of_git: Gitignore::empty(),
            repository: None,
            above,
        }))
    }

    /// The globs of a folder, if there are any, or a repository begins there.
    fn read_level(&self, named: &Path, whole: &Path, above: Option<&Arc<Level>>) -> Option<Level> {
        let [own, of_git] = NAMES.map(|name| self.read_globs(whole, &named.join(name), false));
        let is_top =
            fs::metadata(named.join(".git")).is_ok() || (!of_git.is_empty() && named.join(".jj").is_dir());
        let repository = is_top.then(|| {
            let exclude = self.read_globs(whole, &exclude_file(named), true);
            [exclude, self.globs_of_user(whole)]
        });
        if own.is_empty() && of_git.is_empty() && repository.is_none() {
            return None;
        }
        let (named, whole) = (named.to_path_buf(), whole.to_path_buf());
        let above = above.map(Arc::clone);
        Some(Level { named, whole, is_above: false, own, of_git, repository, above })
    }

    /// The globs that the user keeps for all repositories
    /// (`core.excludesFile`), as they are seen from the top of one.
    fn globs_of_user(&self, top: &Path) -> Gitignore {
        let file = self.file_of_user.get_or_init(gitconfig_excludes_path);
        file.as_ref().map_or_else(Gitignore::empty, |file| self.read_globs(top, file, true))
    }

    /// The globs of a file, if it is one; git follows links to some.
    ///
    /// A file that is not there has no globs. Bytes that are no UTF-8 are
    /// replaced, and such a glob matches nothing.
    fn read_globs(&self, folder: &Path, file: &Path, follows: bool) -> Gitignore {
        let kind = if follows { fs::metadata(file) } else { file.symlink_metadata() };
        let Some(kind) = kind.ok().filter(|kind| !kind.is_dir()) else { return Gitignore::empty() };
        if let Some(why) = why_void(&kind) {
            lock_unpoisoned(&self.void).push(Skipped::by_choice(SkipReason::NotAFile, file, why));
            return Gitignore::empty();
        }
        let text = fs::read(file).unwrap_or_default();
        let mut builder = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').lines() {
            // A glob that is wrong names nothing, as for git.
            let _ = builder.add_line(Some(file.to_path_buf()), line);
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }
}

impl LeftOut {
    /// The top of the repository that it stands in, and the path from there.
    pub(super) fn within_repository(&self) -> Option<(&Path, PathBuf)> {
        let top = self.level.levels_upward().find(|level| level.repository.is_some())?;
        let below = self.level.whole_path(&self.path).strip_prefix(&top.whole).map(Path::to_path_buf);
        Some((&top.whole, below.ok()?))
    }
}

impl Level {
    /// This one and those above it.
    fn levels_upward(&self) -> impl Iterator<Item = &Self> + Clone {
        std::iter::successors(Some(self), |level| level.above.as_deref())
    }

    /// Returns where something is that the walk has a name for.
    fn whole_path(&self, path: &Path) -> PathBuf {
        self.whole.join(path.strip_prefix(&self.named).unwrap_or(path))
    }

    /// The ignore file that names a path, and whether it is one of nobody's
    /// repository from above the walk; a `.gitignore` outside of the repository
    /// says nothing.
    fn ignore_file(&self, path: &Path, is_folder: bool) -> Option<(&Path, bool)> {
        let own = self.levels_upward().map(|level| (&level.own, level.is_above));
        let top = self.levels_upward().position(|level| level.repository.is_some());
        let of_git =
            self.levels_upward().take(top.map_or(0, |top| top + 1)).map(|level| (&level.of_git, false));
        let of_top = self.levels_upward().find_map(|level| level.repository.as_ref());
        let of_top = of_top.into_iter().flatten().map(|globs| (globs, false));
        let mut verdicts =
            own.chain(of_git).chain(of_top).map(|(globs, above)| (globs.matched(path, is_folder), above));
        match verdicts.find(|(verdict, _)| !verdict.is_none()) {
            Some((Match::Ignore(glob), above)) => Some((glob.from().unwrap_or(Path::new("")), above)),
            _ => None,
        }
    }
}

/// Returns why an ignore file counts for nothing, if so.
fn why_void(kind: &fs::Metadata) -> Option<&'static str> {
    match kind {
        kind if kind.is_symlink() => Some("a link is no ignore file, as for git: what it names is scanned"),
        kind if !kind.is_file() => Some("no regular file, so no ignore file: it was not opened"),
        kind if kind.len() > MAX_SIZE => Some("too large for an ignore file: what it names is scanned"),
        _ => None,
    }
}

/// Locks what a thread that panicked may have held.
fn lock_unpoisoned<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
