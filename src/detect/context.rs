//! The words around a match.
//!
//! For rules whose shape alone says little. Keys that nothing begins are not
//! judged here but in [`unprefixed`](super::unprefixed), which reads names,
//! records and files.

use std::ops::Range;

use crate::rule::Context;

/// Returns whether one of the words stands near `span`, in upper or lower case.
///
/// Distance is counted from the match to the word's nearest byte, over line
/// ends.
pub(super) fn speaks_for(context: &Context, window: &[u8], span: &Range<usize>) -> bool {
    let before = &window[span.start.saturating_sub(context.within)..span.start];
    let after = &window[span.end..window.len().min(span.end + context.within)];
    [before, after].into_iter().any(|side| {
        let side = side.to_ascii_lowercase();
        let holds = |word: &String| side.windows(word.len()).any(|part| part == word.as_bytes());
        context.words.iter().any(holds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_but_not_far_and_not_inside() {
        let context = Context { words: vec!["datadog".to_owned()], within: 10 };
        for (text, expected) in [
            ("DataDog = TOKEN", true),
            ("TOKEN # datadog", true),
            ("datadog, far away = TOKEN", false),
            ("TOKEN", false),
        ] {
            let at = text.find("TOKEN").expect("there");
            assert_eq!(speaks_for(&context, text.as_bytes(), &(at..at + 5)), expected, "{text}");
        }
    }
}
