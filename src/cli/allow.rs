//! `dogcatcher allow`: an `[[allow]]` entry in the configuration, whose comments and order stay.

use std::io::ErrorKind;
use std::path::Path;

use dogcatcher::error::Error;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::args::{AllowArgs, Allowed, ColorWhen};
use super::config::{check_config, nearest_or_new};
use super::day::today;
use super::exit::Exit;
use super::output::{print, replace_file};

/// The mark at the beginning of files that some editors write.
const BYTE_ORDER_MARK: char = '\u{feff}';

pub(super) fn run(args: &AllowArgs) -> Result<Exit, Error> {
    if let Some(until) = args.until.filter(|until| *until < today()) {
        return Err(Error::usage("allow until", until.to_string(), "that day is over"));
    }
    let file = args.config.clone().unwrap_or_else(nearest_or_new);
    let name = file.display().to_string();
    let before = read_text(&file)?;
    let after = with_entries(&before, args, &name)?;
    if let Some(after) = &after {
        check_config(&file, after)?;
        replace_file(&file, after)?;
    }
    print(ColorWhen::Never, |out, _| match after {
        Some(_) => writeln!(out, "{name}: allowed. It counts once the file is where the scan finds it."),
        None => writeln!(out, "{name}: it is allowed already."),
    })?;
    Ok(Exit::Clean)
}

/// Reads a file as text; empty where there is none.
fn read_text(file: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(file) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(String::new()),
        result => {
            result.map_err(|cause| Error::io("read the configuration", file.display().to_string(), &cause))
        }
    }
}

/// The text with an entry for each that has none; nothing where all have one.
///
/// # Errors
///
/// The text is no TOML, or its entries are written in another way than as `[[allow]]` tables.
fn with_entries(text: &str, args: &AllowArgs, name: &str) -> Result<Option<String>, Error> {
    let wrong = |why: String| Error::usage("change the configuration", name, why);
    let plain = text.trim_start_matches(BYTE_ORDER_MARK);
    let mut document: DocumentMut =
        plain.parse().map_err(|error| wrong(format!("it is no TOML: {error}")))?;
    let tables = document
        .entry("allow")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .ok_or_else(|| {
            wrong("its `allow` is no list of [[allow]] tables".to_owned()).mend("write it as such")
        })?;
    let before = tables.len();
    for allowed in &args.allowed {
        let (key, named) = match allowed {
            Allowed::Fingerprint(fingerprint) => ("fingerprint", fingerprint.clone()),
            Allowed::TokenId(id) => ("token_id", id.to_string()),
        };
        if !tables.iter().any(|table| table.get(key).and_then(Item::as_str) == Some(&named)) {
            tables.push(entry(key, &named, args));
        }
    }
    if tables.len() == before {
        return Ok(None);
    }
    let mut changed = document.to_string();
    if plain.contains("\r\n") {
        changed = changed.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.to_string() } else { String::new() };
    Ok(Some(mark + changed.trim_start_matches('\n')))
}

/// One `[[allow]]` table.
fn entry(key: &str, named: &str, args: &AllowArgs) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table.insert(key, value(named));
    table.insert("reason", value(args.reason.as_str()));
    if let Some(until) = args.until.and_then(|until| until.to_string().parse::<toml_edit::Datetime>().ok()) {
        table.insert("until", value(until));
    }
    table
}
