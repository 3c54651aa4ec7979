//! The allow entries of the configuration: findings that are all right, each with a reason and, if
//! somebody wants, an end.
//!
//! ```toml
//! [[allow]]
//! fingerprint = "fp1_a61ea546ddfd931d1344baff6eacbb15"   # or token_id, or path; several: where all apply
//! rule = "datadog-api-key"                               # narrows, and is not enough alone
//! reason = "revoked on 2026-03-01, ticket SEC-12"
//! until = 2027-01-31
//! ```

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::entry_list::{EntryList, ListedEntry};
use super::layers::EntryFacts;
use super::terms::AllowanceTerms;
use crate::error::Error;
use crate::finding::{Finding, is_fingerprint, short_fingerprint};
use crate::secret::hide_tokens;

/// One `[[allow]]` entry: it applies where everything that it names does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowEntry {
    /// The fingerprint of a finding.
    pub fingerprint: Option<String>,
    /// The id of an access token.
    pub token_id: Option<Uuid>,
    /// A glob as in `.gitignore`, seen from the folder of the configuration.
    pub path: Option<String>,
    /// The id of a rule.
    pub rule: Option<String>,
    /// Reason why this is all right.
    pub reason: String,
    /// The name of who decided it.
    pub by: Option<String>,
    /// The last day on which the entry applies.
    #[serde(default, deserialize_with = "read_date")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

/// The `[[allow]]` entries of one configuration.
pub type AllowList = EntryList<AllowEntry>;

impl ListedEntry for AllowEntry {
    fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    fn facts(&self) -> EntryFacts<'_> {
        EntryFacts { words: self.entry_words(), reason: &self.reason, until: self.until }
    }
}

impl AllowEntry {
    /// Returns whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today > until)
    }

    /// Returns the entry in a few words, for notices, without what looks like a token.
    fn entry_words(&self) -> String {
        let parts = [
            self.fingerprint.as_deref().map(|name| short_fingerprint(name).to_owned()),
            self.token_id.map(|id| format!("token {id}")),
            self.path.as_ref().map(|path| format!("path {path}")),
            self.rule.as_ref().map(|rule| format!("rule {rule}")),
        ];
        let named: Vec<_> = parts.into_iter().flatten().collect();
        hide_tokens(&format!("{} ({})", named.join(", "), self.reason))
    }

    /// Checks an entry.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and how to mend it: it names nothing, or what is no fingerprint, or
    /// there is no reason.
    fn check_entry(&self) -> Result<(), (&'static str, &'static str)> {
        match self {
            Self { fingerprint: None, token_id: None, path: None, .. } => Err((
                "it would allow everything",
                "name a fingerprint, a token_id or a path; a report has the first two",
            )),
            Self { fingerprint: Some(name), .. } if !is_fingerprint(name) => {
                Err(("`fingerprint` is none", "give fp1_ and 32 hexadecimal digits, as reports do"))
            }
            Self { reason, .. } if reason.trim().is_empty() => {
                Err(("`reason` is empty", "say why this is all right"))
            }
            _ => Ok(()),
        }
    }
}

impl AllowList {
    /// Prepares the entries of the configuration `file`, which keep to these terms; globs are seen
    /// from the folder `base`.
    ///
    /// # Errors
    ///
    /// An entry names nothing, or what is no fingerprint, has an empty reason, or a bad glob.
    pub fn new(
        mut entries: Vec<AllowEntry>,
        file: &str,
        base: &Path,
        terms: AllowanceTerms,
    ) -> Result<Self, Error> {
        let wrong = |index: usize, why: &str| {
            Error::usage("use the configuration", file, format!("[[allow]] entry {}: {why}", index + 1))
        };
        for (index, entry) in entries.iter_mut().enumerate() {
            entry.check_entry().map_err(|(why, mend)| wrong(index, why).mend(mend))?;
            // What people write into a reason ends up in reports.
            entry.reason = hide_tokens(&entry.reason);
            entry.by = entry.by.as_deref().map(hide_tokens);
        }
        Self::of_entries(entries, file, base, terms, wrong)
    }

    /// Returns whether entry number `index` (from 0) speaks of this finding at one of these paths;
    /// its date is not looked at.
    pub(super) fn applies_to(&self, index: usize, finding: &Finding<'_>, paths: &[PathBuf]) -> bool {
        let entry = &self.entries()[index];
        entry.fingerprint.as_ref().is_none_or(|name| *name == finding.fingerprint)
            && entry.token_id.is_none_or(|id| Some(id) == finding.token_id)
            && entry.rule.as_ref().is_none_or(|id| id == finding.rule.id())
            && self.names_path(index, paths.iter())
    }
}

/// Reads a TOML date, with or without quotes.
pub(super) fn read_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Bare(toml::value::Datetime),
        Quoted(String),
    }
    let text = match Written::deserialize(deserializer)? {
        Written::Bare(date) => date.to_string(),
        Written::Quoted(text) => text,
    };
    text.parse().map(Some).map_err(|_| serde::de::Error::custom("`until` is no date such as 2027-01-31"))
}
