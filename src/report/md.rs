//! Markdown for a ticket or a wiki: the sum, tables, and a checklist for each
//! finding. Foreign text is no markup in it.

use std::io::{self, Write};

use super::gaps;
use super::group::{Group, group_findings};
use super::liveness::liveness_notes;
use super::markdown::{code, escaped, plain_code};
use super::name::shown_path;
use super::name::{foreign, shown_day, shown_reason};
use super::options::GroupBy;
use super::options::Options;
use super::order::{first_places, gravest_first, shown_places};
use super::steps::{Step, closing_steps, next_steps};
use super::totals::{CountTable, count_kinds, count_repositories};
use super::words::{headline, place, state_word, why};
use crate::finding::Finding;
use crate::rule::Severity;
use crate::scan::Outcome;

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let active = gravest_first(outcome);
    let unread = gaps::failed(&outcome.summary).map_or_else(String::new, |gaps| format!("; {gaps}"));
    let left_out = match outcome.summary.left_out {
        0 => String::new(),
        n => format!("; {n} left out by --only"),
    };
    let found = headline(&active, &outcome.summary);
    writeln!(out, "# dogcatcher: Datadog credentials\n\n**{found}{left_out}{unread}.**\n")?;
    if !active.is_empty() {
        write_counts("kind", &count_kinds(&active), out)?;
        if outcome.summary.repositories.len() > 1 {
            write_counts("repository", &count_repositories(&active), out)?;
        }
        write_tables(&active, options, out)?;
        writeln!(out, "## One by one\n")?;
        for (number, finding) in (1..).zip(&active) {
            write_finding(number, finding, options, out)?;
        }
        write_remedies(&active, out)?;
        if active.iter().any(|it| it.severity() > Severity::Info) {
            writeln!(out, "## When all are dead\n")?;
            write_boxes(closing_steps(), out)?;
            writeln!(out)?;
        }
    }
    write_suppressed(outcome, out)?;
    write_gaps(outcome, out)
}

fn write_counts(first: &str, table: &CountTable, out: &mut dyn Write) -> io::Result<()> {
    let headings: Vec<String> = table.headings.iter().map(|heading| escaped(heading)).collect();
    writeln!(out, "| {first} | {} |\n|---|{}", headings.join(" | "), "--:|".repeat(headings.len()))?;
    for (name, counts) in &table.rows {
        let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
        writeln!(out, "| {} | {} |", escaped(name), counts.join(" | "))?;
    }
    writeln!(out)
}

/// Writes a table of all findings, or one for each group where groups were
/// asked for.
fn write_tables(active: &[&Finding<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Findings\n")?;
    let groups = match options.group_by {
        None => vec![Group { title: String::new(), findings: active.to_vec() }],
        Some(by) => group_findings(active, by, options.authors),
    };
    for group in groups {
        if !group.title.is_empty() {
            writeln!(out, "### {} ({})\n", escaped(&group.title), group.findings.len())?;
        }
        writeln!(out, "| credential | severity | where | since | owner |\n|---|---|---|---|---|")?;
        for finding in group.findings {
            writeln!(out, "{}", table_row(finding))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn table_row(finding: &Finding<'_>) -> String {
    let state = state_word(finding).map_or_else(String::new, |state| format!("**{state}**, "));
    let (first, more) = first_places(finding);
    let more = first.len() as u64 + more - 1;
    let more = if more > 0 { format!("<br>and {more} more") } else { String::new() };
    format!(
        "| {}<br>{} | {state}{}, {} | {}{more} | {} | {} |",
        escaped(finding.rule.name()),
        code(&finding.redacted),
        finding.severity().as_str(),
        finding.confidence.as_str(),
        first.first().map_or_else(String::new, |location| code(&place(location))),
        finding.first_seen.map_or_else(|| "–".to_owned(), shown_day),
        finding.liveness.as_ref().and_then(|it| it.owner.as_deref()).map_or_else(|| "–".to_owned(), escaped),
    )
}

/// Writes what is known of a finding, and the steps that end it as boxes to
/// tick.
fn write_finding(
    number: u64,
    finding: &Finding<'_>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "### {number}. {} {}\n", escaped(finding.rule.name()), code(&finding.redacted))?;
    for (name, text) in facts(finding, options) {
        writeln!(out, "- {name}: {text}")?;
    }
    let steps = next_steps(finding);
    if !steps.is_empty() {
        writeln!(out)?;
    }
    write_boxes(steps, out)?;
    writeln!(out)
}

/// Writes steps as boxes to tick, with commands to copy.
fn write_boxes(steps: Vec<Step>, out: &mut dyn Write) -> io::Result<()> {
    for step in steps {
        writeln!(out, "- [ ] {}", escaped(&step.text))?;
        if let Some(command) = step.command {
            writeln!(out, "  ```sh\n  {command}\n  ```")?;
        }
    }
    Ok(())
}

/// What is known of a finding: a word and Markdown each.
fn facts(finding: &Finding<'_>, options: &Options) -> Vec<(&'static str, String)> {
    let (severity, grade) = (finding.severity().as_str(), finding.confidence.as_str());
    let mut facts = vec![("why", format!("{severity}, {grade}: {}", escaped(&why(finding))))];
    facts.extend(finding.token_id.map(|id| ("token id", plain_code(&id.to_string()))));
    facts.push(("fingerprint", plain_code(&finding.fingerprint)));
    let notes = finding.liveness.iter().flat_map(liveness_notes);
    facts.extend(notes.map(|(name, text)| (name, escaped(&text))));
    if let Some(seen) = finding.first_seen {
        let today = match finding.in_head {
            Some(true) => ", and HEAD still holds it",
            Some(false) => ", and HEAD does not hold it today",
            None => "",
        };
        facts.push(("first seen", format!("{}{today}", shown_day(seen))));
    }
    if !finding.tips.is_empty() {
        let more = (finding.more_tips > 0).then(|| format!("and {} more", finding.more_tips));
        let tips: Vec<String> = finding.tips.iter().map(|tip| code(tip)).chain(more).collect();
        facts.push(("still on", tips.join(", ")));
    }
    let (places, more) = shown_places(finding, options.authors);
    facts.extend(places.iter().map(|place| ("in", code(place))));
    let word = if more == 1 { "place" } else { "places" };
    facts.extend((more > 0).then(|| ("in", format!("{more} more {word}, which the JSON report names"))));
    if options.show_secrets {
        let secret = String::from_utf8_lossy(finding.secret.expose());
        facts.push(("secret", plain_code(&secret)));
    }
    facts
}

/// Writes what to do about each kind of which something is not proven dead, once.
fn write_remedies(active: &[&Finding<'_>], out: &mut dyn Write) -> io::Result<()> {
    let open: Vec<&Finding<'_>> = active.iter().copied().filter(|it| !it.is_dead()).collect();
    if open.is_empty() {
        return Ok(());
    }
    writeln!(out, "## About each kind\n")?;
    for kind in group_findings(&open, GroupBy::Credential, false) {
        if let Some(finding) = kind.findings.first() {
            super::markdown::write_remedy(finding.rule, out)?;
        }
    }
    writeln!(out)
}

/// Writes what does not count, and why, so that nothing is settled unseen.
fn write_suppressed(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suppressed = outcome.findings.iter().filter_map(|it| Some((it, it.suppressed.as_ref()?)));
    let suppressed: Vec<_> = suppressed.collect();
    if suppressed.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Suppressed\n\n| credential | where | by | reason |\n|---|---|---|---|")?;
    for (finding, why) in suppressed {
        let first = finding.locations.first().map_or_else(String::new, |location| code(&place(location)));
        let (name, redacted) = (escaped(finding.rule.name()), code(&finding.redacted));
        writeln!(
            out,
            "| {name}<br>{redacted} | {first} | {} | {} |",
            escaped(why.by),
            escaped(&shown_reason(why))
        )?;
    }
    writeln!(out)
}

fn write_gaps(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failed: Vec<_> = outcome.summary.skipped.iter().filter(|gap| gap.incomplete).collect();
    if failed.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Not read\n")?;
    for gap in failed {
        writeln!(out, "- {}: {}", code(&shown_path(&gap.origin)), escaped(&foreign(&gap.reason)))?;
    }
    writeln!(out)
}
