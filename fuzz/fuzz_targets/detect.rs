//! Any bytes through the detector: spans lie within the text, and an excerpt shows no secret.
#![no_main]

use std::sync::LazyLock;

use dogcatcher::detect::{Detector, Glance, Topic, Verdict};
use dogcatcher::rule::RuleSet;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

fuzz_target!(|bytes: &[u8]| {
    let detector = Detector::new(&RULES);
    for verdict in detector.detect(bytes) {
        let span = verdict.span();
        assert!(span.end <= bytes.len() && detector.glance(bytes, Topic::Unknown) == Glance::Candidates);
        if let Verdict::Found(_) = verdict {
            let secret = String::from_utf8_lossy(&bytes[span.clone()]).into_owned();
            assert!(!detector.excerpt_around(bytes, &span).text.contains(&secret));
        }
    }
});
