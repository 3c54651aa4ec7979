//! Pack indexes (`.idx`), versions 1 and 2, as git's `gitformat-pack` describes
//! them.
//!
//! ```text
//! version 2   ff 74 4f 63, 00 00 00 02
//!             256 counts: ids whose first byte is at most 0, 1, 2, …   (fan-out)
//!             ids, sorted
//!             CRC-32 of each entry
//!             offsets, 4 bytes; with the highest bit set, the place of one in the next table
//!             offsets of 8 bytes
//!             checksum of the pack, checksum of the index
//! ```

use std::ops::Range;
use std::path::Path;

use super::map::Map;
use crate::error::io_reason;
use crate::location::ObjectId;

/// First bytes of version 2 and later ones.
const MAGIC: &[u8] = b"\xfftOc";
/// Length of the fan-out table, in bytes: how many ids begin with a byte up to
/// each.
const FAN_OUT: usize = 256 * 4;

/// The names and offsets of the objects in a pack, sorted by name.
#[derive(Debug)]
pub(in crate::source) struct Index {
    /// The file.
    map: Map,
    /// Length of an id, in bytes.
    id_len: usize,
    /// Number of objects.
    count: usize,
    /// Layout of the file.
    version: Version,
}

/// The layout of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Each name beside its offset.
    One,
    /// All names, all checksums, all offsets, then those offsets that need 8
    /// bytes.
    Two,
}

impl Index {
    /// Opens an index for ids of this length.
    pub(in crate::source) fn open(path: &Path, id_len: usize) -> Result<Self, String> {
        let map = Map::open(path).map_err(|error| io_reason(&error))?;
        let version = if map.starts_with(MAGIC) { Version::Two } else { Version::One };
        let names = version.names_offset();
        if map.len() < names || (version == Version::Two && map[4..8] != [0, 0, 0, 2]) {
            return Err("it is no pack index of a known version".to_owned());
        }
        let count = be32(&map[names - 4..]) as usize;
        let row = match version {
            Version::One => id_len + 4,
            Version::Two => id_len + 8,
        };
        // The two checksums at the end.
        let least = names + count * row + 2 * id_len;
        if map.len() < least {
            return Err(format!("it is {} bytes long, {count} objects need {least}", map.len()));
        }
        Ok(Self { map, id_len, count, version })
    }

    /// The checksum of the pack that it belongs to, which stands at the end of
    /// that, too.
    pub(in crate::source) fn pack_checksum(&self) -> &[u8] {
        let end = self.map.len() - self.id_len;
        &self.map[end - self.id_len..end]
    }

    /// The number of objects.
    pub(in crate::source) fn len(&self) -> usize {
        self.count
    }

    /// The name of the object at this position.
    pub(in crate::source) fn id(&self, position: usize) -> &[u8] {
        let at = match self.version {
            Version::One => FAN_OUT + position * (4 + self.id_len) + 4,
            Version::Two => Version::Two.names_offset() + position * self.id_len,
        };
        &self.map[at..at + self.id_len]
    }

    /// Returns where in the pack the object at this position begins; far beyond
    /// any pack where the index is damaged.
    pub(in crate::source) fn offset(&self, position: usize) -> u64 {
        let names = self.version.names_offset();
        if self.version == Version::One {
            return u64::from(be32(&self.map[names + position * (4 + self.id_len)..]));
        }
        let offsets = names + self.count * (self.id_len + 4);
        let offset = be32(&self.map[offsets + position * 4..]);
        if offset & 1 << 31 == 0 {
            return u64::from(offset);
        }
        let large = offsets + self.count * 4 + (offset & !(1 << 31)) as usize * 8;
        let bytes = self.map.get(large..large + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(u64::MAX, u64::from_be_bytes)
    }

    /// The position of an object by its name.
    ///
    /// Binary search among the ids of the same first byte: about `log2(n /
    /// 256)` steps.
    pub(in crate::source) fn find(&self, id: &[u8]) -> Option<usize> {
        let first = usize::from(*id.first()?);
        let fan_out = &self.map[self.version.names_offset() - FAN_OUT..];
        let bound = |index: usize| be32(&fan_out[index * 4..]) as usize;
        let (mut low, mut high) = (if first == 0 { 0 } else { bound(first - 1) }, bound(first));
        high = high.min(self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).cmp(id) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// [`Self::id`] as a value.
    pub(in crate::source) fn object_id(&self, position: usize) -> Option<ObjectId> {
        ObjectId::new(self.id(position))
    }
}

/// The table of an index's beginnings, so fine that hardly two ids share one:
/// to look up most objects of a repository, the 256 beginnings of the index
/// itself take too many steps.
#[derive(Debug)]
pub(in crate::source) struct FineIndex<'i> {
    /// The index that it is made of.
    index: &'i Index,
    /// The position of the first id of each beginning; one more than there are.
    starts: Vec<u32>,
    /// Length of a beginning, in bits.
    bits: u32,
}

impl<'i> FineIndex<'i> {
    /// Reads all ids of an index, in order.
    pub(in crate::source) fn new(index: &'i Index) -> Self {
        /// 64 MiB of beginnings.
        const MAX_BITS: u32 = 24;
        let bits = index.len().next_power_of_two().trailing_zeros().min(MAX_BITS);
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for position in 0..index.len() {
            let beginning = leading_bits(index.id(position), bits);
            while starts.len() <= beginning {
                starts.push(position as u32);
            }
        }
        starts.resize((1 << bits) + 1, index.len() as u32);
        Self { index, starts, bits }
    }

    /// Returns how many ids there are.
    pub(in crate::source) fn len(&self) -> usize {
        self.index.len()
    }

    /// Returns whether it is made of that index.
    pub(in crate::source) fn is_of(&self, index: &Index) -> bool {
        std::ptr::eq(self.index, index)
    }

    /// Leaves of a list of objects those that the index has not.
    ///
    /// Each look-up waits for memory twice, for the beginning and for the id;
    /// those of a list wait together. One by one they took a tenth of a sweep
    /// of a large repository.
    pub(in crate::source) fn retain_missing<T>(&self, objects: &mut Vec<(ObjectId, T)>) {
        let Some(last) = self.index.len().checked_sub(1) else { return };
        let places: Vec<Range<usize>> = objects.iter().map(|(id, _)| self.positions(id.as_bytes())).collect();
        let firsts: Vec<Option<u64>> =
            places.iter().map(|positions| word(self.index.id(positions.start.min(last)))).collect();
        let mut places = places.into_iter().zip(firsts);
        objects.retain(|(id, _)| {
            let Some((mut positions, first)) = places.next() else { return true };
            let is_it = |position| self.index.id(position) == id.as_bytes();
            // Hardly two ids share a beginning.
            let is_first = first == word(id.as_bytes()) && positions.clone().next().is_some_and(is_it);
            !is_first && !positions.any(is_it)
        });
    }

    /// Returns the positions of the ids that begin like this one.
    fn positions(&self, id: &[u8]) -> Range<usize> {
        let beginning = leading_bits(id, self.bits);
        self.starts[beginning] as usize..self.starts[beginning + 1] as usize
    }
}

/// The first eight bytes of an id.
fn word(id: &[u8]) -> Option<u64> {
    id.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}

/// The first bits of an id.
///
/// As a number: a position in the table of beginnings. `bits` is at most 24.
fn leading_bits(id: &[u8], bits: u32) -> usize {
    (u64::from(be32(id)) >> (32 - bits)) as usize
}

impl Version {
    /// Returns where the names begin: after the fan-out table.
    fn names_offset(self) -> usize {
        match self {
            Self::One => FAN_OUT,
            Self::Two => 8 + FAN_OUT,
        }
    }
}

/// The first four bytes as a number, most significant first.
pub(in crate::source) fn be32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
