//! Advice: what to do about each kind of credential, once.

use std::collections::BTreeSet;
use std::io::{self, Write};

use annotate_snippets::{Group, Level, Renderer};

use super::super::options::Options;
use crate::error::shown_text;
use crate::finding::Finding;
use crate::rule::Rule;

/// Writes what to do, once for each rule.
pub(super) fn write_remedies(
    active: &[&Finding<'_>],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut seen = BTreeSet::new();
    let rules: Vec<&Rule> =
        active.iter().map(|finding| finding.rule).filter(|rule| seen.insert(rule.id())).collect();
    for rule in rules {
        let group = Group::with_title(Level::HELP.with_name("what to do").primary_title(rule.name()));
        let renderer = if options.styled { Renderer::styled() } else { Renderer::plain() };
        writeln!(out, "{}", renderer.render(&[group]))?;
        for line in wrap(&shown_text(&rule.remediation().replace('\n', " ")), options.width.saturating_sub(4))
        {
            writeln!(out, "    {line}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Breaks text into lines of at most `width` characters, at blanks.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
            continue;
        }
        if !lines[last].is_empty() {
            lines[last].push(' ');
        }
        lines[last].push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_blanks() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("enormousword x", 5), ["enormousword", "x"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
