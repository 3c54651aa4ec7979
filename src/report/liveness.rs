//! What Datadog said of a credential, for people and for programs.

use serde::Serialize;

use super::name::{foreign, shown_day, shown_time};
use crate::finding::{Liveness, State};

/// `liveness` of a finding in JSON.
#[derive(Debug, Serialize)]
pub struct LivenessJson<'a> {
    state: &'static str,
    site: Option<&'static str>,
    checked_at: String,
    id: Option<&'a str>,
    owner: Option<String>,
    name: Option<String>,
    scopes: Option<&'a [String]>,
    created_at: Option<String>,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    leak: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<String>,
    why: &'a str,
}

impl<'a> From<&'a Liveness> for LivenessJson<'a> {
    fn from(liveness: &'a Liveness) -> Self {
        Self {
            state: liveness.state.as_str(),
            site: liveness.site.map(|site| site.name()),
            checked_at: shown_time(liveness.checked_at),
            id: liveness.id.as_deref(),
            owner: liveness.owner.as_deref().map(foreign),
            name: liveness.name.as_deref().map(foreign),
            scopes: liveness.scopes.as_deref(),
            created_at: liveness.created_at.map(shown_time),
            expires_at: liveness.expires_at.map(shown_time),
            last_used_at: liveness.last_used_at.map(shown_time),
            leak: liveness.leak.as_deref().map(foreign),
            candidates: liveness.candidates.iter().map(|it| foreign(it)).collect(),
            why: &liveness.why,
        }
    }
}

/// What there is to say: a word and a text each, the verdict first.
pub fn liveness_notes(liveness: &Liveness) -> Vec<(&'static str, String)> {
    let state = match liveness.state {
        State::Live => "LIVE",
        State::Dead => "dead",
        State::Unknown => "unknown",
        State::NotChecked => "not checked",
    };
    let site = liveness.site.map_or_else(String::new, |site| format!(" at {site}"));
    let mut notes = vec![("liveness", format!("{state}{site}: {}", liveness.why))];
    let mut add = |name, text: Option<String>| notes.extend(text.map(|text| (name, text)));
    add("name", liveness.name.as_deref().map(foreign));
    add("owner", liveness.owner.as_deref().map(foreign));
    add("scopes", liveness.scopes.as_ref().map(|scopes| foreign(&scopes.join(", "))));
    // What came of a lookup has a name; only then does the absence of a time mean "never".
    if liveness.name.is_some() {
        let day = |time: Option<i64>, none: &str| Some(time.map_or_else(|| none.to_owned(), shown_day));
        add("made", liveness.created_at.map(shown_day));
        add("expires", day(liveness.expires_at, "never"));
        add("last used", day(liveness.last_used_at, "never"));
    }
    add("leak", liveness.leak.as_deref().map(|leak| format!("known to Datadog: {}", foreign(leak))));
    for candidate in &liveness.candidates {
        notes.push(("may be", foreign(candidate)));
    }
    notes
}
