//! By one's own credential: an access token's alias is its id, and that is all
//! that is sent.
//!
//! ```text
//! credential with a token id   → asked for by id, or found in the list where that takes fewer requests
//! credential with four digits  → the list of keys; ends alike and old enough: a candidate
//! ```
//!
//! Lists are read once for all credentials. That an organisation has no token
//! of an id is `Unknown`, not `Dead`: the token may be another organisation's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::credential::Credential;
use super::identity::{Ground, candidate_label, ending_alike, is_told_by_last_four, made_before};
use super::unasked::{no_way, not_checked};
use crate::datadog::{Auth, Client, Failure, KeyRecord, MANY, Owner, TokenRecord};
use crate::finding::{Liveness, State};
use crate::threads::in_parallel;
use crate::token::{Kind, Site};

/// The credential to look up with, and the site.
#[derive(Debug)]
pub struct Lookup {
    /// The administrator's credential.
    pub admin: Auth,
    /// The site of its organisation.
    pub site: Site,
    /// True to ask for the handles of owners, which often are e-mail addresses.
    pub handles: bool,
}

/// Lists that are read when they are first needed.
#[derive(Default)]
struct Lists {
    /// Application keys of the organisation, or why they cannot be listed;
    /// `None` until one is asked about.
    app_keys: Option<Result<Vec<KeyRecord>, Failure>>,
    /// The same of its API keys.
    api_keys: Option<Result<Vec<KeyRecord>, Failure>>,
}

impl Lookup {
    /// Returns a verdict on each, in order.
    pub(super) fn check_credentials(
        &self,
        client: &Client,
        credentials: &[Credential],
        jobs: usize,
    ) -> Vec<Liveness> {
        let ids: BTreeSet<Uuid> = credentials.iter().filter_map(|credential| credential.token_id).collect();
        let tokens = self.find_tokens(client, &ids, jobs);
        let mut lists = Lists::default();
        let mut verdicts: Vec<(Liveness, Option<Owner>)> = credentials
            .iter()
            .map(|credential| match credential.token_id {
                Some(id) => self.token_verdict(tokens.get(&id)),
                None => self.key_verdict(client, credential, &mut lists),
            })
            .collect();
        if self.handles {
            self.name_owners(client, &mut verdicts, jobs);
        }
        verdicts.into_iter().map(|(verdict, _)| verdict).collect()
    }

    /// Returns what is known of each id: from the list where that takes fewer
    /// requests, or else asked for one by one.
    ///
    /// ```text
    /// ids 10 or fewer     one request each
    /// more                the list, if it has no more pages than there are ids; else one request each
    /// ```
    fn find_tokens(
        &self,
        client: &Client,
        ids: &BTreeSet<Uuid>,
        jobs: usize,
    ) -> HashMap<Uuid, Result<TokenRecord, Failure>> {
        let at = (self.site, &self.admin);
        let ids: Vec<Uuid> = ids.iter().copied().collect();
        if ids.len() > MANY
            && let Ok(Some(listed)) = client.access_tokens(at, ids.len() as u64)
        {
            let mut known: HashMap<Uuid, Result<TokenRecord, Failure>> =
                listed.into_iter().map(|token| (token.id, Ok(token))).collect();
            let missing: Vec<Uuid> = ids.iter().filter(|id| !known.contains_key(id)).copied().collect();
            // A list that changes while it is read can lose one; many that are missing are not there.
            if missing.len() <= MANY {
                let records = in_parallel(jobs, &missing, |id| client.access_token(at, *id));
                known.extend(missing.into_iter().zip(records));
            }
            return ids.iter().map(|id| (*id, known.remove(id).unwrap_or(Err(Failure::NotFound)))).collect();
        }
        let records = in_parallel(jobs, &ids, |id| client.access_token(at, *id));
        ids.into_iter().zip(records).collect()
    }

    /// Returns the verdict on a token, and its owner.
    ///
    /// Only an expired record is proof of death. That the id is unknown may
    /// mean another organisation, which is no business of this one's
    /// administrator.
    fn token_verdict(&self, known: Option<&Result<TokenRecord, Failure>>) -> (Liveness, Option<Owner>) {
        match known {
            Some(Ok(record)) => (self.record_verdict(record), record.owner.clone()),
            Some(Err(Failure::NotFound)) | None => {
                let why = "no token of the organisation has this id: it was revoked, or belongs to another organisation or site";
                (Liveness::new(State::Unknown, Some(self.site), why), None)
            }
            Some(Err(failure)) => (self.failure_verdict(failure), None),
        }
    }

    /// Returns the verdict on a token that the organisation has: live, unless
    /// its record says that it has expired.
    fn record_verdict(&self, record: &TokenRecord) -> Liveness {
        let now = jiff::Timestamp::now();
        let (state, why) = match record.expires_at {
            Some(end) if end <= now => (State::Dead, "it has expired".to_owned()),
            _ => (State::Live, "the organisation has a token of this id".to_owned()),
        };
        let leak = record.leak.as_ref().map(|leak| {
            let words = [leak.source.as_deref(), leak.date.as_deref()];
            let words = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
            // The particulars come only where the list or the token was asked for with them.
            if words.is_empty() { "yes".to_owned() } else { words }
        });
        Liveness {
            record: Some(Kind::PersonalAccessToken),
            id: Some(record.id.to_string()),
            owner: record.owner.as_ref().map(shown_owner),
            name: Some(record.name.clone()),
            scopes: record.scopes.clone(),
            created_at: record.created_at.map(jiff::Timestamp::as_second),
            expires_at: record.expires_at.map(jiff::Timestamp::as_second),
            last_used_at: record.last_used_at.map(jiff::Timestamp::as_second),
            leak,
            ..Liveness::new(state, Some(self.site), why)
        }
    }

    /// Returns the verdict on a key, by its last four characters, and its owner
    /// where one key is meant.
    fn key_verdict(
        &self,
        client: &Client,
        credential: &Credential,
        lists: &mut Lists,
    ) -> (Liveness, Option<Owner>) {
        if let Some(verdict) = no_way(credential.kind) {
            return (verdict, None);
        }
        let Some(last4) =
            credential.last4.as_deref().filter(|_| credential.kind.is_some_and(Kind::is_listed_key))
        else {
            return (not_checked(nothing_to_look_up_by(credential.kind)), None);
        };
        let at = (self.site, &self.admin);
        let list = match credential.kind {
            Some(Kind::ApiKey) => lists.api_keys.get_or_insert_with(|| client.api_keys(at)),
            _ => lists.app_keys.get_or_insert_with(|| client.application_keys(at)),
        };
        match list {
            Err(failure) => (self.failure_verdict(failure), None),
            Ok(keys) => {
                let mut alike = ending_alike(keys, last4);
                alike.retain(|key| made_before(key, credential.first_seen));
                self.verdict_among(&alike, credential.kind)
            }
        }
    }

    /// The verdict on a key of this kind that ends as these do.
    ///
    /// Candidates are named even where there is just one, unless the kind's
    /// last four characters can settle it.
    fn verdict_among(&self, keys: &[&KeyRecord], kind: Option<Kind>) -> (Liveness, Option<Owner>) {
        let told = is_told_by_last_four(kind);
        let unknown = |why: &str| {
            let candidates = keys.iter().map(|key| candidate_label(key)).collect();
            (Liveness { candidates, ..Liveness::new(State::Unknown, Some(self.site), why) }, None)
        };
        match keys {
            [] => unknown(
                "no key of the organisation ends in its last four characters: it was revoked, or belongs to another organisation or site",
            ),
            [key] if told => (self.key_record_verdict(kind, key), key.owner.clone()),
            _ if told => unknown("several keys of the organisation end in its last four characters"),
            _ => unknown(
                "four hexadecimal digits do not say which key it is: ask with the key itself (probe), or compare by hand",
            ),
        }
    }

    /// Returns the verdict on a key that is in the list, and is the one that is
    /// meant: it lives.
    fn key_record_verdict(&self, kind: Option<Kind>, key: &KeyRecord) -> Liveness {
        Liveness {
            record: kind,
            id: Some(key.id.clone()),
            owner: key.owner.as_ref().map(shown_owner),
            name: Some(key.name.clone()),
            scopes: key.scopes.clone(),
            created_at: key.created_at.map(jiff::Timestamp::as_second),
            last_used_at: key.last_used_at.map(jiff::Timestamp::as_second),
            leak: key.is_leaked.then(|| "yes".to_owned()),
            ..Liveness::new(State::Live, Some(self.site), format!("matched by {}", Ground::LastFour))
        }
    }

    /// Returns the verdict where Datadog was asked and did not tell: nobody
    /// knows, and why.
    fn failure_verdict(&self, failure: &Failure) -> Liveness {
        let why = match failure {
            Failure::NotAccepted => {
                format!("{} is not accepted at {} (401)", self.admin.source_name(), self.site)
            }
            Failure::NotAllowed => {
                format!("{} may not look this up: it lacks a permission (403)", self.admin.source_name())
            }
            other => other.to_string(),
        };
        Liveness::new(State::Unknown, Some(self.site), why)
    }

    /// Puts handles beside the ids of owners, each asked for once.
    ///
    /// A handle that cannot be read leaves the id, and is no failure.
    fn name_owners(&self, client: &Client, verdicts: &mut [(Liveness, Option<Owner>)], jobs: usize) {
        let owners: BTreeSet<String> =
            verdicts.iter().filter_map(|(_, owner)| Some(owner.as_ref()?.id.clone())).collect();
        let owners: Vec<String> = owners.into_iter().collect();
        let handles = in_parallel(jobs, &owners, |id| {
            client.find_user((self.site, &self.admin), id).ok().and_then(|user| user.handle)
        });
        let handles: BTreeMap<String, Option<String>> = owners.into_iter().zip(handles).collect();
        for (verdict, owner) in verdicts {
            let handle = owner.as_ref().and_then(|owner| handles.get(&owner.id)?.as_ref());
            if let (Some(shown), Some(handle)) = (&mut verdict.owner, handle) {
                *shown = format!("{handle} ({shown})");
            }
        }
    }
}

/// The reason for which something has neither an id nor an end to be looked up
/// by.
fn nothing_to_look_up_by(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(kind) if kind.is_listed_key() => {
            "the report holds neither the key nor its last four characters: write it anew with `scan`"
        }
        _ => "it has no token id: its shape is not that of an access token",
    }
}

/// An owner's id; keys of service accounts come with the type `users`, too, so
/// that one is not called a person.
fn shown_owner(owner: &Owner) -> String {
    match owner.is_service_account {
        true => format!("service account {}", owner.id),
        false => owner.id.clone(),
    }
}
