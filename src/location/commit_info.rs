//! A commit as reports tell of it.
//!
//! Nothing here is verified: git lets anybody commit under any name and date.
//! So the date is used to say since when a secret may have been out, and never
//! to decide that it is dead.

use super::object_id::ObjectId;

/// A commit, as it tells of itself: names and dates are what its author's
/// machine said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommitInfo {
    /// Its id.
    pub id: ObjectId,
    /// The name of its author, without an address.
    pub author: String,
    /// The address of its author, which may be empty.
    pub email: String,
    /// The first line of its message.
    pub subject: String,
    /// Time at which it was written, in seconds since 1970.
    pub time: i64,
}

impl CommitInfo {
    /// Returns the name of its author with the address, for those who asked for
    /// it: addresses are personal data, so reports leave them out otherwise.
    ///
    /// # Examples
    ///
    /// ```text
    /// author "Ann", email "ann@example.com"   → Ann <ann@example.com>
    /// author "Ann", email ""                  → Ann
    /// ```
    pub fn author_signature(&self) -> String {
        if self.email.is_empty() { self.author.clone() } else { format!("{} <{}>", self.author, self.email) }
    }
}
