//! Counts of each repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::finding::Finding;
use crate::source::Skipped;

/// The counts of one repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryTotals {
    /// Findings that count in it.
    pub findings: u64,
    /// Findings all of whose places in it are suppressed, those that were known
    /// before included.
    pub suppressed: u64,
    /// Inputs in it that were not read.
    pub skipped: u64,
    /// Files and folders in it that ignore files left out.
    pub ignored: u64,
    /// Objects of its history that were searched.
    pub objects: u64,
    /// Commits among them.
    pub commits: u64,
}

/// The counts of the repositories of a run, by their names.
pub type Totals = BTreeMap<Arc<Path>, RepositoryTotals>;

/// Adds the findings of each repository: one that stands in two counts in both.
pub(super) fn add_findings(totals: &mut Totals, findings: &[Finding<'_>]) {
    for finding in findings {
        let mut counts: BTreeMap<&Arc<Path>, bool> = BTreeMap::new();
        for location in &finding.locations {
            if let Some(repository) = &location.repository {
                *counts.entry(repository).or_default() |= location.suppressed.is_none();
            }
        }
        for (repository, is_active) in counts {
            let it = totals.entry(Arc::clone(repository)).or_default();
            *(if is_active { &mut it.findings } else { &mut it.suppressed }) += 1;
        }
    }
}

/// Adds what was not read of each.
pub(super) fn add_gaps(totals: &mut Totals, gaps: &[Skipped]) {
    for repository in gaps.iter().filter_map(|gap| gap.repository.as_ref()) {
        totals.entry(Arc::clone(repository)).or_default().skipped += 1;
    }
}
