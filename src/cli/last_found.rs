//! The findings of the last run in a repository, for `dogcatcher allow
//! --last-found`.
//!
//! ```text
//! ~/.local/state/dogcatcher/last-found/0b1c….json     one file a repository, named by a hash of its path
//! {"repository":"/src/shop","findings":[{"fingerprint":"fp1_07e2…","rule":"datadog-api-key","place":"a.env:3:1"}]}
//! ```
//!
//! It holds what a report shows anyway, and no secret. It is kept outside of
//! the repository, which a scan never writes to; where the user's folder lies
//! within it, nothing is remembered. A run that finds nothing forgets what was
//! there, so that nobody allows what an older one found.

use std::io::Write;
use std::path::{Path, PathBuf};

use dogcatcher::error::{Error, io_reason};
use dogcatcher::finding::{Finding, is_fingerprint};
use dogcatcher::location::absolute;
use dogcatcher::report::{foreign, place};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::leftovers;
use super::repository_top::repository_top;
use super::state_folder::state_folder;

/// A finding that is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// Its fingerprint.
    pub(super) fingerprint: String,
    /// The id of its rule.
    pub(super) rule: String,
    /// The first of its places, as it is shown.
    pub(super) place: String,
}

/// Findings that are remembered of a repository.
#[derive(Debug, Serialize, Deserialize)]
struct LastFound {
    repository: PathBuf,
    findings: Vec<Remembered>,
}

/// Remembers the findings that count in the repository around this folder. A
/// courtesy: where they cannot be written down, the words of a notice come back.
pub(super) fn remember_findings(findings: &[Finding<'_>]) -> Option<String> {
    let top = repository_here()?;
    let file = file_of(&top)?;
    let findings: Vec<Remembered> = findings.iter().filter_map(|it| remembered(it, &top)).collect();
    let written = match findings.is_empty() {
        true => std::fs::remove_file(&file).or_else(ignore_absence),
        false => write_file(&file, &LastFound { repository: top, findings }),
    };
    let why = io_reason(&written.err()?);
    Some(format!("what was found is not remembered for `allow --last-found`: {}: {why}", file.display()))
}

/// Returns the findings of the last run in the repository around this folder.
///
/// # Errors
///
/// There is no repository, or nothing is remembered of it.
pub(super) fn last_found() -> Result<Vec<Remembered>, Error> {
    let wrong = |why: &str| Error::usage("tell", "what was found last", why);
    let top = repository_here().ok_or_else(|| {
        wrong("this folder is in no git repository").mend("name the findings, by their fingerprints")
    })?;
    let nothing = || {
        wrong("the last run in this repository found nothing, or there was none")
            .mend("run `dogcatcher scan` first, or name the findings")
    };
    let file = file_of(&top).ok_or_else(nothing)?;
    let text = std::fs::read(&file).map_err(|_| match refusal_to_write(&file) {
        None => nothing(),
        Some(why) => wrong(&format!("it could not be remembered: {}: {why}", file.display()))
            .mend("let XDG_STATE_HOME be a folder that you may write to, and scan again; or name the findings, with --from REPORT"),
    })?;
    let last: LastFound = serde_json::from_slice(&text).map_err(|_| nothing())?;
    let is_sound = |it: &Remembered| is_fingerprint(&it.fingerprint);
    let found: Vec<Remembered> = last.findings.into_iter().filter(is_sound).collect();
    if last.repository == top && !found.is_empty() { Ok(found) } else { Err(nothing()) }
}

/// Returns the top of the repository around this folder.
fn repository_here() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    repository_top(&here).map(Path::to_path_buf)
}

/// Returns the file for a repository; none where it would lie within.
fn file_of(top: &Path) -> Option<PathBuf> {
    let folder = state_folder()?;
    let nearest = folder.ancestors().find_map(|folder| folder.canonicalize().ok())?;
    if nearest.starts_with(top) {
        return None;
    }
    let digest = Sha256::digest(top.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Some(folder.join("last-found").join(name + ".json"))
}

/// Returns what is remembered of a finding, if it counts in that repository.
fn remembered(finding: &Finding<'_>, top: &Path) -> Option<Remembered> {
    let is_here = |name: &Path| name.canonicalize().unwrap_or_else(|_| absolute(name)) == top;
    let mut places = finding.active_locations().filter(|_| finding.suppressed.is_none());
    let first = places.find(|place| place.repository.as_deref().is_some_and(is_here))?;
    let (fingerprint, rule) = (finding.fingerprint.clone(), foreign(finding.rule.id()));
    Some(Remembered { fingerprint, rule, place: place(first) })
}

/// Writes a file for its owner alone, which appears whole or not at all.
fn write_file(file: &Path, last: &LastFound) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder)?;
    let mut temporary = leftovers::temporary_file(tempfile::Builder::new().prefix(".last-"), folder)?;
    temporary.write_all(&serde_json::to_vec(last)?)?;
    leftovers::persist_file(temporary, file)
}

/// Takes a file that is not there for one that was removed.
fn ignore_absence(cause: std::io::Error) -> std::io::Result<()> {
    match cause.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Ok(()),
        _ => Err(cause),
    }
}

/// Returns the reason why a file cannot be written; nothing is changed.
fn refusal_to_write(file: &Path) -> Option<String> {
    let nearest = file.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok())?;
    tempfile::tempfile_in(nearest).err().map(|cause| io_reason(&cause))
}
