//! Reasons for what was found, rejected and suppressed, on request.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use indicatif::HumanCount;

use super::super::name::{shown_place, shown_reason};
use super::super::words::{of_elsewhere, place};
use crate::scan::{Outcome, Rejection};

/// Number of rejected candidates that are named of each rule and reason: a
/// history may have thousands.
const MAX_NAMED: usize = 20;

/// Writes why each candidate was rejected, found or suppressed.
pub(super) fn write_decisions(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_rejections(&outcome.rejections, out)?;
    for finding in &outcome.findings {
        if let (Some(grounds), Some(first)) = (finding.grounds, finding.locations.first()) {
            writeln!(out, "found: {}: {}: {grounds}", place(first), finding.rule.id())?;
        }
        for location in &finding.locations {
            if let Some(suppressed) = &location.suppressed {
                let (rule, by) = (finding.rule.id(), suppressed.by);
                let reason = shown_reason(suppressed);
                writeln!(out, "suppressed: {}: {rule}: {by}: {reason}", place(location))?;
            }
        }
    }
    Ok(())
}

/// Writes how many candidates each reason rejected, where it rejected several,
/// and names the first of them, those with a path before others.
fn write_rejections(rejections: &[Rejection], out: &mut dyn Write) -> io::Result<()> {
    let mut by_reason: BTreeMap<_, Vec<&Rejection>> = BTreeMap::new();
    for rejection in rejections {
        by_reason.entry((&rejection.rule_id, rejection.reason)).or_default().push(rejection);
    }
    let mut by_reason: Vec<_> = by_reason.into_iter().collect();
    by_reason.sort_by_key(|(_, of_reason)| Reverse(of_reason.len()));
    for ((rule, reason), of_reason) in by_reason.iter().filter(|(_, of_reason)| of_reason.len() > 1) {
        let count = HumanCount(of_reason.len() as u64);
        writeln!(out, "rejected {count} times: {rule}: {}", reason.explain())?;
    }
    for ((rule, reason), mut of_reason) in by_reason {
        of_reason.sort_by_key(|rejection| rejection.origin.path().is_none());
        for rejection in of_reason.iter().take(MAX_NAMED) {
            let at = format!("{}:{}", rejection.start.line, rejection.start.column);
            let place = shown_place(&rejection.origin, &at)
                + &of_elsewhere(&rejection.origin, rejection.repository.as_deref());
            let grounds = rejection.grounds.map_or_else(String::new, |grounds| format!(" ({grounds})"));
            writeln!(out, "rejected: {place}: {rule}: {}{grounds}", reason.explain())?;
        }
        if let Some(more) = of_reason.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
            let more = HumanCount(more as u64);
            writeln!(out, "rejected: {more} more of {rule} for that reason (all in the json report)")?;
        }
    }
    Ok(())
}
