//! What a person decided to live with: the only filter that findings pass.
//!
//! Nothing is deleted. A place that is allowed keeps its reason; a finding is suppressed when all its places are.

mod accept;
mod allow;
mod baseline;
mod mark;

use jiff::civil::Date;

pub use accept::{AcceptEntry, AcceptList};
pub use allow::{AllowEntry, AllowList};
pub use baseline::Baseline;
pub use mark::{MARK, NO_REASON, find_mark};

use crate::finding::{Finding, KNOWN, Location, Suppression};
use crate::rule::Confidence;

/// Everything that can suppress a finding.
#[derive(Debug, Default)]
pub struct Filter {
    /// The entries of the configuration.
    pub allow: AllowList,
    /// The findings of an earlier report.
    pub baseline: Option<Baseline>,
    /// The least that counts.
    pub min_confidence: Option<Confidence>,
}

/// What became of the entries, for notices.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Entries that matched nothing, by their number from 1 and their words.
    pub unused: Vec<(usize, String)>,
    /// Entries whose date is over, likewise.
    pub expired: Vec<(usize, String)>,
}

/// The reason for a finding whose places are all suppressed: a baseline's where there is one, since a baseline that is
/// made of this report must go on holding it; that of the first place otherwise.
fn reason_of_all(locations: &[Location]) -> Option<Suppression> {
    let mut reasons = locations.iter().filter_map(|location| location.suppressed.as_ref());
    let first = reasons.clone().next();
    reasons.find(|suppressed| suppressed.by == "baseline").or(first).cloned()
}

impl Filter {
    /// Marks what is suppressed; `today` decides which entries have expired.
    pub fn apply(&self, findings: &mut [Finding<'_>], today: Date) -> Usage {
        let mut used = vec![false; self.allow.entries().len()];
        for finding in findings.iter_mut() {
            let mut locations = std::mem::take(&mut finding.locations);
            for location in &mut locations {
                location.suppressed = self.suppression(finding, location, today, &mut used);
            }
            finding.locations = locations;
            if finding.locations.iter().all(|location| location.suppressed.is_some()) {
                finding.suppressed = reason_of_all(&finding.locations);
            }
        }
        self.allow.usage(&used, today)
    }

    fn suppression(
        &self,
        finding: &Finding<'_>,
        location: &Location,
        today: Date,
        used: &mut [bool],
    ) -> Option<Suppression> {
        // Every entry that applies counts as used, also where another one came first.
        let mut by_entry = None;
        for (index, entry) in self.allow.entries().iter().enumerate() {
            if !entry.has_expired(today) && self.allow.applies(index, finding, location) {
                used[index] = true;
                by_entry = by_entry.or(Some(&entry.reason));
            }
        }
        let suppression = |by, reason: &str| Some(Suppression { by, reason: reason.to_owned() });
        if let Some(reason) = &location.mark {
            return suppression("inline", reason);
        }
        if let Some(reason) = by_entry {
            return suppression("allow", reason);
        }
        if let Some(where_it_stood) = &location.known {
            return suppression(KNOWN, where_it_stood);
        }
        if let Some(known) = self.baseline.as_ref().filter(|known| known.holds(&finding.fingerprint)) {
            return suppression("baseline", known.name());
        }
        match self.min_confidence {
            Some(least) if finding.confidence < least => {
                suppression("min_confidence", &format!("less sure than `{}`", least.as_str()))
            }
            _ => None,
        }
    }
}
