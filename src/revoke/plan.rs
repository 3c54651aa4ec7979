//! What would be revoked, whose it is, and what may break.

use uuid::Uuid;

use super::Authority;
use crate::datadog::{Auth, Client, Failure, KeyRecord, TokenRecord};
use crate::secret::Secret;
use crate::token::Kind;
use crate::verify::{Ground, candidate, ending_alike, is_told_by_last_four, made_before};

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
    /// The last four characters of a key, which a report holds.
    pub last4: Option<String>,
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
    /// The reason for which this key is taken for the one that was found; a token's alias is its id.
    pub ground: Option<Ground>,
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
/// What is wanted twice is planned once. Without an authority each access token is asked about and
/// revoked with itself. A found key is sent, to learn which one it is, only with `may_probe`.
pub fn plan(
    client: &Client,
    authority: Option<&Authority>,
    site: crate::token::Site,
    wanted: &[Wanted],
    may_probe: bool,
) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    for one in wanted {
        let next = match authority {
            Some(authority) => Planner { client, authority, may_probe }.one(one),
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
    may_probe: bool,
}

impl Planner<'_> {
    fn one(&self, wanted: &Wanted) -> Planned {
        match (wanted.token_id, wanted.kind, &wanted.key_id) {
            (Some(id), ..) => self.token(wanted, id),
            (_, Some(Kind::ApplicationKey | Kind::LegacyApplicationKey), Some(id)) => {
                self.application_key(wanted, id)
            }
            (_, Some(Kind::ApiKey), id) => self.api_key(wanted, id.as_deref()),
            (_, Some(Kind::ApplicationKey | Kind::LegacyApplicationKey), None) => {
                self.unnamed_application_key(wanted)
            }
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
            Ok(record) => key_item(wanted, &record, Target::ApplicationKey(record.id.clone()), Ground::Named),
            Err(Failure::NotFound) => {
                nothing(wanted, format!("{} has no application key {id}", self.authority.site))
            }
            Err(failure) => refused(wanted, failure.to_string(), Vec::new()),
        }
    }

    fn unnamed_application_key(&self, wanted: &Wanted) -> Planned {
        let Some(last4) = &wanted.last4 else { return refused(wanted, NO_END, Vec::new()) };
        let keys = match self.client.application_keys(self.at()) {
            Ok(keys) => keys,
            Err(failure) => return refused(wanted, failure.to_string(), Vec::new()),
        };
        let mut alike = ending_alike(&keys, last4);
        let found = match wanted.secret.as_ref().filter(|_| self.may_probe) {
            Some(secret) => self.accepted(secret),
            None => Accepted::NotAsked,
        };
        if let Accepted::As(owner) = &found {
            // What is not known of an owner excludes nobody.
            let fits = |key: &KeyRecord| match (owner, &key.owner) {
                (Some(one), Some(other)) => *one == other.id,
                _ => true,
            };
            alike.retain(|key| fits(key));
        } else {
            alike.retain(|key| made_before(key, wanted.first_seen));
        }
        let ground = match found {
            Accepted::As(_) => Some(Ground::AcceptedAndAlone),
            // The key that ends alike lives, this one does not: they are two.
            Accepted::No => None,
            Accepted::NotAsked => is_told_by_last_four(wanted.kind).then_some(Ground::LastFour),
        };
        match (&alike[..], ground) {
            ([], _) => nothing(wanted, no_such_key(self.authority.site)),
            ([key], Some(ground)) if made_before(key, wanted.first_seen) => {
                key_item(wanted, key, Target::ApplicationKey(key.id.clone()), ground)
            }
            (several, ground) => not_proven(wanted, several, ground.is_some(), "--application-key-id"),
        }
    }

    /// Asks whether an application key is one of this organisation, whose API key has to come along, and as whom it acts.
    fn accepted(&self, secret: &Secret) -> Accepted {
        let Auth::Keys { api, .. } = &self.authority.auth else { return Accepted::NotAsked };
        let auth = Auth::Keys { api: api.clone(), app: secret.clone() };
        let at = (self.authority.site, &auth);
        match self.client.validate(at) {
            Ok(()) => Accepted::As(self.client.current_user(at).ok()),
            Err(_) => Accepted::No,
        }
    }

    fn api_key(&self, wanted: &Wanted, id: Option<&str>) -> Planned {
        let keys = match self.client.api_keys(self.at()) {
            Ok(keys) => keys,
            Err(failure) => return refused(wanted, failure.to_string(), Vec::new()),
        };
        match id {
            None => self.unnamed_api_key(wanted, &keys),
            Some(id) => match keys.iter().find(|key| key.id == id) {
                Some(record) => key_item(wanted, record, Target::ApiKey(record.id.clone()), Ground::Named),
                None => nothing(wanted, format!("{} has no API key {id}", self.authority.site)),
            },
        }
    }

    /// An API key says itself which one it is, where it may be asked.
    fn unnamed_api_key(&self, wanted: &Wanted, keys: &[KeyRecord]) -> Planned {
        let Some(last4) = &wanted.last4 else { return refused(wanted, NO_END, Vec::new()) };
        let site = self.authority.site;
        let mut alike = ending_alike(keys, last4);
        alike.retain(|key| made_before(key, wanted.first_seen));
        if alike.is_empty() {
            return nothing(wanted, no_such_key(site));
        }
        let Some(secret) = wanted.secret.as_ref().filter(|_| self.may_probe) else {
            return not_proven(wanted, &alike, false, "--api-key-id");
        };
        match self.client.validate_api_key((site, &Auth::ApiKey(secret.clone()))) {
            Ok(answer) => {
                let id = answer.and_then(|it| it.key_id);
                match alike.iter().find(|key| id.as_deref() == Some(&key.id)) {
                    Some(key) => key_item(wanted, key, Target::ApiKey(key.id.clone()), Ground::OwnAnswer),
                    None => not_proven(wanted, &alike, false, "--api-key-id"),
                }
            }
            // The administrator's own request just came through: it is not this address that is refused.
            Err(Failure::Refused) => nothing(
                wanted,
                format!("{site} does not accept it (403): it was revoked, or belongs to another site"),
            ),
            Err(failure) => refused(wanted, failure.to_string(), Vec::new()),
        }
    }
}

fn no_such_key(site: crate::token::Site) -> String {
    format!("no key at {site} that is old enough ends in its last four characters")
}

const NO_END: &str =
    "the report holds neither the key nor its last four characters: pipe it in, or name its id";

/// The answer to a found application key.
enum Accepted {
    NotAsked,
    No,
    /// Accepted, as this user where the key may tell.
    As(Option<String>),
}

/// Several keys fit, or one by too little.
fn not_proven(wanted: &Wanted, alike: &[&KeyRecord], is_told: bool, flag: &str) -> Planned {
    let why = match is_told {
        true => format!("several keys may be meant: name the one with {flag}"),
        false if wanted.secret.is_none() => format!(
            "its last four characters do not prove which key it is: pipe the key in and ask with it (--probe), or name its id with {flag}"
        ),
        false => format!(
            "its last four characters do not prove which key it is: ask with the key itself (--probe), or name its id with {flag}"
        ),
    };
    refused(wanted, why, alike.iter().map(|key| candidate(key)).collect())
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
        ground: None,
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
        let what = if owner.is_service_account { "service account " } else { "" };
        ("owner", format!("{what}{}", owner.id))
    }));
    facts.extend(record.scopes.as_ref().map(|scopes| ("scopes", scopes.join(", "))));
    facts.push(("expires", time(record.expires_at)));
    facts.push(("last used", time(record.last_used_at)));
    let warning = record.last_used_at.map(|_| "whatever uses it will fail".to_owned());
    Item { facts, warning, by_itself, ..bare_item(wanted, Target::Token(record.id, account)) }
}

fn key_item(wanted: &Wanted, record: &KeyRecord, target: Target, ground: Ground) -> Planned {
    let mut facts = vec![("id", record.id.clone()), ("name", record.name.clone())];
    facts.extend(record.owner.as_ref().map(|owner| ("owner", owner.id.clone())));
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
    let unused = match &target {
        Target::ApiKey(_) => "not in the last 90 days",
        _ => "not known (that takes Audit Trail), or never",
    };
    facts.push(("last used", record.last_used_at.map_or_else(|| unused.to_owned(), |it| it.to_string())));
    if record.is_leaked {
        facts.push(("leak", "known to Datadog".to_owned()));
    }
    facts.push(("matched by", ground.to_string()));
    Planned::Revoke(Box::new(Item { facts, ground: Some(ground), warning, ..bare_item(wanted, target) }))
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
