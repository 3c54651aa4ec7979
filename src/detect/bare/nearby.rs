//! Mentions some lines from a value: which of them count, and where the value is used.

use std::ops::Range;

use super::label::{Via, label};
use super::record::is_datadog_host;
use crate::lexicon::{Lexicon, List, Sense};

/// How far after a value its use is looked for, in bytes.
const USE: usize = 1024;

/// Returns whether a mention of Datadog at `at` says nothing of a key at `span`: a setting that is no key, a library that needs
/// none, or what stands in a block that is closed before the value.
pub(super) fn says_nothing(text: &[u8], at: usize, span: &Range<usize>) -> bool {
    let range = name_around(text, at);
    let name = &text[range.clone()];
    let lower = name.to_ascii_lowercase();
    let line = line_of(text, at);
    let imports =
        line.trim_ascii_start().starts_with(b"from ") || line.trim_ascii_start().starts_with(b"import ");
    let only = imports && holds(line, b"statsd") && !holds(line, b"initialize") && !holds(line, b"api");
    // `DD_AGENT_HOST: datadog`
    let assigned = variable(&text[at.saturating_sub(60)..range.start.max(at.saturating_sub(60))]);
    let assigned = assigned.map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    List::Settings.ends(&lower)
        || List::Settings.ends(&assigned)
        || List::Keyless.stands_in(name)
        || only
        || at < span.start && is_in_sibling(&text[range.end.min(span.start)..span.start])
        || at < span.start && is_closed_head(text, at, span)
}

/// Returns where what is said after a value begins to be about something else: at the end of its block, or at a heading.
pub(super) fn end_of_part(text: &[u8], span: &Range<usize>, from: usize) -> usize {
    let first = span.start.saturating_sub(USE);
    let start = memchr::memrchr(b'\n', &text[first..span.start]).map_or(first, |at| first + at + 1);
    let reach = text.len().min(from + USE);
    let depth = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let own = depth(&text[start..span.start]);
    let mut end = from;
    let mut after_blank = false;
    for line in text[from..reach].split_inclusive(|byte| *byte == b'\n') {
        let plain = line.trim_ascii();
        let heading = plain.starts_with(b"#") || plain.starts_with(b"//");
        let closes = matches!(plain.first(), Some(b'}' | b')' | b']')) || plain.starts_with(b"</");
        if end > from
            && (after_blank && heading || !plain.is_empty() && !closes && !heading && depth(line) < own)
        {
            return end;
        }
        after_blank = plain.is_empty();
        end += line.len();
    }
    text.len()
}

/// The host to which the line of a request goes that holds the value: `curl -H "X-Api-Key: KEY" https://HOST/`.
pub(super) fn host_of_request<'t>(text: &'t [u8], line: &Range<usize>) -> Option<&'t [u8]> {
    let line = &text[line.clone()];
    if !List::Requests.stands_in(line) {
        return None;
    }
    hosts(line).last()
}

/// The host to which the variable goes that the value is assigned to: `api_key = "KEY"`, then `get(f"https://HOST/?q={api_key}")`.
pub(super) fn host_of_use<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    let name = variable(&text[..span.start])?;
    let after = &text[span.end..text.len().min(span.end + USE)];
    let mut uses = after.split(|byte| *byte == b'\n').filter(|line| names(line, name)).flat_map(hosts);
    let first = uses.next()?;
    let datadog = std::iter::once(first).chain(uses).find(|host| is_datadog_host(host));
    Some(datadog.unwrap_or(first))
}

/// The name of the variable that is assigned to at the end of a text.
fn variable(before: &[u8]) -> Option<&[u8]> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let rest =
        before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before).trim_ascii_end();
    let rest = rest.strip_suffix(b"=").or_else(|| rest.strip_suffix(b":"))?.trim_ascii_end();
    let length = rest.iter().rev().take_while(|byte| is_name(byte)).count();
    (length > 2).then(|| &rest[rest.len() - length..])
}

/// Returns whether a name stands in a line as a word.
fn names(line: &[u8], name: &[u8]) -> bool {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(line, name).any(|at| {
        !is_name(at.checked_sub(1).and_then(|at| line.get(at))) && !is_name(line.get(at + name.len()))
    })
}

/// The hosts of the addresses in a line.
fn hosts(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memmem::find_iter(line, b"://").filter_map(|at| {
        let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        let host = &line[at + 3..];
        let host = &host[..host.iter().take_while(plain).count()];
        host.contains(&b'.').then_some(host)
    })
}

/// Returns whether the name before a text heads or stands in a block that is closed within it, at whose end another block is open:
/// `"datadog": { … }, "other": { …`.
fn is_in_sibling(rest: &[u8]) -> bool {
    let signs = rest.iter().take_while(|byte| matches!(byte, b'"' | b'\'' | b':' | b'=' | b' ')).count();
    let heads = rest.get(signs) == Some(&b'{');
    let (mut depth, mut least, mut closed) = (0, 0, false);
    for byte in rest {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                closed |= heads && depth == 0;
            }
            _ => {}
        }
        least = least.min(depth);
    }
    closed || least < 0 && depth > least
}

/// Returns whether a mention is the head of a block by indentation that ends before the value: `datadog:`, then `api:` at its depth.
fn is_closed_head(text: &[u8], at: usize, span: &Range<usize>) -> bool {
    let depth = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
    let rest = &text[start..span.start];
    let mut lines = rest.split(|byte| *byte == b'\n');
    let Some(head) = lines.next().filter(|head| head.trim_ascii_end().ends_with(b":")) else { return false };
    let blank = |line: &[u8]| matches!(line.trim_ascii_start().first(), None | Some(b'#'));
    start + depth(head) == at && lines.any(|line| !blank(line) && depth(line) <= depth(head))
}

/// Returns whether another product's mention is a call that has a key of its own: `new TmdbApi("KEY")`.
pub(super) fn is_spent(text: &[u8], at: usize) -> bool {
    let rest = &text[name_around(text, at).end..];
    let digits = rest.strip_prefix(b"(\"").or_else(|| rest.strip_prefix(b"('")).unwrap_or_default();
    let length = digits.iter().take(41).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let end = digits.get(length..length + 2);
    matches!(length, 32 | 40) && matches!(end, Some(b"\")" | b"')"))
}

/// Returns whether the variable that the value is assigned to is given as a Datadog key further down: `"DD-API-KEY" => KEY`.
pub(super) fn is_given_as_key(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const MOST: usize = 8;
    let Some(name) = variable(&text[..span.start]) else { return false };
    let after = &text[span.end..text.len().min(span.end + 2 * USE)];
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(after, name).take(MOST).any(|at| {
        let place = span.end + at;
        !is_name(text.get(place - 1))
            && !is_name(text.get(place + name.len()))
            && label(lexicon, &text[..place]).is_some_and(|label| {
                label.sense == Sense::OwnedKey
                    && matches!(label.via, Via::Assigned | Via::Argument)
                    && label.plain
            })
    })
}

/// The name that a place is a part of.
fn name_around(text: &[u8], at: usize) -> Range<usize> {
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@' | b'/');
    let before = text[..at].iter().rev().take(60).take_while(|byte| is_name(byte)).count();
    let after = text[at..].iter().take(60).take_while(|byte| is_name(byte)).count();
    at - before..at + after
}

fn line_of(text: &[u8], at: usize) -> &[u8] {
    const LONGEST: usize = 200;
    let first = at.saturating_sub(LONGEST);
    let start = memchr::memrchr(b'\n', &text[first..at]).map_or(first, |end| first + end + 1);
    let last = text.len().min(at + LONGEST);
    &text[start..memchr::memchr(b'\n', &text[at..last]).map_or(last, |end| at + end)]
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}
