//! Finding candidates in bytes and judging them: the only filter that candidates pass.
//!
//! One SIMD pass finds the anchors of all rules; a rule's pattern is tried only where one of its anchors stands; then
//! come checksum, boundary, structure and context. The result depends on nothing but the bytes within
//! [`MARGIN`] of a match, so a large text can be searched in windows.

mod boundary;
mod context;
mod excerpt;
mod grade;
mod placeholder;
mod prefilter;
mod proof;

use std::ops::Range;

use uuid::Uuid;

use crate::rule::{Captures, Confidence, MAX_MATCH_LEN, Rule, RuleSet};
use crate::secret::Secret;

pub use excerpt::{Excerpt, MASK};
pub use grade::Reason;
pub use proof::prove;

use prefilter::Prefilter;

/// How many bytes beside the start of a match may matter for it: for its shape, its context, and an excerpt in which a
/// neighbour that begins at the very edge is masked, too.
pub const MARGIN: usize = 4 * MAX_MATCH_LEN;

/// What a checksum proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The rule knows no checksum.
    None,
    /// None of the readings holds.
    Fails,
    /// The reading of that name holds.
    Holds(String),
}

/// A credential that was found in a text.
#[derive(Debug, Clone)]
pub struct Match<'r> {
    /// The rule that matched.
    pub rule: &'r Rule,
    /// Where, in the window.
    pub span: Range<usize>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What the checksum says.
    pub proof: Proof,
    /// The token's public id.
    pub token_id: Option<Uuid>,
    /// The credential as it may be shown.
    pub redacted: String,
    /// The credential.
    pub secret: Secret,
}

/// What became of a candidate: a text with the shape of a credential.
#[derive(Debug, Clone)]
pub enum Verdict<'r> {
    /// It counts.
    Found(Match<'r>),
    /// It does not.
    Rejected {
        /// The rule whose pattern matched.
        rule: &'r Rule,
        /// Where, in the window.
        span: Range<usize>,
        /// Why.
        reason: Reason,
    },
}

/// Finds the credentials of a set of rules.
///
/// # Examples
///
/// ```
/// use dogcatcher::detect::{Detector, Verdict};
/// use dogcatcher::rule::RuleSet;
/// use dogcatcher::token::{Kind, Mint};
///
/// let rules = RuleSet::builtin();
/// let detector = Detector::new(&rules);
/// let text = format!("DD_ACCESS_TOKEN={}\n", Mint::new(1).mint(Kind::PersonalAccessToken));
/// let verdicts = detector.detect(text.as_bytes());
/// let [Verdict::Found(found)] = &verdicts[..] else { panic!("{verdicts:?}") };
/// assert_eq!(found.span, 16..81);
/// assert_eq!(found.rule.id(), "datadog-personal-access-token");
/// ```
#[derive(Debug)]
pub struct Detector<'r> {
    rules: &'r RuleSet,
    prefilter: Prefilter,
}

impl<'r> Detector<'r> {
    /// A detector for these rules.
    pub fn new(rules: &'r RuleSet) -> Self {
        Self { rules, prefilter: Prefilter::new(rules) }
    }

    /// The rules that it looks for.
    pub fn rules(&self) -> &'r RuleSet {
        self.rules
    }

    /// Judges every candidate in a text that is whole.
    pub fn detect(&self, text: &[u8]) -> Vec<Verdict<'r>> {
        let mut verdicts = Vec::new();
        self.detect_in(text, 0..text.len(), &mut |verdict| verdicts.push(verdict));
        verdicts
    }

    /// Judges every candidate that begins in `core`, a part of `window`, in order of their places.
    ///
    /// Where the window ends before the text does, it must reach [`MARGIN`] bytes beyond the core.
    pub fn detect_in(&self, window: &[u8], core: Range<usize>, on: &mut dyn FnMut(Verdict<'r>)) {
        let mut from = core.start;
        while let Some(at) = self.prefilter.next(window, from..core.end) {
            if let Some(verdict) = self.judge(window, at) {
                on(verdict);
            }
            from = at + 1;
        }
    }

    /// Whether an anchor stands in a text: without one there is nothing to judge.
    pub fn may_hold(&self, text: &[u8]) -> bool {
        self.prefilter.next(text, 0..text.len()).is_some()
    }

    /// The length of the longest anchor, in bytes.
    pub fn longest_anchor(&self) -> usize {
        self.prefilter.longest()
    }

    /// The verdict on what begins at `at`: that of the rule that is surest, the first one among equals.
    fn judge(&self, window: &[u8], at: usize) -> Option<Verdict<'r>> {
        let text = &window[at..window.len().min(at + MAX_MATCH_LEN)];
        let mut best: Option<Verdict<'r>> = None;
        for index in self.prefilter.rules_at(text) {
            let rule = &self.rules.rules()[index];
            let Some(captures) = rule.pattern().match_start(text) else {
                continue;
            };
            let verdict = match grade::grade(rule, window, at, &captures) {
                Ok(graded) => Verdict::Found(found(rule, text, at, &captures, graded)),
                Err(reason) => Verdict::Rejected { rule, span: at..at + captures.len(), reason },
            };
            if best.as_ref().is_none_or(|known| verdict.rank() > known.rank()) {
                best = Some(verdict);
            }
        }
        best
    }
}

impl Verdict<'_> {
    /// Where the candidate stands, in the window.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Found(found) => found.span.clone(),
            Self::Rejected { span, .. } => span.clone(),
        }
    }

    /// Found before rejected, then surer before less sure, then longer before shorter.
    fn rank(&self) -> (Option<Confidence>, usize) {
        match self {
            Self::Found(found) => (Some(found.confidence), found.span.len()),
            Self::Rejected { span, .. } => (None, span.len()),
        }
    }
}

fn found<'r>(
    rule: &'r Rule,
    text: &[u8],
    at: usize,
    captures: &Captures,
    graded: grade::Graded,
) -> Match<'r> {
    let bytes = &text[..captures.len()];
    Match {
        rule,
        span: at..at + captures.len(),
        confidence: graded.confidence,
        proof: graded.proof,
        token_id: graded.token_id,
        redacted: redact(bytes, &rule.visible(bytes, captures)),
        secret: Secret::new(bytes),
    }
}

/// The visible bytes, with `…` for each run of others.
fn redact(bytes: &[u8], visible: &[bool]) -> String {
    let mut out = String::new();
    for (&byte, &shown) in bytes.iter().zip(visible) {
        if shown {
            out.push(if byte.is_ascii_graphic() { char::from(byte) } else { '?' });
        } else if !out.ends_with('…') {
            out.push('…');
        }
    }
    out
}

#[cfg(test)]
mod tests;
