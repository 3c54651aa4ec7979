//! What reports for people say of a finding, in words.

use std::path::Path;

use indicatif::HumanCount;

use super::name::{shown_path, shown_place};
use crate::detect::{Proof, Scope};
use crate::finding::{Finding, Location};
use crate::rule::Confidence;

/// How many credentials were found, and of which grades.
pub(super) fn headline(active: &[&Finding<'_>]) -> String {
    let of = |confidence| active.iter().filter(|finding| finding.confidence == confidence).count();
    let grades: Vec<_> = [Confidence::Verified, Confidence::Suspect, Confidence::Context]
        .into_iter()
        .filter(|&confidence| of(confidence) > 0)
        .map(|confidence| format!("{} {}", of(confidence), confidence.as_str()))
        .collect();
    match active.len() {
        0 => "No credentials found".to_owned(),
        1 => format!("1 credential found ({})", grades.join(", ")),
        n => format!("{} credentials found ({})", HumanCount(n as u64), grades.join(", ")),
    }
}

/// Where a credential stands.
pub(super) fn place(location: &Location) -> String {
    let name = shown_place(&location.origin, &format!("{}:{}", location.start.line, location.start.column));
    // The path of a file says itself where it stands; what is staged is staged here.
    let elsewhere = location.repository.as_deref().filter(|top| *top != Path::new("."));
    match elsewhere.filter(|_| location.origin.is_history()) {
        Some(top) => format!("{name} of {}", shown_path(top)),
        None => name,
    }
}

/// Why it counts.
pub(super) fn why(finding: &Finding<'_>) -> String {
    let shape = match finding.token_id {
        Some(_) => "exact shape, and the alias is a token id",
        None => "exact shape",
    };
    match (&finding.proof, finding.confidence) {
        (Proof::Holds(covers), Confidence::Verified) => format!("the checksum holds (over: {covers})"),
        (Proof::Holds(_), _) => "exact shape; of a kind that no code of Datadog's makes".to_owned(),
        (Proof::Fails, _) => format!("{shape}; the checksum does not hold"),
        (Proof::None, _) if finding.rule.content().is_some() => "what it holds can be read".to_owned(),
        (Proof::None, Confidence::Context) if finding.scope.is_some() => {
            finding.scope.map_or_else(String::new, |scope: Scope| scope.explain().to_owned())
        }
        (Proof::None, _) if !layers(finding).is_empty() => "another credential holds it".to_owned(),
        (Proof::None, Confidence::Context) => "the words around it say what it is".to_owned(),
        (Proof::None, _) => format!("{shape}; this kind has no checksum"),
    }
}

/// How the first place is wrapped.
pub(super) fn layers<'f>(finding: &'f Finding<'_>) -> &'f [&'static str] {
    finding.locations.first().map_or(&[], |location| &location.layers)
}
