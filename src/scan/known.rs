//! What a change does not bring: secrets that stood in the same file before it,
//! and counted there. One that was excused there, by a mark, an entry or an
//! excluded folder, nobody has been told of: it is new where it stands without
//! that.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::collect::Collector;
use super::collected::Collected;
use super::progress::Progress;
use super::repositories::Places;
use super::settings::Settings;
use super::words::Detectors;
use crate::finding::{self, Finding};
use crate::location::{GitPart, GitText, ObjectId};
use crate::source::{EarlierFile, EarlierFiles};

/// Marks each place in what a change brings whose secret an earlier version of
/// the file holds, too.
pub(super) fn mark_known(
    settings: &Settings,
    detectors: &Detectors<'_, '_>,
    places: &mut Places<'_>,
    findings: &mut [Finding<'_>],
) {
    let is_in_change = |finding: &Finding<'_>| {
        finding.locations.iter().any(|location| location.origin.git().is_some_and(is_of_file))
    };
    if !findings.iter().any(is_in_change) {
        return;
    }
    let staged = settings.staged.iter().map(|it| (it.work_tree(), it.earlier()));
    let range = settings.range.iter().map(|it| (it.root(), it.earlier()));
    for (root, earlier) in range.chain(staged) {
        let Some(files) = earlier.open() else { continue };
        let mut reader =
            Reader { files, repository: root.into(), detectors, settings, places, known: HashMap::new() };
        findings.iter_mut().for_each(|finding| reader.mark(finding));
    }
}

/// Reads earlier versions of files, each once.
struct Reader<'a, 'r, 'p, 's> {
    /// Versions of files from before the change.
    files: EarlierFiles<'a>,
    /// The name of their repository.
    repository: Arc<Path>,
    /// Judge those versions as the new ones were judged.
    detectors: &'a Detectors<'a, 'r>,
    /// Settings of the run.
    settings: &'a Settings,
    /// Says which configuration decides about a path.
    places: &'p mut Places<'s>,
    /// The fingerprints of the secrets that count in each.
    known: HashMap<(ObjectId, PathBuf), HashSet<String>>,
}

impl Reader<'_, '_, '_, '_> {
    fn mark(&mut self, finding: &mut Finding<'_>) {
        let fingerprint = finding.fingerprint.clone();
        // Many places of one file have the same answer.
        let mut last: Option<(GitText, Option<String>)> = None;
        for location in &mut finding.locations {
            let Some(text) = location.origin.git().filter(|text| is_of_file(text)) else { continue };
            let known = match last.take().filter(|(of, _)| of == text) {
                Some((_, known)) => known,
                None => self.holder(text, &fingerprint).map(|file| reason(&file)),
            };
            location.known.clone_from(&known);
            last = Some((text.clone(), known));
        }
    }

    /// The first of the earlier files that holds a secret.
    fn holder(&mut self, text: &GitText, fingerprint: &str) -> Option<EarlierFile> {
        let files = self.files.of(text);
        files.into_iter().find(|file| self.secrets(file).contains(fingerprint))
    }

    /// The fingerprints of the secrets that count in a file.
    fn secrets(&mut self, file: &EarlierFile) -> &HashSet<String> {
        let (id, path) = file.key();
        let Self { files, repository, detectors, settings, places, known } = self;
        known.entry((id, path.to_path_buf())).or_insert_with(|| {
            if settings.files.filter.refuses_below(repository, path).is_some() {
                return HashSet::new();
            }
            let (progress, collected) = (Progress::default(), Mutex::new(Collected::default()));
            let collector = Collector::new(detectors, settings, &progress, &collected).without_detail();
            files.scan(file, &mut collector.of(repository));
            let collected = collected.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            let standing = places.standing(repository, path);
            let mut decisions = settings.suppress.begin_decisions(settings.today);
            let mut found = finding::merge_findings(collected.findings);
            for finding in &mut found {
                decisions.suppress_places(finding, &vec![standing.clone(); finding.locations.len()]);
            }
            let active = found.into_iter().filter(|finding| finding.suppressed.is_none());
            active.map(|finding| finding.fingerprint).collect()
        })
    }
}

/// Returns whether a text is the content of a file that a change brings.
fn is_of_file(text: &GitText) -> bool {
    matches!((text.part, text.commit), (GitPart::Blob, Some(_)) | (GitPart::Staged, None))
}

fn reason(file: &EarlierFile) -> String {
    let which = if file.moved { "in a file that is gone or renamed" } else { "in the same file" };
    format!("it is not new: commit {} holds it {which}", file.commit.short_hex())
}
