//! What can be typed after `dogcatcher ci`.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, Subcommand, ValueEnum};

use super::scan::{FileArgs, FindingArgs, OutputArgs, VerifyFlags};

/// Flags of `ci`.
#[derive(Debug, ArgsTrait)]
pub(crate) struct CiArgs {
    /// The platform.
    #[command(subcommand)]
    pub(crate) command: CiCommand,
}

/// Platforms whose events and variables are known.
#[derive(Debug, Subcommand)]
pub(crate) enum CiCommand {
    /// In GitHub Actions: reads the event, scans what it is about, and writes annotations, a summary and outputs
    #[command(after_help = HELP)]
    Github(GithubArgs),
    /// In GitLab: reads CI_… variables, scans what the pipeline is about, and writes a secret-detection report
    #[command(after_help = HELP)]
    Gitlab(GitlabArgs),
}

/// What stands below the help of both.
const HELP: &str = "\
What a push or a merge request brings decides on the exit status; where nothing says what is new, all files and the \
    whole history do. What a shallow clone lacks is fetched from `origin`. Every flag can come from the environment: \
    DOGCATCHER_FAIL_ON=verified.

Exit status: 0 clean, 1 findings, 2 an error, 3 nothing found, but not everything was read: that is never taken for \
    clean.";

/// Flags of `ci github`.
#[derive(Debug, ArgsTrait)]
pub(crate) struct GithubArgs {
    /// Exit with status 0 whatever is found: a later step exits with the output `exit-code`
    #[arg(long)]
    pub(crate) defer: bool,
    /// Write what stands only in history, where all of it is scanned, into a SARIF report of its own
    #[arg(long, value_name = "FILE")]
    pub(crate) history_sarif: Option<PathBuf>,
    /// Whether files are annotated: `auto` where SARIF is not to be uploaded
    #[arg(long, value_enum, default_value_t = Annotations::Auto, value_name = "WHEN")]
    pub(crate) annotations: Annotations,
    /// Scan pull requests in jobs for `pull_request_target`, too, which hold secrets while they look at a stranger's files
    #[arg(long)]
    pub(crate) allow_pull_request_target: bool,
    /// Flags that both platforms have.
    #[command(flatten)]
    pub(crate) flags: CiFlags,
}

/// Flags of `ci gitlab`.
#[derive(Debug, ArgsTrait)]
pub(crate) struct GitlabArgs {
    /// Where the secret-detection report goes
    #[arg(long, value_name = "FILE", default_value = "gl-secret-detection-report.json")]
    pub(crate) gitlab: PathBuf,
    /// Flags that both platforms have.
    #[command(flatten)]
    pub(crate) flags: CiFlags,
}

/// What every CI can be told.
#[derive(Debug, ArgsTrait)]
pub(crate) struct CiFlags {
    /// Print what would be scanned as JSON, and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write a SARIF report of all files
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,
    /// Write a JSON report of what decides
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
    #[command(flatten)]
    pub(crate) files: FileArgs,
    #[command(flatten)]
    pub(crate) verify: VerifyFlags,
}

impl CiFlags {
    /// Files of reports that have flags of their own.
    pub(crate) fn files_written(&self) -> impl Iterator<Item = &PathBuf> {
        self.sarif.iter().chain(&self.json)
    }
}

/// When files are annotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Annotations {
    /// Where SARIF is not to be uploaded
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
