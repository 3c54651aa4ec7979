//! What Datadog said of a credential, for people and for programs.

use super::name::{foreign, shown_day};
use crate::finding::{Liveness, State};
use crate::token::Kind;

/// Returns what there is to say: a word and a text each, the verdict first.
pub fn liveness_notes(liveness: &Liveness) -> Vec<(&'static str, String)> {
    let state = match liveness.state {
        State::Live => "LIVE",
        State::Dead => "dead",
        State::Unknown => "unknown",
        State::NotChecked => "not checked",
    };
    let site = liveness.site.map_or_else(String::new, |site| format!(" at {site}"));
    let mut notes = vec![("liveness", format!("{state}{site}: {}", foreign(&liveness.why)))];
    let mut add = |name, text: Option<String>| notes.extend(text.map(|text| (name, text)));
    add("name", liveness.name.as_deref().map(foreign));
    add("owner", liveness.owner.as_deref().map(foreign));
    let scopes = liveness.scopes.as_ref().map(|scopes| foreign(&scopes.join(", ")));
    add("scopes", scopes.or_else(|| without_scopes(liveness.record).map(str::to_owned)));
    add("made", liveness.created_at.map(shown_day));
    // Only of what was looked up does the absence of a time say anything.
    if let Some(kind) = liveness.record {
        let day = |time: Option<i64>, none: &str| Some(time.map_or_else(|| none.to_owned(), shown_day));
        add("expires", day(liveness.expires_at, "never"));
        add("last used", day(liveness.last_used_at, without_use(kind)));
    }
    add("leak", liveness.leak.as_deref().map(|leak| format!("known to Datadog: {}", foreign(leak))));
    for candidate in &liveness.candidates {
        notes.push(("may be", foreign(candidate)));
    }
    notes
}

/// The rights of a credential that has no list of scopes.
fn without_scopes(record: Option<Kind>) -> Option<&'static str> {
    matches!(record?, Kind::ApplicationKey | Kind::LegacyApplicationKey)
        .then_some("everything that its owner may do")
}

/// The meaning of a record without a last use. That of an API key goes back 90
/// days; that of an application key comes from Audit Trail.
fn without_use(kind: Kind) -> &'static str {
    match kind {
        Kind::ApiKey => "not used in the last 90 days",
        Kind::ApplicationKey | Kind::LegacyApplicationKey => {
            "last use not known (needs Audit Trail), or never"
        }
        _ => "never",
    }
}

#[cfg(test)]
mod tests {
    use super::super::LivenessJson;
    use super::*;

    fn notes(liveness: &Liveness) -> String {
        liveness_notes(liveness).iter().map(|(name, text)| format!("{name}: {text}\n")).collect()
    }

    #[test]
    fn what_a_record_does_not_hold_is_said_for_each_kind() {
        let of = |record| notes(&Liveness { record, ..Liveness::new(State::Live, None, "it is there") });
        let app = of(Some(Kind::ApplicationKey));
        assert!(app.contains("scopes: everything that its owner may do\n"), "{app}");
        assert!(app.contains("last used: last use not known (needs Audit Trail), or never\n"), "{app}");
        let api = of(Some(Kind::ApiKey));
        assert!(
            api.contains("last used: not used in the last 90 days\n") && !api.contains("scopes"),
            "{api}"
        );
        assert!(of(Some(Kind::PersonalAccessToken)).contains("last used: never\n"));
        assert!(!of(None).contains("last used"), "nothing was looked up");
    }

    #[test]
    fn nothing_of_an_answer_acts_on_a_reader() {
        let hostile = "\u{1b}[31m\u{202e}".to_owned();
        let liveness = Liveness {
            id: Some(hostile.clone()),
            scopes: Some(vec![hostile.clone()]),
            name: Some(hostile.clone()),
            ..Liveness::new(State::Dead, None, hostile)
        };
        let json = serde_json::to_string(&LivenessJson::from(&liveness)).expect("JSON");
        assert!(!json.contains("\\u001b") && !json.contains('\u{202e}'), "{json}");
        assert!(!notes(&liveness).contains('\u{1b}'));
    }

    #[test]
    fn a_leak_that_datadog_knows_of_is_followed_by_a_blank() {
        let leak = Some("github, 2026-10-01".to_owned());
        let text = notes(&Liveness { leak, ..Liveness::new(State::Live, None, "it is there") });
        assert!(text.contains("leak: known to Datadog: github, 2026-10-01\n"), "{text}");
    }
}
