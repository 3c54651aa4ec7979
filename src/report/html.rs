//! One page for people who were not there: it needs nothing but itself, and no script to be read. The template escapes every text.

mod card;
mod timeline;

use std::collections::BTreeSet;
use std::io::{self, Write};

use askama::Template;
use indicatif::HumanCount;

use super::gaps;
use super::group::group_findings;
use super::name::{foreign, shown_day, shown_path, shown_reason};
use super::options::GroupBy;
use super::options::Options;
use super::order::{gravest_first, is_current};
use super::page_policy::{PAGE_STYLE, content_policy};
use super::steps::{Step, closing_steps};
use super::totals::{CountTable, count_kinds, count_repositories};
use super::words::{headline, place};
use crate::finding::{Finding, State};
use crate::rule::Severity;
use crate::scan::Outcome;
use card::{Card, card};
use timeline::{Timeline, timeline};

const SCRIPT: &str = include_str!("html/page.js");

/// The whole page.
#[derive(Template)]
#[template(config = "src/report/html/askama.toml", path = "page.html")]
struct Page {
    policy: String,
    title: String,
    style: &'static str,
    script: &'static str,
    version: &'static str,
    day: String,
    answer: String,
    headline: String,
    left_out: Option<String>,
    unread: Option<String>,
    numbers: Vec<NumberTile>,
    timeline: Option<Timeline>,
    tables: Vec<Table>,
    filters: Vec<Filter>,
    grouping: Vec<&'static str>,
    grouped: &'static str,
    cards: Vec<Card>,
    remedies: Vec<(String, String)>,
    closing: Vec<Step>,
    suppressed: Vec<SuppressedRow>,
    gaps: Vec<(String, String)>,
    shows_secrets: bool,
}

/// A number that is seen first.
struct NumberTile {
    label: &'static str,
    value: String,
    class: &'static str,
}

/// A table of counts.
struct Table {
    id: &'static str,
    title: &'static str,
    first: &'static str,
    counts: CountTable,
}

/// A property by which the findings can be chosen, and its values.
struct Filter {
    label: &'static str,
    property: &'static str,
    options: BTreeSet<String>,
}

/// A finding that does not count.
struct SuppressedRow {
    redacted: String,
    name: String,
    place: String,
    by: String,
    reason: String,
}

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = out;
    page(outcome, options).write_into(&mut out)?;
    out.write_all(b"\n")
}

fn page(outcome: &Outcome<'_>, options: &Options) -> Page {
    let active = gravest_first(outcome);
    let cards: Vec<Card> = active.iter().map(|finding| card(finding, options)).collect();
    let found = headline(&active, &outcome.summary);
    let left_out = outcome.summary.left_out;
    let failed = outcome.summary.skipped.iter().filter(|gap| gap.incomplete);
    Page {
        policy: content_policy(Some(SCRIPT)),
        title: format!("Datadog credentials: {found}"),
        style: PAGE_STYLE,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        day: shown_day(jiff::Timestamp::now().as_second()),
        answer: answer(&active, outcome),
        headline: found,
        left_out: (left_out > 0).then(|| format!("{} more were left out by --only", HumanCount(left_out))),
        unread: gaps::failed(&outcome.summary),
        numbers: numbers(&active),
        timeline: timeline(&active),
        tables: tables(&active, outcome),
        filters: filters(&cards, options),
        grouping: ["nothing", "credential", "severity", "liveness", "repository", "owner", "path", "author"]
            .into_iter()
            .filter(|by| options.authors || *by != "author")
            .collect(),
        grouped: match options.group_by {
            None | Some(GroupBy::Gravity) => "nothing",
            Some(by) => by.as_str(),
        },
        cards,
        closing: if remedies_are_due(&active) { closing_steps() } else { Vec::new() },
        remedies: remedies(&active),
        suppressed: outcome.findings.iter().filter_map(suppressed_row).collect(),
        gaps: failed.map(|gap| (shown_path(&gap.origin), foreign(&gap.reason))).collect(),
        shows_secrets: options.show_secrets,
    }
}

/// Returns whether it works, and is none that is public by design.
fn is_loose_and_live(finding: &Finding<'_>) -> bool {
    finding.severity() > Severity::Info && finding.is_live()
}

/// Returns whether it may work for all that is known, and is none that is public by design.
fn may_be_live(finding: &Finding<'_>) -> bool {
    let state = finding.liveness.as_ref().map(|it| it.state);
    finding.severity() > Severity::Info && !matches!(state, Some(State::Live | State::Dead))
}

fn count_where(active: &[&Finding<'_>], is_counted: impl Fn(&Finding<'_>) -> bool) -> u64 {
    active.iter().filter(|finding| is_counted(finding)).count() as u64
}

/// One sentence: how many are loose, where, since when.
fn answer(active: &[&Finding<'_>], outcome: &Outcome<'_>) -> String {
    let (live, possibly) = (count_where(active, is_loose_and_live), count_where(active, may_be_live));
    let loose = match (live, possibly) {
        (0, 0) if active.is_empty() => return headline(active, &outcome.summary) + ".",
        (0, 0) => return "Nothing that was found is live.".to_owned(),
        (0, n) => format!("{} that may be live", credentials(n)),
        (n, 0) => format!("{} that are live", credentials(n)),
        (n, m) => format!("{} that are live, and {} that may be,", credentials(n), HumanCount(m)),
    };
    let loose_ones: Vec<&Finding<'_>> =
        active.iter().copied().filter(|it| is_loose_and_live(it) || may_be_live(it)).collect();
    let places = group_findings(&loose_ones, GroupBy::Repository, false).len() as u64;
    let in_repositories = match outcome.summary.repositories.len() {
        0 => String::new(),
        _ if places == 1 => " in 1 repository".to_owned(),
        _ => format!(" in {} repositories", HumanCount(places)),
    };
    let today = count_where(&loose_ones, is_current);
    let since = loose_ones.iter().filter_map(|it| it.first_seen).min();
    let since = since.map_or_else(String::new, |seen| format!(", the oldest since {}", shown_day(seen)));
    format!("{loose} are loose{in_repositories}{since}. {} of them stand there today.", HumanCount(today))
}

fn credentials(count: u64) -> String {
    if count == 1 { "1 credential".to_owned() } else { format!("{} credentials", HumanCount(count)) }
}

fn numbers(active: &[&Finding<'_>]) -> Vec<NumberTile> {
    let owners: BTreeSet<&str> =
        active.iter().filter_map(|it| it.liveness.as_ref()?.owner.as_deref()).collect();
    let live = count_where(active, is_loose_and_live);
    // As the sentence above them counts.
    let loose: Vec<&Finding<'_>> =
        active.iter().copied().filter(|it| it.severity() > Severity::Info).collect();
    let dead = |it: &Finding<'_>| it.liveness.as_ref().is_some_and(|it| it.state == State::Dead);
    let tile = |label, count: u64, class| NumberTile { label, value: HumanCount(count).to_string(), class };
    // Nothing is said of what nobody asked.
    let is_checked = active.iter().any(|it| it.liveness.is_some());
    let tiles = [
        tile("live", live, if live > 0 { "bad" } else { "" }),
        tile("may be live", count_where(active, may_be_live), ""),
        tile("dead", count_where(active, dead), ""),
        tile("known owners", owners.len() as u64, ""),
        tile("stand there today", count_where(&loose, is_current), ""),
        tile("in the history only", count_where(&loose, |it| !is_current(it)), ""),
    ];
    let is_told = |it: &NumberTile| is_checked || !matches!(it.label, "live" | "dead" | "known owners");
    let tiles = tiles.into_iter().filter(is_told);
    if active.is_empty() { Vec::new() } else { tiles.collect() }
}

fn tables(active: &[&Finding<'_>], outcome: &Outcome<'_>) -> Vec<Table> {
    let kinds = Table { id: "kinds", title: "Kinds", first: "kind", counts: count_kinds(active) };
    let several = outcome.summary.repositories.len() > 1;
    let repositories = several.then(|| Table {
        id: "repositories",
        title: "Repositories",
        first: "repository",
        counts: count_repositories(active),
    });
    if active.is_empty() { Vec::new() } else { [kinds].into_iter().chain(repositories).collect() }
}

/// Selects for the properties that have several values.
fn filters(cards: &[Card], options: &Options) -> Vec<Filter> {
    type Values = fn(&Card) -> &str;
    let properties: [(&str, &str, Values); 8] = [
        ("Repository", "repository", |it| &it.repositories),
        ("Kind", "credential", |it| &it.name),
        ("Liveness", "liveness", |it| it.liveness),
        ("Severity", "severity", |it| it.severity),
        ("Confidence", "confidence", |it| it.confidence),
        ("Stands", "where", |it| it.stands),
        ("Owner", "owner", |it| &it.owner),
        ("Author", "author", |it| &it.authors),
    ];
    let filters = properties.into_iter().map(|(label, property, values)| Filter {
        label,
        property,
        options: cards.iter().flat_map(|it| values(it).lines()).map(str::to_owned).collect(),
    });
    filters.filter(|it| it.options.len() > 1 && (options.authors || it.property != "author")).collect()
}

/// Returns whether there is one that is not public by design.
fn remedies_are_due(active: &[&Finding<'_>]) -> bool {
    active.iter().any(|it| it.severity() > Severity::Info)
}

/// The remedy of each kind of which something is not proven dead.
fn remedies(active: &[&Finding<'_>]) -> Vec<(String, String)> {
    let open: Vec<&Finding<'_>> = active.iter().copied().filter(|it| !it.is_dead()).collect();
    let kinds = group_findings(&open, GroupBy::Credential, false).into_iter();
    let remedy = |it: &&Finding<'_>| it.rule.remediation().split_whitespace().collect::<Vec<_>>().join(" ");
    kinds.filter_map(|kind| Some((kind.title, foreign(&kind.findings.first().map(remedy)?)))).collect()
}

fn suppressed_row(finding: &Finding<'_>) -> Option<SuppressedRow> {
    let why = finding.suppressed.as_ref()?;
    Some(SuppressedRow {
        redacted: foreign(&finding.redacted),
        name: foreign(finding.rule.name()),
        place: finding.locations.first().map(place).unwrap_or_default(),
        by: why.by.to_owned(),
        reason: shown_reason(why),
    })
}
