//! Hints for flags and subcommands that people know from other scanners.
//!
//! ```text
//! $ dogcatcher detect --no-git
//! error: unrecognized subcommand 'detect'
//! hint: dogcatcher scan PATH scans files and history
//! ```
//!
//! A test holds that each flag in here is unknown to this program, and that
//! what a hint names exists.
//!
//! People who switch scanners type what their fingers know. The hint is one
//! line of what does the same here; it never runs it.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Spellings that somebody may type, and the words for what does the same here.
type Hint = (&'static [&'static str], &'static str);

/// Flags of gitleaks, trufflehog, detect-secrets and their like.
const FLAGS: &[Hint] = &[
    (
        &["--since", "--since-commit", "--commit", "--branch", "--log-opts"],
        "dogcatcher scan --range A..B scans what commits bring",
    ),
    (
        &["--output", "-o", "--out", "--report-path"],
        "dogcatcher scan --report FORMAT=FILE writes a report: --report json=FILE",
    ),
    (
        &["--exclude", "--exclude-paths", "--skip-path"],
        "`[scan] exclude` in dogcatcher.toml leaves paths out",
    ),
    (
        &["-v", "--verbose", "--debug", "--log-level"],
        "dogcatcher scan --explain says why each candidate was rejected or suppressed",
    ),
    (&["--json", "-j"], "dogcatcher scan --report json prints JSON"),
    (
        &["--format", "-f", "--report-format"],
        "dogcatcher scan --report FORMAT chooses the format: --report json",
    ),
    (&["--only-verified"], "dogcatcher scan --verify --fail-on live lets only live credentials decide"),
    (&["--no-git", "--no-history"], "dogcatcher scan --files-only leaves the history out"),
    (&["--source", "-s", "--path", "--directory"], "paths are named without a flag: dogcatcher scan PATH"),
    (
        &["--exit-code", "--fail"],
        "findings make the exit status 1; dogcatcher scan --fail-on never keeps it 0",
    ),
    (
        &["--pre-commit"],
        "dogcatcher scan --staged scans what would be committed; dogcatcher hook install does so from now on",
    ),
    (&["--no-color", "--no-colour"], "dogcatcher scan --color never turns colour off"),
];

/// Subcommands of these.
const COMMANDS: &[Hint] = &[
    (
        &["detect", "git", "filesystem", "dir", "directory", "file", "files"],
        "dogcatcher scan PATH scans files and history",
    ),
    (
        &["protect"],
        "dogcatcher scan --staged scans what would be committed, and dogcatcher hook install sets up a hook",
    ),
    (&["stdin"], "dogcatcher scan - reads standard input"),
    (
        &["github", "gitlab"],
        "dogcatcher ci scans what a run of CI is about; for a repository: git clone --mirror URL, then dogcatcher scan",
    ),
    (
        &["audit"],
        "dogcatcher baseline write FILE lists what is known, and dogcatcher scan --baseline FILE leaves it out",
    ),
    (&["help"], "dogcatcher --help lists the commands"),
];

/// Hint for paths that are addresses: nothing is cloned by a scan.
const ADDRESS: &str =
    "only what is on this machine is scanned: git clone --mirror URL repo.git, then dogcatcher scan repo.git";

/// Returns the hint for a command line that was not understood.
///
/// `None` for what no other scanner has: clap's own suggestion stands then.
pub(super) fn hint_for_error(error: &clap::Error) -> Option<&'static str> {
    let typed = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::UnknownArgument => find_hint(FLAGS, typed(ContextKind::InvalidArg)?),
        ErrorKind::InvalidSubcommand => {
            let name = typed(ContextKind::InvalidSubcommand)?;
            if is_address(name) { Some(ADDRESS) } else { find_hint(COMMANDS, name) }
        }
        _ => None,
    }
}

/// Returns the hint for a path that does not exist, if it is an address.
pub(super) fn hint_for_path(path: &std::path::Path) -> Option<&'static str> {
    path.to_str().is_some_and(is_address).then_some(ADDRESS)
}

/// Finds the hint for what was typed, a value behind `=` left out.
fn find_hint(hints: &[Hint], typed: &str) -> Option<&'static str> {
    let name = typed.split_once('=').map_or(typed, |(name, _)| name);
    hints.iter().find(|(names, _)| names.contains(&name)).map(|(_, hint)| *hint)
}

/// Returns whether git would clone it: `https://HOST/…`, or `git@HOST:…`.
fn is_address(text: &str) -> bool {
    let scheme = ["https://", "http://", "ssh://", "git://"].iter().any(|scheme| text.starts_with(scheme));
    scheme || text.strip_prefix("git@").is_some_and(|rest| rest.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Args;
    use clap::CommandFactory;

    /// Returns what the hint for this command line is.
    fn hint_for(line: &str) -> Option<&'static str> {
        let typed = std::iter::once("dogcatcher").chain(line.split(' '));
        hint_for_error(&Args::command().try_get_matches_from(typed).err()?)
    }

    #[test]
    fn each_flag_of_the_table_is_unknown_here_and_has_its_hint() {
        for (names, expected) in FLAGS {
            for name in *names {
                assert_eq!(hint_for(&format!("scan {name}")), Some(*expected), "{name}");
            }
        }
        assert_eq!(hint_for("scan --output=x.json"), hint_for("scan -o x.json"));
    }

    #[test]
    fn each_command_of_the_table_is_unknown_here_and_has_its_hint() {
        for (names, expected) in COMMANDS {
            for name in *names {
                assert_eq!(hint_for(name), Some(*expected), "{name}");
            }
        }
        assert_eq!(hint_for("https://example.org/a.git"), Some(ADDRESS));
    }

    #[test]
    fn what_a_hint_names_exists() {
        for line in [
            "scan --range A..B",
            "scan --report json=x",
            "scan --explain",
            "scan --staged",
            "scan -",
            "hook install",
            "scan --files-only",
            "scan --verify --fail-on live",
            "scan --fail-on never",
            "scan --color never",
            "scan --baseline x",
        ] {
            let typed = std::iter::once("dogcatcher").chain(line.split(' '));
            assert!(Args::command().try_get_matches_from(typed).is_ok(), "{line}");
        }
    }

    #[test]
    fn anything_else_has_no_hint() {
        for line in ["scan --frobnicate", "frobnicate", "scan --threads many"] {
            assert_eq!(hint_for(line), None, "{line}");
        }
    }

    #[test]
    fn tells_addresses_from_paths() {
        for path in ["https://h/x", "ssh://h/x", "git@h:x/y.git"] {
            assert!(hint_for_path(std::path::Path::new(path)).is_some(), "{path}");
        }
        for path in ["https", "src", "git@h", "./https://x"] {
            assert!(hint_for_path(std::path::Path::new(path)).is_none(), "{path}");
        }
    }
}
