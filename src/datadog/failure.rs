//! Failures of the API: why Datadog gave no answer, or not the one that was
//! hoped for.
//!
//! The difference between them is what may be concluded. Only
//! [`Failure::NotAccepted`] and [`Failure::NotFound`] say something about a
//! credential, and that only about one site; 403 has several reasons, and its
//! body decides which:
//!
//! ```text
//! 401                                                          NotAccepted   this site does not know it
//! 403 {"errors":["Forbidden","Failed permission authorization checks"]}
//!                                                              NotAllowed    it is live
//! 403 {"errors":["Forbidden"]}                                 Refused       says nothing
//! 404                                                          NotFound      no such id
//! 429                                                          RateLimited   later
//! ```
//!
//! A failure can be printed and kept as it is: it has no header, no path and no
//! body. Texts of the server are looked at and thrown away.

use std::fmt;

use serde::Deserialize;

/// Words by which Datadog says that a credential is good, but may not do this;
/// recorded, not documented.
const NOT_ALLOWED: &str = "Failed permission authorization checks";

/// A request that brought nothing. It holds no header and no body, so that it
/// can be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// 401: this site does not accept the credential.
    NotAccepted,
    /// 403, and it says why: the credential is live, but a scope or a role is
    /// missing.
    NotAllowed,
    /// 403 without a reason: a wrong key, a missing permission, or an address
    /// that is not allowed.
    Refused,
    /// 404.
    NotFound,
    /// 429, for longer than was to be waited.
    RateLimited,
    /// 5xx, several times; the last status.
    Server(u16),
    /// No answer, several times; the words of the network.
    Network(String),
    /// An answer that sends us elsewhere, which is not followed; the host,
    /// where it names one.
    Redirect(u16, Option<String>),
    /// An answer that nobody documented: JSON of another shape, too long, a
    /// list without an end. The words say what is wrong with it and do not
    /// quote it.
    Unexpected(String),
}

impl Failure {
    /// Returns the failure that a status and a body tell of.
    ///
    /// `status` is that of any answer but a success. Texts of the body are
    /// compared with the recorded ones word for word; a body that nobody knows
    /// is no reason to take a credential for live.
    pub(super) fn from_answer(status: u16, body: &[u8]) -> Self {
        match status {
            401 => Self::NotAccepted,
            403 if error_texts(body).iter().any(|error| error.contains(NOT_ALLOWED)) => Self::NotAllowed,
            403 => Self::Refused,
            404 => Self::NotFound,
            429 => Self::RateLimited,
            300..=399 => Self::Redirect(status, None),
            500.. => Self::Server(status),
            _ => Self::Unexpected(format!("status {status}")),
        }
    }

    /// Returns whether the same request can succeed a moment later.
    ///
    /// A limit (429) passes too, but has its own time to come back at.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Server(_) | Self::Network(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted => f.write_str("the credential is not accepted (401)"),
            Self::NotAllowed => {
                f.write_str("the credential is live, but a scope or permission is missing (403)")
            }
            Self::Refused => f.write_str(
                "refused (403): a wrong key, a missing permission, or an address that is not allowed",
            ),
            Self::NotFound => f.write_str("there is no such thing (404)"),
            Self::RateLimited => f.write_str("rate limited for longer than was to be waited (429)"),
            Self::Server(status) => write!(f, "the server failed ({status})"),
            Self::Network(why) => write!(f, "no answer: {why}"),
            Self::Redirect(status, None) => {
                write!(f, "the answer leads elsewhere ({status}), and is not followed")
            }
            Self::Redirect(status, Some(host)) => {
                write!(f, "the answer leads elsewhere ({status}, to {host}), and is not followed")
            }
            Self::Unexpected(what) => write!(f, "an answer that is not known: {what}"),
        }
    }
}

/// Reads the texts of an error's body, in any of the shapes that were seen: a
/// list of texts, of objects with a title and a detail, or of something else.
/// What is no JSON has no texts.
fn error_texts(body: &[u8]) -> Vec<String> {
    /// The body of an error.
    #[derive(Deserialize)]
    struct Body {
        /// Missing in the bodies of some proxies.
        #[serde(default)]
        errors: Vec<OneError>,
    }
    /// One error in it, in any of the forms that were seen.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneError {
        /// `"Forbidden"`, of the older API.
        Words(String),
        /// `{"title": …, "detail": …}`, of JSON:API.
        Object {
            #[serde(default)]
            title: String,
            #[serde(default)]
            detail: String,
        },
        /// Anything else.
        Other(serde::de::IgnoredAny),
    }
    let parsed: Body = serde_json::from_slice(body).unwrap_or(Body { errors: Vec::new() });
    let words = parsed.errors.into_iter().map(|error| match error {
        OneError::Words(words) => words,
        OneError::Object { title, detail } => format!("{title}: {detail}"),
        OneError::Other(_) => String::new(),
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_error() {
        for (status, body, expected) in [
            (401, r#"{"errors":["Unauthorized"]}"#, Failure::NotAccepted),
            (403, r#"{"errors":["Forbidden"]}"#, Failure::Refused),
            (
                403,
                r#"{"errors":["Forbidden","Failed permission authorization checks"]}"#,
                Failure::NotAllowed,
            ),
            (403, r#"{"errors":[{"title":"Forbidden"}]}"#, Failure::Refused),
            (
                403,
                r#"{"errors":[{"title":"Forbidden","detail":"Failed permission authorization checks"}]}"#,
                Failure::NotAllowed,
            ),
            (
                403,
                r#"{"status":"error","code":403,"errors":["Forbidden"],"statuspage":"x"}"#,
                Failure::Refused,
            ),
            (403, r#"{"errors":[7,null]}"#, Failure::Refused),
            (403, "<html>", Failure::Refused),
            (404, r#"{"errors":["API key not found"]}"#, Failure::NotFound),
            (302, "", Failure::Redirect(302, None)),
            (503, "", Failure::Server(503)),
            (418, "", Failure::Unexpected("status 418".to_owned())),
        ] {
            assert_eq!(Failure::from_answer(status, body.as_bytes()), expected, "{status} {body}");
        }
    }
}
