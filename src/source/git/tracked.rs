//! The files that a repository tracks, whatever an ignore file says of them.

use std::path::{Path, PathBuf};

use git2::{Index, ObjectFormat};

use super::repository::Repository;
use crate::location::{absolute, path_from_bytes};

/// The part of a mode that says what an entry of the index is, and one of its values.
const KIND: u32 = 0o170_000;
const FILE: u32 = 0o100_000;

/// The tracked files below a folder of a work tree, by paths that begin as the folder is named; none where there is no index
/// that can be read.
pub(in super::super) fn tracked_below(folder: &Path) -> Vec<PathBuf> {
    let whole = absolute(folder);
    let Some(repository) = Repository::around(&whole).filter(|it| !it.is_bare()) else { return Vec::new() };
    let Ok(prefix) = whole.strip_prefix(repository.name()) else { return Vec::new() };
    let path = repository.git_dir.join("index");
    // A pipe would be waited for.
    if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Vec::new();
    }
    let format = if repository.id_len() == 32 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
    let Ok(index) = Index::open_ext(&path, format) else { return Vec::new() };
    let files = index.iter().filter(|entry| entry.mode & KIND == FILE);
    let below =
        files.filter_map(|entry| Some(path_from_bytes(&entry.path).strip_prefix(prefix).ok()?.into()));
    below.map(|below: PathBuf| folder.join(below)).collect()
}
