//! Texts that repeat themselves: what holds for one period holds for all of
//! them.
//!
//! What is said of a place depends on nothing but the bytes within [`REACH`] of
//! it. So where a text repeats itself, and a whole period led to nothing, the
//! others need not be looked at. Nobody writes such texts but to make a scanner
//! slow: a gigabyte of `ddpat_ddpat_…`, where every sixth byte is a hit.

use std::ops::Range;

use memchr::memmem;

/// How far what is said of a place may reach: as far as windows overlap, which
/// is farther than any decoder goes.
const REACH: usize = 16 * 1024;

/// The longest period that is noticed, in bytes.
const MAX_PERIOD: usize = 4096;

/// So many hits in a row that led to nothing make it worth a look.
const PATIENCE: u32 = 256;

/// Bytes of a text that are compared with those a period later before that is
/// taken for one.
const SAMPLE: usize = 64;

/// Notices that the hits in a text repeat themselves.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// Hits in a row that led to nothing.
    hits: u32,
    /// The stretch that the last hit was in, if one was noticed.
    stretch: Option<Stretch>,
}

/// A part of a text in which one period follows another.
#[derive(Debug, PartialEq, Eq)]
struct Stretch {
    /// Where a whole period has been looked at that has the same neighbours as
    /// all that follow.
    judged: usize,
    /// As far as this they have.
    end: usize,
}

impl Repeats {
    /// Takes note that something came of a hit.
    pub(super) fn note_success(&mut self) {
        *self = Self::default();
    }

    /// Takes note that nothing came of the hit at `at`; where to go on.
    ///
    /// Always greater than `at`.
    pub(super) fn note_failure(&mut self, window: &[u8], at: usize) -> usize {
        match &self.stretch {
            Some(stretch) if at >= stretch.end => *self = Self::default(),
            Some(stretch) if at >= stretch.judged => return stretch.end,
            Some(_) => {}
            None => {
                self.hits += 1;
                if self.hits == PATIENCE {
                    self.hits = 0;
                    self.stretch = Stretch::from(window, at);
                }
            }
        }
        at + 1
    }
}

impl Stretch {
    /// The stretch that begins at `from`, if it is worth it.
    fn from(window: &[u8], from: usize) -> Option<Self> {
        let text = &window[from..];
        let sample = text.get(..SAMPLE)?;
        let period = 1 + memmem::find(&text[1..text.len().min(MAX_PERIOD + SAMPLE)], sample)?;
        let end = from + period + common_prefix(text, &text[period..]);
        let stretch = Self { judged: from + REACH + period, end: end.checked_sub(REACH)? };
        (stretch.judged < stretch.end).then_some(stretch)
    }
}

/// Returns whether `part`, and what lies within 10 KiB of it, repeats itself
/// with one period: all that its hits lead to, others do.
pub(super) fn is_one(window: &[u8], part: &Range<usize>) -> bool {
    /// As far as decoding looks.
    const NEAR: usize = crate::decode::FARTHEST_BEHIND;
    /// Fewer may be a text of two equal halves.
    const LEAST_PERIODS: usize = 3;
    let text = &window[part.start.saturating_sub(NEAR)..window.len().min(part.end + NEAR)];
    let Some(sample) = text.get(..SAMPLE) else { return false };
    let most = text.len().min(MAX_PERIOD + SAMPLE);
    let Some(period) = memmem::find(&text[1..most], sample).map(|at| at + 1) else { return false };
    // A text that ends as it begins has one period, too, and that holds all of it.
    period <= text.len() / LEAST_PERIODS && common_prefix(text, &text[period..]) == text.len() - period
}

/// Returns how long the common beginning of two texts is.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    /// Compared at once.
    const STEP: usize = 1024;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP)).take_while(|(a, b)| a == b).count() * STEP;
    steps + a[steps..].iter().zip(&b[steps..]).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_the_period_and_the_end() {
        let text = [&b"begin"[..], &b"abc".repeat(20_000), b"then something else"].concat();
        let stretch = Stretch::from(&text, 5).expect("it repeats itself");
        assert_eq!(stretch, Stretch { judged: 5 + REACH + 3, end: 5 + 60_000 - REACH });
        assert_eq!(
            Stretch::from(&text[..40_000], 5),
            Some(Stretch { judged: 5 + REACH + 3, end: 40_000 - REACH })
        );
        assert_eq!(Stretch::from(&text[..30_000], 5), None, "too short to be worth it");
        let numbers: String = (0..20_000).map(|number| number.to_string()).collect();
        assert_eq!(Stretch::from(numbers.as_bytes(), 5), None);
    }

    #[test]
    fn one_period_or_not() {
        let mut text = b"abc".repeat(20_000);
        let part = 30_000..34_000;
        assert!(is_one(&text, &part) && is_one(&text, &(50_000..text.len())) && is_one(&text, &(0..10)));
        text[part.end + 10_000] = b'x';
        assert!(!is_one(&text, &part) && !is_one(b"abc", &(0..3)));
        let numbers: String = (0..20_000).map(|number| number.to_string()).collect();
        assert!(!is_one(numbers.as_bytes(), &part));
        let border = [&numbers.as_bytes()[..100], b"token", &numbers.as_bytes()[..100]].concat();
        assert!(!is_one(&border, &(110..205)));
    }

    proptest! {
        #[test]
        fn all_in_a_stretch_is_as_one_period_before(
            piece in proptest::collection::vec(b'a'..b'd', 1..200),
            before in proptest::collection::vec(b'a'..b'd', 0..200),
            after in proptest::collection::vec(b'a'..b'd', 0..200),
        ) {
            let text = [&before[..], &piece.repeat(60_000 / piece.len()), &after[..]].concat();
            if let Some(stretch) = Stretch::from(&text, before.len()) {
                let period = stretch.judged - REACH - before.len();
                // The neighbours of the last one that is passed over are those of one that was judged.
                let judged = before.len() + REACH..stretch.judged;
                for place in [stretch.judged, stretch.end - 1] {
                    let twin = judged.start + (place - judged.start) % period;
                    prop_assert!(judged.contains(&twin));
                    prop_assert!(text[twin - REACH..twin + REACH] == text[place - REACH..place + REACH]);
                }
            }
        }
    }
}
