//! From a credential to whether it works: by asking for its id with one's own
//! credential, or with the credential itself.
//!
//! ```text
//! Credential { kind, token_id, secret, … }
//!   lookup   GET …/personal_access_tokens/{token_id}, with the administrator's credential
//!   probe    GET …/validate_keys, with the found one
//!   receipts what a revocation proved earlier, without any network
//! → Liveness { state: Live | Dead | Unknown | NotChecked, why, owner, … }
//! ```
//!
//! Nothing is dead without evidence: "not accepted here" may mean another site,
//! "not in this organisation" another one, a server that fails nothing at all.
//! What is dead for sure:
//!
//! - a token whose record says that it has expired, or that no site accepts;
//! - what a receipt proves, unless a later look found it alive.
//!
//! Nothing is live by likeness either: four hexadecimal digits fit many keys,
//! so that a list in which they stand gives candidates and no verdict.
//!
//! # Which way
//!
//! | | needs | sends | tells |
//! |---|---|---|---|
//! | lookup | an administrator's credential | ids, never the secret | live, expired; owner, scopes, last use |
//! | probe | the secret | the secret, to Datadog | live, or not accepted at the sites that were asked |
//! | receipts | a file | nothing | dead, where a revocation proved it |
//!
//! Lookup is what a bare `--verify` means: it tells more and risks less. A
//! probe is the way out for keys that four digits do not identify, and for
//! people without such a credential.

mod credential;
mod identity;
mod lookup;
mod probe;
mod receipt;
mod receipts;
mod unasked;

pub use credential::{Credential, Gravity, MAX_PLACES};
pub use identity::{Ground, candidate_label, ending_alike, is_told_by_last_four, made_before};
pub use lookup::Lookup;
pub use probe::{Probe, Sites};
pub use receipt::{RECEIPT_VERSION, Receipt, ReceiptEvent, ReceiptPlace, ReceiptResult};
pub use receipts::Receipts;

use std::collections::HashMap;

use crate::datadog::Client;
use crate::finding::{Finding, Liveness};
use crate::secret::Secret;
use crate::token::Kind;

/// The way to find out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Method {
    /// With an administrator's credential: the found secret stays on this
    /// machine.
    Lookup(Lookup),
    /// With the found secret itself.
    Probe(Probe),
}

/// A verifier: a client, and what it may send.
#[derive(Debug)]
pub struct Verifier {
    /// Speaks to Datadog.
    pub client: Client,
    /// The way to find out; it decides whether a found secret leaves this
    /// machine.
    pub method: Method,
    /// Number of requests at a time at most.
    pub jobs: usize,
}

impl Verifier {
    /// Returns a verdict on each, in order. A failure of the network is a
    /// verdict, too (`Unknown`, and why).
    ///
    /// As many verdicts come back as credentials were given. Where the network
    /// is down this takes as long as
    /// [`ClientOptions::max_wait`](crate::datadog::ClientOptions::max_wait) for
    /// each request, [`Self::jobs`] at a time.
    pub fn check_credentials(&self, credentials: &[Credential]) -> Vec<Liveness> {
        match &self.method {
            Method::Lookup(lookup) => lookup.check_credentials(&self.client, credentials, self.jobs),
            Method::Probe(probe) => probe.check_credentials(&self.client, credentials, self.jobs),
        }
    }

    /// Notes a verdict on each finding that counts. One is asked about once,
    /// wherever it stands.
    ///
    /// An application key gets the API key that was found beside it, so that a
    /// probe can ask about the two as they would be used.
    pub fn check_findings(&self, findings: &mut [Finding<'_>]) {
        let counts = |finding: &&Finding<'_>| finding.suppressed.is_none();
        let api_keys: HashMap<&str, &Secret> = findings
            .iter()
            .filter(|finding| finding.rule.credential() == Some(Kind::ApiKey))
            .map(|finding| (finding.fingerprint.as_str(), &finding.secret))
            .collect();
        let credentials: Vec<Credential> = findings
            .iter()
            .filter(counts)
            .map(|finding| {
                let api_key = finding
                    .paired_with
                    .as_ref()
                    .and_then(|fingerprint| api_keys.get(fingerprint.as_str()).copied());
                Credential { api_key: api_key.cloned(), ..Credential::from_finding(finding) }
            })
            .collect();
        let mut verdicts = self.check_credentials(&credentials).into_iter();
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            finding.liveness = verdicts.next();
        }
    }
}
