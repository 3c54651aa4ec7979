//! Places that name no key and take nothing else: the head of a syslog line, the path of an address, a file of its own.

use std::ops::Range;

use super::address::is_datadog_host;
use super::command;
use crate::lexicon::{Lexicon, List, Sense};

/// How far from a key the address that it is sent to may stand, in bytes.
const REACH: usize = 400;

/// Returns whether a text sends lines to Datadog's intake of logs, within reach of a place.
pub(super) fn is_near_intake(text: &[u8], span: &Range<usize>) -> bool {
    let near = &text[span.start.saturating_sub(2 * REACH)..text.len().min(span.end + REACH)];
    List::Intakes.stands_in(near)
}

/// Returns whether the value is the first word of a line that is sent to Datadog's intake: `template("KEY <%pri%>…`.
pub(super) fn is_syslog_head(text: &[u8], span: &Range<usize>) -> bool {
    let before = text[..span.start].last().copied();
    let opens = matches!(before, Some(b'"' | b'\'' | b'`' | b'\n' | b'>') | None);
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
    // Short ones begin words of English, too.
    let is_key = |word: &str| {
        List::ForeignKeys.words().any(|key| if key.len() < 5 { word == key } else { word.starts_with(key) })
    };
    let words = lexicon.words_of(line);
    let has = |is: &dyn Fn(&str) -> bool| words.iter().any(|word| is(word));
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let is_foreign = text.chars().any(|letter| !letter.is_ascii() && letter.is_alphabetic());
    line.len() <= LONGEST
        && (is_foreign || has(&is_key))
        && has(&|word| lexicon.is_owner(word))
        && (has(&|word| matches!(word, "api" | "application"))
            || words.windows(2).any(|pair| pair[0] == "app" && lexicon.has(List::TargetKeys, &pair[1]))
            || List::ForeignApplications.words().any(|name| text.to_lowercase().contains(name)))
        && !lexicon.names_hash(line)
}

/// Returns whether the words before a value on its line are such a sentence, and nothing but signs stands between.
pub(super) fn follows_foreign_sentence(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
    let is_sign = |byte: &u8| {
        matches!(
            byte,
            b' ' | b'`'
                | b'"'
                | b'\''
                | b'{'
                | b'('
                | b'*'
                | b';'
                | b','
                | b'|'
                | b'\t'
                | b':'
                | b'='
                | 0x80..
        )
    };
    let sign = line.last().is_some_and(is_sign);
    sign && (is_foreign_sentence(lexicon, line) || announces_value(lexicon, line))
}

/// Returns whether a line ends with a sentence that hands a key over: `the Datadog API key you asked for: `.
fn announces_value(lexicon: &Lexicon, line: &[u8]) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'`' | b'"' | b'\'' | b'*');
    let marks = line.iter().rev().take_while(|byte| is_mark(byte)).count();
    let Some(sentence) = line[..line.len() - marks].strip_suffix(b":") else { return false };
    let sentence =
        sentence.rsplit(|byte| matches!(byte, b'.' | b';' | b'!' | b'?')).next().unwrap_or_default();
    let words = lexicon.words_of(sentence);
    let key = words.iter().rposition(|word| lexicon.has(List::TargetKeys, word)).map_or(0, |key| key + 1);
    let joins = |word: &String| {
        lexicon.is_plain(word) || lexicon.has(List::Connectors, word) || REQUESTS.contains(&word.as_str())
    };
    // Of nothing but words, as people write.
    let is_prose =
        sentence.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b',' | b'\''))
            && sentence.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count() >= 4;
    is_prose && announces_key(lexicon, sentence) && words[key..].iter().all(joins)
}

/// Words of a request that is answered with a key.
const REQUESTS: [&str; 9] =
    ["you", "asked", "requested", "wanted", "needed", "we", "use", "below", "follows"];

/// Returns whether the value is all that a message in a chat says, and the message before asks for a Datadog key, or names one.
pub(super) fn is_reply(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    /// The longest question, in bytes.
    const LONGEST: usize = 200;
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'`' | b'"' | b'*' | b'>');
    let rest = &text[span.end..text.len().min(span.end + LONGEST)];
    if !rest.iter().take_while(|byte| **byte != b'\n').all(is_blank) {
        return false;
    }
    let mut lines = before.rsplit(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let own = lines.next().unwrap_or_default();
    let mut above = lines.filter(|line| !line.is_empty());
    let is_said = match own.iter().all(is_blank) {
        true => above.next().is_some_and(|line| line.len() <= LONGEST_HEAD && has_time(line)),
        false => is_speaker(own),
    };
    is_said
        && above.next().is_some_and(|question| {
            question.len() <= LONGEST && asks_for_key(lexicon, question) && !lexicon.names_hash(question)
        })
}

/// Returns whether a line ends with who speaks: `[14:03] ann:`, `<ann>`.
fn is_speaker(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let words = line.split(u8::is_ascii_whitespace).count();
    let timed =
        line.rsplit(u8::is_ascii_whitespace).next().is_some_and(|last| last.len() <= 5 && has_time(last));
    let named = line.ends_with(b":") && has_time(line)
        || line.ends_with(b">") && line.contains(&b'<')
        || timed && words <= 3;
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b':' | b'[' | b']' | b'<' | b'>' | b'-' | b'/' | b',' | b'.' | b'@' | b'_' | b'|'
            )
    };
    named && words <= 6 && line.iter().all(plain)
}

/// The longest head of a message, in bytes.
const LONGEST_HEAD: usize = 60;

/// Returns whether a line tells a time: `10:31`.
fn has_time(line: &[u8]) -> bool {
    let is_time =
        |part: &[u8]| matches!(part, [h, b':', m, n] if [h, m, n].iter().all(|digit| digit.is_ascii_digit()));
    line.windows(4).any(is_time)
}

/// Returns whether a question holds the name of a Datadog key.
fn asks_for_key(lexicon: &Lexicon, question: &[u8]) -> bool {
    let words = lexicon.words_of(question);
    let of_key = |words: &[String]| {
        lexicon.is_owner(&words[0]) && lexicon.sense(words) == Sense::OwnedKey && lexicon.ends_plainly(words)
    };
    [2, 3].iter().any(|count| words.windows(*count).any(of_key))
}

/// Returns whether a sentence announces a key of Datadog's: `The API key of the Datadog organisation is:`.
fn announces_key(lexicon: &Lexicon, sentence: &[u8]) -> bool {
    let words = lexicon.words_of(sentence);
    let is_key =
        |pair: &[String]| lexicon.has(List::Targets, &pair[0]) && lexicon.has(List::TargetKeys, &pair[1]);
    words.len() <= 14
        && words.windows(2).any(is_key)
        && words.iter().any(|word| lexicon.is_owner(word))
        && !words.iter().any(|word| {
            lexicon.is_vendor(word)
                || [List::Hashes, List::Identifiers, List::Encrypted]
                    .iter()
                    .any(|list| lexicon.has(*list, word))
        })
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
    const FENCES: [&[u8]; 11] = [
        b"```",
        b"~~~",
        b"{code",
        b"{noformat",
        b"{quote",
        b"{panel",
        b"<pre",
        b"<code",
        b"[source",
        b"----",
        b"....",
    ];
    let fence = |line: &[u8]| FENCES.iter().any(|fence| line.starts_with(fence));
    let mut lines = before[..line].rsplit(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut blank = 0;
    let heading = lines.find(|line| {
        blank += usize::from(line.is_empty());
        !line.is_empty() && !fence(line)
    })?;
    if heading.len() > LONGEST || blank > 2 {
        return None;
    }
    if heading.ends_with(b":") && (is_foreign_sentence(lexicon, heading) || announces_key(lexicon, heading)) {
        return Some(Sense::OwnedKey);
    }
    // `cat > /etc/dd/api_key <<EOF`
    if let Some(at) = memchr::memmem::find(heading, b"<<") {
        return command::names_datadog_key(lexicon, &heading[..at]).then_some(Sense::OwnedKey);
    }
    let heading = heading.strip_suffix(b":").unwrap_or(heading);
    // A remark: `Application key (terraform)`.
    let heading = match heading.ends_with(b")") {
        true => heading.rsplitn(2, |byte| *byte == b'(').last().unwrap_or_default(),
        false => heading,
    };
    let mut words = lexicon.words_of(heading);
    words.retain(|word| !lexicon.has(List::Connectors, word) && !matches!(word.as_str(), "here" | "s"));
    let ends_with_key = matches!(words.last()?.as_str(), "key" | "keys" | "token");
    (ends_with_key && words.len() <= 6).then(|| lexicon.sense(&words))
}
