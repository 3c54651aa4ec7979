//! One run: sources, detector, findings and filter wired together, and what was
//! skipped on the way.

mod attribute;
mod collect;
mod collected;
mod coverage;
mod history;
mod known;
mod outcome;
mod position;
mod progress;
mod rejections;
mod repositories;
mod scope;
mod settings;
mod sightings;
mod summary;
mod totals;
mod words;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

pub use history::History;
pub use outcome::Outcome;
pub use progress::Progress;
pub use scope::{ScanLimit, ScanScope};
pub use settings::{Detail, Nested, ScopedWords, Settings};
pub use summary::{Rejection, Summary};
pub use totals::{RepositoryTotals, Totals};

pub use crate::source::{Ignored, IgnoredBy, Shard, Skipped};
pub use crate::suppress::ConfigUse;

use crate::detect::{self, Detector};
use crate::error::{Error, SkipReason};
use crate::finding::{self, Finding};
use crate::source::{self, Sink};
use crate::suppress::{Decisions, Standing};
use collect::Collector;
use collected::Collected;
use repositories::Places;
use words::Detectors;

// A window must show the detector all that may matter.
const _: () = assert!(source::MARGIN >= detect::MARGIN);
// In history, only what is new in a text is looked at, with so much of the old beside it as a candidate can have.
const _: () = assert!(source::TOPIC_REACH >= detect::KEY_REACH);

/// Repositories that a run came upon.
struct Met {
    /// The folders of those among the files.
    roots: Vec<PathBuf>,
    /// The names of those whose history was swept, and how many objects and
    /// commits that had.
    swept: Vec<(PathBuf, u64, u64)>,
}

/// Scans everything that the settings name.
///
/// # Errors
///
/// What is staged cannot be known, or there is no history where nothing else
/// was asked for.
pub fn run<'r>(
    settings: &Settings,
    detector: &Detector<'r>,
    progress: &Progress,
) -> Result<Outcome<'r>, Error> {
    let start = Instant::now();
    let collected = Mutex::new(Collected::default());
    let detectors = Detectors::new(settings, detector);
    let make = || Collector::new(&detectors, settings, progress, &collected);
    let make_in = |repository: &Path| {
        let repository: Arc<Path> = repository.into();
        move || make().of(&repository)
    };
    if settings.stdin {
        source::scan_stdin(&mut make() as &mut dyn Sink, &|| progress.is_stopped());
    }
    if let Some(staged) = &settings.staged {
        staged.scan(&settings.files.filter, &mut make_in(staged.work_tree())())?;
    }
    if let Some(range) = &settings.range {
        range.scan(&settings.files.filter, settings.limits.threads, &make_in(range.root()));
    }
    let ignored = source::scan_paths(&settings.files, settings.limits.threads, &make);
    let roots = settings.files.filter.take_roots();
    let history = histories(settings, &roots, &mut make())?;
    let roots: Vec<PathBuf> = roots.into_iter().map(|root| root.path).collect();
    let counts = || {
        let known = collected.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (known.summary.objects, known.summary.commits)
    };
    let (mut met, mut places) = (Met { roots, swept: Vec::new() }, Places::new(settings));
    for History { repository, .. } in &history {
        let before = counts();
        let make = make_in(repository.name());
        let unheld = source::sweep(repository, &limits_in(settings, &mut places, repository), &make);
        if !progress.is_stopped() {
            let gaps = source::absences(repository, unheld, settings.limits.threads);
            gaps.into_iter().for_each(|gap| make().take_skipped(gap));
        }
        let after = counts();
        met.swept.push((repository.name().to_path_buf(), after.0 - before.0, after.1 - before.1));
    }
    let mut collected = collected.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    collected.summary.ignored = ignored;
    collected.summary.skipped.extend(settings.skipped.iter().cloned());
    position::place_pending(&mut collected);
    collected.findings = finding::merge_findings(std::mem::take(&mut collected.findings));
    if progress.is_stopped() {
        let why = "it was interrupted: what comes after has not been looked at";
        collected.summary.skipped.push(Skipped::failure(SkipReason::Interrupted, "the scan", why));
    } else {
        attribute::attribute(settings, &history, &mut collected);
        known::mark_known(settings, &detectors, &mut places, &mut collected.findings);
    }
    let outcome = finish(settings, collected, &met, &mut places, start);
    let provenance = settings.detail.provenance.then(|| provenance(settings, &history)).flatten();
    Ok(Outcome { provenance, ..outcome })
}

/// The histories that are named, and those of the repositories that the walk
/// came upon, which are left out and named where that was asked for. Of
/// machines that share the work, each takes whole ones: a history cannot be
/// swept in parts.
fn histories(
    settings: &Settings,
    roots: &[source::Root],
    sink: &mut dyn Sink,
) -> Result<Vec<History>, Error> {
    let mut histories = settings.history.clone();
    let mut left_out: Vec<source::Repository> = Vec::new();
    for root in roots {
        match (root.open_repository(), settings.nested) {
            (_, Nested::Unasked) | (Ok(None), _) => {}
            (Ok(Some(it)), Nested::Swept) => History::whole(it).add_to(&mut histories),
            (Ok(Some(it)), Nested::LeftOut) => {
                let known = histories.iter().map(|known| &known.repository).chain(&left_out);
                if !known.into_iter().any(|known| known.shares_history(&it)) {
                    left_out.push(it);
                }
            }
            // Of what is named this is known already.
            (Err(_), _) if settings.files.paths.contains(&root.path) => {}
            (Err(skipped), _) => sink.take_skipped(skipped),
        }
    }
    for repository in left_out {
        let why = "a repository below the path: --no-nested leaves its history out";
        sink.take_skipped(Skipped::by_choice(SkipReason::GitRepository, repository.name(), why));
    }
    let named = &settings.files.paths;
    if let Some(first) = named.first().filter(|_| !settings.files.reads && histories.is_empty()) {
        let why = "it stands in no git repository, and none was found in it";
        return Err(Error::usage("scan the history of", first.display().to_string(), why)
            .mend("name a folder that holds `.git`, something above or below one, or a bare repository"));
    }
    let own = |number: &u64| settings.files.filter.shard().is_none_or(|shard| shard.takes_number(*number));
    Ok((0..).zip(histories).filter(|(number, _)| own(number)).map(|(_, history)| history).collect())
}

/// Returns how to sweep a repository: a limit of its own configuration holds
/// where none was given.
fn limits_in(
    settings: &Settings,
    places: &mut Places<'_>,
    repository: &source::Repository,
) -> source::Limits {
    let own = || places.policy_of(repository.name())?.max_file_size;
    source::Limits { max_file_size: settings.limits.max_file_size.or_else(own), ..settings.limits }
}

fn finish<'r>(
    settings: &Settings,
    collected: Collected<'r>,
    met: &Met,
    places: &mut Places<'_>,
    start: Instant,
) -> Outcome<'r> {
    let Collected { findings, mut summary, mut rejections } = collected;
    let mut findings = finding::merge_findings(findings);
    finding::pair_keys(&mut findings);
    summary.skipped.extend(findings.iter().filter_map(places_left_out));
    summary.skipped.sort();
    summary.skipped.dedup();
    let configs = decide(settings, met, places, &mut findings, &mut summary);
    if let Some(verifier) = &settings.verifier {
        verifier.check_findings(&mut findings);
    }
    settings.receipts.settle_findings(&mut findings);
    for rejection in &mut rejections {
        rejection.repository = places.repository_of(&rejection.origin);
    }
    rejections.sort();
    rejections.dedup();
    summary.count_findings(&findings);
    summary.scopes.push(coverage::scope_of_run(settings, &summary));
    summary.duration = start.elapsed();
    let config_failures = settings.suppress.policies.take_failures();
    Outcome { findings, summary, rejections, configs, config_failures, provenance: None }
}

/// The repository, if there is just one, and where it comes from.
fn provenance(settings: &Settings, history: &[History]) -> Option<(PathBuf, source::Provenance)> {
    let roots = settings
        .staged
        .iter()
        .map(source::Staged::work_tree)
        .chain(settings.range.iter().map(|it| it.root()));
    let of_roots = roots.filter_map(|root| source::Repository::open_at(root).ok().flatten());
    let mut repositories = history.iter().map(|it| it.repository.clone()).chain(of_roots);
    let (one, more) = (repositories.next()?, repositories.next());
    let name = repositories::shown_name(one.name());
    more.is_none().then(|| source::Provenance::read_from(&one)).flatten().map(|it| (name, it))
}

/// Names the repositories of places and gaps, and marks what the configurations
/// there, or flags, decide about them.
fn decide(
    settings: &Settings,
    met: &Met,
    places: &mut Places<'_>,
    findings: &mut [Finding<'_>],
    summary: &mut Summary,
) -> Vec<ConfigUse> {
    let gaps = &mut summary.skipped;
    places.look_at_named(settings, &met.roots);
    let of_findings: Vec<Vec<Standing>> = findings
        .iter_mut()
        .map(|finding| finding.locations.iter_mut().map(|location| places.name(location)).collect())
        .collect();
    let of_gaps: Vec<Standing> = gaps.iter_mut().map(|gap| places.name_gap(gap)).collect();
    let mut decisions = settings.suppress.begin_decisions(settings.today);
    for (finding, standings) in findings.iter_mut().zip(&of_findings) {
        decisions.suppress_places(finding, standings);
    }
    for (gap, standing) in gaps.iter_mut().zip(&of_gaps) {
        accept(&mut decisions, gap, standing);
    }
    for (name, objects, commits) in &met.swept {
        let totals = summary.repositories.entry(places.top(name).shown).or_default();
        (totals.objects, totals.commits) = (*objects, *commits);
    }
    for root in &met.roots {
        summary.repositories.entry(places.top(root).shown).or_default();
    }
    for (top, ignored) in &summary.ignored.of_repositories {
        summary.repositories.entry(places.top(top).shown).or_default().ignored = *ignored;
    }
    totals::add_findings(&mut summary.repositories, findings);
    totals::add_gaps(&mut summary.repositories, &summary.skipped);
    decisions.into_uses()
}

/// Marks a gap that a person accepted; it is still told of.
fn accept(decisions: &mut Decisions<'_>, gap: &mut Skipped, standing: &Standing) {
    if let Some(reason) =
        Some(&*gap).filter(|gap| gap.incomplete).and_then(|gap| decisions.accepted(gap.kind, standing))
    {
        (gap.incomplete, gap.accepted) = (false, Some(reason));
    }
}

/// Places that a finding has beyond those that are kept.
fn places_left_out(finding: &Finding<'_>) -> Option<Skipped> {
    let more = Some(finding.more_places).filter(|more| *more > 0)?;
    let name = finding.locations.first()?.origin.name();
    let why = format!(
        "{} stands in {more} places more than the {} that are named",
        finding.redacted,
        finding::MAX_PLACES
    );
    Some(Skipped::failure(SkipReason::Places, name, why))
}
