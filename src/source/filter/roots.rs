//! The repositories that a walk comes upon: work trees by their `.git`, and
//! bare ones by what lies in them.
//!
//! ```text
//! project/.git              Root { path: project, is_bare: false }
//! mirrors/app.git/HEAD      Root { path: mirrors/app.git, is_bare: true }
//!                /objects   not walked: the sweep of that history reads them
//! tests/fixture.git         tracked as files by the repository around it: both walked and swept
//! ```

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::DirEntry;

use crate::source::repository::{Repository, Tracked};
use crate::source::sink::Skipped;

/// A folder that a walk came upon and that is, or looks like, the top of a
/// repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Root {
    /// The folder.
    pub(crate) path: PathBuf,
    /// True where it has no work tree.
    is_bare: bool,
}

impl Root {
    /// The repository.
    ///
    /// # Errors
    ///
    /// It looks like one and is none.
    pub(crate) fn open_repository(&self) -> Result<Option<Repository>, Skipped> {
        if self.is_bare { Repository::bare_at(&self.path) } else { Repository::open_at(&self.path) }
    }
}

/// The repositories of one run.
#[derive(Debug)]
pub(super) struct Roots {
    /// True where bare ones are looked for; else what lies in them are files
    /// like others.
    sweeps_bare: bool,
    /// Those since this was last asked.
    found: Mutex<Vec<Root>>,
    /// The `objects` folders of bare ones.
    stores: Mutex<HashSet<PathBuf>>,
}

impl Roots {
    /// Begins without any; bare ones are looked for where that is asked.
    pub(super) fn new(sweeps_bare: bool) -> Self {
        Self { sweeps_bare, found: Mutex::default(), stores: Mutex::default() }
    }

    /// Those that were found since this was last asked, in order.
    pub(super) fn take_found(&self) -> Vec<Root> {
        let mut found = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        found.sort();
        found
    }

    /// Returns whether git keeps an entry of a walk for itself, so that the
    /// sweep of a history reads it. By its name alone, but for what is called
    /// `objects`: no folder is asked for more than the walk has read of it.
    pub(super) fn hold_entry(&self, entry: &DirEntry) -> bool {
        let Some(folder) = entry.path().parent() else { return false };
        let name = entry.file_name().as_encoded_bytes();
        if name == b".git" {
            self.add_root(folder, false);
            return true;
        }
        if !self.sweeps_bare {
            return false;
        }
        if name == b"objects" && !matches!(Repository::bare_at(folder), Ok(None)) {
            self.add_root(folder, true);
            // Unless they are files of another one: a fixture, say.
            if !is_tracked(folder) {
                self.lock_stores().insert(entry.path().to_path_buf());
            }
        }
        is_of_store(name) && self.lock_stores().contains(folder)
    }

    /// Adds the top of a repository.
    fn add_root(&self, folder: &Path, is_bare: bool) {
        let root = Root { path: folder.to_path_buf(), is_bare };
        self.found.lock().unwrap_or_else(PoisonError::into_inner).push(root);
    }

    /// Locks the `objects` folders of bare repositories.
    fn lock_stores(&self) -> std::sync::MutexGuard<'_, HashSet<PathBuf>> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether that is the name of a folder of loose objects, or of packs,
/// or of what is known of both.
fn is_of_store(name: &[u8]) -> bool {
    matches!(name, b"pack" | b"info") || (name.len() == 2 && name.iter().all(u8::is_ascii_hexdigit))
}

/// Returns whether a repository around a folder tracks anything in it.
fn is_tracked(folder: &Path) -> bool {
    let around = Repository::open_holding(folder).ok().flatten();
    around.is_some_and(|(repository, below)| Tracked::of(&repository).holds_below(&below))
}
