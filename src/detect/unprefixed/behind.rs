//! Names behind a value: `Replace KEY with your Datadog API key`, `KEY  # DD_API_KEY`, and in the comment behind an
//! assignment that a value was moved to: `DD_API_KEY=$(vault …)  # was KEY`.

use std::ops::Range;

use super::beside::line_before;
use crate::lexicon::{Lexicon, List, Sense};

/// How far behind a value its name may end, in bytes.
const REACH: usize = 200;

/// Signs that begin a comment.
const COMMENTS: [&[u8]; 8] = [b"#", b"//", b"<!--", b"/*", b" -- ", b"<-", b"\xe2\x86\x90", b" ; "];

/// Words that join a value and its name, but for where they come first.
const VERBS: [&str; 15] = [
    "configured",
    "exported",
    "exposed",
    "goes",
    "leaked",
    "made",
    "passed",
    "provided",
    "replaces",
    "revoked",
    "saved",
    "set",
    "shared",
    "stored",
    "used",
];

/// Returns what the rest of its line calls a value: a Datadog key, or any key.
pub(super) fn name_behind(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    let rest = &text[span.end..text.len().min(span.end + REACH)];
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    in_comment(lexicon, rest).or_else(|| in_sentence(lexicon, rest))
}

/// The name of a key that a comment behind a value consists of.
fn in_comment(lexicon: &Lexicon, rest: &[u8]) -> Option<Sense> {
    const MOST: usize = 8;
    let start = COMMENTS.iter().filter_map(|sign| {
        let at = memchr::memmem::find(rest, sign)?;
        (at == 0 || matches!(rest[at - 1], b' ' | b'\t' | b'"' | b'\'' | b',' | b';' | b')'))
            .then_some(at + sign.len())
    });
    let comment = &rest[start.min()?..];
    let words = lexicon.words_of(comment);
    let is_plain = |word: &String| lexicon.is_plain(word) || lexicon.has(List::Connectors, word);
    (words.len() <= MOST && words.iter().all(is_plain)).then(|| key(lexicon, &words)).flatten()
}

/// The name of a key that a sentence gives to the value before it, behind nothing but words that join the two.
fn in_sentence(lexicon: &Lexicon, rest: &[u8]) -> Option<Sense> {
    const MOST: usize = 16;
    let mut named: Vec<String> = Vec::new();
    let mut joined = false;
    for token in rest.split(u8::is_ascii_whitespace).filter(|token| !token.is_empty()).take(MOST) {
        let words = lexicon.words_of(token);
        let is_joint = |word: &String| lexicon.has(List::Connectors, word);
        if named.is_empty() && !joined && words.is_empty() {
            joined = matches!(
                token,
                b"->"
                    | b"=>"
                    | b"="
                    | b"\xe2\x86\x92"
                    | b"("
                    | b"-"
                    | b"--"
                    | b"\xe2\x80\x93"
                    | b"\xe2\x80\x94"
            );
            continue;
        }
        // What follows a commit begins with a verb.
        if !joined && words.iter().any(|word| VERBS.contains(&word.as_str())) {
            return None;
        }
        if named.is_empty() && (words.iter().all(is_joint) || super::label::is_key_like(trimmed_word(token)))
        {
            joined = true;
            // What follows is another sentence.
            if ends_sentence(token) {
                return None;
            }
            continue;
        }
        let opens = token.first() == Some(&b'(');
        if !joined && !opens {
            return None;
        }
        if opens && !named.is_empty() {
            break;
        }
        joined = true;
        let sense = key(lexicon, &named);
        let goes_on = words.iter().all(|word| lexicon.is_plain(word) || is_joint(word));
        if !goes_on || lexicon.is_file_name(trimmed_word(token)) {
            return None;
        }
        if sense.is_some() && words.iter().all(is_joint) {
            return sense;
        }
        named.extend(words);
        if ends_sentence(token) {
            break;
        }
    }
    key(lexicon, &named)
}

/// What words call a value, if that is a key.
fn key(lexicon: &Lexicon, words: &[String]) -> Option<Sense> {
    let sense = lexicon.sense(words);
    (matches!(sense, Sense::OwnedKey | Sense::Key) && lexicon.ends_plainly(words)).then_some(sense)
}

/// A word without the signs around it.
fn trimmed_word(token: &[u8]) -> &[u8] {
    let is_sign = |byte: &u8| !byte.is_ascii_alphanumeric();
    let start = token.iter().take_while(|byte| is_sign(byte)).count();
    let end = token.len() - token[start..].iter().rev().take_while(|byte| is_sign(byte)).count();
    &token[start..end]
}

/// Returns whether a sentence, or a part of one, ends with this word.
fn ends_sentence(token: &[u8]) -> bool {
    let closing = |byte: &&u8| matches!(byte, b'"' | b'\'' | b'`' | b'*');
    matches!(
        token.iter().rev().find(|byte| !closing(byte)),
        Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b')')
    )
}

/// Returns the sense of the name that is assigned to on a line in whose comment a value stands: `NAME=$(get)  # was KEY`.
pub(super) fn name_before_comment(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    let line = line_before(text, span);
    let at = [&b" #"[..], b" //", b" --", b" /*", b" ;", b"\t#"]
        .iter()
        .filter_map(|sign| Some(memchr::memmem::rfind(line, sign)? + sign.len()))
        .max()?;
    let says_little = |word: &String| lexicon.is_plain(word) || lexicon.has(List::Connectors, word);
    let remark = lexicon.words_of(&line[at..]);
    if remark.len() > 4 || !remark.iter().all(says_little) {
        return None;
    }
    let code = &line[..at];
    let sign = memchr::memchr2(b'=', b':', code)?;
    let name = code[..sign].trim_ascii_end().rsplit(u8::is_ascii_whitespace).next()?;
    key(lexicon, &lexicon.words_of(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a function says of the mark in a text.
    fn said(by: fn(&Lexicon, &[u8], &Range<usize>) -> Option<Sense>, text: &str) -> Option<Sense> {
        let at = text.find('@').expect("a mark");
        by(&Lexicon::default(), text.as_bytes(), &(at..at + 1))
    }

    #[test]
    fn names_follow_their_value() {
        let digits = "7c1f9e0a4b8d36e25f7a90c3d1b4e682";
        for (text, expected) in [
            ("Replace `@` with your Datadog API key.", Some(Sense::OwnedKey)),
            ("Replace `@` in the code with your API key value, or", Some(Sense::Key)),
            ("as long as the `@` is provided as DD_API_KEY.", Some(Sense::OwnedKey)),
            (
                &format!("`@` and `{digits}` with your [Datadog API and application keys][4]."),
                Some(Sense::OwnedKey),
            ),
            ("echo -n \"@\" | base64   # Datadog API key", Some(Sense::OwnedKey)),
            ("@ (Datadog API key, prod)", Some(Sense::OwnedKey)),
            ("@ -> DD_API_KEY", Some(Sense::OwnedKey)),
            ("x = \"@\"; // dd api key of staging", Some(Sense::OwnedKey)),
            ("@ is the id of the Datadog API key", None),
            ("@ with a fix of the Datadog API key rotation", None),
            ("@ rotate the Datadog API key", None),
            ("@ set the Datadog API key", None),
            ("@  dd-api-key.tgz", None),
            ("@ # bump the datadog api key", None),
            ("@ is used. The Datadog API key is elsewhere", None),
        ] {
            assert_eq!(said(name_behind, text), expected, "{text}");
        }
    }

    #[test]
    fn a_comment_keeps_what_was_assigned() {
        for (text, expected) in [
            ("export DD_APP_KEY=$(vault read x) # was @", Some(Sense::OwnedKey)),
            ("apiKey: process.env.KEY, // @", Some(Sense::Key)),
            ("DD_API_KEY=$X # commit @", None),
            ("GIT_SHA= # @", None),
        ] {
            assert_eq!(said(name_before_comment, text), expected, "{text}");
        }
    }
}
