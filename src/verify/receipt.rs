//! A receipt: one line of JSON, of a revocation that is asked for or of what
//! came of it.
//!
//! ```text
//! {"schema_version":1,"time":"2026-11-02T03:04:05Z","who":"ann","event":"revoke","credential":"api_key",…}
//! {"schema_version":1,"time":"2026-11-02T03:04:07Z","who":"ann","event":"result","result":"dead","evidence":"its id is gone",…}
//! ```
//!
//! The first line is on the disk before the request is sent: after a crash, a
//! line without a result says what may have happened. No line holds a secret;
//! names that people gave are searched for tokens first.

use serde::{Deserialize, Serialize};

/// The version of the lines that are written here.
pub const RECEIPT_VERSION: u64 = 1;

/// One line of a file of receipts. The fields are those of the file: a new one
/// needs a default, so that older lines can be read, and readers of today pass
/// it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// [`RECEIPT_VERSION`].
    #[serde(default = "current_version")]
    pub schema_version: u64,
    /// Time at which it was written, in the form of RFC 3339.
    pub time: String,
    /// The user of the machine who ran the command.
    pub who: String,
    /// The step that it tells of.
    pub event: ReceiptEvent,
    /// The kind of credential.
    pub credential: String,
    /// Datadog's id of it.
    pub id: String,
    /// The name of the site.
    pub site: String,
    /// Credential that the request was made with, in words.
    pub with: String,
    /// The ground on which a key was taken for the one that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_by: Option<String>,
    /// The reason that the user gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The fingerprint of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The last four characters of a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
    /// The name that Datadog has for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The id of its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The name of its owner, where it could be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Places where it stood, the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<ReceiptPlace>,
    /// The outcome, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ReceiptResult>,
    /// The evidence for the outcome, or the reason why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// The step that a receipt tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceiptEvent {
    /// The deletion is about to be asked for.
    Revoke,
    /// It was asked for, and this came of it.
    Result,
}

/// The outcome of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceiptResult {
    /// It is proven dead.
    Dead,
    /// Nothing proves yet that it is dead.
    NotConfirmed,
    /// Datadog refused.
    Refused,
}

/// A place where a revoked credential stood. Paths and names are made safe
/// before they come here, since a file name can hold a token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPlace {
    /// The repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl Receipt {
    /// A receipt of which nothing is known yet but the kind of the credential,
    /// its id and the name of its site.
    pub fn new(credential: &str, id: &str, site: &str) -> Self {
        let (time, who, with) = Default::default();
        let (matched_by, reason, fingerprint, last4, name, owner, owner_name) = Default::default();
        let (places, result, evidence) = Default::default();
        Self {
            schema_version: RECEIPT_VERSION,
            time,
            who,
            event: ReceiptEvent::Revoke,
            credential: credential.to_owned(),
            id: id.to_owned(),
            site: site.to_owned(),
            with,
            matched_by,
            reason,
            fingerprint,
            last4,
            name,
            owner,
            owner_name,
            places,
            result,
            evidence,
        }
    }

    /// Returns whether it is of an access token, whose id its alias encodes.
    ///
    /// Keys are matched by fingerprint instead: one id of theirs is known only
    /// after a lookup.
    pub fn is_of_token(&self) -> bool {
        self.credential.ends_with("access_token")
    }

    /// Returns whether it says that the credential is proven dead.
    ///
    /// That a deletion was asked for, or answered with 204, is none.
    pub fn is_proof(&self) -> bool {
        self.event == ReceiptEvent::Result && self.result == Some(ReceiptResult::Dead)
    }
}

/// The version of lines that name none: those of the first program that wrote
/// any.
fn current_version() -> u64 {
    RECEIPT_VERSION
}
