//! Reports that were written earlier, read back. They may be anybody's: nothing
//! in one is shown as it stands there.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::input::open_json;
use super::json::{FindingJson, ReportJson, SCHEMA_VERSION, SummaryJson, ToolJson};
use crate::error::Error;
use crate::finding::is_fingerprint;
use crate::location::without_mark;

/// The largest report that is read, in bytes.
const MAX_REPORT: u64 = 1 << 30;

/// A JSON or JSON lines report, and where it was read.
#[derive(Debug)]
pub struct SavedReport {
    /// The name of the file.
    pub name: String,
    /// Attributes of it.
    pub report: ReportJson,
    /// True where it says what was looked at: JSON lines hold findings only.
    pub has_summary: bool,
}

/// The keys by which the two kinds are told apart.
#[derive(Deserialize)]
struct Kind {
    schema_version: Option<IgnoredAny>,
    rule_id: Option<IgnoredAny>,
}

impl SavedReport {
    /// Reads a report that `--report json=FILE` or `--report jsonl=FILE` wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is too large, or is no whole report of a
    /// version that is known.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let unreadable = |cause: io::Error| Error::io("read the report", &name, &cause);
        let is_file = path.metadata().map_err(unreadable)?.is_file();
        let saved = match is_file {
            true if path.metadata().map_err(unreadable)?.len() > MAX_REPORT => return Err(too_large(&name)),
            // Read twice, and never held as a whole: to see what it is, and what it says.
            true => Self::parse_streams(&name, is_lines(path), &|| open_json(path))?,
            false => {
                // It may hold secrets, where those were asked for.
                let mut bytes = Zeroizing::new(Vec::new());
                let read =
                    File::open(path).and_then(|file| file.take(MAX_REPORT + 1).read_to_end(&mut bytes));
                read.map_err(unreadable)?;
                if bytes.len() as u64 > MAX_REPORT {
                    return Err(too_large(&name));
                }
                Self::parse(&name, &bytes)?
            }
        };
        Ok(saved)
    }

    /// Reads the bytes of such a report, which `name` tells of in errors.
    ///
    /// # Errors
    ///
    /// They are no whole report of a version that is known.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let text = Zeroizing::new(without_mark(bytes).into_owned());
        Self::parse_streams(name, false, &|| Ok(Box::new(&text[..])))
    }

    /// Reads a report from a stream that can be opened again. Nothing at all is a report of no finding where lines are expected.
    fn parse_streams<'b>(
        name: &str,
        is_lines: bool,
        open: &dyn Fn() -> io::Result<Box<dyn Read + 'b>>,
    ) -> Result<Self, Error> {
        let unreadable = |cause: io::Error| Error::io("read the report", name, &cause);
        let no_report =
            |error: serde_json::Error| wrong(name, format!("it is no JSON report of dogcatcher: {error}"));
        let json = || open().map(serde_json::Deserializer::from_reader).map_err(unreadable);
        let first = json()?.into_iter::<Kind>().next().transpose().map_err(no_report)?;
        let saved = match first {
            None if is_lines => Self::of_lines(name.to_owned(), Vec::new()),
            Some(Kind { schema_version: None, rule_id: Some(_) }) => {
                let findings = json()?.into_iter::<FindingJson>().collect::<Result<_, _>>();
                Self::of_lines(name.to_owned(), findings.map_err(no_report)?)
            }
            _ => {
                let report = serde_json::from_reader(open().map_err(unreadable)?).map_err(no_report)?;
                Self { name: name.to_owned(), report, has_summary: true }
            }
        };
        saved.checked()
    }

    /// The report that JSON lines stand for.
    fn of_lines(name: String, findings: Vec<FindingJson>) -> Self {
        let (summary, tool) = (SummaryJson::default(), ToolJson::default());
        let report =
            ReportJson { schema_version: SCHEMA_VERSION, tool, summary, findings, rejections: Vec::new() };
        Self { name, report, has_summary: false }
    }

    /// The report, if everything holds that its readers build upon.
    fn checked(self) -> Result<Self, Error> {
        let version = self.report.schema_version;
        if version != SCHEMA_VERSION {
            let why = format!("its schema_version is {version}, this program knows {SCHEMA_VERSION}");
            return Err(wrong(&self.name, why));
        }
        for (number, finding) in (1..).zip(&self.report.findings) {
            if !is_fingerprint(&finding.fingerprint) {
                return Err(wrong(&self.name, format!("finding {number} has a `fingerprint` that is none")));
            }
            if finding.locations.is_empty() {
                return Err(wrong(
                    &self.name,
                    format!("finding {number} stands nowhere: it has no `locations`"),
                ));
            }
        }
        Ok(self)
    }
}

fn wrong(name: &str, why: String) -> Error {
    Error::usage("read the report", name, why)
        .mend("write one with `dogcatcher scan --fail-on never --report json=FILE`")
}

/// Returns whether the name of a file says that it holds JSON lines.
fn is_lines(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jsonl")
}

fn too_large(name: &str) -> Error {
    wrong(name, "it is larger than 1 GiB".to_owned())
}
