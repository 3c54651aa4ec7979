//! Files that must not outlive a run that ends early: temporary ones, and the
//! reports of an earlier run that it was to replace.
//!
//! Files are made, renamed and noted under one lock, which the end by a signal
//! takes and keeps: at no moment is there one that nobody knows of.
//!
//! ```text
//! temporary_file → add        on the list before anybody writes to it
//! persist                     renamed and off the list in one step
//! signal, panic, end          whatever is on the list is removed
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

/// Files and folders that have to go.
static FILES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Locks the list.
fn lock_files() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes note of a file that has to go if the run fails.
pub(super) fn add_path(path: &Path) {
    lock_files().insert(path.to_path_buf());
}

/// Lets go of a file or folder that may stay.
pub(super) fn forget_path(path: &Path) {
    lock_files().remove(path);
}

/// Makes a temporary file, and takes note of it.
///
/// # Errors
///
/// It cannot be made.
pub(super) fn temporary_file(builder: &Builder<'_, '_>, folder: &Path) -> io::Result<NamedTempFile> {
    let mut files = lock_files();
    let file = builder.tempfile_in(folder)?;
    files.insert(file.path().to_path_buf());
    Ok(file)
}

/// Makes a temporary folder and what is in it, and takes note of it.
pub(super) fn temporary_folder<T>(
    prefix: &str,
    fill: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<(TempDir, T)> {
    let mut files = lock_files();
    let folder = Builder::new().prefix(prefix).tempdir()?;
    files.insert(folder.path().to_path_buf());
    let filled = fill(folder.path())?;
    Ok((folder, filled))
}

/// Gives a temporary file, which is whole now, its name; from here on it stays.
///
/// # Errors
///
/// It cannot be renamed; it stays on the list.
pub(super) fn persist_file(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let mut files = lock_files();
    let name = file.path().to_path_buf();
    file.persist(path).map_err(|error| error.error)?;
    files.remove(&name);
    files.remove(path);
    Ok(())
}

/// Removes what is left.
pub(super) fn remove_all() {
    remove_files(&mut lock_files());
}

/// Removes what is left, and lets nothing more be made: the program ends.
#[cfg(unix)]
pub(super) fn remove_all_for_good() {
    let mut files = lock_files();
    remove_files(&mut files);
    std::mem::forget(files);
}

/// Removes what is on the list, and empties it.
fn remove_files(files: &mut BTreeSet<PathBuf>) {
    for path in std::mem::take(files) {
        // One that cannot be removed could not be replaced either, which has been said.
        let _ = match path.symlink_metadata() {
            Ok(it) if it.is_dir() => remove_folder(&path),
            Ok(it) if it.is_file() => fs::remove_file(path),
            _ => Ok(()),
        };
    }
}

/// Removes a folder that the rest of the program may still write to, or remove
/// as well.
fn remove_folder(path: &Path) -> io::Result<()> {
    /// Attempts to remove a folder to which the rest of the program still
    /// writes.
    const ATTEMPTS: usize = 20;
    let mut removed = fs::remove_dir_all(path);
    for _ in 1..ATTEMPTS {
        if removed.is_ok() || path.symlink_metadata().is_err() {
            return Ok(());
        }
        removed = fs::remove_dir_all(path);
    }
    removed
}
