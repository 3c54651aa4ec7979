//! From typed flags to settings: one module a subcommand, one place for exit codes.

mod args;
mod config;
mod demo;
mod exit;
mod hook;
mod inspect;
mod known;
mod network;
mod output;
mod progress;
mod revoke;
mod rules;
mod scan;
mod settings;
mod shell;
mod token;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use dogcatcher::error::Error;
use dogcatcher::secret::hide_tokens;
use exit::Exit;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return print_usage(&error),
    };
    let result = match args.command {
        Command::Scan(args) => scan::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Revoke(args) => revoke::run(&args),
        Command::Hook(args) => hook::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Token(args) => token::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man => shell::man(),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            report_error(&error);
            Exit::Error.into()
        }
    }
}

/// Prints an error to where people look for it.
fn report_error(error: &Error) {
    use std::io::Write;
    let style = anstyle::AnsiColor::Red.on_default().bold();
    // Nobody is left to tell if this fails.
    let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {error}");
}

/// Prints help, or what is wrong with the command line: a secret that was typed there is not repeated.
fn print_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nobody is left to tell if this fails.
        let _ = error.print();
        return Exit::Clean.into();
    }
    use std::io::Write;
    // Without colour: an escape code before a value would hide it from the search for credentials.
    let text = error.render().to_string();
    let safe = hide_tokens(&text);
    let mut stderr = anstream::stderr();
    let _ = write!(stderr, "{safe}");
    if safe != text {
        let _ = writeln!(
            stderr,
            "\nA secret does not belong on a command line, where other users and the shell's history see it.\n\
             Pipe it in: dogcatcher inspect < file"
        );
    }
    Exit::Error.into()
}
