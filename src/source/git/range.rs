//! What a range of commits introduces: what each of them has that none of its
//! parents has.

mod commit_range;
mod commits;
mod differ;
mod nested;
mod unnamed;
mod words;

use std::sync::atomic::{AtomicUsize, Ordering};

pub use commit_range::CommitRange;
pub use unnamed::NamedFiles;
pub use words::RangeWords;

use super::refs::deliver_name;
use crate::error::SkipReason;
use crate::source::filter::PathFilter;
use crate::source::sink::{ObjectSink, Skipped};
use crate::threads::on_threads;
use differ::{Differ, Seen};

/// Number of commits that a thread takes at a time.
const BATCH: usize = 32;

impl CommitRange {
    /// Gives sinks what the commits introduce, their messages, the messages of
    /// the tags that were named, and the names of refs that are new on the
    /// other side.
    ///
    /// Each thread gets a sink of its own.
    pub fn scan<S: ObjectSink>(
        &self,
        filter: &PathFilter,
        threads: usize,
        make_sink: &(dyn Fn() -> S + Sync),
    ) {
        let (next, seen) = (AtomicUsize::new(0), Seen::default());
        let list = &self.commits.list;
        let threads = if list.len() <= BATCH { 1 } else { threads };
        let failed =
            |error: git2::Error| Skipped::failure(SkipReason::GitRepository, &self.root, error.message());
        if !self.new_refs.is_empty() {
            let mut sink = make_sink();
            self.new_refs.iter().for_each(|name| deliver_name(&mut sink, &self.name, name.as_bytes()));
        }
        on_threads(threads, || {
            let mut sink = make_sink();
            let opened = match self.place.open() {
                Ok(opened) => opened,
                Err(error) => return sink.take_skipped(failed(error)),
            };
            let odb = match opened.odb() {
                Ok(odb) => odb,
                Err(error) => return sink.take_skipped(failed(error)),
            };
            let mut differ = Differ::new(self, &opened, &odb, filter, &seen, &mut sink);
            loop {
                let from = next.fetch_add(BATCH, Ordering::Relaxed);
                if from == 0 {
                    self.commits.objects.iter().for_each(|&object| differ.object(object));
                }
                let Some(batch) = list.get(from..list.len().min(from + BATCH)).filter(|it| !it.is_empty())
                else {
                    break;
                };
                batch.iter().for_each(|&commit| differ.commit(commit));
            }
            drop(odb);
            self.place.keep(opened);
        });
    }
}
