//! `dogcatcher baseline`: a file of known findings, written, checked and
//! pruned.
//!
//! ```text
//! write   what counts today gets an entry; those that are there stay
//! check   which entries match nothing, have expired, or stand in new places
//! prune   those that match nothing go, where everything was read
//! ```
//!
//! The scan comes first. Then the file is read, changed and replaced under a
//! lock, so that what somebody else wrote meanwhile is kept.

mod found;

use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::report::{foreign, hidden};
use dogcatcher::source::git_user_name;
use dogcatcher::suppress::{Additions, Baseline, Settlement};
use jiff::civil::Date;

use super::args::{
    BaselineArgs, BaselineCheckArgs, BaselineCommand, BaselinePruneArgs, BaselineWriteArgs, ColorWhen,
};
use super::baseline_notes::new_places;
use super::config::{Choice, Config};
use super::day::today;
use super::exit::Exit;
use super::lock::FileLock;
use super::output::{notice, print, refuse_link, replace_file};
use super::receipts::user_name;
use found::with_found;

pub(super) fn run(args: &BaselineArgs) -> Result<Exit, Error> {
    match &args.command {
        BaselineCommand::Write(args) => write(args),
        BaselineCommand::Check(args) => check(args),
        BaselineCommand::Prune(args) => prune(args),
    }
}

/// Adds what is found to the file.
fn write(args: &BaselineWriteArgs) -> Result<Exit, Error> {
    let today = today();
    if let Some(until) = args.until.filter(|until| *until < today) {
        return Err(Error::usage("let findings wait until", until.to_string(), "that day is over"));
    }
    let file = &args.scan.file;
    let is_made = make_empty(file)?;
    let written =
        read_own(file).and_then(|_| check_terms(args, today)).and_then(|()| write_found(args, today));
    if written.is_err() && is_made {
        remove_empty(file)?;
    }
    written
}

/// Checks that new entries would count: the policy of the configuration may ask
/// for an end, or for a ticket in the reason. The configuration may name the
/// file itself, which is there by now.
fn check_terms(args: &BaselineWriteArgs, today: Date) -> Result<(), Error> {
    let start = args.scan.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let terms = Config::load(&Choice::from_args(&args.scan.findings), start)?.merged.terms;
    match terms.refusal_of_entry(args.reason.as_deref(), args.until, today) {
        None => Ok(()),
        Some(why) => Err(Error::usage("write entries into", args.scan.file.display().to_string(), why)
            .mend("give --reason and --until; `dogcatcher config show` tells which terms hold")),
    }
}

/// Scans, and adds what is found.
fn write_found(args: &BaselineWriteArgs, today: Date) -> Result<Exit, Error> {
    let file = &args.scan.file;
    let settlement = Settlement {
        since: Some(today),
        by: Some(args.by.clone().unwrap_or_else(|| git_user_name().unwrap_or_else(user_name))),
        until: args.until,
        reason: args.reason.clone(),
        mask: Some(hidden),
    };
    with_found(&args.scan, &mut |found| {
        let mut additions = Additions::default();
        let baseline = change(file, |baseline| {
            additions = baseline.add_findings(found.findings, &settlement, today);
        })?;
        let is_whole = found.partial.is_none();
        let unused = if is_whole { baseline.usage_of_entries(found.findings, today).unused.len() } else { 0 };
        print_written(file, additions, [baseline.entries().count(), unused])?;
        Ok(match found.partial.filter(|limit| !limit.is_choice_of_input()) {
            None => Exit::Clean,
            Some(why) => {
                notice(&format!("{}: more may come to light", why.reason()));
                Exit::Incomplete
            }
        })
    })
}

/// Tells what was written; `counts` are those of all entries, and of those that
/// match nothing.
fn print_written(file: &Path, additions: Additions, [all, unused]: [usize; 2]) -> Result<(), Error> {
    let name = foreign(&file.display().to_string());
    let Additions { added, changed, expired } = additions;
    print(ColorWhen::Never, |out, _| {
        writeln!(out, "{name}: {} ({added} added, {changed} changed)", entries(all))?;
        if expired > 0 {
            writeln!(out, "{} expired and count again: give them a new day with --until", entries(expired))?;
        }
        if unused > 0 {
            writeln!(out, "{} nothing any more: `dogcatcher baseline prune {name}`", matching(unused))?;
        }
        writeln!(
            out,
            "What is new: `dogcatcher scan --baseline {name}`, or `baseline = \"{name}\"` under [scan]."
        )
    })
}

/// Tells of entries that are of no use, and of new places.
fn check(args: &BaselineCheckArgs) -> Result<Exit, Error> {
    let baseline = Baseline::read(&args.scan.file)?;
    with_found(&args.scan, &mut |found| {
        let usage = baseline.usage_of_entries(found.findings, today());
        let places = new_places(&baseline, found.findings);
        let name = foreign(baseline.name());
        let is_whole = found.partial.is_none();
        let fate = if is_whole { "matches nothing" } else { "not seen" };
        let unmatched = |count: usize| match is_whole {
            true => format!("{} nothing", matching(count)),
            false => format!("{count} not seen"),
        };
        print(ColorWhen::Never, |out, _| {
            writeln!(
                out,
                "{name}: {}; {}, {} expired; {} in a new place",
                entries(baseline.entries().count()),
                unmatched(usage.unused.len()),
                usage.expired.len(),
                places.len(),
            )?;
            usage.unused.iter().try_for_each(|(_, words)| writeln!(out, "{fate}: {}", foreign(words)))?;
            usage
                .expired
                .iter()
                .try_for_each(|(_, words)| writeln!(out, "has expired: {}", foreign(words)))?;
            places.iter().try_for_each(|words| writeln!(out, "new place: {words}"))?;
            if is_whole && !usage.unused.is_empty() {
                writeln!(out, "`dogcatcher baseline prune {name}` takes out what matches nothing.")?;
            }
            Ok(())
        })?;
        Ok(match (found.partial, usage.unused.len() + usage.expired.len()) {
            (Some(why), _) => {
                notice(&format!("{}: what was not seen may stand there", why.reason()));
                Exit::Incomplete
            }
            (None, 0) => Exit::Clean,
            (None, _) => Exit::Findings,
        })
    })
}

/// Takes out the entries that match nothing.
fn prune(args: &BaselinePruneArgs) -> Result<Exit, Error> {
    let file = &args.scan.file;
    read_own(file)?;
    with_found(&args.scan, &mut |found| {
        if let Some(why) = found.partial {
            notice(&format!(
                "{}: nothing was taken out, for what an entry is for may stand there",
                why.reason()
            ));
            return Ok(Exit::Incomplete);
        }
        let mut removed = Vec::new();
        let mut remove = |baseline: &mut Baseline| {
            removed = baseline.remove_unmatched(found.findings, found.knows_rule);
        };
        let left = match args.dry_run {
            true => {
                let mut baseline = read_own(file)?;
                remove(&mut baseline);
                baseline
            }
            false => change(file, remove)?,
        };
        let (name, left) = (foreign(&file.display().to_string()), entries(left.entries().count()));
        let becomes = if args.dry_run { "would go" } else { "is gone" };
        print(ColorWhen::Never, |out, _| {
            removed.iter().try_for_each(|words| writeln!(out, "{becomes}: {}", foreign(words)))?;
            writeln!(out, "{name}: {} nothing; {left} left", matching(removed.len()))
        })?;
        Ok(Exit::Clean)
    })
}

/// Reads, changes and replaces a file, while nobody else does.
fn change(file: &Path, work: impl FnOnce(&mut Baseline)) -> Result<Baseline, Error> {
    refuse_link(file)?;
    let _lock = FileLock::take(file)?;
    let before = read_own(file)?;
    let mut after = before.clone();
    work(&mut after);
    let is_sorted = std::fs::read(file).is_ok_and(|bytes| bytes == after.to_text().as_bytes());
    if !is_sorted {
        replace_file(file, &after.to_text())?;
    }
    Ok(after)
}

/// Makes a file without entries, where there is none: the configuration may
/// name it. Returns whether it did.
fn make_empty(file: &Path) -> Result<bool, Error> {
    refuse_link(file)?;
    let _lock = FileLock::take(file)?;
    if file.symlink_metadata().is_ok() {
        return Ok(false);
    }
    replace_file(file, &Baseline::empty("").to_text()).map(|()| true)
}

/// Removes a file that was made for a run that failed, unless somebody else
/// wrote into it.
fn remove_empty(file: &Path) -> Result<(), Error> {
    let _lock = FileLock::take(file)?;
    let is_empty = read_own(file).is_ok_and(|baseline| baseline.entries().next().is_none());
    if is_empty {
        std::fs::remove_file(file)
            .map_err(|cause| Error::io("remove", file.display().to_string(), &cause))?;
    }
    Ok(())
}

/// Reads a file that is to be changed: a report would be lost.
fn read_own(file: &Path) -> Result<Baseline, Error> {
    let baseline = Baseline::read(file)?;
    if !baseline.is_report() {
        return Ok(baseline);
    }
    let name = file.display();
    Err(Error::usage("change", name.to_string(), "it is a JSON report, not a baseline")
        .mend(format!("name another file: `dogcatcher baseline write known.jsonl --from {name}`")))
}

/// Returns a number of entries, in words.
fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// Returns a number of entries and what they do, in words.
fn matching(count: usize) -> String {
    if count == 1 { "1 matches".to_owned() } else { format!("{count} match") }
}
