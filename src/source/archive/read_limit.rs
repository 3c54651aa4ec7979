//! A reader that a library may read only so much of before it has something to
//! show for it.
//!
//! The library for tar keeps whatever an archive calls a name. With the limit
//! set before each member and lifted for its content, a name of a gigabyte is
//! an error instead of a gigabyte of memory.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::budget::Spent;

/// Size of a block of tar, in bytes.
const BLOCK: usize = 512;

/// Bytes that may be read for the next member: its header, its name, and what
/// else is said of it.
const MAX_HEADERS: u64 = 1 << 20;

/// Reads from `reader`, and no more than its limit allows.
pub(super) struct LimitedReader<R> {
    /// The archive.
    reader: R,
    /// Shared with whoever sets it.
    limit: ReadLimit,
}

/// The number of bytes that may still be read; clones share it. `None`: as many
/// as there are.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadLimit(Rc<Cell<Option<u64>>>);

impl ReadLimit {
    /// Allows from now on only what the headers of one member take, and what is
    /// left of the last member.
    pub(super) fn set_for_headers(&self, left: u64) {
        self.0.set(Some(MAX_HEADERS.saturating_add(left)));
    }

    /// Allows everything from now on.
    pub(super) fn lift_limit(&self) {
        self.0.set(None);
    }
}

impl<R> LimitedReader<R> {
    /// Makes a reader without a limit, and the limit to be set.
    pub(super) fn new(reader: R) -> (Self, ReadLimit) {
        let limit = ReadLimit::default();
        (Self { reader, limit: limit.clone() }, limit)
    }
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let Some(left) = self.limit.0.get() else { return Ok(count) };
        // Zeros fill up an archive, as many as somebody likes; nothing keeps them, if they are read block by block.
        if buffer.len() <= BLOCK && buffer[..count].iter().all(|byte| *byte == 0) {
            return Ok(count);
        }
        let left = left.checked_sub(count as u64).ok_or_else(|| io::Error::other(Spent::Headers))?;
        self.limit.0.set(Some(left));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::budget::spent_in;
    use super::*;

    #[test]
    fn headers_have_an_end_and_contents_have_none() {
        let (mut reader, limit) = LimitedReader::new(io::repeat(b'a').take(8 << 20));
        let mut read = |length| io::copy(&mut reader.by_ref().take(length), &mut io::sink());
        assert_eq!(read(2 << 20).expect("all of it"), 2 << 20);
        limit.set_for_headers(0);
        assert_eq!(read(MAX_HEADERS).expect("so much"), MAX_HEADERS);
        assert_eq!(spent_in(&read(1).expect_err("no more")), Some(Spent::Headers));
        limit.lift_limit();
        assert_eq!(read(2 << 20).expect("all of it"), 2 << 20);
    }

    #[test]
    fn zeros_are_free_block_by_block() {
        let (mut reader, limit) = LimitedReader::new(io::repeat(0));
        limit.set_for_headers(0);
        let mut block = [0; BLOCK];
        for _ in 0..2 * MAX_HEADERS / 512 {
            reader.read_exact(&mut block).expect("zeros");
        }
        // As a name they would be kept.
        let read = io::copy(&mut reader.take(2 * MAX_HEADERS), &mut io::sink());
        assert_eq!(spent_in(&read.expect_err("too long")), Some(Spent::Headers));
    }
}
