//! What somebody wants revoked, and how grave it is. Commands make it of a finding, of an entry of
//! a report, of an id or of a line of standard input.

use std::cmp::Reverse;

use uuid::Uuid;

use crate::secret::Secret;
use crate::token::Kind;
use crate::verify::ReceiptPlace;

/// Places of one credential that a plan or a receipt holds at most; the others are counted.
pub const MAX_PLACES: usize = 20;

/// A credential that somebody wants revoked. One of `token_id`, `key_id`, `secret` and `last4` has
/// to be known.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The name for people: a redacted form or an id.
    pub name: String,
    /// The kind of credential, as far as that is known.
    pub kind: Option<Kind>,
    /// The id of an access token.
    pub token_id: Option<Uuid>,
    /// The id of a key.
    pub key_id: Option<String>,
    /// The credential itself.
    pub secret: Option<Secret>,
    /// The last four characters of a key, which a report holds.
    pub last4: Option<String>,
    /// Time at which it was first seen, in seconds since 1970.
    pub first_seen: Option<i64>,
    /// The fingerprint of the finding.
    pub fingerprint: Option<String>,
    /// The places where it stands, [`MAX_PLACES`] at most.
    pub places: Vec<ReceiptPlace>,
    /// Number of places beyond those.
    pub more_places: u64,
    /// Its gravity.
    pub gravity: Gravity,
}

/// The gravity of a leak, by which plans are ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gravity {
    /// True where it was found to be live.
    pub is_live: bool,
    /// The rank of its severity; larger is graver.
    pub severity: u8,
    /// True where HEAD still holds it.
    pub is_in_head: bool,
}

impl Wanted {
    /// Returns a key by which the gravest comes first: what is live, then by severity, what HEAD
    /// holds, and what was seen earliest.
    pub(super) fn sort_rank(&self) -> impl Ord + use<> {
        let Gravity { is_live, severity, is_in_head } = self.gravity;
        (Reverse((is_live, severity, is_in_head)), self.first_seen.unwrap_or(i64::MAX))
    }
}
