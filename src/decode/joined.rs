//! Literals that a program joins.

use super::View;

/// How many pieces are joined at most, and how far apart in all, in bytes.
const MAX_PIECES: usize = 12;
const LONGEST: usize = 1024;

/// The pieces of a token whose first one begins at `at`, within a literal.
pub(super) fn decode(text: &[u8], at: usize) -> Option<View> {
    let text = &text[..text.len().min(at + LONGEST)];
    let mut view = View::new("joined");
    let mut place = at;
    let mut pieces = 0;
    loop {
        while place < text.len() && is_part(text[place]) {
            view.push(text[place], place);
            place += 1;
        }
        pieces += 1;
        match next_piece(&text[place..]) {
            Some(length) if pieces < MAX_PIECES => place += length,
            _ => break,
        }
    }
    if pieces < 2 {
        return None;
    }
    view.end(at..place)
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How far it is to the next literal: a quote, signs that join, and a quote. `None` where the statement ends.
fn next_piece(text: &[u8]) -> Option<usize> {
    let mut at = quote(text)?;
    let mut signs = 0;
    loop {
        match *text.get(at)? {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            // `+`, `.`, `..`, `&`, `<>`, `++`, `~`, `||`, `,` of a list that is joined, and lines that go on.
            b'+' | b'.' | b'&' | b'<' | b'>' | b'~' | b'|' | b'\\' | b',' if signs < 2 => {
                if text[at] == b'\\' && quote(&text[at..]).is_some() {
                    return Some(at + quote(&text[at..])?);
                }
                signs += usize::from(text[at] != b'\\');
                at += 1;
            }
            // A prefix of a literal: `f"…"`, `@"…"`.
            b'f' | b'b' | b'r' | b'u' | b'@' if quote(text.get(at + 1..)?).is_some() => at += 1,
            _ => return quote(&text[at..]).map(|length| at + length),
        }
    }
}

/// The length of a quote, which may be escaped.
fn quote(text: &[u8]) -> Option<usize> {
    match *text {
        [b'"' | b'\'' | b'`', ..] => Some(1),
        [b'\\', b'"' | b'\'', ..] => Some(2),
        _ => None,
    }
}
