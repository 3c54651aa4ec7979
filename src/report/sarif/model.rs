//! The part of the SARIF 2.1.0 object model (OASIS) that reports use; the names
//! are those of the standard.

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Log<'a> {
    /// Address of the schema of SARIF 2.1.0.
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    /// `2.1.0`.
    pub(super) version: &'static str,
    /// The one run.
    pub(super) runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    /// This program.
    pub(super) tool: Tool<'a>,
    /// Name under which code scanning compares runs.
    pub(super) automation_details: AutomationDetails,
    /// `utf16CodeUnits`.
    pub(super) column_kind: &'static str,
    /// Folder that relative paths are seen from.
    pub(super) original_uri_base_ids: BaseIds,
    /// Repository and version that was scanned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) version_control_provenance: Vec<VersionControl>,
    /// The end of the run.
    pub(super) invocations: [Invocation; 1],
    /// One entry for each finding, or place.
    pub(super) results: Vec<ResultEntry<'a>>,
}

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    /// The program itself; it has no extensions.
    pub(super) driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    /// `dogcatcher`.
    pub(super) name: &'static str,
    /// Version of the program.
    pub(super) semantic_version: &'static str,
    /// Page to read more.
    pub(super) information_uri: &'static str,
    /// Rules of the run, in the order that results refer to.
    pub(super) rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor<'a> {
    /// Id of the rule.
    pub(super) id: &'a str,
    /// The id in capitals, as SARIF wants names.
    pub(super) name: String,
    /// Name of such credentials.
    pub(super) short_description: Text,
    /// What they are, in a few sentences.
    pub(super) full_description: Text,
    /// Steps for when one got loose.
    pub(super) help: Help,
    /// Page to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help_uri: Option<&'a str>,
    /// Level of its results.
    pub(super) default_configuration: Configuration,
    /// Tags and numbers of code scanning.
    pub(super) properties: RuleProperties,
}

#[derive(Serialize)]
pub(super) struct Text {
    /// Plain text.
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct Help {
    /// Plain text, for viewers without Markdown.
    pub(super) text: String,
    /// The same in Markdown.
    pub(super) markdown: String,
}

#[derive(Serialize)]
pub(super) struct Configuration {
    /// `error`, `warning` or `note`.
    pub(super) level: &'static str,
}

#[derive(Serialize)]
pub(super) struct RuleProperties {
    /// Words to filter by.
    pub(super) tags: [&'static str; 3],
    /// `very-high`: that of a rule, by which code scanning filters.
    pub(super) precision: &'static str,
    /// 0.0 to 10.0, which code scanning sorts by.
    #[serde(rename = "security-severity")]
    pub(super) security_severity: &'static str,
}

#[derive(Serialize)]
pub(super) struct AutomationDetails {
    /// Category, which ends with a slash.
    pub(super) id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionControl {
    /// Address of the repository, without a password.
    pub(super) repository_uri: String,
    /// Id of the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision_id: Option<String>,
    /// Name of the branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) branch: Option<String>,
    /// Folder of the work tree.
    pub(super) mapped_to: FolderLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FolderLocation {
    /// Path below the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri: Option<String>,
    /// Name of the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct BaseIds {
    /// Root of the work tree.
    #[serde(rename = "SRCROOT")]
    pub(super) srcroot: BaseId,
}

#[derive(Serialize)]
pub(super) struct BaseId {
    /// Words for it; its address is not written, since it is another one on
    /// each machine.
    pub(super) description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    /// False where not everything was read.
    pub(super) execution_successful: bool,
    /// Inputs that were not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(super) struct Notification {
    /// `error`, `warning` or `note`.
    pub(super) level: &'static str,
    /// What happened.
    pub(super) message: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultEntry<'a> {
    /// Id of the rule.
    pub(super) rule_id: &'a str,
    /// Its place among those of the driver.
    pub(super) rule_index: usize,
    /// `error`, `warning` or `note`.
    pub(super) level: &'static str,
    /// Sentence that is shown beside the line.
    pub(super) message: Text,
    /// The place; viewers look at the first one alone.
    pub(super) locations: [LocationEntry; 1],
    /// Reasons why it does not count; none where it does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suppressions: Vec<SuppressionEntry>,
    /// Names by which later runs are compared.
    pub(super) partial_fingerprints: Fingerprints<'a>,
    /// Facts of the finding.
    pub(super) properties: ResultProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct SuppressionEntry {
    /// `inSource` or `external`.
    pub(super) kind: &'static str,
    /// `accepted`.
    pub(super) status: &'static str,
    /// The reason that was given.
    pub(super) justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocationEntry {
    /// File and lines.
    pub(super) physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    /// The file.
    pub(super) artifact_location: ArtifactLocation,
    /// The lines.
    pub(super) region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    /// Path, percent-encoded.
    pub(super) uri: String,
    /// Base that it is seen from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    /// Line at which it begins, from 1.
    pub(super) start_line: u64,
    /// Column at which it begins, in UTF-16 code units from 1.
    pub(super) start_column: u64,
    /// Line at which it ends.
    pub(super) end_line: u64,
    /// Column after its last character.
    pub(super) end_column: u64,
}

#[derive(Serialize)]
pub(super) struct Fingerprints<'a> {
    /// Hash of the line and what follows, as code scanning computes it.
    #[serde(rename = "primaryLocationLineHash", skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<&'a str>,
    /// Fingerprint of the finding.
    #[serde(rename = "dogcatcher/v1")]
    pub(super) finding: &'a str,
}

#[derive(Serialize)]
pub(super) struct ResultProperties<'a> {
    /// Kind of credential.
    pub(super) credential: &'a str,
    /// Confidence that it is one.
    pub(super) confidence: &'static str,
    /// Public id of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_id: Option<String>,
    /// Repository, where it is not the one of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repository: Option<String>,
    /// Commit that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commit: Option<String>,
    /// Time of that commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date: Option<String>,
    /// Ref that leads to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reached_by: Option<String>,
    /// Datadog's verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) liveness: Option<&'static str>,
    /// Site that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) site: Option<&'static str>,
}
