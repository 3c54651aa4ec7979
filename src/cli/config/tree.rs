//! Files that a configuration names: of the file system, or of a commit's tree.
//!
//! ```text
//! extends = "policy/base.toml"     within the repository of the configuration that names it
//! extends = "../../etc/base.toml"  refused: whoever writes the configuration would choose what is read
//! policy -> /home/somebody         refused likewise, for a link of the repository leads there
//! ```
//!
//! A configuration that a person names with `--config` may name files anywhere.
//! With `--config-from`, nothing of the work tree is read.

use std::path::{Component, Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::location::{absolute, shorten_ids};
use dogcatcher::source::Revision;

/// The way to fix a name that leads outside.
const KEEP_INSIDE: &str = "keep the file in the repository (in a submodule, say), or name the configuration with --config: then it may name any file";

/// A tree of files.
#[derive(Clone, Copy)]
pub(super) enum Tree<'t> {
    /// The file system; only this folder of it, where there is one.
    Disk(Option<&'t Path>),
    /// That of a commit, by its name.
    Commit(&'t str, &'t Revision),
}

/// A file that was read.
pub(super) struct NamedFile {
    /// The name as it is shown.
    pub(super) name: String,
    /// Its path, canonical or as seen from the root of the commit.
    pub(super) path: PathBuf,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

impl Tree<'_> {
    /// Reads a file that something in `folder` names; `tried` says of errors
    /// what for.
    ///
    /// # Errors
    ///
    /// There is none, it is no regular file, or it lies outside of the tree.
    pub(super) fn read(&self, tried: &str, folder: &Path, named: &Path) -> Result<NamedFile, Error> {
        match self {
            Self::Disk(within) => read_disk(tried, *within, &folder.join(named)),
            Self::Commit(commit, revision) => read_commit(tried, (commit, revision), folder, named),
        }
    }
}

/// Reads a file of the file system.
fn read_disk(tried: &str, within: Option<&Path>, path: &Path) -> Result<NamedFile, Error> {
    let name = seen_from_here(&absolute(path)).display().to_string();
    let real = path.canonicalize().map_err(|cause| Error::io(tried, &name, &cause))?;
    let top = within.map(|top| top.canonicalize().unwrap_or_else(|_| top.to_path_buf()));
    if top.is_some_and(|top| !real.starts_with(top)) {
        return Err(Error::usage(tried, name, "it lies outside of the repository").mend(KEEP_INSIDE));
    }
    if !real.is_file() {
        return Err(Error::usage(tried, name, "it is no regular file"));
    }
    let bytes = std::fs::read(&real).map_err(|cause| Error::io(tried, &name, &cause))?;
    Ok(NamedFile { name, path: real, bytes })
}

/// Reads a file of a commit; a folder is seen from its root.
fn read_commit(
    tried: &str,
    (commit, revision): (&str, &Revision),
    folder: &Path,
    named: &Path,
) -> Result<NamedFile, Error> {
    let path = folder.join(named);
    let name = name_in(commit, &path);
    let Some(path) = without_dots(&path) else {
        return Err(Error::usage(tried, name, "it lies outside of the repository").mend(KEEP_INSIDE));
    };
    let name = name_in(commit, &path);
    let bytes = revision.read_file(&path)?.ok_or_else(|| {
        Error::usage(tried, &name, "that commit holds no such file")
            .mend("commit it there, or keep it outside of the repository: with --config-from, no file of the work tree counts")
    })?;
    Ok(NamedFile { name, path, bytes })
}

/// Returns what a file of a commit is called, as git takes it.
pub(super) fn name_in(commit: &str, file: &Path) -> String {
    format!("{}:{}", shorten_ids(commit), file.display())
}

/// Returns a path without `.` and `..`, as git's trees need it; none where it
/// leads out of the tree.
pub(super) fn without_dots(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => out.push(name),
            Component::ParentDir if out.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(out)
}

/// Returns the path as seen from the current folder, where it lies below it.
pub(super) fn seen_from_here(file: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(&here).unwrap_or(file).to_path_buf()
}
