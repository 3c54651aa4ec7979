//! `dogcatcher allow`: an `[[allow]]` entry in the configuration, whose
//! comments and order stay.

use std::io::ErrorKind;
use std::path::Path;

use dogcatcher::error::Error;
use dogcatcher::report::{FindingJson, SavedReport, foreign};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::args::{AllowArgs, Allowed, ColorWhen};
use super::config::{Choice, Config, check_config, nearest_or_new};
use super::day::today;
use super::exit::Exit;
use super::last_found::{Remembered, last_found};
use super::lock::FileLock;
use super::output::{print, refuse_link, replace_file};

/// The mark at the beginning of files that some editors write.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Findings that `--last-found` allows at most: more are for a baseline.
const MAX_FOUND: usize = 20;

/// Runs `dogcatcher allow`.
///
/// # Errors
///
/// Digits name no finding, or several; the policy of the configuration refuses
/// such an entry; or the file cannot be read as a configuration, or written.
pub(super) fn run(args: &AllowArgs) -> Result<Exit, Error> {
    if let Some(until) = args.until.filter(|until| *until < today()) {
        return Err(Error::usage("allow until", until.to_string(), "that day is over"));
    }
    let named = named_keys(args)?;
    let file = args.config.clone().unwrap_or_else(nearest_or_new);
    let name = file.display().to_string();
    refuse_link(&file)?;
    let _lock = FileLock::take(&file)?;
    let before = read_text(&file)?;
    let after = with_entries(&before, &named, args, &name)?;
    if let Some(after) = &after {
        check_config(&file, after)?;
        check_terms(&file, args)?;
        replace_file(&file, after)?;
    }
    print(ColorWhen::Never, |out, _| {
        if args.last_found {
            named.iter().try_for_each(|it| writeln!(out, "{}: {}", it.name, foreign(&it.words)))?;
        }
        match after {
            Some(_) => writeln!(out, "{name}: allowed. It counts once the file is where the scan finds it."),
            None => writeln!(out, "{name}: it is allowed already."),
        }
    })?;
    Ok(Exit::Clean)
}

/// A finding or token, as an entry names it.
struct NamedKey {
    /// The key of the entry.
    key: &'static str,
    /// Its value.
    name: String,
    /// The finding in words, where it is known.
    words: String,
}

/// Returns the findings and tokens that the entries are to name.
fn named_keys(args: &AllowArgs) -> Result<Vec<NamedKey>, Error> {
    let of_finding = |it: Remembered| NamedKey {
        key: "fingerprint",
        name: it.fingerprint,
        words: format!("{} at {}", it.rule, it.place),
    };
    if args.last_found {
        let found = last_found()?;
        if found.len() > MAX_FOUND {
            let why = format!("there are {} of them: too many to have looked at each", found.len());
            return Err(Error::usage("allow", "what was found last", why).mend(
                "settle them in a baseline (`dogcatcher baseline write FILE --reason TEXT`), or name some",
            ));
        }
        return Ok(found.into_iter().map(of_finding).collect());
    }
    let is_beginning = |it: &Allowed| matches!(it, Allowed::Beginning(_));
    let known = match &args.from {
        Some(report) => of_report(report)?,
        None if args.allowed.iter().any(is_beginning) => last_found()?,
        None => Vec::new(),
    };
    let key = |key, name| NamedKey { key, name, words: String::new() };
    let named = args.allowed.iter().map(|allowed| match allowed {
        Allowed::Fingerprint(fingerprint) => Ok(key("fingerprint", fingerprint.clone())),
        Allowed::TokenId(id) => Ok(key("token_id", id.to_string())),
        Allowed::Beginning(digits) => only_match(&known, digits).map(of_finding),
    });
    named.collect()
}

/// Returns the one finding whose fingerprint begins so.
fn only_match(known: &[Remembered], digits: &str) -> Result<Remembered, Error> {
    let wrong = |why: &str| Error::usage("allow", digits, why);
    let mut matching = known.iter().filter(|it| it.fingerprint.starts_with(digits));
    match (matching.next(), matching.next()) {
        (Some(one), None) => Ok(one.clone()),
        (Some(_), Some(_)) => Err(wrong("several findings begin so").mend("give more digits")),
        (None, _) => Err(wrong("no finding begins so")
            .mend("name the report that holds it (`--from report.json`), or give all 32 digits")),
    }
}

/// Returns the findings of a saved report.
fn of_report(report: &Path) -> Result<Vec<Remembered>, Error> {
    let place = |finding: &FindingJson| {
        let first = finding.locations.first();
        first
            .and_then(|it| Some(format!("{}:{}:{}", it.path.as_ref()?, it.line, it.column)))
            .unwrap_or_default()
    };
    let saved = SavedReport::read(report)?;
    let known = saved.report.findings.iter().map(|finding| Remembered {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule_id.clone(),
        place: place(finding),
    });
    Ok(known.collect())
}

/// Checks that the entry would count: the policy of the configuration may ask
/// for an end, or for a ticket in the reason.
fn check_terms(file: &Path, args: &AllowArgs) -> Result<(), Error> {
    if !file.is_file() {
        return Ok(());
    }
    let config = match &args.config {
        Some(file) => Config::load(&Choice::File(file.clone()), file)?,
        None => Config::load(&Choice::Nearest, Path::new("."))?,
    };
    match config.merged.terms.refusal_of_entry(Some(&args.reason), args.until, today()) {
        None => Ok(()),
        Some(why) => Err(Error::usage("allow it in", file.display().to_string(), why)
            .mend("`dogcatcher config show` tells which terms hold, and where they come from")),
    }
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
/// The text is no TOML, or its entries are written in another way than as
/// `[[allow]]` tables.
fn with_entries(
    text: &str,
    named: &[NamedKey],
    args: &AllowArgs,
    name: &str,
) -> Result<Option<String>, Error> {
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
    for NamedKey { key, name, .. } in named {
        if !tables.iter().any(|table| table.get(key).and_then(Item::as_str) == Some(name)) {
            tables.push(entry(key, name, args));
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
    if let Some(by) = &args.by {
        table.insert("by", value(by.as_str()));
    }
    if let Some(until) = args.until.and_then(|until| until.to_string().parse::<toml_edit::Datetime>().ok()) {
        table.insert("until", value(until));
    }
    table
}
