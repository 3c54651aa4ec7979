//! Places at which the variable is used that a value is assigned to: `KEY = "…"`, and further down `"DD-API-KEY": KEY`.

use std::ops::Range;

use super::address::USED;
use super::label::{Label, Via};

/// The most uses that are looked at.
const MOST: usize = 6;

/// The most places at which the letters of a name are looked at, for short ones stand in many words.
const MOST_PLACES: usize = 64;

/// Bytes on each side of a name that are read to see what it is a part of. One text may hold a name
/// at many places that a long run of bytes leads up to, and each value asks for all of them.
const AROUND_USE: usize = 256;

/// Words that declare a name, where no sign of assignment follows it: `#define NAME "…"`, `(def name "…")`.
const DECLARATIONS: [&[u8]; 13] = [
    b"define",
    b"def",
    b"defconst",
    b"defparameter",
    b"defvar",
    b"set",
    b"setq",
    b"-gx",
    b"-x",
    b"setenv",
    b"const",
    b"putenv",
    b"let",
];

/// A variable that a value is assigned to.
#[derive(Debug)]
pub(super) struct Variable<'t> {
    name: &'t [u8],
    /// It is a field or a setting, which is read where a sign says so: `${NAME}`, `{{ NAME }}`.
    is_field: bool,
}

impl<'t> Variable<'t> {
    /// The variable that a value is assigned to, if its label is the name of one.
    pub(super) fn of(text: &'t [u8], span: &Range<usize>, label: &Label) -> Option<Self> {
        if let Some(name) = anchor(&text[..span.start]) {
            return Some(Self { name, is_field: true });
        }
        let range = label.name.clone()?;
        let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b'>');
        let is_declared = || {
            let before = text[..range.start].trim_ascii_end();
            let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
            let before = before.strip_suffix(b"(").unwrap_or(before);
            DECLARATIONS.iter().any(|word| before.ends_with(word))
        };
        let is_variable = match label.via {
            Via::Assigned => true,
            Via::Beside | Via::Argument => is_declared(),
            Via::Path | Via::Item => false,
        };
        let is_quoted = text.get(range.end).is_some_and(is_quote);
        let is_set = text
            .get(range.end..span.start)
            .is_some_and(|between| between.contains(&b'=') || between.contains(&b'<'));
        let is_field = label.via == Via::Assigned && (is_quoted || !is_set);
        let name = text[range].rsplit(|byte| *byte == b'.').next()?;
        (is_variable && !name.is_empty()).then_some(Self { name, is_field })
    }

    /// The places at which it is used, below the value first, each with what it is reached by: `self.KEY`, `${KEY}`.
    pub(super) fn uses(&self, text: &[u8], span: &Range<usize>) -> Vec<Range<usize>> {
        let length = self.name.len();
        let after = span.end..text.len().min(span.end + USED);
        let before = span.start.saturating_sub(USED)..span.start.saturating_sub(length);
        [after, before]
            .into_iter()
            .flat_map(|part| {
                let places = memchr::memmem::find_iter(&text[part.clone()], self.name).take(MOST_PLACES);
                places.map(move |at| part.start + at..part.start + at + length)
            })
            .filter_map(|place| use_at(text, place, self.is_field))
            .take(MOST)
            .collect()
    }
}

/// The anchor of YAML that stands before a value: `&name …`.
fn anchor(before: &[u8]) -> Option<&[u8]> {
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let before = before.strip_suffix(b" ")?;
    let length = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    let (rest, name) = before.split_at(before.len() - length);
    (length > 0 && (rest.ends_with(b" &") || rest.ends_with(b"\n&"))).then_some(name)
}

/// The expression that a name is the end of, if it is read there: not assigned to, nor a word in a literal or of a longer name.
fn use_at(text: &[u8], name: Range<usize>, is_field: bool) -> Option<Range<usize>> {
    let text = &text[..text.len().min(name.end + AROUND_USE)];
    let far = name.start.saturating_sub(AROUND_USE);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let (before, after) = (&text[far..name.start], &text[name.end..]);
    let is_longer = |byte: Option<&u8>| byte.is_some_and(|byte| is_name(byte) || *byte == b'-');
    if is_longer(before.last()) || is_longer(after.first()) && !after.starts_with(b"->") {
        return None;
    }
    let is_path = |byte: &u8| is_name(byte) || matches!(byte, b'.' | b'$' | b'@' | b'&' | b'*' | b'?');
    let length = before.iter().rev().take_while(|byte| is_path(byte)).count();
    if length == AROUND_USE {
        return None;
    }
    let mut start = name.start - length;
    let mut end = name.end;
    let mut is_filled_in =
        text[start..name.start].iter().any(|byte| matches!(byte, b'$' | b'@' | b'?' | b'*'));
    // `${NAME}`, `#{NAME}`, `{{ NAME }}`
    let opened = &text[..far + text[far..start].trim_ascii_end().len()];
    let closing = after.trim_ascii_start();
    if opened.ends_with(b"{") && closing.first() == Some(&b'}') {
        is_filled_in |= [&b"{{"[..], b"${", b"#{"].iter().any(|opening| opened.ends_with(opening));
        let is_opening = |byte: &&u8| matches!(byte, b'{' | b'$' | b'#');
        start = opened.len() - opened.iter().rev().take(3).take_while(is_opening).count();
        end += after.len() - closing.len() + closing.iter().take(2).take_while(|byte| **byte == b'}').count();
    }
    // `%NAME%`, `!NAME!` of Windows.
    if let Some(sign @ (b'%' | b'!')) = text[..start].last().filter(|sign| after.first() == Some(*sign)) {
        is_filled_in |= matches!(sign, b'%' | b'!');
        (start, end) = (start - 1, end + 1);
    }
    let is_quoted = matches!(text[..start].last(), Some(b'"' | b'\'' | b'`'))
        && matches!(text.get(end), Some(b'"' | b'\'' | b'`'));
    (!((is_quoted || is_field) && !is_filled_in) && !is_assigned_to(&text[end..])).then_some(start..end)
}

/// Returns whether what follows a name gives it a value: `= …`, `: …`, `:= …`.
fn is_assigned_to(after: &[u8]) -> bool {
    match after.trim_ascii_start() {
        [b'=', next, ..] => !matches!(next, b'=' | b'~'),
        [b':', next, ..] => *next != b':',
        [b'<', b'-', ..] => true,
        _ => false,
    }
}

/// Returns whether a use is the short form of a field that has the variable's name: `{ host, apiKey }`.
pub(super) fn is_short_field(text: &[u8], place: &Range<usize>) -> bool {
    let before = text[..place.start].trim_ascii_end().last();
    let after = text[place.end..].trim_ascii_start().first();
    matches!(before, Some(b'{' | b',')) && matches!(after, Some(b'}' | b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_used_where_it_is_read() {
        for (text, expected) in [
            ("f(@)", Some("@")),
            ("f(self.@)", Some("self.@")),
            ("x: \"{{ @ }}\"", Some("{{ @ }}")),
            ("x: \"${@}\"", Some("${@}")),
            ("x: %@%", Some("%@%")),
            ("x: *@", Some("*@")),
            ("x: \"@\"", None),
            ("@ = 1", None),
            ("@: 1", None),
            ("my_@", None),
        ] {
            let at = text.find('@').expect("a mark");
            let found = use_at(text.as_bytes(), at..at + 1, false);
            assert_eq!(found.map(|place| &text[place]), expected, "{text}");
        }
    }

    #[test]
    fn a_run_before_a_name_is_read_no_further_than_near_it() {
        for (length, expected) in [(AROUND_USE - 1, Some(0)), (AROUND_USE, None), (100_000, None)] {
            let text = format!("{}key)", "a.".repeat(length.div_ceil(2)).split_off(length % 2));
            let at = text.len() - 4;
            let found = use_at(text.as_bytes(), at..at + 3, false);
            assert_eq!(found.map(|place| place.start), expected, "{length}");
        }
    }
}
