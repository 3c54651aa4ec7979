//! Base64: both alphabets, with and without padding, in one line or wrapped and
//! indented.
//!
//! ```text
//! data:
//!   api-key: |
//!     ZGRwYXRfMWRtMW9wNGxMODluVjhwdDk0VGRrOF9B      digits of one text, wherever lines end: 40 or more
//!     QUFBQUFBQUFBQUFB…                             in a line, then one end of a line, then digits again
//! ```
//!
//! A prefix says at which place of a group of four it stands; groups before and
//! after it follow from that. Line ends may be bytes or the letters `\n` of a
//! JSON string, escaped once more or not. What is not base64 by this measure
//! ends the text, so that decoding cannot run on.
//!
//! # Groups
//!
//! Three bytes are four digits, so one text has three possible spellings, by
//! where it begins in a group:
//!
//! ```text
//! bytes    d        d        p        a        t        _
//! bits     01100100 01100100 01110000 01100001 01110100 01011111
//! phase 0  Z     G     R     w     Y     X     R     f            groups begin with the text
//! phase 2  ·     k     Z     H     B     h     d     F   ·        one byte stands before it
//! phase 3  ·  ·  R     k     c     G     F     0     X   ·  ·     two bytes stand before it
//! ```
//!
//! A prefix that is met says its phase, and from that it follows where groups
//! begin to its left.

use std::ops::Range;

use super::view::{AFTER, BEFORE, View};

/// Length of the longest text that is decoded around a prefix, in bytes.
pub(super) const LONGEST: usize = BEFORE + 2 * AFTER;

/// Decodes the digits around `at`, which is at place `phase` of a group of
/// four.
pub(super) fn decode_around(text: &[u8], at: usize, phase: usize) -> Option<View> {
    let near = at.saturating_sub(BEFORE)..text.len().min(at + LONGEST);
    decode_region(text, digits_around(text, at, near), at, phase)
}

/// Decodes all digits from `at` on, where none stands before it: a value as a
/// whole, since a part of what is compressed says nothing.
///
/// `None` where a digit stands before `at`: then this is the middle of
/// something, and gzip cannot be entered there.
pub(super) fn decode_from(text: &[u8], at: usize) -> Option<View> {
    let begins = at == 0 || digit_at(text, at - 1).is_none();
    if begins { decode_region(text, digits_around(text, at, at..text.len()), at, 0) } else { None }
}

/// Decodes the digits of a part of a text; those before the first whole group
/// are passed over.
///
/// Digits go through `held`, six bits each; whenever eight are there, a byte
/// comes out. Line ends and blanks are skipped, so a group may be spread over
/// two lines.
fn decode_region(text: &[u8], region: Range<usize>, at: usize, phase: usize) -> Option<View> {
    // Digits before the prefix: what is left over of whole groups belongs to something else.
    let before = (region.start..at).filter(|place| digit_at(text, *place).is_some()).count();
    let mut skip = (before + 4 - phase) % 4;
    let mut view = View::with_capacity("base64", region.len() / 4 * 3 + 3);
    let (mut held, mut bits, mut last) = (0u32, 0, 0);
    let mut place = region.start;
    loop {
        if skip == 0 && bits == 0 {
            place = decode_groups(text, place..region.end, &mut view);
        }
        if place >= region.end {
            return view.finish_view(region);
        }
        let here = place;
        place += 1;
        let Some(value) = digit_at(text, here) else { continue };
        if skip > 0 {
            skip -= 1;
            continue;
        }
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            // A byte begins in the digit before the one that it ends in.
            if bits == 0 && here > last + 1 {
                view.apart.push((view.bytes.len(), here + 1));
            }
            view.push((held >> bits) as u8, last);
            held &= (1 << bits) - 1;
        }
        last = here;
    }
}

/// Decodes the groups of four digits that `part` begins with, and returns where
/// they end: the fast way through a line.
fn decode_groups(text: &[u8], part: Range<usize>, view: &mut View) -> usize {
    let mut place = part.start;
    if part.is_empty() || digit_at(text, place).is_none() {
        return place;
    }
    for group in text[part].as_chunks::<4>().0 {
        let values = group.map(|byte| VALUES[usize::from(byte)]);
        // After a digit, none is a letter of `\n`.
        if values.iter().fold(0, |all, value| all | value) >= NONE {
            break;
        }
        let held = values.iter().fold(0, |held, value| held << 6 | u32::from(*value));
        for byte in 0..3 {
            view.push((held >> (8 * (2 - byte))) as u8, place + byte);
        }
        place += 4;
    }
    place
}

/// Returns the part with the digits around `at`, wrapped ones included, as far
/// as they are `near`.
fn digits_around(text: &[u8], at: usize, near: Range<usize>) -> Range<usize> {
    let (first, last) = (near.start, near.end);
    let mut start = at;
    loop {
        start -= (first..start).rev().take_while(|place| digit_at(text, *place).is_some()).count();
        match line_before(&text[first..start]) {
            Some(length) => start -= length,
            None => break,
        }
    }
    let mut end = at;
    loop {
        end += text[end..last].iter().take_while(|byte| digit_value(**byte).is_some()).count();
        match line_after(&text[end..last]) {
            Some(length) => end += length,
            None => break,
        }
    }
    start..end
}

/// Ends of lines in a string of JSON, and in one that holds another, the
/// longest first.
const ESCAPED: [&[u8]; 4] = [br"\\r\\n", br"\r\n", br"\\n", br"\n"];

/// Returns the length of a line's end and the indentation after it, where what
/// stands before is a line of digits, too.
fn line_before(text: &[u8]) -> Option<usize> {
    let inner = text.trim_ascii_end();
    let gap = &text[inner.len()..];
    let escaped = ESCAPED.iter().find_map(|escaped| inner.strip_suffix(*escaped));
    let (digits, length) = match escaped {
        Some(digits) => (digits, text.len() - digits.len()),
        None if gap.contains(&b'\n') && gap.iter().filter(|byte| **byte == b'\n').count() == 1 => {
            (inner, gap.len())
        }
        None => return None,
    };
    is_line(digits.iter().rev()).then_some(length)
}

/// Returns the same for what follows. The last line may be short.
fn line_after(text: &[u8]) -> Option<usize> {
    let inner = text.trim_ascii_start();
    let gap = &text[..text.len() - inner.len()];
    let escaped = ESCAPED.iter().find_map(|escaped| inner.strip_prefix(*escaped));
    let (digits, length) = match escaped {
        Some(digits) if gap.is_empty() => (digits, text.len() - digits.len()),
        _ if gap.iter().filter(|byte| **byte == b'\n').count() == 1 => (inner, gap.len()),
        _ => return None,
    };
    // The last line may be short.
    digits.first().is_some_and(|byte| digit_value(*byte).is_some()).then_some(length)
}

/// Returns whether a text goes on with at least as many digits as a line of
/// base64 has.
fn is_line<'t>(digits: impl Iterator<Item = &'t u8>) -> bool {
    /// Encoders wrap at 60, 64 or 76 (RFC 2045, section 6.8; PEM, RFC 7468);
    /// YAML that is folded by hand is wrapped anywhere, but hardly below this.
    const SHORTEST: usize = 40;
    digits.take_while(|byte| digit_value(**byte).is_some()).take(SHORTEST).count() == SHORTEST
}

/// Returns the value of the digit at `place`; the letters of `\r\n` and `\t`
/// are none.
fn digit_at(text: &[u8], place: usize) -> Option<u8> {
    let escape = matches!(text[place], b'n' | b'r' | b't') && place > 0 && text[place - 1] == b'\\';
    if escape { None } else { digit_value(text[place]) }
}

/// Returns the value of a digit of either alphabet.
fn digit_value(byte: u8) -> Option<u8> {
    Some(VALUES[usize::from(byte)]).filter(|value| *value < NONE)
}

/// Value of what is no digit.
const NONE: u8 = 64;

/// Value of each byte: `+` and `-` are both 62, `/` and `_` both 63.
const VALUES: [u8; 256] = {
    const DIGITS: [&[u8; 64]; 2] = [
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ];
    let mut values = [NONE; 256];
    let mut digit = 0;
    while digit < 2 * NONE {
        values[DIGITS[digit as usize / 64][digit as usize % 64] as usize] = digit % NONE;
        digit += 1;
    }
    values
};
