//! Terms on which findings and gaps may be allowed: what `[policy]` asks of
//! each allowance.
//!
//! ```text
//! marks = false                 a mark in a file allows nothing
//! max_allow_days = 180          an entry needs an `until`, not further away than that
//! reason_pattern = "SEC-\\d+"   a reason has to hold this: a ticket, say
//! ```
//!
//! An allowance that does not keep to them does not count, and is told of: the
//! finding comes back, and nobody is stopped by an error in a file that
//! somebody else wrote.

use jiff::Span;
use jiff::civil::Date;
use regex::Regex;

/// Terms of one configuration.
#[derive(Debug, Clone, Default)]
pub struct AllowanceTerms {
    /// True where marks in files allow nothing.
    pub no_marks: bool,
    /// Days from today to the last day of an entry, at most.
    pub max_days: Option<u32>,
    /// Patterns of which a reason has to hold every one.
    pub reasons: Vec<Regex>,
}

impl AllowanceTerms {
    /// Returns the reason why an entry does not count; a baseline's need not
    /// have a reason of its own where no pattern asks for one.
    pub fn refusal_of_entry(&self, reason: Option<&str>, until: Option<Date>, today: Date) -> Option<String> {
        self.refusal_of_end(until, today).or_else(|| self.refusal_of_reason(reason.unwrap_or_default()))
    }

    /// Returns the reason why a mark does not count.
    pub fn refusal_of_mark(&self, reason: &str) -> Option<String> {
        let none = "marks = false".to_owned();
        if self.no_marks { Some(none) } else { self.refusal_of_reason(reason) }
    }

    /// Returns why the end of an entry will not do.
    fn refusal_of_end(&self, until: Option<Date>, today: Date) -> Option<String> {
        let days = self.max_days?;
        let latest = today.checked_add(Span::new().days(i64::from(days).min(MAX_DAYS))).ok()?;
        match until {
            None => Some(format!("it has no `until`, and max_allow_days is {days}")),
            Some(until) if until > latest => {
                Some(format!("its `until` is more than {days} days away (max_allow_days)"))
            }
            Some(_) => None,
        }
    }

    /// Returns why a reason will not do.
    fn refusal_of_reason(&self, reason: &str) -> Option<String> {
        let missing = self.reasons.iter().find(|pattern| !pattern.is_match(reason))?;
        Some(format!("its reason does not match `{missing}` (reason_pattern)"))
    }
}

/// Days of the longest term, a thousand years: dates end.
const MAX_DAYS: i64 = 365_250;

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn the_end_of_an_entry() {
        let terms = AllowanceTerms { max_days: Some(30), ..AllowanceTerms::default() };
        let today = day("2026-12-15");
        let is_refused = |until: Option<&str>| terms.refusal_of_entry(None, until.map(day), today).is_some();
        assert!(is_refused(None) && is_refused(Some("2027-01-15")));
        assert!(!is_refused(Some("2027-01-14")) && !is_refused(Some("2026-01-01")));
        let endless = AllowanceTerms { max_days: Some(u32::MAX), ..AllowanceTerms::default() };
        assert!(endless.refusal_of_entry(None, Some(day("2999-01-01")), today).is_none());
    }

    #[test]
    fn a_reason_matches_every_pattern() {
        let pattern = |text: &str| Regex::new(text).expect("a pattern");
        let reasons = vec![pattern("SEC-[0-9]+"), pattern("(?i)dead|revoked")];
        let terms = AllowanceTerms { reasons, ..AllowanceTerms::default() };
        assert!(terms.refusal_of_mark("Revoked, SEC-12").is_none());
        assert!(terms.refusal_of_mark("SEC-12").is_some() && terms.refusal_of_mark("revoked").is_some());
        assert!(
            AllowanceTerms { no_marks: true, ..AllowanceTerms::default() }.refusal_of_mark("x").is_some()
        );
    }
}
