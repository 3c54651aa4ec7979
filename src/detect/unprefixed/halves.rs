//! Keys that a program joins from literals: `"0123…" "89ab…"`.

use std::ops::Range;

use super::OnWrapped;
use crate::decode::{self, Encoding};
use crate::rule::Unprefixed;

/// The shortest first piece, in digits: what is shorter is no half of a key, and too many words are like it.
const SHORTEST: usize = 8;

/// The digits of the longest key.
const LONGEST: usize = 40;

/// Gives `on` every text in `core` that is a key in pieces, with the key.
pub(in super::super) fn each_joined(text: &[u8], core: Range<usize>, on: &mut OnWrapped<'_>) {
    each_piece(text, core, &mut |start| {
        let Some(view) = decode::decode_at(text, start, Encoding::Joined) else { return };
        let digits = view.bytes.strip_prefix(b"pub").unwrap_or(&view.bytes);
        let shape = match (digits.len(), view.bytes.len() - digits.len()) {
            (32, 0) => Unprefixed::Hex32,
            (40, 0) => Unprefixed::Hex40,
            (32, _) => Unprefixed::PubHex32,
            _ => return,
        };
        if digits.iter().all(u8::is_ascii_hexdigit) {
            on(shape, view.outer_span(&(0..view.bytes.len())), &view.bytes);
        }
    });
}

/// Returns whether the pieces at `span` are joined, and not a list of several things: where commas part them, `].join(` must follow.
pub(in super::super) fn is_one_value(text: &[u8], span: &Range<usize>) -> bool {
    const REACH: usize = 16;
    let after = &text[span.end..text.len().min(span.end + REACH)];
    !text[span.clone()].contains(&b',') || memchr::memmem::find(after, b"join(").is_some()
}

/// Returns whether a text holds what may be a piece of a key.
pub(in super::super) fn has_piece(text: &[u8]) -> bool {
    let mut found = false;
    each_piece(text, 0..text.len(), &mut |_| found = true);
    found
}

/// Gives `on` where each literal in `core` begins that is a piece of a key, and no key.
fn each_piece(text: &[u8], core: Range<usize>, on: &mut dyn FnMut(usize)) {
    let is_digit = |byte: &&u8| byte.is_ascii_hexdigit();
    let end = text.len().min(core.end + LONGEST + 2);
    for at in memchr::memchr3_iter(b'"', b'\'', b'`', &text[core.start.min(end)..end]) {
        let before = &text[..core.start + at];
        let before = before.strip_suffix(b"\\").unwrap_or(before);
        if !may_end_with_piece(before) {
            continue;
        }
        let digits = before.iter().rev().take(LONGEST + 1).take_while(is_digit).count();
        let head = &before[..before.len() - digits];
        let head = head.strip_suffix(b"pu").unwrap_or(head);
        let start = head.len();
        if (SHORTEST..LONGEST).contains(&(before.len() - start))
            && matches!(head.last(), Some(b'"' | b'\'' | b'`'))
            && core.contains(&start)
            && !goes_on(head)
        {
            on(start);
        }
    }
}

/// Returns whether two of the digits are there with which the shortest piece ends: most literals show so that they are none.
fn may_end_with_piece(text: &[u8]) -> bool {
    /// Digits of the shortest piece, one that begins with `pu`.
    const DIGITS: usize = SHORTEST - 2;
    text.last_chunk::<DIGITS>()
        .is_some_and(|[first, .., last]| first.is_ascii_hexdigit() && last.is_ascii_hexdigit())
}

/// Returns whether the literal that begins at the end of a text goes on with the digits of another one.
fn goes_on(text: &[u8]) -> bool {
    const REACH: usize = 64;
    let is_between = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'+' | b'.' | b'&' | b'\\')
    };
    let near = &text[text.len().saturating_sub(REACH)..];
    let end = near.iter().rposition(|byte| !is_between(byte)).map_or(0, |at| at + 1);
    let quoted = matches!(near.get(end), Some(b'"' | b'\'' | b'`' | b'\\'));
    let digits = near[..end].iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
    quoted && digits >= SHORTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_joined(text.as_bytes(), 0..text.len(), &mut |_, span, key| {
            found.push(format!("{}:{}", &text[span], String::from_utf8_lossy(key).len()));
        });
        found
    }

    #[test]
    fn pieces_of_a_key() {
        let (one, other) = ("0123456789abcdef", "fedcba9876543210");
        for between in ["\" \"", "\" + \"", "' . '", "\"\n    \"", "\\\" + \\\""] {
            let text = format!("k = \"{one}{between}{other}\";");
            let text = if between.starts_with('\'') { text.replace('"', "'") } else { text };
            let text = if between.starts_with('\\') { text.replacen("= \"", "= \\\"", 1) } else { text };
            let expected = format!("{one}{between}{other}:32");
            assert_eq!(joined(&text), [expected], "{text}");
        }
        assert_eq!(
            joined(&format!("'{one}' '{other}' '01234567'")),
            ["0123456789abcdef' 'fedcba9876543210' '01234567:40"]
        );
        assert_eq!(joined(&format!("'pub{one}' '{other}'")), [format!("pub{one}' '{other}:35")]);
        for at in 1..16 {
            let (head, rest) = (&one[..at], &other[..16]);
            let text = format!("{:at$}\"{head}\" \"{}{rest}\"", "", &one[at..]);
            let is_found = at >= SHORTEST;
            assert_eq!(joined(&text).len(), usize::from(is_found), "{text}");
            let text = text.replacen(head, &format!("pub{head}"), 1);
            let is_found = at + 3 >= SHORTEST;
            assert_eq!(joined(&text).len(), usize::from(is_found), "{text}");
        }
        for text in [format!("'{one}'"), format!("'{one}' '{other}' '{one}'"), format!("{one} {other}")] {
            assert!(joined(&text).is_empty(), "{text}");
        }
    }
}
