//! From compressed bytes to objects.
//!
//! The decompressor is `libdeflate`, which is about twice as fast as a
//! streaming one and needs the size before: a pack's entries declare it. A
//! declared size is believed only as far as compressed bytes can have it
//! ([`check_size`]), so a bomb costs nothing.

use libdeflater::Decompressor;

use super::damage::{Damage, Result};

/// Deflate cannot shrink anything further than this.
const MAX_RATIO: u64 = 1032;

/// Bytes that a compressed object has beside its data.
const SLACK: u64 = 64;

/// A buffer that grew larger is not kept for the next object.
const KEEP: usize = 8 << 20;

/// Inflates one object after another.
pub(in crate::source) struct Inflater {
    /// State of the library, allocated once a thread.
    decompressor: Decompressor,
    /// As long as the longest object so far: what was in it need not be cleared
    /// for the next.
    scratch: Vec<u8>,
}

impl Inflater {
    /// Makes one without a buffer, which grows with the objects.
    pub(in crate::source) fn new() -> Self {
        Self { decompressor: Decompressor::new(), scratch: Vec::new() }
    }

    /// Inflates the object at the beginning of `data`, which has exactly `size`
    /// bytes; it is there until the next one is.
    pub(in crate::source) fn borrowed(&mut self, data: &[u8], size: u64) -> Result<&[u8]> {
        let len = plausible_size(data, size)?;
        if self.scratch.len() > KEEP {
            self.scratch = Vec::new();
        }
        if self.scratch.len() < len {
            self.scratch.resize(len, 0);
        }
        let out = &mut self.scratch[..len];
        inflate_into(&mut self.decompressor, data, out)?;
        Ok(out)
    }

    /// The same, into `out`.
    pub(in crate::source) fn owned(&mut self, data: &[u8], size: u64, out: &mut Vec<u8>) -> Result<()> {
        out.resize(plausible_size(data, size)?, 0);
        inflate_into(&mut self.decompressor, data, out)
    }
}

/// Returns a size in bytes, if that many compressed ones can have it.
fn plausible_size(data: &[u8], size: u64) -> Result<usize> {
    check_size(data.len() as u64, size)?;
    usize::try_from(size).map_err(|_| Damage::TooLarge)
}

/// Inflates into `out`, which is filled then.
///
/// # Errors
///
/// The bytes are no zlib stream, or hold more or less than `out`.
fn inflate_into(decompressor: &mut Decompressor, data: &[u8], out: &mut [u8]) -> Result<()> {
    match decompressor.zlib_decompress(data, out) {
        Ok(written) if written == out.len() => Ok(()),
        Ok(_) | Err(libdeflater::DecompressionError::InsufficientSpace) => Err(Damage::Size),
        Err(libdeflater::DecompressionError::BadData) => Err(Damage::Compression),
    }
}

/// Refuses a size that so few compressed bytes cannot have, before memory is
/// taken for it.
///
/// # Errors
///
/// [`Damage::Bomb`].
pub(in crate::source) fn check_size(compressed: u64, size: u64) -> Result<()> {
    if size > largest(compressed) { Err(Damage::Bomb) } else { Ok(()) }
}

/// The most bytes that so few compressed ones can hold.
///
/// DEFLATE makes 258 bytes of a few bits at most, 1,032 of one (RFC 1951,
/// section 3.2).
pub(in crate::source) fn largest(compressed: u64) -> u64 {
    compressed.saturating_mul(MAX_RATIO).saturating_add(SLACK)
}
