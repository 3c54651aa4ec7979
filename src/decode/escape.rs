//! Escapes: one byte or character written as several, in a text that is otherwise plain.

use std::ops::Range;

use super::{AFTER, BEFORE, View, digit};

/// What an escape at the beginning of a text stands for, and its length; nothing for a line that goes on.
type Escape = fn(&[u8]) -> Option<(Option<char>, usize)>;

/// Decodes all escapes in a part of a text.
pub(super) fn decode(text: &[u8], part: Range<usize>, layer: &'static str, escape: Escape) -> Option<View> {
    let mut view = View::new(layer);
    let mut at = part.start;
    let mut any = false;
    while at < part.end {
        match escape(&text[at..part.end]) {
            Some((decoded, length)) => {
                any = true;
                let mut buffer = [0; 4];
                for byte in decoded.map(|it| it.encode_utf8(&mut buffer).bytes()).into_iter().flatten() {
                    view.push(byte, at);
                }
                at += length;
            }
            None => {
                view.push(text[at], at);
                at += 1;
            }
        }
    }
    if any { view.end(part) } else { None }
}

/// `%64`.
pub(super) fn percent(text: &[u8]) -> Option<(Option<char>, usize)> {
    let [b'%', high, low, ..] = *text else { return None };
    Some((Some(char::from(digit(high)? << 4 | digit(low)?)), 3))
}

/// `=64`, and a `=` at the end of a line.
pub(super) fn quoted_printable(text: &[u8]) -> Option<(Option<char>, usize)> {
    match *text {
        [b'=', b'\n', ..] => Some((None, 2)),
        [b'=', b'\r', b'\n', ..] => Some((None, 3)),
        [b'=', high, low, ..] => Some((Some(char::from(digit(high)? << 4 | digit(low)?)), 3)),
        _ => None,
    }
}

/// `\x64`, `\u0064`, `\u{64}`, `\U00000064`, `\144`, and a backslash at the end of a line, with the indentation after it.
/// One backslash may be written as two or four.
pub(super) fn backslash(text: &[u8]) -> Option<(Option<char>, usize)> {
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    if slashes == 0 {
        return None;
    }
    let rest = &text[slashes..];
    let of = |digits: &[u8], radix: u32, length: usize| {
        let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
        Some((Some(char::from_u32(code)?), slashes + length))
    };
    match *rest {
        [b'\n', ..] | [b'\r', b'\n', ..] => {
            let end = rest.iter().position(|byte| *byte == b'\n')? + 1;
            let indent = rest[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            Some((None, slashes + end + indent))
        }
        [b'x', ..] => of(rest.get(1..3)?, 16, 3),
        [b'u', b'{', ..] => {
            let end = rest.iter().take(10).position(|byte| *byte == b'}')?;
            of(&rest[2..end], 16, end + 1)
        }
        [b'u', ..] => of(rest.get(1..5)?, 16, 5),
        [b'U', ..] => of(rest.get(1..9)?, 16, 9),
        [b'0'..=b'3', ..] => of(rest.get(..3)?, 8, 3),
        _ => None,
    }
}

/// `&#100;`, `&#x64;`, `&lowbar;`.
pub(super) fn entity(text: &[u8]) -> Option<(Option<char>, usize)> {
    let rest = text.strip_prefix(b"&")?;
    if rest.starts_with(b"lowbar;") {
        return Some((Some('_'), 8));
    }
    let number = rest.strip_prefix(b"#")?;
    let end = number.iter().take(8).position(|byte| *byte == b';')?;
    let digits = std::str::from_utf8(&number[..end]).ok()?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    Some((Some(char::from_u32(code.ok()?)?), end + 3))
}

/// Two digits for each byte, in step with `at`.
pub(super) fn hex(text: &[u8], at: usize) -> Option<View> {
    let is_digit = |byte: &&u8| byte.is_ascii_hexdigit();
    let before = text[at.saturating_sub(BEFORE)..at].iter().rev().take_while(is_digit).count();
    let after = text[at..text.len().min(at + AFTER)].iter().take_while(is_digit).count();
    let region = at - before / 2 * 2..at + after / 2 * 2;
    let mut view = View::new("hex");
    for place in region.clone().step_by(2) {
        view.push(digit(text[place])? << 4 | digit(text[place + 1])?, place);
    }
    view.end(region)
}
