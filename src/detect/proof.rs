//! A rule carries its proof: its examples must be found, its counter-examples
//! must not.
//!
//! A rule carries examples, and they are tried as a user's text would be:
//! through the whole detector, with all rules at hand, so that one rule cannot
//! take another's matches unseen.

use super::{Detector, Verdict};
use crate::error::Error;
use crate::rule::{Confidence, Rule, RuleSet};

/// How many times each example is tried, with other minted credentials each
/// time.
const TRIES: u64 = 4;

/// Tries every example and counter-example of every rule.
///
/// # Errors
///
/// The first one that does not hold, with the file, its number, what was
/// expected and what happened.
pub fn prove_examples(rules: &RuleSet) -> Result<(), Error> {
    let detector = Detector::new(rules);
    rules.rules().iter().try_for_each(|rule| prove_rule(&detector, rule))
}

fn prove_rule(detector: &Detector<'_>, rule: &Rule) -> Result<(), Error> {
    for seed in 0..TRIES {
        for (index, example) in rule.examples().iter().enumerate() {
            let text = rule.fill_example(&example.text, seed);
            let best = best_match(detector, rule, &text);
            if best != Some(example.confidence) {
                let found = best.map_or("finds nothing", Confidence::as_str);
                return Err(example_error(
                    rule,
                    format!("example {} should be `{}`, but the rule says `{found}`", index + 1, example.confidence.as_str()),
                )
                .mend("correct the pattern, the checksum or the example; {{token}} and {{broken}} stand for minted tokens"));
            }
        }
        for (index, counter) in rule.counter_examples().iter().enumerate() {
            let text = rule.fill_example(&counter.text, seed);
            if let Some(confidence) = best_match(detector, rule, &text) {
                return Err(example_error(
                    rule,
                    format!(
                        "counter-example {} ({}) should not match, but the rule says `{}`",
                        index + 1,
                        counter.why,
                        confidence.as_str()
                    ),
                )
                .mend("narrow the pattern or correct the counter-example"));
            }
        }
    }
    Ok(())
}

fn example_error(rule: &Rule, why: String) -> Error {
    Error::usage("use the rule", rule.file(), why)
}

/// Returns how sure the rule is of anything in `text`.
fn best_match(detector: &Detector<'_>, rule: &Rule, text: &[u8]) -> Option<Confidence> {
    detector
        .detect(text)
        .iter()
        .filter_map(|verdict| match verdict {
            Verdict::Found(found) if found.rule.id() == rule.id() => Some(found.confidence),
            _ => None,
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_are_compiled_in_hold() {
        prove_examples(&RuleSet::builtin()).expect("every example holds");
    }

    #[test]
    fn an_example_that_does_not_hold_is_an_error() {
        let source = r#"
id = "acme"
name = "Acme key"
description = "A key."
severity = "high"
anchors = ["acme_"]
pattern = 'acme_(?<secret>[a-z0-9]{20})'
remediation = "Revoke it."
"#;
        let example = "[[example]]\ntext = \"k={{token}}\"\nconfidence = \"verified\"\n";
        let rule = Rule::parse("acme.toml", &format!("{source}{example}")).expect("a rule");
        let error =
            prove_examples(&RuleSet::from_rules(vec![rule]).expect("one rule")).expect_err("no checksum");
        assert!(
            error
                .to_string()
                .contains("acme.toml: example 1 should be `verified`, but the rule says `suspect`"),
            "{error}"
        );
        let counter = "[[example]]\ntext = \"{{token}}\"\nconfidence = \"suspect\"\n[[counter_example]]\ntext = \"{{token}}\"\nwhy = \"no\"\n";
        let rule = Rule::parse("acme.toml", &format!("{source}{counter}")).expect("a rule");
        let error =
            prove_examples(&RuleSet::from_rules(vec![rule]).expect("one rule")).expect_err("it matches");
        assert!(error.to_string().contains("counter-example 1 (no) should not match"), "{error}");
    }
}
