//! The report for people: what it is, where it stands, why we are sure, what to do.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use indicatif::{DecimalBytes, HumanCount};

use super::Options;
use super::gaps;
use super::liveness::liveness_notes;
use super::name::{foreign, shown_day, shown_path, shown_place};
use super::words::{headline, layers, place, why};
use crate::detect::Excerpt;
use crate::error::{changes_direction, shown_text};
use crate::finding::{Finding, Location};
use crate::rule::{Confidence, Rule, Severity};
use crate::scan::{Outcome, Summary};

/// How many places of one finding are named.
const MAX_PLACES: usize = 10;

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    write_all(outcome, options, &mut text)?;
    out.write_all(&without_commands(&text))
}

/// The text without what a runner of GitHub Actions takes for a command: `##[` wherever it stands in a log, and `::` at the
/// beginning of a line.
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
    let renderer = if options.styled { Renderer::styled() } else { Renderer::plain() };
    let decor = if options.styled { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = renderer.term_width(options.width).decor_style(decor);
    let mut active: Vec<_> = outcome.findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    active.sort_by_key(|it| std::cmp::Reverse((it.is_live(), it.severity(), it.confidence)));
    let pairs = names(&active);
    for finding in &active {
        writeln!(out, "{}\n", describe(finding, &pairs, options, &renderer))?;
    }
    if options.explain {
        write_decisions(outcome, out)?;
    }
    if options.remedies {
        write_remedies(&active, options, out)?;
    }
    gaps::write_list(&outcome.summary, out)?;
    if !options.quiet {
        write_repositories(&outcome.summary, out)?;
    }
    let nothing_to_say = active.is_empty() && !outcome.summary.incomplete() && !options.explain;
    if options.quiet && nothing_to_say {
        return Ok(());
    }
    writeln!(out, "{}", summary_line(outcome, &active, options))
}

/// Returns what each finding that another one goes with is called, by fingerprint.
fn names<'f>(findings: &'f [&Finding<'_>]) -> HashMap<&'f str, String> {
    let name = |finding: &Finding<'_>| {
        let at = finding.active_locations().next().map(place).unwrap_or_default();
        format!("{} at {at}", finding.rule.name())
    };
    let wanted: BTreeSet<&str> = findings.iter().filter_map(|it| it.paired_with.as_deref()).collect();
    let of = findings.iter().filter(|it| wanted.contains(it.fingerprint.as_str()));
    of.map(|finding| (finding.fingerprint.as_str(), name(finding))).collect()
}

fn describe(
    finding: &Finding<'_>,
    pairs: &HashMap<&str, String>,
    options: &Options,
    renderer: &Renderer,
) -> String {
    let level = match finding.confidence {
        _ if finding.severity() == Severity::Info => Level::INFO.with_name("info"),
        Confidence::Verified => Level::ERROR.with_name("verified"),
        Confidence::Suspect => Level::WARNING.with_name("suspect"),
        Confidence::Context => Level::WARNING.with_name("context"),
    };
    let mut places = finding.active_locations();
    let Some(first) = places.next() else { return String::new() };
    let title = level.primary_title(finding.rule.name()).id(finding.rule.id());
    let excerpt = first.excerpt.as_ref().map(defused_excerpt);
    let mut group = match &excerpt {
        Some(excerpt) => title.element(snippet(first, excerpt)),
        None => title.element(Origin::path(place(first))),
    };
    group = group.element(note("why", why(finding)));
    group = group.element(note("severity", finding.severity().as_str().to_owned()));
    if let Some(id) = finding.token_id {
        group = group.element(note("token id", id.to_string()));
    }
    if !layers(finding).is_empty() {
        group = group.element(note("wrapped in", layers(finding).join(", ")));
    }
    // Of a key with no public part, what Datadog's pages show, too.
    if finding.rule.bare().is_some() {
        group = group
            .element(note("ends with", finding.redacted.trim_start_matches(|c| c != '…').replace('…', "")));
    }
    if let Some(site) = finding.site {
        group = group.element(note("site", format!("{} ({site})", site.name())));
    }
    if let Some(other) = finding.paired_with.as_ref().and_then(|it| pairs.get(it.as_str())) {
        group = group.element(note("goes with", other.clone()));
    }
    for (name, text) in finding.liveness.iter().flat_map(liveness_notes) {
        group = group.element(note(name, text));
    }
    for (name, text) in history(finding, first, options) {
        group = group.element(note(name, text));
    }
    group = group.element(note("fingerprint", finding.fingerprint.clone()));
    if options.show_secrets {
        let secret = String::from_utf8_lossy(finding.secret.expose());
        group = group.element(note("secret", shown_text(&secret)));
    }
    let others: Vec<_> = places.collect();
    for other in others.iter().take(MAX_PLACES) {
        group = group.element(note("also", place(other)));
    }
    if others.len() > MAX_PLACES {
        group = group.element(note("also", format!("{} more places", others.len() - MAX_PLACES)));
    }
    let rendered = renderer.render(&[group]);
    match excerpt {
        Some(excerpt) => name_place(&rendered, first, &excerpt),
        None => rendered,
    }
}

/// Returns what the history tells: since when, by which commit, whether it is still there, and whether it can be alive.
fn history<'n>(finding: &Finding<'_>, first: &Location, options: &Options) -> Vec<(&'n str, String)> {
    let mut notes = Vec::new();
    if let Some(commit) = &first.commit {
        let author =
            if options.authors { format!(", by {}", foreign(&commit.signature())) } else { String::new() };
        let (id, day) = (commit.id.short(), shown_day(commit.time));
        notes.push(("commit", format!("{id} of {day}{author}: {}", foreign(&commit.subject))));
    }
    if let Some(seen) = finding.first_seen {
        let place = match finding.in_head {
            Some(true) => "; HEAD still holds it",
            Some(false) if was_in_head(finding) => "; HEAD does not hold it any more, the history does",
            Some(false) => "; HEAD never held it, another part of the history does",
            None => "",
        };
        notes.push(("first seen", format!("{}{place}", shown_day(seen))));
        notes.extend(expiry(finding).map(|text| ("age", text)));
    }
    notes.extend(tips(finding).map(|text| ("still on", text)));
    match (first.reachable, &first.reached_by) {
        (Some(false), Some(log)) => {
            notes.push(("reached by", format!("no ref any more, but by {}", foreign(log))))
        }
        (Some(false), None) => {
            notes.push(("reached by", "no ref: it dangles, and `git gc` may delete it".to_owned()))
        }
        (Some(true), Some(name)) if name != "HEAD" => notes.push(("reached by", foreign(name))),
        _ => {}
    }
    notes
}

/// The refs that hold it today, in a row: the first few, since a report for machines has more.
fn tips(finding: &Finding<'_>) -> Option<String> {
    const SHOWN: usize = 3;
    let mut names: Vec<String> = finding.tips.iter().take(SHOWN).map(|tip| short_ref(tip)).collect();
    let more = finding.more_tips + finding.tips.len().saturating_sub(SHOWN) as u64;
    names.extend((more > 0).then(|| format!("and {more} more")));
    (!names.is_empty()).then(|| names.join(", "))
}

/// A ref as git shortens it, with its repository behind it where that is named.
fn short_ref(tip: &str) -> String {
    let (name, within) = match tip.rsplit_once(':') {
        Some((top, name)) => (name, format!(" of {}", foreign(top))),
        None => (tip, String::new()),
    };
    let kinds = ["refs/heads/", "refs/remotes/", "refs/tags/"];
    let short = kinds.iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name);
    foreign(short) + &within
}

/// Returns whether what HEAD names held it once: a commit that leads to HEAD brought it.
fn was_in_head(finding: &Finding<'_>) -> bool {
    finding.locations.iter().any(|location| location.reached_by.as_deref() == Some("HEAD"))
}

/// Returns whether a credential that was there by then can still be alive.
fn expiry(finding: &Finding<'_>) -> Option<String> {
    let expiry = finding.rule.expiry().filter(|_| finding.must_have_expired())?;
    Some(format!("over {} days old: it must have expired, {}", expiry.max_days, expiry.except))
}

/// Stands for the place of an excerpt until the renderer has made its own of it; in no path.
const PLACE: &str = "\u{e000}";

fn snippet<'a>(location: &Location, excerpt: &'a Excerpt) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    Snippet::source(excerpt.text.as_str())
        .line_start(line_number(location))
        .path(PLACE)
        .annotation(AnnotationKind::Primary.span(excerpt.span.clone()))
}

/// The excerpt without characters that act on a terminal and that the renderer lets through.
fn defused_excerpt(excerpt: &Excerpt) -> Excerpt {
    let (before, rest) = excerpt.text.split_at(excerpt.span.start);
    let (matched, after) = rest.split_at(excerpt.span.len());
    let mut text = defused(before);
    let start = text.len();
    text.push_str(&defused(matched));
    let span = start..text.len();
    text.push_str(&defused(after));
    Excerpt { text, span }
}

/// Text in which each character that would act is replaced; those of ASCII are left to the renderer.
fn defused(text: &str) -> String {
    let acts = |c: char| (c.is_control() && !c.is_ascii()) || changes_direction(c);
    text.chars().map(|c| if acts(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Puts the true place for what the renderer counted: it only knows a piece of the line.
fn name_place(rendered: &str, location: &Location, excerpt: &Excerpt) -> String {
    let column = excerpt.text[..excerpt.span.start].chars().count() + 1;
    rendered.replacen(&format!("{PLACE}:{}:{column}", line_number(location)), &place(location), 1)
}

fn line_number(location: &Location) -> usize {
    usize::try_from(location.start.line).unwrap_or(usize::MAX)
}

fn note<'a>(name: &'a str, text: String) -> annotate_snippets::Message<'a> {
    Level::NOTE.with_name(name).message(text)
}

/// Returns what to do, once for each rule.
fn write_remedies(active: &[&Finding<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
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

/// Returns what was decided against, on request.
fn write_decisions(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    for rejection in &outcome.rejections {
        let at = format!("{}:{}", rejection.start.line, rejection.start.column);
        let place = shown_place(&rejection.origin, &at);
        let (rule, why) = (&rejection.rule_id, rejection.reason.explain());
        match rejection.grounds {
            Some(grounds) => writeln!(out, "rejected: {place}: {rule}: {why} ({grounds})")?,
            None => writeln!(out, "rejected: {place}: {rule}: {why}")?,
        }
    }
    for finding in &outcome.findings {
        if let (Some(grounds), Some(first)) = (finding.grounds, finding.locations.first()) {
            writeln!(out, "found: {}: {}: {grounds}", place(first), finding.rule.id())?;
        }
        for location in &finding.locations {
            if let Some(suppressed) = &location.suppressed {
                let (rule, by) = (finding.rule.id(), suppressed.by);
                let reason = foreign(&suppressed.reason);
                writeln!(out, "suppressed: {}: {rule}: {by}: {reason}", place(location))?;
            }
        }
    }
    Ok(())
}

/// Names the repositories in which something counts or was not read, and how many others there are, where there are several.
fn write_repositories(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
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

fn summary_line(outcome: &Outcome<'_>, active: &[&Finding<'_>], options: &Options) -> String {
    let summary = &outcome.summary;
    let found = headline(active, summary);
    let style = match active.iter().filter(|finding| finding.severity() > Severity::Info).count() {
        0 => anstyle::AnsiColor::Green,
        _ => anstyle::AnsiColor::Red,
    };
    let style = style.on_default().bold();
    let found = if options.styled { format!("{style}{found}{style:#}") } else { found };
    let counts = [
        (summary.suppressed, "suppressed"),
        (summary.known, "known before"),
        (summary.outside, "elsewhere in the history, outside the path"),
        (summary.rejected_total(), "rejected"),
    ];
    let counts =
        counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", HumanCount(n)));
    let counts: Vec<_> = counts.chain(gaps::counts(summary)).chain(gaps::ignored(summary)).collect();
    let counts = if counts.is_empty() { String::new() } else { format!("; {}", counts.join(", ")) };
    let what = looked_at(summary);
    let seconds = summary.duration.as_secs_f64();
    let time = if seconds < 1.0 { format!("{:.0} ms", seconds * 1e3) } else { format!("{seconds:.2} s") };
    format!("{found}{counts}. {what}, {}, {time}.", DecimalBytes(summary.bytes))
}

/// Returns how much of what was searched.
fn looked_at(summary: &Summary) -> String {
    let plural = |count, one: &str| match count {
        1 => format!("1 {one}"),
        n => format!("{} {one}s", HumanCount(n)),
    };
    // Standard input counts as a file here.
    let history = summary.objects > 0;
    let files = if history { summary.files } else { summary.blobs };
    let mut what = Vec::new();
    if files > 0 || !history {
        what.push(plural(files, "file"));
    }
    if history {
        what.push(format!(
            "{} of git history ({})",
            plural(summary.objects, "object"),
            plural(summary.commits, "commit")
        ));
    }
    what.join(", ")
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
    fn no_line_is_a_command_to_a_runner() {
        let text = without_commands(b"a ##[error]b ###[c] ##\n  ::stop::x\na::b\n::c");
        let expected = "a ##\u{200c}[error]b ###\u{200c}[c] ##\n  \u{200c}::stop::x\na::b\n\u{200c}::c";
        assert_eq!(String::from_utf8_lossy(&text), expected);
    }

    #[test]
    fn wraps_at_blanks() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("enormousword x", 5), ["enormousword", "x"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
