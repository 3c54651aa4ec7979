//! `dogcatcher explain`: why something counts, or does not.
//!
//! ```text
//! $ dogcatcher explain .env:1
//! .env:1:17: ddpat_1dm1op4lL89nV8pt94Tdk8_… counts: Datadog personal access token, verified, critical
//!   rule        datadog-personal-access-token
//!   anchor      ddpat_
//!   boundary    not asked: a right checksum settles it
//!   structure   the alias stands for the token id 35ef7728-4761-41dd-8a7b-f1112a26f840
//!   checksum    holds (over: secret)
//!   suppressed  no
//! ```

mod facts;
mod nothing;
mod place;

use std::path::Path;

use dogcatcher::detect::Detector;
use dogcatcher::error::Error;
use dogcatcher::finding::{Finding, Location};
use dogcatcher::location::Origin;
use dogcatcher::report::{SavedReport, place as shown_place, shown_path};
use dogcatcher::scan::{self, Nested, Outcome, Progress, Rejection};

use super::args::{ColorWhen, ExplainArgs, OutputArgs};
use super::exit::Exit;
use super::known::index_of_fingerprint;
use super::output::print;
use super::saved::rules_for;
use super::settings::{Input, Plan};
use super::signals::stop_when_asked;
use facts::{write_finding, write_rejection};
use nothing::reason_for_nothing;
use place::Place;

/// Explains a place, or a finding of a report.
///
/// # Errors
///
/// There is no such place or finding, or the configuration is wrong.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Error> {
    match &args.from {
        Some(report) => explain_finding(args, report),
        None => explain_place(args, &args.subject.parse()?),
    }
}

/// Explains all that stands at a place.
fn explain_place(args: &ExplainArgs, place: &Place) -> Result<Exit, Error> {
    let line = place.read_line()?;
    let paths = vec![place.path.clone()];
    let input = Input::Paths { paths, files: true, history: false, nested: Nested::Unasked };
    let plan = Plan::new(input, &output(), &args.findings, &args.files)?;
    let detector = Detector::new(&plan.rules);
    let outcome = scan::run(&plan.settings, &detector, &Progress::until(stop_when_asked()))?;
    let findings = findings_at(&outcome, place);
    let rejections = rejections_at(&outcome, place);
    let is_nothing = findings.is_empty() && rejections.is_empty();
    print(ColorWhen::Auto, |out, _| {
        for (finding, location) in &findings {
            write_finding(finding, location, out)?;
        }
        for rejection in &rejections {
            write_rejection(rejection, &plan.rules, out)?;
        }
        match is_nothing {
            true => {
                let told = told_of_nothing(&outcome, place, || reason_for_nothing(&plan.rules, &line));
                writeln!(out, "{}: {told}", place.shown())
            }
            false => Ok(()),
        }
    })?;
    let counts = |(finding, location): &(&Finding<'_>, &Location)| {
        finding.suppressed.is_none() && location.suppressed.is_none()
    };
    Ok(match findings.iter().any(counts) {
        true => Exit::Findings,
        false if is_nothing && !outcome.summary.skipped.is_empty() => Exit::Incomplete,
        false => Exit::Clean,
    })
}

/// Returns what there is to say of a place where nothing is: what else the line
/// holds, or that it was not read, or the reason that a function gives.
fn told_of_nothing(outcome: &Outcome<'_>, place: &Place, reason: impl FnOnce() -> String) -> String {
    if let Some(gap) = outcome.summary.skipped.first() {
        return format!("it was not looked at, or not as a whole: {}", gap.reason);
    }
    let line = place.whole_line();
    let found = findings_at(outcome, &line).into_iter().map(|(_, location)| ("a credential", location.start));
    let rejected = rejections_at(outcome, &line).into_iter().map(|it| ("what does not count", it.start));
    let mut others: Vec<String> = found
        .chain(rejected)
        .map(|(what, start)| format!("{what} at column {}", line.column_of(start)))
        .collect();
    others.dedup();
    match (place.column, others.is_empty()) {
        (Some(column), false) => {
            format!("nothing stands at column {column}; the line holds {}", others.join(", "))
        }
        _ => format!("nothing there looks like a credential, because {}", reason()),
    }
}

/// The candidates that do not count at a place.
fn rejections_at<'o>(outcome: &'o Outcome<'_>, place: &Place) -> Vec<&'o Rejection> {
    outcome.rejections.iter().filter(|it| place.holds(it.start, it.start)).collect()
}

/// The findings that stand at a place.
fn findings_at<'o, 'r>(outcome: &'o Outcome<'r>, place: &Place) -> Vec<(&'o Finding<'r>, &'o Location)> {
    let places = |finding: &'o Finding<'r>| finding.locations.iter().map(move |location| (finding, location));
    let all = outcome.findings.iter().flat_map(places);
    all.filter(|(_, location)| place.holds(location.start, location.end)).collect()
}

/// Explains a finding of a report, by what that says, and by the first place of
/// it that is there.
fn explain_finding(args: &ExplainArgs, report: &Path) -> Result<Exit, Error> {
    let saved = [SavedReport::read(report)?];
    let names: Vec<&str> = saved[0].report.findings.iter().map(|it| it.fingerprint.as_str()).collect();
    let at = index_of_fingerprint("explain", &names, &args.subject)?;
    let rules = rules_for(&saved, &args.findings.rules)?;
    let outcome = saved[0].restore(&rules);
    let Some(finding) = outcome.findings.get(at) else { return Ok(Exit::Clean) };
    print(ColorWhen::Auto, |out, _| {
        if let Some(first) = finding.active_locations().next() {
            write_finding(finding, first, out)?;
        }
        for other in finding.active_locations().skip(1) {
            writeln!(out, "  also in     {}", shown_place(other))?;
        }
        Ok(())
    })?;
    // The report does not hold what was known of the place; the file does.
    let in_files =
        finding.active_locations().find(|it| !it.origin.is_history() && matches!(it.origin, Origin::File(_)));
    match in_files.and_then(|it| Some((it.origin.path()?.to_path_buf(), it.start))) {
        Some((path, start)) if path.is_file() && finding.scope.is_some() => {
            print(ColorWhen::Auto, |out, _| writeln!(out, "\n{} as it stands today:", shown_path(&path)))?;
            explain_place(args, &Place { path, line: start.line, column: Some(start.column) })
        }
        _ if finding.suppressed.is_some() => Ok(Exit::Clean),
        _ => Ok(Exit::Findings),
    }
}

/// The flags of a scan that keeps what was rejected, and writes no report.
fn output() -> OutputArgs {
    OutputArgs { explain: true, ..OutputArgs::unseen() }
}
