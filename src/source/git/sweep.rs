//! The sweep: every object of a repository, once, at about the cost of inflating them.
//!
//! An object that is a delta is not rebuilt to be searched. Whatever stands in it either stands in its base, or is
//! inserted by the delta, or lies across the seam of two instructions; so where nothing was found in the base, the
//! insertions and seams are all that has to be looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::ZlibDecoder;

use super::deliver::{deliver, holds};
use super::options::SweepOptions;
use super::{loose, refs};
use crate::error::SkipReason;
use crate::location::{GitPart, GitText, Origin};
use crate::source::lfs::{LFS_POINTER, MAX_LFS_POINTER, is_lfs_pointer};
use crate::source::pack::{
    Content, Damage, Delta, Entry, Forest, Glance, Header, Kind, MAX_HELD, Pack, Result, Schedule, Unpacker,
    Visit, check_size, packs,
};
use crate::source::repository::Repository;
use crate::source::sink::{Hold, ObjectSink, Skipped, Swept, TOPIC_REACH};
use crate::source::threads::{on_threads, set_up_pool};
use crate::source::window::{Buffer, read_all};

/// Gives sinks every text in the object store of a repository that may hold something, and the names of its refs.
///
/// Objects in several packs come several times. Each thread gets a sink of its own.
pub fn sweep<S: ObjectSink>(
    repository: &Repository,
    options: &SweepOptions,
    make_sink: &(dyn Fn() -> S + Sync),
) {
    set_up_pool(options.threads);
    let id_len = repository.id_len();
    let mut first = make_sink();
    let dirs = repository.object_dirs(&mut |skipped| first.skipped(skipped));
    let list = |sink: &mut S| -> Vec<PathBuf> {
        dirs.iter().flat_map(|dir| packs(dir, &mut |skipped| sink.skipped(skipped))).collect()
    };
    let sweep_packs = |paths: &[PathBuf], sink: &mut S| {
        for path in paths {
            match Pack::open(path, id_len) {
                Ok(pack) => sweep_pack(repository, &pack, options, make_sink),
                Err((path, reason)) => sink.skipped(Skipped::failure(SkipReason::GitPack, path, reason)),
            }
        }
    };
    repository.gaps().into_iter().for_each(|gap| first.skipped(gap));
    let known = list(&mut first);
    sweep_packs(&known, &mut first);
    for dir in &dirs {
        loose::sweep(repository, dir, id_len, options, make_sink);
    }
    // `git gc` may have packed loose objects meanwhile.
    let mut new = list(&mut first);
    new.retain(|path| !known.contains(path));
    sweep_packs(&new, &mut first);
    refs::sweep_names(repository, &mut first);
}

fn sweep_pack<S: ObjectSink>(
    repository: &Repository,
    pack: &Pack,
    options: &SweepOptions,
    make_sink: &(dyn Fn() -> S + Sync),
) {
    let forest = Forest::new(pack);
    let schedule = Schedule::new(&forest, |_| true);
    let mut sink = make_sink();
    sink.expect(forest.len() as u64);
    let mut sweeper = Sweeper::new(repository, pack, &forest, options, sink);
    for &(entry, damage) in forest.broken() {
        sweeper.broken(entry, damage);
    }
    sweeper.flush();
    on_threads(options.threads, || {
        let mut unpacker = Unpacker::new(pack, &forest);
        let mut sweeper = Sweeper::new(repository, pack, &forest, options, make_sink());
        loop {
            let trees = schedule.take();
            if trees.is_empty() || sweeper.sink.is_stopped() {
                return;
            }
            for &(root, kind) in trees {
                sweeper.kind = kind;
                unpacker.walk(root, &mut sweeper);
            }
            sweeper.flush();
        }
    });
}

/// What one thread does with the objects it meets.
struct Sweeper<'a, S> {
    repository: &'a Arc<Path>,
    pack: &'a Pack,
    forest: &'a Forest,
    max_size: u64,
    /// The type of the objects in the tree that is walked.
    kind: Kind,
    sink: S,
    reach: usize,
    seams: Vec<u8>,
    swept: Swept,
    buffer: Option<Buffer>,
}

impl<'a, S: ObjectSink> Sweeper<'a, S> {
    fn new(
        repository: &'a Repository,
        pack: &'a Pack,
        forest: &'a Forest,
        options: &SweepOptions,
        sink: S,
    ) -> Self {
        Self {
            repository: &repository.name,
            pack,
            forest,
            max_size: options.max_size.unwrap_or(u64::MAX),
            kind: Kind::Blob,
            reach: sink.reach(),
            sink,
            seams: Vec::new(),
            swept: Swept::default(),
            buffer: None,
        }
    }

    fn flush(&mut self) {
        self.sink.swept(std::mem::take(&mut self.swept));
    }

    fn count(&mut self, len: u64) {
        self.swept.add(self.kind, len);
    }

    /// Returns whether a blob is larger than the user wants; then nothing is known of it.
    fn refuses(&mut self, entry: Entry, len: u64) -> bool {
        let refuses = self.kind == Kind::Blob && len > self.max_size;
        if refuses {
            let limit = self.max_size;
            let reason = format!("{len} bytes, more than --max-file-size {limit}");
            let name = self.name(entry);
            self.sink.skipped(Skipped::by_choice(SkipReason::TooLarge, name, reason));
            self.swept.objects += 1;
        }
        refuses
    }

    /// Returns what people can ask git for.
    fn name(&self, entry: Entry) -> String {
        let id = self.pack.id(self.forest.position(entry)).map_or_else(String::new, |id| id.to_string());
        format!("object {id} in {}", self.pack.path().display())
    }
}

impl<S: ObjectSink> Visit for Sweeper<'_, S> {
    /// What the object may hold.
    type Mark = Hold;

    fn glance(&mut self, base: &[u8], mark: Hold, delta: &Delta<'_>) -> Result<Glance<Hold>> {
        if mark == Hold::Candidates || delta.len() > self.max_size {
            return Ok(Glance::Look);
        }
        // Pointers are often kept as deltas of one another.
        if delta.len() <= MAX_LFS_POINTER as u64 && is_lfs_pointer(base) {
            return Ok(Glance::Look);
        }
        let reach = if mark == Hold::Topic { TOPIC_REACH } else { self.reach };
        delta.seams(base, reach, &mut self.seams)?;
        let look = match mark {
            Hold::Topic => self.sink.may_bring(&self.seams),
            _ => holds(&self.sink, self.kind, &self.seams) != Hold::Nothing,
        };
        Ok(if look { Glance::Look } else { Glance::Pass(mark) })
    }

    fn object(&mut self, entry: Entry, bytes: &[u8]) -> Hold {
        if self.refuses(entry, bytes.len() as u64) {
            return Hold::Candidates;
        }
        self.count(bytes.len() as u64);
        if self.kind == Kind::Blob && is_lfs_pointer(bytes) {
            let name = self.name(entry);
            self.sink.skipped(Skipped::by_choice(SkipReason::LfsPointer, name, LFS_POINTER));
        }
        let holds = holds(&self.sink, self.kind, bytes);
        if holds != Hold::Candidates {
            return holds;
        }
        if let Some(id) = self.pack.id(self.forest.position(entry)) {
            deliver(&mut self.sink, self.repository, self.kind, id, bytes);
        }
        holds
    }

    fn pass(&mut self, _: Entry, len: u64) {
        self.count(len);
    }

    fn broken(&mut self, entry: Entry, damage: Damage) {
        self.swept.objects += 1;
        let name = self.name(entry);
        self.sink.skipped(Skipped::failure(SkipReason::GitObject, name, damage.to_string()));
    }

    fn stream(&mut self, entry: Entry, header: &Header<'_>, data: &[u8]) -> Option<Result<()>> {
        if header.size <= MAX_HELD || header.content != Content::Whole(Kind::Blob) {
            return None;
        }
        if self.refuses(entry, header.size) {
            return Some(Ok(()));
        }
        let id = self.pack.id(self.forest.position(entry))?;
        let origin = Origin::Git(Arc::new(GitText::object(self.repository, GitPart::Blob, id)));
        let buffer = self.buffer.get_or_insert_with(Buffer::new);
        let mut reader = ZlibDecoder::new(data);
        let read = check_size(data.len() as u64, header.size).and_then(|()| {
            read_all(&origin, &mut reader, buffer, &mut self.sink).map_err(|_| Damage::Compression)
        });
        self.sink.end(&origin);
        let complete = reader.total_out() == header.size;
        let read = read.and(if complete { Ok(()) } else { Err(Damage::Size) });
        if read.is_ok() {
            self.count(header.size);
        }
        Some(read)
    }
}
