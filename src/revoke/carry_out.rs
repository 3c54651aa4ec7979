//! Deleting, and proving that it did. See [`crate::revoke`] for the order of
//! steps, which is what makes a run that was killed safe to repeat.
//!
//! ```text
//! DELETE  204   → looks at 0, 1, 3, 7, 15, 31 waits: gone?  Dead
//!                                                   still there?  NotConfirmed
//!         404   → Dead: there is none of this id
//!         403   → Refused
//!         no answer → looks all the same, since it may have been done: Dead, or NotKnown
//! ```

use std::thread;
use std::time::Duration;

use super::authority::Authority;
use super::item::{Item, Target};
use super::receipt::ReceiptFile;
use crate::datadog::{Auth, Client, Failure};
use crate::error::{Error, shown_text};
use crate::secret::{Secret, hide_tokens};
use crate::token::{Kind, Site};
use crate::verify::{Credential, Receipt, ReceiptEvent, ReceiptPlace, ReceiptResult};

/// Number of looks until a credential has to be gone; the waits between them
/// double. Revocations are known everywhere "within seconds", as Datadog
/// documents it.
const LOOKS: u32 = 6;

/// The means to carry out a plan that was consented to.
#[derive(Debug)]
pub struct Revoker<'a> {
    /// Speaks to Datadog.
    pub client: &'a Client,
    /// The administrator; none where each token revokes itself.
    pub authority: Option<&'a Authority>,
    /// The site.
    pub site: Site,
    /// True where the credential itself may be sent, to prove that it is not
    /// accepted any more: that is better evidence than an id that is gone from
    /// a list.
    pub may_probe: bool,
    /// Wait before the second look; it doubles with each further one.
    pub first_wait: Duration,
}

/// Result of one revocation, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// It is dead, and this is the evidence.
    Dead(String),
    /// Datadog took the deletion, but nothing proves yet that it did anything.
    NotConfirmed(String),
    /// The deletion was sent, and nobody knows what became of it: the
    /// connection failed.
    NotKnown(String),
    /// Datadog refused.
    Refused(String),
}

impl Revocation {
    /// Returns the word in receipts, and the evidence or reason.
    fn receipt_result(&self) -> (ReceiptResult, &str) {
        match self {
            Self::Dead(why) => (ReceiptResult::Dead, why),
            Self::NotConfirmed(why) | Self::NotKnown(why) => (ReceiptResult::NotConfirmed, why),
            Self::Refused(why) => (ReceiptResult::Refused, why),
        }
    }
}

impl Revoker<'_> {
    /// Revokes one, once, with a receipt before and after.
    ///
    /// # Errors
    ///
    /// A receipt cannot be written; without the first one nothing is sent.
    ///
    /// Blocks until the outcome is known or six looks have been made: with the
    /// first wait of half a second, about 16 seconds at most.
    pub fn revoke_item(
        &self,
        wanted: &Credential,
        item: &Item,
        receipts: &mut ReceiptFile,
    ) -> Result<Revocation, Error> {
        let Some(auth) = item.by_itself.as_ref().or(self.authority.map(|own| &own.auth)) else {
            return Ok(Revocation::Refused("there is no credential to do it with".to_owned()));
        };
        let secret = wanted.secret.as_ref();
        let receipt = self.begun_receipt(wanted, item, auth);
        receipts.append_receipt(&receipt)?;
        let outcome = match self.send_deletion(&item.target, auth) {
            Ok(()) => self.look_until_gone(item, secret, auth),
            Err(failure @ (Failure::Network(_) | Failure::Server(_))) => {
                match self.look_until_gone(item, secret, auth) {
                    dead @ Revocation::Dead(_) => dead,
                    _ => Revocation::NotKnown(format!(
                        "nobody knows what became of the request: {failure}; it is safe to try again"
                    )),
                }
            }
            Err(Failure::NotFound) => Revocation::Dead("Datadog has none of this id (404)".to_owned()),
            Err(failure) => Revocation::Refused(failure.to_string()),
        };
        let (result, evidence) = outcome.receipt_result();
        let (result, evidence) = (Some(result), Some(evidence.to_owned()));
        receipts.append_receipt(&Receipt { event: ReceiptEvent::Result, result, evidence, ..receipt })?;
        Ok(outcome)
    }

    /// Looks once more for a credential of which an earlier receipt says that
    /// its deletion was asked for: the evidence that it is dead, if there is
    /// any now. That goes into a receipt, too.
    ///
    /// # Errors
    ///
    /// The receipt cannot be written.
    pub fn prove_later(
        &self,
        earlier: &Receipt,
        receipts: &mut ReceiptFile,
    ) -> Result<Option<String>, Error> {
        let Some(auth) = self.authority.map(|own| &own.auth).filter(|_| earlier.site == self.site.name())
        else {
            return Ok(None);
        };
        let target = match earlier.credential.as_str() {
            "api_key" => Target::ApiKey(earlier.id.clone()),
            "application_key" | "legacy_application_key" => Target::ApplicationKey(earlier.id.clone()),
            _ => match earlier.id.parse() {
                Ok(id) => Target::Token(id, None),
                Err(_) => return Ok(None),
            },
        };
        let Ok(evidence) = self.look_once(&Item::without_facts(target), None, auth) else { return Ok(None) };
        let evidence = format!("{evidence}; its deletion was asked for at {}", earlier.time);
        receipts.append_receipt(&Receipt {
            event: ReceiptEvent::Result,
            result: Some(ReceiptResult::Dead),
            evidence: Some(evidence.clone()),
            with: auth.source_name().to_owned(),
            ..earlier.clone()
        })?;
        Ok(Some(evidence))
    }

    /// Makes the receipt of a revocation that is about to be asked for. Names
    /// that people gave, and paths, are searched for tokens before they are
    /// kept.
    fn begun_receipt(&self, wanted: &Credential, item: &Item, auth: &Auth) -> Receipt {
        let (credential, id) = match &item.target {
            Target::Token(id, _) => ("access_token", id.to_string()),
            Target::ApplicationKey(id) => ("application_key", id.clone()),
            Target::ApiKey(id) => ("api_key", id.clone()),
        };
        let credential = wanted.kind.map_or(credential, Kind::as_str);
        let safe = |text: &String| hide_tokens(&shown_text(text));
        let place = |place: &ReceiptPlace| ReceiptPlace {
            repository: place.repository.as_ref().map(safe),
            path: place.path.as_ref().map(safe),
            ..place.clone()
        };
        Receipt {
            with: if item.by_itself.is_some() { "the token itself" } else { auth.source_name() }.to_owned(),
            matched_by: item.ground.map(|ground| ground.to_string()),
            fingerprint: wanted.fingerprint.clone(),
            last4: item.last4.clone(),
            name: item.record_name.as_ref().map(safe),
            owner: item.owner.as_ref().map(safe),
            owner_name: item.owner_name.as_ref().map(safe),
            places: wanted.places.iter().map(place).collect(),
            ..Receipt::new(credential, &id, self.site.name())
        }
    }

    /// Asks for the deletion of a target, once.
    ///
    /// # Errors
    ///
    /// It was not answered with success. Who may not manage a service account
    /// may still manage its tokens: then the other path is tried, and its
    /// failure is the one that counts.
    fn send_deletion(&self, target: &Target, auth: &Auth) -> Result<(), Failure> {
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

    /// Looks until it is gone, [`LOOKS`] times at most.
    ///
    /// The first look comes at once: most revocations are seen by then.
    fn look_until_gone(&self, item: &Item, secret: Option<&Secret>, auth: &Auth) -> Revocation {
        let mut last = String::new();
        for look in 0..LOOKS {
            if look > 0 {
                thread::sleep(self.first_wait * (1 << (look - 1)));
            }
            match self.look_once(item, secret, auth) {
                Ok(evidence) => return Revocation::Dead(evidence),
                Err(why) => last = why,
            }
        }
        Revocation::NotConfirmed(format!("Datadog took the request, but {last}"))
    }

    /// Looks once.
    ///
    /// # Errors
    ///
    /// Nothing proves yet that it is dead; the words end a sentence.
    fn look_once(&self, item: &Item, secret: Option<&Secret>, auth: &Auth) -> Result<String, String> {
        if let Some(secret) = secret.filter(|_| self.may_probe || item.by_itself.is_some())
            && matches!(item.target, Target::Token(..))
            && self.is_refused(secret)
        {
            return Ok("the site does not accept it any more (401)".to_owned());
        }
        if let Some(secret) = secret.filter(|_| self.may_probe)
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
            Target::Token(id, _) => self.client.access_token(at, *id).map(|_| false),
            Target::ApplicationKey(id) => self.client.application_key(at, id).map(|_| false),
            Target::ApiKey(id) => self.client.api_keys(at).map(|keys| keys.iter().all(|key| key.id != *id)),
        };
        match gone {
            Ok(true) | Err(Failure::NotFound) => Ok("its id is gone".to_owned()),
            Ok(false) => Err("its id is still there".to_owned()),
            Err(failure) => Err(format!("whether its id is gone is not known: {failure}")),
        }
    }

    /// Returns whether the site does not accept an access token any more.
    fn is_refused(&self, token: &Secret) -> bool {
        self.client.accepts_credential((self.site, &Auth::Probe(token.clone()))) == Err(Failure::NotAccepted)
    }
}
