//! Deleting, and proving that it did.

use std::thread;
use std::time::Duration;

use super::receipt::{Receipt, Receipts};
use super::{Authority, Item, Target};
use crate::datadog::{Auth, Client, Failure};
use crate::error::Error;
use crate::secret::Secret;
use crate::token::Site;

/// How often it is asked whether it is gone; the waits between double.
const LOOKS: u32 = 6;

/// Carries out what was consented to.
#[derive(Debug)]
pub struct Revoker<'a> {
    /// Speaks to Datadog.
    pub client: &'a Client,
    /// The administrator; none where each token revokes itself.
    pub authority: Option<&'a Authority>,
    /// The site.
    pub site: Site,
    /// Whether the credential itself may be sent, to prove that it is not accepted any more.
    pub may_probe: bool,
    /// The wait before the second look.
    pub first_wait: Duration,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is dead, and this is the evidence.
    Dead(String),
    /// The deletion was asked for, but nothing proves that it did anything.
    NotConfirmed(String),
    /// Datadog refused.
    Refused(String),
}

impl Outcome {
    /// The word in receipts, and the reason.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Self::Dead(why) => ("dead", why),
            Self::NotConfirmed(why) => ("not_confirmed", why),
            Self::Refused(why) => ("refused", why),
        }
    }
}

impl Revoker<'_> {
    /// Revokes one, once, with a receipt before and after.
    ///
    /// # Errors
    ///
    /// A receipt cannot be written; without the first one nothing is sent.
    pub fn revoke(&self, item: &Item, receipts: &mut Receipts) -> Result<Outcome, Error> {
        let Some(auth) = item.by_itself.as_ref().or(self.authority.map(|it| &it.auth)) else {
            return Ok(Outcome::Refused("there is no credential to do it with".to_owned()));
        };
        let (credential, id) = match &item.target {
            Target::Token(id, _) => ("access_token", id.to_string()),
            Target::ApplicationKey(id) => ("application_key", id.clone()),
            Target::ApiKey(id) => ("api_key", id.clone()),
        };
        let with = if item.by_itself.is_some() { "the token itself" } else { auth.describe() };
        let ground = item.ground.map(|ground| ground.to_string());
        let receipt = Receipt {
            matched_by: ground.as_deref(),
            event: "revoke",
            credential,
            id: &id,
            site: self.site.name(),
            with,
            result: None,
            evidence: None,
        };
        receipts.write(&receipt)?;
        let outcome = match self.delete(&item.target, auth) {
            Ok(()) => self.prove(item, auth),
            Err(failure @ (Failure::Network(_) | Failure::Server(_))) => match self.prove(item, auth) {
                dead @ Outcome::Dead(_) => dead,
                _ => Outcome::NotConfirmed(format!(
                    "nobody knows what became of the request: {failure}; it is safe to try again"
                )),
            },
            Err(Failure::NotFound) => Outcome::Dead("Datadog has none of this id (404)".to_owned()),
            Err(failure) => Outcome::Refused(failure.to_string()),
        };
        let (result, evidence) = outcome.words();
        receipts.write(&Receipt {
            event: "result",
            result: Some(result),
            evidence: Some(evidence),
            ..receipt
        })?;
        Ok(outcome)
    }

    fn delete(&self, target: &Target, auth: &Auth) -> Result<(), Failure> {
        let at = (self.site, auth);
        match target {
            Target::Token(id, None) => self.client.revoke_token(at, *id),
            Target::Token(id, Some(account)) => match self.client.revoke_service_token(at, account, *id) {
                // Who may not manage the account may still manage its tokens.
                Err(Failure::NotAllowed | Failure::Refused | Failure::NotFound) => {
                    self.client.revoke_token(at, *id)
                }
                other => other,
            },
            Target::ApplicationKey(id) => self.client.revoke_application_key(at, id),
            Target::ApiKey(id) => self.client.revoke_api_key(at, id),
        }
    }

    /// Looks until it is gone: revocations take seconds to be known everywhere.
    fn prove(&self, item: &Item, auth: &Auth) -> Outcome {
        let mut last = String::new();
        for look in 0..LOOKS {
            if look > 0 {
                thread::sleep(self.first_wait * (1 << (look - 1)));
            }
            match self.look(item, auth) {
                Ok(evidence) => return Outcome::Dead(evidence),
                Err(why) => last = why,
            }
        }
        Outcome::NotConfirmed(format!("Datadog took the request, but {last}"))
    }

    /// The evidence that it is dead, or why there is none yet.
    fn look(&self, item: &Item, auth: &Auth) -> Result<String, String> {
        if let Some(secret) = item.secret.as_ref().filter(|_| self.may_probe || item.by_itself.is_some())
            && matches!(item.target, Target::Token(..))
            && self.is_refused(secret)
        {
            return Ok("the site does not accept it any more (401)".to_owned());
        }
        if let Some(secret) = item.secret.as_ref().filter(|_| self.may_probe)
            && matches!(item.target, Target::ApiKey(_))
            && self.client.accepts_api_key((self.site, &Auth::ApiKey(secret.clone())))
                == Err(Failure::Refused)
        {
            return Ok(
                "the site does not accept it any more (403); it may stay in lists for seven days".to_owned()
            );
        }
        if item.by_itself.is_some() {
            return Err("the token is still accepted".to_owned());
        }
        let at = (self.site, auth);
        let gone = match &item.target {
            Target::Token(id, _) => self.client.token(at, *id).map(|_| false),
            Target::ApplicationKey(id) => self.client.application_key(at, id).map(|_| false),
            Target::ApiKey(id) => self.client.api_keys(at).map(|keys| keys.iter().all(|key| key.id != *id)),
        };
        match gone {
            Ok(true) | Err(Failure::NotFound) => Ok("its id is gone".to_owned()),
            Ok(false) => Err("its id is still there".to_owned()),
            Err(failure) => Err(format!("whether its id is gone is not known: {failure}")),
        }
    }

    /// Whether the site does not accept an access token any more.
    fn is_refused(&self, token: &Secret) -> bool {
        self.client.validate((self.site, &Auth::Probe(token.clone()))) == Err(Failure::NotAccepted)
    }
}
