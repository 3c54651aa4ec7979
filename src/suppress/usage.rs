//! The use that entries of a configuration were of.

/// Fate of the entries of a configuration, for notices: what matches nothing, or is over, can go.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Entries that matched nothing, by their number from 1 and their words.
    pub unused: Vec<(usize, String)>,
    /// Entries whose date is over, likewise.
    pub expired: Vec<(usize, String)>,
}
