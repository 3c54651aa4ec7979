//! The scans of one run of CI: of what decides on the exit status, and of all
//! files for code scanning.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use dogcatcher::error::Error;
use dogcatcher::report::{Format, Options, Part, allow_entries};
use dogcatcher::scan::{History, Nested, Outcome};
use dogcatcher::source::RangeWords;

use super::clone::{Clone, REMOTE_REFS, short_name};
use super::decision::{Decision, Scan, commit_id};
use crate::cli::advice::{AllowedIn, Stops, next_steps};
use crate::cli::args::{CiFlags, FindingArgs, ReportTarget};
use crate::cli::exit::Exit;
use crate::cli::network::verifier_of_flags;
use crate::cli::output::{Output, notice};
use crate::cli::receipts::read_receipts;
use crate::cli::scan::{execute_and, needs_evidence};
use crate::cli::settings::{Input, Plan};

/// Result of a run.
#[derive(Debug)]
pub(super) struct Gate {
    /// Exit status of what decides.
    pub(super) exit: Exit,
    /// Number of findings that decided.
    pub(super) findings: u64,
}

/// The commit of `--config-from` that stands for the one whose configuration
/// can be trusted.
const BASE: &str = "base";

/// What a platform wants to be written of the findings that decide, besides the
/// reports: by what was scanned, and by the sentence that says where they may
/// be allowed.
pub(super) type Also<'a> = &'a mut dyn FnMut(&Outcome<'_>, &Options, &str, &str) -> Result<(), Error>;

/// Scans what was decided upon, and writes the reports.
///
/// # Errors
///
/// Something cannot be fetched, read as configuration, or written: then nothing
/// is known, and nothing may be taken for clean.
pub(super) fn scan_decided(
    decision: &Decision,
    flags: &CiFlags,
    history_sarif: Option<&PathBuf>,
    also: Also<'_>,
) -> Result<Gate, Error> {
    let clone = Clone::here()?;
    let named = match &decision.scan {
        Scan::Range { not, .. } => not.as_slice(),
        _ => &[],
    };
    let branches = named.iter().chain(&decision.target).filter(|name| name.starts_with(REMOTE_REFS));
    branches.collect::<BTreeSet<_>>().into_iter().for_each(|branch| clone.refresh_branch(branch));
    let findings = trusted_args(decision, flags, &clone)?;
    let allowed_in = allowed_in(decision, &findings);
    let sentence = allowed_in.opening_sentence();
    let mut entries = String::new();
    let mut also = |outcome: &Outcome<'_>, options: &Options, scanned: &str| {
        entries = allow_entries(&outcome.findings);
        also(outcome, options, scanned, &sentence)
    };
    let gate = scan_decision(decision, flags, history_sarif, &clone, &findings, &mut also)?;
    if gate.exit == Exit::Findings {
        // A courtesy: that the job fails does not depend on it.
        let _ = writeln!(anstream::stderr(), "{}", next_steps(stops_what(decision), &allowed_in, &entries));
    }
    Ok(gate)
}

/// Returns what is stopped where something is found.
fn stops_what(decision: &Decision) -> Stops {
    match (&decision.scan, decision.event.as_str()) {
        (Scan::Range { .. }, "push") => Stops::Pushed,
        (Scan::Range { .. }, _) => Stops::Change,
        _ => Stops::Audit,
    }
}

/// Returns where an entry counts that allows a finding.
fn allowed_in(decision: &Decision, findings: &FindingArgs) -> AllowedIn {
    let nearest = match decision.scan {
        Scan::Full => "the root of this repository",
        _ => "the root of this branch, in a new commit",
    };
    match &findings.config_from {
        None => AllowedIn::from_args(findings, nearest),
        Some(commit) => match commit.strip_prefix(REMOTE_REFS) {
            Some(branch) => AllowedIn::of_base(&format!("the branch {branch}")),
            None => AllowedIn::of_base(short_name(commit)),
        },
    }
}

/// Scans what was decided upon.
fn scan_decision(
    decision: &Decision,
    flags: &CiFlags,
    history_sarif: Option<&PathBuf>,
    clone: &Clone,
    findings: &FindingArgs,
    also: &mut dyn FnMut(&Outcome<'_>, &Options, &str) -> Result<(), Error>,
) -> Result<Gate, Error> {
    match &decision.scan {
        Scan::Range { to, not, otherwise } => {
            let mut not = known_commits(clone, not, otherwise);
            not.extend(
                decision.target.clone().filter(|branch| !not.contains(branch) && clone.has_commit(branch)),
            );
            let range = clone.range_to(to, &not)?;
            let scanned = match range.len() {
                1 => "1 commit".to_owned(),
                n => format!("{n} commits"),
            };
            if let Some(file) = &flags.sarif {
                scan_tree(clone, flags, findings, file)?;
            }
            let words = RangeWords::parse([&format!("{to} --not {}", not.join(" "))[..]])?;
            let words = words.to_new_refs(decision.new_ref.clone());
            run(Input::Range { folder: None, words }, flags, findings, &[], &mut |outcome, options| {
                also(outcome, options, &scanned)
            })
        }
        Scan::Full => {
            clone.fetch_all()?;
            let parts = [(flags.sarif.as_ref(), Part::Files), (history_sarif, Part::History)];
            let parts: Vec<_> =
                parts.into_iter().filter_map(|(file, part)| Some((file?.clone(), part))).collect();
            let input = Input::Paths {
                paths: clone.tracked_files()?,
                files: true,
                history: true,
                nested: Nested::Unasked,
            };
            run(input, flags, findings, &parts, &mut |outcome, options| {
                also(outcome, options, "all files and the whole history")
            })
        }
        Scan::Nothing => Ok(Gate { exit: Exit::Clean, findings: 0 }),
        Scan::Refused => {
            let why = decision.notice.clone().unwrap_or_default();
            Err(Error::usage("scan for the event", &decision.event, why))
        }
    }
}

/// Returns what is left out: where something of it was forced away and is gone,
/// what leaves out less.
fn known_commits(clone: &Clone, not: &[String], otherwise: &[String]) -> Vec<String> {
    match not.iter().all(|name| clone.fetch_missing(name).is_ok()) {
        true => not.to_vec(),
        false if not == otherwise => not.to_vec(),
        false => {
            notice(
                "the commit that was there before cannot be fetched any more: more than what is new is scanned",
            );
            otherwise.to_vec()
        }
    }
}

/// The flags, with the commit whose configuration counts: where somebody asks
/// for a change to be merged, that of the base, unless another is chosen.
fn trusted_args(decision: &Decision, flags: &CiFlags, clone: &Clone) -> Result<FindingArgs, Error> {
    let mut findings = flags.findings.clone();
    // The files that are checked out are a stranger's, or will be.
    if decision.event == "pull_request_target" && !findings.no_config {
        findings.config_from = Some(BASE.to_owned());
        findings.config = None;
    }
    let is_chosen = findings.config.is_some() || findings.config_from.is_some() || findings.no_config;
    if decision.is_request && !is_chosen {
        findings.config_from = Some(BASE.to_owned());
    }
    let commit = match findings.config_from.as_deref() {
        None => return Ok(findings),
        Some(BASE) => base_commit(decision, clone)?,
        Some(commit) => commit.to_owned(),
    };
    if commit_id(&commit).is_some() || commit.starts_with(REMOTE_REFS) {
        clone.fetch_missing(&commit)?;
    }
    findings.config_from = Some(commit);
    Ok(findings)
}

/// The commit that `base` stands for.
fn base_commit(decision: &Decision, clone: &Clone) -> Result<String, Error> {
    let forced = match &decision.scan {
        Scan::Range { otherwise, .. } => otherwise.first(),
        _ => None,
    };
    // The target branch as it is now: the base of the event may be older than what was merged for this very change. One that was
    // forced away may be gone: then what is left out instead.
    let base = decision
        .target
        .iter()
        .chain(&decision.base)
        .chain(forced)
        .find(|name| clone.fetch_missing(name).is_ok());
    base.cloned().ok_or_else(|| {
        Error::usage(
            "use the configuration of",
            "`base`",
            "nothing says which commit that is for this event, or it cannot be fetched",
        )
        .mend("name a commit that can be trusted: `--config-from refs/remotes/origin/main`; `--config-from HEAD` takes that of the change itself")
    })
}

/// Scans all files for code scanning, which takes each report for the state of
/// all of them.
fn scan_tree(
    clone: &Clone,
    flags: &CiFlags,
    findings: &FindingArgs,
    file: &std::path::Path,
) -> Result<(), Error> {
    let target = ReportTarget { format: Format::Sarif, file: Some(file.to_path_buf()) };
    let output = crate::cli::args::OutputArgs { report: vec![target], quiet: true, ..flags.output.clone() };
    let input =
        Input::Paths { paths: clone.tracked_files()?, files: true, history: false, nested: Nested::Unasked };
    let mut plan = Plan::new(input, &output, findings, &flags.files)?;
    // No text: what decides is printed.
    plan.reports.retain(|report| report.file.is_some());
    execute_and(&plan, &output, &mut |_, _| Ok(())).map(drop)
}

/// Scans what decides.
fn run(
    input: Input,
    flags: &CiFlags,
    findings: &FindingArgs,
    sarif: &[(PathBuf, Part)],
    also: &mut dyn FnMut(&Outcome<'_>, &Options) -> Result<(), Error>,
) -> Result<Gate, Error> {
    let json = flags.json.iter().map(|file| ReportTarget { format: Format::Json, file: Some(file.clone()) });
    let report = flags.output.report.iter().cloned().chain(json).collect();
    let output = crate::cli::args::OutputArgs { report, ..flags.output.clone() };
    let whole = matches!(&input, Input::Paths { history: true, .. });
    let mut plan = Plan::new(input, &output, findings, &flags.files)?;
    if whole && !plan.settings.history.iter().any(History::is_whole) {
        return Err(Error::usage("scan the history of", ".", "there is none that can be read"));
    }
    plan.settings.verifier = verifier_of_flags(&flags.verify, output.authors)?;
    plan.settings.receipts = read_receipts(flags.verify.receipts.as_deref())?;
    needs_evidence(&plan)?;
    plan.settings.detail.line_hashes |= !sarif.is_empty();
    plan.settings.detail.provenance |= !sarif.is_empty();
    let mut count = 0;
    let exit = execute_and(&plan, &output, &mut |outcome, options| {
        count = outcome.summary.findings;
        for (file, part) in sarif {
            let target = ReportTarget { format: Format::Sarif, file: Some(file.clone()) };
            let options = Options { part: *part, ..options.clone() };
            Output::open(target)?.write(outcome, &plan.rules, &options, output.color)?;
        }
        also(outcome, options)
    })?;
    Ok(Gate { exit, findings: count })
}
