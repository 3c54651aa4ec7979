//! Where bytes come from: files, folders, standard input. The only path filter.
//!
//! A source pushes [`Window`]s into a [`Sink`]. A text that fits a buffer is one window; a larger one comes in windows
//! that overlap by [`MARGIN`] on either side, so that memory stays bounded whatever its size.

mod archive;
mod file;
mod filter;
mod git;
mod ignored;
mod ignores;
mod input;
mod lfs;
mod open;
mod roots;
mod sink;
mod threads;
mod walk;
mod window;

pub use file::reread;
pub use filter::{Filter, FilterOptions, Shard};
pub use git::{
    CommitRange, Earlier, EarlierFile, EarlierFiles, HooksFolder, Introduction, NamedFiles, NamedOnDisk,
    Provenance, RangeWords, RemoteRefs, Repository, Revision, Staged, Standing, SweepOptions, Target, Trace,
    sweep,
};
pub use ignored::{Ignored, IgnoredBy};
pub use lfs::{LFS_POINTER, is_lfs_pointer};
pub(crate) use roots::Root;
pub use sink::{DEFAULT_DEPTH, Hold, ObjectSink, Sink, Skipped, Swept, TOPIC_REACH, Window};
pub use walk::{Options, scan_paths, scan_reader, scan_stdin};
pub use window::MARGIN;
