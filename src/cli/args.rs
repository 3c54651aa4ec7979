//! What can be typed: clap's definitions, one file for each group of commands.
//!
//! Doc comments on fields and variants are the help that users read, so that they say what a flag
//! does and not what the field holds. What it means for a scan, `settings` works out; nothing here
//! reads a file or the environment.

mod allow;
mod baseline;
mod ci;
mod config;
mod explain;
mod fail_on;
mod hook;
mod network;
mod parse;
mod report;
mod scan;

use std::path::PathBuf;

use clap::{Args as ArgsTrait, Parser, Subcommand, ValueEnum};
use dogcatcher::token::Reading;

pub(super) use allow::{AllowArgs, Allowed};
pub(super) use baseline::{
    BaselineArgs, BaselineCheckArgs, BaselineCommand, BaselinePruneArgs, BaselineScanArgs, BaselineWriteArgs,
};
pub(super) use ci::{Annotations, CiArgs, CiCommand, CiFlags, GithubArgs, GitlabArgs};
pub(super) use config::{ConfigArgs, ConfigCheckArgs, ConfigCommand, ConfigShowArgs};
pub(super) use explain::ExplainArgs;
pub(super) use fail_on::FailOn;
pub(super) use hook::{HookArgs, HookCommand, HookPlaceArgs, HookRunArgs, Stage};
pub(super) use network::{KnownArgs, NetworkArgs, RevokeArgs, VerifyArgs, VerifyMode};
use parse::parse_reading;
pub(super) use parse::{ReportTarget, RewriteInput, RewriteTarget};
pub(super) use report::{ConvertArgs, DiffArgs, MergeArgs, ReportArgs, ReportCommand, ShowArgs, ShownArgs};
pub(super) use scan::{ColorWhen, FileArgs, FindingArgs, OutputArgs, ScanArgs, VerifyFlags};

/// Finds Datadog credentials that got loose, and proves offline that they are real.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Args {
    /// The subcommand, with its flags.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Examples below the help of the program.
const EXAMPLES: &str = "\
Examples:
  dogcatcher demo --with-api                 find, revoke, prove dead: all fake
  dogcatcher scan                            this folder, and its git history
  dogcatcher scan src docs/setup.md          these
  git diff main | dogcatcher scan -          what a command prints
  dogcatcher scan --report sarif=scan.sarif  for code scanning, beside the text
  dogcatcher hook install                    before each commit and push
  dogcatcher inspect < token.txt             is it real, and what is its id?

Exit status: 0 clean, 1 findings, 2 an error, 3 nothing found, but not everything was read.";

/// Subcommands, in the order of the help. A doc comment here is what the help
/// says of it.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan files, and the whole history of git repositories, for credentials
    Scan(ScanArgs),
    /// Ask Datadog whether credentials are live, and whose they are
    Verify(VerifyArgs),
    /// Revoke credentials, and prove that they are dead
    Revoke(RevokeArgs),
    /// Be a git hook, or set one up
    Hook(HookArgs),
    /// Scan what a run of CI is about: a push, a pull request, or everything
    Ci(CiArgs),
    /// Show, join and compare saved reports, and read those of other scanners
    Report(ReportArgs),
    /// Let a finding stay, with a reason, in dogcatcher.toml
    Allow(AllowArgs),
    /// Keep a list of known findings, so that only new ones count
    Baseline(BaselineArgs),
    /// Show and check what dogcatcher.toml says
    Config(ConfigArgs),
    /// Say why something counts, or does not: a place, or a finding of a report
    Explain(ExplainArgs),
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
    /// Print the manual page, or write one for each command
    Man(ManArgs),
    /// Print the JSON schema of dogcatcher.toml
    Schema,
}

/// Flags of `inspect`.
#[derive(Debug, ArgsTrait)]
#[command(after_help = INSPECT_EXAMPLES)]
pub(super) struct InspectArgs {
    /// Print one JSON object for each token
    #[arg(long)]
    pub(super) json: bool,
    /// Add the rules of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
}

/// Examples below its help.
const INSPECT_EXAMPLES: &str = "\
Finds tokens as they stand in lines (`NAME=token`, JSON, a header), and never repeats a secret. A token is no \
    argument: other users would see it.

Examples:
  dogcatcher inspect < token.txt
  dogcatcher inspect < .env
  dogcatcher token mint | dogcatcher inspect --json

Exit status: 0 every checksum holds, 1 not so, 2 there was nothing to read.";

/// Flags of `rules`.
#[derive(Debug, ArgsTrait)]
pub(super) struct RulesArgs {
    /// What is to be done with them.
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

/// Subcommands of `rules`.
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

/// Flags of `token`.
#[derive(Debug, ArgsTrait)]
pub(super) struct TokenArgs {
    /// What is to be done.
    #[command(subcommand)]
    pub(super) command: TokenCommand,
}

/// Subcommands of `token`.
#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make fake credentials: right in every respect that can be proven offline, known to nobody's Datadog
    Mint(MintArgs),
}

/// Flags of `token mint`.
#[derive(Debug, ArgsTrait)]
pub(super) struct MintArgs {
    /// The kind of credential: personal_access_token, service_access_token, application_key, legacy_application_key, api_key,
    /// client_token, remote_config_key, or one that a rule names; or the id of a rule
    #[arg(default_value = "personal_access_token")]
    pub(super) kind: String,
    /// Add the rules of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
    /// Number of credentials
    #[arg(long, short = 'n', default_value_t = 1, value_name = "N")]
    pub(super) count: u64,
    /// Make the same ones each time
    #[arg(long, value_name = "NUMBER")]
    pub(super) seed: Option<u64>,
    /// Bytes that the checksum covers
    #[arg(long, value_parser = parse_reading, default_value = "secret", value_name = "READING")]
    pub(super) reading: Reading,
    /// Make something wrong with them
    #[arg(long, value_enum, value_name = "FLAW")]
    pub(super) broken: Option<Broken>,
}

/// Flags of `demo`.
#[derive(Debug, ArgsTrait)]
pub(super) struct DemoArgs {
    /// Keep the folder
    #[arg(long)]
    pub(super) keep: bool,
    /// Also ask whose they are, revoke one, and prove that it is dead: against a fake Datadog on this machine
    #[arg(long)]
    pub(super) with_api: bool,
}

/// Flags of `completions`.
#[derive(Debug, ArgsTrait)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// Arguments of `dogcatcher man`.
#[derive(Debug, ArgsTrait)]
pub(super) struct ManArgs {
    /// Write one page for each command into this folder, as packages install them
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

/// A flaw of a minted credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Broken {
    /// One character of the checksum
    Checksum,
    /// The alias is no token id
    Alias,
    /// The last character is missing
    Length,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Prose is wrapped to the terminal, wherever that ends: a line that we break would be broken twice. Examples are not.
    #[test]
    fn help_fits_80_columns() {
        let mut waiting = vec![Args::command()];
        while let Some(command) = waiting.pop() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines().filter(|line| !line.is_empty()) {
                let is_example = line.starts_with("  ") && line.chars().count() <= 80;
                assert!(is_example || line.ends_with(['.', ':']) && !line.starts_with(' '), "{line}");
            }
            waiting.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn the_definitions_are_sound() {
        Args::command().debug_assert();
    }
}
