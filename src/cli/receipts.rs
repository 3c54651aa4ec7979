//! Receipts of revocations: where they are, whose they are, and who writes
//! them.
//!
//! The user's own file is `dogcatcher/receipts.jsonl` in `XDG_STATE_HOME` or
//! `~/.local/state`. A receipt proves that something is dead, so a forged one
//! would hide a leak: a file that others may write to, or that lies in a
//! repository, is used only where a person names it.

use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::verify::Receipts;

use super::output::notice;
use super::state_folder::state_folder;

/// Damaged lines that are named one by one; the others are counted.
const MAX_NAMED: usize = 3;

/// Reads the receipts of a file that a person named, or else those of the
/// user's own file.
///
/// # Errors
///
/// The named file cannot be read, or a line of it is damaged. Of the user's own
/// file that is a notice: nobody asked for it, and without it no more than is
/// proven otherwise is taken for dead.
pub(super) fn read_receipts(named: Option<&Path>) -> Result<Receipts, Error> {
    if let Some(path) = named {
        let (receipts, errors) = Receipts::read_file(path)?;
        return errors.into_iter().next().map_or(Ok(receipts), Err);
    }
    let Some(path) = own_file().filter(|path| path.symlink_metadata().is_ok()) else {
        return Ok(Receipts::default());
    };
    let read = match foreign_hand(&path) {
        None => Receipts::read_file(&path),
        Some(why) => Err(Error::usage("use the receipts in", path.display().to_string(), why)
            .mend("name the file with --receipts where you trust it")),
    };
    Ok(read.map_or_else(
        |error| {
            notice(&format!("{error}"));
            Receipts::default()
        },
        |(receipts, errors)| {
            errors.iter().take(MAX_NAMED).for_each(|error| notice(&format!("{error}")));
            if let Some(more @ 1..) = errors.len().checked_sub(MAX_NAMED) {
                notice(&format!("{more} more damaged lines in {}", path.display()));
            }
            receipts
        },
    ))
}

/// Returns the reason for which the user's own file may be of somebody else's
/// making.
fn foreign_hand(path: &Path) -> Option<String> {
    let whole = path.canonicalize().ok()?;
    let is_repository = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok() || is_bare(folder);
    if let Some(top) = whole.ancestors().skip(1).find(is_repository) {
        return Some(format!("it lies within the repository {}, which may have brought it", top.display()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = whole.metadata().ok()?;
        if metadata.uid() != nix::unistd::geteuid().as_raw() {
            return Some("it belongs to another user".to_owned());
        }
        if metadata.mode() & 0o022 != 0 {
            return Some("others may write to it".to_owned());
        }
    }
    None
}

/// Returns whether a folder has the look of a bare repository.
fn is_bare(folder: &Path) -> bool {
    ["HEAD", "objects", "refs"].iter().all(|name| folder.join(name).exists())
}

/// Returns the user's own file of receipts; never in the folder one stands in,
/// which may be anybody's.
fn own_file() -> Option<PathBuf> {
    Some(state_folder()?.join("receipts.jsonl"))
}

/// Returns the user's own file of receipts, to be written to, in a folder that
/// is made.
///
/// # Errors
///
/// There is no place for it.
pub(super) fn make_own_file() -> Result<PathBuf, Error> {
    let file = own_file().ok_or_else(|| {
        Error::usage("choose a file for", "receipts", "neither XDG_STATE_HOME nor HOME is set")
            .mend("name one with --audit-file")
    })?;
    let folder = file.parent().unwrap_or(&file);
    std::fs::create_dir_all(folder)
        .map_err(|cause| Error::io("make the folder", folder.display().to_string(), &cause))?;
    Ok(file)
}

/// Returns the name of the user of this machine: that of the environment, or
/// else that of the process.
pub(super) fn user_name() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_else(name_of_process)
}

/// The name behind the user id of the process, or the id itself where it has
/// none.
#[cfg(unix)]
fn name_of_process() -> String {
    let id = nix::unistd::geteuid();
    match nix::unistd::User::from_uid(id) {
        Ok(Some(user)) if !user.name.is_empty() => user.name,
        _ => format!("user id {id}"),
    }
}

/// Elsewhere the environment always names the user.
#[cfg(not(unix))]
fn name_of_process() -> String {
    "unknown".to_owned()
}
