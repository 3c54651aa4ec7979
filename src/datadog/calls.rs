//! The calls that dogcatcher makes. None of them changes anything but the `revoke_…` ones.

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::auth::Auth;
use super::client::Client;
use super::failure::Failure;
use super::list::{Identified, List};
use super::model::{Answer, ApiKeyOwner, Items, KeyRecord, Page, Resource, TokenRecord, User};
use crate::token::Site;

/// How many a page of a list holds at most.
pub(super) const PAGE: u64 = 100;

/// The most pages of a list of keys.
const MAX_PAGES: u64 = 2_000;

/// From so many on it can be cheaper to read a list than to ask for each.
pub const MANY: usize = 10;

/// Somebody's credential at a site.
pub type At<'a> = (Site, &'a Auth);

impl Client {
    /// An access token by its id.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] where the organisation has none of this id.
    pub fn access_token(&self, (site, auth): At<'_>, id: Uuid) -> Result<TokenRecord, Failure> {
        let path = format!("/api/v2/personal_access_tokens/{id}?include=leak_information");
        let answer: Answer<Resource> = self.read_json(site, &path, auth)?;
        // What is shown and deleted later on is what was asked for.
        answer
            .token()
            .filter(|token| token.id == id)
            .ok_or_else(|| Failure::Unexpected("another token".to_owned()))
    }

    /// All access tokens of the organisation, of people and service accounts; none where that would take more pages than this.
    ///
    /// # Errors
    ///
    /// The list cannot be read to its end.
    pub fn access_tokens(&self, at: At<'_>, max_pages: u64) -> Result<Option<Vec<TokenRecord>>, Failure> {
        let path = "/api/v2/personal_access_tokens?include=leak_information";
        self.read_list(at, path, max_pages, Answer::token_page)
    }

    /// All application keys of the organisation.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub fn application_keys(&self, at: At<'_>) -> Result<Vec<KeyRecord>, Failure> {
        self.all_keys(at, "/api/v2/application_keys")
    }

    /// All API keys of the organisation.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub fn api_keys(&self, at: At<'_>) -> Result<Vec<KeyRecord>, Failure> {
        self.all_keys(at, "/api/v2/api_keys")
    }

    fn all_keys(&self, at: At<'_>, path: &str) -> Result<Vec<KeyRecord>, Failure> {
        let keys = self.read_list(at, &format!("{path}?"), MAX_PAGES, Answer::key_page)?;
        keys.ok_or_else(|| Failure::Unexpected("a list without an end".to_owned()))
    }

    /// A whole list; none where it says that it has more pages than this.
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

    /// An application key of the organisation by its id. The answer holds no secret.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] where there is none of this id.
    pub fn application_key(&self, (site, auth): At<'_>, id: &str) -> Result<KeyRecord, Failure> {
        let answer: Answer<Resource> =
            self.read_json(site, &format!("/api/v2/application_keys/{}", path_segment(id)?), auth)?;
        let key = answer.key_record();
        if key.id == id { Ok(key) } else { Err(Failure::Unexpected("another key".to_owned())) }
    }

    /// A person or a service account, by its id.
    ///
    /// # Errors
    ///
    /// The credential may not see users.
    pub fn user(&self, (site, auth): At<'_>, id: &str) -> Result<User, Failure> {
        let answer: Answer<Resource> =
            self.read_json(site, &format!("/api/v2/users/{}", path_segment(id)?), auth)?;
        Ok(answer.user())
    }

    /// The id of the user as whom a credential acts.
    ///
    /// # Errors
    ///
    /// The credential is not accepted, or may not see this.
    pub fn current_user(&self, (site, auth): At<'_>) -> Result<String, Failure> {
        let answer: Answer<Resource> = self.read_json(site, "/api/v2/current_user", auth)?;
        Ok(answer.user_id())
    }

    /// Asks whether an API key is accepted at a site: the stable call, which tells nothing else.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] where it is not.
    pub fn accepts_api_key(&self, (site, auth): At<'_>) -> Result<(), Failure> {
        #[derive(serde::Deserialize)]
        struct Valid {
            valid: bool,
        }
        let answer: Valid = self.read_json(site, "/api/v1/validate", auth)?;
        if answer.valid { Ok(()) } else { Err(Failure::Refused) }
    }

    /// Asks whether a credential is accepted at a site; the least that can be asked.
    ///
    /// # Errors
    ///
    /// [`Failure::NotAccepted`] where it is not.
    pub fn accepts_credential(&self, (site, auth): At<'_>) -> Result<(), Failure> {
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

    /// Returns what an API key says of itself: whose it is and its id, where the site tells.
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
    /// # Errors
    ///
    /// It may not be, or nobody knows what became of the request.
    pub fn revoke_token(&self, (site, auth): At<'_>, id: Uuid) -> Result<(), Failure> {
        self.delete(site, &format!("/api/v2/personal_access_tokens/{id}"), auth)
    }

    /// Revokes an access token of a service account.
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

    /// Revokes an application key.
    ///
    /// # Errors
    ///
    /// As [`Self::revoke_token`]; [`Failure::NotFound`] where there is none.
    pub fn revoke_application_key(&self, (site, auth): At<'_>, id: &str) -> Result<(), Failure> {
        self.delete(site, &format!("/api/v2/application_keys/{}", path_segment(id)?), auth)
    }

    /// Revokes an API key.
    ///
    /// # Errors
    ///
    /// As [`Self::revoke_application_key`].
    pub fn revoke_api_key(&self, (site, auth): At<'_>, id: &str) -> Result<(), Failure> {
        self.delete(site, &format!("/api/v2/api_keys/{}", path_segment(id)?), auth)
    }

    fn read_json<T: DeserializeOwned>(&self, site: Site, path: &str, auth: &Auth) -> Result<T, Failure> {
        parse_json(&self.get(site, path, auth)?)
    }
}

/// Reads an answer; the parser's own words could quote it.
fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|_| Failure::Unexpected("it is no JSON of the documented form".to_owned()))
}

/// An id as a part of a path: ids come from Datadog, but one that could lead elsewhere is not used.
fn path_segment(id: &str) -> Result<&str, Failure> {
    let plain =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain { Ok(id) } else { Err(Failure::Unexpected("an id that is none".to_owned())) }
}
