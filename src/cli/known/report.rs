//! The findings of an earlier JSON report.
//!
//! It may be anybody's: nothing in it is believed that could lead a request
//! elsewhere. A site has to be of the closed list, a fingerprint has to look
//! like one, and the name of a token is that of its id, whatever else the
//! report calls it.

use std::collections::HashMap;
use std::path::Path;

use dogcatcher::error::Error;
use dogcatcher::finding::State;
use dogcatcher::report::{FindingJson, LocationJson, SavedReport};
use dogcatcher::secret::Secret;
use dogcatcher::token::{Kind, Site, alias_of};
use dogcatcher::verify::{Credential, Gravity, MAX_PLACES, ReceiptPlace};
use uuid::Uuid;

/// Reads the findings that count.
///
/// # Errors
///
/// The file cannot be read, is larger than 1 GiB, or is no such report.
pub(super) fn read_report(path: &Path) -> Result<Vec<Credential>, Error> {
    let report = SavedReport::read(path)?.report;
    let counts = report.findings.into_iter().filter(|finding| finding.suppressed.is_none());
    let mut known: Vec<(Option<String>, Credential)> = counts.map(of_finding).collect();
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

/// Returns the fingerprint of the finding that one goes with, and what is known
/// of it.
fn of_finding(finding: FindingJson) -> (Option<String>, Credential) {
    let first_seen: Option<jiff::Timestamp> = finding.first_seen.and_then(|text| text.parse().ok());
    let secret = finding.locations.iter().find_map(|place| place.secret.as_ref());
    // Anything but four characters would be none, or match what has none.
    let last4 = finding.last4.filter(|end| end.len() == 4);
    let known = Credential {
        name: true_name(finding.redacted, finding.token_id, last4.as_deref()),
        kind: Kind::from_name(&finding.credential),
        token_id: finding.token_id,
        secret: secret.map(|secret| Secret::new(secret.as_bytes())),
        last4,
        // One of the closed list, whatever the report says.
        site: finding.site.as_deref().and_then(Site::from_name),
        api_key: None,
        first_seen: first_seen.map(jiff::Timestamp::as_second),
        fingerprint: Some(finding.fingerprint),
        confidence: Some(finding.confidence),
        gravity: Gravity {
            is_live: finding.liveness.is_some_and(|it| it.state == State::Live),
            severity: finding.severity as u8,
            is_in_head: finding.in_head == Some(true),
        },
        more_places: finding.more_places,
        ..Credential::default()
    };
    (finding.paired_with, with_places(known, finding.locations))
}

/// Returns the name for people; not that of another credential than the one
/// that is looked up.
fn true_name(redacted: String, token_id: Option<Uuid>, last4: Option<&str>) -> String {
    match (token_id, last4) {
        (Some(id), _) if !redacted.contains(&alias_of(id)) => format!("token {id}"),
        (None, Some(last4)) if !redacted.ends_with(last4) => format!("key …{last4}"),
        _ => redacted,
    }
}

/// Adds the first few places that count, and the number of the others.
fn with_places(known: Credential, places: Vec<LocationJson>) -> Credential {
    let mut counting = places.into_iter().filter(|place| place.suppressed.is_none());
    let first = counting.by_ref().take(MAX_PLACES).map(|place| ReceiptPlace {
        repository: place.repository,
        path: place.path,
        line: Some(place.line),
        commit: place.commit,
    });
    let first = first.collect();
    Credential {
        places: first,
        more_places: known.more_places.saturating_add(counting.count() as u64),
        ..known
    }
}
