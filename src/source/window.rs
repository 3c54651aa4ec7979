//! Cutting a text of any size into windows.
//!
//! ```text
//! buffer   [ kept MARGIN | new bytes …                      | MARGIN ]
//! 1st      core ------------------------------------------->|
//! 2nd                     the last 2 · MARGIN are moved to the front, and the core goes on where it ended
//! ```
//!
//! So each byte is in exactly one core, and each core has [`MARGIN`] bytes on
//! either side, but at the ends of the text. A match of at most that length,
//! and the words around a key, are always whole in one window.

use std::io::{self, Read};
use std::ops::Range;

use super::sink::{Sink, Window};
use crate::location::{Origin, WideMark};

/// How far a window reaches beyond its core on either side, in bytes, unless
/// the text ends before. `detect` and `scan` assert at compile time that no
/// rule and no context needs more.
pub const MARGIN: usize = 16 * 1024;

/// The size of a buffer: large enough for nearly every file of source code,
/// small enough for a processor's cache.
pub(super) const BUFFER_LEN: usize = 1024 * 1024;

// What is kept of one window for the next is less than all of it, and something new fits in beside it.
const _: () = assert!(BUFFER_LEN > 3 * MARGIN);

/// A buffer that a thread uses for one text after another.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    /// Makes one of [`BUFFER_LEN`].
    pub(super) fn new() -> Self {
        Self(vec![0; BUFFER_LEN])
    }

    /// The whole of it, to be filled with the beginning of a text.
    ///
    /// What is in it from the text before is not wiped: only as much counts as
    /// was read.
    pub(super) fn free_space(&mut self) -> &mut [u8] {
        &mut self.0
    }

    #[cfg(test)]
    fn of_len(len: usize) -> Self {
        assert!(len > 3 * MARGIN);
        Self(vec![0; len])
    }
}

/// Origin of a text, and the part of it that is to be searched.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) origin: &'a Origin,
    /// The offset in the text of what the reader gives first.
    pub(super) from: u64,
    /// The part in which matches may begin.
    pub(super) core: Range<u64>,
    /// The mark that the text begins with; where the reader gives its
    /// beginning, that says so.
    pub(super) mark: Option<WideMark>,
}

impl<'a> Piece<'a> {
    /// The whole of a text.
    pub(super) fn whole_text(origin: &'a Origin) -> Self {
        Self { origin, from: 0, core: 0..u64::MAX, mark: None }
    }
}

/// Reads `piece` to its end and gives its windows to `sink`.
///
/// `piece.from` must lie [`MARGIN`] before the core, or at the start of the
/// text. The first `filled` bytes are in the buffer already. `read` fills the
/// beginning of a slice and returns how much; 0 is the end.
///
/// # Errors
///
/// The text cannot be read to its end; what stands before was given to `sink`.
pub(super) fn read_windows(
    piece: &Piece<'_>,
    mut filled: usize,
    mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
    buffer: &mut Buffer,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let buffer = &mut buffer.0;
    // `buffer[..filled]` stands at `offset` of the text; matches that begin before `done` were reported.
    let (mut offset, mut done, mut mark) = (piece.from, piece.core.start, piece.mark);
    loop {
        let (mut ended, mut failure) = (false, None);
        while filled < buffer.len() && !ended {
            match read(&mut buffer[filled..]) {
                Ok(0) => ended = true,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What was read before counts.
                Err(error) => (ended, failure) = (true, Some(error)),
            }
        }
        if offset == 0 {
            mark = WideMark::of(&buffer[..filled]);
        }
        let end = offset + filled as u64;
        let reach = if ended { end } else { end - MARGIN as u64 };
        let stop = reach.min(piece.core.end).max(done);
        sink.take_window(Window {
            origin: piece.origin,
            bytes: &buffer[..filled],
            core: (done - offset) as usize..(stop - offset) as usize,
            offset,
            whole: ended && offset == 0,
            mark,
        });
        done = stop;
        if let Some(error) = failure {
            return Err(error);
        }
        if sink.is_stopped() {
            // Said of the run as a whole.
            return Ok(());
        }
        if ended || done >= piece.core.end {
            return Ok(());
        }
        // What lies within a margin of the next core is kept.
        let keep = (done - offset) as usize - MARGIN;
        buffer.copy_within(keep..filled, 0);
        filled -= keep;
        offset += keep as u64;
    }
}

/// [`read_windows`] for a reader of the standard library.
pub(super) fn read_all(
    origin: &Origin,
    mut reader: impl Read,
    buffer: &mut Buffer,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    read_windows(&Piece::whole_text(origin), 0, |slice| reader.read(slice), buffer, sink)
}

/// Reads until `head` is full, the text ends, or it cannot be read any farther;
/// how much was read, and why not more.
///
/// A short read is no end: pipes and decoders give what they have.
pub(super) fn fill_buffer(reader: &mut impl Read, head: &mut [u8]) -> (usize, io::Result<()>) {
    let mut length = 0;
    while length < head.len() {
        match reader.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (length, Err(error)),
        }
    }
    (length, Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Skipped;
    use proptest::prelude::*;

    /// Checks each window against the text and collects the cores.
    struct Check<'a> {
        text: &'a [u8],
        cores: Vec<u8>,
        end: u64,
        core: Range<u64>,
    }

    impl Sink for Check<'_> {
        fn take_window(&mut self, window: Window<'_>) {
            let at = window.offset as usize;
            assert_eq!(window.bytes, &self.text[at..at + window.bytes.len()]);
            let start = window.offset + window.core.start as u64;
            let stop = window.offset + window.core.end as u64;
            assert_eq!(start, self.end);
            self.end = stop;
            let margin = MARGIN as u64;
            assert!(window.offset + margin <= start || window.offset == 0);
            let bytes_end = window.offset + window.bytes.len() as u64;
            assert!(
                stop + margin <= bytes_end || bytes_end == self.text.len() as u64 || stop == self.core.end
            );
            assert!(!window.whole || window.bytes.len() == self.text.len());
            self.cores.extend_from_slice(&window.bytes[window.core]);
        }
        fn end_text(&mut self, _: &Origin) {}
        fn may_hold_token(&self, _: &[u8]) -> bool {
            false
        }
        fn take_skipped(&mut self, _: Skipped) {}
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn cores_are_the_text(len in 0usize..400_000, buffer in 49_153usize..200_000, step in 1usize..50_000,
                              from in 0usize..200_000) {
            let text: Vec<u8> = (0..len).map(|i| (i * 31 % 251) as u8).collect();
            let start = from.min(len);
            let first = start.saturating_sub(MARGIN);
            let core = start as u64..u64::MAX;
            let mut at = first;
            let read = |slice: &mut [u8]| {
                let count = slice.len().min(step).min(len - at);
                slice[..count].copy_from_slice(&text[at..at + count]);
                at += count;
                Ok(count)
            };
            let mut check = Check { text: &text, cores: Vec::new(), end: start as u64, core: core.clone() };
            let piece = Piece { origin: &Origin::Stdin, from: first as u64, core, mark: None };
            read_windows(&piece, 0, read, &mut Buffer::of_len(buffer), &mut check).expect("no error");
            prop_assert_eq!(check.cores, &text[start..]);
        }
    }
}
