//! `dogcatcher verify`: whether credentials are live, and whose they are.
//!
//! ```text
//! $ dogcatcher verify < token.txt
//! ddpat_1dm1op4lL89nV8pt94Tdk8_…
//!   token id    35ef7728-4761-41dd-8a7b-f1112a26f840
//!   LIVE at US1, owner, scopes, …
//! ```
//!
//! Where a lookup has no credential and the receipts tell of all, nobody is
//! asked.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use dogcatcher::datadog::admin_from_environment;
use dogcatcher::error::Error;
use dogcatcher::finding::{Liveness, State};
use dogcatcher::report::{LivenessJson, Options, SavedReport, foreign, liveness_notes};
use dogcatcher::token::Kind;
use dogcatcher::verify::{Credential, Receipts};
use serde::Serialize;

use super::args::{ColorWhen, VerifyArgs, VerifyMode};
use super::exit::Exit;
use super::known;
use super::network::make_verifier;
use super::output::{Output, notice, print, refuse_replacing, text_width};
use super::receipts::read_receipts;
use super::saved::rules_for;
use super::settings::check_targets;

/// A row of the JSON output.
#[derive(Serialize)]
struct Row {
    /// The credential as reports show it, or the id.
    redacted: String,
    /// Its kind.
    credential: Option<&'static str>,
    /// The id that its alias encodes.
    token_id: Option<String>,
    /// The verdict, in the form that reports have.
    liveness: LivenessJson,
}

/// Asks, and prints a verdict on each. 0 where all are dead, 1 where one lives.
///
/// # Errors
///
/// The credentials cannot be read, or there is nobody to ask. One of which
/// nobody knows is the exit status 2, too.
pub(super) fn run(args: &VerifyArgs) -> Result<Exit, Error> {
    let known = known::read_credentials(&args.known)?;
    let outputs = open_outputs(args)?;
    let receipts = read_receipts(args.receipts.as_deref())?;
    let verdicts = find_verdicts(args, &known, &receipts)?;
    if args.report.iter().all(|target| target.file.is_some()) {
        print(ColorWhen::Auto, |out, _| write_verdicts(&known, &verdicts, args.json, out))?;
    }
    if let Some(file) = args.known.from.as_deref().filter(|_| !outputs.is_empty()) {
        write_back(file, outputs, &known, &verdicts, args.authors)?;
    }
    let any = |state: State| verdicts.iter().any(|verdict| verdict.state == state);
    Ok(match (any(State::Live), any(State::Unknown) || any(State::NotChecked)) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Error,
        (false, false) => Exit::Clean,
    })
}

/// Returns the verdict on each; where nobody can be asked, by receipts alone,
/// if those tell of all.
fn find_verdicts(
    args: &VerifyArgs,
    known: &[Credential],
    receipts: &Receipts,
) -> Result<Vec<Liveness>, Error> {
    let settled: Option<Vec<Liveness>> = known.iter().map(|one| receipts.settle_verdict(one, None)).collect();
    if let Some(settled) = settled.filter(|it| !it.is_empty())
        && args.by == VerifyMode::Lookup
        && admin_from_environment()?.is_none()
    {
        notice("nobody was asked: there is no credential of your own, and receipts tell of all of them");
        return Ok(settled);
    }
    let verifier = make_verifier(args.by, &args.network, args.all_sites, args.authors)?;
    let checked = verifier.check_credentials(known).into_iter().zip(known);
    Ok(checked.filter_map(|(verdict, one)| receipts.settle_verdict(one, Some(verdict))).collect())
}

/// Opens the files of the reports before anybody is asked.
///
/// # Errors
///
/// Two reports would go to one place, or over the one that is read, or one
/// cannot be written.
fn open_outputs(args: &VerifyArgs) -> Result<Vec<Output>, Error> {
    check_targets(&args.report)?;
    refuse_replacing(&args.report, args.known.from.as_deref())?;
    args.report.iter().cloned().map(Output::open).collect()
}

/// Writes the report of a file anew, with the verdicts. A verdict is worth more
/// than none: what was not asked about keeps the answer that it had, and what
/// is proven dead stays so.
fn write_back(
    file: &Path,
    outputs: Vec<Output>,
    known: &[Credential],
    verdicts: &[Liveness],
    authors: bool,
) -> Result<(), Error> {
    let saved = [SavedReport::read(file)?];
    let rules = rules_for(&saved, &[])?;
    let mut outcome = saved[0].restore(&rules);
    let named = known.iter().zip(verdicts).filter_map(|(one, it)| Some((one.fingerprint.as_deref()?, it)));
    let by_fingerprint: HashMap<&str, &Liveness> = named.collect();
    for finding in &mut outcome.findings {
        let Some(verdict) = by_fingerprint.get(finding.fingerprint.as_str()) else { continue };
        let had = finding.liveness.as_ref().map(|it| it.state);
        let is_worth_less = match verdict.state {
            State::NotChecked => had.is_some(),
            State::Unknown => had == Some(State::Dead),
            _ => false,
        };
        if !is_worth_less {
            finding.liveness = Some((*verdict).clone());
        }
    }
    let options = Options { width: text_width(), authors, remedies: true, ..Options::default() };
    outputs.into_iter().try_for_each(|output| output.write(&outcome, &rules, &options, ColorWhen::Auto))
}

/// Writes all verdicts, and how many there are of each kind where there are
/// several.
fn write_verdicts(
    known: &[Credential],
    verdicts: &[Liveness],
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    for (known, verdict) in known.iter().zip(verdicts) {
        if json {
            write_json(known, verdict, out)?;
        } else {
            write_text(known, verdict, out)?;
        }
    }
    if json || known.len() < 2 {
        return Ok(());
    }
    let count = |state: State| verdicts.iter().filter(|verdict| verdict.state == state).count();
    let words = [
        (State::Live, "live"),
        (State::Dead, "dead"),
        (State::Unknown, "unknown"),
        (State::NotChecked, "not checked"),
    ];
    let totals = words.map(|(state, word)| format!("{} {word}", count(state)));
    writeln!(out, "{} credentials: {}", known.len(), totals.join(", "))
}

/// Writes one as an object of JSON, one a line.
fn write_json(known: &Credential, verdict: &Liveness, out: &mut dyn Write) -> std::io::Result<()> {
    let row = Row {
        redacted: foreign(&known.name),
        credential: known.kind.map(Kind::as_str),
        token_id: known.token_id.map(|id| id.to_string()),
        liveness: verdict.into(),
    };
    serde_json::to_writer(&mut *out, &row)?;
    writeln!(out)
}

/// Writes one for people.
fn write_text(known: &Credential, verdict: &Liveness, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", foreign(&known.name))?;
    if let Some(id) = known.token_id {
        writeln!(out, "  {:<12}{id}", "token id")?;
    }
    for (name, text) in liveness_notes(verdict) {
        writeln!(out, "  {name:<12}{text}")?;
    }
    Ok(())
}
