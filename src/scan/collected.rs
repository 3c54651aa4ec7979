//! What the threads of a run hand over.

use super::summary::{Rejection, Summary};
use crate::finding::Finding;

/// Finds of all threads together.
#[derive(Debug, Default)]
pub(super) struct Collected<'r> {
    /// Findings, one for each secret of each thread.
    pub(super) findings: Vec<Finding<'r>>,
    /// Candidates that do not count, where they are asked for.
    pub(super) rejections: Vec<Rejection>,
    /// Counts of all threads.
    pub(super) summary: Summary,
}
