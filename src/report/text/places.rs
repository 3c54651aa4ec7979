//! Words on places that are not named.

use indicatif::HumanCount;

/// The number of places that are not named, and where to find them.
pub(super) fn more_places(count: u64) -> String {
    format!("and {} more places: --report json names them", HumanCount(count))
}
