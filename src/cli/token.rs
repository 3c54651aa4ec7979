//! `dogcatcher token`.

use dogcatcher::error::Error;
use dogcatcher::token::{Flaw, Mint};

use super::args::{Broken, ColorWhen, MintArgs, TokenArgs, TokenCommand};
use super::exit::Exit;
use super::output::print;

/// Makes fake tokens.
pub(super) fn run(args: &TokenArgs) -> Result<Exit, Error> {
    let TokenCommand::Mint(args) = &args.command;
    mint(args)?;
    Ok(Exit::Clean)
}

fn mint(args: &MintArgs) -> Result<(), Error> {
    let mut mint = args.seed.map_or_else(Mint::random, Mint::new).reading(args.reading);
    let flaw = args.broken.map(|broken| match broken {
        Broken::Checksum => Flaw::Checksum,
        Broken::Alias => Flaw::Alias,
        Broken::Length => Flaw::Length,
    });
    if let Some(flaw) = flaw.filter(|&flaw| mint.clone().mint_flawed(args.kind, flaw).is_none()) {
        let what = format!("{flaw:?}").to_lowercase();
        return Err(Error::usage("break", format!("the {what} of a {}", args.kind), "it has none")
            .mend("--broken length goes with every kind"));
    }
    print(ColorWhen::Auto, |out, _| {
        for _ in 0..args.count {
            let token = match flaw {
                Some(flaw) => mint.mint_flawed(args.kind, flaw).unwrap_or_default(),
                None => mint.mint(args.kind),
            };
            writeln!(out, "{token}")?;
        }
        Ok(())
    })
}
