//! Files of a range that a hook manager did not name, although it would have:
//! its configuration leaves them out.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use git2::{Delta, Repository};

use super::commit_range::CommitRange;
use crate::location::path_below;
use crate::source::repository::Names;

/// The files that a hook manager named for a range.
#[derive(Debug, Clone)]
pub struct NamedFiles {
    /// The commit that they differ from; nothing where all files of the other
    /// one were looked at.
    pub from: Option<String>,
    /// The commit that holds them.
    pub to: String,
    /// Their names, as seen from the current folder.
    pub files: Vec<PathBuf>,
}

impl CommitRange {
    /// The range without the files that differ between its ends, lie in the
    /// work tree, and were not named. What was added and taken away on the way
    /// from one end to the other is in it all the same: nobody could name that.
    #[must_use]
    pub fn without_unnamed(self, named: &NamedFiles) -> Self {
        let Some(root) = self.root.canonicalize().ok().filter(|_| !named.files.is_empty()) else {
            return self;
        };
        let names: HashSet<PathBuf> = named.files.iter().filter_map(|file| path_below(&root, file)).collect();
        let differing = self.place.open().and_then(|opened| differing(&opened, named)).unwrap_or_default();
        // A manager names neither links nor what is not there.
        let is_file = |path: &Path| root.join(path).symlink_metadata().is_ok_and(|it| it.is_file());
        let unnamed = differing.into_iter().filter(|path| !names.contains(path) && is_file(path));
        Self { left_out: std::sync::Arc::new(unnamed.collect()), ..self }
    }

    /// Returns how many files are left out, since a hook manager did not name
    /// them.
    pub fn unnamed(&self) -> usize {
        self.left_out.len()
    }
}

/// The paths that differ, as `git diff FROM...TO` has them.
fn differing(opened: &Repository, named: &NamedFiles) -> Result<Vec<PathBuf>, git2::Error> {
    let names = Names::new(opened);
    let commit = |name: &str| opened.find_object(names.resolve(name)?, None)?.peel_to_commit();
    let to = commit(&named.to)?;
    let before = match &named.from {
        None => None,
        Some(from) => {
            let base = opened.merge_base(commit(from)?.id(), to.id())?;
            Some(opened.find_commit(base)?.tree()?)
        }
    };
    let diff = opened.diff_tree_to_tree(before.as_ref(), Some(&to.tree()?), None)?;
    let present = diff.deltas().filter(|delta| delta.status() != Delta::Deleted);
    Ok(present.filter_map(|delta| delta.new_file().path().map(Path::to_path_buf)).collect())
}
