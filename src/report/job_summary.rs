//! The summary of a job of GitHub Actions: what people see first, in Markdown
//! that foreign text cannot break.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::allow_entries;
use super::gaps;
use super::github::file_of;
use super::group::group_findings;
use super::markdown::{code, escaped, write_remedy};
use super::name::shown_path;
use super::name::{self, shown_day, shown_origin, shown_reason};
use super::number::counted;
use super::options::GroupBy;
use super::order::{MAX_PLACES, gravest_first};
use super::totals::count_kinds;
use super::words::{headline, repository_among, why};
use crate::finding::{Finding, Location};
use crate::location::Origin;
use crate::scan::{ConfigUse, Outcome, Summary};

/// How many findings, and inputs that were not read, are named: a summary may
/// have 1 MiB.
const MOST: usize = 100;

/// The most findings that have a row each; of more there is one for each group.
const MAX_IN_FULL: usize = 20;

/// Addresses at which files and commits can be looked at.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// The address of the repository: `https://github.com/OWNER/NAME`.
    pub repository: Option<String>,
    /// The commit that is checked out.
    pub head: Option<String>,
}

/// The job that a summary is of.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Scope of the scan, in words.
    pub scanned: &'a str,
    /// A sentence that says where an `[[allow]]` entry counts.
    pub allowed_in: &'a str,
    /// Addresses at which files and commits can be looked at.
    pub links: &'a Links,
}

/// Writes the summary.
///
/// # Errors
///
/// Whatever `out` returns.
pub fn write_job_summary(outcome: &Outcome<'_>, job: Job<'_>, out: &mut dyn Write) -> io::Result<()> {
    let active = gravest_first(outcome);
    let title = headline(&active, &outcome.summary);
    let gaps = gaps::failed(&outcome.summary).map_or_else(String::new, |gaps| format!("; {gaps}"));
    writeln!(out, "## dogcatcher: {}{gaps}\n", lower_first(&title))?;
    writeln!(out, "Scanned: {}.\n", escaped(job.scanned))?;
    if !active.is_empty() {
        match active.len() {
            0..=MAX_IN_FULL => write_findings(&active, &outcome.summary, job.links, out)?,
            _ => write_groups(&active, &outcome.summary, job.links, out)?,
        }
        write_remedies(&active, out)?;
        write_entries(&allow_entries(&outcome.findings), job.allowed_in, out)?;
    }
    write_suppressed(outcome, job.links, out)?;
    write_notes(outcome, out)
}

fn write_findings(
    active: &[&Finding<'_>],
    summary: &Summary,
    links: &Links,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "| credential | where | why | token id | since |\n|---|---|---|---|---|")?;
    for finding in active {
        let places: Vec<&Location> = finding.active_locations().collect();
        let first = places.first().map_or_else(String::new, |location| shown_place(location, links));
        let repository = places.first().and_then(|it| repository_among(it, summary));
        let of = repository.map_or_else(String::new, |name| format!("<br>of {}", escaped(&name)));
        let more = match places.len() {
            0 | 1 => String::new(),
            n => format!("<br>and {} more", n - 1),
        };
        let state = finding.liveness.as_ref().map_or("", |it| it.state.as_str());
        let live = if state.is_empty() { String::new() } else { format!("<br>**{state}**") };
        writeln!(
            out,
            "| {}<br><code>{}</code>{live} | {first}{of}{more} | **{}**: {} | {} | {} |",
            escaped(finding.rule.name()),
            escaped(&finding.redacted),
            finding.confidence.as_str(),
            escaped(&why(finding)),
            finding.token_id.map_or_else(|| "–".to_owned(), |id| format!("<code>{id}</code>")),
            finding.first_seen.map_or_else(|| "–".to_owned(), shown_day),
        )?;
    }
    writeln!(out)
}

/// Writes many findings in groups, the gravest first: three places of each
/// group, and how many there are of each kind.
fn write_groups(
    active: &[&Finding<'_>],
    summary: &Summary,
    links: &Links,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "| findings | number | first places |\n|---|--:|---|")?;
    for group in group_findings(active, GroupBy::Gravity, false) {
        let place = |finding: &&Finding<'_>| {
            let first = finding.active_locations().next()?;
            let repository = repository_among(first, summary).map(|name| format!(" of {}", escaped(&name)));
            Some(shown_place(first, links).replace("<br>", " ") + &repository.unwrap_or_default())
        };
        let mut places: Vec<String> = group.findings.iter().filter_map(place).take(MAX_PLACES).collect();
        let more = group.findings.len().saturating_sub(places.len());
        places.extend((more > 0).then(|| format!("and {more} more, in the reports")));
        writeln!(out, "| {} | {} | {} |", escaped(&group.title), group.findings.len(), places.join("<br>"))?;
    }
    let kinds = count_kinds(active);
    let headings = kinds.headings.iter().map(|heading| escaped(heading)).collect::<Vec<_>>().join(" | ");
    writeln!(out, "\n| kind | {headings} |\n|---|{}", "--:|".repeat(kinds.headings.len()))?;
    for (name, counts) in &kinds.rows {
        let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
        writeln!(out, "| {} | {} |", escaped(name), counts.join(" | "))?;
    }
    writeln!(out)
}

/// Returns what to do, once for each kind.
fn write_remedies(active: &[&Finding<'_>], out: &mut dyn Write) -> io::Result<()> {
    let open: Vec<&Finding<'_>> = active.iter().copied().filter(|it| !it.is_dead()).collect();
    if open.is_empty() {
        let rest = "All of it is dead: take it out of the commits, so that nobody reports it again.";
        return writeln!(out, "### What to do\n\n{rest}\n");
    }
    let active = &open[..];
    let mut seen = BTreeSet::new();
    writeln!(
        out,
        "### What to do\n\n\
         1. **Revoke it.** Whoever can read this branch may have it already; taking it out of the file changes nothing about that.\n\
         2. **Put a new one** where it is used, from a secret store.\n\
         3. **Take it out of the commits**, so that nobody reports it again.\n"
    )?;
    write_command(active, out)?;
    writeln!(out, "<details><summary>How to revoke each kind</summary>\n")?;
    for rule in active.iter().map(|finding| finding.rule).filter(|rule| seen.insert(rule.id())) {
        write_remedy(rule, out)?;
    }
    writeln!(out, "\n</details>\n")
}

/// Returns what lets one stay that may, a revoked one say. A mark in a later
/// commit would lift nothing.
fn write_entries(entries: &str, allowed_in: &str, out: &mut dyn Write) -> io::Result<()> {
    match entries.is_empty() {
        true => Ok(()),
        false => writeln!(
            out,
            "<details><summary>May it stay, since it is dead, say?</summary>\n\n{}\n\n```toml{entries}```\n\n</details>\n",
            escaped(allowed_in)
        ),
    }
}

/// Returns what an administrator can paste: ids are no secrets.
fn write_command(active: &[&Finding<'_>], out: &mut dyn Write) -> io::Result<()> {
    let ids: Vec<String> =
        active.iter().take(MOST).filter_map(|it| it.token_id).map(|id| format!(" --id {id}")).collect();
    match ids.is_empty() {
        true => Ok(()),
        false => writeln!(
            out,
            "An administrator can revoke the access tokens at once, and see proof that they are dead:\n\n```sh\ndogcatcher revoke{}\n```\n",
            ids.concat()
        ),
    }
}

/// Writes what does not count, who decided that, and until when: whoever
/// reviews a change has to see what it allows.
fn write_suppressed(outcome: &Outcome<'_>, links: &Links, out: &mut dyn Write) -> io::Result<()> {
    let suppressed = outcome.findings.iter().filter(|it| !it.is_known());
    let suppressed: Vec<_> = suppressed.filter_map(|it| Some((it, it.suppressed.as_ref()?))).collect();
    if suppressed.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Suppressed\n\n| credential | where | why |\n|---|---|---|")?;
    for (finding, why) in suppressed.iter().take(MOST) {
        let first = finding.locations.first().map_or_else(String::new, |place| shown_place(place, links));
        let (name, redacted) = (escaped(finding.rule.name()), code(&finding.redacted));
        let why = escaped(&format!("{}: {}", why.by, shown_reason(why)));
        writeln!(out, "| {name}<br>{redacted} | {first} | {why} |")?;
    }
    if suppressed.len() > MOST {
        writeln!(out, "\nand {} more", suppressed.len() - MOST)?;
    }
    writeln!(out)
}

fn write_notes(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let config = |it: &ConfigUse| {
        format!(
            "<code>{}</code> was used, and allowed {}",
            escaped(&it.file),
            counted(it.allowed as u64, "place")
        )
    };
    let configs: Vec<String> = outcome.configs.iter().map(config).collect();
    let config = if configs.is_empty() { "No configuration was used".to_owned() } else { configs.join("; ") };
    let suppressed = match outcome.summary.suppressed {
        0 => "nothing is suppressed".to_owned(),
        1 => "1 finding is suppressed".to_owned(),
        n => format!("{n} findings are suppressed"),
    };
    let left_out = match outcome.summary.skipped.iter().filter(|skipped| !skipped.incomplete).count() {
        0 => String::new(),
        n => format!("; {} left out, as the settings or the clone say", counted(n as u64, "input")),
    };
    let known = match outcome.summary.known {
        0 => String::new(),
        1 => "; 1 known before, which decides nothing".to_owned(),
        n => format!("; {n} known before, which decide nothing"),
    };
    let ignored =
        gaps::ignored(&outcome.summary).map_or_else(String::new, |it| format!("; {}", escaped(&it)));
    writeln!(out, "{config}; {suppressed}{known}{left_out}{ignored}.")?;
    let failed: Vec<_> = outcome.summary.skipped.iter().filter(|skipped| skipped.incomplete).collect();
    if failed.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Not read\n")?;
    for skipped in failed.iter().take(MOST) {
        writeln!(out, "- {}: {}", escaped(&shown_origin(skipped)), escaped(&skipped.reason))?;
    }
    if failed.len() > MOST {
        writeln!(out, "- and {} more", failed.len() - MOST)?;
    }
    Ok(())
}

/// A place, with a link where it can be looked at.
fn shown_place(location: &Location, links: &Links) -> String {
    let line = location.start.line;
    let Some(repository) = &links.repository else {
        return escaped(&shown_line(&location.origin, line));
    };
    let commit = location.origin.git().and_then(|text| text.commit);
    let in_commit = commit
        .map_or_else(String::new, |id| format!("<br>in [{}]({repository}/commit/{id})", id.short_hex()));
    let tree = commit.map(|id| id.to_string()).or_else(|| links.head.clone());
    match (&location.origin, file_of(location), tree) {
        (Origin::File(_) | Origin::Git(_), Some(path), Some(tree)) => {
            let (name, path) =
                (escaped(&format!("{}:{line}", shown_path(path))), super::sarif::percent_encode(path));
            format!("[{name}]({repository}/blob/{tree}/{path}#L{line}){in_commit}")
        }
        _ => escaped(&shown_line(&location.origin, line)) + &in_commit,
    }
}

/// A line of a text.
fn shown_line(origin: &Origin, line: u64) -> String {
    name::shown_place(origin, &line.to_string())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
