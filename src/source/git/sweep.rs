//! The sweep: every object of a repository, once, at about the cost of
//! inflating them.
//!
//! An object that is a delta is not rebuilt to be searched. Whatever stands in
//! it either stands in its base, or is inserted by the delta, or lies across
//! the seam of two instructions; so where nothing was found in the base, the
//! insertions and seams are all that has to be looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::ZlibDecoder;

use super::deliver::{deliver, holds, scan_lfs_content, too_large};
use super::links::{LinkReader, Links, Unheld};
use super::{loose, refs};
use crate::error::SkipReason;
use crate::location::{GitPart, GitText, ObjectId, Origin};
use crate::source::lfs::{LFS_VERSION_REACH, MAX_LFS_POINTER, begins_lfs_pointer, is_lfs_pointer};
use crate::source::lfs_store::LfsStore;
use crate::source::limits::Limits;
use crate::source::pack::{
    Content, Damage, Delta, DeltaVerdict, Entry, Forest, Header, Kind, MAX_HELD, Pack, Result, Schedule,
    Unpacker, Visit, check_size, packs,
};
use crate::source::repository::Repository;
use crate::source::sink::{Hold, ObjectSink, Skipped, Swept, TOPIC_REACH};
use crate::source::window::{Buffer, read_all};
use crate::threads::{on_threads, set_up_pool};

/// Gives sinks every text in the object store of a repository that may hold
/// something, and the names of its refs. Returns what objects and refs name
/// that is not in the store.
///
/// Objects in several packs come several times. Each thread gets a sink of its
/// own.
pub fn sweep<S: ObjectSink>(
    repository: &Repository,
    limits: &Limits,
    make_sink: &(dyn Fn() -> S + Sync),
) -> Unheld {
    set_up_pool(limits.threads);
    let id_len = repository.id_len();
    let mut first = make_sink();
    // What is in a folder or pack that cannot be read, which is told of, is not known.
    let mut is_known = true;
    let dirs = repository.object_dirs(&mut |skipped| {
        is_known = false;
        first.take_skipped(skipped);
    });
    repository.gaps().into_iter().for_each(|gap| first.take_skipped(gap));
    let known = list_packs(&dirs, &mut first, &mut is_known);
    let opened = open_packs(&known, id_len, &mut first, &mut is_known);
    let mut links = Links::new(opened.iter().map(Pack::index), id_len, repository.boundary());
    for pack in &opened {
        sweep_pack(repository, pack, limits, &links, make_sink);
    }
    for dir in &dirs {
        let loose = loose::sweep(repository, dir, id_len, limits, &links, make_sink);
        links.hold(|id| loose.contains(id));
    }
    // `git gc` may have packed loose objects meanwhile.
    let mut new = list_packs(&dirs, &mut first, &mut is_known);
    new.retain(|path| !known.contains(path));
    let new = open_packs(&new, id_len, &mut first, &mut is_known);
    for pack in &new {
        sweep_pack(repository, pack, limits, &links, make_sink);
    }
    refs::sweep_names(repository, &mut first, &mut links.reader(None));
    links.hold(|id| new.iter().any(|pack| pack.index().find(id.as_bytes()).is_some()));
    if is_known { links.into_unheld() } else { Unheld::default() }
}

/// Lists the packs in folders of objects; `is_known` becomes false where one of
/// them has no index.
fn list_packs<S: ObjectSink>(dirs: &[PathBuf], sink: &mut S, is_known: &mut bool) -> Vec<PathBuf> {
    let mut on_skipped = |skipped| {
        *is_known = false;
        sink.take_skipped(skipped);
    };
    dirs.iter().flat_map(|dir| packs(dir, &mut on_skipped)).collect()
}

/// Opens packs; `is_known` becomes false where one cannot be.
fn open_packs<S: ObjectSink>(
    paths: &[PathBuf],
    id_len: usize,
    sink: &mut S,
    is_known: &mut bool,
) -> Vec<Pack> {
    let open = |path: &PathBuf| match Pack::open(path, id_len) {
        Ok(pack) => Some(pack),
        Err((path, reason)) => {
            *is_known = false;
            sink.take_skipped(Skipped::failure(SkipReason::GitPack, path, reason));
            None
        }
    };
    paths.iter().filter_map(open).collect()
}

/// Sweeps the objects of one pack, each thread with a sink of its own.
fn sweep_pack<'p, S: ObjectSink>(
    repository: &Repository,
    pack: &'p Pack,
    limits: &Limits,
    links: &Links<'p>,
    make_sink: &(dyn Fn() -> S + Sync),
) {
    let forest = Forest::new(pack);
    let schedule = Schedule::new(&forest, |_| true);
    let mut sink = make_sink();
    sink.expect_objects(forest.len() as u64);
    // What a partial clone was promised need not be here.
    let reads_links = !(pack.is_promised() && repository.is_partial());
    let new_sweeper = |sink| {
        let links = reads_links.then(|| links.reader(Some(pack.index())));
        Sweeper::new(repository, pack, &forest, limits, links, sink)
    };
    let mut sweeper = new_sweeper(sink);
    for &(entry, damage) in forest.broken() {
        sweeper.note_broken(entry, damage);
    }
    sweeper.flush();
    on_threads(limits.threads, || {
        let mut unpacker = Unpacker::new(pack, &forest);
        let mut sweeper = new_sweeper(make_sink());
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

/// Work of one thread on the objects it meets.
struct Sweeper<'a, S> {
    /// The repository, as it is named.
    repository: &'a Arc<Path>,
    /// Pack that is swept.
    pack: &'a Pack,
    /// Its delta trees.
    forest: &'a Forest,
    links: Option<LinkReader<'a>>,
    /// Largest blob that is looked at, in bytes.
    max_size: u64,
    /// The type of the objects in the tree that is walked.
    kind: Kind,
    /// Takes what objects hold.
    sink: S,
    /// Bytes of the old text to either side of what is new that have to be
    /// seen: where the old text holds nothing, and where it is about Datadog.
    reach: usize,
    /// Bytes beside something new that the sink has to see.
    topic_reach: usize,
    /// Buffer for the seams of a delta.
    seams: Vec<u8>,
    /// Counts that the sink has not been told of.
    swept: Swept,
    /// Buffer for objects that are read in windows; made when one is met.
    buffer: Option<Buffer>,
    lfs: LfsStore,
}

impl<'a, S: ObjectSink> Sweeper<'a, S> {
    /// Makes one for one thread and its sink.
    fn new(
        repository: &'a Repository,
        pack: &'a Pack,
        forest: &'a Forest,
        limits: &Limits,
        links: Option<LinkReader<'a>>,
        sink: S,
    ) -> Self {
        Self {
            repository: &repository.name,
            pack,
            forest,
            links,
            max_size: limits.max_file_size.unwrap_or(u64::MAX),
            kind: Kind::Blob,
            reach: sink.border_reach(),
            topic_reach: sink.border_reach().max(TOPIC_REACH),
            sink,
            seams: Vec::new(),
            swept: Swept::default(),
            buffer: None,
            lfs: LfsStore::new(&repository.git_dir),
        }
    }

    /// Hands the counts to the sink.
    fn flush(&mut self) {
        self.sink.add_swept(std::mem::take(&mut self.swept));
    }

    /// Counts an object of that many bytes.
    fn count(&mut self, len: u64) {
        self.swept.add(self.kind, len);
    }

    /// Reads the links that an object has and its base has not; false where
    /// that takes the whole object.
    fn reads_links_of(&mut self, base: &[u8], delta: &Delta<'_>) -> Result<bool> {
        match (self.kind, &mut self.links) {
            (Kind::Blob, _) | (_, None) => Ok(true),
            (Kind::Tree, Some(links)) => links.tree_delta(base, delta),
            (Kind::Commit, Some(links)) => links.commit_delta(base, delta),
            (Kind::Tag, Some(_)) => Ok(false),
        }
    }

    /// Returns whether a blob is larger than the user wants; then nothing is
    /// known of it.
    fn refuses(&mut self, entry: Entry, len: u64) -> bool {
        let refuses = self.kind == Kind::Blob && len > self.max_size;
        if refuses {
            let gap = too_large(self.name(entry).as_ref(), len, self.max_size);
            self.sink.take_skipped(gap.of_object(self.id(entry)));
            self.swept.objects += 1;
        }
        refuses
    }

    /// Reads what a pointer of Git LFS stands for, as the content of that
    /// object.
    fn read_lfs(&mut self, entry: Entry, pointer: &[u8]) {
        let (name, id, limit) = (self.name(entry), self.id(entry), self.max_size);
        if let Err(gap) =
            scan_lfs_content(&self.lfs, self.repository, (name.as_ref(), id), pointer, limit, &mut self.sink)
        {
            self.sink.take_skipped(gap.of_object(id));
        }
    }

    /// Returns the id of an object, from the index.
    fn id(&self, entry: Entry) -> Option<ObjectId> {
        self.pack.id(self.forest.position(entry))
    }

    /// Returns what people can ask git for.
    fn name(&self, entry: Entry) -> String {
        let id = self.id(entry).map_or_else(String::new, |id| id.to_string());
        format!("object {id} in {}", self.pack.path().display())
    }
}

impl<S: ObjectSink> Visit for Sweeper<'_, S> {
    /// Contents that the object may have.
    type Known = Hold;

    fn judge_delta(&mut self, base: &[u8], known: Hold, delta: &Delta<'_>) -> Result<DeltaVerdict<Hold>> {
        if known == Hold::Candidates || delta.len() > self.max_size {
            return Ok(DeltaVerdict::Rebuild);
        }
        // A pointer brings nothing to search for: the content that it stands for does.
        if self.kind == Kind::Blob && delta.len() <= MAX_LFS_POINTER as u64 {
            delta.apply_first(base, LFS_VERSION_REACH, &mut self.seams)?;
            if begins_lfs_pointer(&self.seams) {
                return Ok(DeltaVerdict::Rebuild);
            }
        }
        let reach = if known == Hold::Topic { self.topic_reach } else { self.reach };
        delta.seams(base, reach, &mut self.seams)?;
        let look = match known {
            Hold::Topic => self.sink.may_bring(&self.seams),
            _ => holds(&self.sink, self.kind, &self.seams) != Hold::Nothing,
        };
        let look = look || !self.reads_links_of(base, delta)?;
        Ok(if look { DeltaVerdict::Rebuild } else { DeltaVerdict::Pass(known) })
    }

    fn visit_object(&mut self, entry: Entry, bytes: &[u8]) -> Hold {
        if self.refuses(entry, bytes.len() as u64) {
            return Hold::Candidates;
        }
        self.count(bytes.len() as u64);
        if self.kind == Kind::Blob && is_lfs_pointer(bytes) {
            self.read_lfs(entry, bytes);
        }
        let holds = holds(&self.sink, self.kind, bytes);
        if holds != Hold::Candidates && self.kind == Kind::Blob {
            return holds;
        }
        let Some(id) = self.id(entry) else { return holds };
        if let Some(links) = &mut self.links {
            links.object(id, self.kind, bytes);
        }
        if holds == Hold::Candidates {
            deliver(&mut self.sink, self.repository, self.kind, id, bytes);
        }
        holds
    }

    fn pass_over(&mut self, _: Entry, len: u64) {
        self.count(len);
    }

    fn note_broken(&mut self, entry: Entry, damage: Damage) {
        self.swept.objects += 1;
        let gap = Skipped::failure(SkipReason::GitObject, self.name(entry), damage.to_string());
        self.sink.take_skipped(gap.of_object(self.id(entry)));
    }

    fn stream_object(&mut self, entry: Entry, header: &Header<'_>, data: &[u8]) -> Option<Result<()>> {
        if header.size <= MAX_HELD || header.content != Content::Whole(Kind::Blob) {
            return None;
        }
        if self.refuses(entry, header.size) {
            return Some(Ok(()));
        }
        let id = self.id(entry)?;
        let origin = Origin::Git(Arc::new(GitText::in_object(self.repository, GitPart::Blob, id)));
        let buffer = self.buffer.get_or_insert_with(Buffer::new);
        let mut reader = ZlibDecoder::new(data);
        let read = check_size(data.len() as u64, header.size).and_then(|()| {
            read_all(&origin, &mut reader, buffer, &mut self.sink).map_err(|_| Damage::Compression)
        });
        self.sink.end_text(&origin);
        let complete = reader.total_out() == header.size;
        let read = read.and(if complete { Ok(()) } else { Err(Damage::Size) });
        if read.is_ok() {
            self.count(header.size);
        }
        Some(read)
    }
}
