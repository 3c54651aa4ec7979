//! What can be typed after `dogcatcher baseline`.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, Subcommand};
use jiff::civil::Date;

use super::parse::{parse_date, parse_reason};
use super::scan::{FileArgs, FindingArgs};

#[derive(Debug, ArgsTrait)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    pub(crate) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Write what is found today into a baseline, and keep what is in it
    #[command(after_help = WRITE_EXAMPLES)]
    Write(BaselineWriteArgs),
    /// Tell which entries match nothing any more, have expired, or stand in new places
    #[command(after_help = CHECK_EXAMPLES)]
    Check(BaselineCheckArgs),
    /// Take out the entries that match nothing any more
    #[command(after_help = PRUNE_EXAMPLES)]
    Prune(BaselinePruneArgs),
}

/// The baseline, and what it is held against.
#[derive(Debug, ArgsTrait)]
pub(crate) struct BaselineScanArgs {
    /// The baseline
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What is scanned, with its history [default: the repository around this folder, or this folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Scan nothing: take the findings of this JSON report
    #[arg(long, value_name = "REPORT", conflicts_with = "paths")]
    pub(crate) from: Option<PathBuf>,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
    #[command(flatten)]
    pub(crate) files: FileArgs,
}

#[derive(Debug, ArgsTrait)]
#[command(mut_arg("fail_on", |it| it.hide(true)))]
pub(crate) struct BaselineWriteArgs {
    #[command(flatten)]
    pub(crate) scan: BaselineScanArgs,
    /// The reason why these findings may wait: a ticket, say; entries that have one keep it
    #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
    pub(crate) reason: Option<String>,
    /// The last day on which they may: 2027-01-31; entries that are there get it, too
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) until: Option<Date>,
    /// The name of who decides it [default: user.name of git, or that of the user]
    #[arg(long, value_name = "NAME", value_parser = parse_reason)]
    pub(crate) by: Option<String>,
}

#[derive(Debug, ArgsTrait)]
#[command(mut_arg("fail_on", |it| it.hide(true)))]
pub(crate) struct BaselineCheckArgs {
    #[command(flatten)]
    pub(crate) scan: BaselineScanArgs,
}

#[derive(Debug, ArgsTrait)]
#[command(mut_arg("fail_on", |it| it.hide(true)))]
pub(crate) struct BaselinePruneArgs {
    #[command(flatten)]
    pub(crate) scan: BaselineScanArgs,
    /// Only tell what would go
    #[arg(long)]
    pub(crate) dry_run: bool,
}

const WRITE_EXAMPLES: &str = "\
One line a finding: fingerprint, rule, places, who, why and until when; never a secret. Entries that are there stay, \
    with their reasons. What is allowed in another way gets no entry.

Examples:
  dogcatcher baseline write known.jsonl --reason SEC-42 --until 2027-01-31
  dogcatcher baseline write known.jsonl --from report.json
  dogcatcher scan --baseline known.jsonl    from then on: what is new

Exit status: 0 it is written, 2 an error, 3 it is written, but not everything was read.";

const CHECK_EXAMPLES: &str = "\
Example:
  dogcatcher baseline check known.jsonl

Exit status: 0 every entry is of use, 1 some match nothing or have expired, 2 an error, 3 not everything was read.";

const PRUNE_EXAMPLES: &str = "\
Nothing is taken out where not everything was read: what an entry is for may stand there.

Examples:
  dogcatcher baseline prune known.jsonl --dry-run
  dogcatcher baseline prune known.jsonl

Exit status: 0 done, or nothing to do; 2 an error; 3 not everything was read, and nothing was taken out.";
