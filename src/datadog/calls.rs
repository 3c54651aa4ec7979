//! The calls that dogcatcher makes, one method each. None of them changes
//! anything but the `revoke_…` ones.
//!
//! Each call says in its own words which request it is; permissions are those
//! that Datadog names for it:
//!
//! | call | request | permission |
//! |---|---|---|
//! | `access_token`, `access_tokens` | `GET /api/v2/personal_access_tokens[/{id}]` | `user_app_keys` or `org_app_keys_read` |
//! | `application_key`, `application_keys` | `GET /api/v2/application_keys[/{id}]` | `org_app_keys_read` |
//! | `api_keys` | `GET /api/v2/api_keys` | `api_keys_read` |
//! | `find_user` | `GET /api/v2/users/{id}` | `user_access_read` |
//! | `accepts_credential` | `GET /api/v2/validate_keys` | none |
//! | `validate_api_key` | `GET /api/v2/validate`, or else `/api/v1/validate` | none |
//! | `revoke_token` | `DELETE /api/v2/personal_access_tokens/{id}` | `user_app_keys` (own), `org_app_keys_write` |
//! | `revoke_service_token` | `DELETE /api/v2/service_accounts/{account}/access_tokens/{id}` | `service_account_write` |
//! | `revoke_application_key` | `DELETE /api/v2/application_keys/{id}` | `org_app_keys_write` |
//! | `revoke_api_key` | `DELETE /api/v2/api_keys/{id}` | `api_keys_delete` |
//!
//! Two calls are missing on purpose. `GET /api/v2/api_keys/{id}` and `GET
//! /api/v2/current_user/application_keys/{id}` answer with the whole key; the
//! old `/api/v1/…/{key}` have the key in their path, where proxies log it.

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::auth::Auth;
use super::client::Client;
use super::failure::Failure;
use super::list::{Identified, List};
use super::model::{Answer, ApiKeyOwner, Items, KeyRecord, PAGE, Page, Resource, TokenRecord, User};
use crate::token::Site;

/// Pages of a list of keys at most: 200,000 keys, the same bound as that of a
/// list as a whole. An organisation may have 50 API keys and 1,000 application
/// keys a person unless Datadog raises that, so this is met by impostors alone.
const MAX_PAGES: u64 = 2_000;

/// Number of tokens from which on it can be cheaper to read a whole list than
/// to ask for each. The list costs a request for each hundred tokens of the
/// organisation, whatever is looked for.
pub const MANY: usize = 10;

/// A site, and the credential to ask it with. A verdict holds for that site
/// alone: sites share nothing.
pub type At<'a> = (Site, &'a Auth);

impl Client {
    /// Asks for an access token by its id, which its alias encodes: no secret
    /// is sent.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] where the organisation has none of this id: it was
    /// revoked, or is of another organisation. [`Failure::Unexpected`] where
    /// the answer is about another token: what is shown to a person, and
    /// deleted after that, must be what was asked for.
    pub fn access_token(&self, (site, auth): At<'_>, id: Uuid) -> Result<TokenRecord, Failure> {
        let path = format!("/api/v2/personal_access_tokens/{id}?include=leak_information");
        let answer: Answer<Resource> = self.read_json(site, &path, auth)?;
        // What is shown and deleted later on is what was asked for.
        answer
            .token_record()
            .filter(|token| token.id == id)
            .ok_or_else(|| Failure::Unexpected("another token".to_owned()))
    }

    /// Lists all access tokens of the organisation, of people and of service
    /// accounts. `None` where the first page says that there are more than
    /// `max_pages` pages of a hundred tokens: then asking for each is cheaper.
    ///
    /// # Errors
    ///
    /// The list cannot be read to its end. A part of a list is never returned:
    /// that something is not in it would prove nothing.
    pub fn access_tokens(&self, at: At<'_>, max_pages: u64) -> Result<Option<Vec<TokenRecord>>, Failure> {
        let path = "/api/v2/personal_access_tokens?include=leak_information";
        self.read_list(at, path, max_pages, Answer::token_page)
    }

    /// Lists all application keys of the organisation, with their last four
    /// characters and without the keys.
    ///
    /// # Errors
    ///
    /// The list cannot be read to its end.
    pub fn application_keys(&self, at: At<'_>) -> Result<Vec<KeyRecord>, Failure> {
        self.all_keys(at, "/api/v2/application_keys")
    }

    /// Lists all API keys of the organisation, with their last four characters
    /// and without the keys.
    ///
    /// A key that was revoked may stay in the list for seven days, within which
    /// Datadog's pages can bring it back.
    ///
    /// # Errors
    ///
    /// The list cannot be read to its end.
    pub fn api_keys(&self, at: At<'_>) -> Result<Vec<KeyRecord>, Failure> {
        self.all_keys(at, "/api/v2/api_keys")
    }

    /// Reads a list of keys of any kind, as far as [`MAX_PAGES`].
    fn all_keys(&self, at: At<'_>, path: &str) -> Result<Vec<KeyRecord>, Failure> {
        let keys = self.read_list(at, &format!("{path}?"), MAX_PAGES, Answer::key_page)?;
        keys.ok_or_else(|| Failure::Unexpected("a list without an end".to_owned()))
    }

    /// Reads a list page by page; `None` where the first page says that there
    /// are more than `max_pages`. `page_of` makes the items of an answer.
    ///
    /// # Errors
    ///
    /// A page cannot be read, holds more than was asked for, or repeats ids of
    /// earlier ones; or the list as a whole is too long, in items, bytes or
    /// time (see `List`).
    fn read_list<T: Identified>(
        &self,
        (site, auth): At<'_>,
        path: &str,
        max_pages: u64,
        page_of: impl Fn(Answer<Items>) -> Page<T>,
    ) -> Result<Option<Vec<T>>, Failure> {
        let mut list = List::new(self.max_wait());
        for number in 0..max_pages {
            let query = format!("&page%5Bsize%5D={PAGE}&page%5Bnumber%5D={number}");
            let body = self.get(site, &format!("{path}{query}").replace("?&", "?"), auth)?;
            let page = page_of(parse_json(&body)?);
            if number == 0 && page.total.is_some_and(|total| total.div_ceil(PAGE) > max_pages) {
                return Ok(None);
            }
            if list.add_page(page, body.len())? {
                return Ok(Some(list.into_items()));
            }
        }
        Ok(None)
    }

    /// Asks for an application key of the organisation by its id. The answer of
    /// this call holds no secret; that of the one for one's own keys does, and
    /// is not made.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] where there is none of this id;
    /// [`Failure::Unexpected`] where the answer is about another key, or the id
    /// cannot stand in a path.
    pub fn application_key(&self, (site, auth): At<'_>, id: &str) -> Result<KeyRecord, Failure> {
        let answer: Answer<Resource> =
            self.read_json(site, &format!("/api/v2/application_keys/{}", path_segment(id)?), auth)?;
        let key = answer.key_record();
        if key.id == id { Ok(key) } else { Err(Failure::Unexpected("another key".to_owned())) }
    }

    /// Asks for a person or a service account by its id: names and handles are
    /// personal data, so this is only called where a person asked for owners.
    ///
    /// # Errors
    ///
    /// The credential may not see users (`user_access_read`).
    pub fn find_user(&self, (site, auth): At<'_>, id: &str) -> Result<User, Failure> {
        let answer: Answer<Resource> =
            self.read_json(site, &format!("/api/v2/users/{}", path_segment(id)?), auth)?;
        Ok(answer.into_user())
    }

    /// Returns the id of the user as whom a credential acts.
    ///
    /// # Errors
    ///
    /// The credential is not accepted, or may not see this.
    pub fn current_user(&self, (site, auth): At<'_>) -> Result<String, Failure> {
        let answer: Answer<Resource> = self.read_json(site, "/api/v2/current_user", auth)?;
        Ok(answer.user_id())
    }

    /// Asks whether an API key is accepted at a site: the stable call, which
    /// tells nothing else.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] where it is not.
    pub fn accepts_api_key(&self, (site, auth): At<'_>) -> Result<(), Failure> {
        /// Body of the answer: `{"valid": true}`.
        #[derive(serde::Deserialize)]
        struct Valid {
            valid: bool,
        }
        let answer: Valid = self.read_json(site, "/api/v1/validate", auth)?;
        if answer.valid { Ok(()) } else { Err(Failure::Refused) }
    }

    /// Asks whether a credential is accepted at a site: the least that can be
    /// asked, since the call needs no permission and returns nothing of
    /// anybody.
    ///
    /// # Errors
    ///
    /// [`Failure::NotAccepted`] where it is not. A page of a proxy that answers
    /// with status 200 is [`Failure::Unexpected`], and no yes.
    pub fn accepts_credential(&self, (site, auth): At<'_>) -> Result<(), Failure> {
        /// Body of the answer: `{"status": "ok"}`.
        #[derive(serde::Deserialize)]
        struct Status {
            status: String,
        }
        // A page of some proxy with status 200 is no yes.
        let answer: Status = self.read_json(site, "/api/v2/validate_keys", auth)?;
        if answer.status == "ok" {
            Ok(())
        } else {
            Err(Failure::Unexpected("its status is not ok".to_owned()))
        }
    }

    /// Asks an API key of what organisation it is, and for its own id; `None`
    /// where it is accepted and the site tells no more. The call that tells is
    /// a preview, so the stable one is the way out where it is not there.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] where it is not accepted.
    pub fn validate_api_key(&self, (site, auth): At<'_>) -> Result<Option<ApiKeyOwner>, Failure> {
        match self.read_json::<Answer<Resource>>(site, "/api/v2/validate", auth) {
            Ok(answer) => answer
                .api_key_owner()
                .map(Some)
                .ok_or_else(|| Failure::Unexpected("it says neither yes nor no".to_owned())),
            // That call is in preview; the older one tells less.
            Err(Failure::NotFound | Failure::Unexpected(_)) => {
                self.accepts_api_key((site, auth)).map(|()| None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Revokes an access token, whoever owns it.
    ///
    /// That this succeeds proves nothing: Datadog answers 204 the second time
    /// as well.
    ///
    /// # Errors
    ///
    /// It may not be done, or nobody knows what became of the request.
    pub fn revoke_token(&self, (site, auth): At<'_>, id: Uuid) -> Result<(), Failure> {
        self.delete(site, &format!("/api/v2/personal_access_tokens/{id}"), auth)
    }

    /// Revokes an access token of a service account, by way of the account;
    /// `account` is its id.
    ///
    /// # Errors
    ///
    /// As [`Self::revoke_token`].
    pub fn revoke_service_token(&self, (site, auth): At<'_>, account: &str, id: Uuid) -> Result<(), Failure> {
        self.delete(
            site,
            &format!("/api/v2/service_accounts/{}/access_tokens/{id}", path_segment(account)?),
            auth,
        )
    }

    /// Revokes an application key. Unlike that of a token, a second deletion
    /// fails.
    ///
    /// # Errors
    ///
    /// As [`Self::revoke_token`]; [`Failure::NotFound`] where there is none of
    /// this id.
    pub fn revoke_application_key(&self, (site, auth): At<'_>, id: &str) -> Result<(), Failure> {
        self.delete(site, &format!("/api/v2/application_keys/{}", path_segment(id)?), auth)
    }

    /// Revokes an API key: whatever sends data with it stops. Datadog's pages
    /// can bring it back for seven days.
    ///
    /// # Errors
    ///
    /// As [`Self::revoke_application_key`].
    pub fn revoke_api_key(&self, (site, auth): At<'_>, id: &str) -> Result<(), Failure> {
        self.delete(site, &format!("/api/v2/api_keys/{}", path_segment(id)?), auth)
    }

    /// Asks, and reads the answer as JSON.
    fn read_json<T: DeserializeOwned>(&self, site: Site, path: &str, auth: &Auth) -> Result<T, Failure> {
        parse_json(&self.get(site, path, auth)?)
    }
}

/// Reads an answer. The parser's own words are not kept: they could quote the
/// answer.
fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|_| Failure::Unexpected("it is no JSON of the documented form".to_owned()))
}

/// Returns an id as a part of a path. Ids come from Datadog or from a person;
/// one that could lead to another call (`..`, `/`, `?`) is refused.
///
/// ```text
/// c97e29fb-b0a9-4a5a-a8a0-6ffd2e9e8b4d   as it is
/// ../users                               refused: it would be another request
/// ```
fn path_segment(id: &str) -> Result<&str, Failure> {
    let plain =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain { Ok(id) } else { Err(Failure::Unexpected("an id that is none".to_owned())) }
}
