//! Two or four bytes for each character.

use super::{AFTER, BEFORE, View};

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

/// A text with a byte order mark.
pub(super) fn with_mark(text: &[u8]) -> Option<View> {
    match *text {
        [0xff, 0xfe, 0, 0, ..] => {
            units(text, 4, |unit| u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]))
        }
        [0, 0, 0xfe, 0xff, ..] => {
            units(text, 4, |unit| u32::from_be_bytes([unit[0], unit[1], unit[2], unit[3]]))
        }
        [0xff, 0xfe, ..] => units(text, 2, |unit| u32::from(u16::from_le_bytes([unit[0], unit[1]]))),
        [0xfe, 0xff, ..] => units(text, 2, |unit| u32::from(u16::from_be_bytes([unit[0], unit[1]]))),
        _ => None,
    }
}

/// Characters of so many bytes, after the mark. One that UTF-8 cannot say, half a pair say, becomes a `?`.
fn units(text: &[u8], width: usize, read: fn(&[u8]) -> u32) -> Option<View> {
    let mut view = View::new(layer(width));
    for (index, unit) in text.chunks_exact(width).enumerate().skip(1) {
        let mut buffer = [0; 4];
        let character = char::from_u32(read(unit)).unwrap_or('?');
        for byte in character.encode_utf8(&mut buffer).bytes() {
            view.push(byte, index * width);
        }
    }
    view.end(0..text.len())
}
