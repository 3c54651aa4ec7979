//! Whom a request is made as.

use ureq::http::{HeaderName, HeaderValue};

use crate::error::Error;
use crate::secret::Secret;
use crate::token::Kind;

/// A credential that a request carries.
#[derive(Debug, Clone)]
pub enum Auth {
    /// An API key and an application key of the same organisation.
    Keys {
        /// The API key.
        api: Secret,
        /// The application key.
        app: Secret,
    },
    /// An API key alone.
    ApiKey(Secret),
    /// An access token, or one of OAuth.
    Bearer(Secret),
    /// A found access token, in both of the headers in which it may come.
    Probe(Secret),
}

impl Auth {
    /// The headers that carry it.
    pub(super) fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, ureq::http::Error> {
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

    /// Returns what it is, for receipts and notices.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Keys { .. } => "DD_API_KEY and DD_APP_KEY",
            Self::ApiKey(_) => "an API key",
            Self::Bearer(_) => "your access token",
            Self::Probe(_) => "the token itself",
        }
    }
}

/// The user's own credential: an access token in `DD_BEARER_TOKEN`, `DD_ACCESS_TOKEN`, `DD_APP_KEY` or `DD_API_KEY`, or else
/// the keys in the last two; with `DATADOG_` in front, too.
///
/// # Errors
///
/// A variable holds something that cannot be sent, such as a line break. The error does not repeat it.
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
    if let Some(token) = [&app, &api].into_iter().flatten().find(|it| is_access_token(it)) {
        return Ok(Some(Auth::Bearer(token.clone())));
    }
    Ok(api.zip(app).map(|(api, app)| Auth::Keys { api, app }))
}

/// Returns whether a credential is an access token, which needs no API key beside it.
fn is_access_token(secret: &Secret) -> bool {
    let mut prefixes = Kind::ALL.into_iter().filter(|kind| kind.is_access_token()).filter_map(Kind::prefix);
    prefixes.any(|prefix| secret.expose().starts_with(prefix.as_bytes()))
}

/// The API key of the environment, for found application keys, which nobody can ask about without one.
///
/// # Errors
///
/// As [`admin_from_environment`].
pub fn api_key_from_environment() -> Result<Option<Secret>, Error> {
    Ok(secret_from("API_KEY")?.filter(|it| !is_access_token(it)))
}

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
