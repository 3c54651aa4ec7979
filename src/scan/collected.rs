//! What the threads of a run hand over.

use super::summary::{Rejection, Summary};
use crate::finding::Finding;

/// Finds of all threads together.
#[derive(Debug, Default)]
pub(super) struct Collected<'r> {
    pub(super) findings: Vec<Finding<'r>>,
    pub(super) rejections: Vec<Rejection>,
    pub(super) summary: Summary,
}
