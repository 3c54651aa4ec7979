//! The findings that a baseline is held against: of a scan with its history, or
//! of a saved report.

use std::path::{Path, PathBuf};

use dogcatcher::detect::Detector;
use dogcatcher::error::Error;
use dogcatcher::finding::Finding;
use dogcatcher::report::{SavedReport, hide_what_is_found_by};
use dogcatcher::scan::{self, Nested, Progress, ScanLimit};

use crate::cli::args::{BaselineScanArgs, OutputArgs};
use crate::cli::exit::Exit;
use crate::cli::progress::with_progress;
use crate::cli::repository_top::repository_top;
use crate::cli::settings::{Input, Plan, load_rules};
use crate::cli::signals::stop_when_asked;

/// The findings, and what else has to be known of them.
pub(super) struct Found<'f, 'r> {
    /// All of them, those that are suppressed included.
    pub(super) findings: &'f [Finding<'r>],
    /// The limit by which there may be more.
    pub(super) partial: Option<ScanLimit>,
    /// Tells whether a rule was looked for.
    pub(super) knows_rule: &'f dyn Fn(&str) -> bool,
}

/// Work that is done with findings.
pub(super) type Work<'w> = &'w mut dyn FnMut(&Found<'_, '_>) -> Result<Exit, Error>;

/// Finds what there is, and does something with it.
///
/// # Errors
///
/// The scan cannot be done, the report cannot be read, or the work fails.
pub(super) fn with_found(args: &BaselineScanArgs, work: Work<'_>) -> Result<Exit, Error> {
    match &args.from {
        Some(report) => of_report(report, args, work),
        None => of_scan(args, work),
    }
}

/// Takes the findings of a saved report.
fn of_report(report: &Path, args: &BaselineScanArgs, work: Work<'_>) -> Result<Exit, Error> {
    let saved = SavedReport::read(report)?;
    let mut rules = load_rules(args.findings.rules.iter().cloned())?;
    hide_what_is_found_by(&rules);
    let known: Vec<String> = rules.rules().iter().map(|rule| rule.id().to_owned()).collect();
    saved.add_stand_ins(&mut rules);
    let outcome = saved.restore(&rules);
    let partial = outcome.summary.lack_of_whole();
    let knows_rule = |id: &str| known.iter().any(|known| known == id);
    work(&Found { findings: &outcome.findings, partial, knows_rule: &knows_rule })
}

/// Scans everything: files, and the histories of repositories.
fn of_scan(args: &BaselineScanArgs, work: Work<'_>) -> Result<Exit, Error> {
    let progress = Progress::until(stop_when_asked());
    let paths = if args.paths.is_empty() { paths_of_repository() } else { args.paths.clone() };
    let input = Input::Paths { paths, files: true, history: true, nested: Nested::Swept };
    let plan = Plan::new(input, &OutputArgs::unseen(), &args.findings, &args.files)?;
    let detector = Detector::new(&plan.rules);
    let outcome = with_progress(args.quiet, &progress, || scan::run(&plan.settings, &detector, &progress))?;
    if progress.is_stopped() {
        return Ok(Exit::Error);
    }
    let knows_rule = |id: &str| plan.rules.get(id).is_some();
    let partial = outcome.summary.lack_of_whole();
    work(&Found { findings: &outcome.findings, partial, knows_rule: &knows_rule })
}

/// Returns the top of the repository around this folder as the path to scan; none where this folder is it.
fn paths_of_repository() -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    repository_top(&here).filter(|top| *top != here).map(|top| vec![top.to_path_buf()]).unwrap_or_default()
}
