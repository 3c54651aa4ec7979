//! Stand-ins of documentation and tests, which have a credential's shape but
//! were typed by a person.

use crate::lexicon::List;

/// The fewest distinct characters in a text that was made at random.
///
/// Of 28 random base62 characters seven or fewer are distinct once in 10¹⁸
/// times.
const MIN_DISTINCT: usize = 8;

/// The longest run, upwards or downwards in the alphabet or on one character,
/// in a text made at random.
///
/// Nine in a row happen by accident once in 10¹⁰ times.
const MAX_RUN: usize = 8;

/// Returns whether a text that should be random is plainly not.
pub(super) fn is_placeholder(text: &[u8]) -> bool {
    distinct_bytes(text) < least_distinct(text) || has_run_over(MAX_RUN, text.iter().copied())
}

/// The longest such run in hexadecimal digits made at random: seven in a row
/// happen once in 10⁵ keys.
const MAX_HEX_RUN: usize = 6;

/// Returns whether hexadecimal digits may have been made at random: in one
/// case, digits and letters, with no pattern.
pub(super) fn is_random_hex(text: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| text.iter().any(is);
    let one_case = !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase));
    // `a0b1c2d3…`: two sequences in turn.
    let every_other = |from: usize| text[from..].iter().step_by(2).copied();
    one_case
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && distinct_bytes(text) >= MIN_DISTINCT
        && !has_run_over(MAX_HEX_RUN, text.iter().copied())
        && ![0, 1].into_iter().all(|from| has_run_over(MAX_HEX_RUN - 2, every_other(from)))
        && !is_periodic(text)
        && !is_scrubbed(text)
        && !std::str::from_utf8(text).is_ok_and(|text| List::Printed.has(text))
}

/// Returns whether a piece comes over and over: throughout, or so often that
/// ten digits in a row are as those before.
///
/// A person who copies a piece ends, or goes on, with what makes the length
/// right. Ten digits made at random are like those a few places before them
/// once in 10¹⁰ keys.
fn is_periodic(text: &[u8]) -> bool {
    /// Times that one character may stand in a row.
    const ALIKE: usize = 10;
    /// Length of a row such as `abcdef` that a person types and chance does
    /// not.
    const LONGEST: usize = 8;
    let same = |period: usize| text[period..].iter().zip(text).map(|(digit, before)| digit == before);
    let throughout = |period: usize| same(period).all(|same| same);
    let often = |period: usize| {
        let mut run = 0;
        same(period).any(|same| {
            run = if same { run + 1 } else { 0 };
            run >= ALIKE
        })
    };
    (1..=text.len() / 2).any(throughout) || (1..=LONGEST.min(text.len())).any(often)
}

/// Returns whether the recorder of Datadog's API clients has written over the
/// ends of a key: `dead…beef`.
///
/// Their recorded answers, which many repositories vendor, hold hundreds of
/// such keys.
fn is_scrubbed(text: &[u8]) -> bool {
    text.starts_with(b"dead") && text.ends_with(b"beef")
}

/// Returns how many distinct characters such a text must have: fewer where it
/// is short or has no letters.
fn least_distinct(text: &[u8]) -> usize {
    let all = if text.iter().all(u8::is_ascii_digit) { MIN_DISTINCT / 2 } else { MIN_DISTINCT };
    all.min(text.len() / 3)
}

fn distinct_bytes(text: &[u8]) -> usize {
    let mut seen = [0_u128; 2];
    text.iter().for_each(|&byte| seen[usize::from(byte >> 7)] |= 1 << (byte & 127));
    seen.map(u128::count_ones).into_iter().sum::<u32>() as usize
}

/// Returns whether one character comes over and over, or each follows the one
/// before it in its alphabet, up or down.
fn has_run_over(longest: usize, text: impl IntoIterator<Item = u8>) -> bool {
    let mut last = None;
    let (mut step, mut run) = (None, 1);
    text.into_iter().any(|byte| {
        let now = last.replace(byte).map(|last| i16::from(byte) - i16::from(last));
        run = if now == step { run + 1 } else { 2 };
        step = now;
        now.is_some_and(|now| now.abs() <= 1) && run > longest
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{Kind, Mint};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_as_a_naive_search_sees_them(text in "[a-d]{0,24}", longest in 1usize..8) {
            let text = text.as_bytes();
            let is_run = |part: &[u8]| {
                [-1, 0, 1].into_iter().any(|step| part.windows(2).all(|it| i32::from(it[1]) - i32::from(it[0]) == step))
            };
            let naive = text.windows(longest + 1).any(is_run);
            prop_assert_eq!(has_run_over(longest, text.iter().copied()), naive);
        }
    }

    #[test]
    fn what_people_type() {
        for text in [
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "abcdefghijklmnopqrstuvwxyz0123",
            "ZYXWVUTSRQPONMLKJIHGFEDCBA0987",
            "0123456789abcdefABCDEF01234567",
            "abcabcabcabcabcabcabcabcabcabc",
            "aB3dE6gH9jK2mN5pQ0000000000000",
        ] {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn hexadecimal_digits() {
        for text in [
            "0123456789abcdef0123456789abcdef",
            "00000000000000000000000000000000",
            "deadbeefdeadbeefdeadbeefdeadbeef",
            "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5",
            "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d",
            "12345678901234567890123456789012",
            "abcdefabcdefabcdefabcdefabcdefab",
            "9775a026f1ca7d1c6c5af9d94d9595a4Ab3",
            "1234512345123456abcabc912349abcd",
            "1234512345123459cda4eb9ced49a3d84fd0138c",
            "cda4eb9ced49a3d84fd0138c12a12a12a12a12a9",
            "dead5c5f1db349b8159cabcc7dcfbeef",
        ] {
            assert!(!is_random_hex(text.as_bytes()), "{text}");
        }
        let mut mint = Mint::new(8);
        let rejected = (0..20_000).filter(|_| !is_random_hex(mint.mint(Kind::ApiKey).as_bytes())).count();
        assert!(rejected <= 4, "{rejected} of 20,000");
    }

    #[test]
    fn digits_alone_are_not_many() {
        let mut random = fastrand::Rng::with_seed(5);
        for _ in 0..20_000 {
            let text: String = (0..20).map(|_| random.digit(10)).collect();
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
        assert!(is_placeholder(b"11111111112222222222"));
    }

    #[test]
    fn never_what_was_made_at_random() {
        let mut mint = Mint::new(3);
        for _ in 0..20_000 {
            let key = mint.mint(Kind::ApplicationKey);
            assert!(!is_placeholder(&key.as_bytes()[6..34]), "{key}");
        }
    }
}
