//! Counts of findings by kind and by repository, for the tables of reports for
//! people.

use super::group::group_findings;
use super::name::foreign;
use super::options::GroupBy;
use super::order::is_current;
use crate::finding::{Finding, State};

/// A table of counts.
#[derive(Debug)]
pub(super) struct CountTable {
    /// The heading of each column of counts.
    pub(super) headings: Vec<String>,
    /// The name of each row, and its counts.
    pub(super) rows: Vec<(String, Vec<u64>)>,
}

/// A heading, and which findings stand below it.
type Column = (&'static str, fn(&Finding<'_>) -> bool);

/// Counts of each kind.
const COLUMNS: [Column; 6] = [
    ("found", |_| true),
    ("live", |it| state(it) == Some(State::Live)),
    ("unknown", |it| state(it) == Some(State::Unknown)),
    ("dead", |it| state(it) == Some(State::Dead)),
    ("there today", is_current),
    ("history only", |it| !is_current(it)),
];

fn state(finding: &Finding<'_>) -> Option<State> {
    finding.liveness.as_ref().map(|it| it.state)
}

/// How many of each kind there are, and how many of these are live or stand
/// somewhere today; without columns that hold nothing.
pub(super) fn count_kinds(active: &[&Finding<'_>]) -> CountTable {
    let columns: Vec<Column> =
        COLUMNS.into_iter().filter(|(_, counts)| active.iter().any(|it| counts(it))).collect();
    let count = |findings: &[&Finding<'_>], counts: fn(&Finding<'_>) -> bool| {
        findings.iter().filter(|it| counts(it)).count() as u64
    };
    let kinds = group_findings(active, GroupBy::Credential, false).into_iter();
    let rows = kinds.map(|kind| {
        let counts = columns.iter().map(|(_, counts)| count(&kind.findings, *counts)).collect();
        (kind.title, counts)
    });
    CountTable {
        rows: rows.collect(),
        headings: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
    }
}

/// How many of each kind stand in each repository: one that stands in two
/// counts in both.
pub(super) fn count_repositories(active: &[&Finding<'_>]) -> CountTable {
    let mut kinds: Vec<&str> = Vec::new();
    for name in active.iter().map(|finding| finding.rule.name()) {
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    let rows = group_findings(active, GroupBy::Repository, false).into_iter().map(|repository| {
        let of = |kind: &&str| repository.findings.iter().filter(|it| it.rule.name() == *kind).count() as u64;
        (repository.title, kinds.iter().map(of).collect())
    });
    CountTable { rows: rows.collect(), headings: kinds.into_iter().map(foreign).collect() }
}
