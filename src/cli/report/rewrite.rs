//! Inputs for `git filter-repo`, by which the history of a repository is
//! rewritten.
//!
//! ```text
//! replace-text=FILE   literal:SECRET==>***REMOVED***     for --replace-text; the file is for its owner alone
//! blob-ids=FILE       an id a line                       for --strip-blobs-with-ids; the files go as a whole
//! ```
//!
//! A report holds no secret: each is read again from the repository, at the
//! places that the report names, and is known by its fingerprint. None is ever
//! an argument.

use std::io::{IsTerminal, Write, stdout};
use std::path::Path;

use dogcatcher::detect::{Detector, Verdict};
use dogcatcher::error::Error;
use dogcatcher::finding::{Finding, Location, fingerprint_secret};
use dogcatcher::location::{GitPart, Origin};
use dogcatcher::report::shown_path;
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::Outcome;
use dogcatcher::source::Revision;
use zeroize::Zeroizing;

use crate::cli::args::{RewriteInput, RewriteTarget};
use crate::cli::exit::Exit;
use crate::cli::output::{notice, write_private_file};

/// The words that stand where a secret was.
const REPLACEMENT: &str = "***REMOVED***";

/// Places of a finding that are named at most where they are not in the input.
const MAX_NAMED: usize = 20;

/// Writes an input for `git filter-repo` about the findings that count. Exit
/// status 3: a place of one of them is not in it.
///
/// # Errors
///
/// The file cannot be written, or standard output is a terminal, which would
/// show secrets.
pub(super) fn write_rewrite_input(
    outcome: &Outcome<'_>,
    rules: &RuleSet,
    target: &RewriteTarget,
) -> Result<Exit, Error> {
    let findings: Vec<&Finding<'_>> = outcome.findings.iter().filter(|it| it.suppressed.is_none()).collect();
    let is_secret = target.input == RewriteInput::ReplaceText;
    if is_secret && target.file.is_none() && stdout().is_terminal() {
        return Err(Error::usage(
            "write secrets to",
            "standard output",
            "it is a terminal, which would show them",
        )
        .mend("name a file: --format replace-text=FILE"));
    }
    let (mut lines, missed) = match target.input {
        RewriteInput::BlobIds => blob_ids(&findings),
        RewriteInput::ReplaceText => replacements(&findings, &Detector::new(rules)),
    };
    lines.sort_by(|one, other| one.as_slice().cmp(other));
    lines.dedup();
    missed.iter().for_each(|missed| missed.tell(target.input));
    let text =
        Zeroizing::new(lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect::<Vec<u8>>());
    match &target.file {
        Some(file) => write_private_file(file, &text)?,
        None => {
            stdout().write_all(&text).map_err(|cause| Error::io("write to", "standard output", &cause))?
        }
    }
    Ok(if missed.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

/// Lines of the input, and what is not in it.
type Lines<'f, 'r> = (Vec<Zeroizing<Vec<u8>>>, Vec<Missed<'f, 'r>>);

/// Places of a finding that no line of the input reaches.
struct Missed<'f, 'r> {
    finding: &'f Finding<'r>,
    places: Vec<&'f Location>,
}

impl Missed<'_, '_> {
    /// Returns whether every place of the finding is in the input, those
    /// included that the report only counts.
    fn is_none(&self) -> bool {
        self.places.is_empty() && self.finding.more_places == 0
    }

    /// Names the first places, and counts the others.
    fn tell(&self, input: RewriteInput) {
        let (redacted, reason) = (&self.finding.redacted, input.reason_for_lack());
        for place in self.places.iter().take(MAX_NAMED) {
            notice(&format!("{redacted} is not in it: {} {reason}", dogcatcher::report::place(place)));
        }
        let unnamed = self.places.len().saturating_sub(MAX_NAMED) as u64;
        if unnamed > 0 {
            notice(&format!("{redacted} is not in it at {unnamed} more of its places"));
        }
        if self.finding.more_places > 0 {
            let more = self.finding.more_places;
            notice(&format!(
                "{redacted} may not be in it as it stands at {more} places that the report only counts"
            ));
        }
    }
}

/// The ids of the objects that hold a file or an archive with one of the
/// findings.
fn blob_ids<'f, 'r>(findings: &[&'f Finding<'r>]) -> Lines<'f, 'r> {
    let (mut lines, mut missed) = Lines::default();
    for &finding in findings {
        let id_at = |place: &Location| {
            place.origin.git().filter(|text| text.part == GitPart::Blob).and_then(|text| text.object)
        };
        let ids: Vec<_> = finding.active_locations().filter_map(id_at).collect();
        // A file of the work tree is none of the history, and stands in it by its own id.
        let is_missed =
            |place: &&Location| id_at(place).is_none() && (ids.is_empty() || place.origin.is_history());
        missed.push(Missed { finding, places: finding.active_locations().filter(is_missed).collect() });
        lines.extend(ids.iter().map(|id| Zeroizing::new(id.to_string().into_bytes())));
    }
    missed.retain(|missed| !missed.is_none());
    (lines, missed)
}

/// A line for each form in which a secret stands somewhere: plain, or encoded.
fn replacements<'f, 'r>(findings: &[&'f Finding<'r>], detector: &Detector<'_>) -> Lines<'f, 'r> {
    let (mut lines, mut missed) = Lines::default();
    for &finding in findings {
        let (mut forms, mut places) = (Vec::new(), Vec::new());
        let plain = finding.secret.expose();
        if !plain.is_empty() && is_one_line(plain) {
            forms.push(Zeroizing::new(plain.to_vec()));
        }
        let mut has_plain = !forms.is_empty();
        for place in finding.active_locations() {
            let is_plain = place.layers.is_empty() && is_replaced_text(&place.origin);
            if is_plain && has_plain {
                continue;
            }
            let read = forms_at(place, finding, detector);
            if read.is_empty() || !read.iter().all(|form| is_one_line(form)) {
                places.push(place);
            } else {
                has_plain |= is_plain;
            }
            forms.extend(read.into_iter().filter(|form| is_one_line(form)));
        }
        missed.push(Missed { finding, places });
        lines.extend(forms.into_iter().map(|form| {
            Zeroizing::new([b"literal:", form.as_slice(), b"==>", REPLACEMENT.as_bytes()].concat())
        }));
    }
    missed.retain(|missed| !missed.is_none());
    (lines, missed)
}

/// Returns whether `git filter-repo` replaces words in texts of this kind:
/// files and messages, and neither archives nor names.
fn is_replaced_text(origin: &Origin) -> bool {
    match origin {
        Origin::File(_) => true,
        Origin::Git(text) => matches!(
            text.part,
            GitPart::Blob | GitPart::Staged | GitPart::CommitMessage | GitPart::TagMessage
        ),
        _ => false,
    }
}

/// The forms in which a finding stands at a place: as often as its text has
/// it in the same encodings. None where the text cannot be read.
fn forms_at(place: &Location, finding: &Finding<'_>, detector: &Detector<'_>) -> Vec<Zeroizing<Vec<u8>>> {
    let Some(text) = read_text(place).map(Zeroizing::new) else { return Vec::new() };
    forms_in(&text, finding, &place.layers, detector)
}

/// The bytes by which a finding stands in a text, in these encodings.
fn forms_in(
    text: &[u8],
    finding: &Finding<'_>,
    layers: &[&str],
    detector: &Detector<'_>,
) -> Vec<Zeroizing<Vec<u8>>> {
    let found = detector.detect(text).into_iter().filter_map(|verdict| match verdict {
        Verdict::Found(found) => Some(found),
        Verdict::Rejected { .. } => None,
    });
    let same = found.filter(|it| {
        it.layers == layers && fingerprint_secret(it.rule.id(), &it.secret) == finding.fingerprint
    });
    same.map(|it| Zeroizing::new(text[it.span].to_vec())).collect()
}

/// Returns whether a form can be told to `git filter-repo` in a line.
fn is_one_line(form: &[u8]) -> bool {
    let is_plain = form.iter().all(|byte| (b' '..=b'~').contains(byte));
    is_plain && !form.windows(3).any(|part| part == b"==>")
}

/// The text that a place stands in; none of an archive, or of what is no file
/// and no message.
fn read_text(place: &Location) -> Option<Vec<u8>> {
    match &place.origin {
        Origin::File(path) => std::fs::read(path).ok(),
        Origin::Git(text) => {
            let folder = place.repository.as_deref().unwrap_or(Path::new("."));
            let revision = Revision::find_commit(folder, &text.commit?.to_string()).ok()?;
            match text.part {
                GitPart::Blob => revision.read_file(text.path.as_deref()?).ok()?,
                GitPart::CommitMessage => Some(revision.message().to_vec()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Says where the input is, and what to do with it.
pub(super) fn tell_next_step(target: &RewriteTarget) {
    let Some(file) = &target.file else { return };
    let (option, file) = (target.input.option(), shown_path(file));
    notice(&format!("in a fresh clone: git filter-repo {option} {file}; remove the file afterwards"));
}
