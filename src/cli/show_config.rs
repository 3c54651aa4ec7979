//! `dogcatcher config`: which settings hold and where they come from, and
//! whether a file is right.
//!
//! ```text
//! policy.fail_on         severity>=high      policy/base.toml
//! policy.fail_on         in-head             dogcatcher.toml
//! policy.max_allow_days  180                 policy/base.toml
//! [[allow]]              3 entries           dogcatcher.toml
//! ```

use dogcatcher::error::Error;
use dogcatcher::report::foreign;
use toml_edit::{DocumentMut, Item, Value};

use super::args::{ColorWhen, ConfigArgs, ConfigCheckArgs, ConfigCommand, ConfigShowArgs, FindingArgs};
use super::config::{Choice, Config, nearest_or_new};
use super::day::today;
use super::exit::Exit;
use super::output::print;
use super::settings::{check_rules_of, load_rules};

/// Keys of which a later file adds to what an earlier one says.
const ADDING: [&str; 10] = [
    "scan.exclude",
    "scan.rules",
    "scan.fail_on",
    "policy.fail_on",
    "policy.reason_pattern",
    "rules.disable",
    "lexicon.owners",
    "lexicon.vendors",
    "lexicon.neutral",
    "lexicon.pretended",
];

pub(super) fn run(args: &ConfigArgs) -> Result<Exit, Error> {
    match &args.command {
        ConfigCommand::Show(args) => show(args),
        ConfigCommand::Check(args) => check(args),
    }
}

/// A setting: its key, its value, and the name of where it stands.
type Setting = [String; 3];

/// Prints what holds at a place.
fn show(args: &ConfigShowArgs) -> Result<Exit, Error> {
    let config = Config::load(&Choice::from_args(&args.findings), &args.path)?;
    let mut settings = Vec::new();
    for (file, text) in &config.files {
        add_settings(&mut settings, file, text);
    }
    settings.sort_by(|one, other| one[0].cmp(&other[0]));
    settings.extend(typed(&args.findings));
    let widths = [0, 1].map(|column| settings.iter().map(|it| it[column].chars().count()).max().unwrap_or(0));
    let names: Vec<&str> = config.files.iter().rev().map(|(name, _)| name.as_str()).collect();
    print(ColorWhen::Never, |out, _| {
        match names.is_empty() {
            true => writeln!(out, "no configuration: what is compiled in holds")?,
            false => writeln!(out, "{}", foreign(&names.join(", which extends ")))?,
        }
        for [key, value, file] in &settings {
            let [key_width, value_width] = widths;
            writeln!(out, "  {key:key_width$}  {value:value_width$}  {file}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}

/// Adds the settings of a file, in place of those that it replaces.
fn add_settings(settings: &mut Vec<Setting>, file: &str, text: &str) {
    // It has been read before.
    let document: DocumentMut = text.parse().unwrap_or_default();
    for (name, item) in document.iter() {
        match item {
            Item::Table(table) => {
                for (key, value) in table.iter() {
                    add_setting(settings, format!("{name}.{key}"), shown_value(value), file);
                }
            }
            Item::ArrayOfTables(entries) => {
                let count = match entries.len() {
                    1 => "1 entry".to_owned(),
                    n => format!("{n} entries"),
                };
                settings.push([format!("[[{name}]]"), count, foreign(file)]);
            }
            value => add_setting(settings, name.to_owned(), shown_value(value), file),
        }
    }
}

/// Adds a setting.
fn add_setting(settings: &mut Vec<Setting>, key: String, value: String, file: &str) {
    if !ADDING.contains(&key.as_str()) {
        settings.retain(|known| known[0] != key);
    }
    settings.push([key, value, foreign(file)]);
}

/// Returns a value as people write it.
fn shown_value(item: &Item) -> String {
    let shown =
        |value: &Value| value.as_str().map_or_else(|| value.to_string().trim().to_owned(), str::to_owned);
    foreign(&match item.as_value() {
        Some(Value::Array(values)) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Some(value) => shown(value),
        None => item.to_string().trim().to_owned(),
    })
}

/// Returns what flags and variables say, which win over files.
fn typed(args: &FindingArgs) -> Vec<Setting> {
    let path = |path: &std::path::PathBuf| path.display().to_string();
    let flags = [
        ("--fail-on", args.fail_on.as_ref().map(ToString::to_string)),
        ("--min-confidence", args.min_confidence.map(|it| it.as_str().to_owned())),
        ("--baseline", args.baseline.as_ref().map(path)),
        ("--no-marks", args.no_marks.then(|| "true".to_owned())),
    ];
    let given = |(flag, value): (&str, Option<String>)| {
        let variable = format!("DOGCATCHER_{}", flag[2..].replace('-', "_").to_ascii_uppercase());
        Some([flag.to_owned(), foreign(&value?), format!("typed, or {variable}; wins over files")])
    };
    flags.into_iter().filter_map(given).collect()
}

/// Reads a configuration as a scan does, and tells of entries that do not
/// count.
fn check(args: &ConfigCheckArgs) -> Result<Exit, Error> {
    let file = args.file.clone().unwrap_or_else(nearest_or_new);
    let choice = if args.file.is_some() { Choice::File(file.clone()) } else { Choice::Nearest };
    let config = Config::load(&choice, std::path::Path::new("."))?;
    if config.file.is_none() {
        let name = file.display().to_string();
        return Err(Error::usage("check the configuration", name, "there is none")
            .mend("`dogcatcher allow` writes one, or name the file"));
    }
    check_rules_of(&config, load_rules([])?)?;
    let (terms, today) = (&config.merged.terms, today());
    let of_allow = config.allow.entries_without_effect(today);
    let of_accept = config.accept.entries_without_effect(today);
    let of_baseline = config.baseline.iter().flat_map(|baseline| {
        baseline
            .entries()
            .filter(|entry| !entry.counts(terms, today))
            .map(dogcatcher::suppress::BaselineEntry::entry_words)
    });
    let tables = [("[[allow]]", of_allow), ("[[accept]]", of_accept), ("baseline", of_baseline.collect())];
    let count: usize = tables.iter().map(|(_, entries)| entries.len()).sum();
    let name = foreign(&file.display().to_string());
    print(ColorWhen::Never, |out, _| {
        for (table, entries) in &tables {
            entries
                .iter()
                .try_for_each(|words| writeln!(out, "{table}: does not count: {}", foreign(words)))?;
        }
        writeln!(
            out,
            "{name}: {}",
            if count == 0 { "all is well".to_owned() } else { format!("{count} without effect") }
        )
    })?;
    Ok(if count == 0 { Exit::Clean } else { Exit::Findings })
}
