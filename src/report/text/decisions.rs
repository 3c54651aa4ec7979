//! Reasons for what was found, rejected and suppressed, on request.

use std::io::{self, Write};

use super::super::name::{foreign, shown_place};
use super::super::words::place;
use crate::scan::Outcome;

/// Writes why each candidate was rejected, found or suppressed.
pub(super) fn write_decisions(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    for rejection in &outcome.rejections {
        let at = format!("{}:{}", rejection.start.line, rejection.start.column);
        let place = shown_place(&rejection.origin, &at);
        let (rule, why) = (&rejection.rule_id, rejection.reason.explain());
        match rejection.grounds {
            Some(grounds) => writeln!(out, "rejected: {place}: {rule}: {why} ({grounds})")?,
            None => writeln!(out, "rejected: {place}: {rule}: {why}")?,
        }
    }
    for finding in &outcome.findings {
        if let (Some(grounds), Some(first)) = (finding.grounds, finding.locations.first()) {
            writeln!(out, "found: {}: {}: {grounds}", place(first), finding.rule.id())?;
        }
        for location in &finding.locations {
            if let Some(suppressed) = &location.suppressed {
                let (rule, by) = (finding.rule.id(), suppressed.by);
                let reason = foreign(&suppressed.reason);
                writeln!(out, "suppressed: {}: {rule}: {by}: {reason}", place(location))?;
            }
        }
    }
    Ok(())
}
