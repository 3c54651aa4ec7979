//! The sightings of one thread, joined as they come: a file with a million
//! copies of one token is one finding.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::detect::Excerpt;
use crate::finding::Finding;
use crate::location::Origin;
use crate::token::Site;

/// Findings by fingerprint.
#[derive(Debug, Default)]
pub(super) struct Sightings<'r> {
    /// Findings by their fingerprints.
    by_fingerprint: HashMap<String, Seen<'r>>,
}

/// A finding, and what is known of its first place.
#[derive(Debug)]
struct Seen<'r> {
    /// The finding.
    finding: Finding<'r>,
    /// The text whose first unmarked place has its excerpt.
    shown: Option<Origin>,
}

impl<'r> Sightings<'r> {
    /// Adds a finding of one place; `excerpt` makes the line around it where
    /// that is needed.
    ///
    /// A report shows the line of a finding's first place that counts. That is
    /// the first unmarked place of some text, so the others need none: which is
    /// which is known only when all threads are done. Likewise `site` is asked
    /// only for a secret that is new: a file can hold a million copies of one.
    pub(super) fn add(
        &mut self,
        sighting: Finding<'r>,
        site: impl FnOnce() -> Option<Site>,
        excerpt: impl FnOnce() -> Option<Excerpt>,
    ) {
        let first = &sighting.locations[0];
        let (origin, marked) = (first.origin.clone(), first.mark.is_some());
        let seen = match self.by_fingerprint.entry(sighting.fingerprint.clone()) {
            Entry::Occupied(known) => {
                let seen = known.into_mut();
                let before = seen.finding.more_places;
                seen.finding.absorb_places(sighting);
                if seen.finding.more_places > before {
                    return;
                }
                seen
            }
            Entry::Vacant(free) => free.insert(Seen {
                finding: Finding { site: sighting.site.or_else(site), ..sighting },
                shown: None,
            }),
        };
        if !marked && seen.shown.as_ref() != Some(&origin) {
            if let Some(last) = seen.finding.locations.last_mut() {
                last.excerpt = excerpt();
            }
            seen.shown = Some(origin);
        }
    }

    /// Returns the findings, in no order.
    pub(super) fn into_findings(self) -> impl Iterator<Item = Finding<'r>> {
        self.by_fingerprint.into_values().map(|seen| seen.finding)
    }
}
