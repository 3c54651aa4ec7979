//! Files that git keeps for itself, where they are none: opening a pipe waits
//! for ever.
//!
//! A folder that somebody prepared may hold a FIFO called `HEAD`. git and
//! libgit2 open it and wait; a scan of a folder full of repositories must not.

use std::fs;
use std::path::{Path, PathBuf};

use super::config_includes::irregular_config;
use super::regular_file::is_irregular;

/// Files that libgit2 opens when a repository is opened, or soon after.
const NAMES: [&str; 8] = [
    "HEAD",
    "MERGE_HEAD",
    "commondir",
    "index",
    "packed-refs",
    "shallow",
    "info/grafts",
    "objects/info/alternates",
];

/// Configurations, with what they include.
const CONFIGS: [&str; 2] = ["config", "config.worktree"];

/// Folders whose files are all opened, those in folders below included: refs by
/// their names, packs when an object is looked for.
const FOLDERS: [&str; 2] = ["refs", "objects/pack"];

/// The first of git's own files in a folder that is a pipe, a device, or
/// something else that is not read like a file.
pub(in crate::source) fn irregular(git_dir: &Path) -> Option<PathBuf> {
    let named = NAMES.iter().map(|name| git_dir.join(name)).find(|path| is_irregular(path));
    named
        .or_else(|| CONFIGS.iter().find_map(|name| irregular_config(&git_dir.join(name))))
        .or_else(|| FOLDERS.iter().find_map(|folder| irregular_below(git_dir.join(folder))))
}

/// The first of the files below a folder that is none; links to folders are not
/// followed.
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
