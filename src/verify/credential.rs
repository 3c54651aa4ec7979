//! A credential as far as it is known: what is asked about, and what is to be
//! revoked.
//!
//! This is the one type for "a credential, wherever it comes from":
//! verification, plans and receipts take it, and do not care whether a scan, a
//! saved report or a person's line on standard input made it. So most of its
//! fields are optional, and none is trusted to be there.

use std::cmp::Reverse;

use uuid::Uuid;

use super::receipt::ReceiptPlace;
use crate::finding::Finding;
use crate::rule::Confidence;
use crate::secret::Secret;
use crate::token::{Kind, Site};

/// Places of one credential that a plan or a receipt holds at most; the others
/// are counted.
pub const MAX_PLACES: usize = 20;

/// A credential, as far as it is known. A finding, a line of a report or of
/// standard input, and an id that a person names all become one.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// The name for people: a redacted form or an id.
    pub name: String,
    /// Its kind; none for a credential of somebody else's, which nobody asks
    /// about.
    pub kind: Option<Kind>,
    /// The id of an access token.
    pub token_id: Option<Uuid>,
    /// The id of a key, where a person named it.
    pub key_id: Option<String>,
    /// The credential itself, where it is at hand: an earlier report does not
    /// hold it.
    pub secret: Option<Secret>,
    /// The last four characters of a key, which a report holds.
    pub last4: Option<String>,
    /// The site that the text around it names.
    pub site: Option<Site>,
    /// The API key that stands beside an application key.
    pub api_key: Option<Secret>,
    /// Time at which it was first seen, in seconds since 1970: what was made
    /// later is another one.
    pub first_seen: Option<i64>,
    /// The fingerprint of the finding.
    pub fingerprint: Option<String>,
    /// The confidence of the finding.
    pub confidence: Option<Confidence>,
    /// Gravity of its having got loose.
    pub gravity: Gravity,
    /// Places where it stands, [`MAX_PLACES`] at most.
    pub places: Vec<ReceiptPlace>,
    /// Number of places beyond those.
    pub more_places: u64,
}

/// Gravity of a credential's having got loose: the order of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gravity {
    /// True where it was found to be live.
    pub is_live: bool,
    /// The rank of its severity; larger is graver.
    pub severity: u8,
    /// True where HEAD still holds it.
    pub is_in_head: bool,
}

impl Credential {
    /// Makes one of a finding. The API key that goes with an application key is
    /// not known to a finding alone: [`super::Verifier::check_findings`] adds
    /// it.
    pub fn from_finding(finding: &Finding<'_>) -> Self {
        Self {
            name: finding.redacted.clone(),
            kind: finding.rule.credential(),
            token_id: finding.token_id,
            secret: Some(finding.secret.clone()),
            last4: finding.last4.clone(),
            site: finding.site,
            first_seen: finding.first_seen,
            fingerprint: Some(finding.fingerprint.clone()),
            confidence: Some(finding.confidence),
            ..Self::default()
        }
    }

    /// Returns a key by which the gravest comes first: what is live, then by
    /// severity, what HEAD holds, and what was seen earliest.
    ///
    /// # Examples
    ///
    /// ```text
    /// live, medium      before      unknown, critical      before      unknown, high in HEAD
    /// ```
    pub(crate) fn sort_rank(&self) -> impl Ord + use<> {
        let Gravity { is_live, severity, is_in_head } = self.gravity;
        (Reverse((is_live, severity, is_in_head)), self.first_seen.unwrap_or(i64::MAX))
    }
}
