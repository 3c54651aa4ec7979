//! Plan, outcomes and summary of a revocation, for people. Texts of Datadog's
//! and of reports are defused before they are shown.

use dogcatcher::report::foreign;
use dogcatcher::revoke::{Fate, Item, Planned, Revocation};
use dogcatcher::verify::{Credential, ReceiptPlace};

/// Places of one credential that a plan shows; the others are counted.
const SHOWN_PLACES: usize = 3;

/// Returns the plan; the gravest first.
pub(crate) fn shown_plan(planned: &[Planned], site: &str) -> String {
    let entries: String = planned.iter().map(shown_entry).collect();
    let count = planned.iter().filter_map(Planned::item).count();
    format!("Plan for {site}:\n{entries}\n{count} to revoke. Nothing has been changed.")
}

/// Returns one entry of a plan.
fn shown_entry(planned: &Planned) -> String {
    let name = foreign(&planned.wanted.name);
    let places: String =
        shown_places(&planned.wanted).iter().map(|place| format!("    {:<12}{place}\n", "place")).collect();
    match &planned.fate {
        Fate::Revoke(item) => format!("\n  REVOKE {name}\n{}{places}", shown_facts(item)),
        Fate::Refused { why, candidates } => {
            let candidates = candidates.iter().map(|it| format!("    may be    {}\n", foreign(it)));
            let candidates: String = candidates.collect();
            format!("\n  NOT POSSIBLE: {name}\n    {}\n{candidates}{places}", foreign(why))
        }
        Fate::Nothing { why } => format!("\n  nothing to do: {name}\n    {}\n{places}", foreign(why)),
    }
}

/// Returns the facts of an entry, one a line, and what may break.
fn shown_facts(item: &Item) -> String {
    let facts = item.facts.iter().map(|(name, fact)| format!("    {name:<12}{}\n", foreign(fact)));
    let warning = item.warning.iter().map(|warning| format!("    {:<12}{warning}\n", "warning"));
    facts.chain(warning).collect()
}

/// Returns a place as terminals and editors open it: `path:line`, and then the
/// rest.
fn shown_places(wanted: &Credential) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for place in wanted.places.iter().map(shown_place) {
        if !shown.contains(&place) {
            shown.push(place);
        }
    }
    let hidden = shown.len().saturating_sub(SHOWN_PLACES) as u64;
    shown.truncate(SHOWN_PLACES);
    let more = wanted.more_places.saturating_add(hidden);
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown
}

/// A place as terminals and editors open it: `path:line`, and then the rest.
fn shown_place(place: &ReceiptPlace) -> String {
    let path = place.path.as_deref().map_or_else(|| "no path".to_owned(), foreign);
    let line = place.line.map_or_else(String::new, |line| format!(":{line}"));
    let commit = place.commit.as_deref().map_or_else(String::new, |commit| {
        format!(" in commit {}", foreign(&commit.chars().take(10).collect::<String>()))
    });
    let repository = place.repository.as_deref().filter(|it| *it != ".");
    let repository = repository.map_or_else(String::new, |it| format!(" of {}", foreign(it)));
    format!("{path}{line}{commit}{repository}")
}

/// Returns a line on what came of one.
pub(crate) fn shown_outcome(wanted: &Credential, outcome: &Revocation) -> String {
    let name = foreign(&wanted.name);
    match outcome {
        Revocation::Dead(evidence) => format!("proven dead: {name}: {evidence}"),
        Revocation::NotConfirmed(why) | Revocation::NotKnown(why) => format!("NOT CONFIRMED: {name}: {why}"),
        Revocation::Refused(why) => format!("NOT REVOKED: {name}: {why}"),
    }
}

/// Counts of what came of all of them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Number of those whose deletion Datadog took.
    revoked: usize,
    /// Number of those that are proven dead.
    dead: usize,
    /// Number of those of which nobody knows.
    unknown: usize,
    /// Those that were not revoked, each with the reason.
    skipped: Vec<String>,
}

impl Tally {
    /// Begins with what a plan leaves out.
    pub(super) fn of_plan(planned: &[Planned]) -> Self {
        let skipped = planned.iter().filter_map(|it| {
            let why = match &it.fate {
                Fate::Revoke(_) => return None,
                Fate::Refused { why, .. } => format!("not possible: {}", foreign(why)),
                Fate::Nothing { why } => format!("nothing to do: {}", foreign(why)),
            };
            Some(format!("{}: {why}", foreign(&it.wanted.name)))
        });
        Self { skipped: skipped.collect(), ..Self::default() }
    }

    /// Counts an outcome.
    pub(super) fn add_outcome(&mut self, wanted: &Credential, outcome: &Revocation) {
        match outcome {
            Revocation::Dead(_) => {
                self.revoked += 1;
                self.dead += 1;
            }
            Revocation::NotConfirmed(_) => {
                self.revoked += 1;
                self.unknown += 1;
            }
            Revocation::NotKnown(_) => self.unknown += 1,
            Revocation::Refused(why) => self.add_skipped(wanted, &format!("not revoked: {why}")),
        }
    }

    /// Counts one that was not revoked.
    pub(super) fn add_skipped(&mut self, wanted: &Credential, why: &str) {
        self.skipped.push(format!("{}: {}", foreign(&wanted.name), foreign(why)));
    }

    /// Returns the counts, and the reason for each that was skipped.
    pub(super) fn summary_text(&self) -> String {
        let Self { revoked, dead, unknown, skipped } = self;
        let skips: String = skipped.iter().map(|why| format!("\n  skipped {why}")).collect();
        let count = skipped.len();
        format!("\nSummary: {revoked} revoked, {dead} proven dead, {unknown} unknown, {count} skipped{skips}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, repository: &str) -> ReceiptPlace {
        ReceiptPlace {
            path: Some(path.to_owned()),
            line: Some(3),
            commit: Some("2e0dd5edad00".to_owned()),
            repository: Some(repository.to_owned()),
        }
    }

    #[test]
    fn each_place_is_named_once() {
        let places = [place("a", "."), place("a", "."), place("b", "shop")];
        let wanted = Credential { places: places.to_vec(), ..Credential::default() };
        assert_eq!(shown_places(&wanted), ["a:3 in commit 2e0dd5edad", "b:3 in commit 2e0dd5edad of shop"]);
    }
}
