//! Entries of a chain of configurations, by the file that each stands in: an
//! entry keeps to the terms that hold in its own file.
//!
//! ```text
//! dogcatcher.toml     2 entries     its terms, those of team.toml and those of all.toml
//! policy/team.toml    1 entry       its terms, and those of all.toml
//! org/all.toml        3 entries     its terms
//! ```

use jiff::civil::Date;

use super::terms::AllowanceTerms;
use super::usage::Usage;

/// Files of a chain, the nearest one first, as their entries follow each other.
#[derive(Debug, Default)]
pub(super) struct EntryLayers(Vec<EntryLayer>);

/// One file of a chain.
#[derive(Debug)]
struct EntryLayer {
    /// Name of the file.
    file: String,
    /// Terms that hold in it: its own, and those of the files that it extends.
    terms: AllowanceTerms,
    /// Number of its entries.
    count: usize,
}

/// The part of an entry that its fate depends on.
pub struct EntryFacts<'e> {
    /// Words for it in notices.
    pub(super) words: String,
    /// Reason that it gives.
    pub(super) reason: &'e str,
    /// The last day on which it applies.
    pub(super) until: Option<Date>,
}

impl EntryLayers {
    /// Makes a chain of one file with so many entries.
    pub(super) fn new(file: &str, terms: AllowanceTerms, count: usize) -> Self {
        Self(vec![EntryLayer { file: file.to_owned(), terms, count }])
    }

    /// Adds the files of what is extended, whose entries come behind the others.
    pub(super) fn append(&mut self, base: Self) {
        self.0.extend(base.0);
    }

    /// Returns why entry number `index` (from 0) of the chain does not keep to
    /// the terms of its file.
    pub(super) fn refusal(
        &self,
        mut index: usize,
        reason: &str,
        until: Option<Date>,
        today: Date,
    ) -> Option<String> {
        for layer in &self.0 {
            if index < layer.count {
                return layer.terms.refusal_of_entry(Some(reason), until, today);
            }
            index -= layer.count;
        }
        None
    }

    /// Returns the entries that are of no use; `used` says of each whether it
    /// matched anything. Of the files that are extended only what they refuse
    /// is told, with their names: what expires or matches nothing there is for
    /// whoever keeps them.
    pub(super) fn usage_of_entries<'e>(
        &self,
        mut entries: impl Iterator<Item = EntryFacts<'e>>,
        used: &[bool],
        today: Date,
    ) -> Usage {
        let mut usage = Usage::default();
        let mut used = used.iter();
        for (depth, layer) in self.0.iter().enumerate() {
            let is_own = depth == 0;
            for number in 1..=layer.count {
                let (Some(entry), Some(is_used)) = (entries.next(), used.next()) else { return usage };
                let EntryFacts { words, reason, until } = entry;
                let line = if is_own { words } else { format!("{words}, in {}", layer.file) };
                let has_expired = until.is_some_and(|until| today > until);
                if has_expired {
                    usage.expired.extend(is_own.then_some((number, line)));
                } else if let Some(why) = layer.terms.refusal_of_entry(Some(reason), until, today) {
                    usage.refused.push((number, format!("{line}: {why}")));
                } else if is_own && !is_used {
                    usage.unused.push((number, line));
                }
            }
        }
        usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_keeps_to_the_terms_of_its_file() {
        let day = |text: &str| text.parse().expect("a day");
        let terms = |days| AllowanceTerms { max_days: days, ..AllowanceTerms::default() };
        let mut layers = EntryLayers::new("own.toml", terms(Some(1)), 1);
        layers.append(EntryLayers::new("empty.toml", terms(Some(1)), 0));
        layers.append(EntryLayers::new("team.toml", terms(Some(10)), 2));
        layers.append(EntryLayers::new("all.toml", terms(None), 1));
        let today = day("2026-12-01");
        let until = [Some(day("2026-12-09")), Some(day("2026-12-09")), Some(day("2026-12-20")), None];
        let refused = |index: usize| layers.refusal(index, "x", until[index], today).is_some();
        assert_eq!([0, 1, 2, 3].map(refused), [true, false, true, false]);
        let facts = until.map(|until| EntryFacts { words: "x".to_owned(), reason: "x", until });
        let usage = layers.usage_of_entries(facts.into_iter(), &[false; 4], today);
        let refused: Vec<_> = usage.refused.iter().map(|(number, words)| (*number, words.as_str())).collect();
        assert_eq!(refused.iter().map(|it| it.0).collect::<Vec<_>>(), [1, 2]);
        assert!(!refused[0].1.contains(".toml") && refused[1].1.starts_with("x, in team.toml: "));
        assert!(usage.unused.is_empty(), "a base's entry is of use elsewhere: {usage:?}");
    }
}
