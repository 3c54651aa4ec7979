//! Literals that a program joins.
//!
//! ```text
//! "ddpat_" + "1dm1op4lL89nV8pt94Tdk8" + "_AAAA…"     "ddpat_" "1dm1…"     'ddpat_'.concat('1dm1…')
//! ```
//!
//! Between two pieces may stand quotes, white space, comments without a quote,
//! the marks of a line that goes on, a prefix of the next literal, and one sign
//! or call that joins; anything else ends the token. So a list of short words
//! does not become one by accident.
//!
//! What this does not do is to evaluate a program: a piece in a variable ends
//! the token. People who split a key to get it past a scanner are not whom this
//! is for; line length limits are.

use super::view::View;

/// Number of pieces that are joined at most. At 80 columns a token of 65
/// characters has two or three; generated code has had nine.
const MAX_PIECES: usize = 12;
/// Distance in bytes from the first to the last of them.
const LONGEST: usize = 1024;

/// Joins the pieces of a token whose first one begins at `at`, within a
/// literal; `None` where there is only one.
///
/// The view's places lead to each byte of each piece, so the report can show
/// the span from the first quote to the last.
pub(super) fn join_pieces(text: &[u8], at: usize) -> Option<View> {
    let text = &text[..text.len().min(at + LONGEST)];
    let mut view = View::new("joined");
    let (mut place, mut end, mut pieces) = (at, at, 0);
    loop {
        let start = place;
        while place < text.len() && is_within(text[place]) {
            view.push(text[place], place);
            place += 1;
        }
        // An empty one, the end of a line of JSON perhaps, is none.
        if place > start {
            (end, pieces) = (place, pieces + 1);
        }
        match next_piece(&text[place..]) {
            Some(length) if pieces < MAX_PIECES => place += length,
            _ => break,
        }
    }
    if pieces < 2 {
        return None;
    }
    view.finish_view(at..end)
}

/// Returns whether a byte is a part of a token of any rule: of those that are
/// compiled in, none has punctuation.
fn is_within(byte: u8) -> bool {
    is_part(byte) || b"-.~+/=:@".contains(&byte)
}

/// Returns whether a byte is a part of a word.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns the distance to the next literal: a quote, what joins, and a quote.
/// `None` where the statement ends.
///
/// At most two signs may stand between (`" + "`, `" .. "`), or one call and its
/// bracket.
fn next_piece(text: &[u8]) -> Option<usize> {
    /// A word that follows at once has to be as long as no prefix of a literal
    /// is.
    const BARE: usize = 20;
    let closing = quote_len(text)?;
    let bare = text[closing..].iter().take_while(|byte| is_part(**byte)).count();
    if bare >= BARE {
        // `ddpat_"…"` and `"ddpat_"…` of a shell.
        return Some(closing);
    }
    let (mut at, mut signs) = (closing, 0);
    loop {
        let rest = text.get(at..)?;
        if let Some(length) =
            blank_len(rest, closing > 1).or_else(|| comment_len(rest)).or_else(|| prefix_len(rest))
        {
            at += length;
        } else if let Some(length) = call_len(rest) {
            (at, signs) = (at + length, 2);
        } else if let Some(length) = quote_len(rest) {
            return Some(at + length);
        } else {
            match rest.first()? {
                // A line of a diff.
                b'-' if text[at - 1] == b'\n' => {}
                b'\\' => {}
                // `+`, `.`, `..`, `&`, `<>`, `++`, `~`, `||`, `,` of a list that is joined.
                b'+' | b'.' | b'&' | b'<' | b'>' | b'~' | b'|' | b',' if signs < 2 => signs += 1,
                _ => return None,
            }
            at += 1;
        }
    }
}

/// Returns the length of white space, also where it is escaped, and of what
/// says that a line goes on; `within` a string of JSON, also of the end of one
/// and the beginning of the next, which are lines of a notebook.
fn blank_len(text: &[u8], within: bool) -> Option<usize> {
    let slashes = text.iter().take(4).take_while(|byte| **byte == b'\\').count();
    match *text {
        [b' ' | b'\t' | b'\r' | b'\n', ..] => Some(1),
        [b'_' | b'`', b'\n', ..] => Some(2),
        [b'_' | b'`', b'\r', b'\n', ..] => Some(3),
        [b'"', b',', ref rest @ ..] if within => {
            let gap = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            (rest.get(gap) == Some(&b'"')).then_some(gap + 3)
        }
        _ if slashes > 0 && matches!(text.get(slashes), Some(b'n' | b'r' | b't')) => Some(slashes + 1),
        _ => None,
    }
}

/// Returns the length of a comment without a quote.
fn comment_len(text: &[u8]) -> Option<usize> {
    let end: &[u8] = match text {
        [b'#', ..] | [b'/', b'/', ..] => b"\n",
        [b'/', b'*', ..] => b"*/",
        _ => return None,
    };
    let length = memchr::memmem::find(text, end)? + end.len();
    (0..length).all(|at| quote_len(&text[at..]).is_none()).then_some(length)
}

/// Returns the length of what may stand before a quote: `f"…"`, `@"…"`,
/// `u8"…"`, `rb"…"`, `$"…"`.
fn prefix_len(text: &[u8]) -> Option<usize> {
    let is_prefix = |byte: &&u8| b"fFbBrRuUL8@$".contains(byte);
    let length = text.iter().take(3).take_while(is_prefix).count();
    (length > 0 && quote_len(&text[length..]).is_some()).then_some(length)
}

/// Returns the length of a call that joins: `.append("…")`, `.concat("…")`.
fn call_len(text: &[u8]) -> Option<usize> {
    /// Java and C#, JavaScript, Kotlin, Rust.
    const CALLS: [&[u8]; 5] = [b".append(", b".Append(", b".concat(", b".plus(", b".push_str("];
    let closing = usize::from(text.first() == Some(&b')'));
    let call = CALLS.into_iter().find(|call| text[closing..].starts_with(call))?;
    Some(closing + call.len())
}

/// Returns the length of a quote, which may be escaped.
fn quote_len(text: &[u8]) -> Option<usize> {
    match *text {
        [b'"' | b'\'' | b'`', ..] => Some(1),
        [b'\\', b'"' | b'\'', ..] => Some(2),
        _ => None,
    }
}
