//! What became of a finding between two reports.

use serde::Serialize;

use crate::finding::{Finding, State};
use crate::report::name::foreign;
use crate::report::order::{first_places, is_current};

/// The word for a finding that nothing suppresses.
const NOT_SUPPRESSED: &str = "no";

/// A difference between two reports of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// The property, as the JSON report names it.
    pub(super) field: &'static str,
    pub(super) old: String,
    pub(super) new: String,
}

impl Change {
    /// Returns whether somebody has to look at it: it is live that was not, or
    /// counts again.
    pub(super) fn is_news(&self) -> bool {
        match self.field {
            "liveness" => self.new == State::Live.as_str(),
            "suppressed" => self.new == NOT_SUPPRESSED,
            _ => false,
        }
    }
}

/// Returns the properties in which two reports of one finding differ, and that
/// somebody acts on.
pub(super) fn changes_between(old: &Finding<'_>, new: &Finding<'_>) -> Vec<Change> {
    type Property = (&'static str, fn(&Finding<'_>) -> String);
    const PROPERTIES: [Property; 7] = [
        ("suppressed", |it| {
            let why = it.suppressed.as_ref().map(|why| format!("{}: {}", why.by, foreign(&why.reason)));
            why.unwrap_or_else(|| NOT_SUPPRESSED.to_owned())
        }),
        ("liveness", |it| it.liveness.as_ref().map_or(State::NotChecked, |it| it.state).as_str().to_owned()),
        ("severity", |it| it.severity().as_str().to_owned()),
        ("confidence", |it| it.confidence.as_str().to_owned()),
        ("stands", |it| if is_current(it) { "today" } else { "in the history only" }.to_owned()),
        ("owner", |it| {
            it.liveness.as_ref().and_then(|it| it.owner.as_deref()).map_or("not known".into(), foreign)
        }),
        ("places", |it| {
            let (places, more) = first_places(it);
            (places.len() as u64 + more).to_string()
        }),
    ];
    let change = |(field, of): &Property| Change { field, old: of(old), new: of(new) };
    PROPERTIES.iter().map(change).filter(|change| change.old != change.new).collect()
}
