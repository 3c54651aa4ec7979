//! From typed flags to settings: one module a subcommand, one place for exit
//! codes.
//!
//! ```text
//! args::Args            what can be typed: clap's definitions, and nothing but them
//! environment           flags that variables give
//! config, policies      what dogcatcher.toml says
//! settings::Plan        what all of it means, once
//! scan::execute         runs it, writes the reports, prints notices
//! exit::Exit            what the exit status says
//! ```
//!
//! The library knows no flag and prints nothing: all words that name a flag
//! stand below this file. Whatever is printed goes through `report::foreign`,
//! since names and paths may be of somebody's making, and hide a token or an
//! escape code.
//!
//! # Adding a subcommand
//!
//! A struct of its flags in `args`, with help and examples; a variant of
//! `Command`; a module here with `run(&Args) -> Result<Exit, Error>`; a line in
//! [`main`]. `tests/docs.rs` asks for its page.

mod advice;
mod allow;
mod args;
mod baseline;
mod baseline_notes;
mod ci;
mod config;
mod day;
mod demo;
mod environment;
mod exit;
mod explain;
mod foreign;
mod hook;
mod inspect;
mod known;
mod last_found;
mod leftovers;
mod lock;
mod named_folder;
mod network;
mod output;
mod policies;
mod progress;
mod receipts;
mod report;
mod repository_top;
mod revoke;
mod rules;
mod saved;
mod scan;
mod settings;
mod shell;
mod show_config;
mod signals;
mod state_folder;
mod token;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Args, Command};
use dogcatcher::report::hidden;
use exit::Exit;
use output::{help_width, report_error};

/// Runs the program. Standard output holds what was asked for, standard error
/// everything else.
///
/// ```text
/// typed words → environment's defaults → clap → one `run` → leftovers removed → exit status
/// ```
///
/// An error of any subcommand is printed once, here, with its next step, and is
/// exit status 2.
pub(crate) fn main() -> ExitCode {
    let typed: Vec<OsString> = hook::files_are_no_flags(std::env::args_os().collect());
    let command = Args::command().term_width(help_width());
    let mut definitions = environment::with_environment(command, &typed);
    let matches = definitions.try_get_matches_from_mut(&typed);
    // To take them apart would cost a twentieth of a short run.
    std::mem::forget(definitions);
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return print_usage(&error),
    };
    if matches!(args.command, Command::Scan(_) | Command::Hook(_) | Command::Ci(_))
        && environment::is_any_set()
    {
        warn_of_variables();
    }
    let result = match args.command {
        Command::Scan(args) => scan::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Revoke(args) => revoke::run(&args),
        Command::Hook(args) => hook::run(&args),
        Command::Ci(args) => ci::run(args),
        Command::Report(args) => report::run(&args),
        Command::Allow(args) => allow::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Config(args) => show_config::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Token(args) => token::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => shell::print_completions(&args),
        Command::Man(args) => shell::print_man(&args),
        Command::Schema => shell::print_schema(),
    };
    leftovers::remove_all();
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            report_error(&error);
            Exit::Error.into()
        }
    }
}

/// Tells of variables that nobody reads, though they look like ours.
fn warn_of_variables() {
    use std::io::Write;
    for (name, meant) in environment::misspelt_variables(&Args::command()) {
        // A courtesy: nobody is left to tell if this fails.
        let _ = writeln!(anstream::stderr(), "note: the variable {name} does nothing; did you mean {meant}?");
    }
}

/// Prints help, or what is wrong with the command line: a secret that was typed
/// there is not repeated.
///
/// Help goes to standard output with status 0, everything else to standard
/// error with 2.
fn print_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nobody is left to tell if this fails.
        let _ = error.print();
        return Exit::Clean.into();
    }
    use std::io::Write;
    // Without colour: an escape code before a value would hide it from the search for credentials.
    let text = error.render().to_string();
    let safe = hidden(&text);
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{safe}");
    if let Some(hint) = foreign::hint_for_error(error) {
        let _ = writeln!(stderr, "\nhint: {hint}");
    }
    if safe != text {
        let _ = writeln!(
            stderr,
            "\nA secret does not belong on a command line, where other users and the shell's history see it.\n\
             Pipe it in: dogcatcher inspect < file"
        );
    }
    Exit::Error.into()
}
