//! Mentions of Datadog and of other products in a text.

use super::list::List;
use super::search::BUILTIN;
use super::sense::Sense;
use super::words::Lexicon;

/// Whose a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Datadog's.
    Datadog,
    /// Another product's.
    Other,
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
            || self.sense_of(name.as_bytes()) == Sense::Key
    }

    /// Returns the mentions in a text, with their places.
    ///
    /// A name may be part of a longer one in a different case: `openDatadog`,
    /// `SentryClient`.
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
