//! A decoded piece of a text, and the way back to where it stands.
//!
//! A view keeps a place for every byte, so a span that a rule matched in
//! decoded text can be turned into the bytes of the file that stand for it:
//!
//! ```text
//! outer   key: 64647061745f31646d --          (hexadecimal digits)
//!              |           |
//! bytes        d d p a t _ 1 d m
//! places       5 7 9 …     17 …  23           and the end, so one more than bytes
//! outer_span(0..6) → 5..17
//! ```
//!
//! For gzip there are no places: every byte of the input may matter for every
//! byte of the output.

use std::ops::Range;

use super::encoding::Encoding;

/// Bytes before an encoded prefix from which on decoding begins; what stands
/// there is context.
pub(super) const BEFORE: usize = 1024;

/// Bytes after an encoded prefix at which decoding ends at the latest: a token
/// of 65 characters, each written with twelve bytes, in a text that is encoded
/// twice.
pub(super) const AFTER: usize = 4096;

/// A decoded piece of a text.
#[derive(Debug, Clone)]
pub struct View {
    /// The decoded text.
    pub bytes: Vec<u8>,
    /// The name of the encoding in reports.
    pub layer: &'static str,
    /// The part of the outer text that was decoded.
    pub region: Range<usize>,
    /// For each byte, where in the outer text what stands for it begins; and
    /// the end of the last. Empty where there is no way back from what was
    /// compressed.
    pub(super) places: Vec<usize>,
    /// Ends of bytes whose last digit of base64 a line's end holds apart from
    /// the others: each byte, and its end.
    pub(super) apart: Vec<(usize, usize)>,
    /// Place of the encoded prefix that it was decoded for.
    pub(super) prefix_at: usize,
    /// True where decoding began where the text was under way.
    pub(super) cut_before: bool,
    /// True where decoding stopped where the text goes on.
    pub(super) cut: bool,
    /// True where it was decoded for [`Encoding::Packed`].
    pub(super) packed: bool,
}

impl View {
    /// Returns an empty view.
    pub(super) fn new(layer: &'static str) -> Self {
        Self::with_capacity(layer, 0)
    }

    /// Returns an empty view that will hold so many bytes.
    pub(super) fn with_capacity(layer: &'static str, bytes: usize) -> Self {
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

    /// Adds a byte; what stands for it begins at `place` of the outer text.
    /// Places never go back.
    pub(super) fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// Ends the view of this part of the outer text; `None` where it is empty.
    pub(super) fn finish_view(mut self, region: Range<usize>) -> Option<Self> {
        self.places.push(region.end);
        self.region = region;
        (!self.bytes.is_empty()).then_some(self)
    }

    /// Returns whether this is what decoding for an encoded prefix at `at`
    /// would give again: then it need not be decoded.
    ///
    /// Digits of base64 make another text if groups begin at another place:
    /// what only looks like an encoded prefix must not stand for all that comes
    /// after it.
    ///
    /// Without this each of the prefixes in a long text would decode the same
    /// kilobytes again, and a crafted file would take time with the square of
    /// its length.
    pub fn covers_prefix(&self, at: usize, encoding: Encoding) -> bool {
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
        self.layer == encoding.layer_name() && (self.region.start..sure).contains(&at) && same()
    }

    /// Returns whether what is `span` here may go on in the outer text where
    /// that was not decoded: then it is no whole token.
    ///
    /// The caller lets go of such a match: a later prefix, nearer to it,
    /// decodes it whole.
    pub fn cuts_span(&self, span: &Range<usize>) -> bool {
        self.cut_before && span.start == 0 || self.cut && span.end == self.bytes.len()
    }

    /// Returns where in the outer text rows of escapes stand, each for a
    /// letter, a digit or a sign of ASCII, that are too long to be but text.
    ///
    /// `\x64\x64\x70…` for every character is how payloads are hidden, and how
    /// some tools dump strings; a masker hides such rows as a whole, since what
    /// they say is as secret as if it were plain.
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

    /// Returns the place of the digit at `at` in its group of four, or 3 where
    /// no byte begins in it: three bytes begin in four digits, none in the
    /// last.
    ///
    /// ```text
    /// digits   Z G R w | Y X R f
    /// bytes    d d p   | a t _
    /// place    0 1 2 3 | 0 1 2 3
    /// ```
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

    /// Returns where in the outer text that stands which is `span` here; the
    /// beginning of what was compressed stands for all of it.
    ///
    /// # Panics
    ///
    /// The span is empty or goes beyond the view.
    pub fn outer_span(&self, span: &Range<usize>) -> Range<usize> {
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

/// The longest encoded token, in bytes: 65 characters, each written with
/// twelve, and encoded twice.
const LONGEST_TOKEN: usize = 65 * 12 * 2;

/// Distance from what tells of Datadog to the end of a key behind it, in bytes
/// of base64: six KiB of text.
const FARTHEST_KEY: usize = 6 * 1024 * 4 / 3 + 64;
