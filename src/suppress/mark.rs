//! The mark in a text that allows what stands beside it.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use crate::secret::hide_tokens;

/// The mark; what follows it on the line is the reason.
pub const MARK: &str = "dogcatcher:allow";

/// How far from a match a mark may stand, in bytes: lines can be endless.
const REACH: usize = 4096;

/// The reason beside a mark on the line of `span`, or on the line before it.
///
/// The line before counts only if `has_token` says that it holds nothing that the mark could be meant for.
///
/// # Examples
///
/// ```
/// use dogcatcher::suppress::find_mark;
/// let text = b"# dogcatcher:allow revoked in 2025\nKEY=secret\n";
/// let at = 39..45;
/// assert_eq!(find_mark(text, &at, |_| false).as_deref(), Some("revoked in 2025"));
/// ```
pub fn find_mark(window: &[u8], span: &Range<usize>, has_token: impl Fn(&[u8]) -> bool) -> Option<String> {
    let first = span.start.saturating_sub(REACH);
    let before = &window[first..span.start];
    let after = &window[span.end..window.len().min(span.end + REACH)];
    let line_end = memchr(b'\n', after).unwrap_or(after.len());
    let line_start = memrchr(b'\n', before);
    let same_line = &before[line_start.map_or(0, |at| at + 1)..];
    let cut = line_end == after.len() && span.end + after.len() < window.len();
    if let Some(reason) = reason_in(&after[..line_end], cut).or_else(|| reason_in(same_line, false)) {
        return Some(reason);
    }
    let above = &before[..line_start?];
    let above = &above[memrchr(b'\n', above).map_or(0, |at| at + 1)..];
    reason_in(above, false).filter(|_| !has_token(above))
}

/// What follows the first mark of a line, without the end of the comment around it.
fn reason_in(line: &[u8], cut: bool) -> Option<String> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let rest = memmem::find_iter(line, MARK.as_bytes())
        .map(|at| &line[at + MARK.len()..])
        .find(|rest| !rest.first().is_some_and(is_word))?;
    // A word that the reach has cut may be the beginning of a credential.
    let whole =
        if cut { rest.iter().rposition(|byte| !is_word(byte)).map_or(0, |at| at + 1) } else { rest.len() };
    let text = String::from_utf8_lossy(&rest[..whole]);
    let reason = text.trim_matches(|c: char| c.is_whitespace() || ":-*/#>\"'<;,".contains(c));
    Some(if reason.is_empty() { "no reason given".to_owned() } else { hide_tokens(reason) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Option<String> {
        let at = text.find("TOKEN").expect("there");
        find_mark(text.as_bytes(), &(at..at + 5), |line| line.starts_with(b"OTHER"))
    }

    #[test]
    fn where_a_mark_counts() {
        let cases = [
            ("TOKEN # dogcatcher:allow revoked", Some("revoked")),
            ("/* dogcatcher:allow: in docs */ TOKEN", Some("in docs")),
            ("<!-- dogcatcher:allow old -->\nTOKEN", Some("old")),
            ("// dogcatcher:allow\r\nTOKEN", Some("no reason given")),
            ("# dogcatcher:allow x\n\nTOKEN", None),
            ("TOKEN\n# dogcatcher:allow x", None),
            ("OTHER # dogcatcher:allow x\nTOKEN", None),
            ("TOKEN # dogcatcher:allowed", None),
            ("TOKEN # dogcatcher:allowed dogcatcher:allow y", Some("y")),
            ("TOKEN", None),
        ];
        for (text, expected) in cases {
            assert_eq!(mark(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn not_from_the_far_end_of_an_endless_line() {
        let far = format!("dogcatcher:allow x{}TOKEN", " ".repeat(REACH));
        assert_eq!(mark(&far), None);
    }
}
