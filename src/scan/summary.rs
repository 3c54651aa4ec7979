//! The counts of a run.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::scope::ScanScope;
use super::totals::Totals;
use crate::detect::{Grounds, Reason};
use crate::error::SkipReason;
use crate::finding::Finding;
use crate::location::{Origin, Position};
use crate::source::{Ignored, Skipped};

/// Counts of a run, and its gaps.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    /// True where only the findings are known, and not what was looked at: JSON
    /// lines do not say that.
    pub is_of_findings_alone: bool,
    /// The part of its inputs that each run looked at, of which this holds the
    /// counts; none where that is not known.
    pub scopes: Vec<ScanScope>,
    /// Files that were read to their end.
    pub files: u64,
    /// Texts that were searched: files, standard input, and the blobs of a
    /// history.
    pub blobs: u64,
    /// Commits whose messages were searched.
    pub commits: u64,
    /// Objects of a history: blobs, commits, tags and trees.
    pub objects: u64,
    /// Bytes that were searched.
    pub bytes: u64,
    /// Time that it took.
    pub duration: Duration,
    /// Findings that count.
    pub findings: u64,
    /// Findings that are suppressed.
    pub suppressed: u64,
    /// Findings that were there before the change that is looked at.
    pub known: u64,
    /// Credentials that stand in the history of a repository, but nowhere in
    /// the paths of it that were asked about.
    pub outside: u64,
    /// Findings that a reader of the report did not ask for.
    pub left_out: u64,
    /// Candidates that do not count, by reason.
    pub rejected: BTreeMap<Reason, u64>,
    /// Paths that ignore files named, so that they were not read.
    pub ignored: Ignored,
    /// Inputs that were not read, in order.
    pub skipped: Vec<Skipped>,
    /// Counts of each repository.
    pub repositories: Totals,
}

impl Summary {
    /// The number of files that are kept elsewhere, by Git LFS, so that only
    /// their pointers were read.
    pub fn lfs_pointers(&self) -> u64 {
        self.skipped.iter().filter(|skipped| skipped.kind == SkipReason::LfsPointer).count() as u64
    }

    /// Returns how many candidates do not count.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Returns whether the run looked at files or standard input, and not at
    /// history alone.
    pub fn of_files(&self) -> bool {
        self.objects == 0 || self.files > 0
    }

    /// Returns whether something could not be read.
    pub fn incomplete(&self) -> bool {
        self.skipped.iter().any(|skipped| skipped.incomplete)
    }

    /// Counts the findings of the run.
    pub(super) fn count_findings(&mut self, findings: &[Finding<'_>]) {
        let suppressed = findings.iter().filter(|finding| finding.suppressed.is_some()).count() as u64;
        self.known = findings.iter().filter(|finding| finding.is_known()).count() as u64;
        self.suppressed = suppressed - self.known;
        self.findings = findings.len() as u64 - suppressed;
    }

    /// Counts these findings instead of those that were counted before, those
    /// of each repository, too.
    pub(crate) fn count_again(&mut self, findings: &[Finding<'_>]) {
        self.count_findings(findings);
        for totals in self.repositories.values_mut() {
            (totals.findings, totals.suppressed) = (0, 0);
        }
        super::totals::add_findings(&mut self.repositories, findings);
    }

    /// Adds the counts of another run.
    pub(crate) fn add_run(&mut self, other: Self) {
        self.is_of_findings_alone |= other.is_of_findings_alone;
        self.scopes.extend(other.scopes.iter().cloned());
        ScanScope::join_shards(&mut self.scopes);
        self.outside += other.outside;
        self.left_out += other.left_out;
        self.duration += other.duration;
        self.ignored.files += other.ignored.files;
        self.ignored.folders += other.ignored.folders;
        self.ignored.paths.extend(other.ignored.paths.iter().cloned());
        self.ignored.by.extend(other.ignored.by.iter().cloned());
        for (name, theirs) in &other.repositories {
            let totals = self.repositories.entry(std::sync::Arc::clone(name)).or_default();
            totals.skipped += theirs.skipped;
            totals.objects += theirs.objects;
            totals.commits += theirs.commits;
        }
        self.add(other);
    }

    /// Adds the counts of another thread.
    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.blobs += other.blobs;
        self.commits += other.commits;
        self.objects += other.objects;
        self.bytes += other.bytes;
        for (reason, count) in other.rejected {
            *self.rejected.entry(reason).or_default() += count;
        }
        self.skipped.extend(other.skipped);
    }
}

/// A candidate that does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejection {
    /// Origin of the text.
    pub origin: Origin,
    /// The repository that the text belongs to, where it does.
    pub repository: Option<Arc<Path>>,
    /// The offset of its first byte.
    pub byte_offset: u64,
    /// Place at which it begins.
    pub start: Position,
    /// The id of the rule whose pattern matched.
    pub rule_id: String,
    /// Reason why it does not count.
    pub reason: Reason,
    /// The row of the table that held, and what was known of its place; only
    /// for keys that have no checksum.
    pub grounds: Option<Grounds>,
}
