//! Where bytes come from: files, folders, standard input. The only path filter.
//!
//! A source pushes [`Window`]s into a [`Sink`]. A text that fits a buffer is one window; a larger one comes in windows
//! that overlap by [`MARGIN`] on either side, so that memory stays bounded whatever its size.

mod archive;
mod file;
mod filter;
mod git;
mod input;
mod lfs;
mod open;
mod pack;
mod repository;
mod sink;
mod threads;
mod walk;
mod window;

pub use file::reread;
pub(crate) use filter::Root;
pub use filter::{Filter, FilterOptions, Ignored, IgnoredBy, Shard};
pub use git::{
    CommitRange, Earlier, EarlierFile, EarlierFiles, Introduction, NamedFiles, NamedOnDisk, RangeWords, Staged,
    Standing, SweepOptions, Target, Trace, sweep,
};
pub use lfs::{LFS_POINTER, is_lfs_pointer};
pub use repository::{HooksFolder, Provenance, RemoteRefs, Repository, Revision};
pub use sink::{DEFAULT_DEPTH, Hold, ObjectSink, Sink, Skipped, Swept, TOPIC_REACH, Window};
pub use walk::{Options, scan_paths, scan_reader, scan_stdin};
pub use window::MARGIN;
