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
mod verdict;

use std::ops::Range;

use super::{Reason, boundary, placeholder};
use label::{Label, Via, label};
use scope::{Around, around};
use verdict::by_name;

use crate::decode::{self, Encoding};
use crate::lexicon::{Lexicon, Sense};
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
    lexicon: &Lexicon,
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
    let label = label(lexicon, &text[..span.start]).ok_or(Reason::Unnamed)?;
    by_name(lexicon, text, bare, span, path, &label)
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
    lexicon: &Lexicon,
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
    if let Some(scope) = by_place(lexicon, text, shape, span, path) {
        return Ok(scope);
    }
    let label = label(lexicon, &text[..span.start]).ok_or(Reason::Unnamed)?;
    if label.looked_at || is_key_of_map(text, span) {
        return Err(Reason::Unnamed);
    }
    if lexicon.names_hash(statement(text, span)) {
        return Err(Reason::Hash);
    }
    // Datadog makes keys of lower-case digits only; what else there is in upper case are fingerprints.
    let to_api = label.words.iter().any(|word| matches!(word.as_str(), "api" | "app" | "application"));
    if !(label.sense == Sense::OwnedKey && to_api) && key.iter().any(u8::is_ascii_uppercase) {
        return Err(Reason::Identifier);
    }
    if in_table(text, span, &label) && lexicon.names_hash(table_head(text, span)) {
        return Err(Reason::Hash);
    }
    by_name(lexicon, text, shape, span, path, &label)
}

/// What the place alone says, where it names no key and takes nothing else.
fn by_place(lexicon: &Lexicon, text: &[u8], shape: Bare, span: &Range<usize>, path: bool) -> Option<Scope> {
    let digits = &text[span.clone()];
    if shape == Bare::PubHex32 || digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    if shape == Bare::Hex32 && place::is_syslog_head(text, span) {
        return Some(Scope::Line);
    }
    if command::names_key(lexicon, text, span)
        || command::is_usage(lexicon, text, span)
        || is_list_argument(lexicon, text, span)
    {
        return Some(Scope::Name);
    }
    if place::follows_foreign_sentence(lexicon, text, span) {
        return Some(Scope::Line);
    }
    let about = || matches!(around(lexicon, text, span, path), Around::Datadog(_));
    if command::is_pair(text, span) && about() {
        return Some(Scope::Near);
    }
    let named =
        place::heading_sense(lexicon, text, span).or_else(|| columns::column_sense(lexicon, text, span));
    match named {
        Some(Sense::OwnedKey) => Some(Scope::Name),
        Some(Sense::Key) if about() => Some(Scope::Near),
        _ => None,
    }
}

/// Whether the item before it in a list is the option that takes a Datadog key: `- --datadog-app-key`, then the value.
fn is_list_argument(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
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
        && lexicon.sense_of(option) == Sense::OwnedKey
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

/// The first of the lines that a value's line stands among: the head of a table.
fn table_head<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 2048;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let mut lines =
        before.split(|byte| *byte == b'\n').rev().skip(1).take_while(|line| !line.trim_ascii().is_empty());
    lines.by_ref().last().unwrap_or_default()
}
