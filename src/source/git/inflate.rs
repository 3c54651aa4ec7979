//! From compressed bytes to objects.

use libdeflater::Decompressor;

use super::damage::{Damage, Result};

/// Deflate cannot shrink anything further than this.
const MAX_RATIO: u64 = 1032;

/// What a compressed object has beside its data.
const SLACK: u64 = 64;

/// Inflates one object after another.
pub(super) struct Inflater(Decompressor);

impl Inflater {
    pub(super) fn new() -> Self {
        Self(Decompressor::new())
    }

    /// Inflates the object at the beginning of `data`, which has exactly `size` bytes, into `out`.
    pub(super) fn inflate(&mut self, data: &[u8], size: u64, out: &mut Vec<u8>) -> Result<()> {
        check_size(data.len() as u64, size)?;
        let len = usize::try_from(size).map_err(|_| Damage::TooLarge)?;
        out.resize(len, 0);
        match self.0.zlib_decompress(data, out) {
            Ok(written) if written == len => Ok(()),
            Ok(_) | Err(libdeflater::DecompressionError::InsufficientSpace) => Err(Damage::Size),
            Err(libdeflater::DecompressionError::BadData) => Err(Damage::Compression),
        }
    }
}

/// Refuses a size that so few compressed bytes cannot have, before memory is taken for it.
pub(super) fn check_size(compressed: u64, size: u64) -> Result<()> {
    if size > compressed.saturating_mul(MAX_RATIO) + SLACK { Err(Damage::Bomb) } else { Ok(()) }
}
