//! Two or four bytes for each character.

use std::ops::Range;

use super::{AFTER, BEFORE, View};
use crate::location::WideMark;

/// The ASCII characters around `at`, which is the first of two, each `width` bytes from the next, with zeros between them.
pub(super) fn decode(text: &[u8], at: usize, width: usize) -> Option<View> {
    let zeros = |place: usize| text[place + 1..text.len().min(place + width)].iter().all(|byte| *byte == 0);
    let plain = |place: usize| {
        let byte = text[place];
        byte.is_ascii() && (byte >= b' ' || byte.is_ascii_whitespace()) && zeros(place)
    };
    let mut start = at;
    while start >= width && at - start < width * BEFORE && plain(start - width) {
        start -= width;
    }
    let mut view = View::new(layer(width));
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
    view.end(start..place.min(text.len()))
}

/// The name of the layer of characters of so many bytes.
pub(super) fn layer(width: usize) -> &'static str {
    if width == 2 { "utf-16" } else { "utf-32" }
}

/// A text with a byte order mark. What UTF-8 cannot say, half a pair say, becomes a `?`.
pub(super) fn with_mark(text: &[u8]) -> Option<View> {
    let mark = WideMark::of(text)?;
    let mut view = View::new(layer(mark.width));
    for (index, unit) in text.chunks_exact(mark.width).enumerate().skip(1) {
        let mut buffer = [0; 4];
        let character = char::from_u32(mark.unit(unit)).unwrap_or('?');
        for byte in character.encode_utf8(&mut buffer).bytes() {
            view.push(byte, index * mark.width);
        }
    }
    view.end(0..text.len())
}

/// What stands around `span`, where that is of wide characters, as far as `reach` of them; and where the span is in it.
pub(super) fn narrowed(text: &[u8], span: &Range<usize>, reach: usize) -> Option<(String, Range<usize>)> {
    let mark = step_at(&text[span.clone()])?;
    // What zeros come after may be seen as what they come before: then the last of them belongs to the span, too.
    let end = text.len().min(span.start + span.len().next_multiple_of(mark.width));
    let first = span.start - mark.width * reach.min(span.start / mark.width);
    let before = mark.characters(&text[first..span.start]);
    let after = mark.characters(&text[end..text.len().min(end + mark.width * reach)]);
    // A zero ends a string in a program.
    let before = before.rsplit(['\0', '\u{feff}']).next().unwrap_or_default();
    let after = after.split('\0').next().unwrap_or_default();
    let own = mark.characters(&text[span.start..end]);
    let span = before.len()..before.len() + own.len();
    Some((format!("{before}{own}{after}"), span))
}

/// How the ASCII characters that a text begins with are written, if not with one byte each.
fn step_at(text: &[u8]) -> Option<WideMark> {
    const ENOUGH: usize = 4;
    let marks = [(4, false), (4, true), (2, false), (2, true)];
    marks.into_iter().map(|(width, big_endian)| WideMark { width, big_endian }).find(|mark| {
        let is_ascii = |unit: &[u8]| (1..0x80).contains(&mark.unit(unit));
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
        for (bytes, width, units) in
            [(&le, 2, units), (&be, 2, units), (&le4, 4, units - 1), (&be4, 4, units - 1)]
        {
            let span = units * width..(units + 8) * width;
            assert_eq!(narrowed(bytes, &span, 100).as_ref(), Some(&expected), "{bytes:?}");
            let (near, at) = narrowed(bytes, &span, 3).expect("wide");
            assert_eq!((near.as_str(), &near[at]), ("et=12345678 ü", "12345678"));
        }
        // Seen one byte too late, as what has no mark is.
        let span = 2 * units + 1..2 * (units + 8);
        let (near, at) = narrowed(&be, &span, 3).expect("wide");
        assert_eq!((near.as_str(), &near[at]), ("et=12345678 ü", "12345678"));
        assert_eq!(narrowed(text.as_bytes(), &(4..20), 100), None);
    }
}
