//! Minting a credential from nothing but a rule, for its examples.
//!
//! ```text
//! text = "KEY={{token}}"    → KEY=acme_…, its checksum filled in
//! text = "KEY={{broken}}"   → the same with the last digit of the checksum changed
//! ```
//!
//! Files hold only such templates: no token that could be real is ever
//! committed.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::compile::Rule;
use crate::token::{ALIAS_LEN, Flaw, Kind, Mint, alias_of};

impl Rule {
    /// Replaces `{{token}}` and `{{broken}}` in an example by fake credentials
    /// for this rule.
    ///
    /// Datadog's kinds are minted from their anatomy, so that the examples
    /// prove the rule against it; the tokens of other rules are random texts of
    /// the rule's own pattern with the checksum filled in.
    ///
    /// The seed decides on every character, so a failing example fails again.
    pub fn fill_example(&self, text: &str, seed: u64) -> Vec<u8> {
        let mut mint = Mint::new(seed);
        let mut random = fastrand::Rng::with_seed(seed);
        let mut out = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            out.extend_from_slice(before.as_bytes());
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            match name.trim() {
                "token" => out.extend(self.random_sample(&mut mint, &mut random, false)),
                "broken" => out.extend(self.random_sample(&mut mint, &mut random, true)),
                _ => out.extend_from_slice(format!("{{{{{name}}}}}").as_bytes()),
            }
            rest = after;
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }

    /// Mints a fake credential of this rule, the same one for the same seed;
    /// `broken`: one whose checksum is off.
    ///
    /// Returns `None` where a checksum is to be broken and the rule knows none.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::rule::RuleSet;
    /// let rules = RuleSet::builtin();
    /// let rule = rules.get("datadog-application-key").unwrap();
    /// let key = rule.mint_sample(1, false).unwrap();
    /// assert!(key.starts_with(b"ddapp_") && key.len() == 40);
    /// assert_ne!(rule.mint_sample(1, true).unwrap()[34..], key[34..]); // six digits of checksum
    /// ```
    pub fn mint_sample(&self, seed: u64, broken: bool) -> Option<Vec<u8>> {
        let (mut mint, mut random) = (Mint::new(seed), fastrand::Rng::with_seed(seed));
        (!broken || self.checksum().is_some()).then(|| self.random_sample(&mut mint, &mut random, broken))
    }

    /// Mints one: by its anatomy for Datadog's kinds, by the pattern otherwise.
    fn random_sample(&self, mint: &mut Mint, random: &mut fastrand::Rng, broken: bool) -> Vec<u8> {
        match (self.credential(), broken) {
            (Some(kind), false) if self.begins_like(kind) => mint.mint(kind).into_bytes(),
            (Some(kind), true) if self.begins_like(kind) => {
                let flawed = mint.mint_flawed(kind, Flaw::Checksum);
                flawed.map_or_else(|| mint.mint(kind).into_bytes(), String::into_bytes)
            }
            _ => self.sample_of_pattern(mint, random, broken),
        }
    }

    /// Returns whether the mint's credentials of that kind are what this rule
    /// looks for.
    fn begins_like(&self, kind: Kind) -> bool {
        let token = Mint::new(0).mint(kind);
        self.pattern().match_start(token.as_bytes()).is_some()
    }

    /// Mints one by the rule's pattern, with an id of a random UUID where it
    /// has one, and the checksum filled in.
    fn sample_of_pattern(&self, mint: &mut Mint, random: &mut fastrand::Rng, broken: bool) -> Vec<u8> {
        let pattern = self.pattern();
        let mut text = random_match(pattern.hir(), random);
        let Some(captures) = pattern.match_start(&text) else {
            return text;
        };
        if let Some(group) = self.token_id_group().and_then(|name| captures.get(pattern, name))
            && group.len() == ALIAS_LEN
        {
            text[group].copy_from_slice(alias_of(mint.mint_id()).as_bytes());
        }
        if let Some(scheme) = self.checksum() {
            scheme.fill_in(pattern, &mut text, &captures);
            if broken {
                scheme.break_in(pattern, &mut text, &captures);
            }
        }
        text
    }
}

/// Parts of a pattern that a text is made of at most: repetitions of
/// repetitions multiply. No match is longer than half of that, and an engine
/// for such a pattern takes its time for each byte.
const MAX_PARTS: u32 = 1 << 13;

/// Returns a random text that `hir` matches; open repetitions get a few rounds
/// more than they must.
fn random_match(hir: &Hir, random: &mut fastrand::Rng) -> Vec<u8> {
    let (mut text, mut parts_left) = (Vec::new(), MAX_PARTS);
    append_match(hir, random, &mut text, &mut parts_left);
    text
}

/// Appends such a text, made of no more than so many parts.
///
/// Look-arounds of a line or a word are passed over, so a sample may fail its
/// own pattern: then it is used as it is, and the example says so.
fn append_match(hir: &Hir, random: &mut fastrand::Rng, out: &mut Vec<u8>, parts_left: &mut u32) {
    let Some(left) = parts_left.checked_sub(1) else { return };
    *parts_left = left;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Bytes(class)) => {
            let bytes: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
            out.extend(random.choice(bytes));
        }
        HirKind::Class(Class::Unicode(class)) => {
            let chars: Vec<char> =
                class.iter().flat_map(|range| range.start()..=range.end()).take(256).collect();
            out.extend(random.choice(chars).into_iter().collect::<String>().as_bytes());
        }
        HirKind::Repetition(repetition) => {
            let more = repetition.min.saturating_add(4);
            let most = repetition.max.map_or(more, |most| most.min(more));
            for _ in 0..random.u32(repetition.min..=most) {
                if *parts_left == 0 {
                    break;
                }
                append_match(&repetition.sub, random, out, parts_left);
            }
        }
        HirKind::Capture(capture) => append_match(&capture.sub, random, out, parts_left),
        HirKind::Concat(parts) => parts.iter().for_each(|part| append_match(part, random, out, parts_left)),
        HirKind::Alternation(parts) => {
            if let Some(part) = random.choice(parts) {
                append_match(part, random, out, parts_left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_of_repetitions_end() {
        let parse = |source: &str| regex_syntax::Parser::new().parse(source).expect("a pattern");
        let mut random = fastrand::Rng::with_seed(1);
        let text = random_match(&parse(&format!("a{}", "+".repeat(60))), &mut random);
        assert!((1..=MAX_PARTS as usize).contains(&text.len()));
        let text = random_match(&parse("(?:x{2}|y){3}z"), &mut random);
        assert!(regex::bytes::Regex::new(r"\A(?:x{2}|y){3}z\z").expect("a pattern").is_match(&text));
    }
}
