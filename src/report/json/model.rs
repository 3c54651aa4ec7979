//! The shape of the JSON report, for writing and for reading: one definition.
//! Fields that are absent are empty, and unknown ones are passed over, so that
//! reports of other versions of the program can be read.

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
    /// Counts of the run.
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
pub struct SummaryJson {
    /// Part of its inputs that each run looked at that the report is of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeJson>,
    /// Files that were read.
    pub files: u64,
    /// Contents of files in histories that were searched.
    pub blobs: u64,
    /// Commits whose messages and headers were searched.
    pub commits: u64,
    /// Objects of histories that were gone over, of every type.
    pub objects: u64,
    /// Bytes that were searched.
    pub bytes: u64,
    /// Time that the run took, in milliseconds.
    pub duration_ms: u64,
    /// Findings that count.
    pub findings: u64,
    /// Findings that a mark, an entry or a baseline suppresses.
    pub suppressed: u64,
    /// How many of those that count are live, dead, unknown or not checked,
    /// where anybody asked.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub liveness: BTreeMap<String, u64>,
    /// Findings that were there before the change that was looked at.
    pub known: u64,
    /// Findings of this run that concern no path that was asked about.
    pub outside: u64,
    /// Findings that `--only` left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u64,
    /// Candidates that were judged and are no credentials.
    pub rejected: u64,
    /// The same by the reason, such as `hash`.
    pub rejected_by_reason: BTreeMap<String, u64>,
    /// Paths that ignore files named.
    pub ignored: IgnoredJson,
    /// Inputs that were not read, in order.
    pub skipped: Vec<SkippedJson>,
    /// The same counts for each repository, where there are several.
    pub repositories: Vec<TotalsJson>,
    /// The first of those that follow.
    pub config: Option<ConfigJson>,
    /// Every configuration that decided about anything.
    pub configs: Vec<ConfigJson>,
}

/// Part of its inputs that a run looked at.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct ScopeJson {
    /// Paths as they were named, or, below the top of a repository, as seen
    /// from there.
    pub paths: Vec<String>,
    /// Names of the limits that left something out, such as `files-only`.
    pub limits: Vec<String>,
    /// The largest file, in bytes, where a larger one was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_file_size: Option<u64>,
    /// Number of the part, from 1, and the number of parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<[u64; 2]>,
    /// True where files were read that ignore files name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_ignore: bool,
}

/// The counts of one repository.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TotalsJson {
    /// Path or address of the repository.
    pub repository: String,
    /// Findings of it that count.
    pub findings: u64,
    /// Findings of it that are suppressed.
    pub suppressed: u64,
    /// Inputs of it that were not read.
    pub skipped: u64,
    /// Paths of it that ignore files named.
    pub ignored: u64,
    /// Objects of its history that were gone over.
    pub objects: u64,
    /// Commits among them.
    pub commits: u64,
}

/// Paths that ignore files named.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IgnoredJson {
    /// Number of files.
    pub files: u64,
    /// Number of folders, none of which was looked into.
    pub folders: u64,
    /// The first hundred of both, folders before files.
    pub paths: Vec<String>,
    /// The ignore files that named them.
    pub by: Vec<IgnoredByJson>,
}

/// An ignore file, and how many files and folders it named.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IgnoredByJson {
    /// Path of the ignore file.
    pub file: String,
    /// Number of files and folders that it named.
    pub entries: u64,
}

/// A configuration that was used, and how many places it allowed.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigJson {
    /// Path of the configuration.
    pub file: String,
    /// Number of places that its entries allow.
    pub allowed: usize,
}

/// An input that was not read.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SkippedJson {
    /// Path or address of the repository that it belongs to.
    pub repository: Option<String>,
    /// Path of the input, or a word for it.
    pub origin: String,
    /// Id of the git object, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Kind of the gap; `[[accept]]` entries name it.
    pub kind: String,
    /// What happened, in words.
    pub reason: String,
    /// True where the scan is incomplete by it.
    pub incomplete: bool,
    /// True where a person accepted that.
    pub accepted: bool,
    /// The reason that the person gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_reason: Option<String>,
}

/// A finding.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindingJson {
    /// Id of the rule that found it.
    pub rule_id: String,
    /// Kind of credential.
    pub credential: String,
    /// Confidence of its surest place.
    pub confidence: Confidence,
    /// Harm that it can do, by what is known of it.
    pub severity: Severity,
    /// The credential as it may be shown.
    pub redacted: String,
    /// Last four characters of a key.
    #[serde(default)]
    pub last4: Option<String>,
    /// Name that survives moves, rebases and reformatting.
    pub fingerprint: String,
    /// UUID that the alias of an access token stands for.
    #[serde(default)]
    pub token_id: Option<Uuid>,
    /// Verdict of its checksum.
    #[serde(default)]
    pub checksum: ChecksumJson,
    /// Time of the first commit that holds it, in the form of RFC 3339.
    #[serde(default)]
    pub first_seen: Option<String>,
    /// Time by which it must have expired.
    #[serde(default)]
    pub expired_by: Option<String>,
    /// True where the commit that is checked out holds it; `null` where nobody
    /// looked.
    #[serde(default)]
    pub in_head: Option<bool>,
    /// Refs that hold it today, the first few.
    #[serde(default)]
    pub tips: Vec<String>,
    /// Number of refs beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_tips: u64,
    /// Reason why it does not count as a whole.
    #[serde(default)]
    pub suppressed: Option<SuppressionJson>,
    /// Fingerprint of the key that it is used with.
    #[serde(default)]
    pub paired_with: Option<String>,
    /// Site of Datadog's that the text around it names.
    #[serde(default)]
    pub site: Option<String>,
    /// Part of the text that says whose it is; for keys without a checksum.
    #[serde(default)]
    pub context: Option<String>,
    /// Datadog's answer, where it was asked.
    #[serde(default)]
    pub liveness: Option<LivenessJson>,
    /// Places where it stands, in order.
    #[serde(default)]
    pub locations: Vec<LocationJson>,
    /// Number of places beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_places: u64,
}

/// The verdict of a checksum.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChecksumJson {
    /// True where it holds; `null` where the rule knows none.
    pub holds: Option<bool>,
    /// Name of the reading under which it does.
    pub covers: Option<String>,
}

/// Reason why something does not count.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SuppressionJson {
    /// The means, such as `allow` or `baseline`.
    pub by: String,
    /// The reason that was given.
    #[serde(default)]
    pub reason: String,
    /// Person who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Day from which on it counts again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Datadog's answer about a credential.
#[derive(Debug, Serialize, Deserialize)]
pub struct LivenessJson {
    /// The verdict.
    pub state: State,
    /// Site that was asked; the verdict holds for no other.
    #[serde(default)]
    pub site: Option<String>,
    /// Time at which it was asked, in the form of RFC 3339.
    #[serde(default)]
    pub checked_at: String,
    /// The kind of Datadog's record of it, where it was looked up: what is
    /// absent there means another thing for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Datadog's id of it.
    #[serde(default)]
    pub id: Option<String>,
    /// Id of its owner, with the handle where that was asked for.
    #[serde(default)]
    pub owner: Option<String>,
    /// Name that it has at Datadog.
    #[serde(default)]
    pub name: Option<String>,
    /// Permissions that it is limited to; `null` where it is not.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Time at which it was made.
    #[serde(default)]
    pub created_at: Option<String>,
    /// Time at which it ends.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// Time of its last use.
    #[serde(default)]
    pub last_used_at: Option<String>,
    /// Datadog's own record of a leak.
    #[serde(default)]
    pub leak: Option<String>,
    /// Names and ids of what it may be, where that is not clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<String>,
    /// Reason for the verdict, in words.
    #[serde(default)]
    pub why: String,
}

/// A place where a credential stands.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LocationJson {
    /// Path or address of the repository.
    pub repository: Option<String>,
    /// Kind of text, such as `file`, `git` or `commit_message`.
    pub kind: String,
    /// Path in the repository, or as it was scanned; members of archives behind
    /// `!/`.
    pub path: Option<String>,
    /// Line at which it begins, from 1; 0 where lines were not counted.
    pub line: u64,
    /// Column at which it begins, in UTF-16 code units from 1.
    pub column: u64,
    /// Line at which it ends.
    pub end_line: u64,
    /// Column after its last character.
    pub end_column: u64,
    /// Offset of its first byte in the text.
    pub byte_offset: u64,
    /// Encodings around it, the outermost first.
    pub layers: Vec<String>,
    /// Id of the git object that holds it.
    pub blob: Option<String>,
    /// Id of the commit that brought it.
    pub commit: Option<String>,
    /// First line of that commit's message.
    pub subject: Option<String>,
    /// Name of its author; with the address where that was asked for.
    pub author: Option<String>,
    /// Time at which it was written, in the form of RFC 3339.
    pub date: Option<String>,
    /// True where a ref leads to it.
    pub reachable: Option<bool>,
    /// The ref, or the entry of a reflog, that does.
    pub reached_by: Option<String>,
    /// Reason why this place does not count.
    pub suppressed: Option<SuppressionJson>,
    /// The credential itself; only with `--show-secrets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A candidate that does not count.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RejectionJson {
    /// Id of the rule whose shape it has.
    pub rule_id: String,
    /// Reason why it does not count, such as `hash`.
    pub reason: String,
    /// Path or address of the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Path, as that of a place.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
    /// Offset of its first byte in the text.
    pub byte_offset: u64,
    /// Id of the git object that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// Id of the commit that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
