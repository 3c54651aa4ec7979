//! From a saved report back to what a scan brought, so that every format can be
//! written of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::json::{
    FindingJson, LivenessJson, LocationJson, ScopeJson, SkippedJson, SummaryJson, SuppressionJson,
};
use super::name::foreign;
use super::saved::SavedReport;
use crate::detect::{Proof, Reason, Scope};
use crate::error::SkipReason;
use crate::finding::{Finding, Liveness, Location, SUPPRESSORS, Suppression, is_fingerprint};
use crate::location::{CommitInfo, GitPart, GitText, ObjectId, Origin, Position, change_around_ids};
use crate::rule::{Rule, RuleSet};
use crate::scan::{
    ConfigUse, Ignored, IgnoredBy, Outcome, RepositoryTotals, ScanLimit, ScanScope, Shard, Skipped, Summary,
};
use crate::secret::Secret;
use crate::token::{Kind, Site};

/// The ways in which a secret can be wrapped.
const LAYERS: [&str; 12] = [
    "base64",
    "utf-16",
    "utf-32",
    "percent",
    "escape",
    "html",
    "quoted-printable",
    "hex",
    "joined",
    "gzip",
    "base32",
    "msgpack",
];

/// The reasons by which candidates are counted that do not count.
const REASONS: [Reason; 11] = [
    Reason::Boundary,
    Reason::TokenId,
    Reason::Content,
    Reason::Placeholder,
    Reason::Context,
    Reason::Unnamed,
    Reason::Hash,
    Reason::Identifier,
    Reason::Encrypted,
    Reason::Foreign,
    Reason::Unrelated,
];

impl SavedReport {
    /// Adds a stand-in for each rule that the report names and that is not
    /// among these.
    pub fn add_stand_ins(&self, rules: &mut RuleSet) {
        for finding in &self.report.findings {
            let id = foreign(&finding.rule_id);
            if rules.get(&id).is_none() {
                rules.add_stand_in(Rule::stand_in(&id, &foreign(&finding.credential), finding.severity));
            }
        }
    }

    /// Returns what the scan brought; findings of rules that are not among
    /// these are left out, so that stand-ins have to be added before.
    pub fn restore<'r>(&self, rules: &'r RuleSet) -> Outcome<'r> {
        let report = &self.report;
        let findings: Vec<Finding<'r>> = report
            .findings
            .iter()
            .filter_map(|saved| Some(finding(saved, rules.get(&foreign(&saved.rule_id))?)))
            .collect();
        let mut summary = summary(&report.summary);
        if !self.has_summary {
            summary.is_of_findings_alone = true;
            summary.count_again(&findings);
        }
        let config = |it: &super::json::ConfigJson| ConfigUse {
            file: foreign(&it.file).into(),
            allowed: it.allowed,
            ..ConfigUse::default()
        };
        Outcome {
            findings,
            summary,
            rejections: Vec::new(),
            configs: report.summary.configs.iter().map(config).collect(),
            config_failures: Vec::new(),
            provenance: None,
        }
    }
}

fn summary(saved: &SummaryJson) -> Summary {
    let totals = |it: &super::json::TotalsJson| {
        let (findings, suppressed, skipped) = (it.findings, it.suppressed, it.skipped);
        let totals = RepositoryTotals {
            findings,
            suppressed,
            skipped,
            ignored: it.ignored,
            objects: it.objects,
            commits: it.commits,
        };
        (Arc::from(Path::new(&it.repository)), totals)
    };
    let mut summary = Summary {
        scopes: saved.scopes.iter().map(scan_scope).collect(),
        files: saved.files,
        blobs: saved.blobs,
        commits: saved.commits,
        objects: saved.objects,
        bytes: saved.bytes,
        duration: Duration::from_millis(saved.duration_ms),
        findings: saved.findings,
        suppressed: saved.suppressed,
        known: saved.known,
        outside: saved.outside,
        left_out: saved.left_out,
        ignored: Ignored {
            files: saved.ignored.files,
            folders: saved.ignored.folders,
            of_repositories: Vec::new(),
            paths: saved.ignored.paths.iter().map(Into::into).collect(),
            by: saved.ignored.by.iter().map(ignored_by).collect(),
        },
        skipped: saved.skipped.iter().map(skipped).collect(),
        repositories: saved.repositories.iter().map(totals).collect(),
        ..Summary::default()
    };
    for (name, count) in &saved.rejected_by_reason {
        // A reason of another version is counted with those that nothing else is known of.
        let reason = REASONS.into_iter().find(|reason| reason.as_str() == name).unwrap_or(Reason::Context);
        *summary.rejected.entry(reason).or_default() += count;
    }
    summary
}

fn scan_scope(saved: &ScopeJson) -> ScanScope {
    ScanScope {
        paths: saved.paths.iter().map(Into::into).collect(),
        limits: saved.limits.iter().map(|name| ScanLimit::from_name(name)).collect(),
        max_file_size: saved.max_file_size,
        shard: saved.shard.map(|[index, count]| Shard { index, count }),
        no_ignore: saved.no_ignore,
    }
}

fn ignored_by(saved: &super::json::IgnoredByJson) -> IgnoredBy {
    IgnoredBy { file: (&saved.file).into(), is_foreign: false, entries: saved.entries }
}

fn skipped(saved: &SkippedJson) -> Skipped {
    let kind = saved.kind.parse().unwrap_or(SkipReason::Unreadable);
    let object = saved.object.as_deref().and_then(ObjectId::from_hex);
    let reason = change_around_ids(&saved.reason, object.as_slice(), foreign);
    let accepted = saved.accepted_reason.as_deref().unwrap_or_default();
    Skipped {
        incomplete: saved.incomplete,
        accepted: saved.accepted.then(|| foreign(accepted)),
        repository: saved.repository.as_deref().map(|name| Path::new(name).into()),
        ..Skipped::failure(kind, &saved.origin, reason).of_object(object)
    }
}

fn finding<'r>(saved: &FindingJson, rule: &'r Rule) -> Finding<'r> {
    let secret = saved.locations.iter().find_map(|place| place.secret.as_deref()).unwrap_or_default();
    Finding {
        rule,
        confidence: saved.confidence,
        proof: match (saved.checksum.holds, &saved.checksum.covers) {
            (None, _) => Proof::None,
            (Some(false), _) => Proof::Fails,
            (Some(true), covers) => Proof::Holds(foreign(covers.as_deref().unwrap_or("unknown"))),
        },
        token_id: saved.token_id,
        redacted: foreign(&saved.redacted),
        fingerprint: saved.fingerprint.clone(),
        secret: Secret::new(secret.as_bytes()),
        last4: saved
            .last4
            .clone()
            .filter(|end| end.len() == 4 && end.bytes().all(|it| it.is_ascii_alphanumeric())),
        locations: saved.locations.iter().map(location).collect(),
        more_places: saved.more_places,
        first_seen: saved.first_seen.as_deref().and_then(seconds),
        in_head: saved.in_head,
        tips: saved.tips.clone(),
        more_tips: saved.more_tips,
        site: saved.site.as_deref().and_then(Site::from_name),
        scope: saved.context.as_deref().and_then(scope),
        grounds: None,
        paired_with: saved.paired_with.clone().filter(|other| is_fingerprint(other)),
        liveness: saved.liveness.as_ref().map(liveness),
        suppressed: saved.suppressed.as_ref().map(suppression),
    }
}

fn scope(name: &str) -> Option<Scope> {
    let all = [Scope::Name, Scope::Line, Scope::Block, Scope::Path, Scope::Near];
    all.into_iter().find(|scope| scope.as_str() == name)
}

/// Seconds since 1970 of a time as reports write it.
fn seconds(time: &str) -> Option<i64> {
    time.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

fn liveness(saved: &LivenessJson) -> Liveness {
    let time = |text: &Option<String>| text.as_deref().and_then(seconds);
    Liveness {
        state: saved.state,
        site: saved.site.as_deref().and_then(Site::from_name),
        checked_at: seconds(&saved.checked_at).unwrap_or_default(),
        record: saved.record.as_deref().and_then(Kind::from_name),
        id: saved.id.clone(),
        owner: saved.owner.clone(),
        name: saved.name.clone(),
        scopes: saved.scopes.clone(),
        created_at: time(&saved.created_at),
        expires_at: time(&saved.expires_at),
        last_used_at: time(&saved.last_used_at),
        leak: saved.leak.clone(),
        candidates: saved.candidates.clone(),
        why: saved.why.clone(),
    }
}

fn suppression(saved: &SuppressionJson) -> Suppression {
    let by = SUPPRESSORS.into_iter().find(|by| *by == saved.by).unwrap_or("other");
    Suppression {
        who: saved.who.as_deref().map(foreign),
        until: saved.until.as_deref().and_then(|day| day.parse().ok()),
        ..Suppression::new(by, foreign(&saved.reason))
    }
}

fn location(saved: &LocationJson) -> Location {
    let start = Position { line: saved.line, column: saved.column };
    let end = Position { line: saved.end_line, column: saved.end_column };
    let bytes = saved.byte_offset..saved.byte_offset;
    let known = |name: &String| LAYERS.into_iter().find(|layer| layer == name).unwrap_or("other");
    Location {
        repository: saved.repository.as_deref().map(|name| Path::new(name).into()),
        layers: saved.layers.iter().map(known).collect(),
        commit: commit(saved).map(Arc::new),
        reachable: saved.reachable,
        reached_by: saved.reached_by.clone(),
        suppressed: saved.suppressed.as_ref().map(suppression),
        ..Location::new(origin(saved), bytes, start, end)
    }
}

/// The commit that brought a place, where the report tells of it.
fn commit(saved: &LocationJson) -> Option<CommitInfo> {
    let time = seconds(saved.date.as_deref()?)?;
    let id = ObjectId::from_hex(saved.commit.as_deref()?)?;
    let author = saved.author.as_deref().unwrap_or_default();
    let (name, email) = author.rsplit_once(" <").unwrap_or((author, ""));
    Some(CommitInfo {
        id,
        author: name.to_owned(),
        email: email.trim_end_matches('>').to_owned(),
        subject: saved.subject.clone().unwrap_or_default(),
        time,
    })
}

/// The text that a place stands in.
fn origin(saved: &LocationJson) -> Origin {
    let path = saved.path.as_deref().unwrap_or_default();
    match saved.kind.as_str() {
        "stdin" => Origin::Stdin,
        "archive_member" => member_origin(saved, path),
        "file_name" if path.contains("!/") => member_origin(saved, path).into_name(),
        // That of a file as it is, or as it would be committed: reports do not tell them apart.
        "file_name" if saved.blob.is_none() => Origin::File(Path::new(path).into()).into_name(),
        kind => match GitPart::ALL.into_iter().find(|part| part.kind_name() == kind) {
            Some(part) => git_origin(saved, part, saved.path.as_deref()),
            None => Origin::File(Path::new(path).into()),
        },
    }
}

/// The member of an archive that stands at a path.
fn member_origin(saved: &LocationJson, path: &str) -> Origin {
    let mut names = path.split("!/");
    let outer = names.next().unwrap_or_default();
    let outer = match saved.blob {
        Some(_) => git_origin(saved, GitPart::Blob, Some(outer)),
        None => Origin::File(Path::new(outer).into()),
    };
    names.fold(outer, |outer, name| outer.member(Path::new(name)))
}

fn git_origin(saved: &LocationJson, part: GitPart, path: Option<&str>) -> Origin {
    let repository: Arc<Path> = Path::new(saved.repository.as_deref().unwrap_or(".")).into();
    let id = |text: &Option<String>| text.as_deref().and_then(ObjectId::from_hex);
    Origin::Git(Arc::new(GitText {
        path: path.map(Into::into),
        commit: id(&saved.commit),
        object: id(&saved.blob),
        ..GitText::without_object(&repository, part)
    }))
}
