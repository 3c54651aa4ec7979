//! Lines and columns of byte offsets, counted while bytes go by: a file of any
//! size is read in windows, and a place in it is only wanted where something
//! was found.
//!
//! The text is never held: what carries over from one piece to the next is the
//! beginning of a character, three bytes at most.
//!
//! ```text
//! windows of a file   |one\nzw|ei \xc3|\xbc x|
//! after each          line 2    line 2     line 2
//!                     col 3     col 7, and half of ü kept      col 9
//! ```
//!
//! A cursor only moves forward: whoever wants the place of an earlier byte
//! starts another one, or asks for places in order ([`Locator`](crate::scan)
//! does).

use memchr::{memchr_iter, memrchr};

use super::mark::{BYTE_ORDER_MARK, WideMark};

/// A place in a text, both numbers from 1; see [`crate::location`] for what a
/// column counts. A later place is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line. Lines end at LF; the last one need not.
    pub line: u64,
    /// The column, in UTF-16 code units.
    pub column: u64,
}

impl Position {
    /// Stands where lines have not been counted; no place has these numbers.
    pub const UNKNOWN: Self = Self { line: 0, column: 0 };
}

/// Walks forward over a text of any size and knows its [`Position`].
///
/// The text can be given in pieces that are cut anywhere, even within a
/// character: the result is the same.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::Cursor;
/// let mut cursor = Cursor::default();
/// cursor.advance("one\nzwei ".as_bytes());
/// cursor.advance("ü🐕".as_bytes());
/// let here = cursor.position();
/// assert_eq!((here.line, here.column), (2, 9)); // ü is one UTF-16 unit, the dog two
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// Bytes that have gone by, a byte order mark included.
    offset: u64,
    /// LFs among them: one less than the number of the line.
    newlines: u64,
    /// UTF-16 code units since the last LF, without those of [`Self::tail`].
    units: u64,
    /// The beginning of a character whose end has not been seen yet: at most
    /// three bytes.
    tail: Vec<u8>,
    /// Encoding of characters of two or four bytes each, where the text begins
    /// with a mark.
    wide: Option<WideMark>,
}

impl Cursor {
    /// Returns the number of bytes that have gone by.
    ///
    /// This is a number of bytes from the beginning of the text, marks
    /// included, so it can be compared with the offsets of findings.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Moves over `bytes`, the next piece of the text. A byte order mark counts
    /// as one only in the first piece, and has to be whole there.
    ///
    /// Linear in the length of `bytes`; in ASCII without a line end it is an
    /// addition.
    pub fn advance(&mut self, bytes: &[u8]) {
        let at_start = self.offset == 0;
        self.offset += bytes.len() as u64;
        if at_start {
            self.wide = WideMark::of(bytes);
        }
        if let Some(mark) = self.wide {
            let text = if at_start { &bytes[mark.width..] } else { bytes };
            return self.count_wide(mark, text);
        }
        if let Some(last) = memrchr(b'\n', bytes) {
            self.newlines += memchr_iter(b'\n', bytes).count() as u64;
            self.units = 0;
            self.tail.clear();
            self.count_units(&bytes[last + 1..]);
        } else {
            // A mark that comes in pieces is counted; no reader cuts a file within its first three bytes.
            let mark = at_start && bytes.starts_with(BYTE_ORDER_MARK);
            self.count_units(if mark { &bytes[BYTE_ORDER_MARK.len()..] } else { bytes });
        }
    }

    /// Returns where the next byte stands.
    ///
    /// A character of which only the beginning has gone by counts one unit for
    /// each of its bytes, as it would if the text ended here.
    pub fn position(&self) -> Position {
        let unfinished = if self.wide.is_some() { 0 } else { self.tail.len() as u64 };
        Position { line: self.newlines + 1, column: self.units + unfinished + 1 }
    }

    /// Counts characters of more than one byte, and keeps what of the last one
    /// there is.
    fn count_wide(&mut self, mark: WideMark, mut bytes: &[u8]) {
        if !self.tail.is_empty() {
            let missing = bytes.len().min(mark.width - self.tail.len());
            self.tail.extend_from_slice(&bytes[..missing]);
            bytes = &bytes[missing..];
            if self.tail.len() < mark.width {
                return;
            }
            self.count_wide_unit(mark.read_unit(&self.tail));
            self.tail.clear();
        }
        let units = bytes.chunks_exact(mark.width);
        self.tail.extend_from_slice(units.remainder());
        units.for_each(|unit| self.count_wide_unit(mark.read_unit(unit)));
    }

    /// Counts one unit of a text of wide characters. A character beyond the
    /// first plane is two units of UTF-16; in UTF-16 itself its two halves come
    /// one by one.
    fn count_wide_unit(&mut self, unit: u32) {
        if unit == u32::from(b'\n') {
            self.newlines += 1;
            self.units = 0;
        } else {
            self.units += if unit > 0xffff { 2 } else { 1 };
        }
    }

    /// Counts bytes of a line, behind the unfinished character that the piece
    /// before left.
    fn count_units(&mut self, bytes: &[u8]) {
        if self.tail.is_empty() {
            return self.count_from_character(bytes);
        }
        let joined: Vec<u8> = self.tail.drain(..).chain(bytes.iter().copied()).collect();
        self.count_from_character(&joined);
    }

    /// Counts `bytes`, which begin where a character may begin, and keeps an
    /// unfinished end.
    ///
    /// Each byte that belongs to no character counts one unit, like the
    /// replacement character that an editor shows for it.
    fn count_from_character(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() {
            self.units += bytes.len() as u64;
            return;
        }
        let mut rest = bytes;
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.units += utf16_units(text);
                    return;
                }
                Err(error) => {
                    let (valid, bad) = rest.split_at(error.valid_up_to());
                    self.units += utf16_units(std::str::from_utf8(valid).unwrap_or_default());
                    let Some(length) = error.error_len() else {
                        self.tail.extend_from_slice(bad);
                        return;
                    };
                    self.units += length as u64;
                    rest = &bad[length..];
                }
            }
        }
    }
}

/// Returns the length of a text in UTF-16 code units.
fn utf16_units(text: &str) -> u64 {
    text.chars().map(|c| c.len_utf16() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position_after(text: &[u8]) -> (u64, u64) {
        let mut cursor = Cursor::default();
        cursor.advance(text);
        let here = cursor.position();
        (here.line, here.column)
    }

    const MARKS: [&[u8]; 5] = [b"", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"];

    type Encode = fn(&str) -> Vec<u8>;

    /// Marks, and how a text is written after them.
    const ENCODE: [(&[u8], Encode); 4] = [
        (MARKS[1], |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (MARKS[2], |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        (MARKS[3], |text| text.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect()),
        (MARKS[4], |text| text.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect()),
    ];

    /// The definition, written as plainly as it can be.
    fn naive_position(text: &[u8]) -> (u64, u64) {
        let line = 1 + text.iter().filter(|&&b| b == b'\n').count() as u64;
        let start = text.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let mut column = 1;
        for chunk in text[start..].utf8_chunks() {
            column += chunk.valid().encode_utf16().count() as u64;
            column += chunk.invalid().len() as u64;
        }
        (line, column)
    }

    #[test]
    fn known_places() {
        let cases: [(&[u8], (u64, u64)); 9] = [
            (b"", (1, 1)),
            (b"abc", (1, 4)),
            (b"a\n", (2, 1)),
            (b"a\r\nb", (2, 2)),
            ("é".as_bytes(), (1, 2)),
            ("🐕".as_bytes(), (1, 3)),
            (b"\xff\xfd", (1, 3)),
            (b"\xef\xbb\xbfabc", (1, 4)),
            (b"x\n\xef\xbb\xbfabc", (2, 5)),
        ];
        for (text, expected) in cases {
            assert_eq!(position_after(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(mark in 0..MARKS.len(), text in proptest::collection::vec(
            prop_oneof![Just(b'\n'), any::<u8>(), Just(0), Just(0xf0), Just(0x9f), Just(0x90), Just(0x95)], 4..60),
            cut in any::<prop::sample::Index>()) {
            let text = [MARKS[mark], &text].concat();
            // From the fourth byte on, so that a byte order mark stays whole.
            let cut = 4 + cut.index(text.len() - 3);
            let mut cursor = Cursor::default();
            cursor.advance(&text[..cut]);
            cursor.advance(&text[cut..]);
            let here = cursor.position();
            prop_assert_eq!((here.line, here.column), position_after(&text));
            prop_assert_eq!(cursor.offset(), text.len() as u64);
        }

        #[test]
        fn bytes_count_like_the_definition(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assume!(!text.starts_with(BYTE_ORDER_MARK) && WideMark::of(&text).is_none());
            prop_assert_eq!(position_after(&text), naive_position(&text));
        }

        #[test]
        fn wide_text_counts_like_the_definition(text in "[a\n\r\t߀ĊਊⰊ世🐕]{0,40}", before in 0usize..40) {
            let before: String = text.chars().take(before).collect();
            let expected = naive_position(before.as_bytes());
            for (mark, encode) in ENCODE {
                let marked = [mark, &encode(&text)].concat();
                let at = mark.len() + encode(&before).len();
                prop_assert_eq!(position_after(&marked[..at]), expected);
                // Within a character, its place is meant.
                if at < marked.len() {
                    prop_assert_eq!(position_after(&marked[..at + 1]), expected);
                }
            }
        }

        #[test]
        fn text_counts_like_the_definition(text in "[a\n\r\téß世🐕]{0,40}") {
            prop_assert_eq!(position_after(text.as_bytes()), naive_position(text.as_bytes()));
        }
    }
}
