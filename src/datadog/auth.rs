//! Whom a request is made as: the user's own credential, or a found one.
//!
//! ```text
//! DD_ACCESS_TOKEN=ddpat_…            → Bearer(token)     authorization: Bearer ddpat_…
//! DD_API_KEY=… DD_APP_KEY=…          → Keys { api, app } dd-api-key: …, dd-application-key: …
//! DD_API_KEY=ddsat_…                 → Bearer(token)     a token in the place of a key, as people put it
//! ```
//!
//! The names of the variables are those of Datadog's own tools:
//! `DD_BEARER_TOKEN` is the one of the OpenAPI description and of Terraform,
//! `DD_ACCESS_TOKEN` that of Datadog's command line.
//!
//! A found credential never becomes the user's own one by accident: they are
//! different variants, and only [`Auth::Probe`] and [`Auth::ApiKey`] are made
//! of what was found.

use ureq::http::{HeaderName, HeaderValue};

use crate::error::Error;
use crate::secret::Secret;
use crate::token::Kind;

/// A credential that a request carries. Its values are marked as sensitive, so
/// that no log of the HTTP library shows them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Auth {
    /// An API key and an application key. Both have to be of the same
    /// organisation: a pair of two is refused.
    Keys {
        /// The API key.
        api: Secret,
        /// The application key.
        app: Secret,
    },
    /// An API key alone: enough for the calls that say whether it is accepted,
    /// and for no other.
    ApiKey(Secret),
    /// An access token, or one of OAuth, in the header `authorization`. No API
    /// key is looked at beside it.
    Bearer(Secret),
    /// A found access token, in both of the headers in which it may come:
    /// `authorization` and `dd-application-key`. Validation accepts tokens in
    /// the second one as well, as Datadog's Terraform provider sends them.
    Probe(Secret),
}

impl Auth {
    /// Returns the headers that carry it.
    ///
    /// # Errors
    ///
    /// The credential holds a byte that no header may have, such as a line
    /// break.
    ///
    /// The names are those of Datadog's description of its API (`apiKeyAuth`,
    /// `appKeyAuth`, `AuthZ`).
    pub(super) fn header_pairs(&self) -> Result<Vec<(HeaderName, HeaderValue)>, ureq::http::Error> {
        type Header = Result<(HeaderName, HeaderValue), ureq::http::Error>;
        let header = |name: &'static str, prefix: &str, secret: &Secret| -> Header {
            let mut value = HeaderValue::from_bytes(&[prefix.as_bytes(), secret.expose()].concat())?;
            value.set_sensitive(true);
            Ok((HeaderName::from_static(name), value))
        };
        match self {
            Self::Keys { api, app } => {
                Ok(vec![header("dd-api-key", "", api)?, header("dd-application-key", "", app)?])
            }
            Self::ApiKey(api) => Ok(vec![header("dd-api-key", "", api)?]),
            Self::Bearer(token) => Ok(vec![header("authorization", "Bearer ", token)?]),
            Self::Probe(token) => {
                Ok(vec![header("authorization", "Bearer ", token)?, header("dd-application-key", "", token)?])
            }
        }
    }

    /// Names it for receipts and notices, by where it comes from and never by
    /// its value.
    ///
    /// It completes "asked with …" and "… is not accepted".
    pub fn source_name(&self) -> &'static str {
        match self {
            Self::Keys { .. } => "DD_API_KEY and DD_APP_KEY",
            Self::ApiKey(_) => "an API key",
            Self::Bearer(_) => "your access token",
            Self::Probe(_) => "the token itself",
        }
    }
}

/// Reads the user's own credential: an access token in `DD_BEARER_TOKEN`,
/// `DD_ACCESS_TOKEN`, `DD_APP_KEY` or `DD_API_KEY`, or else the keys in the
/// last two; with `DATADOG_` in front, too.
///
/// A token wins over keys, since it is the narrower credential: it has scopes
/// of its own. One key without the other is none.
///
/// # Errors
///
/// A variable holds something that cannot be sent, such as a line break. The
/// error names the variable and does not repeat its value.
///
/// ```text
/// DD_BEARER_TOKEN, DD_ACCESS_TOKEN          the first that is set
/// DD_APP_KEY, DD_APPLICATION_KEY, DD_API_KEY  if one holds an access token
/// DD_API_KEY with DD_APP_KEY                the pair
/// ```
pub fn admin_from_environment() -> Result<Option<Auth>, Error> {
    for name in ["BEARER_TOKEN", "ACCESS_TOKEN"] {
        if let Some(token) = secret_from(name)? {
            return Ok(Some(Auth::Bearer(token)));
        }
    }
    let app = match secret_from("APP_KEY")? {
        Some(app) => Some(app),
        None => secret_from("APPLICATION_KEY")?,
    };
    let api = secret_from("API_KEY")?;
    if let Some(token) = [&app, &api].into_iter().flatten().find(|key| is_access_token(key)) {
        return Ok(Some(Auth::Bearer(token.clone())));
    }
    Ok(api.zip(app).map(|(api, app)| Auth::Keys { api, app }))
}

/// Returns whether a credential is an access token, which needs no API key
/// beside it.
fn is_access_token(secret: &Secret) -> bool {
    let mut prefixes = Kind::ALL.into_iter().filter(|kind| kind.is_access_token()).filter_map(Kind::prefix);
    prefixes.any(|prefix| secret.expose().starts_with(prefix.as_bytes()))
}

/// Reads the API key of the environment, for found application keys, which
/// nobody can ask about without one. An access token in its place is none.
///
/// # Errors
///
/// As [`admin_from_environment`].
pub fn api_key_from_environment() -> Result<Option<Secret>, Error> {
    Ok(secret_from("API_KEY")?.filter(|key| !is_access_token(key)))
}

/// Reads a variable with `DD_` or `DATADOG_` in front, the first that is set
/// and not empty. Blanks around the value are dropped, as `export` lines and
/// files of secrets bring them.
///
/// `DD_` wins: that is the prefix of today's tools, `DATADOG_` the one of the
/// older libraries.
fn secret_from(name: &str) -> Result<Option<Secret>, Error> {
    for name in [format!("DD_{name}"), format!("DATADOG_{name}")] {
        let Some(value) = std::env::var_os(&name).filter(|value| !value.is_empty()) else { continue };
        let bytes = value.as_encoded_bytes().trim_ascii();
        if bytes.iter().any(|byte| !byte.is_ascii_graphic()) {
            return Err(Error::usage("use the credential in", &name, "it holds a character that no key has")
                .mend("set it again, without quotes and line breaks"));
        }
        return Ok(Some(Secret::new(bytes)));
    }
    Ok(None)
}
