//! The mark in a text that allows what stands beside it.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

/// The mark; what follows it on the line is the reason.
pub const MARK: &str = "dogcatcher:allow";

/// How far from a match a mark may stand, in bytes: lines can be endless.
const REACH: usize = 4096;

/// The longest reason that is kept, in bytes.
const MAX_REASON: usize = 200;

/// Word in the place of a reason where there is none.
pub const NO_REASON: &str = "no reason given";

/// Returns where the reason stands beside a mark on the line of `span`, or on
/// the line before it; empty where it has none.
///
/// The line before counts only if `has_token` says that it holds nothing that
/// the mark could be meant for. The reason may itself hold a credential: it has
/// to be masked before it is shown.
///
/// # Examples
///
/// ```
/// use dogcatcher::suppress::find_mark;
/// let text = b"# dogcatcher:allow revoked in 2025\nKEY=secret\n";
/// let reason = find_mark(text, &(39..45), |_| false).unwrap();
/// assert_eq!(&text[reason], b"revoked in 2025");
/// ```
pub fn find_mark(
    window: &[u8],
    span: &Range<usize>,
    has_token: impl Fn(&[u8]) -> bool,
) -> Option<Range<usize>> {
    let first = span.start.saturating_sub(REACH);
    let last = window.len().min(span.end + REACH);
    let line_end = memchr(b'\n', &window[span.end..last]).map_or(last, |at| span.end + at);
    let line_break = memrchr(b'\n', &window[first..span.start]).map(|at| first + at);
    let line_start = line_break.map_or(first, |at| at + 1);
    let beside = reason_in(window, span.end..line_end).or_else(|| reason_in(window, line_start..span.start));
    if beside.is_some() {
        return beside;
    }
    let above_end = line_break?;
    let above = memrchr(b'\n', &window[first..above_end]).map_or(first, |at| first + at + 1)..above_end;
    reason_in(window, above.clone()).filter(|_| !has_token(&window[above]))
}

/// Returns where the reason behind the first mark in a part of the window
/// stands, without the end of the comment around it.
fn reason_in(window: &[u8], part: Range<usize>) -> Option<Range<usize>> {
    let around = |byte: &u8| byte.is_ascii_whitespace() || b":-*/#>\"'<;,".contains(byte);
    let text = &window[part.clone()];
    let start = memmem::find_iter(text, MARK.as_bytes())
        .find(|&at| begins_alone(window, part.start + at) && ends_alone(&text[at + MARK.len()..]))?
        + MARK.len();
    let rest = &text[start..];
    let end = memmem::find(rest, MARK.as_bytes()).unwrap_or(rest.len());
    let Some(from) = rest[..end].iter().position(|byte| !around(byte)) else {
        return Some(part.start + start..part.start + start);
    };
    let rest = &rest[from..end.min(from + MAX_REASON)];
    let len = rest.iter().rposition(|byte| !around(byte)).map_or(0, |at| at + 1);
    let start = part.start + start + from;
    Some(start..start + len)
}

/// Returns whether no longer word or address reaches up to `at`: there begins a
/// line, or white space, a quote or the sign of a comment stands before it.
fn begins_alone(window: &[u8], at: usize) -> bool {
    let before = &window[at.saturating_sub(REACH)..at];
    let word_start = before.iter().rposition(u8::is_ascii_whitespace).map_or(0, |space| space + 1);
    match &before[word_start..] {
        [] => true,
        word if memmem::find(word, b"://").is_some() => false,
        [.., b'/', b'/'] | [.., b'-', b'-'] => true,
        [.., last] => b"#;%*!,|\"'`()[]{}<>".contains(last),
    }
}

/// Returns whether no longer word or address goes on with these bytes.
fn ends_alone(after: &[u8]) -> bool {
    !after.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-?=&@/%".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Option<String> {
        let at = text.find("TOKEN").expect("there");
        let reason = find_mark(text.as_bytes(), &(at..at + 5), |line| line.starts_with(b"OTHER"))?;
        Some(text[reason].to_owned())
    }

    #[test]
    fn where_a_mark_counts() {
        let cases = [
            ("TOKEN # dogcatcher:allow revoked", Some("revoked")),
            ("/* dogcatcher:allow: in docs */ TOKEN", Some("in docs")),
            ("<!-- dogcatcher:allow old -->\nTOKEN", Some("old")),
            ("// dogcatcher:allow\r\nTOKEN", Some("")),
            ("# dogcatcher:allow x\n\nTOKEN", None),
            ("TOKEN\n# dogcatcher:allow x", None),
            ("OTHER # dogcatcher:allow x\nTOKEN", None),
            ("TOKEN # dogcatcher:allowed", None),
            ("TOKEN # dogcatcher:allowed dogcatcher:allow y", Some("y")),
            ("TOKEN # dogcatcher:allow one dogcatcher:allow two", Some("one")),
            ("TOKEN", None),
            ("xdogcatcher:allow TOKEN", None),
            ("url=https://x/dogcatcher:allow?TOKEN", None),
            ("https://dogcatcher:allow@x/TOKEN", None),
            ("https://x/#dogcatcher:allow TOKEN", None),
            ("a/dogcatcher:allow TOKEN", None),
            ("/x?dogcatcher:allow=TOKEN", None),
            ("TOKENdogcatcher:allow", None),
            ("TOKEN // see https://x/y dogcatcher:allow z", Some("z")),
            ("TOKEN //dogcatcher:allow z", Some("z")),
            ("TOKEN --dogcatcher:allow z", Some("z")),
            ("TOKEN;;dogcatcher:allow z", Some("z")),
            ("TOKEN#dogcatcher:allow z", Some("z")),
            ("<!--dogcatcher:allow z--> TOKEN", Some("z")),
            ("/*dogcatcher:allow*/ TOKEN", Some("")),
            ("TOKEN,\"dogcatcher:allow z\"", Some("z")),
        ];
        for (text, expected) in cases {
            assert_eq!(mark(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn an_endless_reason_is_cut() {
        let text = format!("TOKEN dogcatcher:allow {}", "x".repeat(900));
        assert_eq!(mark(&text).map(|reason| reason.len()), Some(MAX_REASON));
    }

    #[test]
    fn not_from_the_far_end_of_an_endless_line() {
        let far = format!("dogcatcher:allow x{}TOKEN", " ".repeat(REACH));
        assert_eq!(mark(&far), None);
    }
}
