//! From what is wanted to a plan: what would be revoked, whose it is, and what
//! may break.
//!
//! How the record at Datadog is found, and when it counts as the one that is
//! meant:
//!
//! ```text
//! access token                   by the id that its alias encodes
//! key, whose id a person named   by that id, unless its last four characters are others
//! API key, to be probed          by its own answer to /api/v2/validate
//! application key, to be probed  accepted in this organisation, and one key only ends alike
//! ddapp_ key                     one key only ends alike (1 in 15 million by chance)
//! any other key                  refused, with the candidates
//! ```

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use uuid::Uuid;

use super::authority::Authority;
use super::item::{Fate, Item, Planned, Target};
use crate::datadog::{At, Auth, Client, Failure, KeyRecord, Owner, User};
use crate::secret::Secret;
use crate::token::{Kind, Site};
use crate::verify::{Credential, Ground, candidate_label, ending_alike, is_told_by_last_four, made_before};

/// Looks up everything that is wanted. Nothing is changed.
///
/// What can be revoked comes first, then what is not possible, then what there
/// is nothing to do about; the gravest first in each. What is wanted twice is
/// planned once. Without an authority each access token is asked about and
/// revoked with itself. A found key is sent, to learn which one it is, only
/// with `may_probe`.
pub fn plan_revocation(
    client: &Client,
    authority: Option<&Authority>,
    site: Site,
    wanted: &[Credential],
    may_probe: bool,
) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    let planner = authority.map(|authority| Planner::new(client, authority, may_probe));
    for one in wanted {
        let fate = match &planner {
            Some(planner) => planner.plan_one(one),
            None => plan_by_itself(client, site, one),
        };
        let known = |other: &Planned| match (&other.fate, &fate) {
            (Fate::Revoke(one), Fate::Revoke(other)) => one.target == other.target,
            _ => false,
        };
        if !planned.iter().any(known) {
            planned.push(Planned { wanted: one.clone(), fate });
        }
    }
    planned.sort_by_cached_key(|entry| (entry.fate.sort_rank(), entry.wanted.sort_rank()));
    planned
}

/// Looks up one credential after another; lists and owners are asked for once.
struct Planner<'a> {
    /// Speaks to Datadog; only reads.
    client: &'a Client,
    /// Credential and site of the administrator.
    authority: &'a Authority,
    /// True where a found key may be sent, to learn which one it is.
    may_probe: bool,
    /// Application keys of the organisation, listed when the first one is
    /// wanted.
    app_keys: OnceCell<Result<Vec<KeyRecord>, Failure>>,
    /// The same of its API keys.
    api_keys: OnceCell<Result<Vec<KeyRecord>, Failure>>,
    /// Users by id, each asked for once; `None` for one that cannot be seen.
    owners: RefCell<HashMap<String, Option<User>>>,
}

impl<'a> Planner<'a> {
    /// Makes one that has asked nothing yet.
    fn new(client: &'a Client, authority: &'a Authority, may_probe: bool) -> Self {
        let (app_keys, api_keys, owners) = Default::default();
        Self { client, authority, may_probe, app_keys, api_keys, owners }
    }

    /// Returns what can be done about one.
    fn plan_one(&self, wanted: &Credential) -> Fate {
        match (wanted.token_id, wanted.kind, &wanted.key_id) {
            (Some(id), ..) => self.plan_token(id),
            (_, Some(Kind::ApplicationKey | Kind::LegacyApplicationKey), Some(id)) => {
                self.plan_application_key(wanted, id)
            }
            (_, Some(Kind::ApiKey), id) => self.plan_api_key(wanted, id.as_deref()),
            (_, Some(Kind::ApplicationKey | Kind::LegacyApplicationKey), None) => {
                self.plan_unnamed_application_key(wanted)
            }
            (_, Some(kind), _) => {
                Fate::refused_because(format!("no call of Datadog's revokes a {kind}"), Vec::new())
            }
            (_, None, _) => Fate::refused_because("it is no credential of Datadog's", Vec::new()),
        }
    }

    /// Returns the site and the administrator's credential.
    fn own_access(&self) -> At<'_> {
        (self.authority.site, &self.authority.auth)
    }

    /// Asks for the owner of a credential, once; none where the administrator
    /// may not see users.
    fn find_owner(&self, owner: Option<&Owner>) -> Option<User> {
        let id = &owner?.id;
        let mut known = self.owners.borrow_mut();
        known.entry(id.clone()).or_insert_with(|| self.client.find_user(self.own_access(), id).ok()).clone()
    }

    /// Plans the revocation of an access token by its id.
    fn plan_token(&self, id: Uuid) -> Fate {
        match self.client.access_token(self.own_access(), id) {
            Ok(record) => {
                let owner = self.find_owner(record.owner.as_ref());
                Fate::Revoke(Box::new(Item::of_token(&record, owner.as_ref())))
            }
            Err(Failure::NotFound) => Fate::nothing_to_do(format!(
                "{} has no token {id}: it was revoked, or belongs elsewhere",
                self.authority.site
            )),
            Err(failure) => Fate::refused_because(failure.to_string(), Vec::new()),
        }
    }

    /// Makes an entry of a key that is known to be the one.
    fn key_item(&self, record: &KeyRecord, target: Target, ground: Ground) -> Fate {
        let owner = self.find_owner(record.owner.as_ref());
        Fate::Revoke(Box::new(Item::of_key(record, target, ground, owner.as_ref())))
    }

    /// Plans the revocation of a key whose id a person named, unless the one
    /// that was found ends otherwise.
    fn named_key(&self, wanted: &Credential, record: &KeyRecord, target: Target) -> Fate {
        match &wanted.last4 {
            Some(last4) if *last4 != record.last4 => {
                let why =
                    "the key of that id does not end in the last four characters of the one that was found";
                Fate::refused_because(why, vec![candidate_label(record)])
            }
            _ => self.key_item(record, target, Ground::Named),
        }
    }

    /// Plans the revocation of an application key whose id is known.
    fn plan_application_key(&self, wanted: &Credential, id: &str) -> Fate {
        match self.client.application_key(self.own_access(), id) {
            Ok(record) => self.named_key(wanted, &record, Target::ApplicationKey(record.id.clone())),
            Err(Failure::NotFound) => {
                Fate::nothing_to_do(format!("{} has no application key {id}", self.authority.site))
            }
            Err(failure) => Fate::refused_because(failure.to_string(), Vec::new()),
        }
    }

    /// Plans the revocation of an application key that is known by its last
    /// four characters, and by itself where it may be sent.
    fn plan_unnamed_application_key(&self, wanted: &Credential) -> Fate {
        let Some(last4) = &wanted.last4 else { return Fate::refused_because(NO_END, Vec::new()) };
        let keys = match self.app_keys.get_or_init(|| self.client.application_keys(self.own_access())) {
            Ok(keys) => keys,
            Err(failure) => return Fate::refused_because(failure.to_string(), Vec::new()),
        };
        let mut alike = ending_alike(keys, last4);
        let found = match wanted.secret.as_ref().filter(|_| self.may_probe) {
            Some(secret) => self.ask_acceptance(secret),
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
            ([], _) => Fate::nothing_to_do(no_such_key(self.authority.site)),
            ([key], Some(ground)) if made_before(key, wanted.first_seen) => {
                self.key_item(key, Target::ApplicationKey(key.id.clone()), ground)
            }
            (several, ground) => not_proven(wanted, several, ground.is_some(), "--application-key-id"),
        }
    }

    /// Asks whether an application key is one of this organisation, whose API
    /// key has to come along, and as whom it acts. With an access token for
    /// authority nobody can be asked so.
    fn ask_acceptance(&self, secret: &Secret) -> Accepted {
        let Auth::Keys { api, .. } = &self.authority.auth else { return Accepted::NotAsked };
        let auth = Auth::Keys { api: api.clone(), app: secret.clone() };
        let at = (self.authority.site, &auth);
        match self.client.accepts_credential(at) {
            Ok(()) => Accepted::As(self.client.current_user(at).ok()),
            Err(_) => Accepted::No,
        }
    }

    /// Plans the revocation of an API key, by its id where that is known.
    fn plan_api_key(&self, wanted: &Credential, id: Option<&str>) -> Fate {
        let keys = match self.api_keys.get_or_init(|| self.client.api_keys(self.own_access())) {
            Ok(keys) => keys,
            Err(failure) => return Fate::refused_because(failure.to_string(), Vec::new()),
        };
        match id {
            None => self.plan_unnamed_api_key(wanted, keys),
            Some(id) => match keys.iter().find(|key| key.id == id) {
                Some(record) => self.named_key(wanted, record, Target::ApiKey(record.id.clone())),
                None => Fate::nothing_to_do(format!("{} has no API key {id}", self.authority.site)),
            },
        }
    }

    /// Plans the revocation of an API key that is known by its last four
    /// characters: it says itself which one it is, where it may be asked.
    fn plan_unnamed_api_key(&self, wanted: &Credential, keys: &[KeyRecord]) -> Fate {
        let Some(last4) = &wanted.last4 else { return Fate::refused_because(NO_END, Vec::new()) };
        let site = self.authority.site;
        let mut alike = ending_alike(keys, last4);
        alike.retain(|key| made_before(key, wanted.first_seen));
        if alike.is_empty() {
            return Fate::nothing_to_do(no_such_key(site));
        }
        let Some(secret) = wanted.secret.as_ref().filter(|_| self.may_probe) else {
            return not_proven(wanted, &alike, false, "--api-key-id");
        };
        match self.client.validate_api_key((site, &Auth::ApiKey(secret.clone()))) {
            Ok(answer) => {
                let id = answer.and_then(|owner| owner.key_id);
                match alike.iter().find(|key| id.as_deref() == Some(&key.id)) {
                    Some(key) => self.key_item(key, Target::ApiKey(key.id.clone()), Ground::OwnAnswer),
                    None => not_proven(wanted, &alike, false, "--api-key-id"),
                }
            }
            // The administrator's own request just came through: it is not this address that is refused.
            Err(Failure::Refused) => Fate::nothing_to_do(format!(
                "{site} does not accept it (403): it was revoked, or belongs to another site"
            )),
            Err(failure) => Fate::refused_because(failure.to_string(), Vec::new()),
        }
    }
}

/// Words for a key that ends like none of the list.
fn no_such_key(site: Site) -> String {
    format!("no key at {site} that is old enough ends in its last four characters")
}

/// Words for a finding of which a report holds too little.
const NO_END: &str =
    "the report holds neither the key nor its last four characters: pipe it in, or name its id";

/// Answer to a found application key.
enum Accepted {
    /// The key may not be sent, or is not at hand.
    NotAsked,
    /// It is not accepted with this organisation's API key.
    No,
    /// Accepted, as this user where the key may tell.
    As(Option<String>),
}

/// Refuses: several keys fit, or one by too little. `is_told` says that the
/// ground would do, were there only one; `flag` is the one that names the id.
fn not_proven(wanted: &Credential, alike: &[&KeyRecord], is_told: bool, flag: &str) -> Fate {
    let why = match is_told {
        true => format!("several keys may be meant: name the one with {flag}"),
        false if wanted.secret.is_none() => format!(
            "its last four characters do not prove which key it is: pipe the key in and ask with it (--probe), or name its id with {flag}"
        ),
        false => format!(
            "its last four characters do not prove which key it is: ask with the key itself (--probe), or name its id with {flag}"
        ),
    };
    Fate::refused_because(why, alike.iter().map(|key| candidate_label(key)).collect())
}

/// Plans the revocation of an access token by itself.
fn plan_by_itself(client: &Client, site: Site, wanted: &Credential) -> Fate {
    let (Some(id), Some(secret)) = (wanted.token_id, &wanted.secret) else {
        return Fate::refused_because("only an access token that is piped in can revoke itself", Vec::new());
    };
    let auth = Auth::Bearer(secret.clone());
    let item = match client.access_token((site, &auth), id) {
        Ok(record) => Item::of_token(&record, None),
        Err(Failure::NotAllowed | Failure::Refused | Failure::NotFound) => {
            let note = "it may not see its own name and owner".to_owned();
            Item { facts: vec![("note", note)], ..Item::without_facts(Target::Token(id, None)) }
        }
        Err(Failure::NotAccepted) => return Fate::nothing_to_do(format!("{site} does not accept it (401)")),
        Err(failure) => return Fate::refused_because(failure.to_string(), Vec::new()),
    };
    // Under its service account an administrator revokes it; by itself it goes by the path for all.
    let target = Target::Token(id, None);
    Fate::Revoke(Box::new(Item { by_itself: Some(auth), target, ..item }))
}
