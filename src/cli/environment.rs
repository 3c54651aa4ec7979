//! Flags that the environment gives: `DOGCATCHER_FAIL_ON=verified` is
//! `--fail-on verified`.
//!
//! For CI, where settings come as variables. What is typed wins; an empty
//! variable is none, and `false` is a flag that is not given. Which files and
//! commits are scanned is only ever typed: a variable that was set for one job
//! must not narrow another.
//!
//! This is done by giving clap's own definitions a variable as their default,
//! so that values are checked as if they were typed, and an error names the
//! flag.

use std::ffi::OsString;

use clap::Command;
use clap::builder::OsStr;

/// The subcommands that scan, by their names, and the one that tells what a
/// scan would heed.
const SCANNING: [&[&str]; 5] =
    [&["scan"], &["hook", "run"], &["ci", "github"], &["ci", "gitlab"], &["config", "show"]];

/// Flags that variables never give: those that say what is scanned, and those
/// that are about the program itself.
const ONLY_TYPED: [&str; 7] = ["files-only", "history-only", "staged", "range", "not", "stage", "help"];

/// Flags of which one takes the place of the others.
const ALTERNATIVES: [&str; 3] = ["config", "no-config", "config-from"];

/// Beginning of the variables that are read here.
const PREFIX: &str = "DOGCATCHER_";

/// Returns whether any variable begins like ours: most runs meet none, and need
/// not ask for each flag.
pub(super) fn is_any_set() -> bool {
    std::env::vars_os().any(|(name, _)| name.as_encoded_bytes().starts_with(PREFIX.as_bytes()))
}

/// Returns the definitions, with the variables that are set as defaults of
/// their flags.
pub(super) fn with_environment(command: Command, typed: &[OsString]) -> Command {
    if !is_any_set() {
        return command;
    }
    SCANNING.iter().fold(command, |command, path| with_variables(command, path, typed))
}

/// Returns the definitions with the variables for one subcommand, whose names
/// `path` leads to.
fn with_variables(command: Command, path: &[&str], typed: &[OsString]) -> Command {
    match path {
        [] => command.mut_args(|arg| {
            let Some(long) = arg.get_long() else { return arg };
            let variable = name_of(long);
            let is_set = std::env::var_os(&variable).is_some_and(|value| !value.is_empty());
            // A flag that is said not to be given is not given.
            let is_false = !arg.get_action().takes_values()
                && std::env::var_os(&variable).is_some_and(|it| it == "false");
            match is_set && !is_false && !ONLY_TYPED.contains(&long) && !is_replaced(long, typed) {
                true => arg.env(OsStr::from(variable)).hide_env_values(true),
                false => arg,
            }
        }),
        [name, rest @ ..] => command.mut_subcommand(name, |command| with_variables(command, rest, typed)),
    }
}

/// Returns the variable of a flag: `--fail-on` is `DOGCATCHER_FAIL_ON`.
fn name_of(long: &str) -> String {
    PREFIX.to_owned() + &long.to_ascii_uppercase().replace('-', "_")
}

/// Reads a variable that somebody else sets, a CI system say; an empty one is
/// none.
pub(super) fn read_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Returns whether an alternative to this flag was typed.
///
/// `--no-config` on the command line must not meet `DOGCATCHER_CONFIG` as a
/// contradiction.
fn is_replaced(long: &str, typed: &[OsString]) -> bool {
    let is = |word: &OsString, name: &str| {
        let word = word.to_string_lossy();
        let word = word.strip_prefix("--").unwrap_or_default();
        word == name || word.starts_with(&format!("{name}="))
    };
    ALTERNATIVES.contains(&long) && typed.iter().any(|word| ALTERNATIVES.iter().any(|name| is(word, name)))
}

/// Returns variables that begin like ours and are nearly one of them, and that
/// one: a setting with a typing error would do nothing in silence.
pub(super) fn misspelt_variables(command: &Command) -> Vec<(String, String)> {
    let mut known = Vec::new();
    for path in SCANNING {
        let scanning = path.iter().try_fold(command, |command, name| command.find_subcommand(name));
        let longs = scanning.into_iter().flat_map(Command::get_arguments).filter_map(clap::Arg::get_long);
        known.extend(longs.filter(|long| !ONLY_TYPED.contains(long)).map(name_of));
    }
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let ours = set.filter(|name| name.starts_with(PREFIX) && !known.contains(name));
    let meant = ours.filter_map(|name| {
        let near = known.iter().find(|it| strsim::osa_distance(it, &name) <= 2)?;
        Some((name, near.clone()))
    });
    meant.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use clap::CommandFactory;

    #[test]
    fn every_scanning_command_is_there() {
        let command = Args::command();
        for path in SCANNING {
            let found = path.iter().try_fold(&command, |command, name| command.find_subcommand(name));
            let flags = found.expect("a subcommand").get_arguments().filter_map(clap::Arg::get_long);
            assert!(flags.count() >= 9, "{path:?}");
        }
    }

    #[test]
    fn what_is_typed_takes_the_place_of_its_alternatives() {
        let typed = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert!(is_replaced("no-config", &typed(&["scan", "--config", "x"])));
        assert!(is_replaced("config", &typed(&["scan", "--config-from=main"])));
        assert!(!is_replaced("config", &typed(&["scan", "--configure"])));
        assert!(!is_replaced("quiet", &typed(&["scan", "--config", "x"])));
    }
}
