//! `dogcatcher completions`, `dogcatcher man` and `dogcatcher schema`: all from
//! the definitions that are used themselves.
//!
//! So none of them can promise what the program does not do. Packages install
//! what they print.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use dogcatcher::error::Error;

use super::args::{Args, ColorWhen, CompletionsArgs, ManArgs};
use super::config;
use super::exit::Exit;
use super::output::print;

/// Prints a completion script for a shell.
pub(super) fn print_completions(args: &CompletionsArgs) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "dogcatcher", &mut script);
    print(ColorWhen::Never, |out, _| out.write_all(&script))?;
    Ok(Exit::Clean)
}

/// Prints the manual page of the program and of each subcommand, or writes each
/// into a file of its own.
///
/// # Errors
/// The folder cannot be made, or a page in it cannot be written.
pub(super) fn print_man(args: &ManArgs) -> Result<Exit, Error> {
    match &args.dir {
        Some(folder) => write_pages(folder)?,
        None => {
            let mut command = Args::command();
            command.build();
            print(ColorWhen::Never, |out, _| render_man(&command, out))?;
        }
    }
    Ok(Exit::Clean)
}

/// Writes `dogcatcher.1`, `dogcatcher-scan.1` and so on, as `man` looks for
/// them.
fn write_pages(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Args::command(), folder))
        .map_err(|cause| Error::io("write the manual pages", folder.display().to_string(), &cause))
}

/// The page of a command, then those of its subcommands.
fn render_man(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(out)?;
    let subcommands = command.get_subcommands().filter(|sub| sub.get_name() != "help");
    subcommands.into_iter().try_for_each(|subcommand| render_man(subcommand, out))
}

/// Prints the schema of the configuration.
pub(super) fn print_schema() -> Result<Exit, Error> {
    let schema = config::config_schema();
    print(ColorWhen::Never, |out, _| out.write_all(schema.as_bytes()))?;
    Ok(Exit::Clean)
}
