//! A comparison as one page, for people who were not there.

use std::io::{self, Write};

use askama::Template;

use super::change::Change;
use crate::finding::Finding;
use crate::report::name::{foreign, shown_day};
use crate::report::order::shown_places;
use crate::report::page_policy::{PAGE_STYLE, content_policy};
use crate::report::words::state_word;

/// The whole page.
#[derive(Template)]
#[template(config = "src/report/html/askama.toml", path = "diff.html")]
struct Page {
    policy: String,
    style: &'static str,
    version: &'static str,
    day: String,
    sentence: String,
    same: u64,
    sections: [Section; 4],
}

/// The findings of which the same became.
struct Section {
    id: &'static str,
    title: &'static str,
    class: &'static str,
    /// The heading of the column that says what is particular.
    column: &'static str,
    rows: Vec<Row>,
}

/// A finding in texts that are fit to be shown.
struct Row {
    redacted: String,
    name: String,
    state: Option<&'static str>,
    severity: &'static str,
    /// Places, or changes.
    notes: Vec<String>,
    fingerprint: String,
}

/// Writes the page: new, changed, gone, not seen.
pub(super) fn write(
    sentence: &str,
    same: u64,
    [new, gone, not_seen]: [&[&Finding<'_>]; 3],
    changed: &[(&Finding<'_>, Vec<Change>)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let section = |id, title, class, column, rows| Section { id, title, class, column, rows };
    let standing = |findings: &[&Finding<'_>]| findings.iter().map(|it| row(it, places(it))).collect();
    let change = |it: &Change| format!("{}: {} → {}", it.field, it.old, it.new);
    let changed = changed.iter().map(|(it, all)| row(it, all.iter().map(change).collect())).collect();
    let sections = [
        section("new", "New", "bad", "where", standing(new)),
        section("changed", "Changed", "", "change", changed),
        section("gone", "Gone", "", "where it stood", standing(gone)),
        section("not-seen", "Not seen", "", "where it stood", standing(not_seen)),
    ];
    let page = Page {
        policy: content_policy(None),
        style: PAGE_STYLE,
        version: env!("CARGO_PKG_VERSION"),
        day: shown_day(jiff::Timestamp::now().as_second()),
        sentence: sentence.to_owned(),
        same,
        sections,
    };
    let mut out = out;
    page.write_into(&mut out)?;
    out.write_all(b"\n")
}

fn row(finding: &Finding<'_>, notes: Vec<String>) -> Row {
    Row {
        redacted: foreign(&finding.redacted),
        name: foreign(finding.rule.name()),
        state: state_word(finding),
        severity: finding.severity().as_str(),
        notes,
        fingerprint: finding.fingerprint.clone(),
    }
}

/// The first few places, and the number of the others.
fn places(finding: &Finding<'_>) -> Vec<String> {
    let (mut places, more) = shown_places(finding, false);
    places.extend((more > 0).then(|| format!("and {more} more")));
    places
}
