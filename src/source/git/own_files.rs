//! Files that git keeps for itself, where they are none: opening a pipe waits for ever.

use std::fs;
use std::path::{Path, PathBuf};

use super::repository::Repository;

/// What libgit2 opens when a repository is opened, or soon after.
const NAMES: [&str; 10] = [
    "HEAD",
    "MERGE_HEAD",
    "config",
    "config.worktree",
    "commondir",
    "index",
    "packed-refs",
    "shallow",
    "info/grafts",
    "objects/info/alternates",
];

/// Folders whose files are all opened, those in folders below included: refs by their names, packs when an object is looked for.
const FOLDERS: [&str; 2] = ["refs", "objects/pack"];

/// The first of git's own files in a folder that is a pipe, a device, or something else that is not read like a file.
pub(super) fn irregular(git_dir: &Path) -> Option<PathBuf> {
    let named = NAMES.iter().map(|name| git_dir.join(name)).find(|path| is_irregular(path));
    named.or_else(|| FOLDERS.iter().find_map(|folder| irregular_below(git_dir.join(folder))))
}

fn is_irregular(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir())
}

/// The first of the files below a folder that is none; links to folders are not followed.
fn irregular_below(folder: PathBuf) -> Option<PathBuf> {
    let mut waiting = vec![folder];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(entry.path()),
                Ok(kind) if kind.is_file() => {}
                _ if is_irregular(&entry.path()) => return Some(entry.path()),
                _ => {}
            }
        }
    }
    None
}

/// The same for the repository around a folder, before anything opens it.
pub(super) fn irregular_around(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().find_map(irregular_at)?
}

/// The same for the repository whose top a folder is, and for what that shares with others; None where it is no top.
fn irregular_at(top: &Path) -> Option<Option<PathBuf>> {
    if let Some(found) = Repository::find_at(top).ok().flatten() {
        return Some(found.irregular());
    }
    // libgit2 opens it to see whether it is one.
    let git_dirs = [top.join(".git"), top.to_path_buf()];
    let has_head = |dir: &&PathBuf| dir.join("HEAD").symlink_metadata().is_ok();
    git_dirs.iter().find(has_head).map(|git_dir| irregular(git_dir))
}
