//! The commits of a range, and what is known of them before they are compared.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::earlier::Earlier;
use super::commits::Commits;
use super::words::RangeWords;
use crate::error::{Error, SkipReason};
use crate::location::{CommitInfo, ObjectId};
use crate::source::repository::{Place, info};
use crate::source::sink::Skipped;

/// Commits of a repository.
#[derive(Debug, Clone)]
pub struct CommitRange {
    /// The repository, with what is in quarantine.
    pub(super) place: Place,
    /// As the user named it.
    pub(super) name: Arc<Path>,
    /// Where the paths in it are seen from.
    pub(super) root: PathBuf,
    /// Commits of the range, the oldest first.
    pub(super) commits: Commits,
    /// The names of refs that the commits go to and that are new there.
    pub(super) new_refs: Arc<[String]>,
    /// Files that are not looked at.
    pub(super) left_out: Arc<HashSet<PathBuf>>,
}

impl CommitRange {
    /// The commits that words name, in the repository around a folder; without
    /// one, in that which git tells its hooks of, or else in that around the
    /// current folder.
    ///
    /// # Errors
    ///
    /// There is no repository; a word names no commit; the histories of `A..B`
    /// do not meet; or a commit of the range is the boundary of a shallow
    /// clone, so that what it introduces cannot be known.
    pub fn open(folder: Option<&Path>, words: &RangeWords) -> Result<Self, Error> {
        let name = folder.unwrap_or(Path::new("."));
        let fails = |error: git2::Error| {
            Error::usage("find a repository at", name.display().to_string(), error.message())
                .mend("name a git repository, or start it inside of one")
        };
        let place = Place::find(folder).map_err(fails)?;
        let opened = place.open().map_err(fails)?;
        let root = opened.workdir().unwrap_or_else(|| opened.path()).to_path_buf();
        let commits = Commits::resolve(&opened, words)?;
        place.keep(opened);
        let (name, new_refs) = (root.as_path().into(), words.new_refs.as_slice().into());
        Ok(Self { place, name, root, commits, new_refs, left_out: Arc::default() })
    }

    /// Returns where paths in it are seen from: the work tree, or the folder of
    /// a bare repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns why a file is not looked at, if it is not.
    pub(super) fn refuses(&self, path: &Path) -> Option<Skipped> {
        let why = "the configuration of the hook manager leaves it out";
        self.left_out.contains(path).then(|| Skipped::by_choice(SkipReason::Excluded, path, why))
    }

    /// Returns how many commits there are.
    pub fn len(&self) -> usize {
        self.commits.list.len()
    }

    /// Returns whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.commits.list.is_empty() && self.commits.objects.is_empty() && self.new_refs.is_empty()
    }

    /// Returns where it shows whether a secret was there before the commits: in
    /// their parents, and in what is left out.
    pub fn earlier(&self) -> Earlier {
        Earlier::of_commits(&self.place, self.commits.bases.iter().copied())
    }

    /// Returns what a commit says of itself.
    pub fn info(&self, ids: impl IntoIterator<Item = ObjectId>) -> Vec<CommitInfo> {
        let Ok(opened) = self.place.open() else { return Vec::new() };
        let known = ids.into_iter().filter_map(|id| info(&opened, id)).collect();
        self.place.keep(opened);
        known
    }
}
