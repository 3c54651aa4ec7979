//! Whether a credential works right now, and whose it is: the verdict, which
//! rooms above fill in and reports show.

use serde::{Deserialize, Serialize};

use crate::token::{Kind, Site};

/// Answer of Datadog's about a credential, or the reason why there is none. A
/// verdict has a time and, where one site was asked, that site: it holds for no
/// other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Liveness {
    /// The state: live, dead, or not known.
    pub state: State,
    /// The site that was asked: a verdict holds for that site.
    pub site: Option<Site>,
    /// Time in seconds since 1970.
    pub checked_at: i64,
    /// The kind of the record that Datadog has of it, where it was looked up:
    /// what is absent there means another thing for each.
    pub record: Option<Kind>,
    /// Datadog's id of it, where it became known.
    pub id: Option<String>,
    /// Owner: an id, and a handle where a person asked for names.
    pub owner: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its scopes.
    pub scopes: Option<Vec<String>>,
    /// Time at which it was made, in seconds since 1970.
    pub created_at: Option<i64>,
    /// Time at which it ends, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// Time of its last use, in seconds since 1970.
    pub last_used_at: Option<i64>,
    /// Datadog's own record of a leak.
    pub leak: Option<String>,
    /// Names and ids of what it may be, where it is not clear which.
    pub candidates: Vec<String>,
    /// The reason for the verdict.
    pub why: String,
}

/// The state of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// It works.
    Live,
    /// It is proven not to work any more.
    Dead,
    /// Nobody knows.
    Unknown,
    /// Nobody asked.
    NotChecked,
}

impl State {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
            Self::NotChecked => "not_checked",
        }
    }
}

impl Liveness {
    /// Makes a verdict of which nothing else is known, as of now.
    pub fn new(state: State, site: Option<Site>, why: impl Into<String>) -> Self {
        Self {
            state,
            site,
            checked_at: jiff::Timestamp::now().as_second(),
            record: None,
            id: None,
            owner: None,
            name: None,
            scopes: None,
            created_at: None,
            expires_at: None,
            last_used_at: None,
            leak: None,
            candidates: Vec::new(),
            why: why.into(),
        }
    }
}
