//! How much of its inputs a run covers: its scope, and what its report lacks
//! beside an earlier one.

use std::path::{Path, PathBuf};

use super::scope::{ScanLimit, ScanScope};
use super::settings::{Nested, Settings};
use super::summary::Summary;
use crate::error::SkipReason;

/// Returns the scope of a run, by its settings and what it left out.
pub(super) fn scope_of_run(settings: &Settings, summary: &Summary) -> ScanScope {
    let named = &settings.files.paths;
    let below: Vec<Option<PathBuf>> = named.iter().map(|path| below_top(path)).collect();
    let bare = settings.history.iter().map(|it| &it.repository).filter(|it| it.is_bare());
    let paths = named.iter().zip(&below).map(|(path, below)| below.as_ref().unwrap_or(path).clone());
    let left_out = |kind| summary.skipped.iter().any(|gap| gap.kind == kind && !gap.incomplete);
    let by_size = settings.limits.max_file_size.filter(|_| left_out(SkipReason::TooLarge));
    let shard = settings.files.filter.shard();
    let has_history = !settings.history.is_empty() || settings.nested != Nested::Unasked;
    let is_part = below.iter().any(Option::is_some) || settings.history.iter().any(|it| !it.is_whole());
    let is_stdin_alone = settings.stdin && named.is_empty();
    let is_of_paths = settings.staged.is_none() && settings.range.is_none();
    let limits = [
        (ScanLimit::Staged, settings.staged.is_some()),
        (ScanLimit::Range, settings.range.is_some()),
        (ScanLimit::Paths, is_of_paths && (is_part || is_stdin_alone)),
        (ScanLimit::FilesOnly, is_of_paths && !has_history),
        (ScanLimit::HistoryOnly, is_of_paths && !settings.files.reads),
        (ScanLimit::NoNested, settings.nested == Nested::LeftOut && left_out(SkipReason::GitRepository)),
        (ScanLimit::Shard, shard.is_some()),
        (ScanLimit::MaxFileSize, by_size.is_some()),
    ];
    ScanScope {
        paths: paths.chain(bare.map(|it| it.name().to_path_buf())).collect(),
        limits: limits.into_iter().filter(|(_, holds)| *holds).map(|(limit, _)| limit).collect(),
        max_file_size: by_size,
        shard,
        no_ignore: !settings.files.filter.heeds_ignores(),
    }
}

impl Summary {
    /// Returns the limit by which the run did not look at everything that it
    /// could have.
    pub fn lack_of_whole(&self) -> Option<ScanLimit> {
        let of_scopes = || self.scopes.iter().find_map(|scope| scope.limits.first().copied());
        self.lack_of_report().or_else(of_scopes)
    }

    /// Returns the limit by which the run did not look at all that an earlier
    /// one looked at: what it does not find may still be there.
    pub fn lack_beside(&self, earlier: &Self) -> Option<ScanLimit> {
        if earlier.scopes.is_empty() {
            return self.lack_of_whole();
        }
        let is_one_repository = self.repositories.len() == 1 && earlier.repositories.len() == 1;
        let lack = |old: &ScanScope| {
            let lacks: Option<Vec<ScanLimit>> =
                self.scopes.iter().map(|new| new.lack_beside(old, is_one_repository)).collect();
            lacks.and_then(|lacks| lacks.first().copied())
        };
        self.lack_of_report().or_else(|| earlier.scopes.iter().find_map(lack))
    }

    /// Returns the limit of the report as such, whatever was asked for.
    fn lack_of_report(&self) -> Option<ScanLimit> {
        let is_clone = |kind: SkipReason| kind == SkipReason::IncompleteClone;
        match self {
            it if it.is_of_findings_alone || it.scopes.is_empty() => Some(ScanLimit::Unknown),
            it if it.incomplete() => Some(ScanLimit::Unread),
            it if it.skipped.iter().any(|gap| is_clone(gap.kind)) => Some(ScanLimit::IncompleteClone),
            it if it.left_out > 0 => Some(ScanLimit::Only),
            _ => None,
        }
    }
}

/// Returns where a path stands below the top of the repository around it, if it
/// does.
fn below_top(path: &Path) -> Option<PathBuf> {
    let place = path.canonicalize().ok()?;
    let top = place.ancestors().find(|folder| folder.join(".git").exists())?;
    place.strip_prefix(top).ok().filter(|below| !below.as_os_str().is_empty()).map(Path::to_path_buf)
}
