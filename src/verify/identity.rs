//! Which key of an organisation a found one is, and by what that is known.
//!
//! A token is known by its alias. A key has no public id in it: Datadog lists
//! keys by their last four characters only, which for hexadecimal keys are
//! 65,536 ends. Taking one key for another would revoke what somebody needs, so
//! each way to know has a name ([`Ground`]) that the plan and the receipt show.
//!
//! ```text
//! key        last four   alike in an organisation of 1,000 keys
//! api key    4 hex       one in 65, by chance
//! ddapp_     4 base62    one in 15,000
//! token      its id      none
//! ```

use std::fmt;

use crate::datadog::KeyRecord;
use crate::token::Kind;

/// Reason for which a key of the organisation is taken for the found one. There
/// is none without proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ground {
    /// A person named its id.
    Named,
    /// The key itself was sent, and the site answered with its id.
    OwnAnswer,
    /// The key was accepted in this organisation, and no other one fits.
    AcceptedAndAlone,
    /// No other key has its last four characters, of which there are 15
    /// million.
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

/// Returns the keys that end in these four characters, compared in their case.
///
/// Datadog lists the last four characters as they are; hexadecimal keys are in
/// lower case there.
pub fn ending_alike<'k>(keys: &'k [KeyRecord], last4: &str) -> Vec<&'k KeyRecord> {
    keys.iter().filter(|key| key.last4 == last4).collect()
}

/// Returns whether a key can have been seen at a time: one that was made later
/// cannot.
///
/// Either time may be unknown, which speaks for no one: then `true`.
/// `first_seen` is in seconds since 1970.
pub fn made_before(key: &KeyRecord, first_seen: Option<i64>) -> bool {
    key.created_at.zip(first_seen).is_none_or(|(made, seen)| made.as_second() <= seen)
}

/// Returns whether the last four characters of a kind say which key it is: four
/// hexadecimal digits do not.
pub fn is_told_by_last_four(kind: Option<Kind>) -> bool {
    kind == Some(Kind::ApplicationKey)
}

/// Returns id and name of a key, for a person who has to choose.
///
/// The name is a person's own text: who prints it makes it safe first.
pub fn candidate_label(key: &KeyRecord) -> String {
    format!("{} ({})", key.id, key.name)
}
