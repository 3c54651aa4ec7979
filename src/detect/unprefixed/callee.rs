//! Heads of blocks and calls that tell by their form what they are about: headers, closures, clients of other products.

use std::ops::Range;

use super::blocks::by_brackets;
use crate::lexicon::{Lexicon, List};

/// Returns whether the head of a block is that of the headers of a request.
pub(super) fn is_headers(lexicon: &Lexicon, head: &[u8]) -> bool {
    lexicon.words_of(head).last().is_some_and(|word| word == "headers")
}

/// Returns whether the head of a block is that of a function without a name, whose body is about anything: `run(config, () async`.
pub(super) fn is_closure(head: &[u8]) -> bool {
    let head = head.trim_ascii_end();
    let head =
        head.strip_suffix(b"=>").or_else(|| head.strip_suffix(b"async")).unwrap_or(head).trim_ascii_end();
    head.ends_with(b"()")
        && matches!(head[..head.len() - 2].trim_ascii_end().last(), None | Some(b',' | b'(' | b'='))
        || head.ends_with(b"function()")
        || head.ends_with(b"function ()")
}

/// Returns whether a head is the name of a function of another product that is called: `slack.Client(`, `SegmentConfig.builder().apiKey(`.
pub(super) fn is_call_of_others(lexicon: &Lexicon, text: &[u8], head: &Range<usize>) -> bool {
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'(' | b')');
    let name = &text[head.clone()];
    let length = name.iter().rev().take_while(|byte| is_name(byte)).count();
    let name = &name[name.len() - length..];
    let last = name.rsplit(|byte| matches!(byte, b'.' | b':')).next().unwrap_or_default();
    // `Configure<SearchOptions>(`
    let of_type =
        text[head.clone()].strip_suffix(b">").and_then(|head| head.rsplit(|byte| *byte == b'<').next());
    if of_type.is_some_and(|name| {
        lexicon.words_of(name).last().is_some_and(|word| word == "options") && !is_known_name(lexicon, name)
    }) {
        return true;
    }
    text.get(head.end) == Some(&b'(')
        && (lexicon.words_of(name).iter().any(|word| lexicon.is_vendor(word))
            || is_client_of_something(lexicon, last))
}

/// The name of the function that a value is an argument of, which may be quoted.
pub(super) fn name<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    const NEAR: usize = 300;
    let before = text[..span.start].trim_ascii_end();
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    if !matches!(before.trim_ascii_end().last(), Some(b',' | b'(')) {
        return None;
    }
    let head = by_brackets(text, span.start.saturating_sub(NEAR), span.start).into_iter().next()?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':');
    let length = text[..head.end].iter().rev().take_while(|byte| is_name(byte)).count();
    (text[head.end] == b'(').then(|| &text[head.end - length..head.end])
}

/// Returns whether a function makes the client of something that is nobody's known: `RecurlyClient(`, `eppoInit(`.
fn is_client_of_something(lexicon: &Lexicon, function: &[u8]) -> bool {
    let words = lexicon.words_of(function);
    let Some(last) = words.last() else { return false };
    matches!(last.as_str(), "client" | "sdk" | "api" | "init" | "initialize")
        && !is_known_name(lexicon, function)
}

/// Returns whether a value is the first argument of a class of something of its own, which the text does not define:
/// `Lastfm.new(KEY)`, `new Pexels(KEY)`.
pub(super) fn is_of_something_else(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let Some(called) = text[..span.start].strip_suffix(b"(").and_then(|_| name(text, span)) else {
        return false;
    };
    let class = called.strip_suffix(b".new").or_else(|| called.strip_suffix(b"::new")).unwrap_or(called);
    let class = class.rsplit(|byte| matches!(byte, b'.' | b':')).next().unwrap_or_default();
    let is_class =
        class.first().is_some_and(u8::is_ascii_uppercase) && class.iter().any(u8::is_ascii_lowercase);
    let is_defined = || {
        [&b"class "[..], b"struct ", b"record ", b"object "]
            .iter()
            .any(|word| memchr::memmem::find(text, &[*word, class].concat()).is_some())
    };
    is_class && !is_known_name(lexicon, class) && !is_defined()
}

/// Returns whether the words of a name are all known, and none says whose it is but Datadog's.
fn is_known_name(lexicon: &Lexicon, name: &[u8]) -> bool {
    let is_known = |word: &String| {
        lexicon.is_plain(word)
            || [List::Connectors, List::Transparent, List::Makers, List::Generic]
                .iter()
                .any(|list| lexicon.has(*list, word))
    };
    lexicon.words_of(name).iter().all(is_known)
}

/// Returns whether the head of a block is a name alone that is neither Datadog's nor anybody's: `[weatherbit]`, `fanart:`.
pub(super) fn is_of_something(lexicon: &Lexicon, header: &[u8]) -> bool {
    // `\"fanart\":` in a string, and the last part of a path of the registry.
    let name: Vec<u8> = header
        .split(|byte| *byte == b'"')
        .map(|part| part.strip_suffix(b"\\").unwrap_or(part))
        .collect::<Vec<_>>()
        .concat();
    let name = name.rsplit(|byte| *byte == b'\\').next().unwrap_or_default().trim_ascii();
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'"' | b'\'' | b'[' | b']' | b':' | b'=' | b' ')
    };
    let words = lexicon.words_of(name);
    let code = words.first().is_some_and(|first| List::Code.has(first));
    name.iter().all(plain)
        && !code
        && matches!(name.last(), Some(b':' | b']' | b'='))
        && !name.contains(&b'(')
        && words.len() <= 3
        && words
            .iter()
            .any(|word| !lexicon.is_plain(word) && !lexicon.has(List::Generic, word) && word.len() > 2)
}

/// Returns whether the head of a block is Datadog's short name: `dd:`, `dd: &anchor`.
pub(super) fn is_dd(lexicon: &Lexicon, head: &[u8]) -> bool {
    let Some(end) = memchr::memchr2(b':', b'=', head) else { return false };
    let rest = head[end + 1..].trim_ascii();
    lexicon.words_of(&head[..end]) == ["dd"] && (rest.is_empty() || rest.starts_with(b"&"))
}
