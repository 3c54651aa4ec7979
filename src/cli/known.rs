//! Credentials that are known already: on standard input, one a line, or in an earlier report.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use dogcatcher::detect::{Detector, Verdict};
use dogcatcher::error::Error;
use dogcatcher::location::without_mark;
use dogcatcher::rule::RuleSet;
use dogcatcher::secret::Secret;
use dogcatcher::token::{Kind, Site};
use dogcatcher::verify::Subject;
use serde::Deserialize;
use uuid::Uuid;

/// The longest input: more is no list of credentials.
const MAX_INPUT: u64 = 16 << 20;

/// A credential, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// As it may be shown.
    pub(super) name: String,
    pub(super) kind: Option<Kind>,
    pub(super) token_id: Option<Uuid>,
    pub(super) secret: Option<Secret>,
    /// The last four characters of a key.
    pub(super) last4: Option<String>,
    pub(super) site: Option<Site>,
    /// The API key that an application key goes with.
    pub(super) api_key: Option<Secret>,
    pub(super) first_seen: Option<i64>,
}

impl Known {
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            kind: self.kind,
            token_id: self.token_id,
            secret: self.secret.as_ref(),
            last4: self.last4.as_deref(),
            site: self.site,
            api_key: self.api_key.as_ref(),
            first_seen: self.first_seen,
        }
    }
}

/// Those of a report, or else those on standard input.
pub(super) fn read(from: Option<&Path>) -> Result<Vec<Known>, Error> {
    match from {
        Some(report) => from_report(report),
        None => from_stdin(),
    }
}

fn from_stdin() -> Result<Vec<Known>, Error> {
    let wrong = |why: String| {
        Error::usage("read credentials from", "standard input", why)
            .mend("pipe in one a line (`< token.txt`), or use `--from report.json`")
    };
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        return Err(wrong("it is a terminal, which would show them".to_owned()));
    }
    let mut input = zeroize::Zeroizing::new(Vec::new());
    let read = std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut input);
    read.map_err(|cause| Error::io("read", "standard input", &cause))?;
    if input.len() as u64 > MAX_INPUT {
        return Err(wrong("it is larger than 16 MiB".to_owned()));
    }
    let input = zeroize::Zeroizing::new(without_mark(&input).into_owned());
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let lines = input.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let mut known: Vec<Known> = Vec::new();
    for (number, line) in (1..).zip(lines) {
        let one = of_line(&detector, line)
            .ok_or_else(|| wrong(format!("line {number} is no Datadog credential that dogcatcher knows")))?;
        if !known.iter().any(|other| other.secret == one.secret) {
            known.push(one);
        }
    }
    if known.is_empty() { Err(wrong("it is empty".to_owned())) } else { Ok(known) }
}

/// The credential that a line is, by a rule or by its shape.
fn of_line(detector: &Detector<'_>, line: &[u8]) -> Option<Known> {
    let whole = detector.detect(line).into_iter().find(|verdict| verdict.span() == (0..line.len()));
    if let Some(Verdict::Found(found)) = whole {
        let known = of_secret(found.secret, found.rule.credential());
        return Some(Known { name: found.redacted, token_id: found.token_id, ..known });
    }
    let hex = line.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
    let kind = match line.len() {
        32 if hex => Kind::ApiKey,
        40 if hex => Kind::LegacyApplicationKey,
        _ => return within_line(detector, line),
    };
    Some(of_secret(Secret::new(line), Some(kind)))
}

/// The only credential that stands in a line, as in `NAME=token`.
fn within_line(detector: &Detector<'_>, line: &[u8]) -> Option<Known> {
    let mut found = detector.detect(line).into_iter().filter_map(|verdict| match verdict {
        Verdict::Found(found) => Some(found),
        Verdict::Rejected { .. } => None,
    });
    let only = found.next().filter(|_| found.next().is_none())?;
    let known = of_secret(only.secret, only.rule.credential());
    Some(Known { name: only.redacted, token_id: only.token_id, ..known })
}

/// A credential that is at hand.
fn of_secret(secret: Secret, kind: Option<Kind>) -> Known {
    let last4 = kind.filter(|kind| kind.is_listed_key()).and_then(|_| secret.last4()).map(str::to_owned);
    let shown = |kind: Kind| format!("{kind} …{}", last4.as_deref().unwrap_or_default());
    Known { name: kind.map(shown).unwrap_or_default(), kind, secret: Some(secret), last4, ..Known::default() }
}

#[derive(Deserialize)]
struct Report {
    schema_version: u64,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    credential: String,
    redacted: String,
    last4: Option<String>,
    token_id: Option<Uuid>,
    #[serde(default)]
    fingerprint: String,
    paired_with: Option<String>,
    site: Option<String>,
    first_seen: Option<String>,
    suppressed: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    locations: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    secret: Option<String>,
}

fn from_report(path: &Path) -> Result<Vec<Known>, Error> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| Error::io("read the report", &name, &cause))?;
    let bytes = zeroize::Zeroizing::new(bytes);
    let bytes = zeroize::Zeroizing::new(without_mark(&bytes).into_owned());
    let wrong = |why: String| {
        Error::usage("read the report", &name, why)
            .mend("write one with `dogcatcher scan --fail-on never --report json=FILE`")
    };
    let report: Report = serde_json::from_slice(&bytes)
        .map_err(|error| wrong(format!("it is no JSON report of dogcatcher: {error}")))?;
    if report.schema_version != 1 {
        return Err(wrong(format!("its schema_version is {}, this program knows 1", report.schema_version)));
    }
    let counts = report.findings.into_iter().filter(|finding| finding.suppressed.is_none());
    let mut known: Vec<(String, Option<String>, Known)> = counts.map(of_finding).collect();
    let api_keys: HashMap<String, Secret> = known
        .iter()
        .filter(|(_, _, known)| known.kind == Some(Kind::ApiKey))
        .filter_map(|(fingerprint, _, known)| Some((fingerprint.clone(), known.secret.clone()?)))
        .collect();
    for (_, paired_with, known) in &mut known {
        known.api_key = paired_with.as_ref().and_then(|other| api_keys.get(other).cloned());
    }
    Ok(known.into_iter().map(|(_, _, known)| known).collect())
}

/// A finding's fingerprint, that of the one it goes with, and what is known of it.
fn of_finding(finding: Finding) -> (String, Option<String>, Known) {
    let first_seen = finding.first_seen.and_then(|text| text.parse().ok());
    let first_seen = first_seen.map(jiff::Timestamp::as_second);
    let secret = finding.locations.into_iter().find_map(|place| place.secret);
    // Anything but four characters would be none, or match what has none.
    let last4 = finding.last4.filter(|end| end.len() == 4);
    let known = Known {
        name: finding.redacted,
        kind: Kind::from_name(&finding.credential),
        token_id: finding.token_id,
        secret: secret.map(|secret| Secret::new(zeroize::Zeroizing::new(secret).as_bytes())),
        last4,
        // One of the closed list, whatever the report says.
        site: finding.site.as_deref().and_then(Site::from_name),
        api_key: None,
        first_seen,
    };
    (finding.fingerprint, finding.paired_with, known)
}
