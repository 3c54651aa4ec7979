//! The search for many literals at once.

use std::ops::Range;

use aho_corasick::packed;
use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind};

/// A compiled set of literals.
#[derive(Debug)]
pub(super) enum Engine {
    /// Teddy: SIMD, for up to 128 literals on processors that have it. 13 GB/s
    /// where the automaton does 0.5.
    Packed(packed::Searcher),
    /// For everything else.
    Automaton(AhoCorasick),
}

impl Engine {
    /// Searches for literals that are `arranged` for eight buckets, or in the
    /// library's way.
    pub(super) fn new(literals: &[&[u8]], arranged: bool) -> Self {
        let buckets = arranged.then_some(false);
        // Also more of them than the library would take are searched for faster than by the automaton.
        let mut config = packed::Config::new();
        config.only_teddy_fat(buckets).heuristic_pattern_limits(false);
        match config.builder().extend(literals).build() {
            Some(searcher) => Self::Packed(searcher),
            None => Self::Automaton(build_automaton(literals)),
        }
    }

    /// The first place in `part` where a literal stands, and which one.
    ///
    /// `None` where none does. The second number is the literal's place in the
    /// list that the engine was made of.
    #[inline]
    pub(super) fn find_literal(&self, window: &[u8], part: Range<usize>) -> Option<(usize, usize)> {
        let (found, literal) = match self {
            Self::Packed(searcher) => {
                let found = searcher.find_in(window, aho_corasick::Span::from(part))?;
                (found.start(), found.pattern())
            }
            Self::Automaton(automaton) => {
                let found = automaton.find(Input::new(window).range(part).anchored(Anchored::No))?;
                (found.start(), found.pattern())
            }
        };
        Some((found, literal.as_usize()))
    }
}

/// Reports the literal that begins first, also where it lies around another
/// one.
///
/// # Panics
///
/// Never with literals of this program: the limits of the library are met at
/// millions.
pub(super) fn build_automaton(literals: &[&[u8]]) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(literals)
        .expect("a few thousand literals make an automaton")
}
