//! The verdict on what nobody can be asked about.

use crate::finding::{Liveness, State};
use crate::token::Kind;

/// The verdict on what nobody can ask about.
pub(super) fn not_checked(why: impl Into<String>) -> Liveness {
    Liveness::new(State::NotChecked, None, why)
}

/// Returns the verdict on kinds that no call of Datadog's tells about; `None`
/// for the others.
pub(super) fn no_way(kind: Option<Kind>) -> Option<Liveness> {
    match kind {
        None => Some(not_checked("it is no credential of Datadog's")),
        Some(Kind::ClientToken) => {
            Some(not_checked("a client token is public by design, and Datadog tells nothing about it"))
        }
        Some(Kind::RemoteConfigKey) => Some(not_checked(
            "of a remote-configuration key only the application key inside can be asked about",
        )),
        Some(_) => None,
    }
}
