//! What can be typed after `dogcatcher hook`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ArgsTrait, Subcommand, ValueEnum};

use super::scan::{FindingArgs, OutputArgs};

#[derive(Debug, ArgsTrait)]
pub(crate) struct HookArgs {
    #[command(subcommand)]
    pub(crate) command: HookCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Scan what the hook is about: what is committed, pushed or received
    #[command(after_help = RUN_HELP)]
    Run(HookRunArgs),
    /// Set up git hooks in a repository; what is there already runs first, as before
    #[command(after_help = INSTALL_HELP)]
    Install(HookPlaceArgs),
    /// Remove them, and put back what was there before
    Uninstall(HookPlaceArgs),
}

const RUN_HELP: &str = "\
Scans, in this order of precedence: the commits from PRE_COMMIT_FROM_REF to PRE_COMMIT_TO_REF, as the pre-commit \
    framework sets them, or those of PRE_COMMIT_LOCAL_BRANCH that no remote has; the commits that git names on standard \
    input to a pre-push or pre-receive hook; the files that are named, as staged and, where that differs, as they are; \
    everything that is staged.

Exit status: 0 clean, 1 findings, 2 an error, 3 nothing found, but not everything was read: git goes on at 0 only.";

const INSTALL_HELP: &str = "\
Examples:
  # before each commit and push from this repository
  dogcatcher hook install
  # on the server: before anything is received
  dogcatcher hook install /srv/git/project.git";

#[derive(Debug, ArgsTrait)]
pub(crate) struct HookRunArgs {
    /// Files, or what git gives the hook
    #[arg(value_name = "ARG")]
    pub(crate) args: Vec<OsString>,
    /// Which hook it is [default: pre-commit]
    #[arg(long, value_enum, value_name = "HOOK", default_value_t = Stage::PreCommit, hide_default_value = true)]
    pub(crate) stage: Stage,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

#[derive(Debug, ArgsTrait)]
pub(crate) struct HookPlaceArgs {
    /// The repository [default: that around this folder]
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Which hooks [default: pre-commit and pre-push; in a bare repository pre-receive]
    #[arg(long, value_enum, value_name = "HOOK")]
    pub(crate) stage: Vec<Stage>,
    /// Also where `core.hooksPath` of the user or the machine leads, which serves all their repositories
    #[arg(long)]
    pub(crate) shared: bool,
    /// Also where the repository's own `core.hooksPath`, or a link, leads out of it
    #[arg(long)]
    pub(crate) outside: bool,
}

/// A hook of git's.
#[expect(clippy::enum_variant_names, reason = "git's names")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Stage {
    /// Before a commit is made
    PreCommit,
    /// Before commits are pushed elsewhere
    PrePush,
    /// On a server, before what was pushed is accepted
    PreReceive,
}

impl Stage {
    /// Each of them.
    pub(crate) const ALL: [Self; 3] = [Self::PreCommit, Self::PrePush, Self::PreReceive];

    /// The name of its file.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }
}
