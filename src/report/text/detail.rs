//! One finding in full: the line around it, why it counts, and what is known of
//! it.

use std::collections::{BTreeSet, HashMap};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::super::liveness::liveness_notes;
use super::super::name::{foreign, shown_day};
use super::super::options::Options;
use super::super::order::first_places;
use super::super::words::{layers, place, why};
use super::places::more_places;
use crate::detect::Excerpt;
use crate::error::{changes_direction, shown_text};
use crate::finding::{Finding, Location};
use crate::rule::{Confidence, Severity};

/// Returns what each finding that another one goes with is called, by
/// fingerprint.
pub(super) fn pair_names<'f>(findings: &'f [&Finding<'_>]) -> HashMap<&'f str, String> {
    let name = |finding: &Finding<'_>| {
        let at = finding.active_locations().next().map(place).unwrap_or_default();
        format!("{} at {at}", finding.rule.name())
    };
    let wanted: BTreeSet<&str> = findings.iter().filter_map(|it| it.paired_with.as_deref()).collect();
    let of = findings.iter().filter(|it| wanted.contains(it.fingerprint.as_str()));
    of.map(|finding| (finding.fingerprint.as_str(), name(finding))).collect()
}

pub(super) fn describe(
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
    let (places, more) = first_places(finding);
    let Some((first, others)) = places.split_first() else { return String::new() };
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
    if finding.rule.unprefixed().is_some() {
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
    for other in others {
        group = group.element(note("also", place(other)));
    }
    if more > 0 {
        group = group.element(note("also", more_places(more)));
    }
    let rendered = renderer.render(&[group]);
    match excerpt {
        Some(excerpt) => name_place(&rendered, first, &excerpt),
        None => rendered,
    }
}

/// Returns what the history tells: since when, by which commit, whether it is
/// still there, and whether it can be alive.
fn history<'n>(finding: &Finding<'_>, first: &Location, options: &Options) -> Vec<(&'n str, String)> {
    let mut notes = Vec::new();
    if let Some(commit) = &first.commit {
        let author = if options.authors {
            format!(", by {}", foreign(&commit.author_signature()))
        } else {
            String::new()
        };
        let (id, day) = (commit.id.short_hex(), shown_day(commit.time));
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

/// The refs that hold it today, in a row: the first few, since a report for
/// machines has more.
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

/// Returns whether what HEAD names held it once: a commit that leads to HEAD
/// brought it.
fn was_in_head(finding: &Finding<'_>) -> bool {
    finding.locations.iter().any(|location| location.reached_by.as_deref() == Some("HEAD"))
}

/// Returns whether a credential that was there by then can still be alive.
fn expiry(finding: &Finding<'_>) -> Option<String> {
    let expiry = finding.rule.expiry().filter(|_| finding.must_have_expired())?;
    Some(format!("over {} days old: it must have expired, {}", expiry.max_days, expiry.except))
}

/// Stands for the place of an excerpt until the renderer has made its own of
/// it; in no path.
const PLACE: &str = "\u{e000}";

fn snippet<'a>(location: &Location, excerpt: &'a Excerpt) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    Snippet::source(excerpt.text.as_str())
        .line_start(line_number(location))
        .path(PLACE)
        .annotation(AnnotationKind::Primary.span(excerpt.span.clone()))
}

/// The excerpt without characters that act on a terminal and that the renderer
/// lets through.
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

/// Text in which each character that would act is replaced; those of ASCII are
/// left to the renderer.
fn defused(text: &str) -> String {
    let acts = |c: char| (c.is_control() && !c.is_ascii()) || changes_direction(c);
    text.chars().map(|c| if acts(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Puts the true place for what the renderer counted: it only knows a piece of
/// the line.
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
