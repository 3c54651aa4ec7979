//! What was not read, as text tells of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use indicatif::HumanCount;

use super::name::shown_origin;
use super::name::shown_path;
use super::number::counted;
use crate::error::SkipReason;
use crate::scan::Summary;

/// Number of gaps that are named.
const MAX_NAMED: usize = 20;

/// Names each gap that makes a run incomplete, and, for each kind, the way to
/// close it.
pub(super) fn write_list(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    write_archives(summary, out)?;
    let failed: Vec<_> = summary.skipped.iter().filter(|skipped| skipped.incomplete).collect();
    if failed.is_empty() {
        // The rest is counted below.
        return Ok(());
    }
    for skipped in failed.iter().take(MAX_NAMED) {
        writeln!(out, "not read: {}: {}", shown_origin(skipped), skipped.reason)?;
    }
    if failed.len() > MAX_NAMED {
        writeln!(out, "not read: {} more (all in the json report)", failed.len() - MAX_NAMED)?;
    }
    let kinds: BTreeSet<_> = failed.iter().map(|skipped| skipped.kind).collect();
    for kind in kinds.into_iter().filter(|kind| *kind != SkipReason::Interrupted) {
        if kind == SkipReason::Claim {
            writeln!(
                out,
                "  {kind}: --root FOLDER looks into the files that the report names, a scan into all"
            )?;
            continue;
        }
        let mend = mend(kind).map_or_else(String::new, |mend| format!("{mend}; or "));
        writeln!(out, "  {kind}: {mend}accept it: --accept-incomplete {kind}, or an [[accept]] entry")?;
    }
    writeln!(out)
}

/// Names archives, and objects in them, that were not read though nobody asked
/// for that: broken ones, say, which make no run incomplete.
fn write_archives(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    use SkipReason::{ArchiveBudget, ArchiveDamaged, ArchiveDepth, ArchiveUnsupported, GitObject};
    let kinds = [ArchiveBudget, ArchiveDamaged, ArchiveDepth, ArchiveUnsupported, GitObject];
    let unread = summary.skipped.iter().filter(|gap| !gap.incomplete && gap.accepted.is_none());
    let unread: Vec<_> = unread.filter(|gap| kinds.contains(&gap.kind)).collect();
    for gap in unread.iter().take(MAX_NAMED) {
        writeln!(out, "left out: {}: {}", shown_origin(gap), gap.reason)?;
    }
    if unread.len() > MAX_NAMED {
        writeln!(out, "left out: {} more (all in the json report)", unread.len() - MAX_NAMED)?;
    }
    Ok(())
}

/// Returns how many gaps there are, of what kind those are that make no run
/// incomplete, and how many of them are pointers of Git LFS.
pub(super) fn counts(summary: &Summary) -> Vec<String> {
    let gaps = &summary.skipped;
    let mut by_choice: BTreeMap<SkipReason, u64> = BTreeMap::new();
    for gap in gaps
        .iter()
        .filter(|gap| !gap.incomplete && gap.accepted.is_none() && gap.kind != SkipReason::LfsPointer)
    {
        *by_choice.entry(gap.kind).or_default() += 1;
    }
    let kinds: Vec<_> = by_choice.iter().map(|(kind, n)| format!("{} {kind}", HumanCount(*n))).collect();
    let accepted = gaps.iter().filter(|gap| gap.accepted.is_some()).count() as u64;
    let accepted = (accepted > 0).then(|| format!("{} accepted", HumanCount(accepted)));
    let parts: Vec<_> = kinds.into_iter().chain(accepted).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    let not_read = (!gaps.is_empty()).then(|| not_read(gaps.len()) + &parts);
    let pointers = Some(summary.lfs_pointers()).filter(|pointers| *pointers > 0);
    let pointers = pointers.map(|n| format!("{} among them (`git lfs pull`)", counted(n, "Git LFS pointer")));
    not_read.into_iter().chain(pointers).collect()
}

/// The number of inputs that a run is incomplete without, if it is.
pub(super) fn failed(summary: &Summary) -> Option<String> {
    let count = summary.skipped.iter().filter(|gap| gap.incomplete).count();
    (count > 0).then(|| not_read(count))
}

fn not_read(count: usize) -> String {
    match count {
        1 => "1 input was not read".to_owned(),
        n => format!("{} inputs were not read", HumanCount(n as u64)),
    }
}

/// Number of ignored folders that are named.
const MAX_FOLDERS: usize = 3;

/// Returns how much ignore files named, and the flag that reads it all the
/// same.
pub(super) fn ignored(summary: &Summary) -> Option<String> {
    let ignored = &summary.ignored;
    let (files, folders, paths) = (ignored.files, ignored.folders, &ignored.paths);
    let kept = usize::try_from(folders).unwrap_or(usize::MAX);
    let names: BTreeSet<_> = paths.iter().take(kept).filter_map(|path| path.file_name()).collect();
    let mut named: Vec<_> = names.iter().take(MAX_FOLDERS).map(|name| shown_path(name.as_ref())).collect();
    named.extend((names.len() > MAX_FOLDERS || kept > paths.len()).then(|| "…".to_owned()));
    let named = format!("({})", named.join(", "));
    let what = match (files, folders) {
        (0, 0) => return None,
        (_, 0) => counted(files, "ignored file"),
        (0, _) => format!("{} {named}", counted(folders, "ignored folder")),
        _ => format!("{} and {} {named}", counted(files, "ignored file"), counted(folders, "folder")),
    };
    Some(format!("{what} not scanned{}: --no-ignore", ignored_by(summary)))
}

/// Number of ignore files that are named.
const MAX_IGNORE_FILES: usize = 3;

/// The ignore files from above all that was scanned, where nobody would look
/// for them; where nothing was read for them, all.
fn ignored_by(summary: &Summary) -> String {
    let nothing_read = is_hidden(summary);
    let all: Vec<_> = summary.ignored.by.iter().filter(|by| by.is_foreign || nothing_read).collect();
    let mut shown: Vec<String> = all
        .iter()
        .take(MAX_IGNORE_FILES)
        .map(|by| format!("{} left out by {}", HumanCount(by.entries), shown_path(&by.file)))
        .collect();
    shown.extend((all.len() > MAX_IGNORE_FILES).then(|| "…".to_owned()));
    if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) }
}

/// Returns whether ignore files hid all that there was.
pub(super) fn is_hidden(summary: &Summary) -> bool {
    summary.blobs == 0 && summary.objects == 0 && !summary.ignored.by.is_empty()
}

/// The way to close a gap, where there is one.
fn mend(kind: SkipReason) -> Option<&'static str> {
    Some(match kind {
        SkipReason::Unreadable => "scan as a user who may read it",
        SkipReason::ArchiveDepth => "--archive-depth N looks deeper",
        SkipReason::ArchiveBudget | SkipReason::ArchiveUnsupported => "unpack it and scan the folder",
        SkipReason::GitPack => "`git index-pack FILE` makes an index",
        SkipReason::GitRepository | SkipReason::GitObject | SkipReason::GitRefs => {
            "`git fsck` tells what is damaged"
        }
        SkipReason::Unmerged => "resolve it and `git add` the file",
        _ => return None,
    })
}
