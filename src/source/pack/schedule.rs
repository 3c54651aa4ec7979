//! Dividing the trees of a pack among threads.
//!
//! A pack has one tree that is a tenth of all work (the history of a large
//! file) and a million of one object. Threads that took trees in order would
//! wait for the last one at the end; so heavy trees go first, each alone, and
//! light ones in batches, which are near each other in the file.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::entry::Entry;
use super::forest::Forest;
use super::kind::Kind;

/// How many small trees a thread takes at a time.
const BATCH: usize = 32;

/// A tree of more compressed bytes than this is a piece of work of its own.
const BIG: u64 = 256 * 1024;

/// Hands out trees: big ones first, so that no thread ends with one; then the
/// others in the order of the pack.
pub(in crate::source) struct Schedule {
    /// Trees over [`BIG`], the heaviest first.
    big: Vec<(Entry, Kind)>,
    /// The others, in the order of the pack.
    small: Vec<(Entry, Kind)>,
    /// Number of the next piece of work.
    next: AtomicUsize,
}

impl Schedule {
    /// A schedule of the trees whose objects are of the wanted types.
    pub(in crate::source) fn new(forest: &Forest, wanted: impl Fn(Kind) -> bool) -> Self {
        let roots = forest.roots().iter().copied().filter(|(_, kind)| wanted(*kind));
        let (mut big, small): (Vec<_>, Vec<_>) = roots.partition(|(entry, _)| forest.weight(*entry) > BIG);
        big.sort_by_key(|(entry, _)| std::cmp::Reverse(forest.weight(*entry)));
        Self { big, small, next: AtomicUsize::new(0) }
    }

    /// The next piece of work; empty when all is handed out.
    ///
    /// Threads take turns by one atomic addition; there is no lock.
    pub(in crate::source) fn take(&self) -> &[(Entry, Kind)] {
        let piece = self.next.fetch_add(1, Ordering::Relaxed);
        if let Some(tree) = self.big.get(piece..piece + 1) {
            return tree;
        }
        let from = ((piece - self.big.len()) * BATCH).min(self.small.len());
        &self.small[from..self.small.len().min(from + BATCH)]
    }
}
