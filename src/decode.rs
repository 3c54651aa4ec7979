//! Texts within texts: what an encoding hides, decoded where an encoded prefix
//! stands, with a way back to the original bytes.
//!
//! Nothing is decoded on suspicion. An [`EncodedPrefix`] is what the beginning
//! of a token, of compressed text or of a name of Datadog's becomes in some
//! encoding; the search for plain tokens looks for them, too, so an encoding
//! that is not there costs nothing. They are computed from the anchors of the
//! rules, in [`encoded_prefixes`].
//!
//! ```text
//! "token": "ZGRwYXRfMWRtMW9w…"                 the search meets ZGRwYXRf, what `ddpat_` becomes in base64
//!   decode_at(text, 10, Encoding::Base64(0))      1 KiB before it, and up to 9 KiB after it, as far as digits go
//!   → View { bytes: "ddpat_1dm1op…", layer: "base64", region: 10..97 }
//!   view.outer_span(&(0..65)) → 10..97              where in the text the token stands
//! ```
//!
//! A view is text again: what is found in it may be encoded once more,
//! [`MAX_DEPTH`] layers deep. How much is decoded around a prefix is bounded
//! ([`FARTHEST_BEFORE`], [`FARTHEST_BEHIND`]), since a scan of a history looks
//! at parts of objects: what may hold a token is searched so far to either side
//! of each seam.
//!
//! # What is decoded, and how far
//!
//! | encoding | from the prefix back | from the prefix on |
//! |---|---|---|
//! | base64, names in base64 | 1 KiB | 9 KiB |
//! | escapes of each form, hexadecimal | 1 KiB | 4 KiB |
//! | UTF-16, UTF-32 | 1 Ki characters | 4 Ki characters |
//! | literals that a program joins | – | 1 KiB |
//! | gzip in base64 | – | all of it, as the budget allows |
//!
//! What a view does not reach is not lost: the next prefix decodes it, and
//! [`View::cuts_span`] keeps a token that was cut from being judged by its
//! first half.

mod base64;
mod encoded_prefix;
mod encoding;
mod escape;
mod gzip;
mod joined;
mod view;
mod wide;

use std::ops::Range;

pub use encoded_prefix::{
    EncodedPrefix, compressed_prefixes, encoded_names, encoded_prefixes, twice_encoded_prefixes,
    unwrapped_prefixes,
};
pub use encoding::Encoding;
pub use gzip::{Unpacked, gunzip};

pub use view::View;
use view::{AFTER, BEFORE};

use crate::location::{WideMark, WideText};
use crate::text::Form;

/// Depth to which decoded texts are decoded again. A Kubernetes secret within a
/// Helm release is four deep: base64 of gzip of base64 of base64.
pub const MAX_DEPTH: usize = 4;

/// Distance before an encoded prefix within which what it tells of may stand,
/// in bytes: characters of four.
pub const FARTHEST_BEFORE: usize = 4 * BEFORE;

/// Distance behind an encoded prefix within which what it tells of may stand,
/// in bytes; but for what is compressed.
pub const FARTHEST_BEHIND: usize = 10 * 1024;

const _: () = assert!(FARTHEST_BEHIND >= base64::LONGEST && FARTHEST_BEHIND >= 2 * AFTER);

/// Decodes what stands around an encoded prefix at `at`; `None` where nothing
/// there is of that encoding.
///
/// # Examples
///
/// ```
/// use dogcatcher::decode::{Encoding, decode_at};
/// let text = b"key: 64647061745f31646d --";
/// let view = decode_at(text, 5, Encoding::Hex).unwrap();
/// assert_eq!(view.bytes, b"ddpat_1dm");
/// assert_eq!(view.outer_span(&(0..6)), 5..17); // where `ddpat_` stands
/// ```
///
/// `encoding` is what the prefix at `at` stands for; with another one the
/// result is text that nobody wrote. It never fails on bad input: decoding ends
/// where the encoding does.
pub fn decode_at(text: &[u8], at: usize, encoding: Encoding) -> Option<View> {
    let mut view = decode_near(text, at, encoding)?;
    view.prefix_at = at;
    view.packed = encoding == Encoding::Packed;
    let (before, after) = reach_around(encoding);
    view.cut_before = view.region.start > 0 && view.region.start + before <= at + 16;
    view.cut = view.region.end < text.len() && view.region.end + 16 >= at + after;
    Some(view)
}

/// Returns how far before an encoded prefix decoding begins at most, and how
/// far after it it ends at the latest, in bytes.
///
/// A view whose region comes within a few bytes of this is one that may have
/// been cut; see [`View::cuts_span`].
fn reach_around(encoding: Encoding) -> (usize, usize) {
    match encoding {
        Encoding::Base64(_) | Encoding::Named(_) => (BEFORE, base64::LONGEST),
        // As a whole.
        Encoding::Packed => (usize::MAX / 2, usize::MAX / 2),
        Encoding::Wide(width) => (usize::from(width) * BEFORE, usize::from(width) * AFTER),
        _ => (BEFORE, AFTER),
    }
}

/// Decodes by the encoding's own way.
fn decode_near(text: &[u8], at: usize, encoding: Encoding) -> Option<View> {
    let near = at.saturating_sub(BEFORE)..text.len().min(at + AFTER);
    match encoding {
        Encoding::Base64(phase) | Encoding::Named(phase) => {
            base64::decode_around(text, at, usize::from(phase))
        }
        Encoding::Packed => base64::decode_from(text, at),
        Encoding::Wide(width) => wide::decode_around(text, at, usize::from(width)),
        Encoding::Hex => escape::decode_hex(text, at),
        Encoding::Joined => joined::join_pieces(text, at),
        Encoding::Percent => unescape_part(text, near, Form::Percent),
        Encoding::Backslash => unescape_part(text, near, Form::Backslash),
        Encoding::Entities => unescape_part(text, near, Form::Entity),
        Encoding::QuotedPrintable => unescape_part(text, near, Form::QuotedPrintable),
    }
}

/// Returns a part of a text without its escapes of one form, where it has any.
fn unescape_part(text: &[u8], part: Range<usize>, form: Form) -> Option<View> {
    let encoding = match form {
        Form::Percent => Encoding::Percent,
        Form::Backslash => Encoding::Backslash,
        Form::Entity => Encoding::Entities,
        Form::QuotedPrintable => Encoding::QuotedPrintable,
    };
    escape::unescape_part(text, part, encoding.layer_name(), form)
}

/// Returns a text without its escapes of each form, one view for each form that
/// it has any of. For short texts: names and messages, which are looked at
/// whole.
///
/// # Examples
///
/// ```
/// use dogcatcher::decode::unescaped_views;
/// let views: Vec<_> = unescaped_views(b"a%2Fb &amp; c").map(|view| (view.layer, view.bytes)).collect();
/// assert_eq!(views, [("percent", b"a/b &amp; c".to_vec()), ("html", b"a%2Fb & c".to_vec())]);
/// ```
pub fn unescaped_views(text: &[u8]) -> impl Iterator<Item = View> {
    let has = |form: &Form| memchr::memchr(form.first_byte(), text).is_some();
    Form::ALL.into_iter().filter(has).filter_map(|form| unescape_part(text, 0..text.len(), form))
}

/// Returns the encoding that breaks off a token which begins at `at` in plain
/// text: `ddpat%5F…`, `"ddpat_" + "…"`. `None` where it goes on as a token
/// does.
///
/// # Examples
///
/// ```
/// use dogcatcher::decode::{Encoding, broken_off};
/// assert_eq!(broken_off(b"ddpat%5F1dm1", 0), Some(Encoding::Percent));
/// assert_eq!(broken_off(br#""ddpat_" + "1dm1""#, 1), Some(Encoding::Joined));
/// assert_eq!(broken_off(b"ddpat_1dm1 ", 0), None);
/// ```
pub fn broken_off(text: &[u8], at: usize) -> Option<Encoding> {
    broken_off_after(text, at, &mut 0)
}

/// [`broken_off`], where all up to `plain` is known to go on as a token does;
/// moved on to where it is known then. So a text that goes on like that for
/// ever is read once.
///
/// The caller keeps `plain` for as long as it walks one text forwards, and
/// starts it at 0.
pub fn broken_off_after(text: &[u8], at: usize, plain: &mut usize) -> Option<Encoding> {
    /// Any token of the rules that are compiled in, with room to spare.
    const LONGEST_TOKEN: usize = 80;
    let end = text.len().min(at + LONGEST_TOKEN);
    let from = at.max(*plain).min(end);
    *plain = from + word_length(&text[from..end]);
    if *plain == end { None } else { break_at(&text[*plain..text.len().min(end + 8)]) }
}

/// [`broken_off`], where a token may hold any sign that neither begins an
/// escape nor ends a literal: that of a rule of one's own.
pub fn any_broken_off(text: &[u8], at: usize) -> Option<Encoding> {
    /// Rules of one's own may have long tokens; this is no limit of them, but
    /// of how far an escape in one is looked for.
    const LONGEST_TOKEN: usize = 512;
    let goes_on = |byte: &u8| byte.is_ascii_graphic() && !b"%\\&=\"'`".contains(byte);
    let near = &text[at..text.len().min(at + LONGEST_TOKEN)];
    break_at(&near[near.iter().take_while(|byte| goes_on(byte)).count()..])
}

/// Returns the encoding that a text goes on in, by its first bytes.
fn break_at(rest: &[u8]) -> Option<Encoding> {
    match *rest {
        [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => Some(Encoding::Percent),
        [b'\\', b'"' | b'\'', ..] => Some(Encoding::Joined),
        [b'\\', ..] => Some(Encoding::Backslash),
        [b'&', b'#', ..] | [b'&', b'l', ..] => Some(Encoding::Entities),
        [b'=', a, b, ..] if (a.is_ascii_hexdigit() && b.is_ascii_hexdigit()) || a == b'\r' => {
            Some(Encoding::QuotedPrintable)
        }
        [b'=', b'\n', ..] => Some(Encoding::QuotedPrintable),
        [b'"' | b'\'' | b'`', ..] => Some(Encoding::Joined),
        _ => None,
    }
}

/// Returns the number of letters, digits and `_` that a text begins with.
fn word_length(text: &[u8]) -> usize {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'_');
    // Without a branch for each byte, sixteen are compared at once.
    let all = |step: &&[u8; 16]| step.iter().fold(true, |all, byte| all & is_word(*byte));
    let steps = 16 * text.as_chunks::<16>().0.iter().take_while(all).count();
    steps + text[steps..].iter().take_while(|byte| is_word(**byte)).count()
}

/// Decodes a part of a text that a byte order mark says to be of wide
/// characters, as a whole.
///
/// Needs memory of about five times the text, so callers give it windows.
pub fn with_mark(text: &[u8], wide: WideText) -> Option<View> {
    wide::with_mark(text, wide)
}

/// Returns what stands around `span`, where that is of wide characters, in
/// UTF-8, as far as `reach` of them to either side and as far as it is sure to
/// be what it looks like; and where the span is in it.
///
/// For keys without a prefix in such a text: the words that tell what they are
/// stand around them in the same wide characters.
pub fn narrowed_around(text: &[u8], span: &Range<usize>, reach: usize) -> Option<(String, Range<usize>)> {
    wide::narrow_around(text, span, reach)
}

/// Returns how the ASCII characters that `span` begins with are written, if not
/// with one byte each, and where its last one ends.
///
/// # Examples
///
/// ```
/// use dogcatcher::decode::wide_span;
/// let text = b"\0d\0d\0p\0a\0t\0_";
/// assert_eq!(wide_span(text, &(0..12)).map(|(mark, end)| (mark.width, end)), Some((2, 12)));
/// ```
pub fn wide_span(text: &[u8], span: &Range<usize>) -> Option<(WideMark, usize)> {
    let mark = wide::step_at(&text[span.clone()])?;
    Some((mark, wide::end_of_unit(text, span, mark.width)))
}

#[cfg(test)]
mod tests;
