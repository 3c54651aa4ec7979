//! What people and programs read: one format a file. Foreign text is defused before it is shown.

mod allow_entries;
mod claim;
mod convert;
mod csv;
mod diff;
mod gaps;
mod github;
mod gitlab;
mod group;
mod html;
mod input;
mod job_summary;
mod join;
mod json;
mod junit;
mod liveness;
mod markdown;
mod md;
mod name;
mod number;
mod only;
mod order;
mod page_policy;
mod peers;
mod restore;
mod sarif;
mod saved;
mod steps;
mod text;
mod totals;
mod words;

use std::io::{self, Write};

pub use allow_entries::allow_entries;
pub use claim::ClaimedFiles;
pub use convert::{Conversion, ConversionSummary};
pub use diff::Comparison;
pub use group::GroupBy;
pub use job_summary::{Job, Links, write_job_summary};
pub use join::{join, name_repository};
pub use json::{FindingJson, LivenessJson, LocationJson, ReportJson, SCHEMA_VERSION};
pub use liveness::liveness_notes;
pub use name::{foreign, hidden, hide_what_is_found_by, shown_path};
pub use number::counted;
pub use only::Only;
pub use saved::SavedReport;
pub use words::place;

use crate::rule::RuleSet;
use crate::scan::Outcome;

/// The formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line for each finding.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitLab's report of secret detection.
    Gitlab,
    /// Annotations, as GitHub Actions reads them out of a log.
    Github,
    /// A page for a browser.
    Html,
    /// Markdown for a ticket or a wiki.
    Markdown,
    /// Comma-separated values, one row a place.
    Csv,
    /// JUnit XML.
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Gitlab,
        Self::Github,
        Self::Html,
        Self::Markdown,
        Self::Csv,
        Self::Junit,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Gitlab => "gitlab",
            Self::Github => "github",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Junit => "junit",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// Which of the findings a SARIF report is about: those that stand in files, or those of the history of git.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// Files, where any were scanned.
    #[default]
    Auto,
    /// Files.
    Files,
    /// The history.
    History,
}

/// Settings of a report.
///
/// The default is for a file: no colour, no secret, no author, suppressed findings left out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// True where escape codes for colour are wanted.
    pub styled: bool,
    /// Columns for text.
    pub width: usize,
    /// True where the secrets themselves are written.
    pub show_secrets: bool,
    /// True where the names of authors are written.
    pub authors: bool,
    /// True where decisions are explained.
    pub explain: bool,
    /// True where nothing is written for people where nothing was found.
    pub quiet: bool,
    /// Which findings a SARIF report is about.
    pub part: Part,
    /// True where SARIF and CSV hold those that are suppressed, too.
    pub suppressed: bool,
    /// Property by which text, Markdown and HTML group findings; where there is none, only many are grouped.
    pub group_by: Option<GroupBy>,
    /// True where the text says what to do about each kind of credential.
    pub remedies: bool,
}

/// Writes a report.
///
/// # Errors
///
/// Whatever `out` returns.
pub fn write(
    format: Format,
    outcome: &Outcome<'_>,
    rules: &RuleSet,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    hide_what_is_found_by(rules);
    match format {
        Format::Text => text::write(outcome, options, out),
        Format::Json => json::write(outcome, options, out),
        Format::Jsonl => json::write_lines(outcome, options, out),
        Format::Sarif => sarif::write(outcome, rules, options, out),
        Format::Gitlab => gitlab::write(outcome, out),
        Format::Github => github::write(outcome, out),
        Format::Html => html::write(outcome, options, out),
        Format::Markdown => md::write(outcome, options, out),
        Format::Csv => csv::write(outcome, options, out),
        Format::Junit => junit::write(outcome, out),
    }
}
