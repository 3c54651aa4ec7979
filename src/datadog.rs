//! Datadog's API: the only room that opens a socket.
//!
//! Facts with their sources: the API as Datadog documents it (OpenAPI, `api_keys`, `application_keys`,
//! `personal_access_tokens`, `service_accounts`, `validate`, `validate_keys`, `users`), and the recorded answers that all of
//! Datadog's clients ship. Answers that hold a whole key (an API key or one's own application key by id) are never asked for.

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
