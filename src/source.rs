//! Where bytes come from: files, folders, standard input. The only path filter.
//!
//! A source pushes [`Window`]s into a [`Sink`]. A text that fits a buffer is
//! one window; a larger one comes in windows that overlap by [`MARGIN`] on
//! either side, so that memory stays bounded whatever its size.
//!
//! The room has storeys, each of which imports only what lies below it:
//!
//! ```text
//! git      files       what is scanned: histories, ranges, what is staged; folders, files, standard input
//!    lfs_store         contents that Git LFS keeps beside a repository
//!     archive          members, as they are unpacked
//!      pack            objects of git as bytes: packs, deltas, loose objects, trees
//!     filter           the paths that count, and the repositories among them
//!   repository         what git keeps around its objects: folders, refs, index, settings
//!     window           a text of any size, cut into windows
//! names                what a path says, given to a sink
//! sink  limits  lfs    what is given to whom, and how much of it
//! ```
//!
//! # What every source promises
//!
//! - Bytes reach a sink in order, text by text: the windows of one text, then [`Sink::end_text`].
//! - What is not read is told of with [`Sink::take_skipped`], and the rest goes on. No error of one file ends a run.
//! - Nothing is executed, nothing is written, nothing is fetched, and no link is followed out of what was named.
//! - Memory is bounded by the number of threads, not by what is scanned.

mod archive;
mod files;
mod filter;
mod git;
mod lfs;
mod lfs_store;
mod limits;
mod names;
mod pack;
mod repository;
mod sink;
mod window;

pub use files::{WalkOptions, reread, scan_paths, scan_reader, scan_stdin};
pub(crate) use filter::Root;
pub use filter::{Ignored, IgnoredBy, PathFilter, PathFilterOptions, Shard};
pub use git::{
    CommitRange, Earlier, EarlierFile, EarlierFiles, Introduction, NamedFiles, NamedOnDisk, RangeWords,
    Staged, Standing, Target, Trace, Unheld, absences, sweep,
};
pub use lfs::{LFS_POINTER, is_lfs_pointer};
pub use limits::Limits;
pub use repository::{HooksFolder, Provenance, RemoteRefs, Repository, Revision, git_user_name};
pub use sink::{Hold, ObjectSink, Sink, Skipped, Swept, TOPIC_REACH, Window};
pub use window::MARGIN;
