//! What is searched for besides, where there are rules of one's own: their anchors, and what those become in each encoding.

use std::ops::Range;

use super::engine::Engine;
use crate::decode::{self, Encoding};

/// As many literals as one search by SIMD takes.
const MAX_TOGETHER: usize = 127;

/// Literals that the rules which are compiled in do not need.
#[derive(Debug)]
pub(super) struct OwnLiterals {
    /// Each searches for a part of the literals.
    engines: Vec<Engine>,
    anchors: Vec<Vec<u8>>,
    /// Spellings of the user's owners.
    mentions: Vec<Vec<u8>>,
    clues: Vec<(Vec<u8>, Encoding)>,
}

impl OwnLiterals {
    /// Those for rules of these anchors, and for these spellings of owners; `None` where there is none.
    pub(super) fn new<'a>(anchors: impl Iterator<Item = &'a [u8]>, mentions: &[Vec<u8>]) -> Option<Self> {
        let mut anchors: Vec<Vec<u8>> = anchors.map(<[u8]>::to_vec).collect();
        anchors.sort();
        anchors.dedup();
        let clues: Vec<_> = anchors.iter().flat_map(|anchor| decode::forms(anchor)).collect();
        let mut literals: Vec<&[u8]> = anchors
            .iter()
            .chain(mentions)
            .chain(clues.iter().map(|(form, _)| form))
            .map(|it| &it[..])
            .collect();
        // Those of a length together: each search compares as many bytes as its shortest literal has.
        literals.sort_by_key(|literal| (literal.len(), *literal));
        literals.dedup();
        let engines: Vec<Engine> =
            literals.chunks(MAX_TOGETHER).map(|part| Engine::new(part, false)).collect();
        (!literals.is_empty()).then(|| Self { engines, mentions: mentions.to_vec(), clues, anchors })
    }

    /// The length of the longest of them.
    pub(super) fn longest(&self) -> usize {
        let clues = self.clues.iter().map(|(form, _)| form.len());
        self.anchors.iter().chain(&self.mentions).map(Vec::len).chain(clues).max().unwrap_or(0)
    }

    /// The first place in `core` where one of them begins.
    pub(super) fn first(&self, window: &[u8], core: Range<usize>) -> Option<usize> {
        let end = window.len().min(core.end + self.longest() - 1);
        let found = self.engines.iter().filter_map(|engine| engine.find(window, core.start..end));
        found.map(|(at, _)| at).filter(|at| *at < core.end).min()
    }

    /// The encodings that literals at `at` tell of.
    pub(super) fn clues_at(&self, window: &[u8], at: usize) -> impl Iterator<Item = Encoding> {
        let rest = &window[at..];
        self.clues.iter().filter(|(form, _)| rest.starts_with(form)).map(|(_, encoding)| *encoding)
    }

    /// Whether the user's name for Datadog begins at `at`.
    pub(super) fn is_mention(&self, window: &[u8], at: usize) -> bool {
        self.mentions.iter().any(|spelling| window[at..].starts_with(spelling))
    }

    /// Whether one of the anchors stands at `at`.
    pub(super) fn is_anchor(&self, window: &[u8], at: usize) -> bool {
        self.anchors.iter().any(|anchor| window[at..].starts_with(anchor))
    }
}
