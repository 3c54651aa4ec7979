//! The checksum at a token's end: CRC-32 in base62, six characters.
//!
//! Which bytes Datadog's CRC covers is not public. Datadog's documentation says
//! that tokens follow GitHub's, whose checksum covers the secret alone; four
//! readings are possible, and all are tried. See `docs/tokens.md`.
//!
//! ```text
//! ddpat_<alias>_<secret><check>
//!   H1 crc32(secret)               H3 crc32(alias secret)
//!   H2 crc32(alias _ secret)       H4 crc32(ddpat_ alias _ secret)
//! ```
//!
//! The chance that random characters satisfy one of them is 4 in 2³². That none
//! holds lowers confidence and drops nothing, until somebody publishes a real
//! one that was revoked.

/// The length of the checksum in characters.
pub const CHECKSUM_LEN: usize = 6;

/// CRC-32/ISO-HDLC (that of zlib) over the parts, one after the other.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::crc32;
/// assert_eq!(crc32([b"1234".as_slice(), b"56789"]), 0xcbf4_3926);
/// ```
///
/// The polynomial is `0xedb88320`, reflected; `0xcbf43926` is the check value
/// of the catalogue of CRCs for `123456789`.
pub fn crc32<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

/// The bytes of a token that its checksum covers: one of the four readings that
/// are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// H1: the secret alone, as GitHub does it.
    Secret,
    /// H2: the alias, `_` and the secret.
    AliasSeparatorSecret,
    /// H3: the alias and the secret.
    AliasSecret,
    /// H4: all that stands before the checksum.
    Whole,
}

impl Reading {
    /// Every reading, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::Secret, Self::AliasSeparatorSecret, Self::AliasSecret, Self::Whole];

    /// The name in rules and reports (`covers`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::AliasSeparatorSecret => "alias_separator_secret",
            Self::AliasSecret => "alias_secret",
            Self::Whole => "whole",
        }
    }

    /// Returns the checksum of a token of these parts, as a number; `alias` is
    /// empty for application keys, which have none.
    ///
    /// It is written behind the secret in six digits of base62, with zeros in
    /// front: 62⁶ is 13 times 2³², so the first digit is never more than `4`.
    pub(super) fn compute_checksum(self, prefix: &str, alias: &str, secret: &str) -> u32 {
        let separator = if alias.is_empty() { "" } else { "_" };
        let parts: &[&str] = match self {
            Self::Secret => &[secret],
            Self::AliasSeparatorSecret => &[alias, separator, secret],
            Self::AliasSecret => &[alias, secret],
            Self::Whole => &[prefix, alias, separator, secret],
        };
        crc32(parts.iter().map(|part| part.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Alphabet;

    /// GitHub tokens that their owners published after revoking them, body and
    /// checksum apart.
    const PUBLISHED: &str = include_str!("../../fixtures/github-crc-vectors.tsv");

    fn encode_crc(crc: u32) -> String {
        String::from_utf8_lossy(&Alphabet::base62().encode(u128::from(crc), CHECKSUM_LEN)).into_owned()
    }

    #[test]
    fn every_published_vector_holds() {
        let mut seen = 0;
        for line in PUBLISHED.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (body, check) = (columns.next().expect("a body"), columns.next().expect("a checksum"));
            assert_eq!(encode_crc(crc32([body.as_bytes()])), check, "{body}");
            seen += 1;
        }
        assert_eq!(seen, 26);
    }

    /// Computed by another program from the definition.
    #[test]
    fn the_four_readings() {
        let alias = "1dm1op4lL89nV8pt94Tdk8";
        let digits: String = ('0'..='9').chain('A'..='T').collect();
        let cases = [
            ("A".repeat(30), ["0uCPlr", "15QYLe", "3YlVmG", "4Zm8Bi"]),
            ("0".repeat(30), ["2C8GjS", "2J1iH9", "2QxeRx", "3VNYgp"]),
            (digits, ["4PMbyp", "4aq91G", "04LRJY", "11wwy2"]),
        ];
        for (secret, expected) in cases {
            for (reading, check) in Reading::ALL.into_iter().zip(expected) {
                assert_eq!(
                    encode_crc(reading.compute_checksum("ddpat_", alias, &secret)),
                    check,
                    "{reading:?}"
                );
            }
        }
        let key = "A".repeat(28);
        assert_eq!(encode_crc(Reading::Secret.compute_checksum("ddapp_", "", &key)), "2LSXwr");
        assert_eq!(encode_crc(Reading::Whole.compute_checksum("ddapp_", "", &key)), "0Jx2Ow");
    }

    #[test]
    fn short_checksums_are_padded() {
        for (body, check) in [
            ("Z00000000000000000000000000002", "0adsnq"),
            ("Z00000000000000000000000000163", "00xxqf"),
            ("Z00000000000000000000000009389", "0005Ef"),
        ] {
            assert_eq!(encode_crc(crc32([body.as_bytes()])), check);
        }
    }
}
