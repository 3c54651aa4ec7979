//! Byte order marks of texts whose characters have more than one byte.

/// What a text of wide characters is written in, as its byte order mark says.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::WideMark;
/// let mark = WideMark::of(b"\xff\xfea\0").unwrap();
/// assert_eq!((mark.width, mark.unit(b"a\0")), (2, 0x61));
/// assert_eq!(WideMark::of(b"\xef\xbb\xbfa"), None); // UTF-8
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WideMark {
    /// The bytes of a unit, and of the mark: two or four.
    pub width: usize,
    /// Whether the first byte of a unit is the most significant one.
    pub big_endian: bool,
}

impl WideMark {
    /// The mark that a text begins with.
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

    /// The number that the bytes of one unit stand for.
    pub fn unit(self, bytes: &[u8]) -> u32 {
        let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    /// Where in a unit the byte of an ASCII character is; the others are zero.
    pub fn ascii_byte(self) -> usize {
        if self.big_endian { self.width - 1 } else { 0 }
    }
}
