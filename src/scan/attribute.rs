//! Findings in history get their paths and commits: only when there are any,
//! since it costs a pass over all trees.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::collected::Collected;
use super::history::History;
use super::rejections::{introduced, place_rejections, rejected_objects};
use super::repositories::{beside_git, file, shown_name};
use super::settings::Settings;
use crate::error::SkipReason;
use crate::finding::{Finding, Location, MAX_TIPS};
use crate::location::{CommitInfo, GitPart, GitText, ObjectId, path_below};
use crate::source::{CommitRange, Repository, Skipped, Target, Trace};

/// Replaces each place in an object by its places in paths and commits, and
/// lets go of those that do not concern the paths that were asked about.
pub(super) fn attribute(settings: &Settings, histories: &[History], collected: &mut Collected<'_>) {
    for history in histories {
        let repository = &history.repository;
        let (mut targets, mut commits, mut any) = (BTreeSet::new(), BTreeSet::new(), false);
        for text in collected.findings.iter().flat_map(|finding| texts(finding, repository.name())) {
            targets.extend(target(text));
            commits.extend(text.object.filter(|_| is_of_commit(text)));
            any = true;
        }
        let rejected = rejected_objects(&collected.rejections, history);
        targets.extend(rejected.iter().copied().map(Target::Object));
        any |= !rejected.is_empty();
        if any {
            let trace = Trace::new(repository, &targets, &commits, settings.limits.threads);
            let gaps = trace.skipped.iter().cloned().map(|gap| gap.in_repository(repository.name()));
            collected.summary.skipped.extend(gaps);
            let shown = shown_name(repository.name());
            collected.findings.iter_mut().for_each(|finding| place(finding, history, &trace, &shown));
            place_rejections(collected, history, &rejected, &trace);
            if settings.detail.authors {
                let mut files = CheckedOut::new(repository);
                collected.findings.iter_mut().for_each(|finding| name_commits_of_files(finding, &mut files));
            }
        }
    }
    set_apart_outside(collected);
    if let Some(range) = &settings.range {
        name_commits(range, &mut collected.findings);
    }
}

/// Counts the findings that have no place left, instead of reporting them.
fn set_apart_outside(collected: &mut Collected<'_>) {
    let findings = std::mem::take(&mut collected.findings);
    let (placed, outside): (Vec<_>, Vec<_>) = findings.into_iter().partition(|it| !it.locations.is_empty());
    collected.findings = placed;
    collected.summary.outside = outside.len() as u64;
    for finding in outside.iter().filter(|it| it.more_places > 0) {
        let (redacted, more) = (&finding.redacted, finding.more_places);
        let why = format!(
            "{redacted} stands in {more} places that were not kept, some of them perhaps below the path"
        );
        collected.summary.skipped.push(Skipped::failure(SkipReason::Places, "the history", why));
    }
}

/// A range knows the commit of each place already; what is missing is what the
/// commits say of themselves.
fn name_commits(range: &CommitRange, findings: &mut [Finding<'_>]) {
    let commit_of = |location: &Location| location.origin.git().and_then(|text| text.commit);
    let ids: BTreeSet<ObjectId> =
        findings.iter().flat_map(|finding| &finding.locations).filter_map(commit_of).collect();
    let known: HashMap<ObjectId, Arc<CommitInfo>> =
        range.info(ids).into_iter().map(|info| (info.id, Arc::new(info))).collect();
    for finding in findings {
        for location in &mut finding.locations {
            location.commit = commit_of(location).and_then(|id| known.get(&id)).map(Arc::clone);
        }
        finding.first_seen = first_seen(finding);
    }
}

/// The files of a repository as they lie in its work tree, each read once.
struct CheckedOut<'r> {
    /// The repository whose work tree is looked at.
    repository: &'r Repository,
    /// The canonical top of the work tree.
    top: PathBuf,
    /// The objects that the files would be.
    blobs: HashMap<PathBuf, Option<ObjectId>>,
}

impl<'r> CheckedOut<'r> {
    fn new(repository: &'r Repository) -> Self {
        let top = beside_git(repository.name());
        Self { repository, top: top.canonicalize().unwrap_or(top), blobs: HashMap::new() }
    }

    /// Returns the object that a file would be.
    fn blob(&mut self, file: &Path) -> Option<ObjectId> {
        if let Some(known) = self.blobs.get(file) {
            return *known;
        }
        let id = self.repository.blob_id(file);
        self.blobs.insert(file.to_path_buf(), id);
        id
    }
}

/// Names the commit by which each file came that stands as the history of its
/// repository has it: the latest that brought that content to that path.
fn name_commits_of_files(finding: &mut Finding<'_>, files: &mut CheckedOut<'_>) {
    let brought = commits_by_file(finding, files.repository.name());
    if brought.is_empty() {
        return;
    }
    for location in finding.locations.iter_mut().filter(|it| it.commit.is_none()) {
        let Some((path, file)) =
            file(&location.origin).and_then(|file| Some((path_below(&files.top, file)?, file)))
        else {
            continue;
        };
        if brought.keys().any(|(known, _)| *known == path)
            && let Some(id) = files.blob(file)
        {
            location.commit = brought.get(&(path, id)).cloned();
        }
    }
}

/// Returns the latest commit that brought each content to each path, of those
/// that a finding stands in.
fn commits_by_file(
    finding: &Finding<'_>,
    repository: &Path,
) -> HashMap<(PathBuf, ObjectId), Arc<CommitInfo>> {
    let blob = |location: &Location| {
        let text = location.origin.git().filter(|text| text.part == GitPart::Blob)?;
        let text = Some(text).filter(|text| *text.repository == *repository)?;
        Some(((text.path.clone()?, text.object?), location.commit.clone()?))
    };
    let mut brought: HashMap<(PathBuf, ObjectId), Arc<CommitInfo>> = HashMap::new();
    for (key, commit) in finding.locations.iter().filter_map(blob) {
        let known = brought.entry(key).or_insert_with(|| Arc::clone(&commit));
        if known.time < commit.time {
            *known = commit;
        }
    }
    brought
}

/// Returns when the first of the commits was written by which it came.
fn first_seen(finding: &Finding<'_>) -> Option<i64> {
    finding.locations.iter().filter_map(|location| Some(location.commit.as_ref()?.time)).min()
}

/// The texts of one repository in which a finding stands.
fn texts<'f>(finding: &'f Finding<'_>, repository: &'f Path) -> impl Iterator<Item = &'f GitText> {
    let texts = finding.locations.iter().filter_map(|location| location.origin.git());
    texts.filter(move |text| &*text.repository == repository)
}

/// Returns what a trace has to be asked about a text.
fn target(text: &GitText) -> Option<Target> {
    match (text.part, text.object?, &text.path) {
        (GitPart::Blob, object, _) => Some(Target::Object(object)),
        (GitPart::FileName, tree, Some(name)) => {
            Some(Target::Name(tree, name.as_os_str().as_encoded_bytes().to_vec()))
        }
        _ => None,
    }
}

/// Returns whether a text is a part of a commit itself, and not of a file in
/// it.
fn is_of_commit(text: &GitText) -> bool {
    matches!(text.part, GitPart::CommitHeader | GitPart::CommitMessage)
}

/// Adds the refs that hold it today, behind the name of their repository.
fn name_tips(finding: &mut Finding<'_>, history: &History, trace: &Trace, shown: &Path) {
    let targets = texts(finding, history.repository.name()).filter_map(target).collect();
    for tip in trace.tips(&targets) {
        if finding.tips.len() == MAX_TIPS {
            finding.more_tips += 1;
        } else if shown == Path::new(".") {
            finding.tips.push(tip.to_owned());
        } else {
            finding.tips.push(format!("{}:{tip}", shown.display()));
        }
    }
}

/// Replaces the places of a finding in one repository, which reports call
/// `shown`.
fn place(finding: &mut Finding<'_>, history: &History, trace: &Trace, shown: &Path) {
    let repository = &history.repository;
    if texts(finding, repository.name()).next().is_none() {
        return;
    }
    // A message or a ref is in no tree.
    let held =
        texts(finding, repository.name()).filter_map(target).map(|target| trace.in_head(&target)).max();
    finding.in_head = finding.in_head.max(held);
    name_tips(finding, history, trace, shown);
    let locations = std::mem::take(&mut finding.locations);
    let places = locations.into_iter().flat_map(|it| spread(it, repository.name(), trace));
    finding.locations = places.filter(|it| concerns(history, it)).collect();
    finding.first_seen = first_seen(finding);
    finding.limit_places();
}

/// Returns whether a place is of another repository, or concerns the paths of
/// this one that were asked about.
fn concerns(history: &History, location: &Location) -> bool {
    let of_this = |text: &&GitText| &*text.repository == history.repository.name();
    location.origin.git().filter(of_this).is_none_or(|text| {
        let in_tree = matches!(text.part, GitPart::Blob | GitPart::FileName);
        history.concerns(text.path.as_deref().filter(|_| in_tree))
    })
}

/// One place for each path and commit that brought the object there.
fn spread(location: Location, repository: &Path, trace: &Trace) -> Vec<Location> {
    let Some(text) = location.origin.git().filter(|text| &*text.repository == repository) else {
        return vec![location];
    };
    let text = Arc::new(text.clone());
    let introductions = target(&text).map_or(&[][..], |target| trace.introductions(&target));
    if introductions.is_empty() {
        let commit = text.object.filter(|_| is_of_commit(&text));
        return vec![standing(location, GitText { commit, ..(*text).clone() }, trace)];
    }
    introductions.iter().map(|it| standing(location.clone(), introduced(&text, it), trace)).collect()
}

/// The place with what is known of its commit, and of what leads there.
fn standing(location: Location, text: GitText, trace: &Trace) -> Location {
    let known = text.commit.and_then(|commit| trace.commit(commit));
    let named = text.object.and_then(|object| trace.named_by(object));
    let is_ref = text.part == GitPart::RefName;
    Location {
        commit: known.map(|known| Arc::new(known.info.clone())),
        reachable: Some(is_ref || named.is_some() || known.is_some_and(|known| known.reachable)),
        reached_by: known.and_then(|known| known.reached_by.clone()).or_else(|| named.map(str::to_owned)),
        origin: location.origin.with_git(Arc::new(text)),
        ..location
    }
}
