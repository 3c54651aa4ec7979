//! `dogcatcher scan`, and what other commands share with it: carrying out a
//! plan, and the exit status of what came of it.
//!
//! ```text
//! 1   something counts at or above --fail-on
//! 2   an error; or nobody knows whether something is live, and --fail-on live asks
//! 3   nothing counts, but not everything was read
//! 0   nothing counts, everything was read
//! ```

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::Path;

use dogcatcher::detect::Detector;
use dogcatcher::error::{Error, SkipReason};
use dogcatcher::finding::Finding;
use dogcatcher::report::{Only, Options, Part, foreign};
use dogcatcher::scan::{self, Nested, Outcome, Progress, Settings, Skipped};
use dogcatcher::source::{CommitRange, RangeWords};

use super::args::{OutputArgs, ScanArgs};
use super::baseline_notes::print_baseline_notes;
use super::exit::Exit;
use super::foreign;
use super::last_found::remember_findings;
use super::network::verifier_of_flags;
use super::output::{Output, note_old_reports, notice, report_error, text_width};
use super::progress::with_progress;
use super::receipts::read_receipts;
use super::settings::{Input, Plan};
use super::signals::stop_when_asked;

/// Runs `dogcatcher scan`. A named path where nothing is does not keep the
/// others from being scanned.
///
/// # Errors
///
/// The command line makes no sense together, a configuration or a rule is
/// wrong, a report cannot be written, or none of the named paths exists.
pub(super) fn run(args: &ScanArgs) -> Result<Exit, Error> {
    note_old_reports(&args.output, [], &args.findings)?;
    let mut absent: Vec<Error> = args.paths.iter().filter_map(|path| absence_error(path)).collect();
    if !absent.is_empty() && absent.len() == args.paths.len() {
        let last = absent.remove(absent.len() - 1);
        absent.iter().for_each(report_error);
        return Err(last);
    }
    let mut plan = Plan::new(input_of(args)?, &args.output, &args.findings, &args.files)?;
    plan.settings.verifier = verifier_of_flags(&args.verify, args.output.authors)?;
    plan.settings.receipts = read_receipts(args.verify.receipts.as_deref())?;
    plan.only.clone_from(&args.choice.only);
    needs_evidence(&plan)?;
    // Whoever accepts what is missing has been told of it, and gets no error.
    let mut is_accepted = true;
    let exit = execute_and(&plan, &args.output, &mut |outcome, _| {
        is_accepted = !outcome.summary.skipped.iter().any(is_missing);
        Ok(())
    })?;
    if is_accepted {
        return Ok(exit);
    }
    absent.iter().for_each(report_error);
    Ok(if absent.is_empty() || exit == Exit::Findings { exit } else { Exit::Error })
}

/// Returns whether a file is missing, and nobody accepted that.
fn is_missing(gap: &Skipped) -> bool {
    gap.kind == SkipReason::Missing && gap.incomplete
}

/// Returns the error of a named path where nothing is.
fn absence_error(path: &Path) -> Option<Error> {
    let named = path.as_os_str() != "-";
    let cause = std::fs::metadata(path).err().filter(|cause| named && cause.kind() == ErrorKind::NotFound)?;
    let error = Error::io("scan", path.display().to_string(), &cause);
    Some(match foreign::hint_for_path(path) {
        Some(hint) => error.mend(hint),
        None => error,
    })
}

/// Checks that somebody can know what is live.
///
/// # Errors
///
/// A level asks for what is live, nobody is asked, and no receipt tells.
pub(super) fn needs_evidence(plan: &Plan) -> Result<(), Error> {
    let Settings { verifier, receipts, .. } = &plan.settings;
    match plan.fail_on.any_live() && verifier.is_none() && !receipts.is_read() {
        true => Err(Error::usage("fail on", "live", "nobody asks whether anything is live")
            .mend("add --verify, or name the receipts of `dogcatcher revoke` with --receipts")),
        false => Ok(()),
    }
}

/// Returns the input that the arguments describe.
fn input_of(args: &ScanArgs) -> Result<Input, Error> {
    let git = &args.git;
    if let Some(range) = &git.range {
        let not = git.not.iter().flat_map(|commit| ["--not", commit, "--not"]);
        let words = RangeWords::parse([range.as_str()].into_iter().chain(not))?;
        return match &args.paths[..] {
            [] => Ok(Input::Range { folder: None, words }),
            [folder] => Ok(Input::Range { folder: Some(folder.clone()), words }),
            [_, other, ..] => {
                let other = other.display().to_string();
                Err(Error::usage("scan a range of", other, "a range is of one repository")
                    .mend("name one folder; a range of several words is one argument: --range \"B --not A\""))
            }
        };
    }
    if git.staged {
        return Ok(Input::Staged { only: None });
    }
    let nested = match (git.files_only, git.no_nested) {
        (true, _) => Nested::Unasked,
        (false, true) => Nested::LeftOut,
        (false, false) => Nested::Swept,
    };
    let paths = args.paths.clone();
    Ok(Input::Paths { paths, files: !git.history_only, history: !git.files_only, nested })
}

/// Scans, reports, and does something else with what came of it.
pub(super) fn execute_and(
    plan: &Plan,
    args: &OutputArgs,
    also: &mut dyn FnMut(&Outcome<'_>, &Options) -> Result<(), Error>,
) -> Result<Exit, Error> {
    // Before the first temporary file.
    let progress = Progress::until(stop_when_asked());
    let outputs: Vec<Output> = plan.reports.iter().cloned().map(Output::open).collect::<Result<_, _>>()?;
    let detector = Detector::new(&plan.rules);
    let mut outcome =
        with_progress(args.quiet, &progress, || scan::run(&plan.settings, &detector, &progress))?;
    let options = Options {
        styled: false,
        width: text_width(),
        show_secrets: args.show_secrets,
        authors: args.authors,
        explain: args.explain,
        quiet: args.quiet,
        part: Part::Auto,
        suppressed: args.suppressed,
        group_by: args.group_by,
        remedies: plan.remedies,
    };
    // What is not shown decides all the same.
    let exit = exit_of(&outcome, plan);
    Only::apply(&plan.only, &mut outcome);
    // One that cannot be written must not cost the others.
    let written: Vec<_> =
        outputs.into_iter().map(|output| output.write(&outcome, &plan.rules, &options, args.color)).collect();
    if !args.quiet {
        print_notices(plan, &outcome);
        let is_all = outcome.summary.lack_of_whole().is_none();
        let is_whole = |file: &str| is_all && !is_in_part(plan, file);
        print_baseline_notes(&plan.settings.suppress, &outcome, plan.settings.today, &is_whole);
    }
    written.into_iter().collect::<Result<(), Error>>()?;
    remember_findings(&outcome.findings).iter().for_each(|note| notice(note));
    also(&outcome, &options)?;
    if progress.is_stopped() {
        return Ok(Exit::Error);
    }
    Ok(exit)
}

/// Prints what the configurations did: a person must be able to see it, since
/// they may hide something.
fn print_notices(plan: &Plan, outcome: &Outcome<'_>) {
    let mut stderr = anstream::stderr();
    if plan.settings.range.as_ref().is_some_and(CommitRange::is_empty) {
        let _ = writeln!(stderr, "note: the range holds no commit: all that leads to its end is left out");
    }
    let alone = plan.settings.stdin && plan.settings.files.paths.is_empty();
    if alone && outcome.summary.bytes == 0 && !outcome.summary.incomplete() {
        let _ = writeln!(stderr, "note: standard input was empty: nothing was scanned");
    }
    let others = outcome.summary.repositories.len().saturating_sub(plan.settings.words.len());
    if !plan.settings.words.is_empty() && others > 0 {
        let _ = writeln!(
            stderr,
            "note: words of [lexicon] hold in the repository of their configuration only, not in the others ({others})"
        );
    }
    // Notices are a courtesy: if they cannot be printed, the report still stands.
    for config in &outcome.configs {
        let file = &config.file;
        let _ = writeln!(stderr, "note: {file} was used; it allowed {}", count_places(config.allowed));
        if config.refused_marks > 0 {
            let marks = config.refused_marks;
            let _ =
                writeln!(stderr, "note: {file}: {marks} mark(s) do not keep to [policy], and do not count");
        }
        if !config.unheeded.is_empty() {
            let tables = config.unheeded.join(" and ");
            let _ = writeln!(
                stderr,
                "note: {file}: {tables} not heeded, for no PATH names its folder; scan that, too, or name the file with --config"
            );
        }
        for (table, usage) in [("allow", &config.allow), ("accept", &config.accept)] {
            let unused = if is_in_part(plan, file) { &[][..] } else { &usage.unused };
            let fates = [
                (&usage.expired[..], "has expired"),
                (&usage.refused, "does not count"),
                (unused, "matched nothing"),
            ];
            for (entries, became) in fates {
                for (number, words) in entries {
                    let words = foreign(words);
                    let _ = writeln!(stderr, "note: {file}: [[{table}]] entry {number} {became}: {words}");
                }
            }
        }
    }
    let failures: BTreeSet<String> = outcome.config_failures.iter().map(ToString::to_string).collect();
    for failure in failures {
        let _ = writeln!(stderr, "note: a configuration was not used: {failure}");
    }
}

fn count_places(count: usize) -> String {
    if count == 1 { "1 place".to_owned() } else { format!("{count} places") }
}

/// Returns whether only a part was scanned of what a configuration is for: what
/// its entries match may lie elsewhere.
fn is_in_part(plan: &Plan, file: &str) -> bool {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let paths = &plan.settings.files.paths;
    let folder = whole(Path::new(file).parent().filter(|it| *it != Path::new("")).unwrap_or(Path::new(".")));
    paths.iter().map(|path| whole(path)).all(|path| path != folder && path.starts_with(&folder))
}

/// Returns the exit status of a scan.
pub(super) fn exit_of(outcome: &Outcome<'_>, plan: &Plan) -> Exit {
    let Settings { verifier, receipts, .. } = &plan.settings;
    let is_asked = verifier.is_some() || receipts.is_read();
    let active = || outcome.findings.iter().filter(|finding| finding.suppressed.is_none());
    let levels = |finding: &Finding<'_>| plan.fail_on.levels_for(finding, &plan.settings.suppress.policies);
    let counts =
        |finding: &Finding<'_>| levels(finding).iter().any(|level| level.fails_on(finding, is_asked));
    // What may be live for all that is known must not pass for clean.
    let unknown = |finding: &Finding<'_>| levels(finding).iter().any(|level| level.may_fail_on(finding));
    if active().any(counts) {
        Exit::Findings
    } else if active().any(unknown) {
        Exit::Error
    } else if outcome.summary.incomplete() {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}
