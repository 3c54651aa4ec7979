//! What people and programs read: one format a file. Foreign text is defused
//! before it is shown.

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
mod options;
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
pub use job_summary::{Job, Links, write_job_summary};
pub use join::{join, name_repository};
pub use json::{FindingJson, LivenessJson, LocationJson, ReportJson, SCHEMA_VERSION};
pub use liveness::liveness_notes;
pub use name::{foreign, hidden, hide_what_is_found_by, shown_path};
pub use number::counted;
pub use only::Only;
pub use options::{Format, GroupBy, Options, Part};
pub use saved::SavedReport;
pub use words::{place, why as reason_of};

use crate::rule::RuleSet;
use crate::scan::Outcome;

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
