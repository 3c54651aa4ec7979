//! What stands right beside a value: on its line, in its statement, behind it.

use std::ops::Range;

use crate::lexicon::{Lexicon, List, Sense};
use crate::rule::Unprefixed;

/// Returns whether a sign on either side makes it part of something longer: `sha1-…`, `….js`, `…/x`.
pub(super) fn is_joined(text: &[u8], span: &Range<usize>) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let left = span.start.checked_sub(1).map(|at| text[at]);
    let right = text.get(span.end);
    let before = word(span.start.checked_sub(2));
    let after = word(Some(span.end + 1));
    let left_joined =
        matches!(left, Some(b'-' | b'.' | b'+' | b'@' | b'#')) && before && !is_fallback(text, span);
    // `KEY:APPKEY`
    let pair =
        text.get(span.end + 1..span.end + 41).is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit));
    // gcloud's `^@^NAME=KEY@NAME=…`: a separator that the user chose.
    let separated = || memchr::memmem::find(line_before(text, span), b"^@^").is_some();
    let right_joined = match right {
        Some(b':') if pair => false,
        Some(b'@') if separated() => false,
        Some(b'-' | b'.' | b'+' | b'=' | b'@' | b':') => after,
        Some(b'/') => after && left != Some(b' ') && !text[span.end + 1..].starts_with(b"g"),
        _ => false,
    };
    left_joined || right_joined || matches!(left, Some(b'@'))
}

/// Returns whether it is what a variable is taken to be where that is not set: `${NAME-value}`.
fn is_fallback(text: &[u8], span: &Range<usize>) -> bool {
    let Some(name) = text[..span.start].strip_suffix(b"-") else { return false };
    let length = name.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    name[..name.len() - length].ends_with(b"${")
}

/// Returns whether it stands where a name does: `"…": value`.
pub(super) fn is_key_of_map(text: &[u8], span: &Range<usize>) -> bool {
    let after = &text[span.end..text.len().min(span.end + 8)];
    let before = span.start.checked_sub(1).map(|at| text[at]);
    let quoted = after.first().is_some_and(|byte| matches!(byte, b'"' | b'\'') && before == Some(*byte));
    let Some(sign) = after.iter().skip(1).position(|byte| *byte != b' ') else { return false };
    // `:name` behind a blank is a keyword of Clojure or Ruby.
    let is_keyword = sign > 0 && text.get(span.end + sign + 2).is_some_and(u8::is_ascii_alphabetic);
    quoted && after[1 + sign] == b':' && !is_keyword
}

/// What stands before a value in its statement: from the last sign that ends one, at most 120 bytes.
pub(super) fn statement<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 120;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let ends = |byte: &u8| matches!(byte, b'\n' | b';' | b',' | b'{' | b'}' | b'|' | b'&');
    before.iter().rposition(ends).map_or(before, |at| &before[at + 1..])
}

/// What stands before a value on its line, at most 400 bytes.
pub(super) fn line_before<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 400;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..])
}

/// Returns whether the name of a Datadog key follows: `value: …`, then `name: DD_API_KEY`.
pub(super) fn names_after(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const REACH: usize = 100;
    let after = &text[span.end..text.len().min(span.end + REACH)];
    let skipped =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b':' | b'=' | b'@');
    let joins = |part: &&[u8]| part.eq_ignore_ascii_case(b"where") || part.eq_ignore_ascii_case(b"and");
    let mut parts = after.split(skipped).filter(|part| !part.is_empty()).filter(|part| !joins(part));
    let is_name = |part: &[u8]| {
        [&b"name"[..], b"key", b"parameterkey", b"forhttpheaderfield", b"forkey", b"secret_name"]
            .iter()
            .any(|name| part.eq_ignore_ascii_case(name))
    };
    let named = parts.next().filter(|part| is_name(part)).and_then(|_| parts.next());
    let is_owned = |name: &[u8]| lexicon.sense_of(name) == Sense::OwnedKey;
    named.is_some_and(is_owned)
        || condition(text, span).is_some_and(|condition| {
            let words: Vec<&[u8]> = condition.split(skipped).filter(|word| !word.is_empty()).collect();
            words.windows(2).any(|pair| is_name(pair[0]) && is_owned(pair[1]))
        })
}

/// The condition of the statement of SQL that sets a value: `SET value = 'KEY', at = now() WHERE name = …`.
fn condition<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    const REACH: usize = 300;
    let after = &text[span.end..text.len().min(span.end + REACH)];
    let after = &after[..memchr::memchr(b';', after).unwrap_or(after.len())];
    let is_set = line_before(text, span).to_ascii_lowercase();
    let start = after.windows(6).position(|word| word.eq_ignore_ascii_case(b"where "))?;
    memchr::memmem::find(&is_set, b"set ").map(|_| &after[start + 6..])
}

/// Returns whether a value stands alone in parentheses behind a blank, or behind `see`, as commits do.
pub(super) fn is_commit_in_prose(text: &[u8], shape: Unprefixed, span: &Range<usize>) -> bool {
    let before = &text[..span.start];
    let is_bracketed = before.ends_with(b" (") && text[span.end..].starts_with(b")");
    shape == Unprefixed::Hex40
        && (is_bracketed || [&b" see "[..], b" commit "].iter().any(|word| before.ends_with(word)))
}

/// Returns whether the word before a value says what a person did with a commit: `deployed 0123…`.
pub(super) fn is_commit_of_verb(
    lexicon: &Lexicon,
    text: &[u8],
    shape: Unprefixed,
    span: &Range<usize>,
) -> bool {
    let is_sign = |byte: &u8| matches!(byte, b' ' | b'`' | b'"' | b'\'' | b'(' | b'*');
    let before = line_before(text, span);
    let length = before.iter().rev().take_while(|byte| is_sign(byte)).count();
    let word =
        before[..before.len() - length].rsplit(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    shape == Unprefixed::Hex40
        && length > 0
        && lexicon.has(List::CommitVerbs, &String::from_utf8_lossy(word).to_ascii_lowercase())
}

/// Returns whether a value ends an item of a list of changes, which links to commits elsewhere: `* hide DD_API_KEY 0123…`.
pub(super) fn is_commit_in_list(text: &[u8], shape: Unprefixed, span: &Range<usize>) -> bool {
    const NEAR: usize = 2048;
    let line = line_before(text, span).trim_ascii_start();
    let is_item = line.starts_with(b"* ") || line.starts_with(b"- ");
    let ends = matches!(text.get(span.end), None | Some(b'\n' | b'\r'));
    let near = &text[span.start.saturating_sub(NEAR)..text.len().min(span.end + NEAR)];
    let links =
        [&b"/commit/"[..], b"/compare/"].iter().any(|link| memchr::memmem::find(near, link).is_some());
    shape == Unprefixed::Hex40 && is_item && ends && links
}

/// Returns whether the argument beside a value is a literal that holds a site of Datadog: `connect("datadoghq.com", "KEY")`.
pub(super) fn is_beside_site(text: &[u8], span: &Range<usize>) -> bool {
    const REACH: usize = 80;
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let line_end = |part: &[u8]| memchr::memchr(b'\n', part).unwrap_or(part.len());
    let before = line_before(text, span);
    let before = &before[before.len().saturating_sub(REACH)..];
    let after = &text[span.end..text.len().min(span.end + REACH)];
    let after = &after[..line_end(after)];
    if !before.last().is_some_and(is_quote) || !after.first().is_some_and(is_quote) {
        return false;
    }
    let previous =
        before.rsplit(|byte| is_quote(byte)).nth(2).zip(before.rsplit(|byte| is_quote(byte)).nth(1));
    let next = after.split(|byte| is_quote(byte)).nth(2).zip(after.split(|byte| is_quote(byte)).nth(1));
    [previous, next]
        .into_iter()
        .flatten()
        .any(|(site, between)| site.starts_with(b"datadoghq.") && between.trim_ascii() == b",")
}
