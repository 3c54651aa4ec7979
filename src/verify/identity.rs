//! Which key of an organisation a found one is, and by what that is known.

use std::fmt;

use crate::datadog::KeyRecord;
use crate::token::Kind;

/// The reason for which a key of the organisation is taken for the found one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A person named its id.
    Named,
    /// The key itself was sent, and the site answered with its id.
    OwnAnswer,
    /// The key was accepted in this organisation, and no other one fits.
    AcceptedAndAlone,
    /// No other key has its last four characters, of which there are 15 million.
    LastFour,
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Named => "the id that was named",
            Self::OwnAnswer => "its own answer to /api/v2/validate",
            Self::AcceptedAndAlone => "accepted in this organisation, where no other key fits",
            Self::LastFour => "its last four characters and dates (1 in 15 million by chance)",
        })
    }
}

/// The keys that end in these four characters.
pub fn ending_alike<'k>(keys: &'k [KeyRecord], last4: &str) -> Vec<&'k KeyRecord> {
    keys.iter().filter(|key| key.last4 == last4).collect()
}

/// Returns whether a key can have been seen at a time: one that was made later cannot.
pub fn made_before(key: &KeyRecord, first_seen: Option<i64>) -> bool {
    key.created_at.zip(first_seen).is_none_or(|(made, seen)| made.as_second() <= seen)
}

/// Returns whether the last four characters of a kind say which key it is: four hexadecimal digits do not.
pub fn is_told_by_last_four(kind: Option<Kind>) -> bool {
    kind == Some(Kind::ApplicationKey)
}

/// A key as a person may choose it.
pub fn candidate_label(key: &KeyRecord) -> String {
    format!("{} ({})", key.id, key.name)
}
