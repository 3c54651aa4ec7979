//! Notes about baselines beside a report: known secrets in new places, and
//! entries that can go.
//!
//! ```text
//! note: known.jsonl: 1 known credential stands in a new place: fp1_0123abcd api_key …c0de at src/b.env:3:1
//! note: known.jsonl: 12 entries match nothing any more: `dogcatcher baseline prune known.jsonl`
//! ```

use std::io::Write;

use dogcatcher::finding::{Finding, short_fingerprint};
use dogcatcher::report::{foreign, place};
use dogcatcher::scan::Outcome;
use dogcatcher::suppress::{AllowanceTerms, Baseline, FindingFilter};
use jiff::civil::Date;

/// New places that are named; the others are counted.
const MAX_NAMED: usize = 3;

/// Prints what there is to say of the baselines of a run; `is_whole` says of
/// the name of one whether all was scanned that it is for.
pub(super) fn print_baseline_notes(
    filter: &FindingFilter,
    outcome: &Outcome<'_>,
    today: Date,
    is_whole: &dyn Fn(&str) -> bool,
) {
    let policies = filter.policies.all();
    let none = AllowanceTerms::default();
    let typed = filter.baseline.iter().map(|baseline| (baseline, &none));
    let named = policies.iter().filter_map(|policy| Some((policy.baseline.as_ref()?, &policy.terms)));
    for (baseline, terms) in typed.chain(named) {
        let refused = refused_note(baseline, terms, today);
        let notes = notes_of(baseline, &outcome.findings, today, is_whole(baseline.name()));
        for note in refused.into_iter().chain(notes) {
            // A courtesy: if it cannot be printed, the report still stands.
            let _ = writeln!(anstream::stderr(), "note: {}: {note}", foreign(baseline.name()));
        }
    }
}

/// Returns what there is to say of entries that do not keep to the terms of the
/// configuration.
fn refused_note(baseline: &Baseline, terms: &AllowanceTerms, today: Date) -> Option<String> {
    let mut refused =
        baseline.entries().filter(|entry| !entry.has_expired(today) && !entry.counts(terms, today));
    let first = refused.next()?;
    let why = terms.refusal_of_entry(first.reason(), first.until(), today)?;
    Some(match 1 + refused.count() {
        1 => format!("1 of its entries does not count: {why}"),
        count => format!("{count} of its entries do not count; the first: {why}"),
    })
}

/// Returns what there is to say of one.
fn notes_of(baseline: &Baseline, findings: &[Finding<'_>], today: Date, is_whole: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let places = new_places(baseline, findings);
    if !places.is_empty() {
        let more = places.len().saturating_sub(MAX_NAMED);
        let more = if more > 0 { format!(", and {more} more (`--explain`)") } else { String::new() };
        let named = places.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join(", ");
        let stand = if places.len() == 1 {
            "credential stands in a new place"
        } else {
            "credentials stand in new places"
        };
        notes.push(format!("{} known {stand}: {named}{more}", places.len()));
    }
    let usage = baseline.usage_of_entries(findings, today);
    match usage.expired.len() {
        0 => {}
        1 => notes.push("1 entry has expired: its finding counts again".to_owned()),
        n => notes.push(format!("{n} entries have expired: their findings count again")),
    }
    let prune = || format!("`dogcatcher baseline prune {}`", foreign(baseline.name()));
    match usage.unused.len() {
        n if n == 0 || !is_whole || baseline.is_report() => {}
        1 => notes.push(format!("1 entry matches nothing any more: {}", prune())),
        n => notes.push(format!("{n} entries match nothing any more: {}", prune())),
    }
    notes
}

/// Returns the known findings that stand where their entries do not know them
/// to, as they are shown.
pub(super) fn new_places(baseline: &Baseline, findings: &[Finding<'_>]) -> Vec<String> {
    let shown = |finding: &Finding<'_>| {
        let name = short_fingerprint(&finding.fingerprint);
        let first = baseline.new_places(finding).first().map(|location| place(location))?;
        Some(format!("{name} {} at {first}", foreign(&finding.redacted)))
    };
    findings.iter().filter_map(shown).collect()
}
