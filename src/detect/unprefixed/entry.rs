//! Entries of password managers and the like: the title of one names what its field `password` holds.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::blocks::headers;
use super::record::Record;
use crate::lexicon::{Lexicon, List, Sense};

/// How far before a value its entry may begin, in bytes.
const REACH: usize = 800;

/// How many records further out than that of a value may be the entry.
const OUTER: usize = 3;

/// A field that is an element with a name and a value: `<Key>Title</Key><Value>…</Value>`.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i-u)<(?:key|name)>([^<\n]+)</\w+>\s*<value[^>\n]*>([^<\n]*)(?:</|$)";
    Regex::new(text).expect("a pattern of this program")
});

/// Returns what the entry is called that a value stands in, where its own name and that of its record say no more than that there
/// is a secret: `{"title": "Datadog API key", "fields": [{"label": "credential", "value": "…"}]}`.
pub(super) fn sense_by_entry(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    if let Some(sense) = by_pairs(lexicon, text, span) {
        return Some(sense);
    }
    let own = Record::around(text, span);
    if own.is_some_and(|own| own.names().any(|name| !is_secret(lexicon, name))) {
        return None;
    }
    let of_record = |head: &Range<usize>| {
        let record = Record::around(text, head)?;
        record.names().find(|name| is_title(lexicon, name)).map(|_| Sense::OwnedKey)
    };
    headers(text, span.start).iter().take(OUTER).find_map(of_record)
}

/// Returns what the resource is called that a value is a version of: `secret_id = aws_secretsmanager_secret.dd.id`.
pub(super) fn sense_by_reference(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    const REACH: usize = 4096;
    let record = Record::around(text, span)?;
    let near = &text[span.start.saturating_sub(REACH)..text.len().min(span.end + REACH)];
    let found = record.references().find_map(|reference| {
        let mut parts = reference.split(|byte| *byte == b'.');
        let head = [b"\"", parts.next()?, b"\" \"", parts.next()?, b"\" {"].concat();
        let start = memchr::memmem::find(near, &head)? + head.len();
        let end = start + memchr::memchr(b'}', &near[start..])?;
        NAMED.captures(&near[start..end]).and_then(|found| found.get(1))
    });
    found.map(|name| lexicon.sense_of(name.as_bytes()))
}

/// The name of a resource of Terraform.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)\b(?:name|secret_id)\s*=\s*"([^"\n]+)""#).expect("a pattern of this program")
});

/// Returns what the title says in an entry whose fields are elements, each with a name and a value.
fn by_pairs(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let entry = memchr::memmem::rfind(before, b"<Entry>").map_or(before, |at| &before[at..]);
    let pairs: Vec<_> =
        PAIR.captures_iter(entry).filter_map(|found| found.get(1).zip(found.get(2))).collect();
    let is_own = |(name, value): &(regex::bytes::Match<'_>, regex::bytes::Match<'_>)| {
        value.end() == entry.len() && is_secret(lexicon, name.as_bytes())
    };
    let is_named =
        |(_, value): &(regex::bytes::Match<'_>, regex::bytes::Match<'_>)| is_title(lexicon, value.as_bytes());
    (pairs.last().is_some_and(is_own) && pairs.iter().any(is_named)).then_some(Sense::OwnedKey)
}

/// Returns whether the name of a field says no more than that there is a secret: `password`, `credential`.
fn is_secret(lexicon: &Lexicon, name: &[u8]) -> bool {
    let words = lexicon.words_of(name);
    !words.is_empty()
        && words.iter().all(|word| lexicon.has(List::Keys, word) || lexicon.has(List::ValueNames, word))
}

/// Returns whether a title is that of a Datadog key, and of nothing that deals with keys.
fn is_title(lexicon: &Lexicon, title: &[u8]) -> bool {
    let words = lexicon.words_of(title);
    words.len() <= 8 && lexicon.sense(&words) == Sense::OwnedKey && lexicon.ends_plainly(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_an_entry_names_its_secret() {
        for (text, expected) in [
            (
                "{\"title\": \"Datadog API key\", \"fields\": [{\"label\": \"credential\", \"value\": \"@\"}]}",
                true,
            ),
            (
                "{\"name\": \"Datadog API key (prod)\", \"login\": {\"username\": \"x\", \"password\": \"@\"}}",
                true,
            ),
            (
                "<Entry>\n<String><Key>Title</Key><Value>Datadog API key</Value></String>\n<String><Key>Password</Key><Value>@</Value>",
                true,
            ),
            ("- title: Datadog API key\n  fields:\n    - label: password\n      value: @", true),
            (
                "{\"name\": \"datadog-api-key-rotator\", \"env\": [{\"name\": \"TOKEN\", \"value\": \"@\"}]}",
                false,
            ),
            (
                "{\"name\": \"Datadog API key\", \"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"@\"}]}",
                false,
            ),
            (
                "<Entry>\n<String><Key>Title</Key><Value>Datadog API key</Value></String>\n</Entry><Entry>\n<String><Key>Password</Key><Value>@</Value>",
                false,
            ),
        ] {
            let at = text.find('@').expect("a mark");
            let sense = sense_by_entry(&Lexicon::default(), text.as_bytes(), &(at..at + 1));
            assert_eq!(sense.is_some(), expected, "{text}");
        }
    }
}
