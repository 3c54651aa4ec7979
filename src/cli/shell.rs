//! `dogcatcher completions`, `dogcatcher man` and `dogcatcher schema`: all from the definitions that are used themselves.

use clap::CommandFactory;
use dogcatcher::error::Error;

use super::args::{Args, ColorWhen, CompletionsArgs};
use super::config;
use super::exit::Exit;
use super::output::print;

/// Prints a completion script.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "dogcatcher", &mut script);
    print(ColorWhen::Never, |out, _| out.write_all(&script))?;
    Ok(Exit::Clean)
}

/// Prints the manual page of the program and of each subcommand.
pub(super) fn man() -> Result<Exit, Error> {
    let mut command = Args::command();
    command.build();
    print(ColorWhen::Never, |out, _| {
        clap_mangen::Man::new(command.clone()).render(out)?;
        for subcommand in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            clap_mangen::Man::new(subcommand.clone()).render(out)?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}

/// Prints the schema of the configuration.
pub(super) fn schema() -> Result<Exit, Error> {
    let schema = config::schema();
    print(ColorWhen::Never, |out, _| out.write_all(schema.as_bytes()))?;
    Ok(Exit::Clean)
}
