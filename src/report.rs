//! What people and programs read: one format a file. Foreign text is defused before it is shown.

mod json;
mod liveness;
mod name;
mod sarif;
mod text;

use std::io::{self, Write};

pub use liveness::{LivenessJson, liveness_notes};
pub use name::{foreign, shown_path};

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
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Jsonl, Self::Sarif];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// How a report is written.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether escape codes for colour are wanted.
    pub styled: bool,
    /// How many columns there are for text.
    pub width: usize,
    /// Whether the secrets themselves are written.
    pub show_secrets: bool,
    /// Whether the names of authors are written.
    pub authors: bool,
    /// Whether decisions are explained.
    pub explain: bool,
    /// Whether nothing is written for people where nothing was found.
    pub quiet: bool,
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
    match format {
        Format::Text => text::write(outcome, options, out),
        Format::Json => json::write(outcome, options, out),
        Format::Jsonl => json::write_lines(outcome, options, out),
        Format::Sarif => sarif::write(outcome, rules, out),
    }
}
