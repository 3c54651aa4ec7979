//! Byte order marks, and texts whose characters have more than one byte.
//!
//! ```text
//! ef bb bf         UTF-8: dropped
//! ff fe            UTF-16, little-endian        ff fe 00 00   UTF-32, little-endian
//! fe ff            UTF-16, big-endian           00 00 fe ff   UTF-32, big-endian
//! ```
//!
//! Without a mark nothing here is certain, and nothing is guessed: a text
//! without one is taken for bytes, of which [`decode`](crate::decode) may find
//! that some are characters of two or four.

use std::borrow::Cow;

/// The mark of UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The encoding of a text of wide characters, as its byte order mark says.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::WideMark;
/// let mark = WideMark::of(b"\xff\xfea\0").unwrap();
/// assert_eq!((mark.width, mark.read_unit(b"a\0")), (2, 0x61));
/// assert_eq!(WideMark::of(b"\xef\xbb\xbfa"), None); // UTF-8
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WideMark {
    /// The bytes of a unit, and of the mark: two or four.
    pub width: usize,
    /// True where the first byte of a unit is the most significant one.
    pub big_endian: bool,
}

impl WideMark {
    /// Returns the mark that a text begins with. `ff fe 00 00` is taken for
    /// UTF-32, though it might be UTF-16 that begins with a zero.
    pub fn of(text: &[u8]) -> Option<Self> {
        let (width, big_endian) = match *text {
            [0xff, 0xfe, 0, 0, ..] => (4, false),
            [0, 0, 0xfe, 0xff, ..] => (4, true),
            [0xff, 0xfe, ..] => (2, false),
            [0xfe, 0xff, ..] => (2, true),
            _ => return None,
        };
        Some(Self { width, big_endian })
    }

    /// Returns the number that the bytes of one unit stand for; a unit that is
    /// cut short counts as far as it goes.
    ///
    /// A unit of UTF-16 is half of a character beyond the first plane: this is
    /// its number, not the character's.
    pub fn read_unit(self, bytes: &[u8]) -> u32 {
        let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    /// Returns the place in a unit of the byte that an ASCII character has; the
    /// others are zero.
    ///
    /// ```text
    /// 'd' in UTF-16, little-endian   64 00   → 0
    /// 'd' in UTF-16, big-endian      00 64   → 1
    /// ```
    pub fn ascii_byte(self) -> usize {
        if self.big_endian { self.width - 1 } else { 0 }
    }

    /// Decodes a text without its mark; what is no character is replaced.
    ///
    /// Units are decoded from the first byte on, so `text` has to begin with a
    /// whole one; a last one that is cut short is taken as far as it goes.
    pub fn decode_text(self, text: &[u8]) -> String {
        let units = text.chunks(self.width).map(|unit| self.read_unit(unit));
        let or_replaced = |character: Option<char>| character.unwrap_or(char::REPLACEMENT_CHARACTER);
        if self.width == 4 {
            return units.map(|unit| or_replaced(char::from_u32(unit))).collect();
        }
        char::decode_utf16(units.map(|unit| unit as u16)).map(|decoded| or_replaced(decoded.ok())).collect()
    }
}

/// A text of wide characters, as a part of it stands in memory.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::{WideMark, WideText};
/// let mark = WideMark { width: 2, big_endian: true };
/// assert_eq!(WideText::of(b"\xfe\xff\0a"), Some(WideText { mark, start: 2 }));
/// // The second byte of a character, and then the next one.
/// let part = WideText::from(mark, 1001);
/// assert_eq!(part.start, 1);
/// assert!(part.has_ascii_at(2, 2) && !part.has_ascii_at(1, 2));
/// assert_eq!(part.after_bytes(4).start, 1);
/// assert_eq!(part.after_bytes(5).start, 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WideText {
    /// The encoding.
    pub mark: WideMark,
    /// Place in the part at which the first whole character begins.
    pub start: usize,
}

impl WideText {
    /// Makes one of a text as a whole, where it begins with a mark.
    pub fn of(text: &[u8]) -> Option<Self> {
        WideMark::of(text).map(|mark| Self::from(mark, 0))
    }

    /// Makes one of what stands from `offset` on in a text that begins with
    /// `mark`.
    pub fn from(mark: WideMark, offset: u64) -> Self {
        let width = mark.width as u64;
        let start = offset.max(width).next_multiple_of(width) - offset;
        Self { mark, start: start as usize }
    }

    /// Returns the same text without its first `skipped` bytes in memory.
    ///
    /// Where `skipped` ends within a character, [`Self::start`] says how many
    /// bytes of it are left.
    pub fn after_bytes(self, skipped: usize) -> Self {
        let width = self.mark.width;
        Self { start: (self.start + skipped.next_multiple_of(width) - skipped) % width, ..self }
    }

    /// Returns whether the byte at `at` is where an ASCII character of so many
    /// bytes would have the one that is not zero.
    pub fn has_ascii_at(self, at: usize, width: usize) -> bool {
        self.mark.width == width && at % width == (self.start + self.mark.ascii_byte()) % width
    }
}

/// Returns a text in UTF-8 without a mark, whatever its mark says that it is
/// written in: PowerShell writes UTF-16 where the output of a program goes to a
/// file.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::without_mark;
/// assert_eq!(*without_mark(b"\xff\xfe{\0}\0"), *b"{}");
/// assert_eq!(*without_mark(b"\xef\xbb\xbf{}"), *b"{}");
/// assert_eq!(*without_mark(b"{}"), *b"{}");
/// ```
pub fn without_mark(text: &[u8]) -> Cow<'_, [u8]> {
    match WideMark::of(text) {
        Some(mark) => Cow::Owned(mark.decode_text(&text[mark.width..]).into_bytes()),
        None => Cow::Borrowed(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)),
    }
}
