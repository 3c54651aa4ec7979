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

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::layers::{EntryFacts, EntryLayers};
use super::terms::AllowanceTerms;
use super::usage::Usage;
use crate::error::Error;
use crate::finding::{Finding, is_fingerprint};
use crate::location::{absolute, path_below, plain_glob};
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

/// Characters of a fingerprint in a notice: `fp1_` and eight digits, as in the text report.
const SHOWN_DIGITS: usize = 12;

/// The entries of one configuration, ready to be applied.
#[derive(Debug, Default)]
pub struct AllowList {
    /// Entries as they were written.
    entries: Vec<AllowEntry>,
    /// Globs of each entry; none where it names every path.
    globs: Vec<Option<Gitignore>>,
    /// Folder that globs are seen from: that of the configuration.
    base: PathBuf,
    /// Files that the entries stand in: those of the configuration's own come first.
    layers: EntryLayers,
}

impl AllowEntry {
    /// Returns whether its last day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today > until)
    }

    /// Returns what its fate depends on.
    fn facts(&self) -> EntryFacts<'_> {
        EntryFacts { words: self.entry_words(), reason: &self.reason, until: self.until }
    }

    /// Returns the entry in a few words, for notices, without what looks like a token.
    fn entry_words(&self) -> String {
        let parts = [
            self.fingerprint.as_ref().map(|name| name.chars().take(SHOWN_DIGITS).collect()),
            self.token_id.map(|id| format!("token {id}")),
            self.path.as_ref().map(|path| format!("path {path}")),
            self.rule.as_ref().map(|rule| format!("rule {rule}")),
        ];
        let named: Vec<_> = parts.into_iter().flatten().collect();
        hide_tokens(&format!("{} ({})", named.join(", "), self.reason))
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
        let base = base.canonicalize().unwrap_or_else(|_| absolute(base));
        let mut globs = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let wrong = |why: String| {
                Error::usage("use the configuration", file, format!("[[allow]] entry {}: {why}", index + 1))
            };
            let named = entry.fingerprint.is_some() || entry.token_id.is_some() || entry.path.is_some();
            if !named {
                return Err(wrong("it would allow everything".to_owned())
                    .mend("name a fingerprint, a token_id or a path; a report has the first two"));
            }
            if entry.fingerprint.as_deref().is_some_and(|name| !is_fingerprint(name)) {
                return Err(wrong("`fingerprint` is none".to_owned())
                    .mend("give fp1_ and 32 hexadecimal digits, as reports do"));
            }
            if entry.reason.trim().is_empty() {
                return Err(wrong("`reason` is empty".to_owned()).mend("say why this is all right"));
            }
            let glob = entry.path.as_deref().map(|path| compile_glob(path, &base)).transpose();
            globs.push(glob.map_err(wrong)?);
        }
        // What people write into a reason ends up in reports.
        for entry in &mut entries {
            entry.reason = hide_tokens(&entry.reason);
            entry.by = entry.by.as_deref().map(hide_tokens);
        }
        let layers = EntryLayers::new(file, terms, entries.len());
        Ok(Self { entries, globs, base, layers })
    }

    /// Adds the entries of what the configuration extends: they hold here as they do there, on the
    /// terms of their own file, and whether each is of use here says nothing. Globs of both are seen
    /// from one folder.
    pub fn inherit(&mut self, base: Self) {
        self.entries.extend(base.entries);
        self.globs.extend(base.globs);
        self.layers.append(base.layers);
        self.base = base.base;
    }

    /// Returns why an entry (from 0) does not count: it does not keep to the terms of its file.
    pub(super) fn refusal(&self, index: usize, today: Date) -> Option<String> {
        let entry = self.entries.get(index)?;
        self.layers.refusal(index, &entry.reason, entry.until, today)
    }

    /// Returns the entries, in order.
    pub fn entries(&self) -> &[AllowEntry] {
        &self.entries
    }

    /// Returns whether entry number `index` (from 0) speaks of this finding at one of these paths;
    /// its date is not looked at.
    pub(super) fn applies_to(&self, index: usize, finding: &Finding<'_>, paths: &[PathBuf]) -> bool {
        let entry = &self.entries[index];
        entry.fingerprint.as_ref().is_none_or(|name| *name == finding.fingerprint)
            && entry.token_id.is_none_or(|id| Some(id) == finding.token_id)
            && entry.rule.as_ref().is_none_or(|id| id == finding.rule.id())
            && self.globs[index]
                .as_ref()
                .is_none_or(|glob| paths.iter().any(|path| self.glob_matches(glob, path)))
    }

    /// Returns whether a glob names a path, or a folder above it.
    fn glob_matches(&self, glob: &Gitignore, path: &Path) -> bool {
        path_below(&self.base, path)
            .is_some_and(|path| glob.matched_path_or_any_parents(path, false).is_ignore())
    }

    /// Returns the words of the entries that have expired, or do not keep to the terms, and why.
    pub fn entries_without_effect(&self, today: Date) -> Vec<String> {
        self.usage_of_entries(&vec![true; self.entries.len()], today).into_without_effect()
    }

    /// Returns the entries that were of no use; `used` says of each whether it was.
    pub(super) fn usage_of_entries(&self, used: &[bool], today: Date) -> Usage {
        self.layers.usage_of_entries(self.entries.iter().map(AllowEntry::facts), used, today)
    }
}

/// Compiles a glob that is seen from the folder `base`.
///
/// # Errors
///
/// It is no glob, or can match nothing; the words say which.
pub(super) fn compile_glob(path: &str, base: &Path) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(base);
    let path = plain_glob(path).map_err(|why| format!("`path` matches nothing: {why}"))?;
    builder.add_line(None, &path).map_err(|error| format!("`path` is no glob: {error}"))?;
    builder.build().map_err(|error| format!("`path` is no glob: {error}"))
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
