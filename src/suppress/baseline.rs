//! A baseline: the findings of an earlier report, so that only new ones count.
//!
//! Any JSON report is one. Only fingerprints are taken from it, so that it survives moves and
//! reformatting. A finding that the report shows as allowed is not in the baseline: when that entry
//! goes or expires, it counts again.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::finding::FINGERPRINT_PREFIX;
use crate::location::without_mark;

/// The fingerprints of an earlier JSON report.
#[derive(Debug)]
pub struct Baseline {
    name: String,
    fingerprints: HashSet<String>,
}

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
    suppressed: Option<Suppressed>,
}

/// The reason why it did not count then.
#[derive(Deserialize)]
struct Suppressed {
    by: String,
}

/// Returns whether a finding of the report is in the baseline: it counted, or it was in the
/// baseline before.
fn is_counted(known: &Known) -> bool {
    known.suppressed.as_ref().is_none_or(|suppressed| suppressed.by == "baseline")
}

impl Baseline {
    /// Reads a report that `--report json=FILE` wrote.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no such report.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|cause| Error::io("read the baseline", &name, &cause))?;
        Self::parse(&name, &bytes)
    }

    /// Reads the bytes of such a report, which `name` tells of in errors.
    ///
    /// # Errors
    ///
    /// They are no such report.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::suppress::Baseline;
    /// let report = br#"{"schema_version": 1, "findings": [{"fingerprint": "fp1_0123"}]}"#;
    /// let baseline = Baseline::parse("old.json", report).unwrap();
    /// assert!(baseline.holds("fp1_0123") && !baseline.holds("fp1_4567"));
    /// ```
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |why: String| {
            Error::usage("read the baseline", name, why)
                .mend("write one with `dogcatcher scan --fail-on never --report json=FILE`")
        };
        let report: Report = serde_json::from_slice(&without_mark(bytes))
            .map_err(|error| wrong(format!("it is no JSON report of dogcatcher: {error}")))?;
        if report.schema_version != 1 {
            return Err(wrong(format!("its schema_version is {}, not 1", report.schema_version)));
        }
        if let Some(bad) =
            report.findings.iter().find(|known| !known.fingerprint.starts_with(FINGERPRINT_PREFIX))
        {
            return Err(wrong(format!("`{}` is no fingerprint", bad.fingerprint)));
        }
        Ok(Self {
            name: name.to_owned(),
            fingerprints: report
                .findings
                .into_iter()
                .filter(is_counted)
                .map(|known| known.fingerprint)
                .collect(),
        })
    }

    /// Returns whether the report had a finding of that fingerprint.
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.fingerprints.contains(fingerprint)
    }

    /// Returns the name of the file, which reasons give.
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_needs_and_refuses_the_rest() {
        let good =
            br#"{"schema_version":1,"findings":[{"fingerprint":"fp1_00","rule_id":"x"}],"summary":{}}"#;
        let baseline = Baseline::parse("b.json", good).expect("a report");
        assert!(baseline.holds("fp1_00") && !baseline.holds("fp1_01"));
        let marked = [b"\xef\xbb\xbf", &good[..]].concat();
        assert!(Baseline::parse("b.json", &marked).expect("a report").holds("fp1_00"));
        let wide = [0xff, 0xfe].into_iter().chain(good.iter().flat_map(|byte| [*byte, 0]));
        let wide: Vec<u8> = wide.collect();
        assert!(Baseline::parse("b.json", &wide).expect("a report").holds("fp1_00"));
        let allowed = br#"{"schema_version":1,"findings":[{"fingerprint":"fp1_00","suppressed":{"by":"allow","reason":"x"}}]}"#;
        assert!(!Baseline::parse("b.json", allowed).expect("a report").holds("fp1_00"));
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
