//! The use that entries of a configuration were of.

/// Fate of the entries of a configuration, for notices: what matches nothing,
/// or is over, can go.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Entries that matched nothing, by their number from 1 and their words.
    pub unused: Vec<(usize, String)>,
    /// Entries whose date is over, likewise.
    pub expired: Vec<(usize, String)>,
    /// Entries that do not keep to the terms of the configuration, likewise,
    /// and why.
    pub refused: Vec<(usize, String)>,
}

impl Usage {
    /// Returns the words of the entries that can have no effect, whatever is
    /// found.
    pub(super) fn into_without_effect(self) -> Vec<String> {
        let expired =
            self.expired.into_iter().map(|(number, words)| format!("entry {number} has expired: {words}"));
        let refused = self.refused.into_iter().map(|(number, words)| format!("entry {number}: {words}"));
        expired.chain(refused).collect()
    }
}
