//! A commit as reports tell of it.

use super::ObjectId;

/// What a commit says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id.
    pub id: ObjectId,
    /// The name of its author, without an address.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// Time at which it was written, in seconds since 1970.
    pub time: i64,
}
