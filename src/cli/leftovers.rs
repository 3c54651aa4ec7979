//! Files that must not outlive a run that ends early: temporary ones, and the reports of an earlier run that it was to replace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn files() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes note of a file.
pub(super) fn add(path: &Path) {
    files().insert(path.to_path_buf());
}

/// Lets go of a file that is whole now.
pub(super) fn forget(path: &Path) {
    files().remove(path);
}

/// Removes what is left.
pub(super) fn remove_all() {
    for path in std::mem::take(&mut *files()) {
        if path.symlink_metadata().is_ok_and(|it| it.is_file()) {
            // One that cannot be removed could not be replaced either, which has been said.
            let _ = fs::remove_file(path);
        }
    }
}
