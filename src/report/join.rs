//! Several reports as one: shards of a run, or the repositories of an
//! organisation.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::finding::{Finding, MAX_TIPS, merge_findings};
use crate::location::{GitText, Origin};
use crate::scan::{Outcome, Summary};

/// Joins outcomes: a secret that stands in several is one finding. Counts are
/// added up.
pub fn join<'r>(outcomes: Vec<Outcome<'r>>) -> Option<Outcome<'r>> {
    let mut outcomes = outcomes.into_iter();
    let first = outcomes.next()?;
    let mut outcomes = outcomes.peekable();
    if outcomes.peek().is_none() {
        return Some(first);
    }
    let mut whole = Outcome { findings: Vec::new(), summary: Summary::default(), provenance: None, ..first };
    let mut facts: HashMap<String, Finding<'r>> = HashMap::new();
    let first = (first.findings, first.summary, Vec::new());
    let others = outcomes.map(|outcome| (outcome.findings, outcome.summary, outcome.configs));
    let mut sightings = Vec::new();
    for (findings, summary, configs) in [first].into_iter().chain(others) {
        whole.summary.add_run(summary);
        whole.configs.extend(configs);
        for finding in findings {
            let finding = with_suppressed_places(finding);
            match facts.get_mut(&finding.fingerprint) {
                Some(known) => add_facts(known, &finding),
                None => drop(facts.insert(
                    finding.fingerprint.clone(),
                    Finding { locations: Vec::new(), ..finding.clone() },
                )),
            }
            sightings.push(finding);
        }
    }
    whole.findings = merge_findings(sightings);
    for finding in &mut whole.findings {
        if let Some(known) = facts.remove(&finding.fingerprint) {
            let Finding { first_seen, in_head, tips, more_tips, liveness, suppressed, .. } = known;
            (finding.first_seen, finding.in_head, finding.liveness) = (first_seen, in_head, liveness);
            (finding.tips, finding.more_tips, finding.suppressed) = (tips, more_tips, suppressed);
        }
    }
    whole.summary.count_again(&whole.findings);
    Some(whole)
}

/// The finding, with each place saying itself why it does not count: it may
/// count in another report.
fn with_suppressed_places(mut finding: Finding<'_>) -> Finding<'_> {
    if let Some(why) = &finding.suppressed {
        for place in &mut finding.locations {
            place.suppressed.get_or_insert_with(|| why.clone());
        }
    }
    finding
}

/// Adds what another report knows of the same secret: the earliest sighting,
/// and the latest answer of Datadog's.
fn add_facts<'r>(known: &mut Finding<'r>, other: &Finding<'r>) {
    known.first_seen = known.first_seen.into_iter().chain(other.first_seen).min();
    known.in_head = known.in_head.max(other.in_head);
    if other.suppressed.is_none() {
        known.suppressed = None;
    }
    let checked = |finding: &Finding<'_>| finding.liveness.as_ref().map(|liveness| liveness.checked_at);
    if checked(other) > checked(known) {
        known.liveness.clone_from(&other.liveness);
    }
    let seen: HashSet<&String> = known.tips.iter().collect();
    let new: Vec<String> = other.tips.iter().filter(|tip| !seen.contains(tip)).cloned().collect();
    known.tips.extend(new);
    known.more_tips += other.more_tips + known.tips.len().saturating_sub(MAX_TIPS) as u64;
    known.tips.truncate(MAX_TIPS);
}

/// Gives the repository of a report another name, where it is the one in which
/// the scan was started: in a report of several, `.` says nothing. Its files
/// are seen from above it, then.
pub fn name_repository(outcome: &mut Outcome<'_>, name: &str) {
    let here = Path::new(".");
    let named: Arc<Path> = Path::new(name).into();
    let places = outcome.findings.iter_mut().flat_map(|finding| &mut finding.locations);
    for place in places.filter(|place| place.repository.as_deref() == Some(here)) {
        place.repository = Some(Arc::clone(&named));
        place.origin = seen_from_above(&place.origin, &named);
    }
    for gap in outcome.summary.skipped.iter_mut().filter(|gap| gap.repository.as_deref() == Some(here)) {
        gap.repository = Some(Arc::clone(&named));
    }
    if let Some(totals) = outcome.summary.repositories.remove(here) {
        outcome.summary.repositories.insert(named, totals);
    }
    for finding in &mut outcome.findings {
        let of = |tip: &String| if tip.contains(':') { tip.clone() } else { format!("{name}:{tip}") };
        finding.tips = finding.tips.iter().map(of).collect();
    }
}

/// The origin of a text in the repository of that name, seen from the folder
/// that holds the repository.
fn seen_from_above(origin: &Origin, name: &Arc<Path>) -> Origin {
    match origin {
        Origin::File(path) => Origin::File(name.join(path).into()),
        Origin::Stdin => Origin::Stdin,
        Origin::Git(text) => {
            Origin::Git(Arc::new(GitText { repository: Arc::clone(name), ..GitText::clone(text) }))
        }
        Origin::Member(member) => seen_from_above(&member.outer, name).member(&member.path),
        Origin::NameOf(named) => seen_from_above(named, name).into_name(),
    }
}
