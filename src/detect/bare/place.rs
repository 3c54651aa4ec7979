//! Places that name no key and take nothing else: the head of a syslog line, the path of an address, a file of its own.

use std::ops::Range;

use super::record::is_datadog_host;
use crate::lexicon::{Lexicon, List, Sense};

/// How far from a key the address that it is sent to may stand, in bytes.
const REACH: usize = 400;

/// Returns whether a text sends lines to Datadog's intake of logs, within reach of a place.
pub(super) fn is_near_intake(text: &[u8], span: &Range<usize>) -> bool {
    let near = &text[span.start.saturating_sub(REACH)..text.len().min(span.end + REACH)];
    List::Intakes.stands_in(near)
}

/// Returns whether the value is the first word of a line that is sent to Datadog's intake: `template("KEY <%pri%>…`.
pub(super) fn is_syslog_head(text: &[u8], span: &Range<usize>) -> bool {
    let before = text[..span.start].last().copied();
    let opens = matches!(before, Some(b'"' | b'\'' | b'`' | b'\n') | None);
    let after = &text[span.end..text.len().min(span.end + 16)];
    let goes_on =
        after.first() == Some(&b' ') && after.get(1).is_some_and(|byte| !byte.is_ascii_whitespace());
    let plain = before == Some(b'\n') && after.get(1).is_some_and(u8::is_ascii_alphabetic);
    let template = matches!(after.get(1), Some(b'<' | b'%' | b'$' | b'{')) || after.starts_with(b" \"");
    opens && (goes_on || after.starts_with(b" \"")) && (plain || template) && is_near_intake(text, span)
}

/// Returns whether the value is a part of the path of an address of Datadog's: `/v1/input/KEY`, `/api/v1/api_key/KEY`.
pub(super) fn is_in_datadog_path(text: &[u8], span: &Range<usize>) -> bool {
    let before = &text[span.start.saturating_sub(120)..span.start];
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'(' | b'<');
    let address = before.iter().rposition(ends).map_or(before, |at| &before[at + 1..]);
    List::Paths.ends(address) && is_datadog_host(address)
}

/// Returns whether the value is the last part of the path of an intake: `/v1/input/KEY`, whatever the host.
pub(super) fn is_intake(text: &[u8], span: &Range<usize>) -> bool {
    text[..span.start].ends_with(b"/v1/input/")
}

/// Returns whether a name is that of a key's own file: `datadog_api_key.txt`, `DD_API_KEY`.
pub(crate) fn is_file_of_key(lexicon: &Lexicon, name: &[u8]) -> bool {
    let stem = name
        .strip_suffix(b".txt")
        .or_else(|| name.strip_suffix(b".key"))
        .or_else(|| name.strip_suffix(b".secret"));
    lexicon.sense_of(stem.unwrap_or(name)) == Sense::OwnedKey
}

/// Returns whether a text is nothing but the value.
pub(super) fn is_alone(text: &[u8], span: &Range<usize>) -> bool {
    let blank =
        |part: &[u8]| part.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\''));
    blank(&text[..span.start]) && blank(&text[span.end..])
}

/// Returns whether a sentence in another language than English names a Datadog key, with the loan words that all of them use:
/// `API-ключ Datadog`, `Der API-Schlüssel von Datadog`.
fn is_foreign_sentence(lexicon: &Lexicon, line: &[u8]) -> bool {
    const LONGEST: usize = 120;
    let words = lexicon.words_of(line);
    let has = |is: &dyn Fn(&str) -> bool| words.iter().any(|word| is(word));
    line.len() <= LONGEST
        && line.iter().filter(|byte| !byte.is_ascii()).count() >= 2
        && std::str::from_utf8(line)
            .is_ok_and(|line| line.chars().any(|letter| !letter.is_ascii() && letter.is_alphabetic()))
        && has(&|word| lexicon.is_owner(word))
        && has(&|word| matches!(word, "api" | "application"))
        && !lexicon.names_hash(line)
}

/// Returns whether the words before a value on its line are such a sentence, and nothing but signs stands between.
pub(super) fn follows_foreign_sentence(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
    let sign = matches!(line.last(), Some(b' ' | b'`' | b'"' | b'\'' | 0x80..));
    sign && is_foreign_sentence(lexicon, line)
}

/// The name of a Datadog key that a line before ends with, where the value stands on a line of its own: a heading, or
/// the sentence before a block of code.
pub(super) fn heading_sense(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    /// A sentence may be longer than a name.
    const LONGEST: usize = 80;
    let own = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'-' | b'*' | b'>' | b':')
    };
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let line = memchr::memrchr(b'\n', before)?;
    let after = &text[span.end..text.len().min(span.end + LONGEST)];
    if !before[line..].iter().all(own) || !after.iter().take_while(|byte| **byte != b'\n').all(own) {
        return None;
    }
    let fence =
        |line: &[u8]| line.starts_with(b"```") || line.starts_with(b"~~~") || line.starts_with(b"{code");
    let mut lines = before[..line].rsplit(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut blank = 0;
    let heading = lines.find(|line| {
        blank += usize::from(line.is_empty());
        !line.is_empty() && !fence(line)
    })?;
    if heading.len() > LONGEST || blank > 2 {
        return None;
    }
    if heading.ends_with(b":") && is_foreign_sentence(lexicon, heading) {
        return Some(Sense::OwnedKey);
    }
    let mut words = lexicon.words_of(heading);
    words.retain(|word| !matches!(word.as_str(), "the" | "is" | "here" | "s" | "your" | "our" | "my"));
    let ends_with_key = matches!(words.last()?.as_str(), "key" | "keys" | "token");
    (ends_with_key && words.len() <= 6).then(|| lexicon.sense(&words))
}
