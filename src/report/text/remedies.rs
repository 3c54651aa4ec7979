//! Advice: what to do about each kind of credential, once.

use std::collections::BTreeSet;
use std::io::{self, Write};

use annotate_snippets::{Group, Level, Renderer};

use super::super::options::Options;
use crate::error::shown_text;
use crate::finding::Finding;
use crate::rule::Rule;

/// What is left to do about a credential that is proven dead.
const DEAD: &str = "Nothing has to be revoked. Take it out of the files, and see that nothing still uses it; in the history it may stay.";

/// Writes what to do, once for each rule, and once for all that is dead.
pub(super) fn write_remedies(
    active: &[&Finding<'_>],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut seen = BTreeSet::new();
    let open = active.iter().filter(|finding| !finding.is_dead());
    let rules: Vec<&Rule> = open.map(|finding| finding.rule).filter(|rule| seen.insert(rule.id())).collect();
    let texts = rules.iter().map(|rule| (rule.name(), rule.remediation()));
    let dead = active.iter().any(|finding| finding.is_dead()).then_some(("what is dead", DEAD));
    for (title, text) in texts.chain(dead) {
        let group = Group::with_title(Level::HELP.with_name("what to do").primary_title(title));
        let renderer = if options.styled { Renderer::styled() } else { Renderer::plain() };
        writeln!(out, "{}", renderer.render(&[group]))?;
        for line in wrap(&shown_text(&text.replace('\n', " ")), options.width.saturating_sub(4)) {
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
