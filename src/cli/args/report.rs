//! What can be typed after `dogcatcher report`.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, Subcommand};

use super::parse::{NamedReport, RewriteTarget, parse_named_report, parse_rewrite};
use super::scan::{ChoiceArgs, OutputArgs};

#[derive(Debug, ArgsTrait)]
pub(crate) struct ReportArgs {
    #[command(subcommand)]
    pub(crate) command: ReportCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Show saved reports in any format
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
    /// Read the reports of other scanners, and say what of them is real
    #[command(after_help = CONVERT_EXAMPLES)]
    Convert(ConvertArgs),
    /// Join the reports of shards, or of repositories
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArgs),
    /// Compare two reports: new, gone, changed
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
}

#[derive(Debug, ArgsTrait)]
pub(crate) struct ShowArgs {
    /// JSON or JSON lines reports of `dogcatcher scan`
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Write what `git filter-repo` takes, instead of a report: replace-text (secrets, read again from the repository) or blob-ids
    #[arg(long, value_name = "INPUT[=FILE]", value_parser = parse_rewrite, conflicts_with = "report", help_heading = "Output")]
    pub(crate) format: Option<RewriteTarget>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
}

#[derive(Debug, ArgsTrait)]
pub(crate) struct ConvertArgs {
    /// JSON or SARIF of gitleaks, betterleaks, kingfisher, trufflehog, detect-secrets or ggshield
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Look into the files that the reports name, below this folder: there stands what a report masks or leaves out
    #[arg(long, value_name = "FOLDER", help_heading = "Findings")]
    pub(crate) root: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
}

#[derive(Debug, ArgsTrait)]
pub(crate) struct MergeArgs {
    /// JSON or JSON lines reports; with a NAME for the repository in which one was made, that NAME stands for `.`
    #[arg(value_name = "[NAME=]FILE", required = true, value_parser = parse_named_report)]
    pub(crate) files: Vec<NamedReport>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
}

/// The flags of other reports that change nothing in a comparison are not told of.
#[derive(Debug, ArgsTrait)]
#[command(
    mut_arg("report", |it| it.help("Format of the comparison (text, md, html or json), and where to write it; can be given several times [default: text]")),
    mut_arg("explain", |it| it.hide(true)),
    mut_arg("suppressed", |it| it.hide(true)),
    mut_arg("group_by", |it| it.hide(true)),
    mut_arg("quiet", |it| it.help("Print no text beside a report to a file"))
)]
pub(crate) struct DiffArgs {
    /// The report of before
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The report of after
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
}

/// Choice of the findings of saved reports, and the form in which they are shown.
#[derive(Debug, Clone, ArgsTrait)]
pub(crate) struct ShownArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    #[command(flatten)]
    pub(crate) rules: RuleFolders,
}

#[derive(Debug, Clone, ArgsTrait)]
pub(crate) struct RuleFolders {
    /// Add the rules of this folder, by which the reports were made; can be given several times
    #[arg(long = "rules", value_name = "DIR", help_heading = "Findings")]
    pub(crate) folders: Vec<PathBuf>,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  # the text
  dogcatcher report show r.json
  # a ticket about what is live
  dogcatcher report show r.json --report md=ticket.md --only live
  dogcatcher report show r.json --report csv=r.csv --report junit=r.xml
  dogcatcher report show r.json --group-by owner \\
      --only 'severity>=high and in-head'
  # for `git filter-repo --replace-text`
  dogcatcher report show r.json --format replace-text=secrets.txt

Exit status: 0, or 2 where a report cannot be read; with --format 3 where a finding is not in what was written.";

const CONVERT_EXAMPLES: &str = "\
Judges by checksum, structure and the words around a key, without any network. What a report masks is not told from \
    a false alarm: it is named as not known.

Examples:
  # what is real, what a hash
  dogcatcher report convert gitleaks.json
  dogcatcher report convert trufflehog.json kf.sarif --root . \\
      --report json=r.json
  # detect-secrets holds hashes only: the files have the rest
  dogcatcher report convert .secrets.baseline --root .

Exit status: 0, or 2 where a report cannot be read.";

const MERGE_EXAMPLES: &str = "\
Examples:
  dogcatcher report merge shard-1.json shard-2.json --report json=all.json
  dogcatcher report merge payments=p.json search=s.json \\
      --report md=organisation.md

Exit status: 0, or 2 where a report cannot be read.";

const DIFF_EXAMPLES: &str = "\
Examples:
  dogcatcher report diff before.json after.json  what the clean-up did
  dogcatcher report diff before.json after.json --report md=proof.md

Exit status: 0 nothing new, 1 something new counts, or is live that was not, 2 an error, 3 the later report is of a \
    scan that did not cover the earlier one: what was not seen may be there.";
