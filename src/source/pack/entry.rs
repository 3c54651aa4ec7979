//! The beginning of an entry of a pack: what it is, and what it is a delta to.
//!
//! ```text
//! 1 tttssss   0/1 sssssss …     type in 3 bits, size in 4 + 7 + 7 … bits, the lowest first
//! ofs-delta   0/1 ddddddd …     distance back to the base, highest first, each further byte adds one
//! ref-delta   20 or 32 bytes    name of the base
//!             zlib …
//! ```

use super::damage::{Damage, Result};
use super::kind::Kind;

/// An entry of a pack by its place: the first one has number 0.
pub(in crate::source) type Entry = u32;

/// Facts in the beginning of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Header<'p> {
    /// Content: an object, or a delta to one.
    pub(in crate::source) content: Content<'p>,
    /// The inflated size: of the object, or of the delta.
    pub(in crate::source) size: u64,
    /// Offset at which the compressed bytes begin.
    pub(in crate::source) data: u64,
}

/// Content of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Content<'p> {
    /// The object itself.
    Whole(Kind),
    /// A delta to the entry at this offset.
    DeltaAt(u64),
    /// A delta to the object of this name.
    DeltaTo(&'p [u8]),
}

/// The longest beginning of an entry, in bytes.
pub(in crate::source) const MAX_HEADER: usize = 10 + 32;

/// Reads the beginning of an entry, which stands at `offset`.
///
/// # Errors
///
/// The bytes end within it, the type is 0 or 5, the size has more than 64 bits,
/// or the base would stand before the file.
pub(in crate::source) fn header(bytes: &[u8], offset: u64, id_len: usize) -> Result<Header<'_>> {
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

/// The offset of the base: a distance back from `offset`, in groups of seven
/// bits.
///
/// Without the one that is added for each further byte, small numbers could be
/// written in several ways.
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
