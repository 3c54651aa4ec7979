//! What can be typed after `dogcatcher config`.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, Subcommand};

use super::scan::FindingArgs;

#[derive(Debug, ArgsTrait)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show which settings hold, and where each comes from
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ConfigShowArgs),
    /// Check a configuration, what it extends, and whether its entries keep to [policy]
    #[command(after_help = CHECK_EXAMPLES)]
    Check(ConfigCheckArgs),
}

#[derive(Debug, ArgsTrait)]
pub(crate) struct ConfigShowArgs {
    /// The file or folder that is asked about
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

#[derive(Debug, ArgsTrait)]
pub(crate) struct ConfigCheckArgs {
    /// The configuration [default: the nearest dogcatcher.toml]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

const SHOW_EXAMPLES: &str = "\
Flags and variables (DOGCATCHER_FAIL_ON) win over files; a file that another one extends comes first.

Examples:
  dogcatcher config show
  dogcatcher config show services/shop --config-from origin/main

Exit status: 0, or 2 where the configuration is wrong.";

const CHECK_EXAMPLES: &str = "\
Example:
  dogcatcher config check

Exit status: 0 all is well, 1 some entries have expired or do not keep to [policy], 2 the configuration is wrong.";
