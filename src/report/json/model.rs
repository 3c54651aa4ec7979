//! The shape of the JSON report, for writing and for reading: one definition. Fields that are absent are empty, and unknown ones
//! are passed over, so that reports of other versions of the program can be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::finding::State;
use crate::rule::{Confidence, Severity};

/// The version of the shape; a change that could break a reader raises it.
pub const SCHEMA_VERSION: u64 = 1;

/// A report.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReportJson {
    /// [`SCHEMA_VERSION`] of the writer.
    pub schema_version: u64,
    /// The program that wrote it.
    #[serde(default)]
    pub tool: ToolJson,
    /// What was looked at, in numbers.
    #[serde(default)]
    pub summary: SummaryJson,
    /// Every finding, those that are suppressed included.
    pub findings: Vec<FindingJson>,
    /// Candidates that do not count, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejections: Vec<RejectionJson>,
}

/// A program.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolJson {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The counts of a run.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct SummaryJson {
    pub files: u64,
    pub blobs: u64,
    pub commits: u64,
    pub objects: u64,
    pub bytes: u64,
    pub duration_ms: u64,
    pub findings: u64,
    pub suppressed: u64,
    /// How many of those that count are live, dead, unknown or not checked, where anybody asked.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub liveness: BTreeMap<String, u64>,
    pub known: u64,
    pub outside: u64,
    /// Findings that `--only` left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u64,
    pub rejected: u64,
    pub rejected_by_reason: BTreeMap<String, u64>,
    pub ignored: IgnoredJson,
    pub skipped: Vec<SkippedJson>,
    pub repositories: Vec<TotalsJson>,
    /// The first of those that follow.
    pub config: Option<ConfigJson>,
    pub configs: Vec<ConfigJson>,
}

/// The counts of one repository.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct TotalsJson {
    pub repository: String,
    pub findings: u64,
    pub suppressed: u64,
    pub skipped: u64,
    pub ignored: u64,
    pub objects: u64,
    pub commits: u64,
}

/// Paths that ignore files named.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct IgnoredJson {
    pub files: u64,
    pub folders: u64,
    pub paths: Vec<String>,
    pub by: Vec<IgnoredByJson>,
}

/// An ignore file, and how many files and folders it named.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct IgnoredByJson {
    pub file: String,
    pub entries: u64,
}

/// A configuration that was used, and how many places it allowed.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct ConfigJson {
    pub file: String,
    pub allowed: usize,
}

/// An input that was not read.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct SkippedJson {
    pub repository: Option<String>,
    pub origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    pub kind: String,
    pub reason: String,
    pub incomplete: bool,
    pub accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_reason: Option<String>,
}

/// A finding.
#[derive(Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct FindingJson {
    pub rule_id: String,
    pub credential: String,
    pub confidence: Confidence,
    pub severity: Severity,
    pub redacted: String,
    #[serde(default)]
    pub last4: Option<String>,
    pub fingerprint: String,
    #[serde(default)]
    pub token_id: Option<Uuid>,
    #[serde(default)]
    pub checksum: ChecksumJson,
    #[serde(default)]
    pub first_seen: Option<String>,
    #[serde(default)]
    pub expired_by: Option<String>,
    #[serde(default)]
    pub in_head: Option<bool>,
    #[serde(default)]
    pub tips: Vec<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_tips: u64,
    #[serde(default)]
    pub suppressed: Option<SuppressionJson>,
    #[serde(default)]
    pub paired_with: Option<String>,
    #[serde(default)]
    pub site: Option<String>,
    #[serde(default)]
    pub context: Option<String>,
    #[serde(default)]
    pub liveness: Option<LivenessJson>,
    #[serde(default)]
    pub locations: Vec<LocationJson>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_places: u64,
}

/// The verdict of a checksum.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct ChecksumJson {
    pub holds: Option<bool>,
    pub covers: Option<String>,
}

/// Reason why something does not count.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct SuppressionJson {
    pub by: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Datadog's answer about a credential.
#[derive(Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct LivenessJson {
    pub state: State,
    #[serde(default)]
    pub site: Option<String>,
    #[serde(default)]
    pub checked_at: String,
    /// The kind of Datadog's record of it, where it was looked up: what is absent there means another thing for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    pub expires_at: Option<String>,
    #[serde(default)]
    pub last_used_at: Option<String>,
    #[serde(default)]
    pub leak: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    #[serde(default)]
    pub why: String,
}

/// A place where a credential stands.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct LocationJson {
    pub repository: Option<String>,
    pub kind: String,
    pub path: Option<String>,
    pub line: u64,
    pub column: u64,
    pub end_line: u64,
    pub end_column: u64,
    pub byte_offset: u64,
    pub layers: Vec<String>,
    pub blob: Option<String>,
    pub commit: Option<String>,
    pub subject: Option<String>,
    pub author: Option<String>,
    pub date: Option<String>,
    pub reachable: Option<bool>,
    pub reached_by: Option<String>,
    pub suppressed: Option<SuppressionJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A candidate that does not count.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "docs/report.md describes them")]
pub struct RejectionJson {
    pub rule_id: String,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    pub path: Option<String>,
    pub line: u64,
    pub column: u64,
    pub byte_offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
