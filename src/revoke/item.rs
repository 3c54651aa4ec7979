//! One entry of a plan, as people see it before they consent: what it is,
//! whose, when it was last used, and what may break without it.

use uuid::Uuid;

use crate::datadog::{Auth, KeyRecord, TokenRecord, User};
use crate::verify::{Credential, Ground};

/// The record at Datadog that a revocation deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// An access token; of a service account, where one is named.
    Token(Uuid, Option<String>),
    /// An application key.
    ApplicationKey(String),
    /// An API key.
    ApiKey(String),
}

/// One revocation that is ready for consent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Item {
    /// The record that is deleted.
    pub target: Target,
    /// Facts about it in the order in which they are shown: a word and a text
    /// each.
    pub facts: Vec<(&'static str, String)>,
    /// The reason for which this key is taken for the one that was found; a
    /// token's alias is its id.
    pub ground: Option<Ground>,
    /// Consequences for whoever uses it.
    pub warning: Option<String>,
    /// The credential to do it with, where that is the found one itself and not
    /// the administrator's.
    pub by_itself: Option<Auth>,
    /// Datadog's name for it.
    pub record_name: Option<String>,
    /// The last four characters of a key, as Datadog has them.
    pub last4: Option<String>,
    /// The id of the owner.
    pub owner: Option<String>,
    /// The name of the owner.
    pub owner_name: Option<String>,
}

/// One entry of a plan.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Planned {
    /// The wish.
    pub wanted: Credential,
    /// Its fate.
    pub fate: Fate,
}

/// The fate of one credential: whether it can be revoked.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It can be revoked.
    Revoke(Box<Item>),
    /// It is not clear what to revoke, or it cannot be known.
    Refused {
        /// Reason.
        why: String,
        /// Keys that may be meant.
        candidates: Vec<String>,
    },
    /// There is nothing to revoke.
    Nothing {
        /// Reason.
        why: String,
    },
}

impl Planned {
    /// Returns what is to be revoked, where that can be done.
    ///
    /// `None` where it was refused, or there is nothing to do.
    pub fn item(&self) -> Option<(&Credential, &Item)> {
        match &self.fate {
            Fate::Revoke(item) => Some((&self.wanted, item)),
            Fate::Refused { .. } | Fate::Nothing { .. } => None,
        }
    }
}

impl Fate {
    /// Returns the place among the others: what can be done comes first.
    ///
    /// Smaller comes first.
    pub(super) fn sort_rank(&self) -> u8 {
        match self {
            Self::Revoke(_) => 0,
            Self::Refused { .. } => 1,
            Self::Nothing { .. } => 2,
        }
    }

    /// Makes the fate of what is not there, with the reason.
    pub(super) fn nothing_to_do(why: impl Into<String>) -> Self {
        Self::Nothing { why: why.into() }
    }

    /// Makes the fate of what cannot be done, with the reason and what may have
    /// been meant.
    pub(super) fn refused_because(why: impl Into<String>, candidates: Vec<String>) -> Self {
        Self::Refused { why: why.into(), candidates }
    }
}

impl Item {
    /// Makes an item of which nothing is known but what is to be revoked.
    pub(super) fn without_facts(target: Target) -> Self {
        let (facts, ground, warning, by_itself) = Default::default();
        let (record_name, last4, owner, owner_name) = Default::default();
        Self { target, facts, ground, warning, by_itself, record_name, last4, owner, owner_name }
    }

    /// Makes an item of an access token, and of its owner where that was looked
    /// up.
    pub(super) fn of_token(record: &TokenRecord, owner: Option<&User>) -> Self {
        let account =
            record.owner.as_ref().filter(|owner| owner.is_service_account).map(|owner| owner.id.clone());
        let mut facts = vec![("id", record.id.to_string()), ("name", record.name.clone())];
        facts.extend(record.owner.as_ref().map(|by| {
            let is_account = by.is_service_account || owner.is_some_and(|user| user.is_service_account);
            ("owner", shown_owner(&by.id, is_account, owner))
        }));
        facts.extend(record.scopes.as_ref().map(|scopes| ("scopes", scopes.join(", "))));
        facts.push(("expires", time_or_never(record.expires_at)));
        facts.push(("last used", time_or_never(record.last_used_at)));
        Self {
            facts,
            warning: record.last_used_at.map(|_| "whatever uses it will fail".to_owned()),
            record_name: Some(record.name.clone()),
            owner: record.owner.as_ref().map(|owner| owner.id.clone()),
            owner_name: owner.and_then(|user| user.name.clone()),
            ..Self::without_facts(Target::Token(record.id, account))
        }
    }

    /// Makes an item of a key: `ground` says by what it is taken for the one
    /// that was found, `owner` whose it is where that was looked up.
    pub(super) fn of_key(record: &KeyRecord, target: Target, ground: Ground, owner: Option<&User>) -> Self {
        let mut facts = vec![("id", record.id.clone()), ("name", record.name.clone())];
        let is_account = owner.is_some_and(|user| user.is_service_account);
        facts.extend(record.owner.as_ref().map(|by| ("owner", shown_owner(&by.id, is_account, owner))));
        let is_api_key = matches!(target, Target::ApiKey(_));
        if !is_api_key {
            let all = || "everything that its owner may do".to_owned();
            facts.push(("scopes", record.scopes.as_ref().map_or_else(all, |scopes| scopes.join(", "))));
        }
        facts.push(("made", time_or_never(record.created_at)));
        let unused = match is_api_key {
            true => "not in the last 90 days",
            false => "not known (that takes Audit Trail), or never",
        };
        facts.push((
            "last used",
            record.last_used_at.map_or_else(|| unused.to_owned(), |time| time.to_string()),
        ));
        if record.is_leaked {
            facts.push(("leak", "known to Datadog".to_owned()));
        }
        facts.push(("matched by", ground.to_string()));
        Self {
            facts,
            ground: Some(ground),
            warning: key_warning(record, is_api_key),
            record_name: Some(record.name.clone()),
            last4: Some(record.last4.clone()),
            owner: record.owner.as_ref().map(|owner| owner.id.clone()),
            owner_name: owner.and_then(|user| user.name.clone()),
            ..Self::without_facts(target)
        }
    }
}

/// Returns what may break without a key.
fn key_warning(record: &KeyRecord, is_api_key: bool) -> Option<String> {
    let words = match (is_api_key, record.used_in_last_day) {
        (true, Some(false)) => "agents and integrations that use it stop sending data",
        (true, _) => "it is in use: agents and integrations that use it STOP SENDING DATA",
        (false, _) => return record.last_used_at.map(|_| "whatever uses it will fail".to_owned()),
    };
    Some(words.to_owned())
}

/// An owner's name and id.
fn shown_owner(id: &str, is_service_account: bool, owner: Option<&User>) -> String {
    let kind = if is_service_account { "service account " } else { "" };
    let disabled = if owner.is_some_and(|user| user.is_disabled) { ", disabled" } else { "" };
    match owner.and_then(|user| user.name.as_deref()) {
        Some(name) => format!("{kind}{name} ({id}{disabled})"),
        None => format!("{kind}{id}{disabled}"),
    }
}

/// Writes a time; one that is absent is never.
fn time_or_never(time: Option<jiff::Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.to_string())
}
