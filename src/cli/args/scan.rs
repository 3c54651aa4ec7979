//! What can be typed after `dogcatcher scan`, and, in part, after other commands that report findings.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, ValueEnum};
use dogcatcher::error::SkipReason;
use dogcatcher::report::{GroupBy, Only};
use dogcatcher::rule::Confidence;
use dogcatcher::source::Shard;

use super::fail_on::FailOn;
use super::network::{NetworkArgs, VerifyMode};
use super::parse::{
    ReportTarget, parse_confidence, parse_gap, parse_group_by, parse_only, parse_report, parse_shard,
    parse_size,
};

#[derive(Debug, ArgsTrait)]
#[command(after_help = SCAN_EXAMPLES)]
pub(crate) struct ScanArgs {
    /// Files, folders, repositories with all their history (within one: what concerns the path), or `-` for standard input [default: this folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) git: GitArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
    #[command(flatten)]
    pub(crate) files: FileArgs,
    #[command(flatten)]
    pub(crate) verify: VerifyFlags,
}

/// Questions to Datadog.
#[derive(Debug, Default, ArgsTrait)]
#[command(next_help_heading = "Datadog")]
pub(crate) struct VerifyFlags {
    /// Ask Datadog whether what was found is live: by lookup with your own credential, or by probe where you ask for it
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "lookup")]
    pub(crate) verify: Option<VerifyMode>,
    /// Ask every site where none is known
    #[arg(long, requires = "verify")]
    pub(crate) all_sites: bool,
    /// Receipts of revocations, which prove what is dead [default: those of `dogcatcher revoke`]
    #[arg(long, value_name = "FILE")]
    pub(crate) receipts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const SCAN_EXAMPLES: &str = "\
Examples:
  # this folder, and its git history if it is, or stands in, a repository
  dogcatcher scan
  # everything that git keeps there, dangling objects included
  dogcatcher scan --history-only repo.git
  # before a commit
  dogcatcher scan --staged
  # what the commits of a branch bring
  dogcatcher scan --range origin/main..HEAD
  # what one commit brings
  dogcatcher scan --range HEAD
  # text here, and a JSON file
  dogcatcher scan --report text --report json=r.json
  # only what its checksum proves
  dogcatcher scan --min-confidence verified
  # only what is new since `dogcatcher baseline write`
  dogcatcher scan --baseline known.jsonl
  # what a command prints
  kubectl get cm -o yaml | dogcatcher scan -

`dogcatcher:allow REASON` in a comment on a line, or on the line before, lets it pass. Columns count UTF-16 code \
    units from 1, as editors do.";

/// Parts of a repository.
#[derive(Debug, ArgsTrait)]
#[command(next_help_heading = "Git")]
pub(crate) struct GitArgs {
    /// Scan files only, not the history of repositories
    #[arg(long, conflicts_with = "history_only")]
    pub(crate) files_only: bool,
    /// Scan only the history of repositories, not files
    #[arg(long)]
    pub(crate) history_only: bool,
    /// Leave out the history of repositories below the paths, and name them
    #[arg(long, conflicts_with = "files_only")]
    pub(crate) no_nested: bool,
    /// Scan what `git commit` would commit here: files of the index that differ from HEAD
    #[arg(long, conflicts_with_all = ["paths", "files_only", "history_only"])]
    pub(crate) staged: bool,
    /// Scan what commits bring, and their messages: A..B, A...B, "B --not A", or one commit; PATH is the repository
    #[arg(long, value_name = "COMMITS", conflicts_with_all = ["staged", "files_only", "history_only"])]
    pub(crate) range: Option<String>,
    /// Leave out what leads to this commit, too; can be given several times
    #[arg(long, value_name = "COMMIT", requires = "range")]
    pub(crate) not: Vec<String>,
}

/// Reports, and what they tell.
#[derive(Debug, Clone, ArgsTrait)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Report format (text, json, jsonl, sarif, gitlab, github, html, md, csv or junit), and where to write it; can be given several times [default: text]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = parse_report)]
    pub(crate) report: Vec<ReportTarget>,
    /// Print nothing where nothing is found, and no text beside a report to a file
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Say why each candidate was rejected or suppressed
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write the secrets themselves into the reports
    #[arg(long)]
    pub(crate) show_secrets: bool,
    /// Name the authors of commits, with their addresses
    #[arg(long)]
    pub(crate) authors: bool,
    /// Write suppressed findings into SARIF and CSV reports, too, marked as such; code scanning takes them for open
    #[arg(long)]
    pub(crate) suppressed: bool,
    /// Group the findings of text, Markdown and HTML: by gravity, credential, repository, owner, author or path [default: many are, by gravity]
    #[arg(long, value_parser = parse_group_by, value_name = "PROPERTY")]
    pub(crate) group_by: Option<GroupBy>,
    /// Use colour, or not
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub(crate) color: ColorWhen,
}

impl OutputArgs {
    /// Returns the flags of a scan whose report nobody sees.
    pub(crate) fn unseen() -> Self {
        Self {
            report: Vec::new(),
            quiet: true,
            explain: false,
            show_secrets: false,
            authors: false,
            suppressed: false,
            group_by: None,
            color: ColorWhen::Never,
        }
    }
}

/// Which findings a report is about.
#[derive(Debug, Default, Clone, ArgsTrait)]
pub(crate) struct ChoiceArgs {
    /// Report only these findings: live, severity>=high, in-head, repository:PATTERN and others, with `and`, `or`, `not`
    #[arg(long, value_name = "EXPRESSION", value_parser = parse_only, help_heading = "Output")]
    pub(crate) only: Vec<Only>,
}

/// Findings that count.
#[derive(Debug, Clone, ArgsTrait)]
#[command(next_help_heading = "Findings")]
pub(crate) struct FindingArgs {
    /// The least sure findings that count [default: context]
    #[arg(long, value_parser = parse_confidence, value_name = "GRADE")]
    pub(crate) min_confidence: Option<Confidence>,
    /// Findings that make the exit status 1: any, verified, live (needs --verify), never, or an expression as --only takes it [default: any]
    #[arg(long, value_name = "WHICH")]
    pub(crate) fail_on: Option<FailOn>,
    /// Take a scan for complete in spite of gaps of this kind, such as archive-depth; can be given several times
    #[arg(long, value_parser = parse_gap, value_name = "KIND")]
    pub(crate) accept_incomplete: Vec<SkipReason>,
    /// Suppress what is known: a file of `dogcatcher baseline write`, or an earlier JSON report
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Heed no mark in a file (dogcatcher:allow)
    #[arg(long)]
    pub(crate) no_marks: bool,
    /// Use this configuration instead of the nearest dogcatcher.toml
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_config", "config_from"])]
    pub(crate) config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, conflicts_with = "config_from")]
    pub(crate) no_config: bool,
    /// Use the configuration of this commit, and not of the files: those may come from somebody who is not trusted
    #[arg(long, value_name = "COMMIT")]
    pub(crate) config_from: Option<String>,
    /// Add the rules of this folder; can be given several times
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
}

/// Files that are read.
#[derive(Debug, Default, ArgsTrait)]
#[command(next_help_heading = "Files")]
pub(crate) struct FileArgs {
    /// Scan what .gitignore, .ignore and git's own excludes name, too
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Leave out larger files; bytes, or with k, M or G
    #[arg(long, value_parser = parse_size, value_name = "SIZE")]
    pub(crate) max_file_size: Option<u64>,
    /// Depth to which archives within archives are looked into [default: 4; 0: not at all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=16))]
    pub(crate) archive_depth: Option<u8>,
    /// Scan only part I of N, for machines that share the work
    #[arg(long, value_parser = parse_shard, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Number of threads [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true,
          value_parser = clap::value_parser!(u16).range(0..=256))]
    pub(crate) threads: u16,
}

/// The cases in which colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
