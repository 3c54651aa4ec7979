//! Minting of fake credentials: right in every respect that can be proven
//! offline, known to nobody's Datadog.
//!
//! Tests, the demo and `dogcatcher token mint` need credentials that scanners
//! take for real, and no file may hold one: they are made when they are needed.
//! A minted one is random, so that the chance of meeting a real one is that of
//! guessing it.
//!
//! ```text
//! Mint::new(7).mint(ServiceAccessToken)
//!   alias     22 digits of a random UUID of version 4
//!   secret    30 letters and digits
//!   checksum  CRC-32 of the secret, in six digits
//! ```

use super::alias::alias_of;
use super::alphabet::Alphabet;
use super::checksum::{CHECKSUM_LEN, Reading};
use super::kind::Kind;
use super::remote_config;
use uuid::Uuid;

/// Something wrong with a minted credential, on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// One character of the checksum is off.
    Checksum,
    /// The alias does not stand for a random UUID; the checksum is off too,
    /// since it may cover the alias.
    Alias,
    /// The last character is missing.
    Length,
}

/// Makes fake credentials, the same ones for the same seed.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::{Kind, Mint};
/// let token = Mint::new(7).mint(Kind::PersonalAccessToken);
/// assert_eq!(token.len(), 65);
/// assert!(token.starts_with("ddpat_"));
/// assert_eq!(token, Mint::new(7).mint(Kind::PersonalAccessToken));
/// ```
#[derive(Debug, Clone)]
pub struct Mint {
    /// Source of all that is random: fast, seeded, and not for real secrets.
    random: fastrand::Rng,
    /// Base62.
    alphabet: Alphabet,
    /// The bytes that checksums are made of.
    reading: Reading,
}

impl Mint {
    /// Returns a mint for this seed; checksums cover the secret alone
    /// ([`Reading::Secret`]).
    pub fn new(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            alphabet: Alphabet::base62(),
            reading: Reading::Secret,
        }
    }

    /// Returns a mint with a seed that differs each time.
    pub fn random() -> Self {
        Self::new(fastrand::u64(..))
    }

    /// Sets the bytes that checksums cover.
    ///
    /// For tests of all four readings: real tokens follow one of them, and
    /// nobody has said which.
    #[must_use]
    pub fn with_reading(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// Mints a token id: a UUID of version 4.
    ///
    /// The version is the high half of byte 6, the variant the two highest bits
    /// of byte 8 (RFC 9562, section 4).
    pub fn mint_id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Uuid::from_bytes(bytes)
    }

    /// Mints a credential of that kind. Mints of one seed make the same ones in
    /// the same order.
    pub fn mint(&mut self, kind: Kind) -> String {
        match kind {
            Kind::PersonalAccessToken => self.access_token("ddpat_"),
            Kind::ServiceAccessToken => {
                // One seed makes no two tokens of one id.
                let mut apart = Self { random: self.random.fork(), ..self.clone() };
                apart.access_token("ddsat_")
            }
            Kind::ApplicationKey => self.application_key(),
            Kind::LegacyApplicationKey => self.random_hex(40),
            Kind::ApiKey => self.random_hex(32),
            Kind::ClientToken => format!("pub{}", self.random_hex(32)),
            Kind::RemoteConfigKey => {
                let app_key = self.application_key();
                remote_config::encode_key(&app_key, "datadoghq.com", self.random.u32(2..2_000_000))
            }
        }
    }

    /// Mints a credential with a flaw; `None` where a credential of that kind
    /// has no such part.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::token::{Flaw, Kind, Mint};
    /// let short = Mint::new(1).mint_flawed(Kind::ApiKey, Flaw::Length).unwrap();
    /// assert_eq!(short.len(), 31);
    /// assert_eq!(Mint::new(1).mint_flawed(Kind::ApiKey, Flaw::Checksum), None); // it has none
    /// ```
    ///
    /// The flaw is the only thing that is wrong: tests ask whether it alone
    /// changes the verdict.
    pub fn mint_flawed(&mut self, kind: Kind, flaw: Flaw) -> Option<String> {
        let mut token = self.mint(kind);
        let access = matches!(kind, Kind::PersonalAccessToken | Kind::ServiceAccessToken);
        match flaw {
            Flaw::Length => {
                token.pop();
            }
            Flaw::Alias if access => {
                // 22 zeros are the nil UUID, whose version is 0.
                token.replace_range(6..28, &"0".repeat(22));
                change_last(&mut token);
            }
            Flaw::Checksum if access || kind == Kind::ApplicationKey => change_last(&mut token),
            Flaw::Alias | Flaw::Checksum => return None,
        }
        Some(token)
    }

    /// Mints an access token with this prefix.
    fn access_token(&mut self, prefix: &str) -> String {
        let alias = alias_of(self.mint_id());
        let secret = self.random_base62(30);
        let checksum = self.checksum_digits(prefix, &alias, &secret);
        format!("{prefix}{alias}_{secret}{checksum}")
    }

    /// Mints an application key of the new form.
    fn application_key(&mut self) -> String {
        let secret = self.random_base62(28);
        let checksum = self.checksum_digits("ddapp_", "", &secret);
        format!("ddapp_{secret}{checksum}")
    }

    /// Returns the checksum of these parts, in base62.
    fn checksum_digits(&self, prefix: &str, alias: &str, secret: &str) -> String {
        let crc = self.reading.compute_checksum(prefix, alias, secret);
        let digits = self.alphabet.encode(u128::from(crc), CHECKSUM_LEN);
        digits.into_iter().map(char::from).collect()
    }

    /// Mints so many letters and digits.
    fn random_base62(&mut self, length: usize) -> String {
        (0..length).map(|_| self.random.alphanumeric()).collect()
    }

    /// Mints so many hexadecimal digits, in lower case.
    fn random_hex(&mut self, length: usize) -> String {
        (0..length).map(|_| self.random.digit(16)).collect()
    }
}

/// Puts another base62 character in the place of the last one.
fn change_last(token: &mut String) {
    let last = token.pop();
    token.push(if last == Some('0') { '1' } else { '0' });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{crc32, is_random_id, token_id};

    #[test]
    fn every_kind_has_its_shape() {
        let shapes = [
            (Kind::PersonalAccessToken, "ddpat_", 65),
            (Kind::ServiceAccessToken, "ddsat_", 65),
            (Kind::ApplicationKey, "ddapp_", 40),
            (Kind::LegacyApplicationKey, "", 40),
            (Kind::ApiKey, "", 32),
            (Kind::ClientToken, "pub", 35),
        ];
        for seed in 0..200 {
            let mut mint = Mint::new(seed);
            for (kind, prefix, length) in shapes {
                let token = mint.mint(kind);
                assert!(token.starts_with(prefix) && token.len() == length, "{kind}");
            }
            assert!(mint.mint(Kind::RemoteConfigKey).starts_with("DDRCM_"));
        }
    }

    #[test]
    fn minted_tokens_are_real_in_every_respect() {
        let alphabet = Alphabet::base62();
        for seed in 0..200 {
            let token = Mint::new(seed).mint(Kind::ServiceAccessToken);
            let id = token_id(&token.as_bytes()[6..28]).expect("an alias");
            assert!(is_random_id(id));
            let check = alphabet.decode(&token.as_bytes()[59..]);
            assert_eq!(check, Some(u128::from(crc32([&token.as_bytes()[29..59]]))));
        }
    }

    #[test]
    fn flaws_only_where_there_is_such_a_part() {
        let mut mint = Mint::new(1);
        assert_eq!(mint.mint_flawed(Kind::ApiKey, Flaw::Checksum), None);
        assert_eq!(mint.mint_flawed(Kind::ApplicationKey, Flaw::Alias), None);
        for kind in Kind::ALL {
            assert!(mint.mint_flawed(kind, Flaw::Length).is_some());
        }
    }
}
