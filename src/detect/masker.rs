//! Texts of others' making (paths, subjects, reasons) without the secrets in
//! them, by the rules of a run.
//!
//! A path, a branch, a commit's subject or a reason may hold a token as well as
//! any file may. Reports pass them through here before anybody sees them; what
//! is left reads as before.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::prefilter::{Hit, Prefilter};
use super::{Detector, Verdict, unprefixed};
use crate::decode;
use crate::rule::{MAX_MATCH_LEN, Rule, RuleSet};
use crate::secret::{MIN_HIDDEN, credential_like};

/// Hides credentials by rules that it holds itself.
///
/// # Examples
///
/// ```
/// use dogcatcher::detect::Masker;
/// use dogcatcher::rule::RuleSet;
/// use dogcatcher::token::{Kind, Mint};
///
/// let masker = Masker::new(RuleSet::builtin());
/// let token = Mint::random().mint(Kind::ApplicationKey);
/// assert_eq!(masker.hide_secrets(&format!("logs/{token}.txt")), "logs/ddapp_….txt");
/// ```
#[derive(Debug)]
pub struct Masker {
    /// Rules of the run, or of a saved report.
    rules: RuleSet,
    /// Made when it is first needed.
    prefilter: OnceLock<Arc<Prefilter>>,
}

impl Masker {
    /// One for these rules.
    pub fn new(rules: RuleSet) -> Self {
        Self { rules, prefilter: OnceLock::new() }
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// A text with `…` for each secret in it, plain or encoded.
    pub fn hide_secrets(&self, text: &str) -> String {
        let prefilter = self.prefilter.get_or_init(|| Arc::new(Prefilter::new(&self.rules)));
        Detector::with_prefilter(&self.rules, Arc::clone(prefilter)).hide_secrets(text)
    }
}

impl Detector<'_> {
    /// A text with `…` for each secret in it, plain or encoded; the beginnings
    /// that rules name stay.
    pub fn hide_secrets(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut spans = self.look_alikes(bytes);
        spans.extend(self.escaped_look_alikes(bytes));
        unprefixed::each_joined(bytes, 0..bytes.len(), &mut |_, span, _| spans.push(span));
        spans.extend(self.detect(bytes).into_iter().filter_map(encoded_span));
        spans.sort_by_key(|span| (span.start, span.end));
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for span in spans {
            let (start, end) = (on_character(text, span.start, false), on_character(text, span.end, true));
            // What begins within one that is hidden, or right behind it, is one with it.
            if start > from || from == 0 {
                out.push_str(&text[from..start]);
                out.push_str(shown_of_sum(&text[start..end]));
                out.push('…');
            }
            from = from.max(end);
        }
        out.push_str(&text[from..]);
        out
    }

    /// The secret parts of what has a credential's shape, is one cut short, or
    /// a key without a beginning of its own.
    pub(super) fn look_alikes(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut spans = credential_like(text);
        let mut from = 0;
        while let Some(hit) = self.prefilter.next(text, from..text.len(), true) {
            let (Hit::Anchor(at) | Hit::Encoded(at, _) | Hit::Own(at) | Hit::Nothing(at)) = hit else {
                break;
            };
            from = at + 1;
            let rest = &text[at..text.len().min(at + MAX_MATCH_LEN)];
            for rule in self.prefilter.rules_at(rest).map(|index| &self.rules.rules()[index]) {
                let cut = cut_short(rule, rest);
                let whole = rule.pattern().match_start(rest).map_or(0, |captures| captures.len());
                if cut.end.max(whole) > cut.start {
                    spans.push(at + cut.start..at + cut.end.max(whole));
                }
            }
        }
        spans
    }

    /// The same of what is written in escapes, and long rows of escapes,
    /// whatever they stand for.
    pub(super) fn escaped_look_alikes(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        for view in decode::unescaped_views(text) {
            let hidden = self.look_alikes(&view.bytes);
            spans.extend(hidden.iter().map(|span| view.outer_span(span)));
            spans.extend(view.rows_of_escapes());
        }
        spans
    }
}

/// The part of a text to hide that begins with an anchor of a rule, and goes on
/// for as long as a token does: one cut short has no other shape. Empty where
/// it is but a word.
///
/// What is shown (the anchor) is not part of it.
pub(super) fn cut_short(rule: &Rule, text: &[u8]) -> Range<usize> {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let anchors = rule.anchors().iter().filter(|anchor| text.starts_with(anchor.as_bytes()));
    let shown = anchors.map(String::len).max().unwrap_or(0);
    let end = shown + text[shown..].iter().take_while(is_part).count();
    shown..if end >= MIN_HIDDEN { end } else { shown }
}

/// Returns where a credential stands encoded.
fn encoded_span(verdict: Verdict<'_>) -> Option<Range<usize>> {
    match verdict {
        Verdict::Found(found) if !found.layers.is_empty() => Some(found.span),
        _ => None,
    }
}

/// The first ten digits of 64, which are no key but a sum of SHA-256, and the
/// name of a layer of a container's image.
fn shown_of_sum(hidden: &str) -> &str {
    /// Hexadecimal digits of 32 bytes.
    const DIGITS: usize = 64;
    let is_sum = hidden.len() == DIGITS && hidden.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_sum { &hidden[..10] } else { "" }
}

/// The place itself, or the nearest one after or before it at which a character
/// begins.
fn on_character(text: &str, place: usize, after: bool) -> usize {
    let is_one = |at: &usize| text.is_char_boundary(*at);
    match after {
        true => (place..=text.len()).find(is_one).unwrap_or(text.len()),
        false => (0..=place).rev().find(is_one).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::with_anchor;
    use super::*;
    use crate::token::{Kind, Mint};

    #[test]
    fn what_a_rule_of_ones_own_finds_is_hidden() {
        let masker = Masker::new(with_anchor("acme-"));
        let token = format!("acme-{}", "0123456789".repeat(2));
        let percent: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
        for (text, expected) in [
            (format!("a/{token}.txt"), "a/acme-….txt".to_owned()),
            (format!("see {percent} there"), "see … there".to_owned()),
            (format!("see {hex} there"), "see … there".to_owned()),
            (format!("ü{token}ü{token}"), "üacme-…üacme-…".to_owned()),
            ("acme-0123 is short".to_owned(), "acme-0123 is short".to_owned()),
        ] {
            assert_eq!(masker.hide_secrets(&text), expected);
        }
    }

    #[test]
    fn rows_of_escapes_are_hidden_whatever_they_stand_for() {
        let masker = Masker::new(RuleSet::builtin());
        let key = Mint::new(2).mint(Kind::RemoteConfigKey);
        for escape in [
            |byte: u8| format!("%{byte:02x}"),
            |byte: u8| format!("\\x{byte:02X}"),
            |byte: u8| format!("\\u{byte:04x}"),
            |byte: u8| format!("&#{byte};"),
            |byte: u8| format!("={byte:02X}"),
            |byte: u8| format!("\\{byte:03o}"),
        ] {
            // Cut, so that no rule finds it.
            let all: String = key.bytes().take(40).map(escape).collect();
            assert_eq!(masker.hide_secrets(&format!("see {all} there")), "see … there");
            let hex: String = "0123456789abcdef".repeat(2).bytes().map(escape).collect();
            assert_eq!(masker.hide_secrets(&format!("see {hex} there")), "see … there");
        }
        assert_eq!(masker.hide_secrets("caf%C3%A9 100%25 a%20b \\u00e9"), "caf%C3%A9 100%25 a%20b \\u00e9");
    }
}
