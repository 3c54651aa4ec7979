//! Decoders against encoders that are written apart from them.

use super::*;
use proptest::prelude::*;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let number =
            group.iter().fold(0u32, |number, &byte| number << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for index in 0..4 {
            let value = (number >> (18 - 6 * index)) & 63;
            out.push(if index <= group.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    out
}

/// Beginnings of tokens, encoded.
fn known_prefixes() -> Vec<EncodedPrefix> {
    [&b"ddpat_"[..], b"ddsat_", b"ddapp_"]
        .into_iter()
        .flat_map(encoded_prefixes)
        .chain(compressed_prefixes())
        .collect()
}

/// The views that the encoded prefixes of a text lead to.
fn views_of(text: &[u8]) -> Vec<View> {
    known_prefixes()
        .iter()
        .flat_map(|prefix| {
            memchr::memmem::find_iter(text, &prefix.bytes).map(move |at| (at, prefix.encoding))
        })
        .filter_map(|(at, encoding)| decode_at(text, at, encoding))
        .collect()
}

fn shows_within(text: &[u8], inner: &[u8]) -> bool {
    views_of(text).iter().any(|view| {
        memchr::memmem::find(&view.bytes, inner).is_some_and(|at| {
            let outer = view.outer_span(&(at..at + inner.len()));
            outer.start < outer.end && outer.end <= text.len() && view.region.contains(&outer.start)
        })
    })
}

proptest! {
    #[test]
    fn base64_at_every_place(before in proptest::collection::vec(any::<u8>(), 0..40), after in proptest::collection::vec(any::<u8>(), 0..40),
                             noise in "[ :=\"]{0,5}", choice in 0usize..3, wrap in 60usize..80) {
        let token = [b"ddpat_0123".as_slice(), b"ddsat_abc", b"ddapp_XYZ"][choice];
        let plain = [&before, token, &after].concat();
        let encoded = to_base64(&plain);
        let url: String = encoded.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
        let wrapped = encoded.as_bytes().chunks(wrap).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>();
        for text in [encoded.clone(), url, wrapped.join("\n"), wrapped.join("\r\n    "), wrapped.join("\\n")] {
            // A line of base64 is at least 40 digits long: shorter pieces are not put together.
            prop_assert!(shows_within(format!("{noise}{text}\n").as_bytes(), token), "{}", text);
        }
    }

    #[test]
    fn any_bytes_are_decoded_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), choice in any::<prop::sample::Index>()) {
        let mut text = bytes;
        let at = at.index(text.len() + 1);
        let all = known_prefixes();
        let prefix = &all[choice.index(all.len())];
        text.splice(at..at, prefix.bytes.iter().copied());
        let all = [Encoding::Base64(1), Encoding::Wide(2), Encoding::Wide(4), Encoding::Percent, Encoding::Backslash, Encoding::Entities,
                   Encoding::QuotedPrintable, Encoding::Hex, Encoding::Joined, prefix.encoding];
        let marked = WideText::of(&text).and_then(|wide| with_mark(&text, wide));
        for view in all.into_iter().filter_map(|encoding| decode_at(&text, at, encoding)).chain(marked) {
            for place in 0..view.bytes.len() {
                let outer = view.outer_span(&(place..place + 1));
                prop_assert!(outer.start < outer.end && outer.end <= text.len());
            }
        }
        let _ = broken_off(&text, at);
    }
}

#[test]
fn escapes_of_every_kind() {
    let token = b"ddpat_1a";
    let each = |f: &dyn Fn(u8) -> String| token.iter().map(|&byte| f(byte)).collect::<String>();
    for text in [
        each(&|byte| format!("%{byte:02x}")),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("\\\\u{byte:04X}")),
        each(&|byte| format!("\\x{byte:02x}")),
        each(&|byte| format!("\\{byte:03o}")),
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("&#x{byte:x};")),
        each(&|byte| format!("{byte:02x}")),
        each(&|byte| format!("{byte:02X}")),
    ] {
        assert!(shows_within(format!("a = {text};\n").as_bytes(), token), "{text}");
    }
}

#[test]
fn wide_characters() {
    let token = "ddpat_1a";
    for text in [format!("key={token}\n"), token.to_owned(), format!("ü{token}ü")] {
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(shows_within(&little, token.as_bytes()) && shows_within(&big, token.as_bytes()), "{text}");
        // Within plain text: the last character has no zero after it.
        assert!(shows_within(&[b"key: ", &big[..], b"\n"].concat(), token.as_bytes()), "{text}");
        let full: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        for (mark, bytes) in [(&[0xff, 0xfe][..], little), (&[0xfe, 0xff], big), (&[0, 0, 0xfe, 0xff], full)]
        {
            let bytes = [mark, &bytes].concat();
            let view = WideText::of(&bytes).and_then(|wide| with_mark(&bytes, wide)).expect("a mark");
            assert_eq!(String::from_utf8(view.bytes).expect("UTF-8"), text);
        }
    }
}

#[test]
fn what_breaks_a_token_off() {
    for (text, expected) in [
        ("ddpat%5F1a", Some("ddpat_1a")),
        ("ddpat_1a%5Fb", Some("ddpat_1a_b")),
        ("ddpat=5F1a", Some("ddpat_1a")),
        ("ddpat_1=\r\na", Some("ddpat_1a")),
        ("ddpat\\u005f1a", Some("ddpat_1a")),
        ("ddpat_\\\n    1a", Some("ddpat_1a")),
        ("ddpat&#95;1a", Some("ddpat_1a")),
        ("ddpat_\" + \"1a\"", Some("ddpat_1a")),
        ("ddpat_\"\n  \"1a\"", Some("ddpat_1a")),
        ("ddpat_' . '1a'", Some("ddpat_1a")),
        ("ddpat_\\\" + \\\"1a\\\"", Some("ddpat_1a")),
        ("ddpat_\", \"1a\"", Some("ddpat_1a")),
        ("ddpat_\" + name + \"1a\"", None),
        ("ddpat_ 1a", None),
    ] {
        let view =
            broken_off(text.as_bytes(), 0).and_then(|encoding| decode_at(text.as_bytes(), 0, encoding));
        let shown = view.map(|view| String::from_utf8_lossy(&view.bytes).into_owned());
        match expected {
            Some(token) => {
                assert!(shown.as_ref().is_some_and(|it| it.starts_with(token)), "{text}: {shown:?}")
            }
            None => assert!(shown.is_none_or(|it| !it.contains("1a")), "{text}"),
        }
    }
}
