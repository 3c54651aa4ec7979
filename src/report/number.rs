//! Numbers of things, in words.

use indicatif::HumanCount;

/// Returns a number of things; `one` is their word, whose plural ends in s.
///
/// # Examples
///
/// ```
/// use dogcatcher::report::counted;
/// assert_eq!((counted(1, "line"), counted(1200, "line")), ("1 line".to_owned(), "1,200 lines".to_owned()));
/// ```
pub fn counted(number: u64, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        n => format!("{} {one}s", HumanCount(n)),
    }
}
