//! One finding of the page.

use super::super::group::titles_of;
use super::super::liveness::liveness_notes;
use super::super::name::{foreign, shown_day};
use super::super::options::GroupBy;
use super::super::options::Options;
use super::super::order::is_current;
use super::super::steps::{Step, next_steps};
use super::super::words::{place, why};
use crate::finding::{Finding, State};

/// The most places of a finding that the page names: a larger page would be
/// slow.
const MAX_PLACES: usize = 50;

/// A finding in texts that are fit to be shown; several values of one property
/// stand on a line each.
pub(super) struct Card {
    pub(super) fingerprint: String,
    pub(super) severity: &'static str,
    pub(super) confidence: &'static str,
    pub(super) liveness: &'static str,
    pub(super) is_checked: bool,
    pub(super) redacted: String,
    pub(super) name: String,
    /// Seconds since 1970 when it was first seen, or nothing.
    pub(super) seen: String,
    pub(super) stands: &'static str,
    pub(super) repositories: String,
    pub(super) owner: String,
    pub(super) paths: String,
    pub(super) authors: String,
    /// The first place.
    pub(super) place: String,
    /// Number of places beyond the first.
    pub(super) more_places: u64,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) places: Vec<String>,
    /// Number of places beyond those that are named.
    pub(super) unnamed_places: u64,
    pub(super) steps: Vec<Step>,
}

pub(super) fn card(finding: &Finding<'_>, options: &Options) -> Card {
    let state = finding.liveness.as_ref().map_or(State::NotChecked, |it| it.state);
    let liveness = match state {
        State::Live => "live",
        State::Dead => "dead",
        State::Unknown => "unknown",
        State::NotChecked => "not checked",
    };
    let count = finding.active_locations().count() as u64 + finding.more_places;
    let lines = |by| titles_of(finding, by, options.authors).join("\n");
    let places = named_places(finding, options);
    Card {
        fingerprint: finding.fingerprint.clone(),
        severity: finding.severity().as_str(),
        confidence: finding.confidence.as_str(),
        liveness,
        is_checked: state != State::NotChecked,
        redacted: foreign(&finding.redacted),
        name: foreign(finding.rule.name()),
        seen: finding.first_seen.map_or_else(String::new, |seen| seen.to_string()),
        stands: if is_current(finding) { "today" } else { "history only" },
        repositories: lines(GroupBy::Repository),
        owner: lines(GroupBy::Owner),
        paths: lines(GroupBy::Path),
        authors: if options.authors { lines(GroupBy::Author) } else { String::new() },
        place: finding.active_locations().next().map(place).unwrap_or_default(),
        more_places: count.saturating_sub(1),
        facts: facts(finding, options),
        unnamed_places: count.saturating_sub(places.len() as u64),
        places,
        steps: next_steps(finding),
    }
}

/// The first places, with the commit that brought each.
fn named_places(finding: &Finding<'_>, options: &Options) -> Vec<String> {
    let named = finding.active_locations().take(MAX_PLACES).map(|location| {
        let Some(commit) = &location.commit else { return place(location) };
        let author = match options.authors && !commit.author.is_empty() {
            true => format!(", {}", foreign(&commit.author_signature())),
            false => String::new(),
        };
        format!("{} ({}{author}: {})", place(location), shown_day(commit.time), foreign(&commit.subject))
    });
    named.collect()
}

/// Facts in words, the reason why it counts first.
fn facts(finding: &Finding<'_>, options: &Options) -> Vec<(&'static str, String)> {
    let mut facts = vec![("why", format!("{}: {}", finding.confidence.as_str(), why(finding)))];
    facts.extend(finding.token_id.map(|id| ("token id", id.to_string())));
    facts.push(("fingerprint", finding.fingerprint.clone()));
    facts.extend(finding.liveness.iter().flat_map(liveness_notes));
    if let Some(seen) = finding.first_seen {
        facts.push(("came in", shown_day(seen)));
    }
    match finding.in_head {
        Some(true) => facts.push(("HEAD", "still holds it".to_owned())),
        Some(false) => facts.push(("HEAD", "does not hold it; the history does".to_owned())),
        None => {}
    }
    if !finding.tips.is_empty() {
        let more = (finding.more_tips > 0).then(|| format!("and {} more", finding.more_tips));
        let tips: Vec<String> = finding.tips.iter().map(|tip| foreign(tip)).chain(more).collect();
        facts.push(("still on", tips.join(", ")));
    }
    if finding.must_have_expired() {
        facts.extend(finding.expired_by().map(|end| ("expired by", shown_day(end))));
    }
    if options.show_secrets && !finding.secret.expose().is_empty() {
        let secret = String::from_utf8_lossy(finding.secret.expose());
        facts.push(("secret", crate::error::shown_text(&secret)));
    }
    facts
}
