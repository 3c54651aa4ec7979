//! The files that a repository tracks, whatever an ignore file says of them.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::layout::Repository;
use super::staging::Staging;

/// The paths of the tracked files, as git writes them.
#[derive(Debug, Default)]
pub(in crate::source) struct Tracked(BTreeSet<Vec<u8>>);

impl Tracked {
    /// Those of a work tree; none where its index cannot be read.
    pub(in crate::source) fn of(repository: &Repository) -> Self {
        let index = repository.git_dir.join("index");
        // A pipe would be waited for.
        if !index.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Self::default();
        }
        let staging = repository.open().and_then(|opened| Staging::read(&opened, Some(&index)));
        Self(staging.map(|staging| staging.files()).unwrap_or_default())
    }

    /// Those of the work tree whose top a folder is.
    pub(in crate::source) fn at(top: &Path) -> Self {
        let repository = Repository::open_at(top).ok().flatten();
        repository.map_or_else(Self::default, |repository| Self::of(&repository))
    }

    /// True where a file is tracked.
    pub(in crate::source) fn holds(&self, file: &Path) -> bool {
        self.0.contains(&as_git_writes(file))
    }

    /// True where a file in a folder is tracked.
    pub(in crate::source) fn holds_below(&self, folder: &Path) -> bool {
        let start = [&as_git_writes(folder)[..], b"/"].concat();
        self.0.range(start.clone()..).next().is_some_and(|path| path.starts_with(&start))
    }
}

/// Returns a path with slashes between its names.
fn as_git_writes(path: &Path) -> Vec<u8> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.as_encoded_bytes()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(&b'/')
}
