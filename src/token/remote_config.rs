//! Remote-configuration keys: `DDRCM_` and unpadded base32 of a MessagePack
//! map, as datadog-agent reads them (`parseRemoteConfigKey`).
//!
//! ```text
//! DDRCM_QORWWZLZ…  → 83 a3"key" d9 28"ddapp_…" a2"dc" ad"datadoghq.com" a3"org" ce 00000002
//!                  → application key, site and number of the organisation
//! ```
//!
//! So the key itself says which organisation it opens and where, without any
//! network; and it is worth as much as the application key in it, which becomes
//! a finding of its own.
//!
//! The format is MessagePack
//! (<https://github.com/msgpack/msgpack/blob/master/spec.md>), of which only a
//! map of short texts and one number is read: a key that holds anything else is
//! none of Datadog's.

use crate::secret::Secret;

/// Text before the base32 part.
pub(super) const PREFIX: &str = "DDRCM_";

/// Digits of RFC 4648, without padding.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Content of a remote-configuration key; the names are those of datadog-agent.
///
/// It has no `Debug`: one of its texts is a secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteConfig {
    /// The application key in it.
    pub app_key: Secret,
    /// The data centre: the name of a site.
    pub datacenter: String,
    /// The number of the organisation.
    pub org: u64,
}

impl RemoteConfig {
    /// Reads a key; `None` where it is none: another prefix, foreign digits, no
    /// map, a field that is missing or unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::token::{Kind, Mint, RemoteConfig, Site};
    /// let key = Mint::new(1).mint(Kind::RemoteConfigKey);
    /// let held = RemoteConfig::decode_key(key.as_bytes()).unwrap();
    /// assert_eq!(Site::from_name(&held.datacenter), Some(Site::Us1));
    /// assert!(RemoteConfig::decode_key(b"DDRCM_TEST").is_none());
    /// ```
    ///
    /// The fields may come in any order; of one that comes twice, the last
    /// counts. Bytes behind the map are not looked at.
    pub fn decode_key(text: &[u8]) -> Option<Self> {
        let packed = from_base32(text.strip_prefix(PREFIX.as_bytes())?)?;
        let mut rest = &packed[..];
        let (mut app_key, mut datacenter, mut org) = (None, None, None);
        let (&head, after) = rest.split_first()?;
        rest = after;
        // A map of up to 15 entries.
        if head & 0xf0 != 0x80 {
            return None;
        }
        for _ in 0..head & 0x0f {
            match take_text(&mut rest)? {
                b"key" => app_key = Some(Secret::new(take_text(&mut rest)?)),
                b"dc" => datacenter = Some(String::from_utf8(take_text(&mut rest)?.to_vec()).ok()?),
                b"org" => org = Some(take_number(&mut rest)?),
                _ => return None,
            }
        }
        Some(Self { app_key: app_key?, datacenter: datacenter?, org: org? })
    }
}

/// Takes a text off the front of MessagePack.
///
/// Texts of up to 31 bytes have their length in the first byte (`0xa0` to
/// `0xbf`), those of up to 255 in the second (`0xd9`). `None` for any other
/// type, or where the text is cut short.
fn take_text<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    let (&head, after) = rest.split_first()?;
    let (length, after) = match head {
        0xa0..=0xbf => (usize::from(head & 0x1f), after),
        0xd9 => (usize::from(*after.first()?), &after[1..]),
        _ => return None,
    };
    let (text, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(text)
}

/// Takes a number that is not negative off the front of MessagePack.
///
/// The encoders of Go choose the shortest form, signed or not: all of them are
/// read. `None` for a negative one that is written as such (`0xe0` to `0xff`),
/// and for any other type.
fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let (&head, after) = rest.split_first()?;
    let length = match head {
        0..=0x7f => {
            *rest = after;
            return Some(u64::from(head));
        }
        0xcc | 0xd0 => 1,
        0xcd | 0xd1 => 2,
        0xce | 0xd2 => 4,
        0xcf | 0xd3 => 8,
        _ => return None,
    };
    let (digits, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(digits.iter().fold(0, |number, &digit| number << 8 | u64::from(digit)))
}

/// Makes a key that holds this application key, data centre and organisation.
///
/// # Panics
///
/// A text is longer than 255 bytes.
pub(super) fn encode_key(app_key: &str, datacenter: &str, org: u32) -> String {
    const MAP_OF_THREE: u8 = 0x83;
    const UINT32: u8 = 0xce;
    let mut packed = vec![MAP_OF_THREE];
    for (name, value) in [("key", app_key), ("dc", datacenter)] {
        push_text(&mut packed, name);
        push_text(&mut packed, value);
    }
    push_text(&mut packed, "org");
    packed.push(UINT32);
    packed.extend_from_slice(&org.to_be_bytes());
    format!("{PREFIX}{}", to_base32(&packed))
}

/// Appends a text in MessagePack.
fn push_text(packed: &mut Vec<u8>, text: &str) {
    const SHORT_TEXT: u8 = 0xa0;
    const TEXT_OF_8_BIT_LENGTH: u8 = 0xd9;
    let length = u8::try_from(text.len()).expect("the texts of a key are shorter than 256 bytes");
    if length < 32 {
        packed.push(SHORT_TEXT | length);
    } else {
        packed.extend([TEXT_OF_8_BIT_LENGTH, length]);
    }
    packed.extend_from_slice(text.as_bytes());
}

/// Writes bytes in base32, without padding.
fn to_base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut block = [0u8; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let number = u64::from_be_bytes(block);
        for digit in 0..(chunk.len() * 8).div_ceil(5) {
            let value = (number >> (35 - 5 * digit)) & 31;
            out.push(char::from(BASE32[value as usize]));
        }
    }
    out
}

/// Reads unpadded base32; `None` for a foreign digit. Bits that fill no byte
/// are dropped.
///
/// Six digits hold 30 bits: the last few of a text may be there for the padding
/// alone.
fn from_base32(text: &[u8]) -> Option<Vec<u8>> {
    let (mut held, mut bits) = (0u32, 0);
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    for &digit in text {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(key in "[a-z0-9_]{1,60}", dc in "[a-z0-9.]{1,20}", org in any::<u32>()) {
            let held = RemoteConfig::decode_key(encode_key(&key, &dc, org).as_bytes()).expect("it was encoded");
            prop_assert_eq!(held.app_key.expose(), key.as_bytes());
            prop_assert_eq!((held.datacenter, held.org), (dc, u64::from(org)));
        }

        #[test]
        fn any_text_is_decoded_or_not(text in "DDRCM_[A-Z2-7]{0,80}") {
            let _ = RemoteConfig::decode_key(text.as_bytes());
        }
    }

    /// The vectors of RFC 4648, section 10, without their padding.
    #[test]
    fn base32_of_the_rfc() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(to_base32(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_short_key() {
        // 83 a3"key" a1"k" a2"dc" a2"us" a3"org" ce00000002
        assert_eq!(encode_key("k", "us", 2), "DDRCM_QORWWZLZUFV2EZDDUJ2XHI3POJT44AAAAABA");
    }
}
