//! Hosts: of the address that a value is part of, of the request that it goes with, of where its variable goes.

use std::ops::Range;

use super::blocks::{by_brackets, line_around};
use crate::lexicon::{Lexicon, List};

/// Parts of the paths of Datadog's API.
const ENDPOINTS: [&[u8]; 6] = [b"/series", b"/validate", b"/check_run", b"/events", b"/input", b"/intake"];

/// Where the paths of Datadog's API, and of some others, begin.
const API: [&[u8]; 3] = [b"/api/v1/", b"/api/v2/", b"/api/beta/"];

/// What parts the scheme of an address from its host; percent-encoded where the address is a part of another.
const SCHEMES: [&[u8]; 5] = [b"://", b"%3A%2F%2F", b"%3a%2f%2f", b"%253A%252F%252F", b"%253a%252f%252f"];

/// The host of the address that `span` is a part of, or to which the line sends it: `https://HOST/…?api_key=KEY`.
pub(super) fn host<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    let line = line_around(text, span);
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b')' | b'|')
    };
    let before = &text[line.start..span.start];
    let within = before.iter().rposition(ends).map_or(before, |at| &before[at + 1..]);
    let host = SCHEMES
        .iter()
        .filter_map(|sign| Some(memchr::memmem::rfind(within, sign)? + sign.len()))
        .max()
        .and_then(|start| within[start..].split(|byte| matches!(byte, b'/' | b'?' | b'#' | b'%')).next())?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'@');
    // One that is filled in later may be anybody's.
    (host.contains(&b'.') && host.iter().all(plain)).then_some(host)
}

/// Returns whether the value is in the query of an address whose host is filled in later, and nothing in it is Datadog's:
/// `https://<YOUR_RELAY>/hooks?api_key=KEY`.
pub(super) fn is_unknown_host(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let before = &text[line_around(text, span).start..span.start];
    let Some(scheme) = memchr::memmem::rfind(before, b"://") else { return false };
    let address = &before[scheme + 3..];
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let is_filled_in = [&b"<"[..], b"${", b"{{"].iter().any(|open| address.starts_with(open));
    let host = address.split(|byte| *byte == b'/').next().unwrap_or_default();
    is_filled_in
        && address.contains(&b'?')
        && !address.iter().any(is_quote)
        && !lexicon.words_of(host).iter().any(|word| lexicon.is_owner(word) || word == "site")
        && !ENDPOINTS.iter().any(|path| memchr::memmem::find(address, path).is_some())
}

/// Returns whether the value is in the query of a path without a host that is none of Datadog's API: `src="/j.js?key=KEY"`.
pub(super) fn is_in_other_path(text: &[u8], span: &Range<usize>) -> bool {
    let before = &text[line_around(text, span).start..span.start];
    let ends =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'(' | b'<' | b'>');
    let word = before.iter().rposition(ends).map_or(before, |at| &before[at + 1..]);
    let path = word.split(|byte| *byte == b'?').next().unwrap_or_default();
    word.len() > path.len()
        && path.starts_with(b"/")
        && path.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_'))
        && !is_datadog_host(word)
        && !API.iter().any(|start| path.starts_with(start))
        && !ENDPOINTS.iter().any(|endpoint| memchr::memmem::find(path, endpoint).is_some())
}

/// The host to which the line of a request goes that holds the value: `curl -H "X-Api-Key: KEY" https://HOST/`.
pub(super) fn host_of_request<'t>(text: &'t [u8], line: &Range<usize>) -> Option<&'t [u8]> {
    let line = &text[line.clone()];
    if !List::Requests.stands_in(line) {
        return None;
    }
    hosts(line).last()
}

/// The host of the last request in a text.
pub(super) fn host_of_last_request(text: &[u8]) -> Option<&[u8]> {
    text.rsplit(|byte| *byte == b'\n')
        .find(|line| List::Requests.stands_in(line) && hosts(line).next().is_some())
        .and_then(|line| hosts(line).last())
}

/// Where the first address of another host than Datadog's API stands near a value, of which it may be the key: `https://api.…`.
pub(super) fn host_of_others(text: &[u8], span: &Range<usize>) -> Option<usize> {
    const NEAR: usize = 300;
    let first = span.start.saturating_sub(NEAR);
    let near = &text[first..text.len().min(span.end + NEAR)];
    let at = memchr::memmem::find_iter(near, b"://api").next()?;
    hosts(near).all(|host| !is_datadog_host(host)).then_some(first + at)
}

/// The host in an address that is an argument without a name of a call around a value: `post("https://HOST/", headers={"key": KEY})`.
pub(super) fn host_of_call<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    const NEAR: usize = 300;
    const DEEP: usize = 3;
    let first = span.start.saturating_sub(NEAR);
    let mut inner = span.start;
    for head in by_brackets(text, first, span.start).iter().take(DEEP) {
        let arguments = &text[head.end..inner];
        inner = head.end;
        if arguments.first() != Some(&b'(') {
            continue;
        }
        let at = memchr::memmem::find(arguments, b"://");
        let address = at.filter(|at| {
            let scheme = arguments[..*at].iter().rev().take_while(|byte| byte.is_ascii_lowercase()).count();
            let before = arguments[..at - scheme].trim_ascii_end();
            let quoted = before
                .strip_suffix(b"\"")
                .or_else(|| before.strip_suffix(b"'"))
                .or_else(|| before.strip_suffix(b"`"));
            quoted.is_some_and(|before| matches!(before.trim_ascii_end().last(), Some(b'(' | b',')))
        });
        if address.is_some() {
            return hosts(arguments).next();
        }
    }
    None
}

/// Returns whether the value is an argument without a name behind the address of Datadog's: `Client::new("https://api.datadoghq.com", "KEY"`.
pub(super) fn follows_host_of_datadog(text: &[u8], span: &Range<usize>) -> bool {
    let Some(before) =
        text[..span.start].strip_suffix(b"\"").or_else(|| text[..span.start].strip_suffix(b"'"))
    else {
        return false;
    };
    before.trim_ascii_end().ends_with(b",") && host_of_call(text, span).is_some_and(is_datadog_host)
}

/// The host to which the variable goes that the value is assigned to: `api_key = "KEY"`, then `get(f"https://HOST/?q={api_key}")`.
pub(super) fn host_of_use<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    let own = variable(&text[..span.start]);
    own.and_then(|name| host_for(text, span, name))
        .or_else(|| host_for(text, span, variable(&text[..object(text, span)?])?))
}

/// Where the object begins that a value is in: `const headers = { "X-Api-Key": KEY }`.
fn object(text: &[u8], span: &Range<usize>) -> Option<usize> {
    const NEAR: usize = 400;
    let heads = by_brackets(text, span.start.saturating_sub(NEAR), span.start);
    let object = heads.last()?.end;
    // `new URLSearchParams({`
    let before = &text[..object];
    let is_call = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'(' | b' ');
    let call = before.iter().rev().take(60).take_while(|byte| is_call(byte)).count();
    Some(object - call)
}

/// The host of the addresses on the lines below a value that hold a name: one of Datadog's, or else the first.
fn host_for<'t>(text: &'t [u8], span: &Range<usize>, name: &[u8]) -> Option<&'t [u8]> {
    let after = &text[span.end..text.len().min(span.end + USED)];
    let mut uses = after.split(|byte| *byte == b'\n').filter(|line| names(line, name)).flat_map(hosts);
    let first = uses.next()?;
    let datadog = std::iter::once(first).chain(uses).find(|host| is_datadog_host(host));
    Some(datadog.unwrap_or(first))
}

/// The hosts of the addresses in a line.
pub(super) fn hosts(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memmem::find_iter(line, b"://").filter_map(|at| {
        let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        let host = &line[at + 3..];
        let host = &host[..host.iter().take_while(plain).count()];
        (host.contains(&b'.') || host.contains(&b':')).then_some(host)
    })
}

/// How far after a value its use is looked for, in bytes.
pub(super) const USED: usize = super::blocks::BEFORE;

/// Returns whether a name stands in a line as a word.
pub(super) fn names(line: &[u8], name: &[u8]) -> bool {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(line, name).any(|at| {
        !is_name(at.checked_sub(1).and_then(|at| line.get(at))) && !is_name(line.get(at + name.len()))
    })
}

/// The name of the variable that is assigned to at the end of a text.
pub(super) fn variable(before: &[u8]) -> Option<&[u8]> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let rest =
        before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before).trim_ascii_end();
    let rest = rest.strip_suffix(b"=").or_else(|| rest.strip_suffix(b":"))?.trim_ascii_end();
    let length = rest.iter().rev().take_while(|byte| is_name(byte)).count();
    (length > 2).then(|| &rest[rest.len() - length..])
}

/// Returns whether a host, or an address, is one of Datadog's.
pub(super) fn is_datadog_host(address: &[u8]) -> bool {
    List::Hosts.stands_in(&address.to_ascii_lowercase())
}
