//! The end of the report: counts of each kind and repository, and the sentence
//! that sums the run up.

use std::io::{self, Write};

use indicatif::{DecimalBytes, HumanCount};

use super::super::gaps;
use super::super::name::shown_path;
use super::super::number::counted;
use super::super::options::Options;
use super::super::totals::count_kinds;
use super::super::words::headline;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::scan::{Outcome, Summary};

/// Writes a table of how many of each kind there are, and how many of these are
/// live or still there.
pub(super) fn write_kinds(active: &[&Finding<'_>], out: &mut dyn Write) -> io::Result<()> {
    let table = count_kinds(active);
    let width = table.rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let headings: String = table.headings.iter().map(|heading| format!("  {heading}")).collect();
    writeln!(out, "{:width$}{headings}", "")?;
    for (name, counts) in &table.rows {
        write!(out, "{name:width$}")?;
        for (heading, count) in table.headings.iter().zip(counts) {
            write!(out, "  {:>1$}", HumanCount(*count).to_string(), heading.len())?;
        }
        writeln!(out)?;
    }
    writeln!(out)
}

/// Names the repositories in which something counts or was not read, and how
/// many others there are, where there are several.
pub(super) fn write_repositories(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let totals = &summary.repositories;
    if totals.len() < 2 {
        return Ok(());
    }
    let (telling, silent): (Vec<_>, Vec<_>) =
        totals.iter().partition(|(_, it)| it.findings + it.suppressed + it.skipped > 0);
    for (name, it) in telling {
        let counts = [(it.findings, "found"), (it.suppressed, "suppressed"), (it.skipped, "not read")];
        let counts =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", HumanCount(*n)));
        writeln!(out, "{}: {}", shown_path(name), counts.collect::<Vec<_>>().join(", "))?;
    }
    match silent.len() as u64 {
        0 => Ok(()),
        1 => writeln!(out, "1 repository without findings"),
        n => writeln!(out, "{} repositories without findings", HumanCount(n)),
    }
}

pub(super) fn summary_line(outcome: &Outcome<'_>, active: &[&Finding<'_>], options: &Options) -> String {
    let summary = &outcome.summary;
    let found = headline(active, summary);
    let style = match active.iter().filter(|finding| finding.severity() > Severity::Info).count() {
        0 => anstyle::AnsiColor::Green,
        _ => anstyle::AnsiColor::Red,
    };
    let style = style.on_default().bold();
    let found = if options.styled { format!("{style}{found}{style:#}") } else { found };
    let counts = [
        (summary.left_out, "left out by --only"),
        (summary.suppressed, "suppressed"),
        (summary.known, "known before"),
        (summary.outside, "elsewhere in the history, outside the path"),
        (summary.rejected_total(), "rejected"),
    ];
    let counts =
        counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", HumanCount(n)));
    let counts: Vec<_> = counts.chain(gaps::counts(summary)).chain(gaps::ignored(summary)).collect();
    let counts = if counts.is_empty() { String::new() } else { format!("; {}", counts.join(", ")) };
    if summary.is_of_findings_alone {
        return format!("{found}{counts}.");
    }
    let what = looked_at(summary);
    let seconds = summary.duration.as_secs_f64();
    let time = if seconds < 1.0 { format!("{:.0} ms", seconds * 1e3) } else { format!("{seconds:.2} s") };
    format!("{found}{counts}. {what}, {}, {time}.", DecimalBytes(summary.bytes))
}

/// Returns how much of what was searched.
fn looked_at(summary: &Summary) -> String {
    // Standard input counts as a file here.
    let history = summary.objects > 0;
    let files = if history { summary.files } else { summary.blobs };
    let mut what = Vec::new();
    if files > 0 || !history {
        what.push(counted(files, "file"));
    }
    if history {
        what.push(format!(
            "{} of git history ({})",
            counted(summary.objects, "object"),
            counted(summary.commits, "commit")
        ));
    }
    what.join(", ")
}
