//! Mentions of Datadog and of other products in a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Lexicon, List};

/// Whose a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Datadog's.
    Datadog,
    /// Another product's.
    Other,
}

/// A search for mentions, of which the first are Datadog's.
#[derive(Debug)]
pub(super) struct Mentions {
    search: AhoCorasick,
    of_datadog: usize,
}

static BUILTIN: LazyLock<Mentions> = LazyLock::new(|| Mentions::new(&[], &[]));

impl Mentions {
    /// A search for what the lists hold, and besides for these words of Datadog's and of others.
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

impl Lexicon {
    /// Returns whether what follows `dd_` makes a name of Datadog's things.
    fn goes_on_as_ours(&self, rest: &[u8]) -> bool {
        let rest = &rest[rest.iter().take_while(|byte| matches!(byte, b'_' | b'-')).count()..];
        let end = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        // A name that is put together, and one that is glued: `DD_${x}`, `DD_APIKEY2`.
        name.is_empty()
            || self.has(List::NamesAfterDd, &name.to_ascii_lowercase())
            || self.sense_of(name.as_bytes()) == super::Sense::Key
    }

    /// Returns the mentions in a text, with their places.
    ///
    /// A name may be part of a longer one in a different case: `openDatadog`, `SentryClient`.
    pub fn mentions<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (usize, Whose)> + 't {
        let mentions = self.own.as_ref().map_or(&*BUILTIN, |own| own.mentions());
        mentions.search.find_iter(text).filter_map(move |found| {
            let owner = found.pattern().as_usize() < mentions.of_datadog;
            let word = &text[found.range()];
            let left = found.start().checked_sub(1).map(|at| text[at]);
            let right = text.get(found.end());
            let full_name = word.eq_ignore_ascii_case(b"datadog");
            let begins = left.is_none_or(|byte| {
                !byte.is_ascii_alphanumeric() || (byte.is_ascii_lowercase() && word[0].is_ascii_uppercase())
            });
            let ends = owner
                || right.is_none_or(|byte| {
                    !byte.is_ascii_lowercase() || word[0].is_ascii_uppercase() && byte.is_ascii_uppercase()
                });
            let is_prefix = word.len() == 3 && word[..2].eq_ignore_ascii_case(b"dd");
            if is_prefix && !self.goes_on_as_ours(&text[found.end()..]) {
                return None;
            }
            let whose = if owner { Whose::Datadog } else { Whose::Other };
            (full_name || begins && ends).then_some((found.start(), whose))
        })
    }
}
