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

use std::io::Write;

use dogcatcher::datadog::admin_from_environment;
use dogcatcher::error::Error;
use dogcatcher::finding::{Liveness, State};
use dogcatcher::report::{LivenessJson, foreign, liveness_notes};
use dogcatcher::token::Kind;
use dogcatcher::verify::{Credential, Receipts};
use serde::Serialize;

use super::args::{ColorWhen, VerifyArgs, VerifyMode};
use super::exit::Exit;
use super::known;
use super::network::make_verifier;
use super::output::{notice, print};
use super::receipts::read_receipts;

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
    let receipts = read_receipts(args.receipts.as_deref())?;
    let verdicts = find_verdicts(args, &known, &receipts)?;
    print(ColorWhen::Auto, |out, _| {
        for (known, verdict) in known.iter().zip(&verdicts) {
            if args.json {
                write_json(known, verdict, out)?;
            } else {
                write_text(known, verdict, out)?;
            }
        }
        Ok(())
    })?;
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
