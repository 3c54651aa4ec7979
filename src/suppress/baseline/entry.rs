//! One entry of a baseline: the finding, the places where it stood, and who
//! settled it.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::terms::AllowanceTerms;
use crate::error::shown_text;
use crate::finding::{Finding, Location, short_fingerprint};
use crate::location::{absolute, path_below};
use crate::secret::hide_tokens;

/// Places that an entry remembers at most. Beyond them no place is told to be
/// new.
const MAX_PLACES: usize = 64;

/// Who settles findings, why, and until when; written into new entries.
#[derive(Debug, Clone, Default)]
pub struct Settlement {
    /// The day on which it is done.
    pub since: Option<Date>,
    /// The name of who does it.
    pub by: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// The reason: a ticket, say.
    pub reason: Option<String>,
    /// Hides in paths and words what the rules of a run find.
    pub mask: Option<fn(&str) -> String>,
}

/// A finding that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    fingerprint: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    rule: String,
    /// Where it stood, in order; none where nothing is known of that.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    places: BTreeSet<String>,
    /// Number of places beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    more_places: u64,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "day")]
    since: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "day")]
    until: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Returns whether a count needs no mention.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl BaselineEntry {
    /// Makes an entry of which only the fingerprint is known.
    pub(super) fn bare(fingerprint: &str, rule: &str) -> Self {
        let (places, more_places, since, by, until, reason) = Default::default();
        let (fingerprint, rule) = (fingerprint.to_owned(), safe_text(rule));
        Self { fingerprint, rule, places, more_places, since, by, until, reason }
    }

    /// Makes the entry of a finding.
    pub(super) fn of_finding(finding: &Finding<'_>, settlement: &Settlement) -> Self {
        let masked = |text: &str| settlement.mask.map_or_else(|| text.to_owned(), |mask| mask(text));
        let place = |place: &Location| masked(&place_name(place));
        let mut places: BTreeSet<String> = finding.locations.iter().map(place).collect();
        let more = places.len().saturating_sub(MAX_PLACES);
        while places.len() > MAX_PLACES {
            places.pop_last();
        }
        Self {
            places,
            more_places: more as u64,
            since: settlement.since,
            by: settlement.by.as_deref().map(|by| safe_text(&masked(by))),
            until: settlement.until,
            reason: settlement.reason.as_deref().map(|reason| safe_text(&masked(reason))),
            ..Self::bare(&finding.fingerprint, finding.rule.id())
        }
    }

    /// Takes over the places of the same finding as it is today, and an end
    /// where one is named; reason and name stay those of who settled it.
    /// Returns whether anything changed.
    pub(super) fn update(&mut self, found: Self) -> bool {
        let before = self.clone();
        (self.places, self.more_places, self.rule) = (found.places, found.more_places, found.rule);
        self.until = found.until.or(self.until);
        if self.reason.is_none() && found.reason.is_some() {
            (self.reason, self.by) = (found.reason, self.by.take().or(found.by));
        }
        *self != before
    }

    /// Makes what was read fit to be shown: it may be anybody's.
    pub(super) fn with_safe_text(mut self) -> Self {
        for text in [&mut self.rule].into_iter().chain(&mut self.by).chain(&mut self.reason) {
            *text = safe_text(text);
        }
        self
    }

    /// Returns the fingerprint of the finding.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Returns the id of the rule that found it; empty where it is not known.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Returns the name of who settled it.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Returns the reason that was given.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Returns the last day on which it holds.
    pub fn until(&self) -> Option<Date> {
        self.until
    }

    /// Returns whether that day is over.
    pub fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today > until)
    }

    /// Returns whether it counts: its end is not over, and it keeps to the
    /// terms.
    pub fn counts(&self, terms: &AllowanceTerms, today: Date) -> bool {
        !self.has_expired(today) && terms.refusal_of_entry(self.reason(), self.until, today).is_none()
    }

    /// Returns whether a place is none of those where it is known to stand.
    pub fn is_new_place(&self, location: &Location) -> bool {
        let knows_all = !self.places.is_empty() && self.more_places == 0;
        knows_all && !self.places.contains(&place_name(location))
    }

    /// Returns the entry in a few words, for notices.
    pub fn entry_words(&self) -> String {
        let name = short_fingerprint(&self.fingerprint).to_owned();
        let place = self.places.first().map(|place| format!(" {}", safe_text(place)));
        let reason = self.reason.as_ref().map(|reason| format!(" ({reason})"));
        let parts = [Some(format!(" {}", self.rule)).filter(|_| !self.rule.is_empty()), place, reason];
        parts.into_iter().flatten().fold(name, |words, part| words + &part)
    }
}

/// Returns the name by which an entry remembers a place: its path as seen from
/// the top of the repository, or the kind of what has none, such as the message
/// of a commit.
fn place_name(location: &Location) -> String {
    let git = location.origin.git();
    let is_id = git.is_some_and(|text| text.path_is_id);
    let Some(path) = location.origin.path().filter(|_| !is_id) else {
        return format!("({})", location.origin.kind_name());
    };
    let is_file = git.is_none();
    let below = location.repository.as_deref().filter(|_| is_file).and_then(|top| below_top(top, path));
    let path = below.as_deref().unwrap_or(path).to_string_lossy().into_owned();
    safe_text(&if cfg!(windows) { path.replace('\\', "/") } else { path })
}

/// Returns the path of a file, or of what is in an archive there, as seen from
/// a folder.
fn below_top(top: &Path, path: &Path) -> Option<std::path::PathBuf> {
    let top = absolute(top);
    absolute(path)
        .strip_prefix(&top)
        .map(Path::to_path_buf)
        .ok()
        .or_else(|| path_below(&top.canonicalize().ok()?, path))
}

/// Returns text that neither acts on a terminal nor gives a secret away.
fn safe_text(text: &str) -> String {
    hide_tokens(&shown_text(text))
}

/// Days as they are written: `2027-01-31`.
mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(clippy::ref_option, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = |_| serde::de::Error::custom("a day is written as 2027-01-31");
        text.parse().map(Some).map_err(wrong)
    }
}
