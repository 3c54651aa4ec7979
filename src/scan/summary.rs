//! The counts of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::detect::Reason;
use crate::location::{Origin, Position};
use crate::source::Skipped;

/// What a run looked at and what came of it.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    /// Files that were read to their end.
    pub files: u64,
    /// Texts that were searched: files, and standard input.
    pub blobs: u64,
    /// Bytes that were searched.
    pub bytes: u64,
    /// How long it took.
    pub duration: Duration,
    /// Findings that count.
    pub findings: u64,
    /// Findings that are suppressed.
    pub suppressed: u64,
    /// Candidates that do not count, by reason.
    pub rejected: BTreeMap<Reason, u64>,
    /// What was not read, in order.
    pub skipped: Vec<Skipped>,
}

impl Summary {
    /// How many candidates do not count.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Whether something could not be read.
    pub fn incomplete(&self) -> bool {
        self.skipped.iter().any(|skipped| skipped.incomplete)
    }

    /// Adds the counts of another thread.
    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.blobs += other.blobs;
        self.bytes += other.bytes;
        for (reason, count) in other.rejected {
            *self.rejected.entry(reason).or_default() += count;
        }
        self.skipped.extend(other.skipped);
    }
}

/// A candidate that does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejection {
    /// What the text is.
    pub origin: Origin,
    /// The offset of its first byte.
    pub byte_offset: u64,
    /// Where it begins.
    pub start: Position,
    /// The id of the rule whose pattern matched.
    pub rule_id: String,
    /// Why it does not count.
    pub reason: Reason,
}
