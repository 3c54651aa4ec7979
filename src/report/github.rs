//! Annotations: workflow commands of GitHub Actions, one a finding. No foreign
//! text can become a command.

use std::io::{self, Write};
use std::path::Path;

use super::gaps;
use super::name::foreign;
use super::name::hidden;
use super::name::shown_path;
use super::number::counted;
use super::order::gravest_first;
use super::words::{headline, repository_among, why};
use crate::finding::{Finding, Location};
use crate::location::Origin;
use crate::rule::{Confidence, Severity};
use crate::scan::{Outcome, Summary};

/// GitHub shows so many of each level for a step.
const MOST: usize = 10;

pub(super) fn write(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let active = gravest_first(outcome);
    let mut left_out = 0;
    for level in ["error", "warning", "notice"] {
        let of_level = || active.iter().filter(|finding| level_of(finding) == level);
        for finding in of_level().take(MOST) {
            write_one(level, finding, &outcome.summary, out)?;
        }
        left_out += of_level().count().saturating_sub(MOST);
    }
    if left_out > 0 {
        writeln!(
            out,
            "::notice title=dogcatcher::{} in the log and in the reports",
            counted(left_out as u64, "more finding")
        )?;
    }
    if let Some(gaps) = gaps::failed(&outcome.summary) {
        let found = headline(&active, &outcome.summary);
        writeln!(out, "::warning title=dogcatcher::{found}; {gaps}")?;
    }
    Ok(())
}

fn write_one(level: &str, finding: &Finding<'_>, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = Vec::new();
    let mut elsewhere = String::new();
    if let Some(location) = finding.active_locations().next() {
        match file_of(location).and_then(plain_name) {
            Some(name) => {
                properties.push(format!("file={}", property(name)));
                // Lines of what is in an archive are none of the archive, and a name has none.
                if !matches!(location.origin, Origin::Member(_) | Origin::NameOf(_)) {
                    let (start, end) = (location.start, location.end);
                    properties.push(format!("line={},endLine={}", start.line, end.line));
                    if start.line == end.line {
                        properties.push(format!("col={},endColumn={}", start.column, end.column));
                    }
                }
            }
            None => elsewhere = format!(" In {}.", shown_path(&location.origin.name())),
        }
        if let Some(repository) = repository_among(location, summary) {
            elsewhere.push_str(&format!(" Repository: {repository}."));
        }
    }
    properties.push(format!(
        "title={}",
        property(&format!("{} ({})", finding.rule.name(), finding.confidence.as_str()))
    ));
    let id = finding.token_id.map_or_else(String::new, |id| format!(" Token id: {id}."));
    let next = match finding.is_dead() {
        true => "It is dead: all that is left is to take it out of the file.",
        false => "Revoke it; taking it out of the file is not enough.",
    };
    let message = format!("{}: {}.{id}{elsewhere} {next}", finding.redacted, why(finding));
    writeln!(out, "::{level} {}::{}", properties.join(","), data(&message))
}

fn level_of(finding: &Finding<'_>) -> &'static str {
    match (finding.severity(), finding.confidence) {
        _ if finding.is_live() => "error",
        (Severity::Info | Severity::Low, _) => "notice",
        (_, Confidence::Verified) => "error",
        _ => "warning",
    }
}

/// The file of the tree that a place is in: for what is in an archive, the
/// archive.
pub(super) fn file_of(location: &Location) -> Option<&Path> {
    match location.origin.outermost() {
        Origin::Git(text) if text.part.is_header() => None,
        origin => origin.path(),
    }
}

/// A name that can be written as it is: any other would name another file.
fn plain_name(path: &Path) -> Option<&str> {
    let name = path.to_str()?;
    // The ends of lines have an escape of their own there.
    let shown = name.replace(['\n', '\r'], "");
    (foreign(&shown) == shown).then_some(name)
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    without_old_commands(&foreign(text)).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before it.
fn property(text: &str) -> String {
    let text =
        without_old_commands(&hidden(text)).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace(':', "%3A").replace(',', "%2C")
}

/// A runner takes `##[` for the beginning of a command wherever it stands.
fn without_old_commands(text: &str) -> String {
    text.replace("##[", "##\u{200c}[")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_no_command() {
        assert_eq!(property("a\n::error file=x::y"), "a%0A%3A%3Aerror file=x%3A%3Ay");
        assert_eq!(property("100%,b:c"), "100%25%2Cb%3Ac");
        assert_eq!(property("##[error]x"), "##\u{200c}[error]x");
        assert_eq!(data("a%0Ab"), "a%250Ab");
    }
}
