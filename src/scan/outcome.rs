//! What a run brought.

use std::path::PathBuf;

use super::summary::{Rejection, Summary};
use crate::error::Error;
use crate::finding::Finding;
use crate::source;
use crate::suppress::ConfigUse;

/// Result of a run.
#[derive(Debug)]
pub struct Outcome<'r> {
    /// Every finding, those that are suppressed included.
    pub findings: Vec<Finding<'r>>,
    /// The counts.
    pub summary: Summary,
    /// Rejected candidates, in order; only with [`super::Detail::rejections`].
    pub rejections: Vec<Rejection>,
    /// The configurations that were used, and what they did.
    pub configs: Vec<ConfigUse>,
    /// The reasons why configurations could not be used.
    pub config_failures: Vec<Error>,
    /// The repository, where just one was scanned, by its name, and where it
    /// comes from; only with [`super::Detail::provenance`].
    pub provenance: Option<(PathBuf, source::Provenance)>,
}
