//! Receipts as evidence: what a revocation proved dead stays dead, also where
//! nobody can be asked.
//!
//! ```text
//! result dead                      → Dead, with the day and the evidence
//! result dead, then revoke         → nothing: a second run asked for it, so it was there again
//! result not_confirmed             → nothing, but the next run looks once more
//! ```
//!
//! A token is matched by its id, a key by the fingerprint of the finding
//! together with its last four characters: a receipt must not settle another
//! key.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;

use super::credential::Credential;
use super::receipt::{RECEIPT_VERSION, Receipt};
use crate::error::Error;
use crate::finding::{Finding, Liveness, State};
use crate::token::Site;

/// The largest file that is read, in bytes: a receipt takes about one thousand.
const MAX_FILE: u64 = 64 << 20;

/// The most characters of a text that is taken over from a receipt.
const MAX_TEXT: usize = 300;

/// The receipts of earlier revocations, by credential; the last line of each
/// counts.
#[derive(Debug, Clone, Default)]
pub struct Receipts {
    /// True where a file was read, whatever it proves.
    is_read: bool,
    /// Last receipt of each id.
    by_id: HashMap<String, Receipt>,
    /// Ids that receipts name for a finding, for keys that have no id of their
    /// own.
    ids_by_fingerprint: HashMap<String, Vec<String>>,
}

impl Receipts {
    /// Reads a file of receipts. Beside them come the errors of lines that are
    /// damaged or of another version, and do not count.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is a link or no file at all, or is larger than
    /// 64 MiB.
    pub fn read_file(path: &Path) -> Result<(Self, Vec<Error>), Error> {
        let name = path.display().to_string();
        let wrong = |why: &str, how: &str| Error::usage("read the receipts in", &name, why).mend(how);
        if path.is_symlink() {
            return Err(wrong("it is a link", "name the file that it leads to"));
        }
        let unreadable = |cause: io::Error| {
            Error::io("read the receipts in", &name, &cause)
                .mend("name a file that exists and that you may read")
        };
        let file = open_file(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(wrong("it is not a file", "name the file that a revocation wrote"));
        }
        let mut text = Vec::new();
        file.take(MAX_FILE + 1).read_to_end(&mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_FILE {
            let how = "keep the receipts that still matter in a smaller file, and name that";
            return Err(wrong("it is larger than 64 MiB", how));
        }
        Ok(Self::parse_lines(&name, &text))
    }

    /// Reads receipts, one a line. The name is that of the file, for errors.
    fn parse_lines(name: &str, text: &[u8]) -> (Self, Vec<Error>) {
        let (mut receipts, mut errors) = (Self { is_read: true, ..Self::default() }, Vec::new());
        for (number, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
            match receipt_of(line) {
                Ok(Some(receipt)) => receipts.add_receipt(receipt),
                Ok(None) => {}
                Err(why) => errors.push(
                    Error::usage("read the receipt at", format!("{name}:{number}"), why)
                        .mend("restore that line from a copy, or remove it; it does not count"),
                ),
            }
        }
        (receipts, errors)
    }

    /// Takes over a receipt, which replaces an earlier one of the same id.
    fn add_receipt(&mut self, receipt: Receipt) {
        if let Some(fingerprint) = &receipt.fingerprint {
            let ids = self.ids_by_fingerprint.entry(fingerprint.clone()).or_default();
            if !ids.contains(&receipt.id) {
                ids.push(receipt.id.clone());
            }
        }
        self.by_id.insert(receipt.id.clone(), receipt);
    }

    /// Returns whether none of them proves anything dead.
    fn is_without_proof(&self) -> bool {
        !self.by_id.values().any(Receipt::is_proof)
    }

    /// Returns whether a file of them was read: then what no receipt proves dead
    /// is not known, rather than not asked for.
    pub fn is_read(&self) -> bool {
        self.is_read
    }

    /// Returns the last receipt of a revocation that was asked for and is not
    /// proven, by Datadog's id or by a fingerprint.
    pub fn unproven_receipt(&self, id: Option<&str>, fingerprint: Option<&str>) -> Option<&Receipt> {
        let ids = fingerprint.and_then(|name| self.ids_by_fingerprint.get(name)).into_iter().flatten();
        let mut known = id.into_iter().chain(ids.map(String::as_str)).filter_map(|id| self.by_id.get(id));
        known.find(|receipt| !receipt.is_proof())
    }

    /// Returns the proof that something is dead.
    ///
    /// An access token is known by its id; a key by the fingerprint of the
    /// finding, whose last four characters must be those of the key that was
    /// revoked. Where several keys were revoked for one finding, all have to be
    /// proven: the one that lives may be the one that was found.
    fn proof_of_death(&self, credential: &Credential) -> Option<&Receipt> {
        if let Some(id) = credential.token_id {
            let receipt = self.by_id.get(&id.to_string())?;
            return Some(receipt).filter(|receipt| receipt.is_of_token() && receipt.is_proof());
        }
        let ids = self.ids_by_fingerprint.get(credential.fingerprint.as_deref()?)?;
        let all: Vec<&Receipt> = ids.iter().filter_map(|id| self.by_id.get(id)).collect();
        let fits = |receipt: &&Receipt| {
            receipt.is_proof() && !receipt.is_of_token() && receipt.last4 == credential.last4
        };
        // One that lives may be the one that was found.
        all.iter().all(fits).then(|| all.last().copied()).flatten()
    }

    /// Returns the verdict on something, given what was learned in this run:
    /// only what is proven here to be live, or dead, is newer than a receipt.
    pub fn settle_verdict(&self, credential: &Credential, verdict: Option<Liveness>) -> Option<Liveness> {
        let is_settled = |verdict: &Liveness| matches!(verdict.state, State::Live | State::Dead);
        if verdict.as_ref().is_some_and(is_settled) {
            return verdict;
        }
        match self.proof_of_death(credential).and_then(verdict_of_proof) {
            Some(dead) => Some(dead),
            None => verdict,
        }
    }

    /// Settles the verdict on each finding that counts.
    pub fn settle_findings(&self, findings: &mut [Finding<'_>]) {
        if self.is_without_proof() {
            return;
        }
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            let verdict = finding.liveness.take();
            finding.liveness = self.settle_verdict(&Credential::from_finding(finding), verdict);
        }
    }
}

/// Returns the verdict that a receipt proves, as of its time; none where its
/// time is none.
fn verdict_of_proof(receipt: &Receipt) -> Option<Liveness> {
    let time: jiff::Timestamp = receipt.time.parse().ok()?;
    let day = jiff::tz::Offset::UTC.to_datetime(time).date();
    let evidence = receipt.evidence.as_deref().unwrap_or("the receipt names no evidence");
    let why = format!("revoked, and proven dead on {day} (receipt): {}", shorten_text(evidence));
    Some(Liveness {
        checked_at: time.as_second(),
        id: Some(receipt.id.clone()),
        owner: receipt.owner.as_deref().map(shorten_text),
        name: receipt.name.as_deref().map(shorten_text),
        ..Liveness::new(State::Dead, Site::from_name(&receipt.site), why)
    })
}

/// Returns the beginning of a text, [`MAX_TEXT`] characters at most: the file
/// may be anybody's.
fn shorten_text(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// Reads the receipt of a line; none of a line that is empty.
///
/// # Errors
///
/// The line is damaged or of another version; the words name the column and
/// quote nothing.
fn receipt_of(line: &[u8]) -> Result<Option<Receipt>, String> {
    /// The version of a line, read before anything else of it.
    #[derive(Deserialize)]
    struct Version {
        #[serde(default)]
        schema_version: Option<u64>,
    }
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    // Always of one line, so that only the column says where.
    let damaged = |error: serde_json::Error| {
        let words = error.to_string();
        let what = words.split(" at line ").next().unwrap_or_default();
        format!("it is damaged: {what} (column {})", error.column())
    };
    let version: Version = serde_json::from_slice(line).map_err(damaged)?;
    if let Some(other) = version.schema_version.filter(|version| *version != RECEIPT_VERSION) {
        return Err(format!("its schema_version is {other}, and this program knows {RECEIPT_VERSION}"));
    }
    let receipt: Receipt = serde_json::from_slice(line).map_err(damaged)?;
    match receipt.time.parse::<jiff::Timestamp>() {
        Ok(_) => Ok(Some(receipt)),
        Err(_) => Err("it is damaged: its time is none".to_owned()),
    }
}

/// Opens a file for reading, without following a link or waiting for the other
/// end of a FIFO.
fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NOFOLLOW.union(rustix::fs::OFlags::NONBLOCK).bits().cast_signed(),
    );
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Kind;

    const ID: &str = "35ef7728-4761-41dd-8a7b-f1112a26f840";

    fn receipt_line(event: &str, result: &str, more: &str) -> String {
        format!(
            r#"{{"time":"2026-11-02T03:04:05Z","who":"ann","event":"{event}","credential":"api_key","id":"{ID}","site":"datadoghq.com","with":"x","result":{result}{more}}}"#
        )
    }

    fn settled_state(text: &str, last4: &str) -> Option<State> {
        let (receipts, errors) = Receipts::parse_lines("r", text.as_bytes());
        assert!(errors.is_empty(), "{errors:?}");
        let credential = Credential {
            kind: Some(Kind::ApiKey),
            fingerprint: Some("fp1_a".to_owned()),
            last4: Some(last4.to_owned()),
            ..Credential::default()
        };
        receipts.settle_verdict(&credential, None).map(|verdict| verdict.state)
    }

    #[test]
    fn the_last_line_counts() {
        let of = |event, result| receipt_line(event, result, r#","fingerprint":"fp1_a","last4":"ab12""#);
        let dead = of("result", "\"dead\"");
        assert_eq!(settled_state(&dead, "ab12"), Some(State::Dead));
        assert_eq!(settled_state(&dead, "ab13"), None, "of another key");
        for later in [of("revoke", "null"), of("result", "\"not_confirmed\""), of("result", "\"refused\"")] {
            assert_eq!(settled_state(&format!("{dead}\n{later}\n"), "ab12"), None, "{later}");
            assert_eq!(settled_state(&format!("{later}\n\n{dead}"), "ab12"), Some(State::Dead), "{later}");
        }
        assert_eq!(settled_state(&receipt_line("result", "\"dead\"", ""), "ab12"), None, "of no finding");
    }

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        let good = receipt_line("result", "\"dead\"", "");
        let other = receipt_line("result", "\"dead\"", r#","schema_version":2"#);
        let text = format!("{good}\n{}\n{other}\n\0\0\n[]\n", &good[..90]);
        let (receipts, errors) = Receipts::parse_lines("r", text.as_bytes());
        assert!(!receipts.is_without_proof());
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), 4, "{errors:?}");
        for (error, words) in
            errors.iter().zip(["r:2: it is damaged", "r:3: its schema_version is 2", "r:4:", "r:5:"])
        {
            assert!(error.contains(words) && error.contains("remove it"), "{error}");
        }
    }
}
