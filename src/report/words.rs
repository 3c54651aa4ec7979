//! What reports for people say of a finding, in words.

use std::path::Path;

use indicatif::HumanCount;

use super::gaps::is_hidden;
use super::name::{shown_path, shown_place};
use crate::detect::{Proof, Scope};
use crate::finding::{Finding, Location, State};
use crate::location::Origin;
use crate::rule::{Confidence, Severity};
use crate::scan::Summary;

/// Returns how many credentials were found, and of which grades; those that are
/// public by design are counted apart. None found is said of what was read
/// only, where that was not everything.
pub(super) fn headline(active: &[&Finding<'_>], summary: &Summary) -> String {
    let (public, secret): (Vec<&Finding<'_>>, Vec<&Finding<'_>>) =
        active.iter().partition(|finding| finding.severity() == Severity::Info);
    let of = |confidence| secret.iter().filter(|finding| finding.confidence == confidence).count();
    let grades: Vec<_> = [Confidence::Verified, Confidence::Suspect, Confidence::Context]
        .into_iter()
        .filter(|&confidence| of(confidence) > 0)
        .map(|confidence| format!("{} {}", of(confidence), confidence.as_str()))
        .collect();
    let live = match secret.iter().filter(|finding| finding.is_live()).count() as u64 {
        0 => String::new(),
        n => format!(", {} live", HumanCount(n)),
    };
    let found = match secret.len() {
        0 if summary.left_out > 0 => "Nothing of what was found was asked for".to_owned(),
        0 if summary.incomplete() => "Nothing found in what was read".to_owned(),
        0 if is_hidden(summary) => "Nothing was scanned".to_owned(),
        0 if summary.is_of_findings_alone => "The report holds no credentials".to_owned(),
        0 => "No credentials found".to_owned(),
        1 => format!("1 credential found{live} ({})", grades.join(", ")),
        n => format!("{} credentials found{live} ({})", HumanCount(n as u64), grades.join(", ")),
    };
    match (public.len(), secret.len()) {
        (0, _) => found,
        (_, 0) => format!("{found}, but {}", count_public(&public)),
        _ => format!("{found}, and {}", count_public(&public)),
    }
}

/// Returns how many there are that are public by design, and their kind if it
/// is one.
fn count_public(public: &[&Finding<'_>]) -> String {
    let tokens = public.iter().all(|finding| finding.rule.credential_name() == "client_token");
    let number = HumanCount(public.len() as u64);
    match (tokens, public.len()) {
        (true, 1) => "1 public client token".to_owned(),
        (true, _) => format!("{number} public client tokens"),
        (false, _) => format!("{number} that are public by design"),
    }
}

/// Returns where a credential stands.
pub fn place(location: &Location) -> String {
    let name = shown_place(&location.origin, &format!("{}:{}", location.start.line, location.start.column));
    name + &of_elsewhere(&location.origin, location.repository.as_deref())
}

/// Returns the end of a place: its repository, unless that is the one around
/// the current folder.
pub(super) fn of_elsewhere(origin: &Origin, repository: Option<&Path>) -> String {
    let elsewhere = repository.filter(|top| is_elsewhere(origin, top));
    elsewhere.map_or_else(String::new, |top| format!(" of {}", shown_path(top)))
}

/// Returns whether a repository has to be named: what is staged is staged here,
/// and a file below the current folder is in the repository around that, unless
/// one has its top there.
fn is_elsewhere(origin: &Origin, top: &Path) -> bool {
    let is_around = || std::env::current_dir().is_ok_and(|here| here.starts_with(top));
    match origin.git() {
        Some(text) if text.is_staged() => false,
        Some(_) => top != Path::new("."),
        None => top != Path::new(".") && !is_around(),
    }
}

/// Returns the repository of a place, where a run met several, or just one that
/// is somewhere else.
pub(super) fn repository_among(location: &Location, summary: &Summary) -> Option<String> {
    let repository = location.repository.as_deref()?;
    let is_named = summary.repositories.len() > 1 || is_elsewhere(&location.origin, repository);
    is_named.then(|| shown_path(repository))
}

/// Returns why it counts.
pub fn why(finding: &Finding<'_>) -> String {
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

/// Returns the word for what Datadog said of it, where it was asked.
pub(super) fn state_word(finding: &Finding<'_>) -> Option<&'static str> {
    match finding.liveness.as_ref()?.state {
        State::Live => Some("LIVE"),
        State::Dead => Some("dead"),
        State::Unknown => Some("unknown whether live"),
        State::NotChecked => None,
    }
}

/// Returns how the first place is wrapped.
pub(super) fn layers<'f>(finding: &'f Finding<'_>) -> &'f [&'static str] {
    finding.locations.first().map_or(&[], |location| &location.layers)
}
