//! The findings of an earlier JSON report.
//!
//! It may be anybody's: nothing in it is believed that could lead a request elsewhere. A site has
//! to be of the closed list, a fingerprint has to look like one, and the name of a token is that of
//! its id, whatever else the report calls it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use dogcatcher::error::Error;
use dogcatcher::finding::FINGERPRINT_PREFIX;
use dogcatcher::location::without_mark;
use dogcatcher::revoke::{Gravity, MAX_PLACES};
use dogcatcher::rule::{Confidence, Severity};
use dogcatcher::secret::Secret;
use dogcatcher::token::{Kind, Site, alias_of};
use dogcatcher::verify::ReceiptPlace;
use serde::Deserialize;
use uuid::Uuid;

use super::Known;

/// Size of the largest report that is read, in bytes.
const MAX_REPORT: u64 = 1 << 30;

/// A report, as far as it is read here.
#[derive(Deserialize)]
struct Report {
    schema_version: u64,
    findings: Vec<Finding>,
}

/// A finding of a report; unknown fields are passed over.
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
    confidence: Option<String>,
    severity: Option<String>,
    in_head: Option<bool>,
    liveness: Option<Verdict>,
    suppressed: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    locations: Vec<Place>,
    #[serde(default)]
    more_places: u64,
}

/// What Datadog said of it then.
#[derive(Deserialize)]
struct Verdict {
    state: String,
}

/// A place of a finding.
#[derive(Deserialize)]
struct Place {
    secret: Option<String>,
    repository: Option<String>,
    path: Option<String>,
    line: Option<u64>,
    commit: Option<String>,
    suppressed: Option<serde::de::IgnoredAny>,
}

/// Reads the findings that count.
///
/// # Errors
///
/// The file cannot be read, is larger than 1 GiB, or is no such report.
pub(super) fn read(path: &Path) -> Result<Vec<Known>, Error> {
    let name = path.display().to_string();
    let bytes = read_bytes(path).map_err(|cause| Error::io("read the report", &name, &cause))?;
    let wrong = |why: String| {
        Error::usage("read the report", &name, why)
            .mend("write one with `dogcatcher scan --fail-on never --report json=FILE`")
    };
    if bytes.len() as u64 > MAX_REPORT {
        return Err(wrong("it is larger than 1 GiB".to_owned()));
    }
    let text = zeroize::Zeroizing::new(without_mark(&bytes).into_owned());
    let report: Report = serde_json::from_slice(&text)
        .map_err(|error| wrong(format!("it is no JSON report of dogcatcher: {error}")))?;
    if report.schema_version != 1 {
        return Err(wrong(format!("its schema_version is {}, this program knows 1", report.schema_version)));
    }
    let counts = report.findings.into_iter().filter(|finding| finding.suppressed.is_none());
    let mut known: Vec<(Option<String>, Known)> = counts.map(of_finding).collect();
    let api_keys: HashMap<String, Secret> = known
        .iter()
        .filter(|(_, known)| known.kind == Some(Kind::ApiKey))
        .filter_map(|(_, known)| Some((known.fingerprint.clone()?, known.secret.clone()?)))
        .collect();
    for (paired_with, known) in &mut known {
        known.api_key = paired_with.as_ref().and_then(|other| api_keys.get(other).cloned());
    }
    Ok(known.into_iter().map(|(_, known)| known).collect())
}

/// Reads a file as far as the limit. It may hold secrets (`--show-secrets`), so that its bytes are
/// wiped.
fn read_bytes(path: &Path) -> std::io::Result<zeroize::Zeroizing<Vec<u8>>> {
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    File::open(path)?.take(MAX_REPORT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the fingerprint of the finding that one goes with, and what is known of it.
fn of_finding(finding: Finding) -> (Option<String>, Known) {
    let first_seen: Option<jiff::Timestamp> = finding.first_seen.and_then(|text| text.parse().ok());
    let secret = finding.locations.iter().find_map(|place| place.secret.as_ref());
    let severity = finding.severity.and_then(|name| severity_of(&name));
    // Anything but four characters would be none, or match what has none.
    let last4 = finding.last4.filter(|end| end.len() == 4);
    let known = Known {
        name: true_name(finding.redacted, finding.token_id, last4.as_deref()),
        kind: Kind::from_name(&finding.credential),
        token_id: finding.token_id,
        secret: secret.map(|secret| Secret::new(secret.as_bytes())),
        last4,
        // One of the closed list, whatever the report says.
        site: finding.site.as_deref().and_then(Site::from_name),
        api_key: None,
        first_seen: first_seen.map(jiff::Timestamp::as_second),
        fingerprint: Some(finding.fingerprint).filter(|it| is_fingerprint(it)),
        confidence: finding.confidence.and_then(|name| confidence_of(&name)),
        gravity: Gravity {
            is_live: finding.liveness.is_some_and(|it| it.state == "live"),
            severity: severity.map_or(0, |it| it as u8),
            is_in_head: finding.in_head == Some(true),
        },
        more_places: finding.more_places,
        ..Known::default()
    };
    (finding.paired_with, with_places(known, finding.locations))
}

/// Returns the name for people; not that of another credential than the one that is looked up.
fn true_name(redacted: String, token_id: Option<Uuid>, last4: Option<&str>) -> String {
    match (token_id, last4) {
        (Some(id), _) if !redacted.contains(&alias_of(id)) => format!("token {id}"),
        (None, Some(last4)) if !redacted.ends_with(last4) => format!("key …{last4}"),
        _ => redacted,
    }
}

/// Adds the first few places that count, and the number of the others.
fn with_places(known: Known, places: Vec<Place>) -> Known {
    let mut counting = places.into_iter().filter(|place| place.suppressed.is_none());
    let first = counting.by_ref().take(MAX_PLACES).map(|place| ReceiptPlace {
        repository: place.repository,
        path: place.path,
        line: place.line,
        commit: place.commit,
    });
    let first = first.collect();
    Known { places: first, more_places: known.more_places.saturating_add(counting.count() as u64), ..known }
}

/// Returns whether a text has the form of a fingerprint.
fn is_fingerprint(text: &str) -> bool {
    let digits = text.strip_prefix(FINGERPRINT_PREFIX).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Reads the word for a severity.
fn severity_of(name: &str) -> Option<Severity> {
    serde_json::from_value(name.into()).ok()
}

/// Reads the word for a confidence.
fn confidence_of(name: &str) -> Option<Confidence> {
    [Confidence::Verified, Confidence::Suspect, Confidence::Context]
        .into_iter()
        .find(|grade| grade.as_str() == name)
}
