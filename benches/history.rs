//! The history of a repository: dogcatcher against two floors, which inflate every blob of every pack, or every object,
//! and no more. dogcatcher looks at every object: at messages and names, too.
//!
//!     cargo bench --bench history -- REPOSITORY
//!
//! The floors share no code with dogcatcher. They apply no delta, search nothing, and read no loose objects and no
//! packs that the repository borrows; ids must be those of SHA-1. The three take turns, so that the ratio holds when the
//! machine's speed drifts.
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on may stop
#![allow(unsafe_code)] // mapping packs

use std::fs::{self, File};
use std::hint::black_box;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use dogcatcher::detect::Detector;
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{self, Detail, History, Progress, Settings, Summary};
use dogcatcher::source::{self, PathFilterOptions, Repository};
use libdeflater::Decompressor;
use memmap2::Mmap;
use rayon::slice::ParallelSliceMut;

const ROUNDS: usize = 9;
/// How many entries a thread takes at a time.
const BATCH: usize = 256;
/// The length of an id.
const ID: usize = 20;
/// Where the ids of an index begin: after its magic number, its version and the fanout.
const IDS: usize = 8 + 4 * 256;
/// In place of the number of a base: the entry is a blob.
const BLOB: u32 = u32::MAX;
/// In place of the number of a base: the entry is something else.
const OTHER: u32 = u32::MAX - 1;

fn main() {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let Some(path) = named else {
        println!("usage: cargo bench --bench history -- REPOSITORY");
        return;
    };
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    let (mut blobs, mut all, mut summary) = ((0, 0), (0, 0), Summary::default());
    for _ in 0..ROUNDS {
        times[0].push(timed(|| blobs = floor(&path, Pack::blobs)));
        times[1].push(timed(|| all = floor(&path, Pack::all)));
        times[2].push(timed(|| summary = dogcatcher(&path)));
    }
    print_counts([blobs, all], &summary);
    print_times(times);
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Says what each of the two looked at.
fn print_counts(floors: [(usize, usize); 2], summary: &Summary) {
    for ((objects, bytes), what) in floors.into_iter().zip(["blobs", "objects"]) {
        println!(
            "floor: {objects} {what} in packs, {:.2} GB inflated, deltas as they are",
            bytes as f64 / 1e9
        );
    }
    println!(
        "dogcatcher: {} objects, {} blobs, {:.2} GB searched, {} skipped",
        summary.objects,
        summary.blobs,
        summary.bytes as f64 / 1e9,
        summary.skipped.len()
    );
}

/// Prints the medians, and their ratios to the floors.
fn print_times(times: [Vec<f64>; 3]) {
    let medians = times.map(|mut all| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    });
    println!("median of {ROUNDS}, taking turns");
    for (name, median) in ["blobs", "objects", "dogcatcher"].iter().zip(medians) {
        let [of_blobs, of_all] = [0, 1].map(|floor| median / medians[floor]);
        println!("{name:<12}{:>10.1} ms {of_blobs:>6.2} x {of_all:>6.2} x", median * 1e3);
    }
}

/// Sweeps the history with all threads.
fn dogcatcher(path: &Path) -> Summary {
    let rules = RuleSet::builtin();
    let settings = Settings {
        files: source::WalkOptions {
            paths: Vec::new(),
            filter: source::PathFilter::new(PathFilterOptions::default()).unwrap(),
            reads: true,
        },
        stdin: false,
        words: Vec::new(),
        history: vec![History::whole(Repository::open_at(path).unwrap().expect("there is no repository"))],
        nested: dogcatcher::scan::Nested::Unasked,
        limits: source::Limits { archive_depth: 0, ..source::Limits::default() },
        staged: None,
        range: None,
        skipped: Vec::new(),
        verifier: None,
        receipts: dogcatcher::verify::Receipts::default(),
        suppress: dogcatcher::suppress::FindingFilter::default(),
        today: jiff::civil::date(2026, 1, 1),
        detail: Detail { excerpts: true, ..Detail::default() },
    };
    scan::run(&settings, &Detector::new(&rules), &Progress::default()).unwrap().summary
}

/// Inflates the wanted entries of every pack; says how many there are, and how many bytes came of them.
fn floor(path: &Path, wanted: fn(&Pack) -> Vec<u32>) -> (usize, usize) {
    let packs: Vec<Pack> = indexes(path).iter().map(|index| Pack::open(index)).collect();
    let entries: Vec<(&Pack, u32)> =
        packs.iter().flat_map(|pack| wanted(pack).into_iter().map(move |entry| (pack, entry))).collect();
    let bytes = in_batches(entries.len(), || {
        let (mut inflater, mut buffer) = (Decompressor::new(), Vec::new());
        let entries = &entries;
        move |range: Range<usize>| {
            let batch = &entries[range];
            batch.iter().map(|(pack, entry)| pack.inflate(*entry, &mut inflater, &mut buffer)).sum::<usize>()
        }
    });
    (entries.len(), bytes)
}

/// The indexes of a repository's own packs.
fn indexes(path: &Path) -> Vec<PathBuf> {
    let inner = path.join(".git");
    let git_dir = if inner.is_dir() { inner } else { path.to_path_buf() };
    let listed = fs::read_dir(git_dir.join("objects/pack")).unwrap().map(|entry| entry.unwrap().path());
    listed.filter(|path| path.extension().is_some_and(|it| it == "idx")).collect()
}

/// Hands out the numbers below `count` in batches, in order, to a worker on each processor; sums up what they return.
fn in_batches<W: FnMut(Range<usize>) -> usize>(count: usize, make_worker: impl Fn() -> W + Sync) -> usize {
    let next = AtomicUsize::new(0);
    let run = || {
        let (mut worker, mut sum) = (make_worker(), 0);
        loop {
            let start = next.fetch_add(BATCH, Ordering::Relaxed);
            if start >= count {
                return sum;
            }
            sum += worker(start..count.min(start + BATCH));
        }
    };
    let threads = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

/// A pack and its index, both mapped.
struct Pack {
    pack: Mmap,
    index: Mmap,
    /// Where each entry begins, in order.
    offsets: Vec<u64>,
}

impl Pack {
    fn open(index: &Path) -> Self {
        let mut pack =
            Self { pack: map(&index.with_extension("pack")), index: map(index), offsets: Vec::new() };
        assert!(pack.index.starts_with(b"\xfftOc\0\0\0\x02"), "{} is not of version 2", index.display());
        let mut offsets: Vec<u64> = (0..pack.len()).map(|position| pack.offset(position)).collect();
        offsets.par_sort_unstable();
        // It would not be with ids of another length.
        assert!(offsets.first().is_none_or(|first| *first == 12), "{}: no SHA-1", index.display());
        pack.offsets = offsets;
        pack
    }

    /// How many entries there are.
    fn len(&self) -> usize {
        self.fanout(255)
    }

    /// How many ids begin with this byte or a smaller one.
    fn fanout(&self, byte: usize) -> usize {
        be32(&self.index, 8 + 4 * byte) as usize
    }

    /// The offset of the object at this position of the index; large ones are in a table of their own.
    fn offset(&self, position: usize) -> u64 {
        let table = IDS + self.len() * (ID + 4);
        let offset = be32(&self.index, table + 4 * position);
        if offset >> 31 == 0 {
            return offset.into();
        }
        let at = table + 4 * self.len() + 8 * (offset & 0x7fff_ffff) as usize;
        u64::from(be32(&self.index, at)) << 32 | u64::from(be32(&self.index, at + 4))
    }

    /// The offset of the object of this id.
    fn offset_of(&self, id: &[u8]) -> u64 {
        let first = usize::from(id[0]);
        let start = if first == 0 { 0 } else { self.fanout(first - 1) };
        let ids = &self.index[IDS + start * ID..IDS + self.fanout(first) * ID];
        let (ids, _) = ids.as_chunks::<ID>();
        self.offset(start + ids.binary_search_by(|it| it[..].cmp(id)).expect("a base is not in the pack"))
    }

    /// The number of the entry at this offset.
    fn entry_at(&self, offset: u64) -> u32 {
        self.offsets.binary_search(&offset).expect("a base is no entry") as u32
    }

    /// The bytes of an entry: they end where the next one begins, or the checksum of the pack.
    fn bytes(&self, entry: usize) -> &[u8] {
        let end = self.offsets.get(entry + 1).map_or(self.pack.len() - ID, |next| *next as usize);
        &self.pack[self.offsets[entry] as usize..end]
    }

    /// The number of the base of an entry; or [`BLOB`] or [`OTHER`], if it is whole.
    fn link(&self, entry: usize) -> u32 {
        let bytes = self.bytes(entry);
        let (kind, _, at) = header(bytes);
        match kind {
            1 | 2 | 4 => OTHER,
            3 => BLOB,
            6 => self.entry_at(self.offsets[entry] - distance(&bytes[at..]).0),
            7 => self.entry_at(self.offset_of(&bytes[at..at + ID])),
            _ => panic!("{kind} is no type of an entry"),
        }
    }

    /// The numbers of all entries that are blobs or deltas to them, in order.
    fn blobs(&self) -> Vec<u32> {
        let links: Vec<AtomicU32> = self.offsets.iter().map(|_| AtomicU32::new(OTHER)).collect();
        in_batches(links.len(), || {
            |range: Range<usize>| {
                range.clone().for_each(|entry| links[entry].store(self.link(entry), Ordering::Relaxed));
                range.len()
            }
        });
        let roots = resolve(links.into_iter().map(AtomicU32::into_inner).collect());
        (0..).zip(roots).filter(|(_, root)| *root == BLOB).map(|(entry, _)| entry).collect()
    }

    /// The numbers of all entries.
    fn all(&self) -> Vec<u32> {
        (0..self.len() as u32).collect()
    }

    /// Inflates what an entry holds, a delta as it is; says how many bytes came of it.
    fn inflate(&self, entry: u32, inflater: &mut Decompressor, buffer: &mut Vec<u8>) -> usize {
        let bytes = self.bytes(entry as usize);
        let (kind, size, at) = header(bytes);
        let data = match kind {
            6 => at + distance(&bytes[at..]).1,
            7 => at + ID,
            _ => at,
        };
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        let inflated = inflater.zlib_decompress(&bytes[data..], &mut buffer[..size]).unwrap();
        assert_eq!(inflated, size);
        black_box(&buffer[..size]);
        inflated
    }
}

fn map(path: &Path) -> Mmap {
    let file = File::open(path).unwrap();
    // SAFETY: git never changes a pack or its index in place, and whoever runs a benchmark lets the repository rest.
    unsafe { Mmap::map(&file).unwrap() }
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// The type of an entry, its inflated size, and the length of what says so.
fn header(bytes: &[u8]) -> (u8, usize, usize) {
    let (mut size, mut shift, mut at) = (usize::from(bytes[0] & 0x0f), 4, 1);
    while bytes[at - 1] & 0x80 != 0 {
        size |= usize::from(bytes[at] & 0x7f) << shift;
        shift += 7;
        at += 1;
    }
    (bytes[0] >> 4 & 7, size, at)
}

/// How far back the base of a delta begins, and the length of what says so.
fn distance(bytes: &[u8]) -> (u64, usize) {
    let (mut distance, mut at) = (u64::from(bytes[0] & 0x7f), 1);
    while bytes[at - 1] & 0x80 != 0 {
        distance = (distance + 1) << 7 | u64::from(bytes[at] & 0x7f);
        at += 1;
    }
    (distance, at)
}

/// Puts the type of its root, [`BLOB`] or [`OTHER`], in place of each link.
fn resolve(mut links: Vec<u32>) -> Vec<u32> {
    let mut chain = Vec::new();
    for entry in 0..links.len() {
        let mut at = entry;
        while links[at] < OTHER {
            assert!(chain.len() < links.len(), "deltas in a circle");
            chain.push(at);
            at = links[at] as usize;
        }
        let root = links[at];
        chain.drain(..).for_each(|at| links[at] = root);
    }
    links
}
