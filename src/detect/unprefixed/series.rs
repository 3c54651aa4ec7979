//! Names that begin alike: `target.apiKey`, of which `target.host` says where it goes.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::address::is_datadog_host;
use super::record::Belongs;

/// How far from a value the others of its series stand, in bytes.
const REACH: usize = 1024;

/// Ends of names that say where a series goes.
const HOSTS: [&str; 10] =
    ["host", "hostname", "url", "uri", "site", "endpoint", "server", "address", "baseurl", "apiurl"];

/// Ends of names that say what a series is for.
const KINDS: [&str; 7] = ["class", "type", "plugin", "driver", "factory", "classname", "provider"];

/// Returns whose a value is by the host or the kind in its series, where a name of one begins as its own does.
pub(super) fn belongs(text: &[u8], span: &Range<usize>) -> Option<Belongs> {
    let start = line_start(text, span.start);
    let prefix = prefix(name(&text[start..span.start])?)?;
    let first = start.saturating_sub(REACH);
    let near = &text[first..text.len().min(span.end + REACH)];
    let mut other = false;
    for at in memmem::find_iter(near, prefix) {
        let line = &near[line_start(near, at)..memchr(b'\n', &near[at..]).map_or(near.len(), |end| at + end)];
        match field(line, prefix) {
            Some((name, value)) if is_end(&KINDS, &name) && is_of_datadog(value) => {
                return Some(Belongs::Datadog);
            }
            Some((name, host)) if HOSTS.contains(&name.as_str()) => match is_datadog_host(host) {
                true => return Some(Belongs::Datadog),
                false => other |= is_host(host),
            },
            Some(_) | None => {}
        }
    }
    other.then_some(Belongs::Other)
}

fn line_start(text: &[u8], at: usize) -> usize {
    let first = at.saturating_sub(REACH);
    memrchr(b'\n', &text[first..at]).map_or(first, |end| first + end + 1)
}

/// The name at the start of a line, which a sign of assignment follows.
fn name(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    let line = line.strip_prefix(b"export ").unwrap_or(line);
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let length = line.iter().take_while(is_name).count();
    let sign = line[length..].trim_ascii_start().first();
    (length > 0 && matches!(sign, Some(b'=' | b':'))).then(|| &line[..length])
}

/// The part of the name of a key before the words for it, with the sign behind: `target.` of `target.apiKey`.
fn prefix(name: &[u8]) -> Option<&[u8]> {
    const KEYS: [&[u8]; 8] =
        [b"api_key", b"apikey", b"api-key", b"api.key", b"app_key", b"appkey", b"application_key", b"key"];
    let lower = name.to_ascii_lowercase();
    let key = KEYS.iter().find(|key| lower.ends_with(key))?;
    let prefix = &name[..name.len() - key.len()];
    (prefix.len() > 2 && matches!(prefix.last(), Some(b'.' | b'_' | b'-'))).then_some(prefix)
}

/// The last part of the name in a line of the series, in lower case without signs, and the value.
fn field<'t>(line: &'t [u8], prefix: &[u8]) -> Option<(String, &'t [u8])> {
    let name = name(line)?;
    let last: String = name
        .strip_prefix(prefix)?
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let value = &line[memchr::memchr2(b'=', b':', line)? + 1..];
    Some((last, value.trim_ascii()))
}

/// Returns whether a name ends with one of some words.
fn is_end(ends: &[&str], name: &str) -> bool {
    ends.iter().any(|end| name.ends_with(end))
}

/// Returns whether a class, or the name of a kind, is Datadog's.
fn is_of_datadog(value: &[u8]) -> bool {
    memmem::find(&value.to_ascii_lowercase(), b"datadog").is_some()
}

/// Returns whether a value is a host or an address.
fn is_host(value: &[u8]) -> bool {
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'/' | b'"' | b'\'' | b'_')
    };
    value.contains(&b'.') && value.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_with_the_same_prefix_decides() {
        for (text, expected) in [
            ("target.host=shop.example.com\ntarget.apiKey=@", Some(Belongs::Other)),
            ("METRICS_URL=https://api.datadoghq.eu\nexport METRICS_API_KEY=@", Some(Belongs::Datadog)),
            ("SHOP_API_KEY: @\nSHOP_API_URL: https://shop.example.com/v1", Some(Belongs::Other)),
            ("target.host=shop.example.com\nother.apiKey=@", None),
            ("API_KEY=@\nAPI_URL=https://shop.example.com", None),
        ] {
            let at = text.find('@').expect("a mark");
            assert_eq!(belongs(text.as_bytes(), &(at..at + 1)), expected, "{text}");
        }
    }
}
