//! Mentions some lines from a value: which of them count, and where the value is used.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::address::{USED, names, variable};
use super::blocks::by_brackets;
use crate::lexicon::{Lexicon, List, Sense, Whose};

/// How far after a value the part of the text that it is in is looked at, in bytes.
const PART: usize = 1024;

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
        || is_setting_without_key(&lower)
        || List::Settings.ends(&assigned)
        || List::Keyless.stands_in(name)
        || only
        || at < span.start && is_in_sibling(&text[range.end.min(span.start)..span.start])
        || at < span.start && is_in_closed_call(&text[range.end.min(span.start)..span.start])
        || at < span.start && (is_closed_head(text, at, span) || is_in_closed_block(text, at, span))
}

/// Returns whether a mention stands on a line that says the same of Datadog as that of the value says of something else:
/// `kv put config/datadog/api_key …` beside `kv put config/search/api_key …`, `new Datadog(this)` beside `new Search(this)`.
pub(super) fn is_of_parallel_line(lexicon: &Lexicon, text: &[u8], at: usize, span: &Range<usize>) -> bool {
    const MOST: usize = 6;
    let is_sign = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-');
    let parts = |line| -> Vec<&[u8]> {
        <[u8]>::split(line, is_sign).filter(|part| !part.is_empty()).take(MOST).collect()
    };
    let (own, other) = (parts(line_of(text, span.start)), parts(line_of(text, at)));
    let Some(differs) = own.iter().zip(&other).position(|(own, other)| own != other) else { return false };
    let is_owner = |part: &[u8]| lexicon.words_of(part).iter().any(|word| lexicon.is_owner(word));
    let is_plain = |part: &[u8]| lexicon.words_of(part).iter().all(|word| lexicon.is_plain(word));
    differs > 0
        && !DECLARING.contains(&own[differs - 1])
        && matches!(lexicon.words_of(other[differs]).as_slice(), [only] if lexicon.is_owner(only))
        && !is_owner(own[differs])
        && !is_plain(own[differs])
}

/// Words that many lines begin with, whatever they are about.
const DECLARING: [&[u8]; 12] = [
    b"export", b"set", b"ENV", b"const", b"let", b"var", b"def", b"val", b"import", b"use", b"require",
    b"from",
];

/// Returns whether a mention is the heading of a part of the text, and another one of its kind heads the part that the value is in:
/// `## Datadog`, then `## Search`.
pub(super) fn is_under_other_heading(lexicon: &Lexicon, text: &[u8], at: usize, span: &Range<usize>) -> bool {
    if at > span.start {
        return false;
    }
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
    let mut lines = text[start..span.start].split(|byte| *byte == b'\n');
    let mark = |line: &[u8]| -> Vec<u8> {
        line.iter().take_while(|byte| matches!(byte, b'#' | b'*' | b'=')).copied().collect()
    };
    let own = lines.next().map(mark).filter(|mark| !mark.is_empty());
    let says_little = |word: &String| {
        lexicon.is_plain(word) || lexicon.has(List::Connectors, word) || lexicon.has(List::Keys, word)
    };
    let mut begun = false;
    own.is_some_and(|own| {
        lines.any(|line| {
            let is_heading = mark(line) == own && line.get(own.len()) == Some(&b' ') && line.len() < 60;
            begun |= !is_heading && !line.trim_ascii().is_empty();
            is_heading && begun && !lexicon.words_of(line).iter().all(says_little)
        })
    })
}

/// Returns whether a variable is one of those by which any traced program is set, and none that goes with a key: `DD_TRACE_SAMPLE_RATE`.
fn is_setting_without_key(name: &[u8]) -> bool {
    const WITH_KEY: [&[u8]; 12] = [
        b"key",
        b"site",
        b"url",
        b"api",
        b"app",
        b"token",
        b"intake",
        b"endpoint",
        b"org",
        b"host",
        b"secret",
        b"metric",
    ];
    let is_variable = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    name.strip_prefix(b"dd_")
        .is_some_and(|rest| is_variable && rest.len() > 2 && !WITH_KEY.iter().any(|word| holds(rest, word)))
}

/// Returns whether a mention is of a library or a setting that needs no key.
pub(super) fn is_keyless(text: &[u8], at: usize) -> bool {
    List::Keyless.stands_in(&text[name_around(text, at)])
}

/// Returns where what is said after a value begins to be about something else: at the end of its block, or at a heading.
pub(super) fn end_of_part(text: &[u8], span: &Range<usize>, from: usize) -> usize {
    let first = span.start.saturating_sub(PART);
    let start = memchr::memrchr(b'\n', &text[first..span.start]).map_or(first, |at| first + at + 1);
    let reach = text.len().min(from + PART);
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

/// Returns whether the name before a text stands in a call that is closed on the same line, where another one is open:
/// `a=DatadogConfig(…), b=SearchConfig(`.
fn is_in_closed_call(rest: &[u8]) -> bool {
    let (mut depth, mut closed) = (0, false);
    for byte in rest {
        match byte {
            b'\n' | b';' => return false,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                closed |= depth <= 0;
            }
            _ => {}
        }
    }
    closed && depth > 0
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

/// Returns whether a mention stands in a block by indentation that ends before the value, where another key of a map begins one:
/// `agent:`, then `api:` at its depth.
fn is_in_closed_block(text: &[u8], at: usize, span: &Range<usize>) -> bool {
    let depth = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
    let mut lines = text[start..span.start].split(|byte| *byte == b'\n');
    let own = lines.next().map_or(0, depth);
    let is_key = |line: &[u8]| {
        let line = line.trim_ascii();
        let plain =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'"' | b'/');
        line.strip_suffix(b":").is_some_and(|name| !name.is_empty() && name.iter().all(plain))
    };
    own > 0 && lines.any(|line| depth(line) < own && is_key(line))
}

/// Returns whether another product's mention has a key of its own: in a call, `new TmdbApi("KEY")`, or as a name further down than
/// the value, `"newRelicKey": "KEY"`.
pub(super) fn is_spent(lexicon: &Lexicon, text: &[u8], at: usize, span: &Range<usize>) -> bool {
    let name = name_around(text, at);
    let rest = &text[name.end..];
    let is_key = |name: &[u8]| lexicon.has_any(List::Keys, &lexicon.words_of(name));
    if at > span.end && is_key(&text[name]) {
        return true;
    }
    // `val tmdb = new TmdbApi("…")` is a whole statement.
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let call = memchr::memchr(b'(', &line[..line.len().min(80)]).filter(|_| at < span.start);
    let rest = call.map_or(rest, |open| &line[open..]);
    let digits = rest.strip_prefix(b"(\"").or_else(|| rest.strip_prefix(b"('")).unwrap_or_default();
    let length = digits.iter().take(41).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let end = digits.get(length..length + 2);
    matches!(length, 32 | 40) && matches!(end, Some(b"\")" | b"')"))
}

/// Returns whether what stands near is about another product that calls itself DD, too: DingTalk, DefectDojo.
pub(super) fn is_about_another_dd(text: &[u8], span: &Range<usize>) -> bool {
    let near = &text[span.start.saturating_sub(PART)..text.len().min(span.end + PART)];
    List::OtherDds.stands_in(&near.to_ascii_lowercase())
}

/// Returns whether what stands near says the whole name of Datadog.
pub(super) fn says_datadog(text: &[u8], span: &Range<usize>) -> bool {
    let near = &text[span.start.saturating_sub(PART)..text.len().min(span.end + PART)];
    holds(&near.to_ascii_lowercase(), b"datadog")
}

/// Returns whether the function that is called with a value is imported from a module of Datadog's: `from datadog import initialize`.
pub(super) fn is_imported(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const NEAR: usize = 160;
    let first = span.start.saturating_sub(NEAR);
    let Some(call) = by_brackets(text, first, span.start).into_iter().find(|head| text[head.end] == b'(')
    else {
        return false;
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let length = text[..call.end].iter().rev().take_while(|byte| is_name(byte)).count();
    let Some(function) = text[call.end - length..call.end].split(|byte| *byte == b'.').next() else {
        return false;
    };
    let above = &text[call.start.saturating_sub(USED)..call.start];
    let imports = |line: &&[u8]| [&b"import"[..], b"require", b"use "].iter().any(|word| holds(line, word));
    !function.is_empty()
        && above.split(|byte| *byte == b'\n').filter(imports).any(|line| {
            names(line, function) && lexicon.mentions(line).any(|(_, whose)| whose == Whose::Datadog)
        })
}

/// A program that reads a Datadog key from its environment.
static ENVIRONMENT: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"(?i-u)(?:environ|env|environmentvariable)\b(?:\.get|\.fetch)?[\[(.{"' ]{1,3}(?:dd|datadog)_(?:api|app|application)_?key"#;
    Regex::new(text).expect("a pattern of this program")
});

/// Returns whether the list of settings that a value stands in has a key of Datadog's of its own, for the same thing: `DD_API_KEY=…`
/// beside `API_KEY=…`. Then the value is none.
pub(super) fn has_own_key(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let first = span.start.saturating_sub(3 * PART);
    let near = &text[first..text.len().min(span.end + PART)];
    let start = memchr::memrchr(b'\n', &text[first..span.start]).map_or(0, |end| end + 1);
    let Some((own, depth)) = setting(&near[start..]) else { return false };
    let opens = |words: &[String]| words.iter().any(|word| word == "api");
    let is_api = opens(&lexicon.words_of(own));
    // A list of variables of the environment is consistent in its prefixes.
    let is_variable = own.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    is_variable && ENVIRONMENT.is_match(near)
        || near.split(|byte| *byte == b'\n').any(|line| {
            setting(line).is_some_and(|(name, at)| {
                // Words cost more than letters, and few names have these.
                let may_be_owned = name.len() < 80 && name.iter().any(|byte| matches!(byte, b'd' | b'D'));
                if at != depth || !may_be_owned {
                    return false;
                }
                let words = lexicon.words_of(name);
                // `DD_API_KEY_FILE` is where it is.
                let key =
                    words.iter().rposition(|word| lexicon.has(List::Keys, word)).map_or(0, |key| key + 1);
                lexicon.sense(&words[..key]) == Sense::OwnedKey
                    && (is_variable || opens(&words) == is_api)
                    && !names(line, own)
            })
        })
}

/// The name that a line of settings begins with, and how far that line is indented: `export NAME=…`, `- NAME=…`, `# NAME: …`.
fn setting(line: &[u8]) -> Option<(&[u8], usize)> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let depth = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut rest = &line[depth..];
    for word in [&b"#"[..], b" ", b"export ", b"- ", b"set ", b"ENV ", b"\"", b"'"] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let (name, rest) = rest.split_at(rest.iter().take_while(is_name).count());
    let sign = rest.iter().find(|byte| !matches!(byte, b'"' | b'\'' | b' '));
    (!name.is_empty() && matches!(sign, Some(b'=' | b':'))).then_some((name, depth))
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
