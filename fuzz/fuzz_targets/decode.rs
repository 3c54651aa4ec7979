//! Any bytes through each decoder at any place: every decoded byte has a place in the text, and places go forwards.
#![no_main]

use dogcatcher::decode::{Encoding, decode_at, gunzip, with_mark};
use dogcatcher::location::{WideMark, WideText};
use libfuzzer_sys::fuzz_target;

const ENCODINGS: [Encoding; 17] = [
    Encoding::Base64(0),
    Encoding::Base64(1),
    Encoding::Base64(2),
    Encoding::Base64(3),
    Encoding::Named(0),
    Encoding::Named(1),
    Encoding::Named(2),
    Encoding::Named(3),
    Encoding::Packed,
    Encoding::Wide(2),
    Encoding::Wide(4),
    Encoding::Percent,
    Encoding::Backslash,
    Encoding::Entities,
    Encoding::QuotedPrintable,
    Encoding::Hex,
    Encoding::Joined,
];

fuzz_target!(|case: (usize, u8, &[u8])| {
    let (at, choice, text) = case;
    // An encoded prefix lies within the text that it is found in: at its bytes, or where a token begins and breaks off.
    let at = if text.is_empty() { return } else { at % text.len() };
    let encoding = ENCODINGS[usize::from(choice) % ENCODINGS.len()];
    // As a window of a text sees it, that begins anywhere.
    let wide = WideMark::of(text).map(|mark| WideText::from(mark, u64::from(choice)));
    let marked = wide.and_then(|wide| with_mark(text, wide));
    for view in decode_at(text, at, encoding).into_iter().chain(marked) {
        assert!(view.region.end <= text.len());
        if let Some(unpacked) = gunzip(&view.bytes, 1 << 16) {
            assert!(unpacked.view.bytes.len() <= 1 << 16);
        }
        let mut before = 0;
        for byte in 0..view.bytes.len() {
            let outer = view.outer_span(&(byte..byte + 1));
            assert!(before <= outer.start && outer.start < outer.end && outer.end <= text.len());
            before = outer.start;
        }
    }
});
