//! Datadog's API: the only room that opens a socket.
//!
//! A call takes a site and a credential, and either returns what was asked for
//! or a [`Failure`] that says why not; it never guesses. What a failure proves
//! is for callers to say: `verify` and `revoke` know that "not accepted here"
//! is not "dead".
//!
//! ```text
//! Client::access_token((Site::Us1, &auth), id)
//!   → GET https://api.datadoghq.com/api/v2/personal_access_tokens/{id}?include=leak_information
//!   → Ok(TokenRecord { name, scopes, owner, expires_at, … })
//!   | Err(Failure::NotFound)     the organisation has none of this id
//!   | Err(Failure::NotAllowed)   the credential is live, but lacks a permission
//!   | Err(Failure::Network(…))   nobody knows
//! ```
//!
//! Three rules hold for everything in here:
//!
//! - A request goes to a host of the closed list ([`Site`](crate::token::Site)), or to the address
//!   that a person gave ([`ClientOptions::api_url`]): never to one that was read in a scanned text
//!   or in an answer. Redirects are reported, not followed.
//! - Answers that hold a whole key (an API key or one's own application key by id) are never asked
//!   for.
//! - Answers are bounded in bytes, items and time: whoever answers may be an impostor.
//!
//! Facts with their sources: the API as Datadog documents it
//! (<https://docs.datadoghq.com/api/latest/key-management/>, and the same as
//! OpenAPI: `api_keys`, `application_keys`, `personal_access_tokens`,
//! `service_accounts`, `validate`, `validate_keys`, `users`), and the recorded
//! answers that all of Datadog's clients ship.
//!
//! # How the modules fit
//!
//! ```text
//! calls   one method a request, in Datadog's words        ─┐
//! list    pages of a list, put together and bounded        │ uses
//! client  sends, waits, tries again                       ─┤
//!   auth     the headers        pace     when the next request may go
//!   failure  what went wrong    model    what the JSON becomes
//! ```
//!
//! `fake_server` stands apart: it plays the other side, and shares nothing with
//! the client but [`Site`](crate::token::Site). If both had a fact from the
//! same place, a wrong fact would pass every test.

mod auth;
mod calls;
mod client;
mod failure;
#[cfg(feature = "fake-server")]
pub mod fake_server;
mod list;
mod model;
mod pace;

pub use auth::{Auth, admin_from_environment, api_key_from_environment};
pub use calls::{At, MANY};
pub use client::{Client, ClientOptions};
pub use failure::Failure;
pub use model::{ApiKeyOwner, KeyRecord, Leak, Owner, TokenRecord, User};
