//! What stands beside a match: a credential is not part of a longer word.

use std::ops::Range;

/// Whether neither side of `span` continues a word.
///
/// On the left, three things look like a letter and are none: the end of an escape (`\n`, `\x3d`, `%3D`,
/// `ESC[0m`), and a length that a binary format puts before a text (65, the length of an access token, is `A`).
pub(super) fn is_word(window: &[u8], span: &Range<usize>) -> bool {
    let before = &window[..span.start];
    let right = window.get(span.end).is_none_or(|&byte| !continues_word(byte));
    right && (before.last().is_none_or(|&byte| !continues_word(byte)) || ends_otherwise(before, span.len()))
}

fn continues_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the letter at the end of `before` is not text.
fn ends_otherwise(before: &[u8], match_len: usize) -> bool {
    before.last().is_some_and(|&byte| usize::from(byte) == match_len)
        || ends_with_letter_escape(before)
        || ends_with_hex_escape(before)
        || ends_with_terminal_escape(before)
}

/// `\n` and its like.
fn ends_with_letter_escape(before: &[u8]) -> bool {
    matches!(before, [.., b'\\', b'0' | b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v'])
}

/// `%3D`, `\x3d`, `\u003d`.
fn ends_with_hex_escape(before: &[u8]) -> bool {
    let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'u', a, b, c, d] if hex(&[*a, *b, *c, *d]) => true,
        [.., b'%', a, b] | [.., b'\\', b'x', a, b] => hex(&[*a, *b]),
        _ => false,
    }
}

/// `ESC[1;31m`: colour in the log of a build.
fn ends_with_terminal_escape(before: &[u8]) -> bool {
    const LONGEST: usize = 20;
    let tail = &before[before.len().saturating_sub(LONGEST)..];
    let Some((b'm', tail)) = tail.split_last() else {
        return false;
    };
    let start = tail.iter().rposition(|&byte| !(byte.is_ascii_digit() || byte == b';'));
    let Some(introducer) = start.map(|at| &tail[..=at]) else {
        return false;
    };
    [b"\x1b[".as_slice(), b"\\033[", b"\\x1b[", b"\\x1B[", b"\\u001b[", b"\\u001B[", b"\\e["]
        .iter()
        .any(|escape| introducer.ends_with(escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(before: &[u8]) -> bool {
        let text = [before, b"TOKEN".as_slice()].concat();
        is_word(&text, &(before.len()..text.len()))
    }

    #[test]
    fn left() {
        let apart: [&[u8]; 19] = [
            b"",
            b" ",
            b"=",
            b"\"",
            b"\n",
            b"\0",
            b"\xff",
            b"-",
            b"/",
            b"\\n",
            b"a\\t",
            b"%3D",
            b"\\x3d",
            b"\\u003d",
            b"\x1b[0m",
            b"\x1b[1;31m",
            b"\\033[32m",
            b"\\u001b[m",
            b"\x05",
        ];
        for before in apart {
            assert!(after(before), "{:?}", before.escape_ascii().to_string());
        }
        let joined: [&[u8]; 10] = [b"a", b"_", b"0", b"n", b"\\d", b"3D", b"x3d", b"[0m", b"%xm", b"\\u00zd"];
        for before in joined {
            assert!(!after(before), "{:?}", before.escape_ascii().to_string());
        }
    }

    #[test]
    fn a_length_before_a_text() {
        let text = format!("zA{}", "t".repeat(65));
        assert!(is_word(text.as_bytes(), &(2..67)));
        assert!(!is_word(text.as_bytes(), &(2..66)));
    }

    #[test]
    fn right() {
        for (text, apart) in
            [("TOKEN", true), ("TOKEN\\n", true), ("TOKEN\"", true), ("TOKENa", false), ("TOKEN_", false)]
        {
            assert_eq!(is_word(text.as_bytes(), &(0..5)), apart, "{text}");
        }
    }
}
