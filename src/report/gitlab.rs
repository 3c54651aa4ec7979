//! GitLab's report of secret detection, schema 15: what merge requests and the
//! vulnerability report show.

use std::io::{self, Write};

use serde::Serialize;

use super::github::file_of;
use super::name::shown_path;
use super::name::{foreign, shown_origin, shown_time};
use super::order::gravest_first;
use super::words::{repository_among, why};
use crate::finding::{Finding, Location};
use crate::rule::Severity;
use crate::scan::{Outcome, Summary};

/// The version of GitLab's schema that the report follows.
const VERSION: &str = "15.2.1";

#[derive(Serialize)]
struct Report<'a> {
    /// Version of the schema.
    version: &'static str,
    /// The run.
    scan: Scan,
    /// One entry for each place.
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Scan {
    /// The program, as what analyses.
    analyzer: Program,
    /// The same, as what scans.
    scanner: Program,
    /// `secret_detection`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Beginning, in UTC without a zone.
    start_time: String,
    /// End, in UTC without a zone.
    end_time: String,
    /// `success`: a scan that fails writes no report.
    status: &'static str,
    /// Inputs that were not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Program {
    /// `dogcatcher`.
    id: &'static str,
    /// The same for people.
    name: &'static str,
    /// Version of the program.
    version: &'static str,
    /// Who makes it.
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    /// Name that GitLab shows.
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    /// `warn`.
    level: &'static str,
    /// Sentence.
    value: String,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    /// Any text that is the same for the same place in the next report.
    id: String,
    /// `secret_detection`.
    category: &'static str,
    /// Name of such credentials.
    name: &'a str,
    /// Sentence on this one.
    description: String,
    /// Severity in GitLab's words.
    severity: &'static str,
    /// Steps, in Markdown.
    solution: &'a str,
    /// The place.
    location: Place,
    /// The rule and its name for GitLab.
    identifiers: [Identifier<'a>; 2],
    /// Pages to read more.
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Place {
    /// Path in the repository.
    file: String,
    /// First line, from 1.
    start_line: u64,
    /// Last line.
    end_line: u64,
    /// Commit that brought it.
    commit: Commit,
}

#[derive(Serialize)]
struct Commit {
    /// Its id; zeros where there is none.
    sha: String,
    /// Time at which it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    /// First line of its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Serialize)]
struct Identifier<'a> {
    /// Name space of the value.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Words for people.
    name: String,
    /// The value.
    value: &'a str,
}

#[derive(Serialize)]
struct Link<'a> {
    /// Address.
    url: &'a str,
}

pub(super) fn write(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let active = gravest_first(outcome);
    let report = Report {
        version: VERSION,
        scan: scan(outcome),
        vulnerabilities: active
            .into_iter()
            .flat_map(|finding| {
                finding
                    .active_locations()
                    .map(move |location| vulnerability(finding, location, &outcome.summary))
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

fn scan(outcome: &Outcome<'_>) -> Scan {
    let end = jiff::Timestamp::now().as_second();
    let start = end - i64::try_from(outcome.summary.duration.as_secs()).unwrap_or(0);
    // Without the zone, which the schema does not allow: it is UTC.
    let time = |seconds| shown_time(seconds).trim_end_matches('Z').to_owned();
    let program = || Program {
        id: env!("CARGO_PKG_NAME"),
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        vendor: Vendor { name: env!("CARGO_PKG_NAME") },
    };
    let not_read = outcome.summary.skipped.iter().filter(|skipped| skipped.incomplete);
    let messages = not_read.map(|skipped| Message {
        level: "warn",
        value: format!("{} was not read: {}", shown_origin(skipped), skipped.reason),
    });
    Scan {
        analyzer: program(),
        scanner: program(),
        kind: "secret_detection",
        start_time: time(start),
        end_time: time(end),
        status: "success",
        messages: messages.collect(),
    }
}

fn vulnerability<'a>(finding: &'a Finding<'_>, location: &Location, summary: &Summary) -> Vulnerability<'a> {
    let rule = finding.rule;
    let id = finding.token_id.map_or_else(String::new, |id| format!(" Token id: {id}."));
    let place = place(location);
    // With it an `[[allow]]` entry can be written.
    let fingerprint = &finding.fingerprint;
    let repository = repository_among(location, summary);
    let repository = repository.map_or_else(String::new, |name| format!(" Repository: {name}."));
    let description =
        format!("{}: {}.{id} Fingerprint: {fingerprint}.{repository}", finding.redacted, why(finding));
    Vulnerability {
        id: format!("{}-{}-{}-{}", finding.fingerprint, place.commit.sha, location.byte_offset, place.file),
        category: "secret_detection",
        name: rule.name(),
        description,
        severity: severity(finding.severity()),
        solution: rule.remediation(),
        location: place,
        identifiers: [
            Identifier {
                kind: "dogcatcher_rule_id",
                name: format!("dogcatcher rule {}", rule.id()),
                value: rule.id(),
            },
            Identifier { kind: "cwe", name: "CWE-798".to_owned(), value: "798" },
        ],
        links: rule.references().iter().map(|url| Link { url }).collect(),
    }
}

fn place(location: &Location) -> Place {
    let git = location.origin.git();
    let commit = location.commit.as_deref();
    // What is in no commit has the id that GitLab's own analyser writes then.
    let sha = git.and_then(|text| text.commit).map_or_else(|| "0000000".to_owned(), |id| id.to_string());
    let file = file_of(location).map_or_else(|| shown_path(&location.origin.name()), shown_path);
    Place {
        file,
        start_line: location.start.line,
        end_line: location.end.line,
        commit: Commit {
            sha,
            date: commit.map(|commit| shown_time(commit.time)),
            message: commit.map(|commit| foreign(&commit.subject)),
        },
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}
