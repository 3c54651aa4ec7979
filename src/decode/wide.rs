//! Characters of two or four bytes each: UTF-16 and UTF-32, in either order,
//! with a byte order mark or without.
//!
//! ```text
//! with a mark      ff fe 64 00 64 00 …      the whole text is decoded: it says itself what it is
//! without one      … 64 00 64 00 70 00 …    only what stands around a prefix, ASCII characters alone
//! ```
//!
//! Windows writes such files (PowerShell redirections, the registry), and
//! programs hold such strings among other bytes.
//!
//! Two ways lead here. A byte order mark settles it, and the text is decoded as
//! a whole. Without one (a string in a program, a part of a registry hive) only
//! ASCII characters with zeros between them are taken, so that other bytes
//! cannot be mistaken for text.

use std::ops::Range;

use super::encoding::layer_name;
use super::view::{AFTER, BEFORE, View};
use crate::location::{WideMark, WideText};

/// Returns the ASCII characters around `at`, which is the first of two, each
/// `width` bytes from the next, with zeros between them. The order of the bytes
/// is not known here: a character is placed at the byte that is not zero.
pub(super) fn decode_around(text: &[u8], at: usize, width: usize) -> Option<View> {
    let zeros = |place: usize| text[place + 1..text.len().min(place + width)].iter().all(|byte| *byte == 0);
    let plain = |place: usize| {
        let byte = text[place];
        byte.is_ascii() && (byte >= b' ' || byte.is_ascii_whitespace()) && zeros(place)
    };
    let mut start = at;
    while start >= width && at - start < width * BEFORE && plain(start - width) {
        start -= width;
    }
    let mut view = View::new(layer_name(width));
    let mut place = start;
    while place < text.len() && place - at.min(place) < width * AFTER && plain(place) {
        view.push(text[place], place);
        place += width;
    }
    // Where the zeros come first, what follows the last character are none. Where they come last, this is what follows the
    // text; no more than the end of a word is lost by that.
    if place > 0 && place < text.len() && text[place].is_ascii_graphic() && text[place - 1] == 0 {
        view.push(text[place], place);
        place += 1;
    }
    view.finish_view(start..place.min(text.len()))
}

/// Decodes a part of a text with a byte order mark. What UTF-8 cannot say, half
/// a pair say, becomes a `?`.
pub(super) fn with_mark(text: &[u8], WideText { mark, start }: WideText) -> Option<View> {
    let mut view = View::with_capacity(layer_name(mark.width), text.len() / mark.width);
    for (index, unit) in text.get(start..)?.chunks_exact(mark.width).enumerate() {
        let mut buffer = [0; 4];
        let character = char::from_u32(mark.read_unit(unit)).unwrap_or('?');
        for byte in character.encode_utf8(&mut buffer).bytes() {
            view.push(byte, start + index * mark.width);
        }
    }
    view.finish_view(0..text.len())
}

/// Returns what stands around `span`, where that is of wide characters, as far
/// as `reach` of them; and where the span is in it.
///
/// It ends where the text may not be what it looks like: where characters of
/// one byte or of the other order would be read as others.
pub(super) fn narrow_around(
    text: &[u8],
    span: &Range<usize>,
    reach: usize,
) -> Option<(String, Range<usize>)> {
    let mark = step_at(&text[span.clone()])?;
    let end = end_of_unit(text, span, mark.width);
    let first = span.start - mark.width * reach.min(span.start / mark.width);
    let is_sure = |unit: &&[u8]| is_sure(mark, unit);
    let before = text[first..span.start].rchunks_exact(mark.width).take_while(is_sure).count() * mark.width;
    let after = &text[end..text.len().min(end + mark.width * reach)];
    let after = after.chunks_exact(mark.width).take_while(is_sure).count() * mark.width;
    let before = mark.decode_text(&text[span.start - before..span.start]);
    let own = mark.decode_text(&text[span.start..end]);
    let span = before.len()..before.len() + own.len();
    Some((format!("{before}{own}{}", mark.decode_text(&text[end..end + after])), span))
}

/// Returns whether a unit is the character that it looks like, and not the end
/// of a string in a program, two characters of one byte each, one of another
/// order, or a part of two.
///
/// A unit like `0x6167` is one Chinese character or the two letters `ga`: both
/// are text, so nobody can say, and the context ends there.
fn is_sure(mark: WideMark, unit: &[u8]) -> bool {
    /// A byte order mark within a text begins another one.
    const MARK: u32 = 0xfeff;
    let number = mark.read_unit(unit);
    let swapped = number.swap_bytes() >> (32 - 8 * mark.width);
    let is_text = |byte: &&u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match number {
        0 | MARK => false,
        1..0x80 => true,
        _ => swapped >= 0x80 && !unit.contains(&b'\n') && unit.iter().filter(is_text).count() < 2,
    }
}

/// Returns where the last character of a span ends. What zeros come after may
/// be seen as what they come before: then the last of them belongs to the span,
/// too.
///
/// ```text
/// little-endian   64 00 64 00      the zero belongs to the character before
/// big-endian      00 64 00 64      here it belongs to the one behind; one zero too many hides nothing that counts
/// ```
pub(super) fn end_of_unit(text: &[u8], span: &Range<usize>, width: usize) -> usize {
    text.len().min(span.start + span.len().next_multiple_of(width))
}

/// Returns how the ASCII characters that a text begins with are written, if not
/// with one byte each.
pub(super) fn step_at(text: &[u8]) -> Option<WideMark> {
    /// Characters that must look the same; by chance, bytes with so many zeros
    /// in step are rare.
    const ENOUGH: usize = 4;
    let marks = [(4, false), (4, true), (2, false), (2, true)];
    marks.into_iter().map(|(width, big_endian)| WideMark { width, big_endian }).find(|mark| {
        let is_ascii = |unit: &[u8]| (1..0x80).contains(&mark.read_unit(unit));
        text.len() >= ENOUGH * mark.width && text.chunks_exact(mark.width).take(ENOUGH).all(is_ascii)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbourhood_in_one_byte_characters() {
        let text = "a\0é🐕 secret=12345678 ü\0b";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let le4: Vec<u8> = text.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect();
        let be4: Vec<u8> = text.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect();
        let units = text[..text.find("123").expect("there")].encode_utf16().count();
        let expected = ("é🐕 secret=12345678 ü".to_owned(), 14..22);
        // What a program of another age appended, and what is of the other order.
        for foreign in [&b"\r\nab"[..], b"4\0", b"12", b"\n\x4e"] {
            let marked = |before: &[u8], after: &[u8]| {
                let own: Vec<u8> = "key=12345678 ü ".encode_utf16().flat_map(u16::to_be_bytes).collect();
                let text = [before, &own, after].concat();
                narrow_around(&text, &(before.len() + 8..before.len() + 24), 100)
            };
            assert_eq!(marked(foreign, b""), marked(b"", b""), "{foreign:?}");
            assert_eq!(marked(b"", foreign), marked(b"", b""), "{foreign:?}");
        }
        for (bytes, width, units) in
            [(&le, 2, units), (&be, 2, units), (&le4, 4, units - 1), (&be4, 4, units - 1)]
        {
            let span = units * width..(units + 8) * width;
            assert_eq!(narrow_around(bytes, &span, 100).as_ref(), Some(&expected), "{bytes:?}");
            let (near, at) = narrow_around(bytes, &span, 3).expect("wide");
            assert_eq!((near.as_str(), &near[at]), ("et=12345678 ü", "12345678"));
        }
        // Seen one byte too late, as what has no mark is.
        let span = 2 * units + 1..2 * (units + 8);
        let (near, at) = narrow_around(&be, &span, 3).expect("wide");
        assert_eq!((near.as_str(), &near[at]), ("et=12345678 ü", "12345678"));
        assert_eq!(narrow_around(text.as_bytes(), &(4..20), 100), None);
    }
}
