//! The sum of what became of the claims of a report, for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::detect::Reason;
use crate::rule::Confidence;

/// The most places of each kind of false alarm that are named.
const MAX_PLACES: usize = 3;

/// The most rules that have a row of their own.
const MAX_RULES: usize = 12;

/// Reason why a claim is a false alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FalseAlarm {
    /// It has the shape of a credential, and is none.
    Rejected(Reason),
    /// It begins like a credential, but its length or a character is wrong.
    Broken,
    /// No credential of Datadog's has its shape.
    NoShape,
}

impl From<Reason> for FalseAlarm {
    fn from(reason: Reason) -> Self {
        Self::Rejected(reason)
    }
}

impl FalseAlarm {
    /// The kind in one or two words, and the reason in a clause.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Rejected(reason) => {
                let kind = match reason {
                    Reason::Hash => "hash",
                    Reason::Identifier => "identifier",
                    Reason::Placeholder => "stand-in",
                    Reason::Encrypted => "encrypted",
                    Reason::Foreign => "another product's",
                    _ => "no credential",
                };
                (kind, reason.explain())
            }
            Self::Broken => {
                ("no credential", "it begins like one, but its length or a character in it is wrong")
            }
            Self::NoShape => ("no credential", "no credential of Datadog's has its shape"),
        }
    }
}

/// Outcomes of the claims of one rule of another scanner.
#[derive(Debug, Default)]
struct RuleTally {
    real: u64,
    hashes: u64,
    false_alarms: u64,
    unknown: u64,
}

/// Outcomes of the claims of one report.
#[derive(Debug)]
pub(super) struct Tally {
    file: String,
    pub(super) scanner: String,
    by_rule: BTreeMap<String, RuleTally>,
    by_confidence: BTreeMap<&'static str, u64>,
    false_alarms: BTreeMap<FalseAlarm, (u64, Vec<String>)>,
    unknown: BTreeMap<String, u64>,
    /// Number of claims that cannot be told and are listed one by one.
    pub(super) listed: usize,
    /// Number of claims of which nothing says that they are Datadog's.
    pub(super) others: u64,
}

impl Tally {
    pub(super) fn new(file: String) -> Self {
        let (by_rule, by_confidence, false_alarms, unknown) = Default::default();
        Self {
            file,
            scanner: String::new(),
            by_rule,
            by_confidence,
            false_alarms,
            unknown,
            listed: 0,
            others: 0,
        }
    }

    pub(super) fn add_found(&mut self, rule: &str, confidence: Confidence) {
        self.rule(rule).real += 1;
        *self.by_confidence.entry(confidence.as_str()).or_default() += 1;
    }

    pub(super) fn add_false_alarm(&mut self, rule: &str, why: FalseAlarm, place: impl FnOnce() -> String) {
        let tally = self.rule(rule);
        match why {
            FalseAlarm::Rejected(Reason::Hash) => tally.hashes += 1,
            _ => tally.false_alarms += 1,
        }
        let (count, places) = self.false_alarms.entry(why).or_default();
        *count += 1;
        if places.len() < MAX_PLACES {
            places.push(place());
        }
    }

    pub(super) fn add_unknown(&mut self, rule: &str, why: &str, is_listed: bool) {
        self.rule(rule).unknown += 1;
        *self.unknown.entry(why.to_owned()).or_default() += 1;
        self.listed += usize::from(is_listed);
    }

    fn rule(&mut self, name: &str) -> &mut RuleTally {
        self.by_rule.entry(name.to_owned()).or_default()
    }

    /// Number of claims that cannot be told and are not listed.
    pub(super) fn unlisted(&self) -> u64 {
        self.unknown.values().sum::<u64>() - self.listed as u64
    }

    fn sum(&self, of: impl Fn(&RuleTally) -> u64) -> u64 {
        self.by_rule.values().map(of).sum()
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (real, hashes) = (self.sum(|it| it.real), self.sum(|it| it.hashes));
        let (others, unknown) = (self.sum(|it| it.false_alarms), self.sum(|it| it.unknown));
        let all = real + hashes + others + unknown + self.others;
        let claims = if all == 1 { "claim" } else { "claims" };
        writeln!(out, "{}, a report of {}: {all} {claims}", self.file, self.scanner)?;
        let grades: Vec<String> =
            self.by_confidence.iter().map(|(grade, n)| format!("{n} {grade}")).collect();
        let grades = if grades.is_empty() { String::new() } else { format!("  ({})", grades.join(", ")) };
        writeln!(out, "  {real:>7}  credentials of Datadog's{grades}")?;
        writeln!(out, "  {hashes:>7}  hashes")?;
        writeln!(out, "  {others:>7}  other false alarms")?;
        writeln!(out, "  {unknown:>7}  cannot be told from the report")?;
        writeln!(out, "  {:>7}  nothing says that they are Datadog's", self.others)?;
        self.write_rules(out)?;
        self.write_reasons(out)?;
        writeln!(out)
    }

    /// Writes a row for each rule of the other scanner, the one with most
    /// claims first.
    fn write_rules(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.by_rule.is_empty() {
            return Ok(());
        }
        let total = |it: &RuleTally| it.real + it.hashes + it.false_alarms + it.unknown;
        let mut rules: Vec<_> = self.by_rule.iter().collect();
        rules.sort_by_key(|(_, tally)| std::cmp::Reverse(total(tally)));
        let width = rules
            .iter()
            .take(MAX_RULES)
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0)
            .clamp(4, 48);
        writeln!(out, "\n  {:<width$}  {:>6}  {:>6}  {:>6}  {:>6}", "rule", "real", "hash", "false", "?")?;
        for (name, it) in rules.iter().take(MAX_RULES) {
            let (real, hashes, alarms, unknown) = (it.real, it.hashes, it.false_alarms, it.unknown);
            writeln!(out, "  {name:<width$}  {real:>6}  {hashes:>6}  {alarms:>6}  {unknown:>6}")?;
        }
        match rules.len().checked_sub(MAX_RULES).filter(|more| *more > 0) {
            Some(more) => writeln!(out, "  and {more} more rules"),
            None => Ok(()),
        }
    }

    /// Writes why claims are false alarms, with the first few places, and why
    /// others cannot be told.
    fn write_reasons(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.false_alarms.is_empty() {
            writeln!(out)?;
        }
        for (why, (count, places)) in &self.false_alarms {
            let (kind, reason) = why.words();
            let more = count - places.len() as u64;
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            writeln!(out, "  {kind}: {reason}\n      {}{more}", places.join(", "))?;
        }
        for (why, count) in &self.unknown {
            writeln!(out, "  cannot be told ({count}): {why}")?;
        }
        Ok(())
    }
}
