//! Beginnings of tokens in each encoding, computed from the anchors of rules.
//!
//! ```text
//! ddpat_ → base64  ZGRwYXRf  (at the start of a group), RkcGF0X, kZHBhdF  (one and two bytes later)
//!          hex     64647061745f
//!          UTF-16  d\0d\0p\0a\0t\0_
//!          percent %64%, ddpat%        escapes: u0064, x64\, #100;, …
//! ```
//!
//! The search looks for these bytes beside the anchors themselves, and decodes
//! where one of them stands. A shorter piece of them may do
//! ([`EncodedPrefix::encoding_of`]): which pieces are searched for is a matter
//! of speed, and no knowledge.
//!
//! # Why the beginning is enough
//!
//! A decoder could try every run of letters and digits that might be base64.
//! Almost all of them are something else, and to decode them costs more than
//! the whole search. But a token begins with a known literal, and a literal has
//! few spellings in an encoding: those are searched for in the same pass as the
//! plain ones, and only where one stands is anything decoded.

use super::encoding::Encoding;

/// Length of the longest encoded prefix, in bytes: in history, what may hold
/// one is searched so far to either side of each seam.
const LONGEST: usize = 12;

/// Digits of the standard alphabet of base64, and of that for URLs. RFC 4648,
/// sections 4 and 5.
const ALPHABETS: [&[u8; 64]; 2] = [
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
];

/// Bytes that the beginning of what matters becomes in an encoding.
///
/// # Examples
///
/// ```
/// use dogcatcher::decode::{Encoding, encoded_prefixes};
///
/// let prefixes = encoded_prefixes(b"ghp_");
/// assert!(prefixes.iter().any(|prefix| prefix.encoding == Encoding::Hex && prefix.bytes == b"6768705f"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EncodedPrefix {
    /// The bytes, at most twelve.
    pub bytes: Vec<u8>,
    /// The encoding that they tell of where they stand.
    pub encoding: Encoding,
}

impl EncodedPrefix {
    /// Makes one of the first bytes of an encoded text.
    fn new(mut bytes: Vec<u8>, encoding: Encoding) -> Self {
        bytes.truncate(LONGEST);
        Self { bytes, encoding }
    }

    /// Returns the encoding that `piece` tells of where it stands, if it is a
    /// part of these bytes: for base64, the place in a group of four moves
    /// along with it. `None` where a line ends within the bytes, since such
    /// pieces are those of others.
    pub fn encoding_of(&self, piece: &[u8]) -> Option<Encoding> {
        // So few bytes are gone through sooner than a search is set up.
        let first = piece.first()?;
        let at =
            self.bytes.windows(piece.len()).position(|part| part.first() == Some(first) && part == piece)?;
        if self.bytes.contains(&b'\n') {
            return None;
        }
        let moved = |place: u8| (usize::from(place) + at) as u8 % 4;
        match self.encoding {
            Encoding::Base64(place) => Some(Encoding::Base64(moved(place))),
            Encoding::Named(place) => Some(Encoding::Named(moved(place))),
            Encoding::Wide(width) if at % usize::from(width) == 0 => Some(self.encoding),
            encoding => (at == 0).then_some(encoding),
        }
    }
}

/// Computes what `anchor` becomes in each encoding; but for base64 of base64,
/// see [`twice_encoded_prefixes`].
///
/// Those are base64 at the three places that text can have in a group, the same
/// with the end of a line between any two digits, base64 of UTF-16 and of an
/// anchor that percent escapes break off, UTF-16, UTF-32, hexadecimal digits
/// and each form of escape.
///
/// An anchor of three bytes or more gives some dozens; the order is that of
/// their bytes.
pub fn encoded_prefixes(anchor: &[u8]) -> Vec<EncodedPrefix> {
    let mut prefixes = unwrapped_prefixes(anchor);
    prefixes.extend(base64_prefixes(anchor).iter().flat_map(wrapped_prefixes));
    without_repeats(prefixes)
}

/// The same, but for those with the end of a line: of what
/// [`EncodedPrefix::encoding_of`] may tell something.
pub fn unwrapped_prefixes(anchor: &[u8]) -> Vec<EncodedPrefix> {
    let broken = broken_prefixes(anchor);
    let mut prefixes = base64_prefixes(anchor);
    prefixes.extend(broken.iter().flat_map(|broken| base64_prefixes(&broken.bytes)));
    prefixes.extend(broken);
    prefixes.extend(base64_prefixes(&widen_text(anchor, 2)));
    prefixes.extend(escaped_prefixes(anchor));
    prefixes.extend([2, 4].map(|width| wide_prefix(anchor, width)));
    without_repeats(prefixes)
}

/// Computes what `anchor` becomes where it is encoded in base64 twice, at all
/// nine places that it can have in groups of both.
///
/// # Examples
///
/// ```
/// use dogcatcher::decode::twice_encoded_prefixes;
/// // base64(base64("ddpat_…")) begins with base64("ZGRwYXRf")
/// assert!(twice_encoded_prefixes(b"ddpat_").iter().any(|prefix| prefix.bytes.starts_with(b"WkdSd1lYUm")));
/// ```
pub fn twice_encoded_prefixes(anchor: &[u8]) -> Vec<EncodedPrefix> {
    without_repeats(base64_prefixes(anchor).iter().flat_map(|once| base64_prefixes(&once.bytes)).collect())
}

/// Computes what a piece of a name that tells of Datadog becomes in base64 and
/// in UTF-16: a key may stand far behind it.
///
/// These have the encoding [`Encoding::Named`], so that a hit is known to tell
/// of context and not of a token.
pub fn encoded_names(name: &[u8]) -> Vec<EncodedPrefix> {
    let named = base64_prefixes(name).into_iter().map(|prefix| match prefix.encoding {
        Encoding::Base64(place) => EncodedPrefix { encoding: Encoding::Named(place), ..prefix },
        _ => prefix,
    });
    without_repeats(named.chain([wide_prefix(name, 2)]).collect())
}

/// Returns what the first bytes of gzip become in base64, and in base64 of
/// base64: there is one place in a group for the beginning of a value.
pub fn compressed_prefixes() -> [EncodedPrefix; 2] {
    [&b"H4sI"[..], b"SDRzSU"].map(|bytes| EncodedPrefix::new(bytes.to_vec(), Encoding::Packed))
}

/// Sorts prefixes, and drops repeats.
fn without_repeats(mut prefixes: Vec<EncodedPrefix>) -> Vec<EncodedPrefix> {
    prefixes.sort();
    prefixes.dedup();
    prefixes
}

/// Returns an anchor whose first punctuation is escaped: `ghp%5F`, `ghp\x5f`;
/// none where fewer than two characters stand before it.
///
/// Such a text is searched for only within base64: in plain text the anchor's
/// search stops at `ghp`, and [`broken_off`](super::broken_off) sees the rest.
fn broken_prefixes(anchor: &[u8]) -> Vec<EncodedPrefix> {
    /// One letter and a sign stand in every other line.
    const SHORTEST: usize = 2;
    /// The sign with which an escape of each form begins.
    const SIGNS: [(u8, Encoding); 4] = [
        (b'%', Encoding::Percent),
        (b'\\', Encoding::Backslash),
        (b'&', Encoding::Entities),
        (b'=', Encoding::QuotedPrintable),
    ];
    let head = anchor.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if head < SHORTEST || head == anchor.len() {
        return Vec::new();
    }
    SIGNS.map(|(sign, encoding)| EncodedPrefix::new([&anchor[..head], &[sign]].concat(), encoding)).to_vec()
}

/// Returns the digits of base64 that `text` determines, at each of the three
/// places that it can have in a group. Digits that also hold bits of a
/// neighbour are left out.
///
/// With `before` bytes in front, the text takes the bits from `8·before` on;
/// only digits all of whose six bits lie in it are determined by it:
///
/// ```text
/// before 1   xxxxxxxx 01100100 01100100 …      bits 8 to 8 + 8·len
///            ------ ++ ++++ ------ ++++++      digit 1 is shared with x, digit 2 is the first of its own
/// ```
fn base64_prefixes(text: &[u8]) -> Vec<EncodedPrefix> {
    /// Shorter ones stand in any word.
    const SHORTEST: usize = 3;
    let mut prefixes = Vec::new();
    for before in 0..3 {
        let bits = 8 * before..8 * (before + text.len());
        // Of six bits that lie in two bytes or in one.
        let digit = |index: usize| {
            let at = 6 * index - bits.start;
            let pair = [text[at / 8], text.get(at / 8 + 1).copied().unwrap_or(0)];
            usize::from(u16::from_be_bytes(pair) >> (10 - at % 8)) & 63
        };
        let digits: Vec<usize> = (bits.start.div_ceil(6)..bits.end / 6).map(digit).collect();
        if digits.len() < SHORTEST {
            continue;
        }
        let place = [0, 2, 3][before];
        let differs = digits.iter().any(|digit| *digit >= 62);
        for alphabet in &ALPHABETS[..if differs { 2 } else { 1 }] {
            let bytes = digits.iter().map(|digit| alphabet[*digit]).collect();
            prefixes.push(EncodedPrefix::new(bytes, Encoding::Base64(place)));
        }
    }
    prefixes
}

/// Returns digits of base64 with the end of a line between any two of them.
///
/// No encoder wraps within the first few digits of a token on purpose, but a
/// token may begin at the end of a line.
fn wrapped_prefixes(prefix: &EncodedPrefix) -> Vec<EncodedPrefix> {
    let digits = &prefix.bytes[..prefix.bytes.len().min(LONGEST - 1)];
    let wrap =
        |at: usize| EncodedPrefix::new([&digits[..at], b"\n", &digits[at..]].concat(), prefix.encoding);
    (1..digits.len()).map(wrap).collect()
}

/// Returns what each byte becomes as an escape, as far as a search needs it:
/// the first character, and the sign after it.
fn escaped_prefixes(anchor: &[u8]) -> Vec<EncodedPrefix> {
    let Some(first) = anchor.first() else { return Vec::new() };
    let all = |write: &dyn Fn(&u8) -> String| anchor.iter().map(write).collect::<String>();
    let texts = [
        (all(&|byte| format!("{byte:02x}")), Encoding::Hex),
        (all(&|byte| format!("{byte:02X}")), Encoding::Hex),
        (format!("%{first:02x}%"), Encoding::Percent),
        (format!("%{first:02X}%"), Encoding::Percent),
        (format!("={first:02X}="), Encoding::QuotedPrintable),
        (format!("={first:02x}="), Encoding::QuotedPrintable),
        (format!("u00{first:02x}"), Encoding::Backslash),
        (format!("u00{first:02X}"), Encoding::Backslash),
        // Behind `\U0000`.
        (format!("00{first:02x}\\"), Encoding::Backslash),
        (format!("00{first:02X}\\"), Encoding::Backslash),
        (format!("x{first:02x}\\"), Encoding::Backslash),
        (format!("x{first:02X}\\"), Encoding::Backslash),
        (format!("u{{{first:x}}}"), Encoding::Backslash),
        (format!("u{{{first:X}}}"), Encoding::Backslash),
        (format!("{first:03o}\\"), Encoding::Backslash),
        (format!("#{first};"), Encoding::Entities),
        (format!("#x{first:x};"), Encoding::Entities),
        (format!("#x{first:X};"), Encoding::Entities),
        (format!("#X{first:X};"), Encoding::Entities),
    ];
    texts.into_iter().map(|(text, encoding)| EncodedPrefix::new(text.into_bytes(), encoding)).collect()
}

/// Returns what a text becomes in characters of `width` bytes.
fn wide_prefix(text: &[u8], width: u8) -> EncodedPrefix {
    EncodedPrefix::new(widen_text(text, usize::from(width)), Encoding::Wide(width))
}

/// Writes characters of `width` bytes, without the zeros before the first and
/// after the last one: so the order of bytes does not matter.
fn widen_text(text: &[u8], width: usize) -> Vec<u8> {
    let gap = vec![0; width - 1];
    text.iter().map(|byte| vec![*byte]).collect::<Vec<_>>().join(&gap[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_for_each_place_in_a_group() {
        let prefixes = encoded_prefixes(b"ghp_");
        for (bytes, encoding) in [
            (&b"Z2hwX"[..], Encoding::Base64(0)),
            (b"docF", Encoding::Base64(2)),
            (b"naHBf", Encoding::Base64(3)),
            (b"ghp%", Encoding::Percent),
            (b"6768705f", Encoding::Hex),
            (b"g\0h\0p\0_", Encoding::Wide(2)),
        ] {
            let expected = EncodedPrefix { bytes: bytes.to_vec(), encoding };
            assert!(prefixes.contains(&expected), "{expected:?}");
        }
        let lengths = prefixes.iter().map(|prefix| prefix.bytes.len());
        assert!(lengths.into_iter().all(|length| (3..=LONGEST).contains(&length)), "{prefixes:?}");
    }

    #[test]
    fn a_piece_of_base64_moves_its_place_in_a_group() {
        let whole = EncodedPrefix::new(b"ZGRwYXRf".to_vec(), Encoding::Base64(0));
        assert_eq!(whole.encoding_of(b"wYXR"), Some(Encoding::Base64(3)));
        assert_eq!(whole.encoding_of(b"YXRf"), Some(Encoding::Base64(0)));
        assert_eq!(whole.encoding_of(b"YXRg"), None);
        let hex = EncodedPrefix::new(b"646470".to_vec(), Encoding::Hex);
        assert_eq!((hex.encoding_of(b"6464"), hex.encoding_of(b"4647")), (Some(Encoding::Hex), None));
        let wrapped = EncodedPrefix::new(b"ZGRw\nYXRf".to_vec(), Encoding::Base64(0));
        assert_eq!(wrapped.encoding_of(b"YXRf"), None);
    }
}
