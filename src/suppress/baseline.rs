//! A baseline: findings that are known, so that only new ones count.
//!
//! ```text
//! {"dogcatcher_baseline":1}
//! {"fingerprint":"fp1_07e2…","rule":"datadog-api-key","places":["deploy/prod.env"],"since":"2026-11-28","by":"ana","reason":"SEC-42"}
//! {"fingerprint":"fp1_a61e…", …}
//! ```
//!
//! One line a finding, in the order of the fingerprints: two branches that add
//! some change different places of the file. A fingerprint depends on rule and
//! secret alone, so an entry survives moves, rebases, squashes and
//! reformatting; its places only tell where the secret stood, so that another
//! one can be named. No line holds a secret.
//!
//! A saved JSON report is a baseline, too: of what counted when it was written.
//! A finding that it shows as allowed is not in it: when that entry goes or
//! expires, it counts again.

mod entry;
mod lines;
mod saved_report;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;

pub use entry::{BaselineEntry, Settlement};

use super::usage::Usage;
use crate::error::Error;
use crate::finding::{Finding, Location};
use crate::location::without_mark;

/// Findings that are known, by their fingerprints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    name: String,
    is_report: bool,
    entries: BTreeMap<String, BaselineEntry>,
}

/// Numbers of entries that an addition changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Additions {
    /// Entries that are new.
    pub added: usize,
    /// Entries that were there, and got other places or another end.
    pub changed: usize,
    /// Entries whose end is over, and stays so: their findings count.
    pub expired: usize,
}

impl Baseline {
    /// Makes one without entries; `name` is that of its file.
    pub fn empty(name: &str) -> Self {
        Self { name: name.to_owned(), is_report: false, entries: BTreeMap::new() }
    }

    /// Reads a baseline, or a report that `--report json=FILE` wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is neither; the error names the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::io("read the baseline", &name, &cause).mend("`dogcatcher baseline write FILE` makes one")
        })?;
        Self::parse(&name, &bytes)
    }

    /// Reads the bytes of one, which `name` tells of in errors.
    ///
    /// # Errors
    ///
    /// They are neither a baseline nor such a report.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::suppress::Baseline;
    /// let name = format!("fp1_{}", "07".repeat(16));
    /// let text = format!("{{\"dogcatcher_baseline\":1}}\n{{\"fingerprint\":\"{name}\",\"rule\":\"datadog-api-key\"}}\n");
    /// let baseline = Baseline::parse("known.jsonl", text.as_bytes()).unwrap();
    /// assert!(baseline.entry(&name).is_some());
    /// assert_eq!(baseline.to_text(), text);
    /// ```
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let text = without_mark(bytes);
        let is_report = !lines::is_baseline(&text);
        let entries = match is_report {
            true => saved_report::parse_report(name, &text)?,
            false => lines::parse_lines(name, &text)?,
        };
        Ok(Self { name: name.to_owned(), is_report, entries })
    }

    /// Returns the text of its file.
    pub fn to_text(&self) -> String {
        lines::text_of(self.entries.values())
    }

    /// Returns the name of the file, which reasons give.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether its file is a saved report, which knows no places,
    /// reasons and ends.
    pub fn is_report(&self) -> bool {
        self.is_report
    }

    /// Returns the entries, in the order of their fingerprints.
    pub fn entries(&self) -> impl Iterator<Item = &BaselineEntry> {
        self.entries.values()
    }

    /// Returns the entry of a fingerprint, whether or not its end is over.
    pub fn entry(&self, fingerprint: &str) -> Option<&BaselineEntry> {
        self.entries.get(fingerprint)
    }

    /// Adds the findings that count, and those that a baseline holds; a finding
    /// that is settled in another way needs no entry. An entry that is there
    /// keeps its reason and who gave it, and its end unless `settlement` names
    /// another.
    pub fn add_findings(
        &mut self,
        findings: &[Finding<'_>],
        settlement: &Settlement,
        today: Date,
    ) -> Additions {
        let mut additions = Additions::default();
        let is_open = |finding: &&Finding<'_>| {
            finding.suppressed.as_ref().is_none_or(|suppressed| suppressed.by == "baseline")
        };
        for finding in findings.iter().filter(is_open) {
            let found = BaselineEntry::of_finding(finding, settlement);
            match self.entries.get_mut(&finding.fingerprint) {
                None => {
                    additions.added += 1;
                    self.entries.insert(finding.fingerprint.clone(), found);
                }
                Some(known) => {
                    additions.changed += usize::from(known.update(found));
                    additions.expired += usize::from(known.has_expired(today));
                }
            }
        }
        additions
    }

    /// Returns the fate of the entries: those that match none of all findings
    /// of a scan, and those whose end is over.
    pub fn usage_of_entries(&self, findings: &[Finding<'_>], today: Date) -> Usage {
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let mut usage = Usage::default();
        for (entry, number) in self.entries.values().zip(1..) {
            let line = (number, entry.entry_words());
            if !found.contains(entry.fingerprint()) {
                usage.unused.push(line);
            } else if entry.has_expired(today) {
                usage.expired.push(line);
            }
        }
        usage
    }

    /// Returns the places of a finding where its entry does not know it to
    /// stand.
    pub fn new_places<'f>(&self, finding: &'f Finding<'_>) -> Vec<&'f Location> {
        let Some(entry) = self.entry(&finding.fingerprint) else { return Vec::new() };
        finding.locations.iter().filter(|place| entry.is_new_place(place)).collect()
    }

    /// Takes out the entries that match none of all findings of a scan; not
    /// those of rules that the scan did not know. Returns the words of those
    /// that went.
    pub fn remove_unmatched(
        &mut self,
        findings: &[Finding<'_>],
        knows_rule: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let mut removed = Vec::new();
        self.entries.retain(|fingerprint, entry| {
            let stays = found.contains(fingerprint.as_str()) || !knows_rule(entry.rule());
            if !stays {
                removed.push(entry.entry_words());
            }
            stays
        });
        removed
    }
}
