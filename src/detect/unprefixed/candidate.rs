//! Candidates: texts with the shape of a key, plain or in base64.

use std::ops::Range;

use super::{each_joined, has_piece, runs};
use crate::decode::{self, Encoding};
use crate::rule::Unprefixed;

/// Gives `on` every text in `core` that has the shape of a key, in order.
pub(in super::super) fn each_candidate(
    text: &[u8],
    core: Range<usize>,
    on: &mut dyn FnMut(Unprefixed, Range<usize>),
) {
    // The digits of a client token begin two bytes after it does (`pub`, whose last letter is a digit), those of an option's value
    // one byte before it (`-bKEY`).
    let digits = core.start.saturating_sub(1)..text.len().min(core.end + 2);
    runs::each_run(text, digits, &mut |run| {
        let public = text[..run.start].ends_with(b"pu") && text[run.start] == b'b';
        let (shape, span) = match run.len() {
            // `-bKEY`: an option and its value.
            33 if is_option(text, run.start) => (Unprefixed::Hex32, run.start + 1..run.end),
            41 if is_option(text, run.start) => (Unprefixed::Hex40, run.start + 1..run.end),
            33 if public => (Unprefixed::PubHex32, run.start - 2..run.end),
            32 => (Unprefixed::Hex32, run),
            40 => (Unprefixed::Hex40, run),
            _ => return,
        };
        if core.contains(&span.start) {
            on(shape, span);
        }
    });
}

/// Returns whether the letter at a place is an option: `-b`.
pub(super) fn is_option(text: &[u8], at: usize) -> bool {
    text[at].is_ascii_lowercase() && (text[..at].ends_with(b" -") || text[..at].ends_with(b"\n-"))
}

/// The shortest key in base64, in bytes: 32 digits without padding.
const SHORTEST_WRAPPED: usize = 43;

/// Takes the shape of a key, where it stands encoded, and the key.
pub(in super::super) type OnWrapped<'f> = dyn FnMut(Unprefixed, Range<usize>, &[u8]) + 'f;

/// Gives `on` every text in `core` that is a key in base64, with the key.
pub(in super::super) fn each_wrapped(text: &[u8], core: Range<usize>, on: &mut OnWrapped<'_>) {
    const LONGEST: usize = 56;
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let mut probe = core.start + SHORTEST_WRAPPED - 1;
    while probe < text.len().min(core.end + SHORTEST_WRAPPED) {
        if !is_digit(&text[probe]) {
            probe += SHORTEST_WRAPPED;
            continue;
        }
        let start = text[..probe].iter().rposition(|byte| !is_digit(byte)).map_or(0, |at| at + 1);
        let end = probe + text[probe..].iter().take_while(|byte| is_digit(byte)).count();
        probe = end + SHORTEST_WRAPPED;
        // `key=VALUE`: the sign before belongs to the name.
        let start = start + text[start..end].iter().take_while(|byte| **byte == b'=').count();
        let start = text[start..end]
            .iter()
            .position(|byte| *byte == b'=')
            .map_or(start, |at| if end - (start + at) > 2 { start + at + 1 } else { start });
        if !(SHORTEST_WRAPPED..=LONGEST).contains(&(end - start)) || !core.contains(&start) {
            continue;
        }
        // Nothing but this word: where the key has no padding, the name in the next line would look like more of it.
        let Some(view) = decode::decode_at(&text[start..end], 0, Encoding::Base64(0)) else { continue };
        let key = view.bytes.trim_ascii_end();
        let digits = key.strip_prefix(b"pub").unwrap_or(key);
        let shape = match (digits.len(), digits.len() == key.len()) {
            (32, true) => Unprefixed::Hex32,
            (40, true) => Unprefixed::Hex40,
            (32, false) => Unprefixed::PubHex32,
            _ => continue,
        };
        if digits.iter().all(u8::is_ascii_hexdigit) {
            on(shape, start..end, key);
        }
    }
}

/// Returns whether anything in a text has the shape of a key.
pub(in super::super) fn has_candidate(text: &[u8]) -> bool {
    let mut found = false;
    each_candidate(text, 0..text.len(), &mut |_, _| found = true);
    if !found {
        each_wrapped(text, 0..text.len(), &mut |_, _, _| found = true);
    }
    if !found {
        each_joined(text, 0..text.len(), &mut |_, _, _| found = true);
    }
    found
}

/// Returns whether a text has as many digits in a row as a key, plain or in base64, or a piece of one.
pub(in super::super) fn has_digits(text: &[u8]) -> bool {
    let mut found = false;
    runs::each_run(text, 0..text.len(), &mut |_| found = true);
    found || has_piece(text) || has_wrapped_digits(text)
}

/// Groups of base64 that are full of the digits of any key: three digits each.
const WRAPPED_GROUPS: usize = 10;

/// Bytes of a key, as it stands in a text, of which some are sure to tell [`has_digits`] of it.
pub(in super::super) const TELLING: usize = 4 * WRAPPED_GROUPS;

// The digits of a key that is not encoded are fewer.
const _: () = assert!(TELLING >= runs::SHORTEST && TELLING <= SHORTEST_WRAPPED);

/// Returns whether a text may hold the digits of a key in base64: of each four bytes, the first is one of the few that three
/// hexadecimal digits become.
fn has_wrapped_digits(text: &[u8]) -> bool {
    (0..4).any(|place| has_groups(text, place))
}

/// Returns whether so many groups in a row that begin with such a byte, the first of them at `start` or any number of groups
/// behind. Looked at is the last that a row from here would have: hardly ever more than one of ten is.
fn has_groups(text: &[u8], mut start: usize) -> bool {
    let is_first = |byte: u8| matches!(byte, b'M' | b'N' | b'O' | b'Q' | b'R' | b'Y' | b'Z');
    while text.len() > start + 4 * (WRAPPED_GROUPS - 1) {
        match (0..WRAPPED_GROUPS).rev().find(|group| !is_first(text[start + 4 * group])) {
            None => return true,
            Some(group) => start += 4 * (group + 1),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_of_groups_are_told_wherever_they_stand(text in "([MNOQRYZ]{9}[x-z]?){0,9}") {
            let is_row = |row: &[u8]| row.iter().step_by(4).all(|byte| byte.is_ascii_uppercase());
            let naive = text.as_bytes().windows(4 * WRAPPED_GROUPS - 3).any(is_row);
            prop_assert_eq!(has_wrapped_digits(text.as_bytes()), naive);
        }
    }
}
