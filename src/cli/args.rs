//! What can be typed.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, Parser, Subcommand, ValueEnum};
use dogcatcher::report::Format;
use dogcatcher::rule::Confidence;
use dogcatcher::source::Shard;
use dogcatcher::token::{Kind, Reading};

/// Finds Datadog credentials that got loose, and proves offline that they are real.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  dogcatcher demo                               see a finding, without having a leak
  dogcatcher scan                               scan this folder, and its git history
  dogcatcher scan src docs/setup.md             scan these
  git diff main | dogcatcher scan -             scan what a command prints
  dogcatcher scan --report sarif=scan.sarif     for code scanning, besides the text
  dogcatcher inspect < token.txt                is it real, and what is its id?

Exit status: 0 clean, 1 findings, 2 an error or an incomplete scan that found nothing.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan files, and the whole history of git repositories, for credentials
    Scan(ScanArgs),
    /// Tell what a token on standard input is: kind, id, checksum; no network
    Inspect(InspectArgs),
    /// List, show and prove the rules
    Rules(RulesArgs),
    /// Make fake tokens for tests
    Token(TokenArgs),
    /// Plant fake tokens in a temporary folder and find them
    Demo(DemoArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Debug, ArgsTrait)]
#[command(after_help = SCAN_EXAMPLES)]
pub(super) struct ScanArgs {
    /// Files, folders, repositories with all their history, or `-` for standard input [default: this folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Scan files only, not the history of repositories
    #[arg(long, conflicts_with = "history_only", help_heading = "Git")]
    pub(super) files_only: bool,
    /// Scan only the history of repositories, not files
    #[arg(long, help_heading = "Git")]
    pub(super) history_only: bool,
    /// Scan what `git commit` would commit here: files of the index that differ from HEAD
    #[arg(long, conflicts_with_all = ["paths", "files_only", "history_only"], help_heading = "Git")]
    pub(super) staged: bool,

    /// Report format, and where to write it; can be given several times [default: text]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = parse_report, help_heading = "Output")]
    pub(super) report: Vec<ReportTarget>,
    /// Print nothing where nothing is found
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Say why each candidate was rejected or suppressed
    #[arg(long, help_heading = "Output")]
    pub(super) explain: bool,
    /// Write the secrets themselves into the reports
    #[arg(long, help_heading = "Output")]
    pub(super) show_secrets: bool,
    /// Name the authors of commits
    #[arg(long, help_heading = "Output")]
    pub(super) authors: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN", help_heading = "Output")]
    pub(super) color: ColorWhen,

    /// The least sure findings that count [default: context]
    #[arg(long, value_parser = parse_confidence, value_name = "GRADE", help_heading = "Findings")]
    pub(super) min_confidence: Option<Confidence>,
    /// Which findings make the exit status 1 [default: any]
    #[arg(long, value_enum, value_name = "WHICH", help_heading = "Findings")]
    pub(super) fail_on: Option<FailOn>,
    /// Suppress the findings of an earlier JSON report
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub(super) baseline: Option<PathBuf>,
    /// Use this configuration instead of the nearest dogcatcher.toml
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub(super) config: Option<PathBuf>,
    /// Add the rules of this folder; can be given several times
    #[arg(long, value_name = "DIR", help_heading = "Findings")]
    pub(super) rules: Vec<PathBuf>,

    /// Scan what .gitignore, .ignore and git's own excludes name, too
    #[arg(long, help_heading = "Files")]
    pub(super) no_ignore: bool,
    /// Leave out larger files; bytes, or with k, M or G
    #[arg(long, value_parser = parse_size, value_name = "SIZE", help_heading = "Files")]
    pub(super) max_file_size: Option<u64>,
    /// Scan only part I of N, for machines that share the work
    #[arg(long, value_parser = parse_shard, value_name = "I/N", help_heading = "Files")]
    pub(super) shard: Option<Shard>,
    /// How many threads [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, help_heading = "Files",
          value_parser = clap::value_parser!(u16).range(0..=256))]
    pub(super) threads: u16,
}

const SCAN_EXAMPLES: &str = "\
Examples:
  dogcatcher scan                                    this folder, and its git history if it is a repository
  dogcatcher scan --history-only repo.git            everything that git keeps there, dangling objects included
  dogcatcher scan --staged                           before a commit
  dogcatcher scan --report text --report json=r.json text here, and a JSON file
  dogcatcher scan --min-confidence verified          only what its checksum proves
  dogcatcher scan --baseline old.json                only what is new since that report
  kubectl get cm -o yaml | dogcatcher scan -         what a command prints

A line can be allowed by a comment on it, or on the line before: dogcatcher:allow REASON
Columns count UTF-16 code units from 1, as editors do.";

#[derive(Debug, ArgsTrait)]
#[command(after_help = INSPECT_EXAMPLES)]
pub(super) struct InspectArgs {
    /// Print one JSON object for each token
    #[arg(long)]
    pub(super) json: bool,
}

const INSPECT_EXAMPLES: &str = "\
Reads one token a line and never repeats a secret. A token is no argument: other users would see it.

Examples:
  dogcatcher inspect < token.txt
  dogcatcher token mint | dogcatcher inspect --json

Exit status: 0 every checksum holds, 1 not so, 2 there was nothing to read.";

#[derive(Debug, ArgsTrait)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules
    List {
        /// Add the rules of this folder
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// Print a rule file, to read or to begin one's own with
    Show {
        /// The id of the rule
        id: String,
        /// Add the rules of this folder
        #[arg(long, value_name = "DIR")]
        rules: Vec<PathBuf>,
    },
    /// Prove every example and counter-example
    Check {
        /// Folders of rules [default: the rules that are compiled in]
        #[arg(value_name = "DIR")]
        folders: Vec<PathBuf>,
    },
}

#[derive(Debug, ArgsTrait)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    pub(super) command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make fake credentials: right in every respect that can be proven offline, known to nobody's Datadog
    Mint(MintArgs),
}

#[derive(Debug, ArgsTrait)]
pub(super) struct MintArgs {
    /// The kind of credential
    #[arg(value_parser = parse_kind, default_value = "personal_access_token")]
    pub(super) kind: Kind,
    /// How many
    #[arg(long, short = 'n', default_value_t = 1, value_name = "N")]
    pub(super) count: u64,
    /// Make the same ones each time
    #[arg(long, value_name = "NUMBER")]
    pub(super) seed: Option<u64>,
    /// What the checksum covers
    #[arg(long, value_parser = parse_reading, default_value = "secret", value_name = "READING")]
    pub(super) reading: Reading,
    /// Make something wrong with them
    #[arg(long, value_enum, value_name = "FLAW")]
    pub(super) broken: Option<Broken>,
}

#[derive(Debug, ArgsTrait)]
pub(super) struct DemoArgs {
    /// Keep the folder
    #[arg(long)]
    pub(super) keep: bool,
}

#[derive(Debug, ArgsTrait)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which findings make the exit status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FailOn {
    /// Every finding that counts, but those of severity `info`
    Any,
    /// Those whose checksum holds
    Verified,
    /// None
    Never,
}

/// What is wrong with a minted credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Broken {
    /// One character of the checksum
    Checksum,
    /// The alias is no token id
    Alias,
    /// The last character is missing
    Length,
}

/// A report and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportTarget {
    pub(super) format: Format,
    /// Standard output where there is none.
    pub(super) file: Option<PathBuf>,
}

fn parse_report(text: &str) -> Result<ReportTarget, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("there is no file after the `=`".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let known = || Format::ALL.map(Format::as_str).join(", ");
    let format = Format::from_name(name).ok_or_else(|| format!("the formats are {}", known()))?;
    Ok(ReportTarget { format, file })
}

fn parse_confidence(text: &str) -> Result<Confidence, String> {
    [Confidence::Verified, Confidence::Suspect, Confidence::Context]
        .into_iter()
        .find(|grade| grade.as_str() == text)
        .ok_or_else(|| "the grades are verified, suspect, context".to_owned())
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    Kind::from_name(text).ok_or_else(|| format!("the kinds are {}", Kind::ALL.map(Kind::as_str).join(", ")))
}

fn parse_reading(text: &str) -> Result<Reading, String> {
    let known = || Reading::ALL.map(Reading::as_str).join(", ");
    let found = Reading::ALL.into_iter().find(|reading| reading.as_str() == text);
    found.ok_or_else(|| format!("the readings are {}", known()))
}

fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        _ => return Err("write bytes, or a number with k, M or G: 10M".to_owned()),
    };
    let number: u64 =
        digits.parse().map_err(|_| "write bytes, or a number with k, M or G: 10M".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more than there is".to_owned())
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((index, count)) if 1 <= index && index <= count => Ok(Shard { index, count }),
        _ => Err("write the part and the number of parts, from 1: 2/5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn values() {
        assert_eq!(parse_size("10M"), Ok(10_000_000));
        assert_eq!(parse_size("7"), Ok(7));
        assert!(parse_size("M").is_err() && parse_size("1T").is_err() && parse_size("99999999999G").is_err());
        assert_eq!(parse_shard("2/5"), Ok(Shard { index: 2, count: 5 }));
        assert!(["0/5", "6/5", "1", "a/b"].into_iter().all(|text| parse_shard(text).is_err()));
        let target = ReportTarget { format: Format::Json, file: Some("a=b".into()) };
        assert_eq!(parse_report("json=a=b"), Ok(target));
        assert!(parse_report("json=").is_err() && parse_report("xml").is_err());
    }
}
