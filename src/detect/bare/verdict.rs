//! The table of verdicts: what a name and the way in which it is joined to a value say of that value.

use std::ops::Range;

use super::super::Reason;
use super::label::{Label, Via};
use super::record::{Record, is_in_datadog_secret};
use super::scope::{Around, Scope, around, around_weighed, headers};
use super::{line_before, place};
use crate::lexicon::{Lexicon, List, Sense};
use crate::rule::Bare;

/// Returns why a value counts that has a name, or why not.
pub(super) fn by_name(
    lexicon: &Lexicon,
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    path: bool,
    label: &Label,
) -> Result<Scope, Reason> {
    let whose = || around(lexicon, text, span, path);
    if label.indirect
        && !matches!(label.sense, Sense::OwnedKey | Sense::Key)
        && let Some(named) = named_by_record(lexicon, text, shape, span, path)
    {
        return named;
    }
    match (label.sense, label.via) {
        (Sense::Hash, _) => Err(Reason::Hash),
        (Sense::Identifier, _) => Err(Reason::Identifier),
        (Sense::Encrypted, _) => Err(Reason::Encrypted),
        (Sense::Foreign, _) => Err(Reason::Foreign),
        (Sense::Pretended, _) => Err(Reason::Placeholder),
        // Only Datadog's client tokens begin with `pub`, and all do.
        (Sense::ClientToken | Sense::Key | Sense::OwnedKey, via)
            if shape == Bare::PubHex32 && via != Via::Item =>
        {
            Ok(Scope::Name)
        }
        (Sense::ClientToken, _) if shape != Bare::PubHex32 => Err(Reason::Unnamed),
        (Sense::OwnedKey | Sense::Key, Via::Beside) if !label.plain => Err(Reason::Unnamed),
        (Sense::OwnedKey | Sense::Key, Via::Path) if place::is_in_datadog_path(text, span) => Ok(Scope::Line),
        (Sense::OwnedKey, Via::Path | Via::Item) => Err(Reason::Unnamed),
        (Sense::OwnedKey, Via::Argument) if is_commit_in_prose(text, shape, span) => Err(Reason::Hash),
        (Sense::OwnedKey, _) => Ok(Scope::Name),
        // A commit in the prose of a change log: `rename the api_key (0123…)`.
        (Sense::Key, Via::Argument) if is_commit_in_prose(text, shape, span) => Err(Reason::Hash),
        // Anybody's header; Datadog's own is `DD-API-KEY`.
        (Sense::Key, _) if label.words == ["x", "api", "key"] => match whose() {
            Around::Datadog(Scope::Line) => Ok(Scope::Line),
            _ => Err(Reason::Foreign),
        },
        (Sense::Key, Via::Assigned) if is_in_datadog_secret(lexicon, text, span) => Ok(Scope::Block),
        (Sense::Key, Via::Assigned | Via::Argument | Via::Beside) => of_datadog(whose()),
        (Sense::Secret, Via::Assigned | Via::Argument) => {
            match named_by_record(lexicon, text, shape, span, path) {
                Some(named) if is_value_of_record(label) => named,
                _ => generic(lexicon, text, shape, span, whose()),
            }
        }
        (Sense::Qualified, Via::Assigned | Via::Argument) => match whose() {
            Around::Datadog(scope @ (Scope::Line | Scope::Block)) => Ok(scope),
            Around::Other => Err(Reason::Foreign),
            _ => Err(Reason::Unrelated),
        },
        (Sense::Owner, Via::Assigned) if shape != Bare::Hex40 => Ok(Scope::Name),
        (_, Via::Path) if is_intake(&text[..span.start]) => of_datadog(whose()),
        (_, Via::Path) if place::is_in_datadog_path(text, span) => Ok(Scope::Line),
        (_, Via::Argument) if label.called && shape != Bare::PubHex32 => constructor(label, whose()),
        (_, Via::Argument | Via::Beside) if in_fields(lexicon, text, span) => Ok(Scope::Name),
        (_, Via::Item | Via::Assigned) if names_after(lexicon, text, span) => Ok(Scope::Name),
        // The key of a stream of Amazon Data Firehose.
        (_, Via::Assigned)
            if label.words == ["access", "key"]
                && shape == Bare::Hex32
                && place::is_near_intake(text, span) =>
        {
            of_datadog(whose())
        }
        _ if is_value_of_record(label)
            && let Some(named) = named_by_record(lexicon, text, shape, span, path) =>
        {
            named
        }
        (_, Via::Item) => by_block(lexicon, text, shape, span, path),
        _ if label.indirect && (label.sense != Sense::Other || is_variant(lexicon, label)) => {
            by_block(lexicon, text, shape, span, path)
        }
        // `ddApiKeys = { prod: KEY }`
        (_, Via::Assigned)
            if is_variant(lexicon, label) && by_head(lexicon, text, shape, span) == Some(Scope::Name) =>
        {
            Ok(Scope::Name)
        }
        _ if shape == Bare::PubHex32 => client_token(around_weighed(lexicon, text, span, path, false)),
        _ => Err(Reason::Unnamed),
    }
}

/// Returns whether a value stands alone in parentheses behind a blank, as commits do.
fn is_commit_in_prose(text: &[u8], shape: Bare, span: &Range<usize>) -> bool {
    shape == Bare::Hex40 && text[..span.start].ends_with(b" (") && text[span.end..].starts_with(b")")
}

/// Returns whether a name says no more than that there is a value: `value`, `secret_string`, `plaintext_value`.
fn is_value_of_record(label: &Label) -> bool {
    label.indirect
        || label.via == Via::Item
        || label.words.last().is_some_and(|word| List::ValueNames.has(word))
}

/// Returns whether a name is that of one of several values of one kind: `prod`, `us-east-1`, `S`.
fn is_variant(lexicon: &Lexicon, label: &Label) -> bool {
    label.sense == Sense::Other && label.words.iter().all(|word| lexicon.is_plain(word) || word.len() == 1)
}

/// The verdict that a sibling calls for which names the value: `name: DD_API_KEY` in the same record.
fn named_by_record(
    lexicon: &Lexicon,
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    path: bool,
) -> Option<Result<Scope, Reason>> {
    match Record::around(text, span)?.named(lexicon)? {
        Sense::OwnedKey => Some(Ok(Scope::Name)),
        Sense::ClientToken if shape == Bare::PubHex32 => Some(Ok(Scope::Name)),
        Sense::Key => Some(of_datadog(around(lexicon, text, span, path))),
        Sense::Foreign => Some(Err(Reason::Foreign)),
        _ => None,
    }
}

fn of_datadog(around: Around) -> Result<Scope, Reason> {
    match around {
        Around::Datadog(scope) => Ok(scope),
        Around::Other => Err(Reason::Foreign),
        Around::Nothing => Err(Reason::Unrelated),
    }
}

/// A name such as `key` or `token` says little: line or block must say the rest.
fn generic(
    lexicon: &Lexicon,
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    around: Around,
) -> Result<Scope, Reason> {
    match around {
        Around::Datadog(scope @ (Scope::Line | Scope::Block)) => Ok(scope),
        Around::Other => Err(Reason::Foreign),
        Around::Datadog(scope) if shape == Bare::PubHex32 => Ok(scope),
        _ => by_head(lexicon, text, shape, span).ok_or(Reason::Unrelated),
    }
}

/// `pub` and 32 digits are rare enough, if only Datadog is spoken of at all.
fn client_token(around: Around) -> Result<Scope, Reason> {
    match around {
        Around::Datadog(scope @ (Scope::Line | Scope::Block | Scope::Near)) => Ok(scope),
        _ => Err(Reason::Unnamed),
    }
}

/// `Dogapi::Client.new("…", "…")`, `initialize('…', '…')`: an argument without a name.
fn constructor(label: &Label, around: Around) -> Result<Scope, Reason> {
    let makes = label.words.iter().any(|word| List::Makers.has(word));
    match around {
        Around::Datadog(scope @ (Scope::Line | Scope::Block)) if makes => Ok(scope),
        _ => Err(Reason::Unnamed),
    }
}

/// `/v1/input/KEY`: the key is part of the address that data is sent to.
fn is_intake(before: &[u8]) -> bool {
    before.ends_with(b"/v1/input/")
}

/// Returns whether the name of a Datadog key follows: `value: …`, then `name: DD_API_KEY`.
fn names_after(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const REACH: usize = 100;
    let after = &text[span.end..text.len().min(span.end + REACH)];
    let skipped =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b':' | b'=' | b'@');
    let mut parts = after.split(skipped).filter(|part| !part.is_empty());
    let is_name = |part: &[u8]| {
        [&b"name"[..], b"key", b"parameterkey", b"forhttpheaderfield", b"forkey", b"secret_name"]
            .iter()
            .any(|name| part.eq_ignore_ascii_case(name))
    };
    let named = parts.next().filter(|part| is_name(part)).and_then(|_| parts.next());
    named.is_some_and(|name| lexicon.sense_of(name) == Sense::OwnedKey)
}

/// An item of a list, or a value beside no name: the head of its block names it.
fn by_block(
    lexicon: &Lexicon,
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    path: bool,
) -> Result<Scope, Reason> {
    let Some(scope) = by_head(lexicon, text, shape, span) else { return Err(Reason::Unnamed) };
    match scope {
        Scope::Name => Ok(Scope::Name),
        _ => of_datadog(around(lexicon, text, span, path)),
    }
}

/// Returns what the names in the heads of the two innermost blocks say.
fn by_head(lexicon: &Lexicon, text: &[u8], shape: Bare, span: &Range<usize>) -> Option<Scope> {
    for head in headers(text, span.start).into_iter().take(3) {
        let name = &text[head];
        if [&b"!vault"[..], b"ENC[", b"ANSIBLE_VAULT"]
            .iter()
            .any(|mark| memchr::memmem::find(name, mark).is_some())
        {
            return None;
        }
        let name = name.iter().position(|byte| *byte == b'#').map_or(name, |at| &name[..at]);
        let words = lexicon.words_of(name);
        if words.len() > 12 {
            return None;
        }
        match lexicon.sense(&words) {
            Sense::OwnedKey => return Some(Scope::Name),
            Sense::Key => return Some(Scope::Block),
            // `"https://app.datadoghq.com":` of `additional_endpoints`.
            Sense::Owner if shape == Bare::Hex32 && name.trim_ascii_end().ends_with(b":") => {
                return Some(Scope::Name);
            }
            Sense::Hash | Sense::Identifier | Sense::Encrypted | Sense::Foreign | Sense::Pretended => {
                return None;
            }
            Sense::ClientToken if shape == Bare::PubHex32 => return Some(Scope::Name),
            Sense::Secret | Sense::Qualified | Sense::Owner | Sense::Other | Sense::ClientToken => {}
        }
    }
    None
}

/// Returns whether a field before it on a line of fields names a Datadog key: `Datadog API key,ops,…`.
fn in_fields(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let line = line_before(text, span);
    let plain = |byte: &u8| !matches!(byte, b'(' | b'{' | b'[' | b'=' | b'<');
    // It is a field itself: a separator stands right before it.
    let trimmed: Vec<u8> =
        line.iter().rev().skip_while(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'`')).copied().collect();
    matches!(trimmed.first(), Some(b',' | b'\t' | b'|' | b';'))
        && line.iter().all(plain)
        && line.split(|byte| matches!(byte, b',' | b'\t' | b'|' | b';')).any(|field| {
            let words = lexicon.words_of(field);
            words.len() <= 6
                && lexicon.sense(&words) == Sense::OwnedKey
                && lexicon.ends_plainly(&words)
                && !lexicon.is_file_name(field.trim_ascii())
        })
}
