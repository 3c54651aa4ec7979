//! The JSON report: `schema_version` 1, documented in `docs/report.md`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::liveness::LivenessJson;
use super::name::{foreign, hidden, shown_origin, shown_time};
use super::{Options, shown_path};
use crate::detect::{Proof, Scope};
use crate::finding::{Finding, Location, Suppression};
use crate::rule::{Confidence, Severity};
use crate::scan::{ConfigUse, Outcome, Rejection, RepositoryTotals};
use crate::token::Site;

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    tool: Tool,
    summary: SummaryJson<'a>,
    findings: Vec<FindingJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejections: Vec<RejectionJson<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    files: u64,
    blobs: u64,
    commits: u64,
    objects: u64,
    bytes: u64,
    duration_ms: u128,
    findings: u64,
    suppressed: u64,
    known: u64,
    outside: u64,
    rejected: u64,
    rejected_by_reason: BTreeMap<&'static str, u64>,
    ignored: IgnoredJson,
    skipped: Vec<SkippedJson<'a>>,
    repositories: Vec<TotalsJson>,
    /// The first of those that follow.
    config: Option<ConfigJson<'a>>,
    configs: Vec<ConfigJson<'a>>,
}

/// The counts of one repository.
#[derive(Serialize)]
struct TotalsJson {
    repository: String,
    findings: u64,
    suppressed: u64,
    skipped: u64,
    objects: u64,
    commits: u64,
}

/// What ignore files named.
#[derive(Serialize)]
struct IgnoredJson {
    files: u64,
    folders: u64,
    paths: Vec<String>,
    by: Vec<IgnoredByJson>,
}

/// An ignore file, and how many files and folders it named.
#[derive(Serialize)]
struct IgnoredByJson {
    file: String,
    entries: u64,
}

/// The configuration that was used, and how many places it allowed.
#[derive(Serialize)]
struct ConfigJson<'a> {
    file: &'a str,
    allowed: usize,
}

#[derive(Serialize)]
struct SkippedJson<'a> {
    repository: Option<String>,
    origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    kind: &'static str,
    reason: &'a str,
    incomplete: bool,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule_id: &'a str,
    credential: &'a str,
    confidence: Confidence,
    severity: Severity,
    redacted: &'a str,
    last4: Option<&'a str>,
    fingerprint: &'a str,
    token_id: Option<String>,
    checksum: ChecksumJson<'a>,
    first_seen: Option<String>,
    expired_by: Option<String>,
    in_head: Option<bool>,
    tips: Vec<String>,
    #[serde(skip_serializing_if = "is_zero")]
    more_tips: u64,
    suppressed: Option<SuppressionJson<'a>>,
    paired_with: Option<&'a str>,
    site: Option<&'static str>,
    context: Option<&'static str>,
    liveness: Option<LivenessJson>,
    locations: Vec<LocationJson<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    more_places: u64,
}

#[derive(Serialize)]
struct ChecksumJson<'a> {
    holds: Option<bool>,
    covers: Option<&'a str>,
}

#[derive(Serialize)]
struct SuppressionJson<'a> {
    by: &'a str,
    reason: String,
}

#[derive(Serialize)]
struct LocationJson<'a> {
    repository: Option<String>,
    kind: &'static str,
    path: Option<String>,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    byte_offset: u64,
    layers: &'a [&'static str],
    blob: Option<String>,
    commit: Option<String>,
    subject: Option<String>,
    author: Option<String>,
    date: Option<String>,
    reachable: Option<bool>,
    reached_by: Option<String>,
    suppressed: Option<SuppressionJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Serialize)]
struct RejectionJson<'a> {
    rule_id: &'a str,
    reason: &'static str,
    path: Option<String>,
    line: u64,
    column: u64,
    byte_offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<String>,
}

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let report = Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: summary(outcome),
        findings: outcome.findings.iter().map(|finding| describe(finding, options)).collect(),
        rejections: outcome.rejections.iter().map(rejection).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

pub(super) fn write_lines(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        serde_json::to_writer(&mut *out, &describe(finding, options))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn summary<'a>(outcome: &'a Outcome<'_>) -> SummaryJson<'a> {
    let summary = &outcome.summary;
    let config = |it: &'a ConfigUse| ConfigJson { file: &it.file, allowed: it.allowed };
    SummaryJson {
        files: summary.files,
        blobs: summary.blobs,
        commits: summary.commits,
        objects: summary.objects,
        bytes: summary.bytes,
        duration_ms: summary.duration.as_millis(),
        findings: summary.findings,
        suppressed: summary.suppressed,
        known: summary.known,
        outside: summary.outside,
        rejected: summary.rejected_total(),
        rejected_by_reason: summary.rejected.iter().map(|(reason, n)| (reason.as_str(), *n)).collect(),
        ignored: IgnoredJson {
            files: summary.ignored.files,
            folders: summary.ignored.folders,
            paths: summary.ignored.paths.iter().map(|path| shown_path(path)).collect(),
            by: summary
                .ignored
                .by
                .iter()
                .map(|by| IgnoredByJson { file: shown_path(&by.file), entries: by.entries })
                .collect(),
        },
        skipped: summary
            .skipped
            .iter()
            .map(|skipped| SkippedJson {
                repository: skipped.repository.as_deref().map(shown_path),
                origin: shown_origin(skipped),
                object: skipped.objects.first().map(ToString::to_string),
                kind: skipped.kind.as_str(),
                reason: &skipped.reason,
                incomplete: skipped.incomplete,
                accepted: skipped.accepted.is_some(),
                accepted_reason: skipped.accepted.as_deref(),
            })
            .collect(),
        repositories: summary.repositories.iter().map(|(name, totals)| totals_of(name, totals)).collect(),
        config: outcome.configs.first().map(config),
        configs: outcome.configs.iter().map(config).collect(),
    }
}

fn totals_of(name: &Path, totals: &RepositoryTotals) -> TotalsJson {
    let RepositoryTotals { findings, suppressed, skipped, objects, commits } = *totals;
    TotalsJson { repository: shown_path(name), findings, suppressed, skipped, objects, commits }
}

fn describe<'a>(finding: &'a Finding<'_>, options: &Options) -> FindingJson<'a> {
    let (holds, covers) = match &finding.proof {
        Proof::None => (None, None),
        Proof::Fails => (Some(false), None),
        Proof::Holds(covers) => (Some(true), Some(covers.as_str())),
    };
    let secret = options.show_secrets.then(|| String::from_utf8_lossy(finding.secret.expose()));
    FindingJson {
        rule_id: finding.rule.id(),
        credential: finding.rule.credential_name(),
        confidence: finding.confidence,
        severity: finding.severity(),
        redacted: &finding.redacted,
        last4: finding.last4(),
        fingerprint: &finding.fingerprint,
        token_id: finding.token_id.map(|id| id.to_string()),
        checksum: ChecksumJson { holds, covers },
        first_seen: finding.first_seen.map(shown_time),
        expired_by: finding.expired_by().map(shown_time),
        in_head: finding.in_head,
        tips: finding.tips.iter().map(|tip| foreign(tip)).collect(),
        more_tips: finding.more_tips,
        suppressed: finding.suppressed.as_ref().map(suppression),
        paired_with: finding.paired_with.as_deref(),
        site: finding.site.map(Site::name),
        context: finding.scope.map(Scope::as_str),
        liveness: finding.liveness.as_ref().map(LivenessJson::from),
        locations: finding
            .locations
            .iter()
            .map(|place| location(place, secret.as_deref(), options))
            .collect(),
        more_places: finding.more_places,
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

fn suppression(suppressed: &Suppression) -> SuppressionJson<'_> {
    SuppressionJson { by: suppressed.by, reason: hidden(&suppressed.reason) }
}

fn location<'a>(location: &'a Location, secret: Option<&str>, options: &Options) -> LocationJson<'a> {
    let git = location.origin.git();
    let commit = location.commit.as_deref();
    LocationJson {
        repository: location.repository.as_deref().map(shown_path),
        kind: location.origin.kind(),
        path: location.origin.path().map(shown_path),
        line: location.start.line,
        column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
        byte_offset: location.byte_offset,
        layers: &location.layers,
        blob: git.and_then(|text| text.object).map(|id| id.to_string()),
        commit: git.map_or(commit.map(|commit| commit.id), |text| text.commit).map(|id| id.to_string()),
        subject: commit.map(|commit| foreign(&commit.subject)),
        author: commit.filter(|_| options.authors).map(|commit| foreign(&commit.signature())),
        date: commit.map(|commit| shown_time(commit.time)),
        reachable: location.reachable,
        reached_by: location.reached_by.as_deref().map(foreign),
        suppressed: location.suppressed.as_ref().map(suppression),
        secret: secret.map(str::to_owned),
    }
}

fn rejection(rejection: &Rejection) -> RejectionJson<'_> {
    RejectionJson {
        rule_id: &rejection.rule_id,
        reason: rejection.reason.as_str(),
        path: rejection.origin.path().map(shown_path),
        line: rejection.start.line,
        column: rejection.start.column,
        byte_offset: rejection.byte_offset,
        blob: rejection.origin.git().and_then(|text| text.object).map(|id| id.to_string()),
    }
}
