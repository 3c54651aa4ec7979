//! `dogcatcher ci github`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use dogcatcher::error::Error;
use dogcatcher::report::{self, Format, Job, Links, Options, write_job_summary};
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::Outcome;

use super::clone::shown_path;
use super::decision::{Decision, Scan};
use super::event::decide_event;
use super::gate::{Gate, scan_decided};
use crate::cli::args::{Annotations, ColorWhen, GithubArgs};
use crate::cli::environment::read_variable;
use crate::cli::exit::Exit;
use crate::cli::output::{note_old_reports, notice, print, report_error};

pub(super) fn run(args: GithubArgs) -> Result<Exit, Error> {
    let decision = decide_job(args.allow_pull_request_target);
    if args.flags.dry_run {
        decision?.print_json()?;
        return Ok(Exit::Clean);
    }
    let files = args.flags.files_written().chain(&args.history_sarif);
    note_old_reports(&args.flags.output, files, &args.flags.findings)?;
    let scanned = decision.as_ref().map_or("nothing", |decision| decision.scan.as_str());
    let told = decision.and_then(|decision| {
        let gate = scan_event(&decision, &args)?;
        Ok((Outputs::of_gate(&decision, &args, &gate), gate.exit))
    });
    let (told, exit) = match told {
        Ok(told) => told,
        Err(error) => {
            report_error(&error);
            // Known from the log, even if the summary cannot be written.
            if let Err(other) = write_failure(&error) {
                report_error(&other);
            }
            (Outputs::of_failure(scanned), Exit::Error)
        }
    };
    told.write_outputs()?;
    Ok(if args.defer { Exit::Clean } else { exit })
}

/// Returns what the event is about.
fn decide_job(allow_target: bool) -> Result<Decision, Error> {
    let outside = || {
        Error::usage(
            "find the event in",
            "the environment",
            "GITHUB_EVENT_NAME or GITHUB_EVENT_PATH is not set",
        )
        .mend("this is for GitHub Actions; elsewhere `dogcatcher scan --range A..B` scans what is new")
    };
    let name = read_variable("GITHUB_EVENT_NAME").ok_or_else(outside)?;
    let path = read_variable("GITHUB_EVENT_PATH").ok_or_else(outside)?;
    let payload =
        std::fs::read_to_string(&path).map_err(|cause| Error::io("read the event in", &path, &cause))?;
    decide_event(&name, &payload, allow_target)
}

/// Scans, and writes annotations and the summary.
fn scan_event(decision: &Decision, args: &GithubArgs) -> Result<Gate, Error> {
    if let (Some(text), false) = (&decision.notice, decision.scan == Scan::Refused) {
        notice(text);
    }
    let annotate = match args.annotations {
        Annotations::Always => true,
        Annotations::Never => false,
        Annotations::Auto => !uploads_sarif(decision, args),
    };
    scan_decided(
        decision,
        &args.flags,
        args.history_sarif.as_ref(),
        &mut |outcome, options, scanned, allowed_in| {
            if annotate {
                write_annotations(outcome, options)?;
            }
            write_summary(decision, outcome, [scanned, allowed_in])
        },
    )
}

/// Returns whether the SARIF report is to be uploaded.
fn uploads_sarif(decision: &Decision, args: &GithubArgs) -> bool {
    decision.upload && args.flags.sarif.is_some()
}

fn write_annotations(outcome: &Outcome<'_>, options: &Options) -> Result<(), Error> {
    let rules = RuleSet::builtin();
    print(ColorWhen::Never, |out, _| report::write(Format::Github, outcome, &rules, options, out))
}

fn write_summary(
    decision: &Decision,
    outcome: &Outcome<'_>,
    [scanned, allowed_in]: [&str; 2],
) -> Result<(), Error> {
    let server = read_variable("GITHUB_SERVER_URL");
    let repository =
        server.zip(read_variable("GITHUB_REPOSITORY")).map(|(server, name)| format!("{server}/{name}"));
    let links = Links { repository, head: read_variable("GITHUB_SHA") };
    let scanned = match &decision.scan {
        Scan::Range { .. } => format!("{scanned}, which the {} brings", decision.event.replace('_', " ")),
        _ => scanned.to_owned(),
    };
    let job = Job { scanned: &scanned, allowed_in, links: &links };
    append_to_runner("GITHUB_STEP_SUMMARY", |out| write_job_summary(outcome, job, out))
}

/// Returns what went wrong, in the summary, too.
fn write_failure(error: &Error) -> Result<(), Error> {
    append_to_runner("GITHUB_STEP_SUMMARY", |out| {
        writeln!(out, "## dogcatcher: an error, so nothing is known\n\n{}\n", indent_text(&error.to_string()))
    })
}

/// Text that Markdown shows as it is.
fn indent_text(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Outputs that later steps can read.
struct Outputs {
    /// Exit status.
    exit: Exit,
    /// `true`, `false`, or `unknown`.
    scanned: &'static str,
    /// Number of findings that decided.
    findings: Option<u64>,
    /// Report of all files, for code scanning.
    sarif: Option<PathBuf>,
    /// Report of the history.
    history_sarif: Option<PathBuf>,
    /// JSON report.
    json: Option<PathBuf>,
    /// True where the next step may upload SARIF.
    upload: bool,
}

impl Outputs {
    fn of_gate(decision: &Decision, args: &GithubArgs, gate: &Gate) -> Self {
        let scans = matches!(decision.scan, Scan::Range { .. } | Scan::Full);
        let (sarif, json) = (args.flags.sarif.clone(), args.flags.json.clone());
        Self {
            exit: gate.exit,
            scanned: decision.scan.as_str(),
            findings: Some(gate.findings),
            sarif: sarif.filter(|_| scans),
            history_sarif: args.history_sarif.clone().filter(|_| decision.scan == Scan::Full),
            json: json.filter(|_| scans),
            upload: uploads_sarif(decision, args),
        }
    }

    /// Returns where nothing is known.
    fn of_failure(scanned: &'static str) -> Self {
        let (findings, sarif, history_sarif, json) = Default::default();
        Self { exit: Exit::Error, scanned, findings, sarif, history_sarif, json, upload: false }
    }

    fn write_outputs(&self) -> Result<(), Error> {
        let (verdict, code) = match self.exit {
            Exit::Clean => ("clean", 0),
            Exit::Findings => ("findings", 1),
            Exit::Error => ("error", 2),
            Exit::Incomplete => ("incomplete", 3),
        };
        let path = |path: &Option<PathBuf>| path.as_deref().map(shown_path).unwrap_or_default();
        let outputs = [
            ("verdict", verdict.to_owned()),
            ("exit-code", code.to_string()),
            ("findings", self.findings.map_or_else(String::new, |count| count.to_string())),
            ("scanned", self.scanned.to_owned()),
            ("sarif", path(&self.sarif)),
            ("history-sarif", path(&self.history_sarif)),
            ("json", path(&self.json)),
            ("upload", self.upload.to_string()),
        ];
        append_to_runner("GITHUB_OUTPUT", |out| {
            outputs
                .iter()
                .try_for_each(|(name, value)| writeln!(out, "{name}={}", value.replace(['\n', '\r'], " ")))
        })
    }
}

/// Appends to a file that the runner names; without one there is nobody to read
/// it.
fn append_to_runner(
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Error> {
    let Some(path) = read_variable(name) else { return Ok(()) };
    let mut text = Vec::new();
    let appended = write(&mut text).and_then(|()| {
        let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
        file.write_all(&text)
    });
    appended.map_err(|cause| Error::io("write to the file of", name, &cause))
}
