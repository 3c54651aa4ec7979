//! Escapes: one byte or character written as several, in a text that is
//! otherwise plain. What an escape is, the table of [`crate::text`] says; here
//! texts are gone through.
//!
//! ```text
//! "ddpat\u005f1dm1"  bytes   d d p a t _ 1 d m 1
//!                    places  1 2 3 4 5 6 c d e f      the escape takes six bytes, its byte stands at the first
//! ```

use std::ops::Range;

use super::view::{AFTER, BEFORE, View};
use crate::text::Form;

/// Decodes all escapes of one form in a part of a text; `None` where it has
/// none.
///
/// An escape that crosses the end of the part is left as it is. All other bytes
/// are kept, so that the words around a token are still there to be read.
pub(super) fn unescape_part(
    text: &[u8],
    part: Range<usize>,
    layer: &'static str,
    form: Form,
) -> Option<View> {
    let mut view = View::new(layer);
    let mut at = part.start;
    let mut any = false;
    while at < part.end {
        // Most bytes begin none.
        let escape = if text[at] == form.first_byte() { form.read_escape(&text[at..part.end]) } else { None };
        let Some(escape) = escape else {
            view.push(text[at], at);
            at += 1;
            continue;
        };
        any = true;
        let mut buffer = [0; 4];
        let decoded = escape.character.map(|character| character.encode_utf8(&mut buffer).bytes());
        for byte in decoded.into_iter().flatten() {
            view.push(byte, at);
        }
        at += escape.len;
    }
    if any { view.finish_view(part) } else { None }
}

/// Decodes the hexadecimal digits around `at`, two for each byte, in step with
/// it.
///
/// Odd digits at either end are left out: two make a byte, and `at` begins one.
pub(super) fn decode_hex(text: &[u8], at: usize) -> Option<View> {
    let is_digit = |byte: &&u8| byte.is_ascii_hexdigit();
    let before = text[at.saturating_sub(BEFORE)..at].iter().rev().take_while(is_digit).count();
    let after = text[at..text.len().min(at + AFTER)].iter().take_while(is_digit).count();
    let region = at - before / 2 * 2..at + after / 2 * 2;
    let mut view = View::new("hex");
    for place in region.clone().step_by(2) {
        view.push(hex_value(text[place])? << 4 | hex_value(text[place + 1])?, place);
    }
    view.finish_view(region)
}

/// The value of a hexadecimal digit.
fn hex_value(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
