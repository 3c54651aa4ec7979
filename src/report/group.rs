//! Groups of findings: by what is wrong with them, whose they are, or where
//! they stand.

use std::path::Path;

use super::name::{foreign, shown_path};
use super::options::GroupBy;
use super::words::state_word;
use crate::finding::{Finding, Location};

/// Findings that have something in common.
#[derive(Debug)]
pub(super) struct Group<'o, 'r> {
    /// The property that they share, in words; defused already.
    pub(super) title: String,
    /// The findings, in the order in which they were given.
    pub(super) findings: Vec<&'o Finding<'r>>,
}

/// Groups findings, in the order in which the groups are met. A finding is in
/// each group that one of its places belongs to.
pub(super) fn group_findings<'o, 'r>(
    findings: &[&'o Finding<'r>],
    by: GroupBy,
    authors: bool,
) -> Vec<Group<'o, 'r>> {
    let mut groups: Vec<Group<'o, 'r>> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for &finding in findings {
        for title in titles_of(finding, by, authors) {
            let at = *known.entry(title).or_insert_with_key(|title| {
                groups.push(Group { title: title.clone(), findings: Vec::new() });
                groups.len() - 1
            });
            groups[at].findings.push(finding);
        }
    }
    groups
}

/// The groups of a finding, each once.
pub(super) fn titles_of(finding: &Finding<'_>, by: GroupBy, authors: bool) -> Vec<String> {
    match by {
        GroupBy::Gravity => vec![gravity(finding)],
        GroupBy::Credential => vec![foreign(finding.rule.name())],
        GroupBy::Owner => {
            let owner = finding.liveness.as_ref().and_then(|liveness| liveness.owner.as_deref());
            vec![owner.map_or_else(|| "owner not known".to_owned(), foreign)]
        }
        GroupBy::Repository => {
            of_places(finding, "in no repository", |place| place.repository.as_deref().map(shown_repository))
        }
        GroupBy::Author if !authors => vec!["authors were not asked for: --authors".to_owned()],
        GroupBy::Author => of_places(finding, "author not known", |place| {
            place.commit.as_ref().map(|commit| foreign(&commit.author_signature()))
        }),
        GroupBy::Path => of_places(finding, "in no file", |place| place.origin.path().map(shown_path)),
    }
}

/// Distinct values of the places that count, in order; `none` where a place has
/// no value.
fn of_places(finding: &Finding<'_>, none: &str, value: impl Fn(&Location) -> Option<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let all = finding.active_locations().map(|place| value(place).unwrap_or_else(|| none.to_owned()));
    all.filter(|title| seen.insert(title.clone())).collect()
}

/// Liveness, severity, confidence and kind in words.
fn gravity(finding: &Finding<'_>) -> String {
    let state = state_word(finding).map_or_else(String::new, |state| format!("{state}, "));
    let (severity, grade) = (finding.severity().as_str(), finding.confidence.as_str());
    format!("{state}{severity}, {grade}: {}", foreign(finding.rule.name()))
}

/// The name of a repository; the one here has a word instead of a dot.
pub(super) fn shown_repository(name: &Path) -> String {
    if name == Path::new(".") { "this repository".to_owned() } else { shown_path(name) }
}
