//! SARIF 2.1.0 as code scanning reads it.
//!
//! One result for each place, since a reader shows only the first location of a
//! result. Suppressed places are left out: code scanning does not honour
//! suppressions. No snippet: it would hold the secret.

mod model;

use std::io::{self, Write};
use std::path::Path;

use super::liveness::liveness_notes;
use super::name::foreign;
use super::name::{hidden, shown_day, shown_origin, shown_reason, shown_time};
use super::number::counted;
use super::options::Options;
use super::options::Part;
use super::order::gravity_rank;
use crate::detect::{Proof, Scope};
use crate::finding::{Finding, Location, Suppression};
use crate::location::{GitPart, Origin, absolute, path_below};
use crate::rule::{Confidence, Rule, RuleSet, Severity};
use crate::scan::Outcome;
use model::*;

/// Where to learn more. The project has no public address yet; this page
/// describes what it looks for.
const INFORMATION_URI: &str = "https://docs.datadoghq.com/account_management/personal-access-tokens/";

/// The most results that code scanning takes of a run.
const MOST_RESULTS: usize = 25_000;

pub(super) fn write(
    outcome: &Outcome<'_>,
    rules: &RuleSet,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Code scanning takes each upload for the whole state of its category, and what stands in history has no line in
    // the tree that it shows: the two do not mix.
    let history = match options.part {
        Part::Auto => !outcome.summary.of_files(),
        Part::Files => false,
        Part::History => true,
    };
    let which = Which { history, suppressed: options.suppressed };
    let (results, left_out) = all_results(outcome, rules, which);
    let category = if history { "dogcatcher/history/" } else { "dogcatcher/files/" };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: INFORMATION_URI,
                    rules: rules.rules().iter().map(descriptor).collect(),
                },
            },
            automation_details: AutomationDetails { id: category },
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: BaseIds {
                srcroot: BaseId { description: text("The folder in which dogcatcher was started.") },
            },
            version_control_provenance: provenance(outcome, history).into_iter().collect(),
            invocations: [invocation(outcome, history, left_out)],
            results,
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// The version of the repository, if there is one that has an address.
fn provenance(outcome: &Outcome<'_>, history: bool) -> Option<VersionControl> {
    let (top, it) = outcome.provenance.as_ref()?;
    // An address that looks as if it held a credential is none that may be shown.
    let repository_uri = Some(it.url.clone()).filter(|url| hidden(url) == *url)?;
    let (uri, uri_base_id) = match uri(top) {
        // Paths of history are seen from the top of the repository.
        _ if history => (None, Some("SRCROOT")),
        // What lies above has no place below SRCROOT.
        (_, None) => return None,
        (path, base) if path.is_empty() || path == "." => (None, base),
        (path, base) => (Some(path + "/"), base),
    };
    Some(VersionControl {
        repository_uri,
        revision_id: it.revision.map(|id| id.to_string()),
        branch: it.branch.as_deref().map(foreign),
        mapped_to: FolderLocation { uri, uri_base_id },
    })
}

fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let links: String = rule.references().iter().map(|link| format!("\n- <{link}>")).collect();
    let markdown = format!(
        "**{}**\n\n{}\n\n**What to do.** {}\n{links}\n",
        rule.name(),
        rule.description(),
        rule.remediation()
    );
    Descriptor {
        id: rule.id(),
        name: pascal_case(rule.id()),
        short_description: text(format!("{} in a file.", rule.name())),
        full_description: text(rule.description()),
        help: Help { text: format!("{}\n\n{}", rule.description(), rule.remediation()), markdown },
        help_uri: rule.references().first().map(String::as_str),
        default_configuration: Configuration { level: level(rule.severity(), Confidence::Verified) },
        properties: RuleProperties {
            tags: ["security", "secret", "external/cwe/cwe-798"],
            precision: "very-high",
            security_severity: security_severity(rule.severity()),
        },
    }
}

/// Returns all results, the gravest first, as many as code scanning takes, and
/// how many are left out.
fn all_results<'a>(outcome: &'a Outcome<'_>, rules: &RuleSet, which: Which) -> (Vec<ResultEntry<'a>>, usize) {
    let mut findings: Vec<&Finding<'_>> = outcome.findings.iter().collect();
    let count = findings.iter().map(|finding| places(finding, which).count()).sum::<usize>();
    findings.sort_by_key(|finding| gravity_rank(finding));
    let all = findings.into_iter().flat_map(|finding| results(finding, rules, which));
    (all.take(MOST_RESULTS).collect(), count.saturating_sub(MOST_RESULTS))
}

fn invocation(outcome: &Outcome<'_>, history: bool, cut: usize) -> Invocation {
    let notifications = outcome.summary.skipped.iter().map(|skipped| Notification {
        level: if skipped.incomplete { "error" } else { "note" },
        message: text(format!("{} was not read: {}.", shown_origin(skipped), skipped.reason)),
    });
    let cut = (cut > 0).then(|| Notification {
        level: "warning",
        message: text(format!(
            "{} left out: code scanning takes {MOST_RESULTS} of a run. These are the gravest ones.",
            counted(cut as u64, "result")
        )),
    });
    let left_out = match outcome
        .findings
        .iter()
        .filter(|it| it.suppressed.is_none() && !it.in_files())
        .count()
    {
        n if n > 0 && !history => Some(Notification {
            level: "note",
            message: text(format!(
                "{} only in the history of git and not among these results; a scan with --history-only reports {}.",
                counted(n as u64, "finding"),
                if n == 1 { "it" } else { "them" }
            )),
        }),
        _ => None,
    };
    Invocation {
        execution_successful: !outcome.summary.incomplete(),
        tool_execution_notifications: notifications.chain(cut).chain(left_out).collect(),
    }
}

/// The results of a finding: its places in files, or those in history.
fn results<'a>(finding: &'a Finding<'_>, rules: &RuleSet, which: Which) -> Vec<ResultEntry<'a>> {
    let rule_index = rules.rules().iter().position(|rule| rule.id() == finding.rule.id()).unwrap_or(0);
    let count = finding.active_locations().count();
    let entry = |location: &'a Location| ResultEntry {
        rule_id: finding.rule.id(),
        rule_index,
        level: match finding.is_live() {
            true => "error",
            false => level(finding.severity(), finding.confidence),
        },
        message: text(message(finding, count) + &brought_by(location)),
        locations: [physical(location)],
        suppressions: suppressions(finding, location),
        partial_fingerprints: Fingerprints {
            line: location.line_hash.as_deref(),
            finding: &finding.fingerprint,
        },
        properties: ResultProperties {
            credential: finding.rule.credential_name(),
            confidence: finding.confidence.as_str(),
            token_id: finding.token_id.map(|id| id.to_string()),
            repository: location.repository.as_deref().map(super::name::shown_path),
            commit: location.origin.git().and_then(|text| text.commit).map(|id| id.to_string()),
            date: location.commit.as_ref().map(|commit| shown_time(commit.time)),
            reached_by: location.reached_by.as_deref().map(foreign),
            liveness: finding.liveness.as_ref().map(|it| it.state.as_str()),
            site: finding.liveness.as_ref().and_then(|it| it.site).map(|site| site.name()),
        },
    };
    places(finding, which).map(entry).collect()
}

/// Which places become results.
#[derive(Debug, Clone, Copy)]
struct Which {
    /// Those in history, or else those in files.
    history: bool,
    /// Those that are suppressed, too.
    suppressed: bool,
}

/// The places of a finding that become results.
fn places<'f>(finding: &'f Finding<'_>, which: Which) -> impl Iterator<Item = &'f Location> {
    let counts = move |it: &&Location| finding.suppressed.is_none() && it.suppressed.is_none();
    let wanted =
        move |it: &&Location| it.origin.is_history() == which.history && (which.suppressed || counts(it));
    // What stands in a file, too, is a result there.
    let elsewhere = which.history && finding.in_files();
    finding.locations.iter().filter(move |_| !elsewhere).filter(wanted)
}

/// Returns why a place does not count, as SARIF says it.
fn suppressions(finding: &Finding<'_>, location: &Location) -> Vec<SuppressionEntry> {
    let why = location.suppressed.as_ref().or(finding.suppressed.as_ref());
    let entry = |why: &Suppression| SuppressionEntry {
        kind: if why.by == "inline" { "inSource" } else { "external" },
        status: "accepted",
        justification: format!("{}: {}", why.by, shown_reason(why)),
    };
    why.map(entry).into_iter().collect()
}

fn message(finding: &Finding<'_>, places: usize) -> String {
    let proof = match (&finding.proof, finding.confidence) {
        (Proof::Holds(_), _) => "its checksum holds",
        (Proof::Fails, _) => "its shape is exact, but its checksum does not hold",
        (Proof::None, Confidence::Context) => {
            finding.scope.map_or("the words around it say so", Scope::explain)
        }
        (Proof::None, _) => "its shape is exact",
    };
    let id = finding.token_id.map_or_else(String::new, |id| format!(" Token id: {id}."));
    let elsewhere = if places > 1 { format!(" It stands in {places} places.") } else { String::new() };
    let live = finding.liveness.as_ref().and_then(|it| liveness_notes(it).into_iter().next());
    let live = live.map_or_else(String::new, |(_, verdict)| format!(" {verdict}."));
    format!("{} {}: {proof}.{live}{id}{elsewhere}", finding.rule.name(), finding.redacted)
}

/// The commit that brought it, as the end of a message.
fn brought_by(location: &Location) -> String {
    let Some(id) = location.origin.git().and_then(|text| text.commit) else { return String::new() };
    let day = location.commit.as_ref().map_or_else(String::new, |it| format!(" of {}", shown_day(it.time)));
    format!(" Commit {}{day} brought it.", id.short_hex())
}

fn physical(location: &Location) -> LocationEntry {
    // Code scanning shows files of the tree: for what is in an archive, the archive.
    let (uri, base) = match (location.origin.outermost(), location.origin.git().and_then(|text| text.object))
    {
        (Origin::File(path), _) => uri(path),
        // Seen from the root of the work tree, where git starts its hooks.
        (Origin::Git(text), _) if text.part == GitPart::Staged => {
            uri(text.path.as_deref().unwrap_or(Path::new("")))
        }
        (Origin::Git(text), _) if !text.part.is_header() && text.path.is_some() => {
            // Seen from the root of the work tree, as git says it.
            let path = text.path.as_deref().unwrap_or(Path::new(""));
            let whole = || escape_bytes(path.as_os_str().as_encoded_bytes());
            (if text.path_is_id { whole() } else { percent_encode(path) }, Some("SRCROOT"))
        }
        (Origin::Git(_), Some(object)) => (format!("git/{object}"), None),
        (Origin::Git(_), None) => ("git/refs".to_owned(), None),
        (Origin::Stdin | Origin::Member(_) | Origin::NameOf(_), _) => ("stdin".to_owned(), None),
    };
    LocationEntry {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri, uri_base_id: base },
            region: Region {
                start_line: location.start.line,
                start_column: location.start.column,
                end_line: location.end.line,
                end_column: location.end.column,
            },
        },
    }
}

/// A path as a URI: relative to SRCROOT where it lies below the current folder,
/// absolute elsewhere.
fn uri(path: &Path) -> (String, Option<&'static str>) {
    let below = path_below(&absolute(Path::new("")), path);
    match below {
        Some(path) => (percent_encode(&path), Some("SRCROOT")),
        None => (format!("file://{}", percent_encode(&absolute(path))), None),
    }
}

pub(super) fn percent_encode(path: &Path) -> String {
    let name = path.to_string_lossy();
    // A file that is named like a token, plain or encoded.
    let safe = hidden(&name);
    escape_bytes(if safe == name { path.as_os_str().as_encoded_bytes() } else { safe.as_bytes() })
}

/// The bytes of a path as a URI has them.
fn escape_bytes(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn level(severity: Severity, confidence: Confidence) -> &'static str {
    match (severity, confidence) {
        (Severity::Info | Severity::Low, _) => "note",
        (Severity::Critical | Severity::High, Confidence::Verified) => "error",
        _ => "warning",
    }
}

/// The score by which code scanning sorts, as a number in a string.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "0.0",
    }
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("a b/ä#.txt".as_ref()), ("a%20b/%C3%A4%23.txt".to_owned(), Some("SRCROOT")));
        let (outside, base) = uri("../x".as_ref());
        assert!(outside.starts_with("file:///") && !outside.contains("..") && base.is_none(), "{outside}");
        assert_eq!(uri("a/../b".as_ref()), ("b".to_owned(), Some("SRCROOT")));
        let here = std::env::current_dir().expect("a folder").join("x/y");
        assert_eq!(uri(&here), ("x/y".to_owned(), Some("SRCROOT")));
    }

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal_case("datadog-application-key"), "DatadogApplicationKey");
    }
}
