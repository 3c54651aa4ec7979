//! Keys in the answers of Datadog's API: what it says beside them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::address::{host_of_last_request, is_datadog_host};
use super::blocks::by_brackets;
use super::record::Record;

/// How far from a key what the API says of it may stand, in bytes.
const REACH: usize = 512;

/// What Datadog's API says of a key beside it: its last four digits or its type in version 2, who made it in version 1.
static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    let text = concat!(
        r#"(?-u)\\?"last4\\?":[ ]?\\?"([0-9a-f]{4})\\?""#,
        r#"|\\?"type\\?":[ ]?\\?"(api_keys|application_keys)\\?""#,
        r#"|\\?"(created_by|created|owner)\\?":[ ]?\\?""#,
    );
    Regex::new(text).expect("a pattern of this program")
});

/// Returns whether a value is the key in an answer of Datadog's API: `"key"`, or `"hash"` of an application key in version 1.
pub(super) fn is_in_answer(text: &[u8], place: &Range<usize>) -> bool {
    let before = &text[..place.start];
    let before = before.strip_suffix(b"\"").unwrap_or(before);
    let before = before.strip_suffix(b"\\").unwrap_or(before).trim_ascii_end();
    let Some(name) = before.strip_suffix(b":").map(|name| name.trim_ascii_end()) else { return false };
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let name = name.strip_suffix(b"\\").unwrap_or(name);
    let is_hash = name.ends_with(b"\"hash") && place.len() == 40;
    if !name.ends_with(b"\"key") && !is_hash {
        return false;
    }
    let first = place.start.saturating_sub(REACH);
    if host_of_last_request(&text[first..place.start]).is_some_and(|host| !is_datadog_host(host)) {
        return false;
    }
    let outer = by_brackets(text, first, place.start).into_iter().next();
    let kind = outer.and_then(|head| Record::around(text, &head)).and_then(|record| record.kind());
    if kind.is_some_and(|kind| !matches!(kind.as_slice(), b"api_keys" | b"application_keys")) {
        return false;
    }
    let near = &text[first..text.len().min(place.end + REACH)];
    let answers: Vec<_> = ANSWER.captures_iter(near).collect();
    let has = |name: &[u8]| answers.iter().any(|found| found.get(3).is_some_and(|it| it.as_bytes() == name));
    let last4 = &text[place.end - 4..place.end];
    let has_last4 = answers.iter().any(|found| found.get(1).is_some_and(|it| it.as_bytes() == last4));
    let kind: &[u8] = if place.len() == 32 { b"api_keys" } else { b"application_keys" };
    let has_kind = answers.iter().any(|found| found.get(2).is_some_and(|it| it.as_bytes() == kind));
    has_last4 || has_kind && !is_hash || has(b"created_by") && has(b"created") || is_hash && has(b"owner")
}
