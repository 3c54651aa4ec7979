//! What can be typed after `dogcatcher explain`.

use std::path::PathBuf;

use clap::Args as ArgsTrait;

use super::scan::{FileArgs, FindingArgs};

#[derive(Debug, ArgsTrait)]
#[command(after_help = EXPLAIN_EXAMPLES, mut_arg("fail_on", |it| it.hide(true)))]
pub(crate) struct ExplainArgs {
    /// A place, PATH:LINE or PATH:LINE:COLUMN; with --from, a fingerprint or its first 8 digits or more
    #[arg(value_name = "PLACE|FINGERPRINT")]
    pub(crate) subject: String,
    /// The JSON report that holds the fingerprint
    #[arg(long, value_name = "REPORT")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
    #[command(flatten)]
    pub(crate) files: FileArgs,
}

const EXPLAIN_EXAMPLES: &str = "\
Tells of every candidate there why it counts or not: rule, anchor, boundary, structure, checksum, what was known of its place, and what suppresses it. Never shows a secret.

Examples:
  dogcatcher explain src/config.py:12               all on that line
  dogcatcher explain src/config.py:12:20            what stands at that column
  dogcatcher explain fp1_0123abcd --from r.json     a finding of a report

Exit status: 0 nothing there counts, 1 something does, 2 an error, 3 nothing does, but it was not read as a whole.";
