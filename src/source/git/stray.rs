//! Packs without an index: in bundles, and outside of a repository.
//!
//! The way of `git index-pack`: one pass over the pack tells where each entry begins; then each whole object is rebuilt and
//! after it, depth first, what are deltas to it, by place or by name.

use std::io::{BufReader, Read, Seek, SeekFrom};

use flate2::bufread::ZlibDecoder;

use super::super::window::fill;
use super::damage::{Damage, Result};
use super::delta::Delta;
use super::inflate::Inflater;
use super::pack::{Content, Kind, MAX_HEADER, header};
use crate::location::ObjectId;

/// An object of more bytes is not rebuilt, and no more than that is held of what deltas are waiting for.
const MAX_HELD: u64 = 64 << 20;

/// What is done with the objects of a pack.
pub(in crate::source) trait TakeObject {
    /// Whether one more entry may be looked at.
    fn goes_on(&mut self) -> bool;
    /// Takes an object.
    fn object(&mut self, kind: &'static str, id: ObjectId, bytes: &[u8]);
    /// Takes an object that is too large to be held, and nothing but its bytes.
    fn large(&mut self, offset: u64, bytes: &mut dyn Read);
    /// Takes what is inserted into an object that the pack does not hold.
    fn piece(&mut self, offset: u64, bytes: &[u8]);
    /// Takes note of that many entries that cannot be read.
    fn broken(&mut self, count: usize, why: &str);
}

/// An entry of a pack.
struct Entry {
    offset: u64,
    content: Base,
    size: u64,
    /// Where the compressed bytes stand.
    data: std::ops::Range<u64>,
}

/// What an entry holds.
#[derive(Clone, Copy)]
enum Base {
    Whole(Kind),
    At(u64),
    Named(ObjectId),
}

/// An object whose deltas are being rebuilt.
struct Parent {
    kind: Kind,
    bytes: Vec<u8>,
    /// What is left to be rebuilt, as indexes of entries.
    deltas: Vec<usize>,
}

/// Gives out every object of the pack that begins at `start`, whose ids are of `id_len` bytes.
pub(in crate::source) fn scan_stray(
    reader: impl Read + Seek,
    start: u64,
    id_len: usize,
    take: &mut dyn TakeObject,
) {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let entries = match entries(&mut reader, start, id_len, take) {
        Ok(entries) => entries,
        Err(damage) => return take.broken(1, &damage.to_string()),
    };
    let mut walk = Walk {
        deltas: Deltas::new(&entries),
        known: vec![false; entries.len()],
        entries,
        reader,
        id_len,
        inflater: Inflater::new(),
        packed: Vec::new(),
    };
    walk.run(take);
}

/// Where each entry begins: all that can be read, up to the first damage, which is told of.
fn entries<R: Read + Seek>(
    reader: &mut BufReader<R>,
    start: u64,
    id_len: usize,
    take: &mut dyn TakeObject,
) -> Result<Vec<Entry>> {
    let mut intro = [0; 12];
    reader.seek(SeekFrom::Start(start)).map_err(|_| Damage::Truncated)?;
    reader.read_exact(&mut intro).map_err(|_| Damage::Truncated)?;
    let [.., a, b, c, d] = intro;
    let count = u32::from_be_bytes([a, b, c, d]);
    let mut entries = Vec::new();
    let mut at = start + 12;
    for number in 0..count {
        if !take.goes_on() {
            break;
        }
        match entry(reader, at, id_len, take) {
            Ok(entry) => {
                at = entry.data.end;
                entries.push(entry);
            }
            // Where the next one begins is not known then.
            Err(damage) => {
                take.broken((count - number) as usize, &damage.to_string());
                break;
            }
        }
    }
    Ok(entries)
}

/// Reads the entry at `offset`, where the reader stands, to its end.
fn entry<R: Read + Seek>(
    reader: &mut BufReader<R>,
    offset: u64,
    id_len: usize,
    take: &mut dyn TakeObject,
) -> Result<Entry> {
    let mut first = [0; MAX_HEADER];
    let length = fill(reader, &mut first).map_err(|_| Damage::Truncated)?;
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
        take.large(offset, &mut inflated);
    }
    std::io::copy(&mut inflated, &mut std::io::sink()).map_err(|_| Damage::Compression)?;
    if decoder.total_out() != header.size {
        return Err(Damage::Size);
    }
    let end = header.data + decoder.total_in();
    Ok(Entry { offset, content, size: header.size, data: header.data..end })
}

/// Which entries are deltas to what.
struct Deltas {
    by_offset: Vec<(u64, usize)>,
    by_name: Vec<(ObjectId, usize)>,
}

impl Deltas {
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

    /// Those to the object of this place and name.
    fn of(&self, offset: u64, id: ObjectId) -> Vec<usize> {
        equal(&self.by_offset, offset).chain(equal(&self.by_name, id)).collect()
    }
}

/// The values of a key in a sorted list of pairs.
fn equal<K: Ord + Copy>(pairs: &[(K, usize)], key: K) -> impl Iterator<Item = usize> + '_ {
    let from = pairs.partition_point(|(it, _)| *it < key);
    pairs[from..].iter().take_while(move |(it, _)| *it == key).map(|(_, index)| *index)
}

/// The second pass.
struct Walk<R> {
    reader: BufReader<R>,
    id_len: usize,
    entries: Vec<Entry>,
    deltas: Deltas,
    /// Which entries were rebuilt, or told of.
    known: Vec<bool>,
    inflater: Inflater,
    /// The compressed bytes of an entry.
    packed: Vec<u8>,
}

impl<R: Read + Seek> Walk<R> {
    fn run(&mut self, take: &mut dyn TakeObject) {
        for index in 0..self.entries.len() {
            let Base::Whole(kind) = self.entries[index].content else { continue };
            self.known[index] = true;
            // Given out by the first pass.
            if self.entries[index].size > MAX_HELD {
                continue;
            }
            match self.inflate(index).map(<[u8]>::to_vec) {
                Ok(bytes) => self.tree(index, kind, bytes, take),
                Err(damage) => take.broken(1, &damage.to_string()),
            }
            if !take.goes_on() {
                return;
            }
        }
        self.pieces(take);
    }

    /// An object, and all that are deltas to it, perhaps by way of others.
    fn tree(&mut self, root: usize, kind: Kind, bytes: Vec<u8>, take: &mut dyn TakeObject) {
        let mut parents: Vec<Parent> = self.object(root, kind, bytes, take).into_iter().collect();
        loop {
            let held: usize = parents.iter().map(|parent| parent.bytes.len()).sum();
            let Some(parent) = parents.last_mut() else { return };
            let Some(index) = parent.deltas.pop() else {
                parents.pop();
                continue;
            };
            // One that is its own base by some name was met before.
            if std::mem::replace(&mut self.known[index], true) {
                continue;
            }
            match self.rebuild(index, &parent.bytes, held as u64) {
                Ok(bytes) => {
                    let kind = parent.kind;
                    parents.extend(self.object(index, kind, bytes, take));
                }
                Err(damage) => take.broken(1, &damage.to_string()),
            }
            if !take.goes_on() {
                return;
            }
        }
    }

    /// Gives out an object; returned if it has deltas.
    fn object(&self, index: usize, kind: Kind, bytes: Vec<u8>, take: &mut dyn TakeObject) -> Option<Parent> {
        let id = id(kind, &bytes, self.id_len)?;
        take.object(kind.as_str(), id, &bytes);
        let deltas = self.deltas.of(self.entries[index].offset, id);
        (!deltas.is_empty()).then_some(Parent { kind, bytes, deltas })
    }

    fn rebuild(&mut self, index: usize, base: &[u8], held: u64) -> Result<Vec<u8>> {
        let delta = Delta::parse(self.inflate(index)?)?;
        if delta.len().saturating_add(held) > 2 * MAX_HELD {
            return Err(Damage::TooLarge);
        }
        let mut bytes = Vec::new();
        delta.apply(base, &mut bytes)?;
        Ok(bytes)
    }

    /// What deltas insert into objects that are not here: a bundle may build upon what its reader has.
    fn pieces(&mut self, take: &mut dyn TakeObject) {
        let mut lost = 0;
        for index in (0..self.entries.len()).filter(|&index| !self.known[index]).collect::<Vec<_>>() {
            lost += 1;
            let offset = self.entries[index].offset;
            if let Ok(bytes) = self.inflate(index) {
                take.piece(offset, bytes);
            }
            if !take.goes_on() {
                return;
            }
        }
        if lost > 0 {
            take.broken(
                lost,
                "what it changes is not in the pack, or too large; only what it inserts was looked at",
            );
        }
    }

    fn inflate(&mut self, index: usize) -> Result<&[u8]> {
        let entry = &self.entries[index];
        if entry.size > MAX_HELD {
            return Err(Damage::TooLarge);
        }
        let length = usize::try_from(entry.data.end - entry.data.start).map_err(|_| Damage::TooLarge)?;
        self.packed.resize(length, 0);
        self.reader.seek(SeekFrom::Start(entry.data.start)).map_err(|_| Damage::Truncated)?;
        self.reader.read_exact(&mut self.packed).map_err(|_| Damage::Truncated)?;
        self.inflater.borrowed(&self.packed, entry.size)
    }
}

/// The id of an object.
fn id(kind: Kind, bytes: &[u8], id_len: usize) -> Option<ObjectId> {
    let kind = match kind {
        Kind::Commit => git2::ObjectType::Commit,
        Kind::Tree => git2::ObjectType::Tree,
        Kind::Blob => git2::ObjectType::Blob,
        Kind::Tag => git2::ObjectType::Tag,
    };
    let format = if id_len == 32 { git2::ObjectFormat::Sha256 } else { git2::ObjectFormat::Sha1 };
    ObjectId::new(git2::Oid::hash_object_ext(kind, bytes, format).ok()?.as_bytes())
}
