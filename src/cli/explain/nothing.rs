//! The reason why nothing in a line was a candidate.

use dogcatcher::error::shown_text;
use dogcatcher::location::without_mark;
use dogcatcher::rule::RuleSet;

use crate::cli::inspect::{flaw_of, rule_by_beginning, rule_by_shape, word_spans};

/// Lengths of the keys that only their names tell, in hexadecimal digits.
const KEY_LENGTHS: [usize; 2] = [32, 40];

/// How far from that a run of digits may be to be told of.
const NEAR: usize = 8;

/// Returns why nothing in a line looks like a credential, to follow "because";
/// no word of it is shown.
pub(super) fn reason_for_nothing(rules: &RuleSet, line: &[u8]) -> String {
    let line = without_mark(line);
    if line.trim_ascii().is_empty() {
        return "the line is empty".to_owned();
    }
    let words: Vec<&[u8]> = word_spans(&line).into_iter().map(|at| &line[at]).collect();
    if let Some((rule, word)) = words.iter().find_map(|word| Some((rule_by_beginning(rules, word)?, word))) {
        return format!("what begins like a {} is none: {}", shown_text(rule.name()), flaw_of(rule, word));
    }
    if let Some(rule) = words.iter().find_map(|word| rule_by_shape(rules, word)) {
        let name = shown_text(rule.name());
        return format!("what has the shape of a {name} stands in a text that nowhere speaks of Datadog");
    }
    let is_hex = |word: &&&[u8]| word.iter().all(u8::is_ascii_hexdigit);
    let near = words
        .iter()
        .filter(is_hex)
        .map(|word| word.len())
        .find(|len| KEY_LENGTHS.iter().any(|key| key.abs_diff(*len) <= NEAR));
    match near {
        Some(len) => format!("its {len} hexadecimal digits are neither 32 nor 40, as keys are"),
        None => {
            let anchors: Vec<&str> =
                rules.rules().iter().flat_map(|rule| rule.anchors()).map(String::as_str).collect();
            format!(
                "there is neither the beginning of a token ({}) nor 32 or 40 hexadecimal digits",
                shown_text(&anchors.join(", "))
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_line_has_its_reason() {
        let rules = RuleSet::builtin();
        let key = "0123456789abcdef".repeat(2);
        for (line, reason) in [
            ("  \n".to_owned(), "the line is empty"),
            (
                "a = ddpat_short".to_owned(),
                "what begins like a Datadog personal access token is none: it has 11",
            ),
            (format!("key = {key}"), "has the shape of a Datadog API key stands in a text that nowhere"),
            (format!("key = {}", &key[1..]), "its 31 hexadecimal digits are neither"),
            ("hello".to_owned(), "there is neither the beginning of a token (ddap_"),
        ] {
            let told = reason_for_nothing(&rules, line.as_bytes());
            assert!(told.contains(reason), "{line}: {told}");
        }
    }
}
