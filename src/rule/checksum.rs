//! A checksum as data: where it stands, how it is written, and which bytes it
//! may cover.
//!
//! ```text
//! covers = [{ name = "whole", input = "ddpat_{alias}_{secret}" }]
//! match  = ddpat_<22 alias>_<30 secret><6 check>
//!   → crc32("ddpat_" + alias + "_" + secret), in base62, six digits, compared as a number with `check`
//! ```
//!
//! Several readings of what is covered can be given: the first one that holds
//! is named in the report. They are compared as numbers and not as texts, so
//! that padding does not matter.

use super::pattern::{Captures, Pattern};
use super::schema::{Algorithm, ChecksumTable};
use crate::token::{Alphabet, crc32};

/// The way to prove the checksum of a rule's matches.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Named group that holds the digits.
    group: String,
    /// Number of digits; others are no checksum.
    width: usize,
    /// Digits in the order of their values.
    alphabet: Alphabet,
    /// Readings, in the order in which they are tried; never empty.
    covers: Vec<Covered>,
}

/// One reading of what a checksum covers.
#[derive(Debug, Clone)]
pub struct Covered {
    /// Its name in reports.
    pub name: String,
    /// Pieces whose concatenation is hashed.
    parts: Vec<Part>,
}

/// A piece of the input of a checksum: a text that stands in the rule, or a
/// named group of the match.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Bytes that stand in the rule.
    Text(Vec<u8>),
    /// Bytes that a group of the match holds.
    Group(String),
}

impl Scheme {
    /// Compiles the table `[checksum]` of a rule with this pattern.
    ///
    /// # Errors
    ///
    /// The key that is wrong, and what is wrong with it: an alphabet that is
    /// none, a width that cannot hold 32 bits, a group that the pattern lacks,
    /// nothing that is covered.
    pub(super) fn new(table: &ChecksumTable, pattern: &Pattern) -> Result<Self, (String, String)> {
        let Algorithm::Crc32 = table.algorithm;
        let wrong = |key: &str, why: String| (format!("checksum.{key}"), why);
        let alphabet = match table.alphabet.as_str() {
            "base62" => Some(Alphabet::base62()),
            digits => Alphabet::new(digits.as_bytes()),
        }
        .ok_or_else(|| {
            wrong("alphabet", "is neither `base62` nor a row of distinct ASCII digits".to_owned())
        })?;
        if !holds_crc32(alphabet.base(), table.width) {
            let why = format!("{} digits of base {} cannot hold 32 bits", table.width, alphabet.base());
            return Err(wrong("width", why));
        }
        known_group(pattern, &table.group).map_err(|why| wrong("group", why))?;
        if table.covers.is_empty() {
            return Err(wrong("covers", "is empty".to_owned()));
        }
        let covers = table.covers.iter().map(|entry| {
            parse_input(&entry.input, pattern)
                .map(|parts| Covered { name: entry.name.clone(), parts })
                .map_err(|why| wrong("covers", why))
        });
        Ok(Self {
            group: table.group.clone(),
            width: table.width,
            alphabet,
            covers: covers.collect::<Result<_, _>>()?,
        })
    }

    /// Returns the first reading under which the checksum of a match holds;
    /// `text` begins with the match. `None` where none does, or where the group
    /// of the checksum took no part in the match.
    ///
    /// That one holds by chance, for text that was never minted: the number of
    /// readings in 2³².
    pub fn holding_reading(
        &self,
        pattern: &Pattern,
        text: &[u8],
        captures: &Captures<'_>,
    ) -> Option<&Covered> {
        let group = captures.get(pattern, &self.group)?;
        let digits = text.get(group).filter(|digits| digits.len() == self.width)?;
        let written = u32::try_from(self.alphabet.decode(digits)?).ok()?;
        self.covers.iter().find(|covered| covered.covered_crc(pattern, text, captures) == Some(written))
    }

    /// The readings, in the order in which they are tried.
    pub fn covered_readings(&self) -> &[Covered] {
        &self.covers
    }

    /// Writes the checksum of the first reading into `text`, a match of the
    /// pattern; `None` where a group took no part in it.
    ///
    /// The checksum's own group must not be among what is covered, or the
    /// result would not hold; no rule does that, since its examples would fail.
    pub(super) fn fill_in(&self, pattern: &Pattern, text: &mut [u8], captures: &Captures<'_>) -> Option<()> {
        let crc = self.covers.first()?.covered_crc(pattern, text, captures)?;
        let digits = self.alphabet.encode(u128::from(crc), self.width);
        let group = captures.get(pattern, &self.group)?;
        text.get_mut(group).filter(|place| place.len() == digits.len())?.copy_from_slice(&digits);
        Some(())
    }

    /// Changes the last digit of the checksum in `text`, a match of the
    /// pattern.
    pub(super) fn break_in(&self, pattern: &Pattern, text: &mut [u8], captures: &Captures<'_>) -> Option<()> {
        let last = captures.get(pattern, &self.group)?.last()?;
        let zero = self.alphabet.encode(0, 1)[0];
        let one = self.alphabet.encode(1, 1)[0];
        text[last] = if text[last] == zero { one } else { zero };
        Some(())
    }
}

impl Covered {
    /// Returns the checksum of what this reading covers; `None` where a group
    /// of it took no part in the match.
    fn covered_crc(&self, pattern: &Pattern, text: &[u8], captures: &Captures<'_>) -> Option<u32> {
        let mut complete = true;
        let parts = self.parts.iter().map_while(|part| {
            let bytes = match part {
                Part::Text(bytes) => Some(bytes.as_slice()),
                Part::Group(name) => captures.get(pattern, name).and_then(|group| text.get(group)),
            };
            complete &= bytes.is_some();
            bytes
        });
        let crc = crc32(parts);
        complete.then_some(crc)
    }
}

/// Returns whether so many digits of that base can write every 32-bit number.
///
/// ```text
/// base 62: 6 digits (62⁶ ≈ 5.7 · 10¹⁰)     base 16: 8     base 10: 10
/// ```
fn holds_crc32(base: usize, width: usize) -> bool {
    width <= 32 && (base as f64).powi(width as i32) > f64::from(u32::MAX)
}

/// `ddpat_{alias}_{secret}` → text, group, text, group.
fn parse_input(input: &str, pattern: &Pattern) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = input;
    while let Some((text, after)) = rest.split_once('{') {
        if !text.is_empty() {
            parts.push(Part::Text(text.as_bytes().to_vec()));
        }
        let (name, after) = after.split_once('}').ok_or_else(|| format!("`{input}` lacks a `}}`"))?;
        known_group(pattern, name)?;
        parts.push(Part::Group(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.as_bytes().to_vec()));
    }
    match parts.iter().any(|part| matches!(part, Part::Group(_))) {
        true => Ok(parts),
        false => Err(format!("`{input}` names no group, such as {{secret}}")),
    }
}

/// An error unless the pattern has a group of that name.
pub(super) fn known_group(pattern: &Pattern, name: &str) -> Result<(), String> {
    match pattern.group_names().iter().any(|known| known == name) {
        true => Ok(()),
        false => Err(format!("the pattern has no group (?<{name}>…)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_that_hold_32_bits() {
        assert!(holds_crc32(62, 6) && holds_crc32(16, 8) && holds_crc32(2, 32));
        assert!(!holds_crc32(62, 5) && !holds_crc32(16, 7) && !holds_crc32(10, 33));
    }

    #[test]
    fn inputs_are_texts_and_groups() {
        let pattern = Pattern::new("(?<a>x)(?<b>y)").expect("valid");
        let parts = parse_input("p_{a}_{b}", &pattern).expect("valid");
        let group = |name: &str| Part::Group(name.to_owned());
        let text = |text: &str| Part::Text(text.as_bytes().to_vec());
        assert_eq!(parts, [text("p_"), group("a"), text("_"), group("b")]);
        for bad in ["", "abc", "{a", "{c}"] {
            assert!(parse_input(bad, &pattern).is_err(), "{bad}");
        }
    }
}
