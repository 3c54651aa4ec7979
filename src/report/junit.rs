//! JUnit XML: each place is a test that fails, so that any CI shows it.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::group::group_findings;
use super::name::{foreign, shown_path};
use super::options::GroupBy;
use super::order::gravest_first;
use super::steps::next_steps;
use super::words::{place, state_word, why};
use crate::finding::{Finding, Location};
use crate::rule::Severity;
use crate::scan::Outcome;

pub(super) fn write(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let active = gravest_first(outcome);
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    report.set_time(outcome.summary.duration);
    for kind in group_findings(&active, GroupBy::Credential, false) {
        let cases = kind.findings.iter().flat_map(|finding| {
            finding.active_locations().map(move |location| place_case(finding, location))
        });
        let mut suite = TestSuite::new(&kind.title);
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    let gaps = outcome.summary.skipped.iter().filter(|gap| gap.incomplete);
    let mut unread = TestSuite::new("inputs that were not read");
    unread.add_test_cases(gaps.map(|gap| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(gap.kind.as_str()).set_message(foreign(&gap.reason));
        TestCase::new(shown_path(&gap.origin), status)
    }));
    let is_complete = unread.test_cases.is_empty();
    if !is_complete {
        report.add_test_suite(unread);
    } else if active.is_empty() {
        // A run without a single test counts as broken to some readers.
        let mut clean = TestSuite::new("Datadog credentials");
        clean.add_test_case(TestCase::new("no credentials found", TestCaseStatus::success()));
        report.add_test_suite(clean);
    }
    report.serialize(&mut *out).map_err(io::Error::other)?;
    out.write_all(b"\n")
}

/// The test that no credential stands in this place; what is public by design
/// passes over it.
fn place_case(finding: &Finding<'_>, location: &Location) -> TestCase {
    let mut status = match finding.severity() {
        Severity::Info => TestCaseStatus::skipped(),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    status.set_type(finding.rule.id()).set_message(message(finding)).set_description(description(finding));
    let mut case = TestCase::new(place(location), status);
    if let Some(path) = location.origin.path() {
        let path = shown_path(path);
        case.set_classname(&path);
        case.extra.insert("file".into(), path.into());
        case.extra.insert("line".into(), location.start.line.to_string().into());
    }
    case
}

/// One line: what it is, how sure, and whether it works.
fn message(finding: &Finding<'_>) -> String {
    let state = state_word(finding).map_or_else(String::new, |state| format!("{state}, "));
    let (severity, grade) = (finding.severity().as_str(), finding.confidence.as_str());
    let (name, redacted) = (foreign(finding.rule.name()), foreign(&finding.redacted));
    format!("{name} {redacted}: {state}{severity}, {grade}")
}

/// Reason why it counts, its names, and what to do.
fn description(finding: &Finding<'_>) -> String {
    let mut text = format!("Why: {}\n", why(finding));
    if let Some(id) = finding.token_id {
        text.push_str(&format!("Token id: {id}\n"));
    }
    text.push_str(&format!("Fingerprint: {}\n", finding.fingerprint));
    for (number, step) in (1..).zip(next_steps(finding)) {
        let command = step.command.map_or_else(String::new, |command| format!("\n   {command}"));
        text.push_str(&format!("{number}. {}{command}\n", step.text));
    }
    text
}
