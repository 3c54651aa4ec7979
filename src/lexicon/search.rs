//! The search for names of Datadog's and of others in a text, in one pass.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::list::List;

/// A search for mentions, of which the first are Datadog's.
#[derive(Debug)]
pub(super) struct Mentions {
    /// All names at once.
    pub(super) search: AhoCorasick,
    /// Number of them that are Datadog's: these come first.
    pub(super) of_datadog: usize,
}

/// The search for the words that are compiled in.
pub(super) static BUILTIN: LazyLock<Mentions> = LazyLock::new(|| Mentions::new(&[], &[]));

impl Mentions {
    /// A search for what the lists hold, and besides for these words of
    /// Datadog's and of others.
    pub(super) fn new(own: &[Vec<u8>], others: &[Vec<u8>]) -> Self {
        let with = |list: List, more: &[Vec<u8>]| -> Vec<Vec<u8>> {
            list.words().map(|word| word.as_bytes().to_vec()).chain(more.iter().cloned()).collect()
        };
        let (of_datadog, of_others) = (with(List::Mentions, own), with(List::Vendors, others));
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(of_datadog.iter().chain(&of_others))
            .expect("some hundred names make an automaton");
        Self { search, of_datadog: of_datadog.len() }
    }
}
