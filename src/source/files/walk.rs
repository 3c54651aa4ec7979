//! Walking over paths with all threads, then over the parts of large files.

use std::collections::HashSet;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::file::{FileReader, Segment};
use super::input::Input;
use crate::error::{SkipReason, io_reason};
use crate::location::Origin;
use crate::source::archive;
use crate::source::filter::{Ignored, PathFilter, TrackedFile};
use crate::source::names::{deliver_beside, deliver_name, deliver_names};
use crate::source::sink::{Sink, Skipped};
use crate::source::window::Buffer;
use crate::threads;

/// What to walk over, and how.
#[derive(Debug)]
pub struct WalkOptions {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Which of the files in them count.
    pub filter: PathFilter,
    /// True where they are read; else the walk is for the repositories alone
    /// that it comes upon.
    pub reads: bool,
}

/// Reads every file of `paths`, and returns what ignore files left out; each
/// thread gets a sink of its own from `make_sink`.
pub fn scan_paths<S: Sink>(
    options: &WalkOptions,
    threads: usize,
    make_sink: &(dyn Fn() -> S + Sync),
) -> Ignored {
    if options.paths.is_empty() {
        return Ignored::default();
    }
    let large = Mutex::new(Vec::new());
    let mut builder = Builder { options, make_sink, large: &large };
    let walking = threads::available_threads(walk_threads(options, threads));
    walk_over(&mut options.filter.build_walk(&options.paths), walking, &mut builder);
    if !options.reads {
        return Ignored::default();
    }
    let (tracked, ignored) = options.filter.take_ignored(&options.paths);
    scan_tracked(&tracked, &builder);
    let mut sink = make_sink();
    let left_out = options.filter.take_excluded().into_iter().chain(options.filter.take_void());
    left_out.for_each(|skipped| sink.take_skipped(skipped));
    let segments = large.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !segments.is_empty() {
        scan_segments(options, threads, &segments, make_sink);
    }
    ignored
}

/// Reads the tracked files among those that an ignore file names: for git, too,
/// it says nothing of what is tracked.
fn scan_tracked<S: Sink>(tracked: &[TrackedFile], builder: &Builder<'_, S>) {
    let mut visitor = builder.visitor();
    let mut named = HashSet::new();
    for file in tracked.iter().filter(|file| builder.options.filter.wants_tracked(&file.path)) {
        if visitor.sink.is_stopped() {
            return;
        }
        // The walk came to none of them.
        let folders = file.folders_passed_over().filter(|folder| named.insert(*folder));
        folders.for_each(|folder| visitor.look_at_name(folder, false));
        visitor.look_at_name(&file.path, false);
        visitor.read(&file.path, false);
    }
}

/// Returns how many threads a walk is worth: a second one for a single file
/// would cost more than it brings.
fn walk_threads(options: &WalkOptions, wanted: usize) -> usize {
    const FILES_PER_THREAD: usize = 16;
    let few = options.paths.len() < FILES_PER_THREAD && options.paths.iter().all(|path| !path.is_dir());
    if few { 1 } else { threads::thread_count(wanted) }
}

/// Walks with so many threads; with one, this one alone.
fn walk_over<S: Sink>(walk: &mut WalkBuilder, threads: usize, builder: &mut Builder<'_, S>) {
    if threads > 1 {
        return walk.threads(threads).build_parallel().visit(builder);
    }
    let mut visitor = builder.build();
    for entry in walk.build() {
        if matches!(visitor.visit(entry), WalkState::Quit) {
            return;
        }
    }
}

/// Reads the parts of large files, each thread with a sink of its own.
fn scan_segments<S: Sink>(
    options: &WalkOptions,
    threads: usize,
    segments: &[Segment],
    make_sink: &(dyn Fn() -> S + Sync),
) {
    let next = AtomicUsize::new(0);
    threads::on_threads(threads, || {
        let (mut reader, mut sink) = (FileReader::new(&options.filter), make_sink());
        while let Some(segment) = segments.get(next.fetch_add(1, Ordering::Relaxed)) {
            reader.read_segment(segment, &mut sink);
        }
    });
}

/// Reads standard input to its end, or until the run is to end early.
pub fn scan_stdin(sink: &mut dyn Sink, is_stopped: &dyn Fn() -> bool) {
    match Input::open(is_stopped) {
        // tar and cpio read block by block.
        Ok(input) => scan_reader(BufReader::with_capacity(64 << 10, input), sink),
        Err(error) => {
            sink.take_skipped(Skipped::failure(SkipReason::Unreadable, "standard input", io_reason(&error)))
        }
    }
}

/// Reads a text from anywhere to its end, as if it came on standard input.
pub fn scan_reader(reader: impl Read, sink: &mut dyn Sink) {
    match archive::scan_stream(&Origin::Stdin, reader, &mut Buffer::new(), sink) {
        Ok(()) => {}
        Err(error) => {
            sink.take_skipped(Skipped::failure(SkipReason::Unreadable, "standard input", io_reason(&error)))
        }
    }
}

/// Makes the visitor of each thread.
struct Builder<'a, S> {
    /// Options of the walk.
    options: &'a WalkOptions,
    /// Makes the sink of a thread.
    make_sink: &'a (dyn Fn() -> S + Sync),
    large: &'a Mutex<Vec<Segment>>,
}

/// Reads what one thread of the walk meets.
struct Visitor<'a, S: Sink> {
    /// Reads files.
    reader: FileReader<'a>,
    /// Paths that count.
    filter: &'a PathFilter,
    /// False where the walk is for repositories alone.
    reads: bool,
    /// Takes texts and gaps.
    sink: S,
    large: &'a Mutex<Vec<Segment>>,
}

impl<'a, S: Sink> Builder<'a, S> {
    /// Makes a visitor.
    fn visitor(&self) -> Visitor<'a, S> {
        Visitor {
            reader: FileReader::new(&self.options.filter),
            filter: &self.options.filter,
            reads: self.options.reads,
            sink: (self.make_sink)(),
            large: self.large,
        }
    }
}

impl<'s, S: Sink + 's> ParallelVisitorBuilder<'s> for Builder<'s, S> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(self.visitor())
    }
}

impl<S: Sink> ParallelVisitor for Visitor<'_, S> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.visit_entry(&entry),
            Err(error) => self.sink.take_skipped(skipped(&error)),
        }
        if self.sink.is_stopped() {
            return WalkState::Quit;
        }
        WalkState::Continue
    }
}

impl<S: Sink> Visitor<'_, S> {
    /// Reads an entry that is a file of this run, and its name.
    fn visit_entry(&mut self, entry: &DirEntry) {
        if !self.reads || !self.filter.is_in_shard(entry) {
            return;
        }
        let (path, named) = (entry.path(), entry.depth() == 0);
        self.look_at_name(path, named);
        if entry.file_type().is_some_and(|kind| kind.is_symlink()) {
            self.look_at_target(path);
        }
        if !(named && path.is_dir()) && self.filter.wants_entry(entry) {
            self.read(path, named);
        }
    }

    /// Looks at the name of a file or folder; at every name in a path that
    /// somebody named.
    fn look_at_name(&mut self, path: &Path, named: bool) {
        let origin = |path: &Path| Origin::file(path).into_name();
        if named {
            return deliver_names(&mut self.sink, path, |path| Some(origin(path)));
        }
        let name = path.file_name().map_or(&b""[..], |name| name.as_encoded_bytes());
        if self.sink.may_hold_token(name) {
            deliver_name(&mut self.sink, &origin(path), name);
        }
    }

    /// Looks at what a link names. It is not followed, unless somebody named
    /// it.
    fn look_at_target(&mut self, path: &Path) {
        if let Ok(target) = path.read_link() {
            deliver_beside(&mut self.sink, &Origin::file(path), target.as_os_str().as_encoded_bytes());
        }
    }

    /// Reads a file, or keeps its parts for later.
    fn read(&mut self, path: &Path, named: bool) {
        let segments = self.reader.read(path, named, &mut self.sink);
        if !segments.is_empty() {
            self.large.lock().unwrap_or_else(PoisonError::into_inner).extend(segments);
        }
    }
}

/// Returns what a walk could not look at.
fn skipped(error: &ignore::Error) -> Skipped {
    match error {
        ignore::Error::WithPath { path, err } => Skipped::failure(kind(err), path, reason(err)),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => skipped(err),
        other => Skipped::failure(SkipReason::Unreadable, "a folder", reason(other)),
    }
}

/// Returns the kind of gap that an error leaves.
fn kind(error: &ignore::Error) -> SkipReason {
    match error.io_error().map(std::io::Error::kind) {
        Some(ErrorKind::NotFound) => SkipReason::Missing,
        _ => SkipReason::Unreadable,
    }
}

/// Returns the words for an error.
fn reason(error: &ignore::Error) -> String {
    match error.io_error() {
        Some(cause) => io_reason(cause),
        None => error.to_string(),
    }
}
