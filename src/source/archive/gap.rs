//! Why an archive, or a part of it, was not read: a kind, and words of our own.
//! The libraries' texts are not repeated.
//!
//! ```text
//! Spent::Bytes                → archive-budget       "it unfolds to more than its size justifies"
//! UnexpectedEof               → archive-damaged      "it ends too early"
//! "unsupported method: AES"   → archive-unsupported  "it is encrypted"
//! EIO of the disk             → unreadable           the system's words
//! ```

use std::io;

use super::budget;
use super::budget::Spent;
use crate::error::{SkipReason, io_reason};

/// Words for what a library cannot make sense of.
pub(super) const DAMAGED: &str = "it is damaged: a part of it makes no sense";

/// A part of an archive that was not read.
#[derive(Debug)]
pub(super) struct Gap {
    /// The kind of the gap.
    pub(super) kind: SkipReason,
    /// The words in reports.
    pub(super) words: String,
}

impl Gap {
    /// Makes a gap of that kind.
    fn new(kind: SkipReason, words: impl Into<String>) -> Self {
        Self { kind, words: words.into() }
    }

    /// Makes the gap of an archive in more archives than are looked into.
    pub(super) fn too_deep() -> Self {
        Self::new(SkipReason::ArchiveDepth, "skipped: budget (deeper than --archive-depth)")
    }

    /// Makes the gap of an archive that takes more than is spent on it.
    pub(super) fn over_budget(words: &str) -> Self {
        Self::new(SkipReason::ArchiveBudget, words)
    }

    /// Makes the gap of an archive that is broken.
    pub(super) fn damaged(words: &str) -> Self {
        Self::new(SkipReason::ArchiveDamaged, words)
    }

    /// Makes the gap of an archive that nothing here unpacks.
    pub(super) fn unsupported(why: &str) -> Self {
        Self::new(SkipReason::ArchiveUnsupported, format!("it cannot be unpacked: {why}"))
    }
}

impl From<Spent> for Gap {
    fn from(spent: Spent) -> Self {
        Self::over_budget(spent.report_words())
    }
}

/// Returns the reason why an archive cannot be read: what its budget says, or
/// what is wrong with it.
///
/// The texts of the libraries quote what they have read, a token perhaps, where
/// a number should stand: they are told to nobody.
pub(super) fn gap_of(error: &io::Error) -> Gap {
    match budget::spent_in(error) {
        Some(spent) => spent.into(),
        None if error.kind() == io::ErrorKind::OutOfMemory => Spent::Memory.into(),
        None if error.raw_os_error().is_some() => Gap::new(SkipReason::Unreadable, io_reason(error)),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            Gap::damaged("it is damaged: it ends too early")
        }
        None => Gap::damaged(DAMAGED),
    }
}
