//! `dogcatcher completions` and `dogcatcher man`: both from the definitions of the command line.

use clap::CommandFactory;
use dogcatcher::error::Error;

use super::args::{Args, ColorWhen, CompletionsArgs};
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
