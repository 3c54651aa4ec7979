//! Literals of rules that no hint makes fast: their anchors, and what those
//! become in each encoding.
//!
//! A rule of the user's has an anchor that nobody arranged for Teddy's buckets.
//! Its literals make a second search, which is slower by what one more pass
//! over the text costs, and is left out where no rule needs it.

use std::ops::Range;

use super::engine::Engine;
use crate::decode::{self, EncodedPrefix, Encoding};

/// As many literals as one search by SIMD takes.
const MAX_TOGETHER: usize = 127;

/// Literals that [`SEARCH_ORDER`](super::search_order::SEARCH_ORDER) has no
/// place for.
#[derive(Debug)]
pub(super) struct OwnLiterals {
    /// Each searches for a part of the literals.
    engines: Vec<Engine>,
    /// Anchors themselves.
    anchors: Vec<Vec<u8>>,
    /// Spellings of the user's owners.
    mentions: Vec<Vec<u8>>,
    /// Their beginnings in each encoding.
    encoded: Vec<EncodedPrefix>,
}

impl OwnLiterals {
    /// Makes those for rules of these anchors, and for these spellings of
    /// owners; `None` where there is none.
    pub(super) fn new<'a>(anchors: impl Iterator<Item = &'a [u8]>, mentions: &[Vec<u8>]) -> Option<Self> {
        let mut anchors: Vec<Vec<u8>> = anchors.map(<[u8]>::to_vec).collect();
        anchors.sort();
        anchors.dedup();
        let in_each =
            |anchor: &Vec<u8>| [decode::encoded_prefixes(anchor), decode::twice_encoded_prefixes(anchor)];
        let encoded: Vec<_> = anchors.iter().flat_map(in_each).flatten().collect();
        let bytes = encoded.iter().map(|prefix| &prefix.bytes);
        let mut literals: Vec<&[u8]> =
            anchors.iter().chain(mentions).chain(bytes).map(Vec::as_slice).collect();
        // Those of a length together: each search compares as many bytes as its shortest literal has.
        literals.sort_by_key(|literal| (literal.len(), *literal));
        literals.dedup();
        let engines: Vec<Engine> =
            literals.chunks(MAX_TOGETHER).map(|part| Engine::new(part, false)).collect();
        (!literals.is_empty()).then(|| Self { engines, mentions: mentions.to_vec(), encoded, anchors })
    }

    /// The length of the longest of them, in bytes.
    pub(super) fn longest_literal(&self) -> usize {
        let encoded = self.encoded.iter().map(|prefix| prefix.bytes.len());
        self.anchors.iter().chain(&self.mentions).map(Vec::len).chain(encoded).max().unwrap_or(0)
    }

    /// The first place in `core` where one of them begins.
    pub(super) fn find_first(&self, window: &[u8], core: Range<usize>) -> Option<usize> {
        let end = window.len().min(core.end + self.longest_literal() - 1);
        let found = self.engines.iter().filter_map(|engine| engine.find_literal(window, core.start..end));
        found.map(|(at, _)| at).filter(|at| *at < core.end).min()
    }

    /// The encodings that literals at `at` tell of.
    pub(super) fn encodings_at(&self, window: &[u8], at: usize) -> impl Iterator<Item = Encoding> {
        let rest = &window[at..];
        self.encoded.iter().filter(|prefix| rest.starts_with(&prefix.bytes)).map(|prefix| prefix.encoding)
    }

    /// Returns whether the user's name for Datadog begins at `at`.
    pub(super) fn is_mention(&self, window: &[u8], at: usize) -> bool {
        self.mentions.iter().any(|spelling| window[at..].starts_with(spelling))
    }

    /// Returns whether one of the anchors stands at `at`.
    pub(super) fn is_anchor(&self, window: &[u8], at: usize) -> bool {
        self.anchors.iter().any(|anchor| window[at..].starts_with(anchor))
    }
}
