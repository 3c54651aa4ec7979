//! A pack and its index, mapped into memory.
//!
//! Pages are read when they are touched, so opening a pack of gigabytes costs
//! nothing, and threads share it without a lock.

use std::path::{Path, PathBuf};

use super::damage::{Damage, Result};
use super::entry::{Entry, Header, header};
use super::index::{Index, be32};
use super::map::Map;
use crate::error::io_reason;
use crate::location::ObjectId;

/// A pack and its index, both mapped.
#[derive(Debug)]
pub(in crate::source) struct Pack {
    /// Path of the `.pack`.
    path: PathBuf,
    /// Its bytes.
    map: Map,
    /// Its `.idx`.
    index: Index,
    /// Length of ids, 20 or 32 bytes.
    id_len: usize,
}

impl Pack {
    /// Opens the pack that belongs to an index.
    ///
    /// # Errors
    ///
    /// The file that is wrong, and why.
    pub(in crate::source) fn open(
        index_path: &Path,
        id_len: usize,
    ) -> std::result::Result<Self, (PathBuf, String)> {
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

    /// The file of the pack.
    pub(in crate::source) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether a remote that brought it has promised to bring what is
    /// missing of it.
    pub(in crate::source) fn is_promised(&self) -> bool {
        self.path.with_extension("promisor").exists()
    }

    /// The index of the pack.
    pub(in crate::source) fn index(&self) -> &Index {
        &self.index
    }

    /// Returns where the entries end.
    pub(in crate::source) fn end(&self) -> u64 {
        (self.map.len() - self.id_len.min(self.map.len())) as u64
    }

    /// The compressed bytes of an entry, with whatever follows up to `end`.
    ///
    /// Nothing where the header lies: then inflating says so.
    pub(in crate::source) fn data(&self, header: &Header<'_>, end: u64) -> &[u8] {
        self.map.get(header.data as usize..end as usize).unwrap_or_default()
    }

    /// Reads the beginning of the entry at `offset`.
    pub(in crate::source) fn header(&self, offset: u64) -> Result<Header<'_>> {
        let start = usize::try_from(offset).map_err(|_| Damage::Truncated)?;
        let bytes = self.map.get(start..self.end() as usize).ok_or(Damage::Truncated)?;
        header(bytes, offset, self.id_len)
    }

    /// The name of the object at this position of the index.
    pub(in crate::source) fn id(&self, position: u32) -> Option<ObjectId> {
        self.index.object_id(position as usize)
    }
}
