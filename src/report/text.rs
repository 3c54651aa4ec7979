//! The report for people: what it is, where it stands, why we are sure, what to
//! do.
//!
//! A few findings are told of in full. Of more there is a block of a few lines
//! each, in groups, and a table at the end.

mod brief;
mod closing;
mod decisions;
mod detail;
mod places;
mod remedies;

use std::io::{self, Write};

use annotate_snippets::Renderer;
use annotate_snippets::renderer::DecorStyle;

use super::gaps;
use super::options::Options;
use super::order::gravest_first;
use crate::finding::Finding;
use crate::scan::Outcome;

/// The most findings that are told of in full.
const MAX_IN_FULL: usize = 20;

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    write_all(outcome, options, &mut text)?;
    out.write_all(&without_commands(&text))
}

/// The text without what a runner of GitHub Actions takes for a command: `##[`
/// wherever it stands in a log, and `::` at the beginning of a line.
fn without_commands(text: &[u8]) -> Vec<u8> {
    // Joins nothing, and takes no room.
    const APART: &[u8] = "\u{200c}".as_bytes();
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let (blanks, mut rest) = line.split_at(line.len() - line.trim_ascii_start().len());
        out.extend_from_slice(blanks);
        if rest.starts_with(b"::") {
            out.extend_from_slice(APART);
        }
        while let Some(at) = memchr::memmem::find(rest, b"##[") {
            out.extend_from_slice(&rest[..at + 2]);
            out.extend_from_slice(APART);
            rest = &rest[at + 2..];
        }
        out.extend_from_slice(rest);
    }
    out
}

fn write_all(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let active = gravest_first(outcome);
    let is_brief = active.len() > MAX_IN_FULL || options.group_by.is_some();
    match is_brief {
        true => brief::write_groups(&active, options.group_by.unwrap_or_default(), options, out)?,
        false => write_in_full(&active, options, out)?,
    }
    if options.explain {
        decisions::write_decisions(outcome, out)?;
    }
    if options.remedies {
        remedies::write_remedies(&active, options, out)?;
    }
    gaps::write_list(&outcome.summary, out)?;
    if is_brief && !active.is_empty() {
        closing::write_kinds(&active, out)?;
    }
    if !options.quiet {
        closing::write_repositories(&outcome.summary, out)?;
    }
    let nothing_to_say = active.is_empty() && !outcome.summary.incomplete() && !options.explain;
    if options.quiet && nothing_to_say {
        return Ok(());
    }
    writeln!(out, "{}", closing::summary_line(outcome, &active, options))
}

fn write_in_full(active: &[&Finding<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if options.styled { Renderer::styled() } else { Renderer::plain() };
    let decor = if options.styled { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = renderer.term_width(options.width).decor_style(decor);
    let pairs = detail::pair_names(active);
    for finding in active {
        writeln!(out, "{}\n", detail::describe(finding, &pairs, options, &renderer))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_to_a_runner() {
        let text = without_commands(b"a ##[error]b ###[c] ##\n  ::stop::x\na::b\n::c");
        let expected = "a ##\u{200c}[error]b ###\u{200c}[c] ##\n  \u{200c}::stop::x\na::b\n\u{200c}::c";
        assert_eq!(String::from_utf8_lossy(&text), expected);
    }
}
