//! From a credential to whether it works: by asking for its id with one's own credential, or with
//! the credential itself.
//!
//! ```text
//! Subject { kind, token_id, secret, … }
//!   lookup   GET …/personal_access_tokens/{token_id}, with the administrator's credential
//!   probe    GET …/validate_keys, with the found one
//!   receipts what a revocation proved earlier, without any network
//! → Liveness { state: Live | Dead | Unknown | NotChecked, why, owner, … }
//! ```
//!
//! Nothing is dead without evidence: "not accepted here" may mean another site, "not in this
//! organisation" another one, a server that fails nothing at all. What is dead for sure:
//!
//! - a token whose record says that it has expired, or that no site accepts;
//! - what a receipt proves, unless a later look found it alive.
//!
//! Nothing is live by likeness either: four hexadecimal digits fit many keys, so that a list in
//! which they stand gives candidates and no verdict.

mod identity;
mod jobs;
mod lookup;
mod probe;
mod receipt;
mod receipts;

pub use identity::{Ground, candidate_label, ending_alike, is_told_by_last_four, made_before};
pub use jobs::in_parallel;
pub use lookup::Lookup;
pub use probe::{Probe, Sites};
pub use receipt::{RECEIPT_VERSION, Receipt, ReceiptEvent, ReceiptPlace, ReceiptResult};
pub use receipts::Receipts;

use std::collections::HashMap;

use uuid::Uuid;

use crate::datadog::Client;
use crate::finding::{Finding, Liveness, State};
use crate::secret::Secret;
use crate::token::{Kind, Site};

/// The way to find out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Method {
    /// With an administrator's credential: the found secret stays on this machine.
    Lookup(Lookup),
    /// With the found secret itself.
    Probe(Probe),
}

/// A verifier: a client, and what it may send.
#[derive(Debug)]
pub struct Verifier {
    /// Speaks to Datadog.
    pub client: Client,
    /// The way to find out; it decides whether a found secret leaves this machine.
    pub method: Method,
    /// Number of requests at a time at most.
    pub jobs: usize,
}

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
    /// finding alone: [`Verifier::check_findings`] adds it.
    pub fn from_finding(finding: &'a Finding<'_>) -> Self {
        Self {
            kind: finding.rule.credential(),
            token_id: finding.token_id,
            secret: Some(&finding.secret),
            last4: finding.last4(),
            site: finding.site,
            api_key: None,
            first_seen: finding.first_seen,
            fingerprint: Some(&finding.fingerprint),
        }
    }
}

impl Verifier {
    /// Returns a verdict on each, in order. A failure of the network is a verdict, too (`Unknown`,
    /// and why).
    pub fn check_subjects(&self, subjects: &[Subject<'_>]) -> Vec<Liveness> {
        match &self.method {
            Method::Lookup(lookup) => lookup.check_subjects(&self.client, subjects, self.jobs),
            Method::Probe(probe) => probe.check_subjects(&self.client, subjects, self.jobs),
        }
    }

    /// Notes a verdict on each finding that counts. One is asked about once, wherever it stands.
    pub fn check_findings(&self, findings: &mut [Finding<'_>]) {
        let counts = |finding: &&Finding<'_>| finding.suppressed.is_none();
        let api_keys: HashMap<&str, &Secret> = findings
            .iter()
            .filter(|finding| finding.rule.credential() == Some(Kind::ApiKey))
            .map(|finding| (finding.fingerprint.as_str(), &finding.secret))
            .collect();
        let subjects: Vec<Subject<'_>> = findings
            .iter()
            .filter(counts)
            .map(|finding| {
                let api_key = finding.paired_with.as_ref().and_then(|it| api_keys.get(it.as_str()).copied());
                Subject { api_key, ..Subject::from_finding(finding) }
            })
            .collect();
        let mut verdicts = self.check_subjects(&subjects).into_iter();
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            finding.liveness = verdicts.next();
        }
    }
}

/// The verdict on what nobody can ask about.
fn not_checked(why: impl Into<String>) -> Liveness {
    Liveness::new(State::NotChecked, None, why)
}

/// Returns the verdict on kinds that no call of Datadog's tells about; `None` for the others.
fn no_way(kind: Option<Kind>) -> Option<Liveness> {
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
