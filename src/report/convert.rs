//! Reports of other scanners, judged anew without any network: what they call a
//! Datadog key, and what it is.
//!
//! ```text
//! claim → the text around it (the file, where it is at hand; the line or match in the report; the credential alone) → the detector
//!   found      a finding, with checksum, id and grade
//!   rejected   a false alarm, and why: a hash, an identifier, a stand-in, …
//!   neither    it cannot be told (masked, hashed, no line), or it is none of Datadog's
//! ```

mod heard;
mod judge;
mod place;
mod sha1_hex;
mod sum;
mod verdict;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use super::claim::{Claim, ClaimedFiles, Held};
use super::name::{foreign, shown_path};
use super::peers::read_claims;
use crate::detect::Detector;
use crate::error::{Error, SkipReason};
use crate::finding::{self, Finding};
use crate::location::Position;
use crate::scan::{Outcome, Rejection, Skipped, Summary};
use judge::Judge;
use place::{location_of, origin_of};
use sum::Tally;
use verdict::{Credential, Verdict};

/// The most claims that cannot be told, and name Datadog, that are listed one
/// by one of each report.
const MAX_LISTED: usize = 1000;

/// Reports of other scanners, while they are converted.
#[derive(Debug)]
pub struct Conversion<'d, 'r> {
    judge: Judge<'d, 'r>,
    findings: HashMap<String, Finding<'r>>,
    rejections: Vec<Rejection>,
    summary: Summary,
    tallies: Vec<Tally>,
}

impl<'d, 'r> Conversion<'d, 'r> {
    /// Begins a conversion. Where `files` are at hand, those are looked into
    /// that the reports name: there stands what a report masks or leaves out.
    pub fn new(detector: &'d Detector<'r>, files: Option<&'d dyn ClaimedFiles>) -> Self {
        Self {
            judge: Judge::new(detector, files),
            findings: HashMap::new(),
            rejections: Vec::new(),
            summary: Summary::default(),
            tallies: Vec::new(),
        }
    }

    /// Adds what a report claims.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no whole report of a scanner that is
    /// known.
    pub fn add_report(&mut self, file: &Path) -> Result<(), Error> {
        let mut tally = Tally::new(shown_path(file));
        let peer = read_claims(file, &mut |claim| self.add_claim(&claim, &mut tally))?;
        tally.scanner = foreign(&peer.scanner);
        for number in &peer.unknown {
            let why = format!("record {number} of {} has a shape that is not known", tally.scanner);
            self.summary.skipped.push(Skipped::failure(SkipReason::Claim, file, why));
        }
        let unlisted = tally.unlisted();
        if unlisted > 0 {
            let why = format!(
                "{unlisted} claims of {} are masked, hashed or without their line, and may be Datadog's",
                tally.scanner
            );
            self.summary.skipped.push(Skipped::failure(SkipReason::Claim, file, why));
        }
        self.tallies.push(tally);
        Ok(())
    }

    fn add_claim(&mut self, claim: &Claim, tally: &mut Tally) {
        let rule = foreign(&claim.rule);
        match self.judge.judge(claim) {
            Verdict::Found(confidence, credentials) => {
                tally.add_found(&rule, confidence);
                credentials.into_iter().for_each(|credential| self.add_credential(claim, credential));
            }
            Verdict::Rejected { rule_id, reason, grounds, .. } => {
                tally.add_false_alarm(&rule, reason.into(), || place_of(claim));
                *self.summary.rejected.entry(reason).or_default() += 1;
                let start = Position { line: claim.place.line, column: claim.place.column };
                let origin = origin_of(claim);
                self.rejections.push(Rejection {
                    origin,
                    repository: None,
                    byte_offset: 0,
                    start,
                    rule_id,
                    reason,
                    grounds,
                });
            }
            Verdict::NoCredential(why) => tally.add_false_alarm(&rule, why, || place_of(claim)),
            Verdict::Unknown(why) => {
                let is_listed = claim.names_datadog && tally.listed < MAX_LISTED;
                tally.add_unknown(&rule, why, is_listed);
                if is_listed {
                    let why = format!("line {}: {rule}: {}", claim.place.line, words_of_unknown(claim, why));
                    let name = origin_of(claim).name();
                    self.summary.skipped.push(Skipped::failure(SkipReason::Claim, name, why));
                }
            }
            Verdict::Others => tally.others += 1,
        }
    }

    /// Adds a credential at the place that a claim names, or a file has.
    fn add_credential(&mut self, claim: &Claim, credential: Credential<'r>) {
        let Credential { found, site, place } = credential;
        let found = Finding::new(found, location_of(claim, place));
        let seen = place::time_of(claim);
        let found = Finding { first_seen: seen, site: found.site.or(site), ..found };
        match self.findings.get_mut(&found.fingerprint) {
            Some(known) => {
                known.first_seen = known.first_seen.into_iter().chain(found.first_seen).min();
                known.absorb_places(found);
            }
            None => drop(self.findings.insert(found.fingerprint.clone(), found)),
        }
    }

    /// Returns what the reports hold of Datadog's credentials, as a scan would
    /// have brought it, and the sum of what became of the claims.
    pub fn finish(self) -> (Outcome<'r>, ConversionSummary) {
        let mut findings: Vec<Finding<'r>> = self.findings.into_values().collect();
        for found in &mut findings {
            found.locations.sort_by(|one, other| (&one.origin, one.start).cmp(&(&other.origin, other.start)));
            found.locations.dedup_by(|one, other| one.origin == other.origin && one.start == other.start);
        }
        findings.sort_by_cached_key(|it| {
            let first = it.locations.first().map(|first| (first.origin.clone(), first.start));
            (first, it.rule.id().to_owned(), it.fingerprint.clone())
        });
        finding::pair_keys(&mut findings);
        let mut summary = self.summary;
        summary.skipped.sort();
        summary.skipped.dedup();
        summary.count_again(&findings);
        let mut rejections = self.rejections;
        rejections.sort();
        let outcome = Outcome {
            findings,
            summary,
            rejections,
            configs: Vec::new(),
            config_failures: Vec::new(),
            provenance: None,
        };
        (outcome, ConversionSummary { tallies: self.tallies })
    }
}

/// Says why a claim cannot be judged, and what is known of it all the same.
fn words_of_unknown(claim: &Claim, why: &str) -> String {
    match &claim.held {
        Held::Masked { id: Some(id), .. } => format!("{why}; its token id is {id}"),
        _ => why.to_owned(),
    }
}

/// A place as it is shown in the sum.
fn place_of(claim: &Claim) -> String {
    format!("{}:{}", shown_path(&origin_of(claim).name()), claim.place.line)
}

/// The sum of what became of the claims of each report.
#[derive(Debug)]
pub struct ConversionSummary {
    tallies: Vec<Tally>,
}

impl ConversionSummary {
    /// Writes the sum: for each report how many of its claims are real, false
    /// alarms, or cannot be told, by rule.
    ///
    /// # Errors
    ///
    /// Whatever `out` returns.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.tallies.iter().try_for_each(|tally| tally.write(out))
    }
}
