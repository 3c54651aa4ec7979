//! Packs: where each object begins, what it is, and what it is a delta to.

use std::path::{Path, PathBuf};

use super::damage::{Damage, Result};
use super::index::{Index, be32};
use super::map::Map;
use crate::error::io_reason;
use crate::location::ObjectId;

/// The type of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl Kind {
    /// Its name.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The type of this name.
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"commit" => Some(Self::Commit),
            b"tree" => Some(Self::Tree),
            b"blob" => Some(Self::Blob),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// What the beginning of an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header<'p> {
    pub(super) content: Content<'p>,
    /// The inflated size: of the object, or of the delta.
    pub(super) size: u64,
    /// Where the compressed bytes begin.
    pub(super) data: u64,
}

/// What an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content<'p> {
    /// The object itself.
    Whole(Kind),
    /// A delta to the entry at this offset.
    DeltaAt(u64),
    /// A delta to the object of this name.
    DeltaTo(&'p [u8]),
}

/// A pack and its index, both mapped.
#[derive(Debug)]
pub(super) struct Pack {
    path: PathBuf,
    map: Map,
    index: Index,
    id_len: usize,
}

/// An entry of a pack by its place: the first one has number 0.
pub(super) type Entry = u32;

impl Pack {
    /// Opens the pack that belongs to an index.
    ///
    /// # Errors
    ///
    /// The file that is wrong, and why.
    pub(super) fn open(index_path: &Path, id_len: usize) -> std::result::Result<Self, (PathBuf, String)> {
        let index = Index::open(index_path, id_len).map_err(|why| (index_path.to_path_buf(), why))?;
        let path = index_path.with_extension("pack");
        let map = Map::open(&path).map_err(|error| (path.clone(), io_reason(&error)))?;
        let known = map.len() >= 12 && map.starts_with(b"PACK") && matches!(be32(&map[4..]), 2 | 3);
        if !known {
            return Err((path, "it is no pack of a known version".to_owned()));
        }
        if be32(&map[8..]) as usize != index.len() || !map.ends_with(index.pack_checksum()) {
            return Err((path, "its index is that of another pack; `git index-pack` makes one".to_owned()));
        }
        if index.len() >= Entry::MAX as usize {
            return Err((path, "it has too many objects".to_owned()));
        }
        Ok(Self { path, map, index, id_len })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Returns where the entries end.
    pub(super) fn end(&self) -> u64 {
        (self.map.len() - self.id_len.min(self.map.len())) as u64
    }

    /// The compressed bytes of an entry, with whatever follows up to `end`.
    pub(super) fn data(&self, header: &Header<'_>, end: u64) -> &[u8] {
        self.map.get(header.data as usize..end as usize).unwrap_or_default()
    }

    /// Reads the beginning of the entry at `offset`.
    pub(super) fn header(&self, offset: u64) -> Result<Header<'_>> {
        let start = usize::try_from(offset).map_err(|_| Damage::Truncated)?;
        let bytes = self.map.get(start..self.end() as usize).ok_or(Damage::Truncated)?;
        header(bytes, offset, self.id_len)
    }

    /// The name of the object at this position of the index.
    pub(super) fn id(&self, position: u32) -> Option<ObjectId> {
        self.index.object_id(position as usize)
    }
}

/// The longest beginning of an entry, in bytes.
pub(super) const MAX_HEADER: usize = 10 + 32;

/// Reads the beginning of an entry, which stands at `offset`.
pub(super) fn header(bytes: &[u8], offset: u64, id_len: usize) -> Result<Header<'_>> {
    let mut at = 0;
    let mut next = || {
        let byte = *bytes.get(at).ok_or(Damage::Truncated)?;
        at += 1;
        Ok(byte)
    };
    let first = next()?;
    let mut size = u64::from(first & 0x0f);
    let (mut more, mut shift) = (first & 0x80 != 0, 4);
    while more {
        let byte = next()?;
        if shift > 57 {
            return Err(Damage::Size);
        }
        size |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        more = byte & 0x80 != 0;
    }
    let content = match first >> 4 & 7 {
        1 => Content::Whole(Kind::Commit),
        2 => Content::Whole(Kind::Tree),
        3 => Content::Whole(Kind::Blob),
        4 => Content::Whole(Kind::Tag),
        6 => Content::DeltaAt(base_offset(offset, next)?),
        7 => {
            let name = bytes.get(at..at + id_len).ok_or(Damage::Truncated)?;
            at += id_len;
            Content::DeltaTo(name)
        }
        _ => return Err(Damage::Type),
    };
    Ok(Header { content, size, data: offset + at as u64 })
}

/// The offset of the base: a distance back from `offset`, in groups of seven bits.
fn base_offset(offset: u64, mut next: impl FnMut() -> Result<u8>) -> Result<u64> {
    let mut byte = next()?;
    let mut distance = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = next()?;
        let group = distance.checked_add(1).filter(|it| it >> 57 == 0).ok_or(Damage::NoBase)?;
        distance = group << 7 | u64::from(byte & 0x7f);
    }
    offset.checked_sub(distance).filter(|_| distance > 0).ok_or(Damage::NoBase)
}
