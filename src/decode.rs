//! Texts within texts: what an encoding hides, decoded where an encoded prefix stands, with a way
//! back to the original bytes.
//!
//! Nothing is decoded on suspicion. An [`EncodedPrefix`] is what the beginning of a token, of
//! compressed text or of a name of Datadog's becomes in some encoding; the search for plain tokens
//! looks for them, too, so an encoding that is not there costs nothing. They are computed from the
//! anchors of the rules, in [`encoded_prefixes`].
//!
//! ```text
//! "token": "ZGRwYXRfMWRtMW9w…"                 the search meets ZGRwYXRf, what `ddpat_` becomes in base64
//!   decode(text, 10, Encoding::Base64(0))      1 KiB before it, and up to 9 KiB after it, as far as digits go
//!   → View { bytes: "ddpat_1dm1op…", layer: "base64", region: 10..97 }
//!   view.outer(&(0..65)) → 10..97              where in the text the token stands
//! ```
//!
//! A view is text again: what is found in it may be encoded once more, [`MAX_DEPTH`] layers deep.
//! How much is decoded around a prefix is bounded ([`FARTHEST_BEFORE`], [`FARTHEST_BEHIND`]), since
//! a scan of a history looks at parts of objects: what may hold a token is searched so far to
//! either side of each seam.

mod base64;
mod encoded_prefix;
mod escape;
mod gzip;
mod joined;
mod wide;

use std::ops::Range;

pub use encoded_prefix::{
    EncodedPrefix, compressed_prefixes, encoded_names, encoded_prefixes, twice_encoded_prefixes,
};
pub use gzip::{Unpacked, gunzip};

use crate::location::{WideMark, WideText};
use crate::text::Form;

/// Depth to which decoded texts are decoded again.
pub const MAX_DEPTH: usize = 4;

/// How far before an encoded prefix decoding begins at most, in bytes; what stands there is context.
const BEFORE: usize = 1024;

/// How far after an encoded prefix decoding ends at the latest, in bytes: a token of 65 characters, each written with twelve bytes, in a
/// text that is encoded twice.
const AFTER: usize = 4096;

/// How far before an encoded prefix what it tells of may stand, in bytes: characters of four.
pub const FARTHEST_BEFORE: usize = 4 * BEFORE;

/// How far behind an encoded prefix what it tells of may stand, in bytes; but for what is compressed.
pub const FARTHEST_BEHIND: usize = 10 * 1024;

const _: () = assert!(FARTHEST_BEHIND >= base64::LONGEST && FARTHEST_BEHIND >= 2 * AFTER);

/// An encoding that an encoded prefix tells of. Its numbers are small, so that a hit of the prefilter fits into two registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Encoding {
    /// Base64 of the standard or the URL alphabet; the encoded prefix is at this place of a group of four.
    Base64(u8),
    /// The same, of what tells of Datadog: a key may stand far behind it.
    Named(u8),
    /// Base64 of what is compressed, as a whole: one of its parts says nothing.
    Packed,
    /// So many bytes for each character: two or four.
    Wide(u8),
    /// `%64`.
    Percent,
    /// `\x64`, `\u0064`, `\144`, and lines that a backslash continues.
    Backslash,
    /// `&#100;`, `&#x64;`, `&lowbar;`.
    Entities,
    /// `=64`, and lines that a `=` continues.
    QuotedPrintable,
    /// Two digits for each byte.
    Hex,
    /// Literals that a program joins: `"ddpat_" + "…"`.
    Joined,
}

impl Encoding {
    /// Returns the name in reports (`layers` of a location).
    pub fn layer(self) -> &'static str {
        match self {
            Self::Base64(_) | Self::Named(_) | Self::Packed => "base64",
            Self::Wide(width) => wide::layer_name(usize::from(width)),
            Self::Percent => "percent",
            Self::Backslash => "escape",
            Self::Entities => "html",
            Self::QuotedPrintable => "quoted-printable",
            Self::Hex => "hex",
            Self::Joined => "joined",
        }
    }
}

/// A decoded piece of a text.
#[derive(Debug, Clone)]
pub struct View {
    /// What it says.
    pub bytes: Vec<u8>,
    /// The name of the encoding in reports.
    pub layer: &'static str,
    /// The part of the outer text that was decoded.
    pub region: Range<usize>,
    /// For each byte, where in the outer text what stands for it begins; and the end of the last. Empty where there is no way
    /// back from what was compressed.
    places: Vec<usize>,
    /// Where bytes end whose last digit of base64 a line's end holds apart from the others: each byte, and its end.
    apart: Vec<(usize, usize)>,
    /// Where the encoded prefix stands that it was decoded for.
    prefix_at: usize,
    /// Whether decoding began where the text was under way.
    cut_before: bool,
    /// Whether decoding stopped where the text goes on.
    cut: bool,
    /// Whether it was decoded for [`Encoding::Packed`].
    packed: bool,
}

impl View {
    /// Returns an empty view.
    fn new(layer: &'static str) -> Self {
        Self::with_capacity(layer, 0)
    }

    /// Returns an empty view that will hold so many bytes.
    fn with_capacity(layer: &'static str, bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            layer,
            region: 0..0,
            places: Vec::with_capacity(bytes + 1),
            apart: Vec::new(),
            prefix_at: 0,
            cut_before: false,
            cut: false,
            packed: false,
        }
    }

    /// Adds a byte; what stands for it begins at `place` of the outer text. Places never go back.
    fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// Ends the view of this part of the outer text; `None` where it is empty.
    fn end(mut self, region: Range<usize>) -> Option<Self> {
        self.places.push(region.end);
        self.region = region;
        (!self.bytes.is_empty()).then_some(self)
    }

    /// Returns whether this is what decoding for an encoded prefix at `at` would give again: then
    /// it need not be decoded.
    ///
    /// Digits of base64 make another text if groups begin at another place: what only looks like an
    /// encoded prefix must not stand for all that comes after it.
    pub fn covers(&self, at: usize, encoding: Encoding) -> bool {
        let same = || match encoding {
            Encoding::Base64(phase) | Encoding::Named(phase) => self.place_in_group(at) == usize::from(phase),
            // The first bytes of the view, and no others, are looked at for what is compressed; what follows is another part.
            Encoding::Packed => self.packed && self.place_in_group(at) == 0,
            _ => true,
        };
        // Where decoding stopped, what the prefix tells of may have been cut: then it is for a later one to tell of.
        let cut = match encoding {
            _ if !self.cut => 0,
            Encoding::Named(_) => FARTHEST_KEY,
            Encoding::Wide(width) => usize::from(width) * AFTER / 2,
            _ => LONGEST_TOKEN,
        };
        let sure = self.region.end.saturating_sub(cut).max(self.prefix_at + 1);
        self.layer == encoding.layer() && (self.region.start..sure).contains(&at) && same()
    }

    /// Returns whether what is `span` here may go on in the outer text where that was not decoded:
    /// then it is no whole token.
    pub fn cuts(&self, span: &Range<usize>) -> bool {
        self.cut_before && span.start == 0 || self.cut && span.end == self.bytes.len()
    }

    /// Returns where in the outer text rows of escapes stand, each for a letter, a digit or a sign of ASCII, that are too long to be but text.
    pub fn rows_of_escapes(&self) -> Vec<Range<usize>> {
        /// Half an API key.
        const SHORTEST: usize = 16;
        let is_escape =
            |at: usize| self.bytes[at].is_ascii_graphic() && self.places[at + 1] > self.places[at] + 1;
        let bytes: Vec<usize> = (0..self.bytes.len()).collect();
        let rows = bytes.chunk_by(|one, other| is_escape(*one) == is_escape(*other));
        let long = rows.filter(|row| row.len() >= SHORTEST && is_escape(row[0]));
        long.map(|row| self.places[row[0]]..self.places[row[row.len() - 1] + 1]).collect()
    }

    /// Returns the place of the digit at `at` in its group of four, or 3 where no byte begins in
    /// it: three bytes begin in four digits, none in the last.
    fn place_in_group(&self, at: usize) -> usize {
        // Where no line ends between, four digits follow four: that is looked at first.
        let digits = at - self.places.first().map_or(at, |first| *first.min(&at));
        let likely = digits / 4 * 3 + digits % 4;
        if digits % 4 < 3 && self.places.get(likely) == Some(&at) {
            return likely % 3;
        }
        let byte = self.places.partition_point(|place| *place < at);
        if self.places.get(byte) == Some(&at) { byte % 3 } else { 3 }
    }

    /// Returns where in the outer text that stands which is `span` here; the beginning of what was compressed stands for all of it.
    ///
    /// # Panics
    ///
    /// The span is empty or goes beyond the view.
    pub fn outer(&self, span: &Range<usize>) -> Range<usize> {
        /// Sixty digits of base64.
        const BEGINNING: usize = 45;
        if self.places.is_empty() {
            return self.region.start..self.region.end.min(self.region.start + BEGINNING);
        }
        let last = self.places[span.end - 1];
        let next = self.places[span.end].max(last + 1);
        // Of three bytes in base64, two end in the digit that the next one begins in; the third ends in the next but one.
        let is_last = span.end == self.bytes.len();
        let end = match (self.layer, span.end % 3) {
            ("base64", 0) => match self.apart.binary_search_by_key(&(span.end - 1), |(byte, _)| *byte) {
                Ok(at) => self.apart[at].1,
                Err(_) => next.min(last + 2),
            },
            ("base64", _) if !is_last => next + 1,
            _ => next,
        };
        self.places[span.start]..end
    }
}

/// The longest encoded token, in bytes: 65 characters, each written with twelve, and encoded twice.
const LONGEST_TOKEN: usize = 65 * 12 * 2;

/// How far behind what tells of Datadog a key ends, in bytes of base64: six KiB of text.
const FARTHEST_KEY: usize = 6 * 1024 * 4 / 3 + 64;

/// Decodes what stands around an encoded prefix at `at`; `None` where nothing there is of that
/// encoding.
pub fn decode(text: &[u8], at: usize, encoding: Encoding) -> Option<View> {
    let mut view = decode_near(text, at, encoding)?;
    view.prefix_at = at;
    view.packed = encoding == Encoding::Packed;
    let (before, after) = reach_around(encoding);
    view.cut_before = view.region.start > 0 && view.region.start + before <= at + 16;
    view.cut = view.region.end < text.len() && view.region.end + 16 >= at + after;
    Some(view)
}

/// Returns how far before an encoded prefix decoding begins at most, and how far after it it ends
/// at the latest, in bytes.
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
    escape::unescape_part(text, part, encoding.layer(), form)
}

/// Returns a text without its escapes of each form, one view for each form that it has any of. For
/// short texts: names and messages, which are looked at whole.
pub fn unescaped(text: &[u8]) -> impl Iterator<Item = View> {
    let has = |form: &Form| memchr::memchr(form.introducer(), text).is_some();
    Form::ALL.into_iter().filter(has).filter_map(|form| unescape_part(text, 0..text.len(), form))
}

/// Returns the encoding that breaks off a token which begins at `at` in plain text: `ddpat%5F…`,
/// `"ddpat_" + "…"`. `None` where it goes on as a token does.
pub fn broken_off(text: &[u8], at: usize) -> Option<Encoding> {
    broken_off_after(text, at, &mut 0)
}

/// [`broken_off`], where all up to `plain` is known to go on as a token does; moved on to where it is known then. So a
/// text that goes on like that for ever is read once.
pub fn broken_off_after(text: &[u8], at: usize, plain: &mut usize) -> Option<Encoding> {
    const LONGEST_TOKEN: usize = 80;
    let end = text.len().min(at + LONGEST_TOKEN);
    let from = at.max(*plain).min(end);
    *plain = from + word_length(&text[from..end]);
    if *plain == end { None } else { break_at(&text[*plain..text.len().min(end + 8)]) }
}

/// [`broken_off`], where a token may hold any sign that neither begins an escape nor ends a literal: that of a rule of one's own.
pub fn any_broken_off(text: &[u8], at: usize) -> Option<Encoding> {
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

/// Decodes a part of a text that a byte order mark says to be of wide characters, as a whole.
pub fn with_mark(text: &[u8], wide: WideText) -> Option<View> {
    wide::with_mark(text, wide)
}

/// Returns what stands around `span`, where that is of wide characters, in UTF-8, as far as `reach` of them to either side and as far
/// as it is sure to be what it looks like; and where the span is in it.
pub fn narrowed(text: &[u8], span: &Range<usize>, reach: usize) -> Option<(String, Range<usize>)> {
    wide::narrow_around(text, span, reach)
}

/// Returns how the ASCII characters that `span` begins with are written, if not with one byte each, and where its last one ends.
pub fn wide_span(text: &[u8], span: &Range<usize>) -> Option<(WideMark, usize)> {
    let mark = wide::step_at(&text[span.clone()])?;
    Some((mark, wide::end_of_unit(text, span, mark.width)))
}

/// The value of a hexadecimal digit.
fn hex_value(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;
