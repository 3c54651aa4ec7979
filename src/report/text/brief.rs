//! Many findings: a block of a few lines each, below the title of its group.

use std::io::{self, Write};

use super::super::group::{Group, group_findings};
use super::super::name::{foreign, shown_day};
use super::super::options::GroupBy;
use super::super::options::Options;
use super::super::order::shown_places;
use super::super::words::state_word;
use super::places::more_places;
use crate::error::shown_text;
use crate::finding::Finding;
use crate::rule::Severity;

/// The number of characters of a fingerprint that are written: `fp1_` and eight
/// digits, which `--select` takes.
const SHORT_FINGERPRINT: usize = 12;

/// Writes the groups, those with the gravest findings first.
pub(super) fn write_groups(
    active: &[&Finding<'_>],
    by: GroupBy,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for group in group_findings(active, by, options.authors) {
        writeln!(out, "{}", title(&group, options.styled))?;
        for finding in &group.findings {
            write_finding(finding, by, options, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The title of a group with the number of its findings, in the colour of the
/// gravest.
fn title(group: &Group<'_, '_>, styled: bool) -> String {
    let text = format!("{} ({})", group.title, group.findings.len());
    let color = match group.findings.first().map(|finding| finding.severity()) {
        Some(Severity::Critical | Severity::High) => anstyle::AnsiColor::Red,
        Some(Severity::Medium) => anstyle::AnsiColor::Yellow,
        _ => anstyle::AnsiColor::Cyan,
    };
    let style = color.on_default().bold();
    if styled { format!("{style}{text}{style:#}") } else { text }
}

fn write_finding(
    finding: &Finding<'_>,
    by: GroupBy,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fingerprint: String = finding.fingerprint.chars().take(SHORT_FINGERPRINT).collect();
    let name = format!("  {}  {fingerprint}", foreign(&finding.redacted));
    let facts = facts(finding, by).join(", ");
    match name.chars().count() + 2 + facts.chars().count() <= options.width {
        true => writeln!(out, "{}", format!("{name}  {facts}").trim_end())?,
        false => writeln!(out, "{name}\n      {facts}")?,
    }
    if options.show_secrets {
        writeln!(out, "      secret: {}", shown_text(&String::from_utf8_lossy(finding.secret.expose())))?;
    }
    let (places, more) = shown_places(finding, options.authors);
    for place in places {
        writeln!(out, "      {place}")?;
    }
    if more > 0 {
        writeln!(out, "      {}", more_places(more))?;
    }
    Ok(())
}

/// Facts that the title of the group does not tell.
fn facts(finding: &Finding<'_>, by: GroupBy) -> Vec<String> {
    let mut facts = Vec::new();
    if by != GroupBy::Gravity {
        facts.extend(state_word(finding).map(str::to_owned));
        facts.extend([finding.severity().as_str().to_owned(), finding.confidence.as_str().to_owned()]);
    }
    if !matches!(by, GroupBy::Gravity | GroupBy::Credential) {
        facts.push(foreign(finding.rule.name()));
    }
    let owner = finding.liveness.as_ref().and_then(|it| it.owner.as_deref());
    facts.extend(owner.filter(|_| by != GroupBy::Owner).map(|owner| format!("owner {}", foreign(owner))));
    let since = finding.first_seen.map_or_else(String::new, |seen| format!(" since {}", shown_day(seen)));
    match finding.in_head {
        Some(true) => facts.push(format!("in HEAD{since}")),
        Some(false) => facts.push(format!("history only{since}")),
        None if !since.is_empty() => facts.push(since.trim_start().to_owned()),
        None => {}
    }
    facts
}
