//! Expressions that choose findings: `live`, `severity>=high`,
//! `repository:payments-*`.

use std::cmp::Ordering;
use std::str::FromStr;

use regex::{Regex, RegexBuilder};

use super::name::{foreign, shown_path};
use super::order::is_current;
use crate::finding::{Finding, Location, State};
use crate::rule::{Confidence, Severity};
use crate::scan::Outcome;

/// A choice of findings: terms joined by `and` and `or`, of which `and` binds
/// closer; `not` stands before a term.
///
/// # Examples
///
/// ```
/// use dogcatcher::report::Only;
/// assert!("live or severity>=high and not history-only".parse::<Only>().is_ok());
/// assert!("severity>=hihg".parse::<Only>().is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Only(Vec<Vec<Term>>);

/// A test, and whether it must fail.
#[derive(Debug, Clone)]
struct Term {
    negated: bool,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    State(State),
    Current(bool),
    Suppressed,
    Severity(Comparison, Severity),
    Confidence(Comparison, Confidence),
    /// In days since it was first seen.
    Age(Comparison, i64),
    Matches(Property, Regex),
}

/// Text of a finding that a pattern is held against.
#[derive(Debug, Clone, Copy)]
enum Property {
    Repository,
    Path,
    Credential,
    Rule,
    Owner,
    Author,
    Fingerprint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Is,
    IsNot,
    AtLeast,
    AtMost,
    Above,
    Below,
}

const WORDS: &str = "live, dead, unknown, unchecked, in-head, history-only, suppressed, severity>=GRADE, \
    confidence>=GRADE, age>DAYSd, and PROPERTY:PATTERN (repository, path, credential, rule, owner, author, fingerprint)";

const SEVERITIES: [Severity; 5] =
    [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
const CONFIDENCES: [Confidence; 3] = [Confidence::Context, Confidence::Suspect, Confidence::Verified];

impl Only {
    /// Returns whether a finding is chosen.
    pub fn chooses(&self, finding: &Finding<'_>) -> bool {
        self.0.iter().any(|terms| terms.iter().all(|term| term.test.holds(finding) != term.negated))
    }

    /// Returns whether a finding would be chosen if it were live.
    pub fn chooses_if_live(&self, finding: &Finding<'_>) -> bool {
        let holds = |term: &Term| match &term.test {
            Test::State(state) => (*state == State::Live) != term.negated,
            test => test.holds(finding) != term.negated,
        };
        self.0.iter().any(|terms| terms.iter().all(holds))
    }

    /// Returns whether it chooses by what is known to be live, so that somebody
    /// has to know it.
    pub fn asks_for_live(&self) -> bool {
        let is_live = |term: &Term| matches!(term.test, Test::State(State::Live)) && !term.negated;
        self.0.iter().flatten().any(is_live)
    }

    /// Takes out of an outcome all that one of the expressions does not choose,
    /// and counts it.
    pub fn apply(all: &[Self], outcome: &mut Outcome<'_>) {
        if all.is_empty() {
            return;
        }
        let before = outcome.findings.len();
        outcome.findings.retain(|finding| all.iter().all(|only| only.chooses(finding)));
        outcome.summary.left_out += (before - outcome.findings.len()) as u64;
        outcome.summary.count_again(&outcome.findings);
    }
}

impl FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let alternatives = words.split(|word| *word == "or");
        let terms = |words: &[&str]| words.split(|word| *word == "and").map(term).collect::<Result<_, _>>();
        alternatives.map(terms).collect::<Result<_, _>>().map(Self)
    }
}

fn term(words: &[&str]) -> Result<Term, String> {
    match words {
        ["not", rest @ ..] => term(rest).map(|term| Term { negated: !term.negated, ..term }),
        [] => Err("a term is missing beside `and`, `or` or `not`".to_owned()),
        // A pattern may hold blanks.
        words => words.join(" ").parse().map(|test| Term { negated: false, test }),
    }
}

impl FromStr for Test {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let test = match text {
            "live" => Self::State(State::Live),
            "dead" => Self::State(State::Dead),
            "unknown" => Self::State(State::Unknown),
            "unchecked" => Self::State(State::NotChecked),
            "in-head" => Self::Current(true),
            "history-only" => Self::Current(false),
            "suppressed" => Self::Suppressed,
            _ => return parse_comparison(text).unwrap_or_else(|| parse_pattern(text)),
        };
        Ok(test)
    }
}

/// `severity>=high`; nothing where no such property stands at the beginning.
fn parse_comparison(text: &str) -> Option<Result<Test, String>> {
    let (name, rest) = text.split_at(text.find(['<', '>', '=', '!'])?);
    let signs = [
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        ("!=", Comparison::IsNot),
        (">", Comparison::Above),
        ("<", Comparison::Below),
        ("=", Comparison::Is),
    ];
    let (value, comparison) = signs.iter().find_map(|(sign, it)| Some((rest.strip_prefix(sign)?, *it)))?;
    Some(match name {
        "severity" => {
            let known = SEVERITIES.into_iter().find(|it| it.as_str() == value);
            let names = SEVERITIES.map(Severity::as_str).join(", ");
            known.map(|it| Test::Severity(comparison, it)).ok_or(format!("the severities are {names}"))
        }
        "confidence" => {
            let known = CONFIDENCES.into_iter().find(|it| it.as_str() == value);
            let names = CONFIDENCES.map(Confidence::as_str).join(", ");
            known.map(|it| Test::Confidence(comparison, it)).ok_or(format!("the grades are {names}"))
        }
        "age" => {
            let days = value.strip_suffix('d').and_then(|days| days.parse().ok());
            days.map(|days| Test::Age(comparison, days)).ok_or("write an age in days: age>90d".to_owned())
        }
        _ => return None,
    })
}

/// Returns the question whether the nearest of the words was meant, where one
/// is near.
fn misspelt(text: &str) -> Option<String> {
    /// Words and names of properties, and what stands behind the latter.
    const KNOWN: [&str; 17] = [
        "live",
        "dead",
        "unknown",
        "unchecked",
        "in-head",
        "history-only",
        "suppressed",
        "severity",
        "confidence",
        "age",
        "repository",
        "path",
        "credential",
        "rule",
        "owner",
        "author",
        "fingerprint",
    ];
    /// Most letters that are wrong in one.
    const MOST: usize = 2;
    let end = text.find(['<', '>', '=', '!', ':', ' ']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let near = KNOWN.into_iter().map(|known| (strsim::osa_distance(&word.to_lowercase(), known), known));
    let (_, meant) = near.filter(|(distance, known)| *distance <= MOST.min(known.len() / 2)).min()?;
    Some(format!("`{word}` is not known here; did you mean `{meant}{rest}`?")).filter(|_| meant != word)
}

/// `path:*.env`: `*` stands for any text and `?` for a character; without them,
/// any part of the text may be meant.
fn parse_pattern(text: &str) -> Result<Test, String> {
    let unknown = || misspelt(text).unwrap_or_else(|| format!("`{text}` is none of {WORDS}"));
    let (name, pattern) = text.split_once(':').ok_or_else(unknown)?;
    let property = match name {
        "repository" => Property::Repository,
        "path" => Property::Path,
        "credential" => Property::Credential,
        "rule" => Property::Rule,
        "owner" => Property::Owner,
        "author" => Property::Author,
        "fingerprint" => Property::Fingerprint,
        _ => return Err(unknown()),
    };
    if pattern.is_empty() {
        return Err(format!("there is no pattern after `{name}:`"));
    }
    let regex = regex::escape(pattern).replace("\\*", ".*").replace("\\?", ".");
    let regex = if pattern.contains(['*', '?']) { format!("^{regex}$") } else { regex };
    let regex =
        RegexBuilder::new(&regex).dot_matches_new_line(true).build().map_err(|error| error.to_string())?;
    Ok(Test::Matches(property, regex))
}

impl Test {
    fn holds(&self, finding: &Finding<'_>) -> bool {
        match self {
            Self::State(state) => {
                finding.liveness.as_ref().map_or(State::NotChecked, |liveness| liveness.state) == *state
            }
            Self::Current(wanted) => is_current(finding) == *wanted,
            Self::Suppressed => finding.suppressed.is_some(),
            Self::Severity(comparison, than) => comparison.holds(finding.severity().cmp(than)),
            Self::Confidence(comparison, than) => comparison.holds(finding.confidence.cmp(than)),
            Self::Age(comparison, days) => {
                let age = finding.first_seen.map(|seen| jiff::Timestamp::now().as_second() - seen);
                // What no commit holds is new.
                comparison.holds((age.unwrap_or_default() / (24 * 60 * 60)).cmp(days))
            }
            Self::Matches(property, pattern) => {
                property.texts(finding).iter().any(|text| pattern.is_match(text))
            }
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Is => order == Ordering::Equal,
            Self::IsNot => order != Ordering::Equal,
            Self::AtLeast => order != Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Above => order == Ordering::Greater,
            Self::Below => order == Ordering::Less,
        }
    }
}

impl Property {
    /// The texts as reports show them; one of each place, where it is a
    /// property of places.
    fn texts(self, finding: &Finding<'_>) -> Vec<String> {
        let of_places = |text: &dyn Fn(&Location) -> Option<String>| {
            let mut texts: Vec<String> = finding.active_locations().filter_map(text).collect();
            texts.dedup();
            texts
        };
        match self {
            Self::Repository => of_places(&|place| place.repository.as_deref().map(shown_path)),
            Self::Path => of_places(&|place| place.origin.path().map(shown_path)),
            Self::Author => of_places(&|place| Some(foreign(&place.commit.as_ref()?.author_signature()))),
            Self::Credential => vec![finding.rule.credential_name().to_owned()],
            Self::Rule => vec![finding.rule.id().to_owned()],
            Self::Owner => {
                finding.liveness.iter().filter_map(|it| it.owner.as_deref().map(foreign)).collect()
            }
            Self::Fingerprint => vec![finding.fingerprint.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_of() {
        for (text, told) in [
            ("", "a term is missing"),
            ("live and", "a term is missing"),
            ("not", "a term is missing"),
            ("alive", "did you mean `live`?"),
            ("asleep", "is none of live, dead"),
            ("severity>=hihg", "the severities are info, low"),
            ("confidence=sure", "the grades are context"),
            ("age>soon", "in days: age>90d"),
            ("colour:red", "is none of"),
            ("path:", "no pattern after `path:`"),
        ] {
            let error = text.parse::<Only>().expect_err(text);
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn comparisons() {
        let holds = |comparison: Comparison| {
            [Ordering::Less, Ordering::Equal, Ordering::Greater].map(|order| comparison.holds(order))
        };
        assert_eq!(holds(Comparison::AtLeast), [false, true, true]);
        assert_eq!(holds(Comparison::AtMost), [true, true, false]);
        assert_eq!(holds(Comparison::Above), [false, false, true]);
        assert_eq!(holds(Comparison::Below), [true, false, false]);
        assert_eq!(holds(Comparison::Is), [false, true, false]);
        assert_eq!(holds(Comparison::IsNot), [true, false, true]);
    }
}
