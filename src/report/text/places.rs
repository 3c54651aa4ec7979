//! Words on places that are not named.

use indicatif::HumanCount;

/// The number of places that are not named, and where to find them.
pub(super) fn more_places(count: u64) -> String {
    match count {
        1 => "and 1 more place: --report json names it".to_owned(),
        _ => format!("and {} more places: --report json names them", HumanCount(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_of_as_one() {
        assert_eq!(more_places(1), "and 1 more place: --report json names it");
        assert_eq!(more_places(2), "and 2 more places: --report json names them");
    }
}
