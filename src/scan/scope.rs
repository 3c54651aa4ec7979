//! The part of its inputs that a run looked at. What is out of it was not
//! looked for, and is not gone.
//!
//! ```text
//! earlier            later                     what the later one does not find
//! scan               scan                      is gone
//! scan               scan --files-only         was not looked for: it may stand in the history
//! scan --files-only  scan                      is gone
//! ```

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::source::Shard;

/// Part of its inputs that a run looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanScope {
    /// Paths: as they were named, or, below the top of a repository, as seen
    /// from there.
    pub paths: Vec<PathBuf>,
    /// The limits that left something out.
    pub limits: BTreeSet<ScanLimit>,
    /// The largest file, in bytes, where a flag said so and one was larger.
    pub max_file_size: Option<u64>,
    /// The part of the files and histories.
    pub shard: Option<Shard>,
    /// True where files were read that ignore files name.
    pub no_ignore: bool,
}

/// Limit by which a run, or its report, holds only a part of what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScanLimit {
    /// It does not say what was scanned.
    Unknown,
    /// Not everything could be read.
    Unread,
    /// Only the index was scanned.
    Staged,
    /// Only the commits of a range were.
    Range,
    /// Paths within a repository, or others than the earlier ones.
    Paths,
    /// No history was.
    FilesOnly,
    /// No files were.
    HistoryOnly,
    /// The history of repositories below the paths was left out.
    NoNested,
    /// One shard of several.
    Shard,
    /// Files were left out for their size.
    MaxFileSize,
    /// Files that ignore files name were left out.
    IgnoreFiles,
    /// The clone lacks a part of the history.
    IncompleteClone,
    /// A reader of the report left findings out.
    Only,
}

impl ScanLimit {
    /// Every limit, with its name in reports and what it means, in words.
    const WORDS: [(Self, &str, &str); 13] = [
        (Self::Unknown, "unknown", "the report does not say what was scanned"),
        (Self::Unread, "unread", "not everything was read"),
        (Self::Staged, "staged", "only the index was scanned (--staged)"),
        (Self::Range, "range", "only a range of commits was scanned (--range)"),
        (Self::Paths, "paths", "only a part was scanned"),
        (Self::FilesOnly, "files-only", "the history was not scanned (--files-only)"),
        (Self::HistoryOnly, "history-only", "the files were not scanned (--history-only)"),
        (Self::NoNested, "no-nested", "histories below the paths were left out (--no-nested)"),
        (Self::Shard, "shard", "only a shard was scanned"),
        (Self::MaxFileSize, "max-file-size", "files were left out for their size (--max-file-size)"),
        (Self::IgnoreFiles, "ignore-files", "ignored files were left out (--no-ignore reads them)"),
        (Self::IncompleteClone, "incomplete-clone", "the clone is shallow or partial"),
        (Self::Only, "only", "the report holds only a choice of the findings"),
    ];

    /// Returns the name in reports.
    pub fn as_str(self) -> &'static str {
        self.words().0
    }

    /// Returns what it means, in words that fit behind a colon.
    pub fn reason(self) -> &'static str {
        self.words().1
    }

    /// Returns whether somebody chose the part that was scanned, rather than
    /// that something is missing from it.
    pub fn is_choice_of_input(self) -> bool {
        use ScanLimit::{FilesOnly, HistoryOnly, MaxFileSize, NoNested, Paths, Range, Staged};
        matches!(self, Staged | Range | Paths | FilesOnly | HistoryOnly | NoNested | MaxFileSize)
    }

    /// Returns the limit of a name; one of another version is not known.
    pub fn from_name(name: &str) -> Self {
        Self::WORDS.into_iter().find(|(_, known, _)| *known == name).map_or(Self::Unknown, |(it, ..)| it)
    }

    fn words(self) -> (&'static str, &'static str) {
        let row = Self::WORDS.into_iter().find(|(it, ..)| *it == self);
        row.map_or(("unknown", "the report does not say what was scanned"), |(_, name, why)| (name, why))
    }
}

impl ScanScope {
    /// Returns the limit by which this scope lacks something of another's.
    pub(super) fn lack_beside(&self, earlier: &Self, is_one_repository: bool) -> Option<ScanLimit> {
        let is_at = |path: &PathBuf| self.paths.iter().any(|top| is_within(path, top));
        let is_whole = is_one_repository && !self.limits.contains(&ScanLimit::Paths);
        let lacks = |limit: &ScanLimit| match limit {
            ScanLimit::Range | ScanLimit::Unknown => true,
            ScanLimit::Shard => self.shard != earlier.shard,
            ScanLimit::MaxFileSize => {
                earlier.max_file_size.is_none_or(|size| Some(size) > self.max_file_size)
            }
            limit => !earlier.limits.contains(limit),
        };
        let by_limit = self.limits.iter().copied().find(lacks);
        let by_ignoring = (earlier.no_ignore && !self.no_ignore).then_some(ScanLimit::IgnoreFiles);
        let by_path = (!is_whole && !earlier.paths.iter().all(is_at)).then_some(ScanLimit::Paths);
        by_limit.or(by_ignoring).or(by_path)
    }

    /// Joins the shards of one run, where all of them are there.
    pub(super) fn join_shards(scopes: &mut Vec<Self>) {
        let whole = |scope: &Self| {
            let mut whole = Self { shard: None, ..scope.clone() };
            whole.limits.remove(&ScanLimit::Shard);
            whole
        };
        while let Some((sum, count)) = scopes.iter().find_map(|one| {
            let (sum, count) = (whole(one), one.shard?.count);
            let others = scopes.iter().filter(|it| it.shard.is_some_and(|it| it.count == count));
            let known: BTreeSet<u64> =
                others.filter(|it| whole(it) == sum).filter_map(|it| Some(it.shard?.index)).collect();
            (known.len() as u64 == count).then_some((sum, count))
        }) {
            scopes.retain(|it| it.shard.is_none_or(|shard| shard.count != count) || whole(it) != sum);
            scopes.push(sum);
        }
    }
}

/// Returns whether a path is another, or stands below it, by their names.
fn is_within(path: &Path, top: &Path) -> bool {
    let parts = |path: &Path| -> Vec<PathBuf> {
        let named = path.components().filter(|part| !matches!(part, Component::CurDir));
        named.map(|part| PathBuf::from(part.as_os_str())).collect()
    };
    let (inner, outer) = (parts(path), parts(top));
    let leads_out = path.is_absolute() || inner.first().is_some_and(|part| part == Path::new(".."));
    if outer.is_empty() { !leads_out } else { inner.starts_with(&outer) }
}
