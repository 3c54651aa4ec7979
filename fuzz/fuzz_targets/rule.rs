//! Any text as a rule file: an error that names the file, or a rule that works on its own examples and on its own text.
#![no_main]

use dogcatcher::detect::Detector;
use dogcatcher::rule::{Rule, RuleSet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let rule = match Rule::parse("fuzz.toml", text) {
        Ok(rule) => rule,
        Err(error) => return assert!(error.to_string().contains("fuzz.toml")),
    };
    let filled = |text: &str| rule.fill_example(text, 7);
    let mut texts = vec![text.as_bytes().to_vec()];
    texts.extend(rule.examples().iter().map(|example| filled(&example.text)));
    texts.extend(rule.counter_examples().iter().map(|example| filled(&example.text)));
    let rules = RuleSet::from_rules(vec![rule]).expect("one id");
    let detector = Detector::new(&rules);
    for text in &texts {
        for verdict in detector.detect(text) {
            assert!(text.get(verdict.span()).is_some());
        }
    }
});
