//! The search for keys without a checksum: plain, in base64, and in pieces that a program joins.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::unprefixed::{self, About, Facts, Grounds};
use super::{Detector, Match, Reason, Scope, Verdict, found, grade};
use crate::rule::{Rule, Unprefixed};

impl<'r> Detector<'r> {
    /// Judges what looks like a key without an anchor.
    pub(super) fn judge_unprefixed(
        &self,
        window: &[u8],
        core: Range<usize>,
        about: About,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        let mut verdicts = Vec::new();
        unprefixed::each_candidate(window, core, &mut |shape, span| {
            verdicts.extend(self.judge_candidate(window, shape, span, about));
        });
        self.find_again(window, about, &mut verdicts);
        verdicts.into_iter().for_each(on);
    }

    /// Judges one candidate; nothing if no rule is for keys of its shape.
    fn judge_candidate(
        &self,
        window: &[u8],
        shape: Unprefixed,
        span: Range<usize>,
        about: About,
    ) -> Option<Verdict<'r>> {
        let rule = self.rule_for(shape)?;
        let text = &window[span.clone()];
        let captures = rule.pattern().match_start(text)?;
        let (verdict, grounds) = unprefixed::judge(&self.facts(window, shape, &span, text, about));
        Some(match verdict {
            Ok(scope) => {
                let graded = grade::by_name(rule);
                Verdict::Found(Match {
                    scope: Some(scope),
                    grounds: Some(grounds),
                    ..found(rule, text, span.start, &captures, graded)
                })
            }
            Err(reason) => Verdict::Rejected { rule, span, reason, grounds: Some(grounds) },
        })
    }

    /// Turns what nothing names into a find, where the very digits are named as a key elsewhere: in whatever part of the text
    /// that is, for the parts of a text are searched one by one.
    fn find_again(&self, window: &[u8], about: About, verdicts: &mut [Verdict<'r>]) {
        let mut named: HashMap<_, _> =
            verdicts.iter().map(|verdict| (verdict.span().start, scope_of(verdict))).collect();
        for verdict in verdicts {
            let Verdict::Rejected { rule, span, reason: Reason::Unnamed | Reason::Unrelated, .. } = verdict
            else {
                continue;
            };
            let digits = &window[span.clone()];
            let near = span.start.saturating_sub(APART)..window.len().min(span.end + APART);
            let mut places = memmem::find_iter(&window[near.clone()], digits).map(|at| near.start + at);
            let scope =
                places.find_map(|at| *named.entry(at).or_insert_with(|| self.scope_at(window, at, about)));
            let Some(captures) = rule.pattern().match_start(digits).filter(|_| scope.is_some()) else {
                continue;
            };
            let again = found(rule, digits, span.start, &captures, grade::by_name(rule));
            let grounds = Some(Grounds::of_row("named as a key elsewhere"));
            *verdict = Verdict::Found(Match { scope, grounds, ..again });
        }
    }

    /// Returns where the text says of the key at a place that it is Datadog's; nothing if it does not.
    fn scope_at(&self, window: &[u8], at: usize, about: About) -> Option<Scope> {
        let mut scope = None;
        unprefixed::each_candidate(window, at..at + 1, &mut |shape, span| {
            scope = self.judge_candidate(window, shape, span, about).and_then(|verdict| scope_of(&verdict));
        });
        scope
    }

    /// Judges what looks like such a key in base64: a value of a Kubernetes secret.
    pub(super) fn judge_wrapped(
        &self,
        window: &[u8],
        core: Range<usize>,
        about: About,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        unprefixed::each_wrapped(window, core, &mut |shape, span, key| {
            let Some(rule) = self.rule_for(shape) else { return };
            let Some(captures) = rule.pattern().match_start(key) else { return };
            // Any text of 24 bytes has the shape; what does not count needs no mention.
            let facts = self.facts(window, shape, &span, key, about);
            if let (Ok(scope), grounds) = unprefixed::judge_wrapped(&facts) {
                let inner = found(rule, key, 0, &captures, grade::by_name(rule));
                let (scope, grounds) = (Some(scope), Some(grounds));
                on(Verdict::Found(Match { span, scope, grounds, layers: vec!["base64"], ..inner }));
            }
        });
    }

    /// Judges what a program joins to such a key.
    pub(super) fn judge_joined(
        &self,
        window: &[u8],
        core: Range<usize>,
        about: About,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        unprefixed::each_joined(window, core, &mut |shape, span, key| {
            let Some(rule) = self.rule_for(shape) else { return };
            let Some(captures) = rule.pattern().match_start(key) else { return };
            if !unprefixed::is_one_value(window, &span) {
                return;
            }
            let facts = self.facts(window, shape, &span, key, about);
            if let (Ok(scope), grounds) = unprefixed::judge(&facts) {
                let inner = found(rule, key, 0, &captures, grade::by_name(rule));
                let (scope, grounds) = (Some(scope), Some(grounds));
                on(Verdict::Found(Match { span, scope, grounds, layers: vec!["joined"], ..inner }));
            }
        });
    }

    /// Returns the rule for keys of a shape, if the set has one.
    fn rule_for(&self, shape: Unprefixed) -> Option<&'r Rule> {
        self.rules.rules().iter().find(|rule| rule.unprefixed() == Some(shape))
    }

    /// The facts of a key without an anchor.
    fn facts<'t>(
        &'t self,
        window: &'t [u8],
        shape: Unprefixed,
        span: &'t Range<usize>,
        key: &'t [u8],
        about: About,
    ) -> Facts<'t> {
        Facts::new(&self.lexicon, window, shape, span, key, about)
    }
}

/// How far apart two places of one key may stand, in bytes: as far as windows overlap.
const APART: usize = 16 * 1024;

/// Returns where the text says that what was found is Datadog's.
fn scope_of(verdict: &Verdict<'_>) -> Option<Scope> {
    match verdict {
        Verdict::Found(found) => found.scope,
        Verdict::Rejected { .. } => None,
    }
}
