//! The order in which people read findings, the same in every report for them.

use std::cmp::Reverse;

use crate::finding::{Finding, Location};
use crate::scan::Outcome;

/// The most places of one finding that a report for people names.
pub(super) const MAX_PLACES: usize = 3;

/// The findings that count: live ones first, then the gravest, the surest, and those that a file or HEAD holds today; in the
/// order of their places among equals.
pub(super) fn gravest_first<'o, 'r>(outcome: &'o Outcome<'r>) -> Vec<&'o Finding<'r>> {
    let mut active: Vec<_> = outcome.findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    active.sort_by_key(|finding| {
        Reverse((finding.is_live(), finding.severity(), finding.confidence, is_current(finding)))
    });
    active
}

/// Returns whether a file, standard input or what HEAD names holds it today.
pub(super) fn is_current(finding: &Finding<'_>) -> bool {
    finding.in_head == Some(true) || finding.in_files()
}

/// The first few places that count, and the number of the others.
pub(super) fn first_places<'f>(finding: &'f Finding<'_>) -> (Vec<&'f Location>, u64) {
    let mut places = finding.active_locations();
    let first = places.by_ref().take(MAX_PLACES).collect();
    (first, places.count() as u64 + finding.more_places)
}
