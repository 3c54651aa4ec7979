//! What is asked about, and what nobody can be asked about.

use uuid::Uuid;

use crate::finding::{Finding, Liveness, State};
use crate::secret::Secret;
use crate::token::{Kind, Site};

/// A credential that is asked about, as far as it is known. A finding, a line of a report and a
/// line of standard input all become one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// Its kind; none for a credential of somebody else's, which nobody asks about.
    pub kind: Option<Kind>,
    /// The id of an access token.
    pub token_id: Option<Uuid>,
    /// The credential, where it is at hand: an earlier report does not hold it.
    pub secret: Option<&'a Secret>,
    /// The last four characters of a key, which a report holds.
    pub last4: Option<&'a str>,
    /// The site that the text around it names.
    pub site: Option<Site>,
    /// The API key that stands beside an application key.
    pub api_key: Option<&'a Secret>,
    /// Time at which it was first seen, in seconds since 1970: what was made later is another one.
    pub first_seen: Option<i64>,
    /// The fingerprint of the finding.
    pub fingerprint: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// Makes one of a finding. The API key that goes with an application key is not known to a
    /// finding alone: [`super::Verifier::check_findings`] adds it.
    pub fn from_finding(finding: &'a Finding<'_>) -> Self {
        Self {
            kind: finding.rule.credential(),
            token_id: finding.token_id,
            secret: Some(&finding.secret),
            last4: finding.last4.as_deref(),
            site: finding.site,
            api_key: None,
            first_seen: finding.first_seen,
            fingerprint: Some(&finding.fingerprint),
        }
    }
}

/// The verdict on what nobody can ask about.
pub(super) fn not_checked(why: impl Into<String>) -> Liveness {
    Liveness::new(State::NotChecked, None, why)
}

/// Returns the verdict on kinds that no call of Datadog's tells about; `None` for the others.
pub(super) fn no_way(kind: Option<Kind>) -> Option<Liveness> {
    match kind {
        None => Some(not_checked("it is no credential of Datadog's")),
        Some(Kind::ClientToken) => {
            Some(not_checked("a client token is public by design, and Datadog tells nothing about it"))
        }
        Some(Kind::RemoteConfigKey) => Some(not_checked(
            "of a remote-configuration key only the application key inside can be asked about",
        )),
        Some(_) => None,
    }
}
