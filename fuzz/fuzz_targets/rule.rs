//! Any text as a rule file: a rule or an error, and a rule matches or does not.
#![no_main]

use dogcatcher::rule::Rule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Rule::parse("fuzz.toml", text) {
        Ok(rule) => {
            let _ = rule.pattern().match_start(text.as_bytes());
        }
        Err(error) => assert!(error.to_string().contains("fuzz.toml")),
    }
});
