//! What would be revoked, whose it is, and what may break.

use uuid::Uuid;

use super::Authority;
use crate::datadog::{Auth, Client, Failure, KeyRecord, TokenRecord};
use crate::secret::Secret;
use crate::token::Kind;
use crate::verify::matching;

/// What somebody wants revoked.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// What people call it: a redacted form or an id.
    pub name: String,
    /// What it is, as far as that is known.
    pub kind: Option<Kind>,
    /// The id of an access token.
    pub token_id: Option<Uuid>,
    /// The id of a key.
    pub key_id: Option<String>,
    /// The credential itself.
    pub secret: Option<Secret>,
    /// When it was first seen, in seconds since 1970.
    pub first_seen: Option<i64>,
}

/// What a revocation is of.
#[derive(Debug, Clone, PartialEq, Eq)]
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
pub struct Item {
    /// What people call it.
    pub name: String,
    /// What is revoked.
    pub target: Target,
    /// What there is to know of it: a word and a text each.
    pub facts: Vec<(&'static str, String)>,
    /// What may break.
    pub warning: Option<String>,
    /// The credential itself, for the proof.
    pub secret: Option<Secret>,
    /// The credential to do it with, where that is not the administrator's.
    pub by_itself: Option<Auth>,
}

/// What came of looking for one.
#[derive(Debug, Clone)]
pub enum Planned {
    /// It can be revoked.
    Revoke(Box<Item>),
    /// There is nothing to revoke.
    Nothing {
        /// What people call it.
        name: String,
        /// Why.
        why: String,
    },
    /// It is not clear what to revoke, or it cannot be known.
    Refused {
        /// What people call it.
        name: String,
        /// Why.
        why: String,
        /// What it may be.
        candidates: Vec<String>,
    },
}

/// Looks up everything that is wanted. Nothing is changed.
///
/// What is wanted twice is planned once. With `by_itself`, each access token is asked about and revoked with itself.
pub fn plan(
    client: &Client,
    authority: Option<&Authority>,
    site: crate::token::Site,
    wanted: &[Wanted],
) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    for one in wanted {
        let next = match authority {
            Some(authority) => Planner { client, authority }.one(one),
            None => by_itself(client, site, one),
        };
        let known = |other: &Planned| match (other, &next) {
            (Planned::Revoke(one), Planned::Revoke(other)) => one.target == other.target,
            _ => false,
        };
        if !planned.iter().any(known) {
            planned.push(next);
        }
    }
    planned
}

struct Planner<'a> {
    client: &'a Client,
    authority: &'a Authority,
}

impl Planner<'_> {
    fn one(&self, wanted: &Wanted) -> Planned {
        match (wanted.token_id, wanted.kind, &wanted.key_id) {
            (Some(id), ..) => self.token(wanted, id),
            (_, Some(Kind::ApplicationKey | Kind::LegacyApplicationKey), Some(id)) => {
                self.application_key(wanted, id)
            }
            (_, Some(Kind::ApiKey), id) => self.api_key(wanted, id.as_deref()),
            (_, Some(Kind::ApplicationKey | Kind::LegacyApplicationKey), None) => self.matched(wanted),
            (_, Some(kind), _) => {
                refused(wanted, format!("no call of Datadog's revokes a {kind}"), Vec::new())
            }
            (_, None, _) => refused(wanted, "it is no credential of Datadog's", Vec::new()),
        }
    }

    fn at(&self) -> crate::datadog::At<'_> {
        (self.authority.site, &self.authority.auth)
    }

    fn token(&self, wanted: &Wanted, id: Uuid) -> Planned {
        match self.client.token(self.at(), id) {
            Ok(record) => Planned::Revoke(Box::new(token_item(wanted, &record, None))),
            Err(Failure::NotFound) => nothing(
                wanted,
                format!("{} has no token {id}: it was revoked, or belongs elsewhere", self.authority.site),
            ),
            Err(failure) => refused(wanted, failure.to_string(), Vec::new()),
        }
    }

    fn application_key(&self, wanted: &Wanted, id: &str) -> Planned {
        match self.client.application_key(self.at(), id) {
            Ok(record) => key_item(wanted, &record, Target::ApplicationKey(record.id.clone())),
            Err(Failure::NotFound) => {
                nothing(wanted, format!("{} has no application key {id}", self.authority.site))
            }
            Err(failure) => refused(wanted, failure.to_string(), Vec::new()),
        }
    }

    fn matched(&self, wanted: &Wanted) -> Planned {
        match self.client.application_keys(self.at()) {
            Ok(keys) => self.only_one(wanted, &keys, Target::ApplicationKey, "--application-key-id"),
            Err(failure) => refused(wanted, failure.to_string(), Vec::new()),
        }
    }

    fn api_key(&self, wanted: &Wanted, id: Option<&str>) -> Planned {
        let keys = match self.client.api_keys(self.at()) {
            Ok(keys) => keys,
            Err(failure) => return refused(wanted, failure.to_string(), Vec::new()),
        };
        match id {
            None => self.only_one(wanted, &keys, Target::ApiKey, "--api-key-id"),
            Some(id) => match keys.iter().find(|key| key.id == id) {
                Some(record) => key_item(wanted, record, Target::ApiKey(record.id.clone())),
                None => nothing(wanted, format!("{} has no API key {id}", self.authority.site)),
            },
        }
    }

    fn only_one(
        &self,
        wanted: &Wanted,
        keys: &[KeyRecord],
        target: fn(String) -> Target,
        flag: &str,
    ) -> Planned {
        let Some(secret) = &wanted.secret else {
            let why = "the report does not hold the key, and without its last four characters it cannot be looked up: pipe it in";
            return refused(wanted, why, Vec::new());
        };
        match &matching(keys, secret, wanted.first_seen)[..] {
            [] => {
                nothing(wanted, format!("no key at {} ends in its last four characters", self.authority.site))
            }
            [key] => key_item(wanted, key, target(key.id.clone())),
            several => {
                let candidates = several.iter().map(|key| format!("{} ({})", key.id, key.name)).collect();
                let why = format!(
                    "several keys end in its last four characters: name the one that is meant with {flag}"
                );
                refused(wanted, why, candidates)
            }
        }
    }
}

/// Plans the revocation of an access token by itself.
fn by_itself(client: &Client, site: crate::token::Site, wanted: &Wanted) -> Planned {
    let (Some(id), Some(secret)) = (wanted.token_id, &wanted.secret) else {
        return refused(wanted, "only an access token that is piped in can revoke itself", Vec::new());
    };
    let auth = Auth::Bearer(secret.clone());
    let unknown = |why: &str| {
        let mut item = bare_item(wanted, Target::Token(id, None));
        item.facts.push(("note", why.to_owned()));
        item
    };
    let item = match client.token((site, &auth), id) {
        Ok(record) => token_item(wanted, &record, None),
        Err(Failure::NotAllowed | Failure::Refused | Failure::NotFound) => {
            unknown("it may not see its own name and owner")
        }
        Err(Failure::NotAccepted) => return nothing(wanted, format!("{site} does not accept it (401)")),
        Err(failure) => return refused(wanted, failure.to_string(), Vec::new()),
    };
    // Under its service account an administrator revokes it; by itself it goes by the path for all.
    let target = Target::Token(id, None);
    Planned::Revoke(Box::new(Item { by_itself: Some(auth), target, ..item }))
}

fn bare_item(wanted: &Wanted, target: Target) -> Item {
    Item {
        name: wanted.name.clone(),
        target,
        facts: Vec::new(),
        warning: None,
        secret: wanted.secret.clone(),
        by_itself: None,
    }
}

fn token_item(wanted: &Wanted, record: &TokenRecord, by_itself: Option<Auth>) -> Item {
    let account =
        record.owner.as_ref().filter(|owner| owner.is_service_account).map(|owner| owner.id.clone());
    let mut facts = vec![("id", record.id.to_string()), ("name", record.name.clone())];
    facts.extend(record.owner.as_ref().map(|owner| {
        (
            "owner",
            format!("{} {}", if owner.is_service_account { "service account" } else { "user" }, owner.id),
        )
    }));
    facts.extend(record.scopes.as_ref().map(|scopes| ("scopes", scopes.join(", "))));
    facts.push(("expires", time(record.expires_at)));
    facts.push(("last used", time(record.last_used_at)));
    let warning = record.last_used_at.map(|_| "whatever uses it will fail".to_owned());
    Item { facts, warning, by_itself, ..bare_item(wanted, Target::Token(record.id, account)) }
}

fn key_item(wanted: &Wanted, record: &KeyRecord, target: Target) -> Planned {
    let mut facts = vec![("id", record.id.clone()), ("name", record.name.clone())];
    facts.extend(record.owner.as_ref().map(|owner| ("owner", format!("user {}", owner.id))));
    let all = || "everything that its owner may do".to_owned();
    let warning = match &target {
        Target::ApiKey(_) => match record.used_in_last_day {
            Some(false) => Some("agents and integrations that use it stop sending data".to_owned()),
            _ => Some("it is in use: agents and integrations that use it STOP SENDING DATA".to_owned()),
        },
        _ => {
            facts.push(("scopes", record.scopes.as_ref().map_or_else(all, |scopes| scopes.join(", "))));
            record.last_used_at.map(|_| "whatever uses it will fail".to_owned())
        }
    };
    facts.push(("made", time(record.created_at)));
    facts.push(("last used", time(record.last_used_at)));
    Planned::Revoke(Box::new(Item { facts, warning, ..bare_item(wanted, target) }))
}

fn time(time: Option<jiff::Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.to_string())
}

fn nothing(wanted: &Wanted, why: String) -> Planned {
    Planned::Nothing { name: wanted.name.clone(), why }
}

fn refused(wanted: &Wanted, why: impl Into<String>, candidates: Vec<String>) -> Planned {
    Planned::Refused { name: wanted.name.clone(), why: why.into(), candidates }
}
