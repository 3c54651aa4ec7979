//! `dogcatcher rules`: lists them, prints one to begin one's own with, and
//! proves that all find their examples.

use std::path::PathBuf;

use dogcatcher::detect::prove_examples;
use dogcatcher::error::Error;
use dogcatcher::rule::{Rule, RuleSet};

use super::args::{ColorWhen, RulesArgs, RulesCommand};
use super::exit::Exit;
use super::output::print;
use super::settings::load_rules;

/// Lists, shows or proves rules.
pub(super) fn run(args: &RulesArgs) -> Result<Exit, Error> {
    match &args.command {
        RulesCommand::List { rules } => list_rules(&load_rules(rules.iter().cloned())?)?,
        RulesCommand::Show { id, rules } => show_rule(id, &load_rules(rules.iter().cloned())?)?,
        RulesCommand::Check { folders } => check_rules(folders)?,
    }
    Ok(Exit::Clean)
}

/// Prints a table: id, severity, kind, name.
fn list_rules(rules: &RuleSet) -> Result<(), Error> {
    let width =
        |column: fn(&Rule) -> &str| rules.rules().iter().map(|rule| column(rule).len()).max().unwrap_or(0);
    let (ids, credentials) = (width(Rule::id), width(Rule::credential_name));
    print(ColorWhen::Auto, |out, _| {
        for rule in rules.rules() {
            let (id, severity, credential) = (rule.id(), rule.severity().as_str(), rule.credential_name());
            writeln!(out, "{id:<ids$}  {severity:<8}  {credential:<credentials$}  {}", rule.name())?;
        }
        Ok(())
    })
}

/// Prints the file of a rule, byte for byte.
///
/// # Errors
///
/// There is none of that id.
fn show_rule(id: &str, rules: &RuleSet) -> Result<(), Error> {
    let rule = rules.get(id).ok_or_else(|| {
        let known: Vec<_> = rules.rules().iter().map(Rule::id).collect();
        Error::usage("show the rule", id, "there is none of that id")
            .mend(format!("one of {}", known.join(", ")))
    })?;
    print(ColorWhen::Auto, |out, _| out.write_all(rule.source().as_bytes()))
}

/// Proves the rules that are compiled in, together with those of the folders.
///
/// # Errors
///
/// One is wrong, or does not find its examples; or one of another rule is in
/// its way.
fn check_rules(folders: &[PathBuf]) -> Result<(), Error> {
    let mut rules = RuleSet::builtin();
    for folder in folders {
        rules.add_folder(folder)?;
    }
    prove_examples(&rules)?;
    let count = |of: fn(&Rule) -> usize| rules.rules().iter().map(of).sum::<usize>();
    print(ColorWhen::Auto, |out, _| {
        writeln!(
            out,
            "{} rules: {} examples and {} counter-examples hold",
            rules.rules().len(),
            count(|rule| rule.examples().len()),
            count(|rule| rule.counter_examples().len())
        )
    })
}
