//! Candidates that were rejected in a history get a path and a commit, as
//! findings do: only where somebody asked to see them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::collected::Collected;
use super::history::History;
use super::summary::Rejection;
use crate::detect::Reason;
use crate::location::{GitText, ObjectId};
use crate::source::{Introduction, Target, Trace};

/// Number of objects that are named of those in which a candidate was rejected
/// for one reason: a history may have thousands.
const MAX_REJECTED: usize = 20;

/// The first objects of a history in which candidates were rejected, for each
/// reason; all of them where only some paths count.
pub(super) fn rejected_objects(rejections: &[Rejection], history: &History) -> BTreeSet<ObjectId> {
    let most = if history.is_whole() { MAX_REJECTED } else { usize::MAX };
    let mut by_reason: BTreeMap<(&str, Reason), BTreeSet<ObjectId>> = BTreeMap::new();
    for rejection in rejections {
        if let Some(id) =
            text_in(rejection, history).filter(|text| text.path.is_none()).and_then(|text| text.object)
        {
            let objects = by_reason.entry((&rejection.rule_id, rejection.reason)).or_default();
            if objects.len() < most {
                objects.insert(id);
            }
        }
    }
    by_reason.into_values().flatten().collect()
}

/// Gives the candidates that were rejected in these objects the first path and
/// commit by which each came, and lets go of those that do not concern the
/// paths that were asked about.
pub(super) fn place_rejections(
    collected: &mut Collected<'_>,
    history: &History,
    objects: &BTreeSet<ObjectId>,
    trace: &Trace,
) {
    let (summary, rejections) = (&mut collected.summary, &mut collected.rejections);
    rejections.retain_mut(|rejection| {
        let Some(text) = text_in(rejection, history) else { return true };
        let object = text.object.filter(|id| text.path.is_none() && objects.contains(id));
        let introductions = object.map(|id| trace.introductions(&Target::Object(id)).iter());
        let first = introductions.and_then(|mut all| all.find(|it| history.concerns(Some(&it.path))));
        let placed = first.map(|first| rejection.origin.with_git(Arc::new(introduced(text, first))));
        let concerns = placed.is_some() || history.concerns(text.path.as_deref());
        if let Some(count) = summary.rejected.get_mut(&rejection.reason).filter(|_| !concerns) {
            *count = count.saturating_sub(1);
        }
        rejection.origin = placed.unwrap_or_else(|| rejection.origin.clone());
        concerns
    });
    summary.rejected.retain(|_, count| *count > 0);
}

/// The text of a history in which a candidate was rejected.
fn text_in<'t>(rejection: &'t Rejection, history: &History) -> Option<&'t GitText> {
    rejection.origin.git().filter(|text| &*text.repository == history.repository.name())
}

/// The text by the path and the commit by which it came.
pub(super) fn introduced(text: &GitText, by: &Introduction) -> GitText {
    let Introduction { path, commit, path_is_id } = by;
    GitText { path: Some(path.clone()), commit: *commit, path_is_id: *path_is_id, ..text.clone() }
}
