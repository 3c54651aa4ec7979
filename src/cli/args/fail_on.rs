//! Findings that make the exit status 1: `--fail-on`, and `fail_on` of a configuration.
//!
//! ```text
//! any                             every finding that counts
//! verified                        those whose checksum holds
//! live                            those that Datadog says are live
//! never                           none
//! severity>=high and not dead     those that the expression chooses, in the words of --only
//! ```
//!
//! What is public by design (severity `info`) fails nothing.

use std::fmt;
use std::str::FromStr;

use dogcatcher::finding::{Finding, State};
use dogcatcher::report::Only;
use dogcatcher::rule::{Confidence, Severity};
use serde::{Deserialize, Deserializer};

/// Findings that make the exit status 1.
#[derive(Debug, Clone)]
pub(crate) enum FailOn {
    /// Every finding that counts, but those of severity `info`.
    Any,
    /// Those whose checksum holds.
    Verified,
    /// Those that Datadog says are live.
    Live,
    /// None.
    Never,
    /// Those that an expression chooses.
    Chosen {
        /// The expression as it was written.
        text: String,
        /// The same, ready to choose.
        only: Box<Only>,
    },
}

impl FailOn {
    /// Returns whether a finding makes the exit status 1; `is_asked` says that somebody knows what is
    /// live.
    pub(crate) fn fails_on(&self, finding: &Finding<'_>, is_asked: bool) -> bool {
        let is_secret = finding.rule.severity() > Severity::Info;
        match self {
            Self::Live if is_asked => finding.is_live(),
            Self::Any | Self::Live => is_secret,
            Self::Verified => finding.confidence == Confidence::Verified,
            Self::Never => false,
            Self::Chosen { only, .. } => is_secret && only.chooses(finding),
        }
    }

    /// Returns whether a finding would make the exit status 1 if it were live, which nobody knows:
    /// that must not pass for clean.
    pub(crate) fn may_fail_on(&self, finding: &Finding<'_>) -> bool {
        let state = finding.liveness.as_ref().map(|it| it.state);
        let is_open =
            finding.rule.severity() > Severity::Info && !matches!(state, Some(State::Live | State::Dead));
        is_open
            && match self {
                Self::Live => true,
                Self::Chosen { only, .. } => only.asks_for_live() && only.chooses_if_live(finding),
                Self::Any | Self::Verified | Self::Never => false,
            }
    }

    /// Returns whether somebody has to know what is live.
    pub(crate) fn asks_for_live(&self) -> bool {
        match self {
            Self::Live => true,
            Self::Chosen { only, .. } => only.asks_for_live(),
            Self::Any | Self::Verified | Self::Never => false,
        }
    }
}

impl fmt::Display for FailOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::Verified => "verified",
            Self::Live => "live",
            Self::Never => "never",
            Self::Chosen { text, .. } => text,
        })
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text.trim() {
            "any" => Self::Any,
            "verified" => Self::Verified,
            "live" => Self::Live,
            "never" => Self::Never,
            other => {
                let wrong = |why: String| {
                    format!("it is none of any, verified, live and never, and no expression: {why}")
                };
                Self::Chosen { text: other.to_owned(), only: Box::new(other.parse().map_err(wrong)?) }
            }
        })
    }
}

impl<'de> Deserialize<'de> for FailOn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
