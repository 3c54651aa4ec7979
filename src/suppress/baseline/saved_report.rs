//! A saved JSON report as a baseline: the fingerprints of what counted when it
//! was written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::entry::BaselineEntry;
use crate::error::Error;
use crate::finding::FINGERPRINT_PREFIX;

/// The part of a report that a baseline needs.
#[derive(Deserialize)]
struct Report {
    schema_version: u64,
    findings: Vec<Known>,
}

/// A finding of a report, as far as a baseline needs it.
#[derive(Deserialize)]
struct Known {
    fingerprint: String,
    #[serde(default)]
    rule_id: String,
    suppressed: Option<Suppressed>,
}

/// The reason why it did not count then.
#[derive(Deserialize)]
struct Suppressed {
    by: String,
}

/// Returns whether a finding of the report is in the baseline: it counted, or
/// it was in the baseline before.
fn is_counted(known: &Known) -> bool {
    known.suppressed.as_ref().is_none_or(|suppressed| suppressed.by == "baseline")
}

/// Reads the bytes of a report, which `name` tells of in errors.
///
/// # Errors
///
/// They are no report of a version that is known.
pub(super) fn parse_report(name: &str, text: &[u8]) -> Result<BTreeMap<String, BaselineEntry>, Error> {
    let wrong = |why: String| {
        Error::usage("read the baseline", name, why).mend("write one with `dogcatcher baseline write FILE`")
    };
    if text.trim_ascii().is_empty() {
        return Err(wrong("it is empty".to_owned()));
    }
    let report: Report = serde_json::from_slice(text)
        .map_err(|error| wrong(format!("it is no JSON report of dogcatcher, and no baseline: {error}")))?;
    if report.schema_version != 1 {
        return Err(wrong(format!("its schema_version is {}, not 1", report.schema_version)));
    }
    let is_bad = |known: &&Known| !known.fingerprint.starts_with(FINGERPRINT_PREFIX);
    if let Some(bad) = report.findings.iter().find(is_bad) {
        return Err(wrong(format!("`{}` is no fingerprint", bad.fingerprint)));
    }
    let counted = report.findings.iter().filter(|known| is_counted(known));
    let entry = |known: &Known| BaselineEntry::bare(&known.fingerprint, &known.rule_id);
    Ok(counted.map(|known| (known.fingerprint.clone(), entry(known))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::Baseline;

    #[test]
    fn reads_what_it_needs_and_refuses_the_rest() {
        let good =
            br#"{"schema_version":1,"findings":[{"fingerprint":"fp1_00","rule_id":"x"}],"summary":{}}"#;
        let holds = |bytes: &[u8], name: &str| {
            Baseline::parse("b.json", bytes).expect("a report").entry(name).is_some()
        };
        assert!(holds(good, "fp1_00") && !holds(good, "fp1_01"));
        assert!(holds(&[b"\xef\xbb\xbf", &good[..]].concat(), "fp1_00"));
        let wide = [0xff, 0xfe].into_iter().chain(good.iter().flat_map(|byte| [*byte, 0]));
        assert!(holds(&wide.collect::<Vec<u8>>(), "fp1_00"));
        let allowed = br#"{"schema_version":1,"findings":[{"fingerprint":"fp1_00","suppressed":{"by":"allow","reason":"x"}}]}"#;
        assert!(!holds(allowed, "fp1_00"));
        let bad: [&[u8]; 4] = [
            b"",
            b"[]",
            br#"{"schema_version":2,"findings":[]}"#,
            br#"{"schema_version":1,"findings":[{"fingerprint":"abc"}]}"#,
        ];
        for bytes in bad {
            let error = Baseline::parse("b.json", bytes).expect_err("no report").to_string();
            assert!(error.contains("b.json") && error.contains("fix: write one"), "{error}");
        }
    }
}
