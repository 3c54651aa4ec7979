//! The search for keys without a checksum: plain, in base64, and in pieces that a program joins.

use std::ops::Range;

use super::bare::{self, About, Facts};
use super::{Detector, Match, Verdict, found, grade};
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
        bare::each_candidate(window, core, &mut |bare, span| {
            let Some(rule) = self.rules.rules().iter().find(|rule| rule.bare() == Some(bare)) else { return };
            let text = &window[span.clone()];
            let Some(captures) = rule.pattern().match_start(text) else { return };
            let (verdict, grounds) = bare::judge(&self.facts(window, bare, &span, text, about));
            on(match verdict {
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
