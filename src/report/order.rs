//! The order in which people read findings, the same in every report for them.

use std::cmp::Reverse;

use super::name::foreign;
use super::words::place;
use crate::finding::{Finding, Location};
use crate::scan::Outcome;

/// The most places of one finding that a report for people names.
pub(super) const MAX_PLACES: usize = 3;

/// The findings that count: live ones first, then the gravest, the surest, and
/// those that a file or HEAD holds today; in the order of their places among
/// equals.
pub(super) fn gravest_first<'o, 'r>(outcome: &'o Outcome<'r>) -> Vec<&'o Finding<'r>> {
    let mut active: Vec<_> = outcome.findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    active.sort_by_key(|finding| gravity_rank(finding));
    active
}

/// Returns a key by which the gravest come first.
pub(super) fn gravity_rank(finding: &Finding<'_>) -> impl Ord + use<> {
    Reverse((finding.is_live(), finding.severity(), finding.confidence, is_current(finding)))
}

/// Returns whether a file, standard input or what HEAD names holds it today.
pub(super) fn is_current(finding: &Finding<'_>) -> bool {
    finding.in_head == Some(true) || finding.in_files()
}

/// The first few places that count, as they are shown, and the number of the
/// others. A file and the commit that brought the same line to it are told of
/// together.
pub(super) fn shown_places(finding: &Finding<'_>, authors: bool) -> (Vec<String>, u64) {
    let (places, more) = first_places(finding);
    let mut shown = Vec::new();
    let mut rest = &places[..];
    while let [location, others @ ..] = rest {
        let brought_by = others.first().and_then(|other| commit_of_same_text(location, other));
        rest = if brought_by.is_some() { &others[1..] } else { others };
        let brought_by = brought_by.map_or_else(String::new, |id| format!(", commit {id}"));
        let commit = location.commit.as_ref().filter(|_| authors);
        let author =
            commit.map_or_else(String::new, |commit| format!(", by {}", foreign(&commit.author_signature())));
        shown.push(place(location) + &brought_by + &author);
    }
    (shown, more)
}

/// The commit that brought a file to the place where it stands, if the second
/// of two places says so.
fn commit_of_same_text(file: &Location, other: &Location) -> Option<String> {
    let is_same = !file.origin.is_history()
        && other.origin.kind_name() == "git"
        && file.origin.path() == other.origin.path()
        && file.start == other.start;
    other.origin.git().filter(|_| is_same)?.commit.map(|id| id.short_hex())
}

/// The first few places that count, and the number of the others.
pub(super) fn first_places<'f>(finding: &'f Finding<'_>) -> (Vec<&'f Location>, u64) {
    let mut places = finding.active_locations();
    let first = places.by_ref().take(MAX_PLACES).collect();
    (first, places.count() as u64 + finding.more_places)
}
