//! A commit's own words: its author, its date, and the first line of its
//! message.

use crate::location::{CommitInfo, ObjectId};

/// Returns what a commit says of itself.
///
/// `None` where the object is no commit, or is missing.
pub(in crate::source) fn info(opened: &git2::Repository, id: ObjectId) -> Option<CommitInfo> {
    let commit = opened.find_commit(git2::Oid::from_bytes(id.as_bytes()).ok()?).ok()?;
    let author = commit.author();
    Some(CommitInfo {
        id,
        author: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(author.email_bytes()).into_owned(),
        subject: message_subject(&commit),
        time: author.when().seconds(),
    })
}

/// The first line of the message.
///
/// Up to the first line's end, not up to the first empty line as `%s` of git
/// has it: one line of a report.
fn message_subject(commit: &git2::Commit<'_>) -> String {
    let message = String::from_utf8_lossy(commit.message_raw_bytes());
    message.trim_start().lines().next().unwrap_or_default().to_owned()
}
