//! Bare keys: hexadecimal digits that nothing but the words around them tell from a hash.
//!
//! First the name that the value is assigned to, then the block that it stands in, decide; what speaks of a hash, an
//! identifier, another product or something encrypted decides against it.

mod backward;
mod columns;
mod command;
mod halves;
mod label;
mod literal;
mod nearby;
mod place;
mod record;
mod runs;
mod scope;
mod vocabulary;
mod words;

use std::ops::Range;

use super::{Reason, boundary, placeholder};
use label::{Label, Via, label};
use record::{Record, is_in_datadog_secret};
use scope::{Around, around, headers};
use words::Sense;

use crate::decode::{self, Encoding};
use crate::rule::Bare;

pub(super) use halves::{each_joined, has_piece, is_one_value};
pub(crate) use place::is_file_of_key;
pub use scope::Scope;

/// What the name of a file says of the keys in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Nothing.
    Unknown,
    /// They are Datadog's.
    Datadog,
    /// It is the name of a Datadog key, whose value may be all that the file holds.
    Key,
}

/// How far from a key what decides on it may stand, in bytes.
pub(super) const REACH: usize = scope::BEFORE;

const _: () = assert!(REACH >= label::REACH && REACH >= scope::AFTER);

/// Gives `on` every text in `core` that has the shape of a key, in order.
pub(super) fn each_candidate(text: &[u8], core: Range<usize>, on: &mut dyn FnMut(Bare, Range<usize>)) {
    // The digits of a client token begin up to three bytes after it does: `pub`, whose last letter is a digit.
    let digits = core.start..text.len().min(core.end + 2);
    runs::each_run(text, digits, &mut |run| {
        let public = text[..run.start].ends_with(b"pu") && text[run.start] == b'b';
        let (shape, span) = match run.len() {
            33 if public => (Bare::PubHex32, run.start - 2..run.end),
            32 => (Bare::Hex32, run),
            40 => (Bare::Hex40, run),
            _ => return,
        };
        if core.contains(&span.start) {
            on(shape, span);
        }
    });
}

/// Takes the shape of a key, where it stands encoded, and the key.
pub(super) type OnWrapped<'f> = dyn FnMut(Bare, Range<usize>, &[u8]) + 'f;

/// Gives `on` every text in `core` that is a key in base64, with the key.
pub(super) fn each_wrapped(text: &[u8], core: Range<usize>, on: &mut OnWrapped<'_>) {
    // The shortest: 32 bytes.
    const SHORTEST: usize = 43;
    const LONGEST: usize = 56;
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let mut probe = core.start + SHORTEST - 1;
    while probe < text.len().min(core.end + SHORTEST) {
        if !is_digit(&text[probe]) {
            probe += SHORTEST;
            continue;
        }
        let start = text[..probe].iter().rposition(|byte| !is_digit(byte)).map_or(0, |at| at + 1);
        let end = probe + text[probe..].iter().take_while(|byte| is_digit(byte)).count();
        probe = end + SHORTEST;
        // `key=VALUE`: the sign before belongs to the name.
        let start = start + text[start..end].iter().take_while(|byte| **byte == b'=').count();
        let start = text[start..end]
            .iter()
            .position(|byte| *byte == b'=')
            .map_or(start, |at| if end - (start + at) > 2 { start + at + 1 } else { start });
        if !(SHORTEST..=LONGEST).contains(&(end - start)) || !core.contains(&start) {
            continue;
        }
        // Nothing but this word: where the key has no padding, the name in the next line would look like more of it.
        let Some(view) = decode::decode(&text[start..end], 0, Encoding::Base64(0)) else { continue };
        let key = view.bytes.trim_ascii_end();
        let digits = key.strip_prefix(b"pub").unwrap_or(key);
        let bare = match (digits.len(), digits.len() == key.len()) {
            (32, true) => Bare::Hex32,
            (40, true) => Bare::Hex40,
            (32, false) => Bare::PubHex32,
            _ => continue,
        };
        if digits.iter().all(u8::is_ascii_hexdigit) {
            on(bare, start..end, key);
        }
    }
}

/// Why a key in base64 counts, or why not.
pub(super) fn judge_wrapped(
    text: &[u8],
    bare: Bare,
    span: &Range<usize>,
    key: &[u8],
    about: About,
) -> Result<Scope, Reason> {
    let path = about != About::Unknown;
    if !placeholder::is_random_hex(key.strip_prefix(b"pub").unwrap_or(key)) {
        return Err(Reason::Placeholder);
    }
    let label = label(&text[..span.start]).ok_or(Reason::Unnamed)?;
    by_name(text, bare, span, path, &label)
}

/// Whether anything in a text has the shape of a key.
pub(super) fn has_candidate(text: &[u8]) -> bool {
    let mut found = false;
    each_candidate(text, 0..text.len(), &mut |_, _| found = true);
    if !found {
        each_wrapped(text, 0..text.len(), &mut |_, _, _| found = true);
    }
    if !found {
        each_joined(text, 0..text.len(), &mut |_, _, _| found = true);
    }
    found
}

/// Whether a text has as many digits in a row as a key, or a piece of one.
pub(super) fn has_digits(text: &[u8]) -> bool {
    let mut found = false;
    runs::each_run(text, 0..text.len(), &mut |_| found = true);
    found || has_piece(text)
}

/// Why a candidate counts, or why not.
///
/// `key` is what stands at `span`, or what its pieces are joined to; `about` is what the name of the file says.
pub(super) fn judge(
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    key: &[u8],
    about: About,
) -> Result<Scope, Reason> {
    if !boundary::is_word(text, span) || is_joined(text, span) {
        return Err(Reason::Boundary);
    }
    let digits = if shape == Bare::PubHex32 { &key[3..] } else { key };
    if !placeholder::is_random_hex(digits) {
        return Err(Reason::Placeholder);
    }
    if about == About::Key && place::is_alone(text, span) {
        return Ok(Scope::Path);
    }
    let path = about != About::Unknown;
    if let Some(scope) = by_place(text, shape, span, path) {
        return Ok(scope);
    }
    let label = label(&text[..span.start]).ok_or(Reason::Unnamed)?;
    if label.looked_at || is_key_of_map(text, span) {
        return Err(Reason::Unnamed);
    }
    if words::names_a_hash(statement(text, span)) {
        return Err(Reason::Hash);
    }
    // Datadog makes keys of lower-case digits only; what else there is in upper case are fingerprints.
    let to_api = label.words.iter().any(|word| matches!(word.as_str(), "api" | "app" | "application"));
    if !(label.sense == Sense::OwnedKey && to_api) && key.iter().any(u8::is_ascii_uppercase) {
        return Err(Reason::Identifier);
    }
    if in_table(text, span, &label) && words::names_a_hash(table_head(text, span)) {
        return Err(Reason::Hash);
    }
    by_name(text, shape, span, path, &label)
}

/// What the place alone says, where it names no key and takes nothing else.
fn by_place(text: &[u8], shape: Bare, span: &Range<usize>, path: bool) -> Option<Scope> {
    let digits = &text[span.clone()];
    if shape == Bare::PubHex32 || digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    if shape == Bare::Hex32 && place::is_syslog_head(text, span) {
        return Some(Scope::Line);
    }
    if command::names_key(text, span) || command::is_usage(text, span) || is_list_argument(text, span) {
        return Some(Scope::Name);
    }
    if place::follows_foreign_sentence(text, span) {
        return Some(Scope::Line);
    }
    let about = || matches!(around(text, span, path), Around::Datadog(_));
    if command::is_pair(text, span) && about() {
        return Some(Scope::Near);
    }
    let named = place::heading_sense(text, span).or_else(|| columns::column_sense(text, span));
    match named {
        Some(Sense::OwnedKey) => Some(Scope::Name),
        Some(Sense::Key) if about() => Some(Scope::Near),
        _ => None,
    }
}

/// Whether the item before it in a list is the option that takes a Datadog key: `- --datadog-app-key`, then the value.
fn is_list_argument(text: &[u8], span: &Range<usize>) -> bool {
    const LONGEST: usize = 160;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let ornament = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b'-');
    let separators = before.iter().rev().take_while(|byte| ornament(byte)).count();
    let (rest, between) = before.split_at(before.len() - separators);
    let option =
        rest.iter().rposition(|byte| ornament(byte) && *byte != b'-').map_or(rest, |at| &rest[at + 1..]);
    let item = between.contains(&b'\n') || between.contains(&b',');
    item && option.starts_with(b"--")
        && !option.contains(&b'=')
        && words::sense(&words::words(option)) == Sense::OwnedKey
}

/// Whether a sign on either side makes it part of something longer: `sha1-…`, `….js`, `…/x`.
fn is_joined(text: &[u8], span: &Range<usize>) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let left = span.start.checked_sub(1).map(|at| text[at]);
    let right = text.get(span.end);
    let before = word(span.start.checked_sub(2));
    let after = word(Some(span.end + 1));
    let left_joined = matches!(left, Some(b'-' | b'.' | b'+' | b'@' | b'#')) && before;
    // `KEY:APPKEY`
    let pair =
        text.get(span.end + 1..span.end + 41).is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit));
    // gcloud's `^@^NAME=KEY@NAME=…`: a separator that the user chose.
    let separated = || memchr::memmem::find(line_before(text, span), b"^@^").is_some();
    let right_joined = match right {
        Some(b':') if pair => false,
        Some(b'@') if separated() => false,
        Some(b'-' | b'.' | b'+' | b'=' | b'@' | b':') => after,
        Some(b'/') => after && left != Some(b' ') && !text[span.end + 1..].starts_with(b"g"),
        _ => false,
    };
    left_joined || right_joined || matches!(left, Some(b'@'))
}

/// Whether it stands where a name does: `"…": value`.
fn is_key_of_map(text: &[u8], span: &Range<usize>) -> bool {
    let after = &text[span.end..text.len().min(span.end + 8)];
    let before = span.start.checked_sub(1).map(|at| text[at]);
    let quoted = after.first().is_some_and(|byte| matches!(byte, b'"' | b'\'') && before == Some(*byte));
    quoted && after[1..].trim_ascii_start().first() == Some(&b':')
}

/// What stands before a value in its statement: from the last sign that ends one, at most 120 bytes.
fn statement<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 120;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let ends = |byte: &u8| matches!(byte, b'\n' | b';' | b',' | b'{' | b'}' | b'|' | b'&');
    before.iter().rposition(ends).map_or(before, |at| &before[at + 1..])
}

/// Whether a value stands in a table or a list of fields.
fn in_table(text: &[u8], span: &Range<usize>, label: &Label) -> bool {
    let line = line_before(text, span);
    let bar = line.contains(&b'|');
    (label.via == Via::Argument && !label.called) || (label.via != Via::Item && bar)
}

/// What stands before a value on its line, at most 400 bytes.
fn line_before<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 400;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..])
}

/// Whether a field before it on a line of fields names a Datadog key: `Datadog API key,ops,…`.
fn in_fields(text: &[u8], span: &Range<usize>) -> bool {
    let line = line_before(text, span);
    let plain = |byte: &u8| !matches!(byte, b'(' | b'{' | b'[' | b'=' | b'<');
    // It is a field itself: a separator stands right before it.
    let trimmed: Vec<u8> =
        line.iter().rev().skip_while(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'`')).copied().collect();
    matches!(trimmed.first(), Some(b',' | b'\t' | b'|' | b';'))
        && line.iter().all(plain)
        && line.split(|byte| matches!(byte, b',' | b'\t' | b'|' | b';')).any(|field| {
            let words = words::words(field);
            words.len() <= 6
                && words::sense(&words) == Sense::OwnedKey
                && words::ends_plainly(&words)
                && !words::is_file_name(field.trim_ascii())
        })
}

/// The first of the lines that a value's line stands among: the head of a table.
fn table_head<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 2048;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let mut lines =
        before.split(|byte| *byte == b'\n').rev().skip(1).take_while(|line| !line.trim_ascii().is_empty());
    lines.by_ref().last().unwrap_or_default()
}

fn by_name(
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    path: bool,
    label: &Label,
) -> Result<Scope, Reason> {
    let whose = || around(text, span, path);
    if label.indirect
        && !matches!(label.sense, Sense::OwnedKey | Sense::Key)
        && let Some(named) = named_by_record(text, shape, span, path)
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
        (Sense::OwnedKey, _) => Ok(Scope::Name),
        (Sense::Key, Via::Assigned) if is_in_datadog_secret(text, span) => Ok(Scope::Block),
        (Sense::Key, Via::Assigned | Via::Argument | Via::Beside) => of_datadog(whose()),
        (Sense::Secret, Via::Assigned | Via::Argument) => match named_by_record(text, shape, span, path) {
            Some(named) if is_value_of_record(label) => named,
            _ => generic(text, shape, span, whose()),
        },
        (Sense::Qualified, Via::Assigned | Via::Argument) => match whose() {
            Around::Datadog(scope @ (Scope::Line | Scope::Block)) => Ok(scope),
            Around::Other => Err(Reason::Foreign),
            _ => Err(Reason::Unrelated),
        },
        (Sense::Owner, Via::Assigned) if shape != Bare::Hex40 => Ok(Scope::Name),
        (_, Via::Path) if is_intake(&text[..span.start]) => of_datadog(whose()),
        (_, Via::Path) if place::is_in_datadog_path(text, span) => Ok(Scope::Line),
        (_, Via::Argument) if label.called && shape != Bare::PubHex32 => constructor(label, whose()),
        (_, Via::Argument | Via::Beside) if in_fields(text, span) => Ok(Scope::Name),
        (_, Via::Item | Via::Assigned) if names_after(text, span) => Ok(Scope::Name),
        // The key of a stream of Amazon Data Firehose.
        (_, Via::Assigned) if label.words == ["access", "key"] && shape == Bare::Hex32 => match whose() {
            Around::Datadog(scope @ (Scope::Line | Scope::Block)) => Ok(scope),
            _ => Err(Reason::Unrelated),
        },
        _ if is_value_of_record(label)
            && let Some(named) = named_by_record(text, shape, span, path) =>
        {
            named
        }
        (_, Via::Item) => by_block(text, shape, span, path),
        _ if label.indirect && (label.sense != Sense::Other || is_variant(label)) => {
            by_block(text, shape, span, path)
        }
        // `ddApiKeys = { prod: KEY }`
        (_, Via::Assigned) if is_variant(label) && by_head(text, shape, span) == Some(Scope::Name) => {
            Ok(Scope::Name)
        }
        _ if shape == Bare::PubHex32 => client_token(whose()),
        _ => Err(Reason::Unnamed),
    }
}

/// Whether a name says no more than that there is a value: `value`, `secret_string`, `plaintext_value`.
fn is_value_of_record(label: &Label) -> bool {
    label.indirect
        || label.via == Via::Item
        || label
            .words
            .last()
            .is_some_and(|word| matches!(word.as_str(), "value" | "string" | "data" | "secret"))
}

/// Whether a name is that of one of several values of one kind: `prod`, `us-east-1`, `S`.
fn is_variant(label: &Label) -> bool {
    label.sense == Sense::Other && label.words.iter().all(|word| words::is_plain(word) || word.len() == 1)
}

/// The verdict that a sibling calls for which names the value: `name: DD_API_KEY` in the same record.
fn named_by_record(
    text: &[u8],
    shape: Bare,
    span: &Range<usize>,
    path: bool,
) -> Option<Result<Scope, Reason>> {
    match Record::around(text, span)?.named()? {
        Sense::OwnedKey => Some(Ok(Scope::Name)),
        Sense::ClientToken if shape == Bare::PubHex32 => Some(Ok(Scope::Name)),
        Sense::Key => Some(of_datadog(around(text, span, path))),
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
fn generic(text: &[u8], shape: Bare, span: &Range<usize>, around: Around) -> Result<Scope, Reason> {
    match around {
        Around::Datadog(scope @ (Scope::Line | Scope::Block)) => Ok(scope),
        Around::Other => Err(Reason::Foreign),
        Around::Datadog(scope) if shape == Bare::PubHex32 => Ok(scope),
        _ => by_head(text, shape, span).ok_or(Reason::Unrelated),
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
    const MAKERS: [&str; 9] =
        ["client", "init", "initialize", "configure", "connect", "datadog", "setup", "credentials", "dogapi"];
    let makes = label.words.iter().any(|word| MAKERS.contains(&word.as_str()));
    match around {
        Around::Datadog(scope @ (Scope::Line | Scope::Block)) if makes => Ok(scope),
        _ => Err(Reason::Unnamed),
    }
}

/// `/v1/input/KEY`: the key is part of the address that data is sent to.
fn is_intake(before: &[u8]) -> bool {
    before.ends_with(b"/v1/input/")
}

/// Whether the name of a Datadog key follows: `value: …`, then `name: DD_API_KEY`.
fn names_after(text: &[u8], span: &Range<usize>) -> bool {
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
    named.is_some_and(|name| words::sense(&words::words(name)) == Sense::OwnedKey)
}

/// An item of a list, or a value beside no name: the head of its block names it.
fn by_block(text: &[u8], shape: Bare, span: &Range<usize>, path: bool) -> Result<Scope, Reason> {
    let Some(scope) = by_head(text, shape, span) else { return Err(Reason::Unnamed) };
    match scope {
        Scope::Name => Ok(Scope::Name),
        _ => of_datadog(around(text, span, path)),
    }
}

/// What the names in the heads of the two innermost blocks say.
fn by_head(text: &[u8], shape: Bare, span: &Range<usize>) -> Option<Scope> {
    for head in headers(text, span.start).into_iter().take(3) {
        let name = &text[head];
        if [&b"!vault"[..], b"ENC[", b"ANSIBLE_VAULT"]
            .iter()
            .any(|mark| memchr::memmem::find(name, mark).is_some())
        {
            return None;
        }
        let name = name.iter().position(|byte| *byte == b'#').map_or(name, |at| &name[..at]);
        let words = words::words(name);
        if words.len() > 12 {
            return None;
        }
        match words::sense(&words) {
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
