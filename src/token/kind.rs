//! The kinds of credential that Datadog hands out. A rule names one
//! (`credential = "api_key"`); what verifies and revokes asks for it, and
//! everything else about a credential's look stands in its rule.
//!
//! This list is closed, unlike that of rules: a kind says what Datadog's API
//! can do with a credential, and that takes code. A rule for somebody else's
//! credential names none of these and is found and reported all the same.

use serde::{Deserialize, Serialize};

/// A kind of Datadog credential; its name in reports is the variant's in snake
/// case.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::Kind;
/// assert_eq!(Kind::PersonalAccessToken.as_str(), "personal_access_token");
/// assert_eq!(Kind::from_name("api_key"), Some(Kind::ApiKey));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// `ddpat_…`: acts for a person, with that person's rights cut down to the
    /// token's scopes.
    PersonalAccessToken,
    /// `ddsat_…`: acts for a service account. Before mid-May 2026 these began
    /// with `ddpat_` too.
    ServiceAccessToken,
    /// `ddapp_…`: an application key; of use together with an API key of the
    /// same organisation.
    ApplicationKey,
    /// 40 lower-case hexadecimal digits: an application key of the older form.
    LegacyApplicationKey,
    /// 32 hexadecimal digits: sends data into an organisation.
    ApiKey,
    /// `pub` and 32 hexadecimal digits: a browser's token for Real User
    /// Monitoring, public by design.
    ClientToken,
    /// `DDRCM_…`: a remote-configuration key; holds an application key, the
    /// organisation and the data centre.
    RemoteConfigKey,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::PersonalAccessToken,
        Self::ServiceAccessToken,
        Self::ApplicationKey,
        Self::LegacyApplicationKey,
        Self::ApiKey,
        Self::ClientToken,
        Self::RemoteConfigKey,
    ];

    /// The name in reports, rules and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PersonalAccessToken => "personal_access_token",
            Self::ServiceAccessToken => "service_access_token",
            Self::ApplicationKey => "application_key",
            Self::LegacyApplicationKey => "legacy_application_key",
            Self::ApiKey => "api_key",
            Self::ClientToken => "client_token",
            Self::RemoteConfigKey => "remote_config_key",
        }
    }

    /// Returns the kind of that name.
    ///
    /// `None` for any other name, in any other case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns whether it is a key of an organisation, which Datadog lists by
    /// its last four characters: such a key has no public id in itself.
    ///
    /// Access tokens are looked up by their id instead; client tokens and
    /// remote-configuration keys are in no list.
    pub fn is_listed_key(self) -> bool {
        matches!(self, Self::ApplicationKey | Self::LegacyApplicationKey | Self::ApiKey)
    }

    /// Returns the beginning of every such credential; `None` for keys that are
    /// nothing but digits.
    ///
    /// A service account's token may also begin with `ddpat_`: which of the two
    /// kinds such a token is, only Datadog can tell.
    pub fn prefix(self) -> Option<&'static str> {
        match self {
            Self::PersonalAccessToken => Some("ddpat_"),
            Self::ServiceAccessToken => Some("ddsat_"),
            Self::ApplicationKey => Some("ddapp_"),
            Self::ClientToken => Some("pub"),
            Self::RemoteConfigKey => Some("DDRCM_"),
            Self::LegacyApplicationKey | Self::ApiKey => None,
        }
    }

    /// Returns whether it is an access token, which needs no API key beside it.
    pub fn is_access_token(self) -> bool {
        matches!(self, Self::PersonalAccessToken | Self::ServiceAccessToken)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_reports() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.as_str()), Some(kind));
            let json = serde_json::to_string(&kind).expect("a unit variant serialises");
            assert_eq!(json, format!("\"{kind}\""));
        }
        assert_eq!(Kind::from_name("pat"), None);
    }
}
