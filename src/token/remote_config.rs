//! Remote-configuration keys: `DDRCM_` and unpadded base32 of a MessagePack map, as datadog-agent reads them.

/// The text before the base32 part.
pub(super) const PREFIX: &str = "DDRCM_";

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A key that holds this application key, data centre and organisation.
///
/// All texts must be shorter than 256 bytes.
pub(super) fn encode(app_key: &str, datacenter: &str, org: u32) -> String {
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
    format!("{PREFIX}{}", base32(&packed))
}

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

fn base32(bytes: &[u8]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(base32(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_short_key() {
        // 83 a3"key" a1"k" a2"dc" a2"us" a3"org" ce00000002
        assert_eq!(encode("k", "us", 2), "DDRCM_QORWWZLZUFV2EZDDUJ2XHI3POJT44AAAAABA");
    }
}
