//! The alias of an access token is the token's id: a UUID, as a 128-bit
//! big-endian number in base62.
//!
//! Datadog's own recordings of its API show it: the id in each answer is the
//! alias of the token in it. So a report can name the id by which an
//! administrator looks a token up and revokes it, without the secret.

use std::sync::LazyLock;

use uuid::{Uuid, Variant};

use super::alphabet::Alphabet;

/// Length of an alias in characters: the fewest base62 digits that hold 128
/// bits.
///
/// 62²¹ < 2¹²⁸ < 62²², so 21 digits are too few.
pub const ALIAS_LEN: usize = 22;

/// The alphabet, made once.
static BASE62: LazyLock<Alphabet> = LazyLock::new(Alphabet::base62);

/// Returns the token id behind an alias; `None` where `alias` is not 22 base62
/// characters of at most 128 bits. The largest alias is
/// `7n42DGM5Tflk9n8mt7Fhc7`, so that the first character is one of `0` to `7`.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::token_id;
/// let id = token_id(b"1dm1op4lL89nV8pt94Tdk8").unwrap();
/// assert_eq!(id.to_string(), "35ef7728-4761-41dd-8a7b-f1112a26f840");
/// ```
///
/// Only the shape is checked. That the id is one that Datadog would hand out,
/// [`is_random_id`] says.
pub fn token_id(alias: &[u8]) -> Option<Uuid> {
    if alias.len() != ALIAS_LEN {
        return None;
    }
    BASE62.decode(alias).map(Uuid::from_u128)
}

/// Returns the alias of a token id: 22 base62 characters, zeros in front.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::{alias_of, token_id};
/// let alias = alias_of(token_id(b"1dm1op4lL89nV8pt94Tdk8").unwrap());
/// assert_eq!(alias, "1dm1op4lL89nV8pt94Tdk8");
/// ```
pub fn alias_of(id: Uuid) -> String {
    BASE62.encode(id.as_u128(), ALIAS_LEN).into_iter().map(char::from).collect()
}

/// Returns whether an id is a random UUID (version 4, variant of RFC 9562), as
/// all of Datadog's are that were seen.
///
/// About one random alias in 500 passes by accident. Datadog has not promised
/// that its ids stay so: an alias that does not pass lowers confidence, and is
/// no proof that a token is none.
///
/// The share of accidents: a UUID fixes four bits for the version and two for
/// the variant, so 1 in 64 of all 128-bit numbers; of 22 random base62
/// characters only about one in seven is small enough to be such a number at
/// all.
pub fn is_random_id(id: Uuid) -> bool {
    id.get_version_num() == 4 && id.get_variant() == Variant::RFC4122
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every id in Datadog's recorded answers, beside the alias in the same
    /// answer.
    const RECORDED: &str = include_str!("../../fixtures/recorded-aliases.tsv");

    #[test]
    fn recorded_aliases_are_the_recorded_ids() {
        let mut seen = 0;
        for line in RECORDED.lines().filter(|line| !line.starts_with('#')) {
            let (id, alias) = line.split_once('\t').expect("two columns");
            let id: Uuid = id.parse().expect("a UUID");
            assert_eq!(token_id(alias.as_bytes()), Some(id));
            assert_eq!(alias_of(id), alias);
            assert!(is_random_id(id));
            seen += 1;
        }
        assert_eq!(seen, 12);
    }

    #[test]
    fn what_is_no_alias() {
        for text in ["", "1dm1op4lL89nV8pt94Tdk", "7n42DGM5Tflk9n8mt7Fhc8", "1dm1op4lL89nV8pt94Tdk-"] {
            assert_eq!(token_id(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(number: u128) {
            let id = Uuid::from_u128(number);
            let alias = alias_of(id);
            prop_assert_eq!(alias.len(), ALIAS_LEN);
            prop_assert_eq!(token_id(alias.as_bytes()), Some(id));
        }
    }
}
