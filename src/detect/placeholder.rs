//! Stand-ins of documentation and tests, which have a credential's shape but were typed by a person.

/// The fewest distinct characters in a text that was made at random.
///
/// Of 28 random base62 characters seven or fewer are distinct once in 10¹⁸ times.
const MIN_DISTINCT: usize = 8;

/// The longest run, upwards or downwards in the alphabet or on one character, in a text made at random.
///
/// Nine in a row happen by accident once in 10¹⁰ times.
const MAX_RUN: usize = 8;

/// Whether a text that should be random is plainly not.
pub(super) fn is_placeholder(text: &[u8]) -> bool {
    distinct(text) < least_distinct(text) || has_long_run(text)
}

/// How many distinct characters such a text must have: fewer where it is short or has no letters.
fn least_distinct(text: &[u8]) -> usize {
    let all = if text.iter().all(u8::is_ascii_digit) { MIN_DISTINCT / 2 } else { MIN_DISTINCT };
    all.min(text.len() / 3)
}

fn distinct(text: &[u8]) -> usize {
    let mut seen = [false; 256];
    text.iter().for_each(|&byte| seen[usize::from(byte)] = true);
    seen.into_iter().filter(|&there| there).count()
}

fn has_long_run(text: &[u8]) -> bool {
    [-1i16, 0, 1].into_iter().any(|step| {
        let mut run = 1;
        text.windows(2).any(|pair| {
            let follows = i16::from(pair[1]) - i16::from(pair[0]) == step;
            run = if follows { run + 1 } else { 1 };
            run > MAX_RUN
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{Kind, Mint};

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
