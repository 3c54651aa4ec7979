//! Packs without an index: in bundles, and outside of a repository.
//!
//! The way of `git index-pack`: one pass over the pack tells where each entry
//! begins; then each whole object is rebuilt and after it, depth first, what
//! are deltas to it, by place or by name.
//!
//! Two passes, since a base may stand anywhere:
//!
//! ```text
//! 1   read every entry to its end, since nothing else says where the next begins; keep 40 bytes of each
//! 2   rebuild from the whole objects on; deltas by offset, or by the name of what was just rebuilt
//! 3   what has no base here (a thin pack, a bundle): look at what is inserted
//! ```
//!
//! The first pass inflates everything once for its length alone, so such a pack
//! costs twice as much as one with an index.

use std::collections::HashSet;
use std::io::{BufReader, Read, Seek, SeekFrom};

use flate2::bufread::ZlibDecoder;

use super::damage::{Damage, Result};
use super::delta::Delta;
use super::entry::{Content, MAX_HEADER, header};
use super::inflate::Inflater;
use super::kind::Kind;
use crate::location::ObjectId;
use crate::source::window::fill_buffer;

/// An object of more bytes is not rebuilt, and no more than twice as much is
/// held of what deltas are waiting for.
const MAX_HELD: u64 = 64 << 20;

/// More entries are not looked at: what is kept of each would be more than the
/// pack itself.
const MAX_ENTRIES: usize = 1_000_000;

/// Taker of the objects of a pack.
pub(in crate::source) trait TakeObject {
    /// Returns whether one more entry may be looked at.
    fn goes_on(&mut self) -> bool;
    /// Takes an object.
    fn take_object(&mut self, kind: &'static str, id: ObjectId, bytes: &[u8]);
    /// Takes an object that is too large to be held, and nothing but its bytes.
    fn take_large(&mut self, offset: u64, bytes: &mut dyn Read);
    /// Takes what is inserted into an object that the pack does not hold.
    fn take_piece(&mut self, offset: u64, bytes: &[u8]);
    /// Takes note of that many entries that cannot be read.
    fn note_broken(&mut self, count: usize, why: &str);
}

/// An entry of a pack.
struct Entry {
    offset: u64,
    /// An object, or a delta to one.
    content: Base,
    /// Inflated size, as declared and checked.
    size: u64,
    /// Span of the compressed bytes.
    data: std::ops::Range<u64>,
}

/// Content of an entry.
#[derive(Clone, Copy)]
enum Base {
    /// An object of this type.
    Whole(Kind),
    /// A delta to the entry at this offset.
    At(u64),
    /// A delta to the object of this name, here or elsewhere.
    Named(ObjectId),
}

/// An object whose deltas are being rebuilt.
struct Parent {
    kind: Kind,
    bytes: Vec<u8>,
    /// Deltas that are left to be rebuilt, as indexes of entries.
    deltas: Vec<usize>,
}

/// Gives out every object of the pack that begins at `start`, whose ids are of
/// `id_len` bytes.
///
/// `start` is where `PACK` stands: behind the head of a bundle, or 0. All
/// failures are told to `take`.
pub(in crate::source) fn scan_unindexed_pack(
    reader: impl Read + Seek,
    start: u64,
    id_len: usize,
    take: &mut dyn TakeObject,
) {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let entries = match find_entries(&mut reader, start, id_len, take) {
        Ok(entries) => entries,
        Err(damage) => return take.note_broken(1, &damage.to_string()),
    };
    let mut walk = Walk {
        deltas: Deltas::new(&entries),
        taken: vec![false; entries.len()],
        names: HashSet::new(),
        failed: Vec::new(),
        entries,
        reader,
        id_len,
        inflater: Inflater::new(),
        packed: Vec::new(),
    };
    walk.run(take);
}

/// Returns where each entry begins: all that can be read, up to the first
/// damage, which is told of.
fn find_entries<R: Read + Seek>(
    reader: &mut BufReader<R>,
    start: u64,
    id_len: usize,
    take: &mut dyn TakeObject,
) -> Result<Vec<Entry>> {
    let mut intro = [0; 12];
    reader.seek(SeekFrom::Start(start)).map_err(|_| Damage::Truncated)?;
    reader.read_exact(&mut intro).map_err(|_| Damage::Truncated)?;
    if !intro.starts_with(b"PACK") {
        return Err(Damage::Type);
    }
    let [.., a, b, c, d] = intro;
    let count = u32::from_be_bytes([a, b, c, d]);
    let mut entries = Vec::new();
    let mut at = start + 12;
    for number in 0..count {
        if !take.goes_on() {
            return Ok(entries);
        }
        if entries.len() == MAX_ENTRIES {
            take.note_broken((count - number) as usize, "there are too many of them");
            return Ok(entries);
        }
        match read_entry(reader, at, id_len, take) {
            Ok(entry) => {
                at = entry.data.end;
                entries.push(entry);
            }
            // Where the next one begins is not known then.
            Err(damage) => {
                take.note_broken((count - number) as usize, &damage.to_string());
                return Ok(entries);
            }
        }
    }
    // The checksum, and nothing else.
    let end = reader.seek(SeekFrom::End(0)).map_err(|_| Damage::Truncated)?;
    if end != at + id_len as u64 {
        take.note_broken(1, "what follows is not what ends a pack: it may hold more than it declares");
    }
    Ok(entries)
}

/// Reads the entry at `offset`, where the reader stands, to its end.
fn read_entry<R: Read + Seek>(
    reader: &mut BufReader<R>,
    offset: u64,
    id_len: usize,
    take: &mut dyn TakeObject,
) -> Result<Entry> {
    let mut first = [0; MAX_HEADER];
    let (length, read) = fill_buffer(reader, &mut first);
    read.map_err(|_| Damage::Truncated)?;
    let header = header(&first[..length], offset, id_len)?;
    let content = match header.content {
        Content::Whole(kind) => Base::Whole(kind),
        Content::DeltaAt(base) => Base::At(base),
        Content::DeltaTo(name) => Base::Named(ObjectId::new(name).ok_or(Damage::Type)?),
    };
    let too_far = length as i64 - (header.data - offset) as i64;
    reader.seek_relative(-too_far).map_err(|_| Damage::Truncated)?;
    let mut decoder = ZlibDecoder::new(&mut *reader);
    let mut inflated = decoder.by_ref().take(header.size + 1);
    if header.size > MAX_HELD && matches!(content, Base::Whole(_)) {
        take.take_large(offset, &mut inflated);
    }
    let mut scratch = vec![0; 1 << 16];
    while inflated.read(&mut scratch).map_err(|_| Damage::Compression)? > 0 {
        if !take.goes_on() {
            break;
        }
    }
    if decoder.total_out() != header.size {
        return Err(Damage::Size);
    }
    let end = header.data + decoder.total_in();
    Ok(Entry { offset, content, size: header.size, data: header.data..end })
}

/// Deltas by their bases.
struct Deltas {
    /// Offsets of bases, each with the index of a delta, sorted.
    by_offset: Vec<(u64, usize)>,
    /// The same by the names of bases.
    by_name: Vec<(ObjectId, usize)>,
}

impl Deltas {
    /// Sorts entries that are deltas by their bases.
    fn new(entries: &[Entry]) -> Self {
        let (mut by_offset, mut by_name) = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            match entry.content {
                Base::Whole(_) => {}
                Base::At(base) => by_offset.push((base, index)),
                Base::Named(base) => by_name.push((base, index)),
            }
        }
        by_offset.sort_unstable();
        by_name.sort_unstable();
        Self { by_offset, by_name }
    }

    /// Those to the object at this place.
    fn with_base_at(&self, offset: u64) -> &[(u64, usize)] {
        equal_range(&self.by_offset, offset)
    }

    /// Those to the object of this name.
    fn with_base_id(&self, id: ObjectId) -> &[(ObjectId, usize)] {
        equal_range(&self.by_name, id)
    }
}

/// The pairs of a key in a sorted list.
fn equal_range<K: Ord>(pairs: &[(K, usize)], key: K) -> &[(K, usize)] {
    let from = pairs.partition_point(|(it, _)| *it < key);
    let length = pairs[from..].partition_point(|(it, _)| *it == key);
    &pairs[from..from + length]
}

/// The second pass.
struct Walk<R> {
    /// The file.
    reader: BufReader<R>,
    /// Length of ids, in bytes.
    id_len: usize,
    /// All that the first pass found.
    entries: Vec<Entry>,
    /// Deltas among them, by their bases.
    deltas: Deltas,
    /// Which entries are being rebuilt, or were: each is a delta to one object,
    /// whatever others have its name.
    taken: Vec<bool>,
    /// The names whose deltas have been handed out.
    names: HashSet<ObjectId>,
    /// Which of them could not be, and are looked at as they are.
    failed: Vec<usize>,
    /// One for all of them.
    inflater: Inflater,
    /// The compressed bytes of an entry.
    packed: Vec<u8>,
}

impl<R: Read + Seek> Walk<R> {
    /// Rebuilds every object, then looks at what could not be rebuilt.
    fn run(&mut self, take: &mut dyn TakeObject) {
        for index in 0..self.entries.len() {
            let Base::Whole(kind) = self.entries[index].content else { continue };
            self.taken[index] = true;
            // Given out by the first pass.
            if self.entries[index].size > MAX_HELD {
                continue;
            }
            match self.inflate_entry(index).map(<[u8]>::to_vec) {
                Ok(bytes) => self.rebuild_tree(index, kind, bytes, take),
                Err(damage) => take.note_broken(1, &damage.to_string()),
            }
            if !take.goes_on() {
                return;
            }
        }
        self.take_pieces(take);
    }

    /// An object, and all that are deltas to it, perhaps by way of others. One
    /// whose last delta is being rebuilt is let go.
    fn rebuild_tree(&mut self, root: usize, kind: Kind, bytes: Vec<u8>, take: &mut dyn TakeObject) {
        let mut parents: Vec<Parent> = self.give_object(root, kind, bytes, take).into_iter().collect();
        let mut held: u64 = parents.iter().map(|parent| parent.bytes.len() as u64).sum();
        while let Some(parent) = parents.last_mut() {
            let Some(index) = parent.deltas.pop() else {
                held -= parents.pop().map_or(0, |parent| parent.bytes.len() as u64);
                continue;
            };
            let kind = parent.kind;
            match self.rebuild_object(index, &parent.bytes, held) {
                Ok(bytes) => {
                    if parent.deltas.is_empty() {
                        held -= parents.pop().map_or(0, |parent| parent.bytes.len() as u64);
                    }
                    let next = self.give_object(index, kind, bytes, take);
                    held += next.as_ref().map_or(0, |parent| parent.bytes.len() as u64);
                    parents.extend(next);
                }
                Err(_) => self.failed.push(index),
            }
            if !take.goes_on() {
                return;
            }
        }
    }

    /// Gives out an object; returned if it has deltas.
    fn give_object(
        &mut self,
        index: usize,
        kind: Kind,
        bytes: Vec<u8>,
        take: &mut dyn TakeObject,
    ) -> Option<Parent> {
        let id = hash_object(kind, &bytes, self.id_len)?;
        take.take_object(kind.as_str(), id, &bytes);
        // What is to the name was handed to the first object of that name.
        let named = if self.names.insert(id) { self.deltas.with_base_id(id) } else { &[] };
        let all = self.deltas.with_base_at(self.entries[index].offset).iter().map(|(_, delta)| *delta);
        let all = all.chain(named.iter().map(|(_, delta)| *delta));
        let deltas: Vec<usize> =
            all.filter(|&delta| !std::mem::replace(&mut self.taken[delta], true)).collect();
        (!deltas.is_empty()).then_some(Parent { kind, bytes, deltas })
    }

    /// Rebuilds the object of a delta; `held` is the number of bytes that bases
    /// take.
    ///
    /// # Errors
    ///
    /// It would be too large, alone or with the bases that are held; or it is
    /// damaged.
    fn rebuild_object(&mut self, index: usize, base: &[u8], held: u64) -> Result<Vec<u8>> {
        let delta = Delta::parse(self.inflate_entry(index)?)?;
        if delta.len() > MAX_HELD || delta.len() + held > 3 * MAX_HELD {
            return Err(Damage::TooLarge);
        }
        let mut bytes = Vec::new();
        delta.apply(base, &mut bytes)?;
        Ok(bytes)
    }

    /// What deltas insert into objects that are not here, or are too large: a
    /// bundle may build upon what its reader has.
    fn take_pieces(&mut self, take: &mut dyn TakeObject) {
        let mut lost = std::mem::take(&mut self.failed);
        lost.extend((0..self.entries.len()).filter(|&index| !self.taken[index]));
        let mut piece = Vec::new();
        for &index in &lost {
            let offset = self.entries[index].offset;
            let inserted = self
                .inflate_entry(index)
                .and_then(Delta::parse)
                .and_then(|delta| delta.insertions(&mut piece));
            if inserted.is_ok() {
                take.take_piece(offset, &piece);
            }
            if !take.goes_on() {
                return;
            }
        }
        if !lost.is_empty() {
            let why = "what it changes is not in the pack, or too large, or it is damaged; only what it inserts was looked at";
            take.note_broken(lost.len(), why);
        }
    }

    /// Inflates the entry of that index.
    fn inflate_entry(&mut self, index: usize) -> Result<&[u8]> {
        let entry = &self.entries[index];
        if entry.size > MAX_HELD {
            return Err(Damage::TooLarge);
        }
        let length = entry.data.end - entry.data.start;
        // Nothing grows by more when it is compressed.
        if length > entry.size + entry.size / 8 + (64 << 10) {
            return Err(Damage::Size);
        }
        let length = usize::try_from(length).map_err(|_| Damage::TooLarge)?;
        self.packed.resize(length, 0);
        self.reader.seek(SeekFrom::Start(entry.data.start)).map_err(|_| Damage::Truncated)?;
        self.reader.read_exact(&mut self.packed).map_err(|_| Damage::Truncated)?;
        self.inflater.borrowed(&self.packed, entry.size)
    }
}

/// The id of an object.
///
/// `None` only where libgit2 refuses the type, which it does not.
fn hash_object(kind: Kind, bytes: &[u8], id_len: usize) -> Option<ObjectId> {
    let kind = match kind {
        Kind::Commit => git2::ObjectType::Commit,
        Kind::Tree => git2::ObjectType::Tree,
        Kind::Blob => git2::ObjectType::Blob,
        Kind::Tag => git2::ObjectType::Tag,
    };
    let format = if id_len == 32 { git2::ObjectFormat::Sha256 } else { git2::ObjectFormat::Sha1 };
    ObjectId::new(git2::Oid::hash_object_ext(kind, bytes, format).ok()?.as_bytes())
}
