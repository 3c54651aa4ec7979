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

/// Writes an input for `git filter-repo` about the findings that count. Exit
/// status 3: one of them is not in it.
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
    for finding in &missed {
        let place = finding.active_locations().next().map(dogcatcher::report::place).unwrap_or_default();
        notice(&format!("{} is not in it: {place} {}", finding.redacted, target.input.reason_for_lack()));
    }
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

/// Lines of the input, and the findings that are not in it.
type Lines<'f, 'r> = (Vec<Zeroizing<Vec<u8>>>, Vec<&'f Finding<'r>>);

/// The ids of the objects that hold a file or an archive with one of the
/// findings.
fn blob_ids<'f, 'r>(findings: &[&'f Finding<'r>]) -> Lines<'f, 'r> {
    let (mut lines, mut missed) = Lines::default();
    for finding in findings {
        let texts = finding.active_locations().filter_map(|it| it.origin.git());
        let ids: Vec<_> = texts.filter(|it| it.part == GitPart::Blob).filter_map(|it| it.object).collect();
        if ids.is_empty() {
            missed.push(*finding);
        }
        lines.extend(ids.into_iter().map(|id| Zeroizing::new(id.to_string().into_bytes())));
    }
    (lines, missed)
}

/// A line for each form in which a secret stands somewhere: plain, or encoded.
fn replacements<'f, 'r>(findings: &[&'f Finding<'r>], detector: &Detector<'_>) -> Lines<'f, 'r> {
    let (mut lines, mut missed) = Lines::default();
    for finding in findings {
        let mut forms = Vec::new();
        if !finding.secret.expose().is_empty() {
            forms.push(Zeroizing::new(finding.secret.expose().to_vec()));
        }
        for place in finding.active_locations() {
            if place.layers.is_empty() && !forms.is_empty() {
                continue;
            }
            forms.extend(read_text(place).iter().flat_map(|text| forms_in(text, finding, detector)));
        }
        forms.retain(|form| is_one_line(form));
        if forms.is_empty() {
            missed.push(*finding);
        }
        lines.extend(forms.into_iter().map(|form| {
            Zeroizing::new([b"literal:", form.as_slice(), b"==>", REPLACEMENT.as_bytes()].concat())
        }));
    }
    (lines, missed)
}

/// The bytes by which a finding stands in a text.
fn forms_in(text: &[u8], finding: &Finding<'_>, detector: &Detector<'_>) -> Vec<Zeroizing<Vec<u8>>> {
    let found = detector.detect(text).into_iter().filter_map(|verdict| match verdict {
        Verdict::Found(found) => Some(found),
        Verdict::Rejected { .. } => None,
    });
    let same = found.filter(|it| fingerprint_secret(it.rule.id(), &it.secret) == finding.fingerprint);
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
