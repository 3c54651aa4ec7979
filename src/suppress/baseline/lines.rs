//! The file of a baseline: a first line that says what it is, then one JSON
//! object a line.
//!
//! ```text
//! known.jsonl:12   <<<<<<< HEAD                      conflict marks of a merge
//! known.jsonl:14   {"fingerprint":"fp1_00…", …}      again: it repeats line 9
//! known.jsonl:31   {"fingerprint":"fp1_4             cut off
//! ```
//!
//! Each is an error that names the line: a baseline that is half understood
//! would hide what it should not, or report what is settled. Lines in another
//! order are none: a merge makes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::BaselineEntry;
use crate::error::Error;
use crate::finding::{is_fingerprint, short_fingerprint};

/// The version of the format.
const VERSION: u64 = 1;

/// The beginning of the first line.
const FIRST: &[u8] = b"{\"dogcatcher_baseline\"";

/// Beginnings of the lines by which git marks a conflict.
const CONFLICT_MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    dogcatcher_baseline: u64,
}

/// Returns whether a text means to be a baseline: its first line says so, or
/// git's mark of a conflict stands there.
pub(super) fn is_baseline(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    text.starts_with(FIRST) || CONFLICT_MARKS.iter().any(|mark| text.starts_with(mark.as_bytes()))
}

/// Returns the text of a baseline.
pub(super) fn text_of<'e>(entries: impl Iterator<Item = &'e BaselineEntry>) -> String {
    let line = |json: Result<String, serde_json::Error>| json.expect("strings and numbers are JSON") + "\n";
    let first = line(serde_json::to_string(&Header { dogcatcher_baseline: VERSION }));
    entries.fold(first, |text, entry| text + &line(serde_json::to_string(entry)))
}

/// Reads a baseline, which `name` tells of in errors.
///
/// # Errors
///
/// A line is no entry, or one that stood there before.
pub(super) fn parse_lines(name: &str, text: &[u8]) -> Result<BTreeMap<String, BaselineEntry>, Error> {
    let mut numbers = BTreeMap::new();
    let mut entries = BTreeMap::new();
    let mut has_header = false;
    for (line, number) in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).zip(1..) {
        let at = Place { name, number };
        match line {
            b"" => {}
            _ if is_conflict_mark(line) => return Err(at.conflict()),
            _ if !has_header => {
                at.check_header(line)?;
                has_header = true;
            }
            _ => {
                let entry = at.parse_entry(line)?;
                if let Some(earlier) = numbers.insert(entry.fingerprint().to_owned(), number) {
                    return Err(at.repeated(&entry, earlier));
                }
                entries.insert(entry.fingerprint().to_owned(), entry.with_safe_text());
            }
        }
    }
    Ok(entries)
}

/// Returns whether a line is one by which git marks a conflict.
fn is_conflict_mark(line: &[u8]) -> bool {
    CONFLICT_MARKS.iter().any(|mark| line.starts_with(mark.as_bytes()))
}

/// A line of the file, for errors.
struct Place<'n> {
    name: &'n str,
    number: usize,
}

impl Place<'_> {
    /// Makes an error about the line.
    fn wrong(&self, why: impl Into<String>) -> Error {
        Error::usage("read the baseline", format!("{}:{}", self.name, self.number), why)
    }

    /// Makes the error of a merge that nobody finished.
    fn conflict(&self) -> Error {
        self.wrong("it is a conflict mark of a merge").mend(
            "keep the entries of both sides, each once, and remove the lines that begin with <<<<<<<, |||||||, ======= and >>>>>>>",
        )
    }

    /// Makes the error of an entry that stood there before.
    fn repeated(&self, entry: &BaselineEntry, earlier: usize) -> Error {
        let name = short_fingerprint(entry.fingerprint());
        self.wrong(format!("it repeats the fingerprint {name} of line {earlier}"))
            .mend(format!("keep one of the lines {earlier} and {}", self.number))
    }

    /// Checks the first line.
    fn check_header(&self, line: &[u8]) -> Result<(), Error> {
        let header: Header = serde_json::from_slice(line).map_err(|error| self.no_entry(&error))?;
        match header.dogcatcher_baseline {
            VERSION => Ok(()),
            other => Err(self
                .wrong(format!("its version is {other}, this program knows {VERSION}"))
                .mend("use the version of dogcatcher that wrote it, or a newer one")),
        }
    }

    /// Reads an entry.
    fn parse_entry(&self, line: &[u8]) -> Result<BaselineEntry, Error> {
        let entry: BaselineEntry = serde_json::from_slice(line).map_err(|error| self.no_entry(&error))?;
        if is_fingerprint(entry.fingerprint()) {
            return Ok(entry);
        }
        Err(self.wrong("its `fingerprint` is none").mend("it is `fp1_` and 32 digits, as reports give it"))
    }

    /// Makes the error of a line that is no JSON object of ours, without the
    /// place that serde adds.
    fn no_entry(&self, error: &serde_json::Error) -> Error {
        let restore = "bring it back from git, or remove the line: then its finding counts again";
        if error.is_eof() {
            return self.wrong("the line is cut off").mend(restore);
        }
        let text = error.to_string();
        let why = text.rsplit_once(" at line ").map_or(&*text, |(why, _)| why);
        self.wrong(format!("it is no entry: {why}")).mend(restore)
    }
}
