//! What is asked of a history, and what an answer says.

use std::path::PathBuf;

use crate::location::{CommitInfo, ObjectId};

/// The most places that are kept of what one tree holds: trees within trees can
/// stand for more than there is memory.
pub(super) const MAX_PLACES: usize = 10_000;

/// Subject of a question: an object, or a name in a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A blob, wherever a tree names it.
    Object(ObjectId),
    /// An entry of a tree.
    Name(ObjectId, Vec<u8>),
}

/// Path and commit by which a target was brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The path from the root of the repository.
    pub path: PathBuf,
    /// The commit, unless the path is that of a tree that no commit has.
    pub commit: Option<ObjectId>,
    /// True where the path is the id of an object that is there, as those of
    /// notes are.
    pub path_is_id: bool,
}

/// A commit and what leads to it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Words of its own.
    pub info: CommitInfo,
    /// True where a ref leads to it.
    pub reachable: bool,
    /// The ref, or else the entry of a reflog, that does.
    pub reached_by: Option<String>,
}
