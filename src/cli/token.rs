//! `dogcatcher token`: fake credentials for tests, right in every respect that
//! can be proven offline.

use dogcatcher::error::Error;
use dogcatcher::rule::{Rule, RuleSet};
use dogcatcher::token::{Flaw, Kind, Mint};

use super::args::{Broken, ColorWhen, MintArgs, TokenArgs, TokenCommand};
use super::exit::Exit;
use super::output::print;
use super::settings::load_rules;

/// Makes fake tokens.
pub(super) fn run(args: &TokenArgs) -> Result<Exit, Error> {
    let TokenCommand::Mint(args) = &args.command;
    let rules = load_rules(args.rules.iter().cloned())?;
    match (Kind::from_name(&args.kind), rule_of(&rules, &args.kind)) {
        (Some(kind), _) => mint_kind(kind, args)?,
        (None, Some(rule)) => mint_rule(rule, args)?,
        (None, None) => {
            let known: Vec<_> =
                Kind::ALL.map(Kind::as_str).into_iter().chain(names_of_others(&rules)).collect();
            return Err(Error::usage("mint", &args.kind, "there is no such kind of credential")
                .mend(format!("the kinds are {}", known.join(", "))));
        }
    }
    Ok(Exit::Clean)
}

/// The rule of that id, or the first one for a kind of that name.
fn rule_of<'r>(rules: &'r RuleSet, name: &str) -> Option<&'r Rule> {
    let named = || rules.rules().iter().find(|rule| rule.credential_name() == name);
    rules.get(name).or_else(named)
}

/// Names of kinds that are not Datadog's; the ids of rules that name none.
fn names_of_others(rules: &RuleSet) -> impl Iterator<Item = &str> {
    let others = rules.rules().iter().filter(|rule| rule.credential().is_none());
    others.map(|rule| if rule.credential_name() == "custom" { rule.id() } else { rule.credential_name() })
}

/// Mints by Datadog's anatomy, with the reading and the flaw that were asked
/// for.
fn mint_kind(kind: Kind, args: &MintArgs) -> Result<(), Error> {
    let mut mint = args.seed.map_or_else(Mint::random, Mint::new).with_reading(args.reading);
    let flaw = args.broken.map(|broken| match broken {
        Broken::Checksum => Flaw::Checksum,
        Broken::Alias => Flaw::Alias,
        Broken::Length => Flaw::Length,
    });
    let minted = (0..args.count).map(|_| match flaw {
        Some(flaw) => mint.mint_flawed(kind, flaw).map(String::into_bytes),
        None => Some(mint.mint(kind).into_bytes()),
    });
    print_all(minted, args)
}

/// Mints by the pattern and the checksum of a rule.
fn mint_rule(rule: &Rule, args: &MintArgs) -> Result<(), Error> {
    let first = args.seed.unwrap_or_else(|| fastrand::u64(..));
    let minted = (0..args.count).map(|index| {
        let seed = first.wrapping_add(index);
        match args.broken {
            None => rule.mint_sample(seed, false),
            Some(Broken::Checksum) => rule.mint_sample(seed, true),
            Some(Broken::Alias) => None,
            Some(Broken::Length) => rule.mint_sample(seed, false).map(|mut token| {
                token.pop();
                token
            }),
        }
    });
    print_all(minted, args)
}

/// Prints credentials, one a line.
///
/// # Errors
///
/// A credential could not be broken as it was asked: it has no such part.
fn print_all(minted: impl Iterator<Item = Option<Vec<u8>>>, args: &MintArgs) -> Result<(), Error> {
    let mut minted = minted.peekable();
    if matches!(minted.peek(), Some(None)) {
        let part = args.broken.map_or_else(String::new, |broken| format!("{broken:?}").to_lowercase());
        return Err(Error::usage("break", format!("the {part} of a {}", args.kind), "it has none")
            .mend("--broken length goes with every kind"));
    }
    print(ColorWhen::Auto, |out, _| {
        for mut token in minted.flatten() {
            token.push(b'\n');
            out.write_all(&token)?;
        }
        Ok(())
    })
}
