//! The search for keys without a checksum: plain, in base64, and in pieces that a program joins.

use std::collections::HashMap;
use std::ops::Range;

use super::bare::{self, About, Facts, Grounds};
use super::{Detector, Match, Reason, Verdict, found, grade};
use crate::rule::Bare;

impl<'r> Detector<'r> {
    /// Judges what looks like a key without an anchor.
    pub(super) fn judge_bare(
        &self,
        window: &[u8],
        core: Range<usize>,
        about: About,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        let mut verdicts = Vec::new();
        bare::each_candidate(window, core, &mut |bare, span| {
            let Some(rule) = self.rules.rules().iter().find(|rule| rule.bare() == Some(bare)) else { return };
            let text = &window[span.clone()];
            let Some(captures) = rule.pattern().match_start(text) else { return };
            let (verdict, grounds) = bare::judge(&self.facts(window, bare, &span, text, about));
            verdicts.push(match verdict {
                Ok(scope) => {
                    let graded = grade::by_name(rule);
                    Verdict::Found(Match {
                        scope: Some(scope),
                        grounds: Some(grounds),
                        ..found(rule, text, span.start, &captures, graded)
                    })
                }
                Err(reason) => Verdict::Rejected { rule, span, reason, grounds: Some(grounds) },
            });
        });
        find_again(window, &mut verdicts);
        verdicts.into_iter().for_each(on);
    }

    /// Judges what looks like such a key in base64: a value of a Kubernetes secret.
    pub(super) fn judge_wrapped(
        &self,
        window: &[u8],
        core: Range<usize>,
        about: About,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        bare::each_wrapped(window, core, &mut |bare, span, key| {
            let Some(rule) = self.rules.rules().iter().find(|rule| rule.bare() == Some(bare)) else { return };
            let Some(captures) = rule.pattern().match_start(key) else { return };
            // Any text of 24 bytes has the shape; what does not count needs no mention.
            let facts = self.facts(window, bare, &span, key, about);
            if let (Ok(scope), grounds) = bare::judge_wrapped(&facts) {
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
        bare::each_joined(window, core, &mut |bare, span, key| {
            let Some(rule) = self.rules.rules().iter().find(|rule| rule.bare() == Some(bare)) else { return };
            let Some(captures) = rule.pattern().match_start(key) else { return };
            if !bare::is_one_value(window, &span) {
                return;
            }
            let facts = self.facts(window, bare, &span, key, about);
            if let (Ok(scope), grounds) = bare::judge(&facts) {
                let inner = found(rule, key, 0, &captures, grade::by_name(rule));
                let (scope, grounds) = (Some(scope), Some(grounds));
                on(Verdict::Found(Match { span, scope, grounds, layers: vec!["joined"], ..inner }));
            }
        });
    }

    /// The facts of a key without an anchor.
    fn facts<'t>(
        &'t self,
        window: &'t [u8],
        shape: Bare,
        span: &'t Range<usize>,
        key: &'t [u8],
        about: About,
    ) -> Facts<'t> {
        Facts::new(&self.lexicon, window, shape, span, key, about)
    }
}

/// How far apart two places of one key may stand, in bytes: as far as windows overlap.
const APART: usize = 16 * 1024;

/// Turns what nothing names into a find, where the very digits are named as a key elsewhere.
fn find_again(window: &[u8], verdicts: &mut [Verdict<'_>]) {
    let mut known: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, verdict) in verdicts.iter().enumerate() {
        if let Verdict::Found(found) = verdict {
            known.entry(&window[found.span.clone()]).or_default().push(at);
        }
    }
    if known.is_empty() {
        return;
    }
    for at in 0..verdicts.len() {
        let Verdict::Rejected { rule, span, reason, .. } = &verdicts[at] else { continue };
        if !matches!(reason, Reason::Unnamed | Reason::Unrelated) {
            continue;
        }
        let is_near = |other: &&usize| verdicts[**other].span().start.abs_diff(span.start) <= APART;
        let named = known.get(&window[span.clone()]).and_then(|places| {
            let after = places.partition_point(|place| *place < at);
            places[after.saturating_sub(1)..].iter().take(2).find(is_near)
        });
        let Some(Verdict::Found(first)) = named.map(|at| &verdicts[*at]) else { continue };
        let text = &window[span.clone()];
        let Some(captures) = rule.pattern().match_start(text) else { continue };
        let again = found(rule, text, span.start, &captures, grade::by_name(rule));
        let grounds = Some(Grounds::of_row("named as a key elsewhere"));
        verdicts[at] = Verdict::Found(Match { scope: first.scope, grounds, ..again });
    }
}
