//! State of the fake server: what it knows, and how it behaves. Tests fill it
//! in and change it while it runs.

use std::time::Duration;

use uuid::Uuid;

use crate::token::Site;

/// The state of a Datadog of few organisations: one a site.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Access tokens.
    pub tokens: Vec<Token>,
    /// Application keys.
    pub app_keys: Vec<AppKey>,
    /// API keys.
    pub api_keys: Vec<ApiKey>,
    /// People and service accounts.
    pub users: Vec<User>,
    /// Its behaviour.
    pub behaviour: Behaviour,
}

/// An access token.
#[derive(Debug, Clone)]
pub struct Token {
    /// The site that it lives on.
    pub site: Site,
    /// Its id. To be found by its alias, the token has to be of this id.
    pub id: Uuid,
    /// The token itself.
    pub value: String,
    /// Its name.
    pub name: String,
    /// Its scopes; permissions are scopes here.
    pub scopes: Vec<String>,
    /// The id of its owner.
    pub owner: String,
    /// True where its owner is a service account.
    pub of_service_account: bool,
    /// Time at which it ends.
    pub expires_at: Option<String>,
    /// Time of its last use.
    pub last_used_at: Option<String>,
    /// The place where Datadog itself saw it leaked.
    pub leaked: Option<String>,
    /// Number of answers that still know it after it was revoked; `None` while
    /// it lives.
    pub revoked: Option<u32>,
}

/// An application key.
#[derive(Debug, Clone)]
pub struct AppKey {
    /// The site that it lives on.
    pub site: Site,
    /// Its id.
    pub id: String,
    /// The key itself.
    pub value: String,
    /// Its name.
    pub name: String,
    /// Its scopes; none where it may do everything.
    pub scopes: Option<Vec<String>>,
    /// The id of its owner.
    pub owner: String,
    /// Time at which it was made.
    pub created_at: String,
    /// As for tokens.
    pub revoked: Option<u32>,
}

/// An API key.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// The site that it lives on.
    pub site: Site,
    /// Its id.
    pub id: String,
    /// The key itself.
    pub value: String,
    /// Its name.
    pub name: String,
    /// True where it was used within the last day.
    pub in_use: bool,
    /// As for tokens.
    pub revoked: Option<u32>,
}

/// A person or a service account.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The id.
    pub id: String,
    /// The name.
    pub name: Option<String>,
    /// True where it is a service account.
    pub is_service_account: bool,
    /// The handle.
    pub handle: String,
}

/// The way in which the fake server answers.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// Time that it takes to answer.
    pub latency: Duration,
    /// Number of requests a second that it takes, before it answers 429.
    pub requests_per_second: Option<u64>,
    /// Number of answers for which a revoked credential still lives:
    /// revocations take a while to be known.
    pub lag: u32,
    /// True where it answers 204 to a revocation and does nothing.
    pub pretends: bool,
    /// Faults that are due.
    pub faults: Vec<Fault>,
}

/// Something that goes wrong a number of times.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Beginning of the requests that it befalls, `DELETE /api/v2/api_keys`
    /// say, without the site.
    pub on: String,
    /// Number of requests that it still befalls.
    pub times: u32,
    /// The misdeed.
    pub misdeed: Misdeed,
}

/// Something that a server can do wrong.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Misdeed {
    /// The connection is cut without an answer.
    Cut,
    /// The answer takes long.
    Slow(Duration),
    /// The answer is no JSON.
    Garbage,
    /// A bare status.
    Status(u16),
    /// The answer leads elsewhere.
    Redirect(String),
    /// 403 with this body.
    Forbidden(String),
}

impl World {
    /// Returns the misdeed that is due for a request, and counts it.
    pub(super) fn due_misdeed(&mut self, method: &str, path: &str) -> Option<Misdeed> {
        let request = format!("{method} {}", split_site(path).1);
        let fault = self
            .behaviour
            .faults
            .iter_mut()
            .find(|fault| fault.times > 0 && request.starts_with(&fault.on))?;
        fault.times -= 1;
        Some(fault.misdeed.clone())
    }
}

/// The site that a path names, and the rest of it.
pub(super) fn split_site(path: &str) -> (Site, &str) {
    let rest = path.trim_start_matches('/');
    match rest.split_once('/').and_then(|(first, rest)| Some((Site::from_name(first)?, rest))) {
        Some((site, rest)) => (site, &path[path.len() - rest.len() - 1..]),
        None => (Site::Us1, path),
    }
}

/// A credential that can be revoked.
pub(super) trait Mortal {
    /// Returns how many more looks it survives; `None` while it is not revoked.
    fn looks_left(&mut self) -> &mut Option<u32>;
}

impl Mortal for Token {
    fn looks_left(&mut self) -> &mut Option<u32> {
        &mut self.revoked
    }
}

impl Mortal for AppKey {
    fn looks_left(&mut self) -> &mut Option<u32> {
        &mut self.revoked
    }
}

impl Mortal for ApiKey {
    fn looks_left(&mut self) -> &mut Option<u32> {
        &mut self.revoked
    }
}

/// The credential that is meant, if it still lives; each look at one that was
/// revoked brings its end nearer.
pub(super) fn find_living<T: Mortal>(all: &mut [T], meant: impl Fn(&T) -> bool) -> Option<&T> {
    let found = all.iter_mut().find(|one| meant(one))?;
    survives_look(found.looks_left()).then_some(found)
}

/// All of them that are meant and still live.
pub(super) fn all_living<T: Mortal>(all: &mut [T], meant: impl Fn(&T) -> bool) -> Vec<&T> {
    let mut living = Vec::new();
    for one in all.iter_mut().filter(|one| meant(one)) {
        if survives_look(one.looks_left()) {
            living.push(&*one);
        }
    }
    living
}

/// Returns whether a credential survives one more look, and takes that off what
/// is left to it.
fn survives_look(revoked: &mut Option<u32>) -> bool {
    match revoked {
        None => true,
        Some(0) => false,
        Some(more) => {
            *more -= 1;
            true
        }
    }
}
