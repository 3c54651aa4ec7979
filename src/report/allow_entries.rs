//! Entries of a configuration that would allow what was found, ready but for
//! their reasons.

use std::fmt::Write;

use crate::finding::Finding;
use crate::rule::Severity;

/// The most entries that are written out.
const MAX_ENTRIES: usize = 5;

/// The `[[allow]]` entries for what was found, each after an empty line;
/// nothing for what is public by design or suppressed.
pub fn allow_entries(findings: &[Finding<'_>]) -> String {
    let counts = |it: &&Finding<'_>| it.suppressed.is_none() && it.rule.severity() > Severity::Info;
    let fingerprints: Vec<&str> =
        findings.iter().filter(counts).map(|finding| finding.fingerprint.as_str()).collect();
    let mut out = String::new();
    for fingerprint in fingerprints.iter().take(MAX_ENTRIES) {
        // Writing to a string cannot fail. A fingerprint may be shown, though it looks like a key.
        let _ = write!(out, "\n[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"REASON\"\n");
    }
    if let Some(more) = fingerprints.len().checked_sub(MAX_ENTRIES).filter(|more| *more > 0) {
        let _ = write!(out, "\n# and {more} more: the JSON report names each fingerprint\n");
    }
    out
}
