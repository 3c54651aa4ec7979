//! What stands beside a match: a credential is not part of a longer word.
//!
//! ```text
//! DD_APP_KEY=ddapp_…      `=` ends the name: a word
//! xddapp_…                part of another word, unless a checksum proves it
//! "\nddapp_…"             the `n` belongs to an escape: a word
//! ```

use std::ops::Range;

use crate::text::escapes_before;

/// Returns whether neither side of `span` continues a word.
///
/// On the left, two things look like a letter and are none: the end of an
/// escape (`\n`, `\x3d`, `%3D`, `ESC[0m`), and a length that a binary format
/// puts before a text (65, the length of an access token, is `A`).
pub(super) fn is_word(window: &[u8], span: &Range<usize>) -> bool {
    let Some((&last, before)) = window[..span.start].split_last() else { return ends_word(window, span) };
    let has_length = usize::from(last) == span.len();
    if has_length && is_binary(before) {
        // The format says where the text ends; what follows may be any byte.
        return true;
    }
    ends_word(window, span)
        && (!continues_word(last) || has_length || ends_with_escape(&window[..span.start]))
}

/// Returns whether `before` ends as no text does: with a control character, or
/// with one and a letter for the type of what follows (`z` and `Z` in Python's
/// bytecode), or with a byte that no ASCII character follows in UTF-8.
fn is_binary(before: &[u8]) -> bool {
    let no_text = |byte: &u8| *byte >= 0xc0 || (byte.is_ascii_control() && !byte.is_ascii_whitespace());
    match before {
        [.., type_before, b'z' | b'Z'] => no_text(type_before),
        [.., last] => no_text(last),
        [] => false,
    }
}

/// Returns whether nothing on the right continues the word.
///
/// `_` continues a word, `-` does not.
fn ends_word(window: &[u8], span: &Range<usize>) -> bool {
    window.get(span.end).is_none_or(|&byte| !continues_word(byte))
}

/// Returns whether a byte belongs to the same word as what stands beside it.
fn continues_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns whether the letter at the end of `before` is the end of an escape.
fn ends_with_escape(before: &[u8]) -> bool {
    ends_with_letter_escape(before)
        || escapes_before(before).next().is_some()
        || ends_with_terminal_escape(before)
}

/// `\n` and its like.
fn ends_with_letter_escape(before: &[u8]) -> bool {
    matches!(before, [.., b'\\', b'0' | b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v'])
}

/// `ESC[1;31m`, `ESC[K`: colour and the like in the log of a build.
fn ends_with_terminal_escape(before: &[u8]) -> bool {
    /// `ESC[38;2;255;255;255m` is the longest that colours need.
    const LONGEST: usize = 24;
    /// Spellings of the byte 1b and `[`, in texts that quote a log; and the one
    /// byte of C1.
    const INTRODUCERS: [&[u8]; 8] =
        [b"\x1b[", b"\\033[", b"\\x1b[", b"\\x1B[", b"\\u001b[", b"\\u001B[", b"\\e[", b"\xc2\x9b"];
    let tail = &before[before.len().saturating_sub(LONGEST)..];
    let Some((last, tail)) = tail.split_last() else { return false };
    let parameter = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b';' | b':' | b'?');
    let Some(end) = tail.iter().rposition(|byte| !parameter(byte)) else { return false };
    last.is_ascii_alphabetic() && INTRODUCERS.iter().any(|introducer| tail[..=end].ends_with(introducer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows_before(before: &[u8]) -> bool {
        let text = [before, b"TOKEN".as_slice()].concat();
        is_word(&text, &(before.len()..text.len()))
    }

    #[test]
    fn left_boundaries() {
        let apart: [&[u8]; 25] = [
            b"\x1b[01;31m\x1b[K",
            b"\x1b[38:5:1m",
            b"=3D",
            b"%253D",
            b"\\075",
            b"\\U0000003d",
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
            assert!(allows_before(before), "{:?}", before.escape_ascii().to_string());
        }
        let joined: [&[u8]; 10] = [b"a", b"_", b"0", b"n", b"\\d", b"3D", b"x3d", b"[0m", b"%xm", b"\\u00zd"];
        for before in joined {
            assert!(!allows_before(before), "{:?}", before.escape_ascii().to_string());
        }
    }

    #[test]
    fn a_length_before_a_text() {
        let text = format!("zA{}", "t".repeat(65));
        assert!(is_word(text.as_bytes(), &(2..67)));
        assert!(!is_word(text.as_bytes(), &(2..66)));
        let text = format!("\u{1}A{}N", "t".repeat(65));
        assert!(is_word(text.as_bytes(), &(2..67)), "what follows does not matter then");
        // `(` is 40, the length of an application key.
        let text = format!("f({}N)", "t".repeat(40));
        assert!(!is_word(text.as_bytes(), &(2..42)), "but this is text");
    }

    #[test]
    fn right_boundaries() {
        for (text, apart) in
            [("TOKEN", true), ("TOKEN\\n", true), ("TOKEN\"", true), ("TOKENa", false), ("TOKEN_", false)]
        {
            assert_eq!(is_word(text.as_bytes(), &(0..5)), apart, "{text}");
        }
    }
}
