//! From many sightings to distinct findings, in an order that does not depend
//! on who saw what first: threads race, reports do not.
//!
//! Fields that only one of the sightings has are kept; where they differ, the
//! surest place wins. The order of findings is that of their first places, then
//! of rules: two runs over the same files print the same report, byte for byte.

use std::collections::HashMap;

use super::found::{Finding, Location};
use crate::location::{Origin, Position};

/// Merges findings of one secret and rule, and sorts findings and their
/// locations.
///
/// A place that was seen twice (overlapping paths on the command line) is kept
/// once.
pub fn merge_findings<'r>(sightings: impl IntoIterator<Item = Finding<'r>>) -> Vec<Finding<'r>> {
    let mut by_fingerprint: HashMap<String, Finding<'r>> = HashMap::new();
    for sighting in sightings {
        match by_fingerprint.get_mut(&sighting.fingerprint) {
            Some(known) => known.absorb_places(sighting),
            None => {
                by_fingerprint.insert(sighting.fingerprint.clone(), sighting);
            }
        }
    }
    let mut findings: Vec<_> = by_fingerprint.into_values().collect();
    for finding in &mut findings {
        finding.locations.sort_by(|a, b| place_of(a).cmp(&place_of(b)));
        finding.locations.dedup_by(|a, b| place_of(a) == place_of(b));
    }
    findings.sort_by(|a, b| {
        let first = |finding: &Finding<'r>| {
            finding.locations.first().map(|l| (l.origin.clone(), l.byte_offset, l.start))
        };
        first(a).cmp(&first(b)).then_with(|| a.rule.id().cmp(b.rule.id()))
    });
    findings
}

/// Returns the key by which places are sorted, and told from each other. Lines
/// tell those that another scanner named: nobody counted their bytes.
fn place_of(location: &Location) -> (&Origin, u64, Position) {
    (&location.origin, location.byte_offset, location.start)
}
