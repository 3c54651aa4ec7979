//! By the found credential itself: the least intrusive call that says whether a
//! site accepts it.
//!
//! Only where a person asked for it: the secret goes to Datadog, and its
//! organisation's audit trail may show that. The site comes from a flag, from
//! the text around the find, or from `DD_SITE`; a host that a text names is
//! matched with the closed list and never used as it stands.
//!
//! ```text
//! one site, 401     Unknown   it may live on another site
//! all sites, 401    Dead      there are no others
//! 403               Unknown   a wrong key, a permission, or an address that is not allowed
//! 200               Live
//! ```

use super::credential::Credential;
use super::unasked::{no_way, not_checked};
use crate::datadog::{Auth, Client, Failure};
use crate::finding::{Liveness, State};
use crate::secret::Secret;
use crate::threads::in_parallel;
use crate::token::{Kind, Site};

/// The sites to ask, and what else is needed.
#[derive(Debug, Default)]
pub struct Probe {
    /// The sites to ask.
    pub sites: Sites,
    /// An API key, for application keys: alone they can be asked about nowhere.
    pub api_key: Option<Secret>,
}

/// The sites to ask, and where they are known from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sites {
    /// The site that the user named.
    pub named: Option<Site>,
    /// The site of the environment (`DD_SITE`), for texts that name none.
    pub environment: Option<Site>,
    /// Every site, where none is known.
    pub all: bool,
}

impl Sites {
    /// Returns the sites to ask about a credential, the likeliest first; `hint`
    /// is the site that the text names. None where none is known and not all
    /// may be asked.
    fn likeliest_first(self, hint: Option<Site>) -> Vec<Site> {
        match self.named.or(hint).or(self.environment) {
            Some(first) if self.all => {
                let others = Site::ALL.into_iter().filter(|site| *site != first);
                std::iter::once(first).chain(others).collect()
            }
            Some(site) => vec![site],
            None if self.all => Site::ALL.to_vec(),
            None => Vec::new(),
        }
    }
}

impl Probe {
    /// Returns a verdict on each, in order.
    pub(super) fn check_credentials(
        &self,
        client: &Client,
        credentials: &[Credential],
        jobs: usize,
    ) -> Vec<Liveness> {
        in_parallel(jobs, credentials, |credential| self.check_one(client, credential))
    }

    /// Returns the verdict on one, asking site after site until one accepts it.
    ///
    /// Sites are asked one after the other and not at once: the likeliest
    /// first, so that the secret goes to as few as possible.
    fn check_one(&self, client: &Client, credential: &Credential) -> Liveness {
        if let Some(verdict) = no_way(credential.kind) {
            return verdict;
        }
        let Some(secret) = &credential.secret else {
            return not_checked(
                "the report does not hold the secret; with a credential of your own it can be looked up by its id",
            );
        };
        let sites = self.sites.likeliest_first(credential.site);
        if sites.is_empty() {
            return not_checked(
                "no site is known: name it with --site or DD_SITE, or ask all with --all-sites",
            );
        }
        let mut refused = Vec::new();
        for &site in &sites {
            let verdict = self.ask_site(client, site, credential, secret);
            match verdict {
                Answer::Live(verdict) => return *verdict,
                Answer::NotAccepted => refused.push(site),
                Answer::Unknown(why) if sites.len() == 1 => {
                    return Liveness::new(State::Unknown, Some(site), why);
                }
                Answer::Unknown(_) => {}
            }
        }
        match (refused.len(), &sites[..]) {
            (_, [site]) => Liveness::new(
                State::Unknown,
                Some(*site),
                "not accepted there (401): it was revoked, has expired, or belongs to another site; --all-sites asks all",
            ),
            (n, _) if n == Site::ALL.len() => {
                Liveness::new(State::Dead, None, "none of Datadog's sites accepts it (401)")
            }
            (n, all) => {
                let why =
                    format!("{n} of {} sites do not accept it, the others gave no clear answer", all.len());
                Liveness::new(State::Unknown, None, why)
            }
        }
    }

    /// Asks one site about a credential, by the call for its kind.
    fn ask_site(&self, client: &Client, site: Site, credential: &Credential, secret: &Secret) -> Answer {
        match credential.kind {
            Some(Kind::ApiKey) => ask_about_api_key(client, site, secret),
            Some(Kind::ApplicationKey | Kind::LegacyApplicationKey) => {
                self.ask_about_app_key(client, site, credential, secret)
            }
            _ => ask_about_token(client, site, secret),
        }
    }

    /// An application key works together with an API key only: that which
    /// stands beside it, or else the user's own.
    ///
    /// ```text
    /// 200 with the API key beside it          live
    /// 403, and that API key is good           the pair is refused: another organisation, or revoked
    /// 403, and that API key is bad, too       nothing is known; the user's own is tried
    /// ```
    fn ask_about_app_key(
        &self,
        client: &Client,
        site: Site,
        credential: &Credential,
        secret: &Secret,
    ) -> Answer {
        let beside = credential.api_key.as_ref().map(|key| (key, "the API key that was found beside it"));
        let own = self.api_key.as_ref().map(|key| (key, "DD_API_KEY"));
        let mut last = Answer::Unknown(
            "an application key can be asked about only with an API key of its organisation: set DD_API_KEY"
                .to_owned(),
        );
        for (api, name) in [beside, own].into_iter().flatten() {
            last = ask_with_api_key(client, site, secret, api, name);
            if let Answer::Live(_) = last {
                break;
            }
        }
        last
    }
}

/// Asks about an application key together with an API key. That one has to be
/// good for the answer to mean anything, so where the pair is refused it is
/// asked about alone; `name` says which one it is.
fn ask_with_api_key(client: &Client, site: Site, secret: &Secret, api: &Secret, name: &str) -> Answer {
    let auth = Auth::Keys { api: api.clone(), app: secret.clone() };
    match client.accepts_credential((site, &auth)) {
        Ok(()) => live_answer(site, &format!("accepted with {name}")),
        Err(Failure::NotAllowed) => live_answer(site, "accepted, though it may not do this"),
        Err(failure @ (Failure::NotAccepted | Failure::Refused)) => {
            let api = Auth::ApiKey(api.clone());
            Answer::Unknown(match client.validate_api_key((site, &api)) {
                Ok(_) => {
                    format!(
                        "not accepted together with {name}: it was revoked, or belongs to another organisation"
                    )
                }
                Err(_) => format!("{name} itself is not accepted there: {failure}"),
            })
        }
        Err(failure) => Answer::Unknown(failure.to_string()),
    }
}

/// Answer of one site.
enum Answer {
    /// It works there.
    Live(Box<Liveness>),
    /// The site does not know it; another one may.
    NotAccepted,
    /// Neither can be said, and why.
    Unknown(String),
}

/// Returns the answer of a site that accepts a credential.
fn live_answer(site: Site, why: &str) -> Answer {
    Answer::Live(Box::new(Liveness::new(State::Live, Some(site), why)))
}

/// Asks about an access token.
fn ask_about_token(client: &Client, site: Site, secret: &Secret) -> Answer {
    match client.accepts_credential((site, &Auth::Probe(secret.clone()))) {
        Ok(()) => live_answer(site, "accepted"),
        Err(Failure::NotAllowed) => live_answer(site, "accepted, though a scope is missing for more"),
        Err(Failure::NotAccepted) => Answer::NotAccepted,
        Err(failure) => Answer::Unknown(failure.to_string()),
    }
}

/// Asks about an API key, which names its organisation and its own id where it
/// lives.
fn ask_about_api_key(client: &Client, site: Site, secret: &Secret) -> Answer {
    match client.validate_api_key((site, &Auth::ApiKey(secret.clone()))) {
        Ok(owner) => Answer::Live(Box::new(Liveness {
            id: owner.as_ref().and_then(|owner| owner.key_id.clone()),
            owner: owner.map(|owner| format!("organisation {}", owner.org)),
            ..Liveness::new(State::Live, Some(site), "accepted")
        })),
        Err(Failure::NotAccepted) => Answer::NotAccepted,
        // The answer to a wrong API key; but an address that is not allowed gets the same: no proof.
        Err(Failure::Refused) => Answer::Unknown(
            "not accepted there (403): it was revoked, belongs to another site, or this address is not allowed".to_owned(),
        ),
        Err(failure) => Answer::Unknown(failure.to_string()),
    }
}
