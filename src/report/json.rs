//! The JSON report: `schema_version` 1, documented in `docs/report.md`.

mod model;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

pub use model::*;

use super::name::shown_path;
use super::name::{foreign, hidden, shown_origin, shown_path_of, shown_time};
use super::options::Options;
use crate::detect::Proof;
use crate::finding::{Finding, Liveness, Location, Suppression};
use crate::scan::{ConfigUse, Outcome, Rejection, RepositoryTotals, ScanScope};

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let report = ReportJson {
        schema_version: SCHEMA_VERSION,
        tool: ToolJson {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        summary: summary(outcome),
        findings: outcome.findings.iter().map(|finding| finding_json(finding, options)).collect(),
        rejections: outcome.rejections.iter().map(rejection).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

pub(super) fn write_lines(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        serde_json::to_writer(&mut *out, &finding_json(finding, options))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn summary(outcome: &Outcome<'_>) -> SummaryJson {
    let summary = &outcome.summary;
    let config = |it: &ConfigUse| ConfigJson { file: it.file.to_string(), allowed: it.allowed };
    SummaryJson {
        scopes: summary.scopes.iter().map(scope).collect(),
        files: summary.files,
        blobs: summary.blobs,
        commits: summary.commits,
        objects: summary.objects,
        bytes: summary.bytes,
        duration_ms: u64::try_from(summary.duration.as_millis()).unwrap_or(u64::MAX),
        findings: summary.findings,
        suppressed: summary.suppressed,
        liveness: count_states(&outcome.findings),
        known: summary.known,
        outside: summary.outside,
        left_out: summary.left_out,
        rejected: summary.rejected_total(),
        rejected_by_reason: summary
            .rejected
            .iter()
            .map(|(reason, n)| (reason.as_str().to_owned(), *n))
            .collect(),
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
                kind: skipped.kind.as_str().to_owned(),
                reason: skipped.reason.clone(),
                incomplete: skipped.incomplete,
                accepted: skipped.accepted.is_some(),
                accepted_reason: skipped.accepted.clone(),
            })
            .collect(),
        repositories: summary.repositories.iter().map(|(name, totals)| totals_of(name, totals)).collect(),
        config: outcome.configs.first().map(config),
        configs: outcome.configs.iter().map(config).collect(),
    }
}

fn scope(scope: &ScanScope) -> ScopeJson {
    ScopeJson {
        paths: scope.paths.iter().map(|path| shown_path(path)).collect(),
        limits: scope.limits.iter().map(|limit| limit.as_str().to_owned()).collect(),
        max_file_size: scope.max_file_size,
        shard: scope.shard.map(|shard| [shard.index, shard.count]),
        no_ignore: scope.no_ignore,
    }
}

/// Counts the findings that count by what Datadog said of them.
fn count_states(findings: &[Finding<'_>]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        if let Some(liveness) = &finding.liveness {
            *counts.entry(liveness.state.as_str().to_owned()).or_default() += 1;
        }
    }
    counts
}

impl From<&Liveness> for LivenessJson {
    fn from(liveness: &Liveness) -> Self {
        Self {
            state: liveness.state,
            site: liveness.site.map(|site| site.name().to_owned()),
            checked_at: shown_time(liveness.checked_at),
            record: liveness.record.map(|kind| kind.as_str().to_owned()),
            id: liveness.id.as_deref().map(foreign),
            owner: liveness.owner.as_deref().map(foreign),
            name: liveness.name.as_deref().map(foreign),
            scopes: liveness.scopes.as_ref().map(|all| all.iter().map(|it| foreign(it)).collect()),
            created_at: liveness.created_at.map(shown_time),
            expires_at: liveness.expires_at.map(shown_time),
            last_used_at: liveness.last_used_at.map(shown_time),
            leak: liveness.leak.as_deref().map(foreign),
            candidates: liveness.candidates.iter().map(|it| foreign(it)).collect(),
            why: foreign(&liveness.why),
        }
    }
}

fn totals_of(name: &Path, totals: &RepositoryTotals) -> TotalsJson {
    let RepositoryTotals { findings, suppressed, skipped, ignored, objects, commits } = *totals;
    TotalsJson { repository: shown_path(name), findings, suppressed, skipped, ignored, objects, commits }
}

/// A finding as JSON has it.
pub(super) fn finding_json(finding: &Finding<'_>, options: &Options) -> FindingJson {
    let (holds, covers) = match &finding.proof {
        Proof::None => (None, None),
        Proof::Fails => (Some(false), None),
        Proof::Holds(covers) => (Some(true), Some(covers.clone())),
    };
    let secret = (options.show_secrets && !finding.secret.expose().is_empty())
        .then(|| String::from_utf8_lossy(finding.secret.expose()));
    FindingJson {
        rule_id: finding.rule.id().to_owned(),
        credential: finding.rule.credential_name().to_owned(),
        confidence: finding.confidence,
        severity: finding.severity(),
        redacted: finding.redacted.clone(),
        last4: finding.last4.clone(),
        fingerprint: finding.fingerprint.clone(),
        token_id: finding.token_id,
        checksum: ChecksumJson { holds, covers },
        first_seen: finding.first_seen.map(shown_time),
        expired_by: finding.expired_by().map(shown_time),
        in_head: finding.in_head,
        tips: finding.tips.iter().map(|tip| foreign(tip)).collect(),
        more_tips: finding.more_tips,
        suppressed: finding.suppressed.as_ref().map(suppression),
        paired_with: finding.paired_with.clone(),
        site: finding.site.map(|site| site.name().to_owned()),
        context: finding.scope.map(|scope| scope.as_str().to_owned()),
        liveness: finding.liveness.as_ref().map(LivenessJson::from),
        locations: finding
            .locations
            .iter()
            .map(|place| location(place, secret.as_deref(), options))
            .collect(),
        more_places: finding.more_places,
    }
}

fn suppression(suppressed: &Suppression) -> SuppressionJson {
    SuppressionJson {
        by: suppressed.by.to_owned(),
        reason: hidden(&suppressed.reason),
        who: suppressed.who.as_deref().map(hidden),
        until: suppressed.until.map(|day| day.to_string()),
    }
}

fn location(location: &Location, secret: Option<&str>, options: &Options) -> LocationJson {
    let git = location.origin.git();
    let commit = location.commit.as_deref();
    LocationJson {
        repository: location.repository.as_deref().map(shown_path),
        kind: location.origin.kind_name().to_owned(),
        path: shown_path_of(&location.origin),
        line: location.start.line,
        column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
        byte_offset: location.byte_offset,
        layers: location.layers.iter().map(|layer| (*layer).to_owned()).collect(),
        blob: git.and_then(|text| text.object).map(|id| id.to_string()),
        commit: git.map_or(commit.map(|commit| commit.id), |text| text.commit).map(|id| id.to_string()),
        subject: commit.map(|commit| foreign(&commit.subject)),
        author: commit
            .filter(|it| options.authors && !it.author.is_empty())
            .map(|commit| foreign(&commit.author_signature())),
        date: commit.map(|commit| shown_time(commit.time)),
        reachable: location.reachable,
        reached_by: location.reached_by.as_deref().map(foreign),
        suppressed: location.suppressed.as_ref().map(suppression),
        secret: secret.map(str::to_owned),
    }
}

fn rejection(rejection: &Rejection) -> RejectionJson {
    RejectionJson {
        rule_id: rejection.rule_id.clone(),
        reason: rejection.reason.as_str().to_owned(),
        repository: rejection.repository.as_deref().map(shown_path),
        path: shown_path_of(&rejection.origin),
        line: rejection.start.line,
        column: rejection.start.column,
        byte_offset: rejection.byte_offset,
        blob: rejection.origin.git().and_then(|text| text.object).map(|id| id.to_string()),
        commit: rejection.origin.git().and_then(|text| text.commit).map(|id| id.to_string()),
    }
}
