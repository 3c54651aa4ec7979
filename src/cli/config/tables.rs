//! The tables of `dogcatcher.toml`, as they are written. Doc comments are what editors show.

use std::path::PathBuf;

use dogcatcher::lexicon::OwnWords;
use dogcatcher::rule::Confidence;
use dogcatcher::suppress::{AcceptEntry, AllowEntry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cli::args::FailOn;

/// Settings that hold for every scan of a repository: dogcatcher.toml.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "dogcatcher.toml")]
pub(super) struct ConfigFile {
    /// A configuration that this one may tighten, but not loosen: a file of the same repository, seen from the folder of this one.
    pub(super) extends: Option<PathBuf>,
    #[serde(default)]
    pub(super) scan: ScanTable,
    #[serde(default)]
    pub(super) policy: PolicyTable,
    #[serde(default)]
    pub(super) rules: RulesTable,
    /// Words by which keys without a checksum are judged, besides those that are compiled in.
    #[serde(default)]
    pub(super) lexicon: OwnWords,
    /// Findings that are all right, each with a reason.
    #[serde(default)]
    pub(super) allow: Vec<AllowEntry>,
    /// Gaps that are all right: inputs that cannot be read and need not be, each with a reason.
    #[serde(default)]
    pub(super) accept: Vec<AcceptEntry>,
}

/// Settings of a scan, as flags of `dogcatcher scan` make them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScanTable {
    /// Globs of paths that are left out, as in `.gitignore`, seen from the folder of this file.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// Folders of rules, besides those that are compiled in.
    #[serde(default)]
    pub(super) rules: Vec<PathBuf>,
    /// Larger files are left out; bytes.
    pub(super) max_file_size: Option<u64>,
    /// The least sure findings that count.
    pub(super) min_confidence: Option<Confidence>,
    /// Findings that make the exit status 1: as `fail_on` of `[policy]`, which is the better place.
    #[schemars(with = "Option<String>")]
    pub(super) fail_on: Option<FailOn>,
    /// A baseline, or a JSON report, whose findings do not count any more.
    pub(super) baseline: Option<PathBuf>,
}

/// Findings that fail, and terms on which one may be allowed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyTable {
    /// Findings that make the exit status 1: any, verified, live, never, or an expression such as `severity>=high and not dead`.
    #[schemars(with = "Option<String>")]
    pub(super) fail_on: Option<FailOn>,
    /// False where a mark in a file (`dogcatcher:allow REASON`) allows nothing.
    pub(super) marks: Option<bool>,
    /// The longest life of an entry, in days: it needs an `until`, not further away than that.
    pub(super) max_allow_days: Option<u32>,
    /// A regular expression that every reason has to match somewhere: a ticket, say.
    pub(super) reason_pattern: Option<String>,
    /// Settings that a configuration that extends this one may loosen.
    pub(super) may_loosen: Option<Vec<Loosening>>,
}

/// Rules that count, by their ids.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesTable {
    /// Rules whose findings do not count.
    #[serde(default)]
    pub(super) disable: Vec<String>,
    /// The only rules whose findings count.
    pub(super) only: Option<Vec<String>>,
}

/// A setting that a configuration can loosen of the one that it extends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Loosening {
    /// Paths that are left out.
    Exclude,
    /// Files that are too large.
    MaxFileSize,
    /// The least sure findings that count.
    MinConfidence,
    /// Findings that make the exit status 1.
    FailOn,
    /// Marks in files.
    Marks,
    /// The longest life of an entry.
    MaxAllowDays,
    /// The pattern that every reason has to match.
    ReasonPattern,
    /// Rules that count.
    Rules,
    /// Words that speak against a key.
    Lexicon,
}

impl Loosening {
    /// Returns the key by which it is written.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::MaxFileSize => "max_file_size",
            Self::MinConfidence => "min_confidence",
            Self::FailOn => "fail_on",
            Self::Marks => "marks",
            Self::MaxAllowDays => "max_allow_days",
            Self::ReasonPattern => "reason_pattern",
            Self::Rules => "rules",
            Self::Lexicon => "lexicon",
        }
    }
}

/// Returns the JSON schema of a configuration, made from the types that read it.
pub(crate) fn config_schema() -> String {
    let schema = schemars::schema_for!(ConfigFile);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
