//! Files that git keeps for itself, where they are none: opening a pipe waits for ever.

use std::fs;
use std::path::{Path, PathBuf};

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

/// The first of git's own files in a folder that is a pipe, a device, or something else that is not read like a file.
pub(super) fn irregular(git_dir: &Path) -> Option<PathBuf> {
    let is_odd = |path: &PathBuf| fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
    NAMES.iter().map(|name| git_dir.join(name)).find(is_odd)
}

/// The same for the repository around a folder, before anything opens it.
pub(super) fn irregular_around(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let git_dirs = folder.ancestors().flat_map(|above| [above.join(".git"), above.to_path_buf()]);
    let git_dir = git_dirs.into_iter().find(|dir| dir.join("HEAD").symlink_metadata().is_ok())?;
    irregular(&git_dir)
}
