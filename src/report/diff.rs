//! Two reports compared: the proof that a clean-up worked.

mod change;
mod page;

use std::collections::HashMap;
use std::io::{self, Write};

use indicatif::HumanCount;
use serde::Serialize;

use super::json::{FindingJson, SCHEMA_VERSION, finding_json};
use super::markdown::{code, escaped, plain_code};
use super::name::foreign;
use super::only::Only;
use super::options::Format;
use super::options::Options;
use super::order::{gravest_first, shown_places};
use super::words::state_word;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::scan::{Outcome, ScanLimit};
use change::{Change, changes_between};

/// The findings of two reports, by what became of them.
#[derive(Debug)]
pub struct Comparison<'o, 'r> {
    /// Those that count in the later one only.
    new: Vec<&'o Finding<'r>>,
    /// Those that count in the earlier one only.
    gone: Vec<&'o Finding<'r>>,
    /// Those that count in the earlier one only, where the later one did not
    /// look at all that the earlier one looked at.
    not_seen: Vec<&'o Finding<'r>>,
    /// The limit by which it did not.
    lack: Option<ScanLimit>,
    /// Those that are another thing now.
    changed: Vec<(&'o Finding<'r>, Vec<Change>)>,
    /// How many are as they were.
    same: u64,
    /// How many are not shown.
    left_out: u64,
    has_news: bool,
}

/// The comparison as JSON.
#[derive(Serialize)]
struct ComparisonJson {
    schema_version: u64,
    new: Vec<FindingJson>,
    gone: Vec<FindingJson>,
    not_seen: Vec<FindingJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not_seen: Option<&'static str>,
    changed: Vec<ChangedJson>,
    same: u64,
    left_out: u64,
}

#[derive(Serialize)]
struct ChangedJson {
    changes: Vec<Change>,
    #[serde(flatten)]
    finding: FindingJson,
}

impl<'o, 'r> Comparison<'o, 'r> {
    /// The formats in which a comparison can be written.
    pub const FORMATS: [Format; 4] = [Format::Text, Format::Markdown, Format::Html, Format::Json];

    /// Compares what counts in two outcomes, by fingerprint. What counts in one
    /// and is suppressed in the other has changed, and is neither new nor gone.
    pub fn new(old: &'o Outcome<'r>, newer: &'o Outcome<'r>) -> Self {
        let (before, after) = (by_fingerprint(old), by_fingerprint(newer));
        let (new, gone, not_seen, changed) = Default::default();
        let lack = newer.summary.lack_beside(&old.summary);
        let mut it = Self { new, gone, not_seen, lack, changed, same: 0, left_out: 0, has_news: false };
        for finding in gravest_first(newer) {
            match before.get(finding.fingerprint.as_str()).map(|old| changes_between(old, finding)) {
                None => it.new.push(finding),
                Some(changes) if changes.is_empty() => it.same += 1,
                Some(changes) => it.changed.push((finding, changes)),
            }
        }
        for finding in gravest_first(old) {
            match after.get(finding.fingerprint.as_str()) {
                None if lack.is_some() => it.not_seen.push(finding),
                None => it.gone.push(finding),
                Some(now) if now.suppressed.is_some() => {
                    it.changed.push((now, changes_between(finding, now)))
                }
                Some(_) => {}
            }
        }
        it.has_news = it.finds_news();
        it
    }

    /// Shows only the differences that all expressions choose, and counts the
    /// others; what is new stays so, and decides.
    pub fn choose(&mut self, all: &[Only]) {
        let chooses = |finding: &Finding<'_>| all.iter().all(|only| only.chooses(finding));
        let shown = |it: &Self| (it.new.len() + it.gone.len() + it.not_seen.len() + it.changed.len()) as u64;
        let before = shown(self);
        self.new.retain(|finding| chooses(finding));
        self.gone.retain(|finding| chooses(finding));
        self.not_seen.retain(|finding| chooses(finding));
        self.changed.retain(|(finding, _)| chooses(finding));
        self.left_out += before - shown(self);
    }

    /// Returns whether something new counts, or is live that was not, shown or
    /// not.
    pub fn has_news(&self) -> bool {
        self.has_news
    }

    /// Returns whether the later report covers the earlier one: only then is
    /// what it does not hold gone.
    pub fn is_whole(&self) -> bool {
        self.lack.is_none()
    }

    fn finds_news(&self) -> bool {
        let counts = |finding: &Finding<'_>| finding.rule.severity() > Severity::Info;
        self.new.iter().any(|finding| counts(finding))
            || self.changed.iter().any(|(it, changes)| counts(it) && changes.iter().any(Change::is_news))
    }

    /// Writes the comparison.
    ///
    /// # Errors
    ///
    /// Whatever `out` returns.
    pub fn write(&self, format: Format, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Json => self.write_json(options, out),
            Format::Markdown => self.write_markdown(options, out),
            Format::Html => page::write(
                &self.sentence(),
                self.same,
                [&self.new, &self.gone, &self.not_seen],
                &self.changed,
                out,
            ),
            _ => self.write_text(options, out),
        }
    }

    fn sentence(&self) -> String {
        let count = |n: usize| HumanCount(n as u64);
        let (new, gone, changed) = (count(self.new.len()), count(self.gone.len()), count(self.changed.len()));
        let left_out = match self.left_out {
            0 => String::new(),
            n => format!(", {} left out by --only", HumanCount(n)),
        };
        let not_seen = match self.lack {
            None => String::new(),
            Some(lack) => format!("; {} not seen: {}", count(self.not_seen.len()), lack.reason()),
        };
        let same = HumanCount(self.same);
        format!("{new} new, {gone} gone, {changed} changed, {same} as before{left_out}{not_seen}")
    }

    fn write_json(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        let all = |findings: &[&Finding<'_>]| findings.iter().map(|it| finding_json(it, options)).collect();
        let changed = self.changed.iter().map(|(finding, changes)| ChangedJson {
            changes: changes.clone(),
            finding: finding_json(finding, options),
        });
        let comparison = ComparisonJson {
            schema_version: SCHEMA_VERSION,
            new: all(&self.new),
            gone: all(&self.gone),
            not_seen: all(&self.not_seen),
            why_not_seen: self.lack.map(ScanLimit::as_str),
            changed: changed.collect(),
            same: self.same,
            left_out: self.left_out,
        };
        serde_json::to_writer_pretty(&mut *out, &comparison)?;
        out.write_all(b"\n")
    }

    fn write_text(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        for (word, findings) in [("new", &self.new), ("gone", &self.gone), ("not seen", &self.not_seen)] {
            for finding in findings {
                writeln!(out, "{word}: {}", one_line(finding))?;
                let (places, more) = shown_places(finding, options.authors);
                places.iter().try_for_each(|place| writeln!(out, "    {place}"))?;
                if more > 0 {
                    let places = if more == 1 { "place" } else { "places" };
                    writeln!(out, "    and {more} more {places}")?;
                }
            }
        }
        for (finding, changes) in &self.changed {
            writeln!(out, "changed: {}", one_line(finding))?;
            for Change { field, old, new } in changes {
                writeln!(out, "    {field}: {old} -> {new}")?;
            }
        }
        writeln!(out, "{}.", self.sentence())
    }

    fn write_markdown(&self, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# dogcatcher: two reports compared\n\n**{}.**", self.sentence())?;
        for (title, findings) in [("New", &self.new), ("Gone", &self.gone), ("Not seen", &self.not_seen)] {
            if findings.is_empty() {
                continue;
            }
            writeln!(
                out,
                "\n## {title}\n\n| credential | severity | where | fingerprint |\n|---|---|---|---|"
            )?;
            for finding in findings {
                let place =
                    shown_places(finding, options.authors).0.first().map_or_else(String::new, |it| code(it));
                writeln!(out, "| {} | {place} | {} |", cells(finding), plain_code(&finding.fingerprint))?;
            }
        }
        if !self.changed.is_empty() {
            writeln!(
                out,
                "\n## Changed\n\n| credential | severity | change | fingerprint |\n|---|---|---|---|"
            )?;
        }
        for (finding, changes) in &self.changed {
            let line =
                |it: &Change| format!("{}: {} → {}", escaped(it.field), escaped(&it.old), escaped(&it.new));
            let changes: Vec<String> = changes.iter().map(line).collect();
            let (cells, name) = (cells(finding), plain_code(&finding.fingerprint));
            writeln!(out, "| {cells} | {} | {name} |", changes.join("<br>"))?;
        }
        Ok(())
    }
}

/// All findings of an outcome, those that are suppressed included.
fn by_fingerprint<'o, 'r>(outcome: &'o Outcome<'r>) -> HashMap<&'o str, &'o Finding<'r>> {
    outcome.findings.iter().map(|finding| (finding.fingerprint.as_str(), finding)).collect()
}

/// Kind, name and gravity in one line.
fn one_line(finding: &Finding<'_>) -> String {
    let state = state_word(finding).map_or_else(String::new, |state| format!("{state}, "));
    let (name, redacted) = (foreign(finding.rule.name()), foreign(&finding.redacted));
    let (severity, grade) = (finding.severity().as_str(), finding.confidence.as_str());
    format!("{name} {redacted}: {state}{severity}, {grade}")
}

/// The same as two cells of a table.
fn cells(finding: &Finding<'_>) -> String {
    let state = state_word(finding).map_or_else(String::new, |state| format!("**{state}**, "));
    let (severity, grade) = (finding.severity().as_str(), finding.confidence.as_str());
    let name = escaped(finding.rule.name());
    format!("{name}<br>{} | {state}{severity}, {grade}", code(&finding.redacted))
}
