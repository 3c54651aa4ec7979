//! Compressed text in several pieces, one after another: gzip, LZMA and zstd of
//! text that was appended (`cat a.gz b.gz`, logs, tapes). A decoder that
//! stopped after the first would leave the rest out in silence.

use std::io::{self, BufRead, Cursor, Read};

use flate2::bufread::GzDecoder;
use lzma_rust2::LzmaReader;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use crate::source::window::fill_buffer;

/// Decoders, one after another.
pub(super) struct Streams<D> {
    /// Nothing after the last one.
    decoder: Option<D>,
    /// The decoder of what follows that of one.
    next: fn(D) -> io::Result<Option<D>>,
}

impl<D: Read> Read for Streams<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            self.decoder = match self.decoder.take() {
                Some(decoder) => (self.next)(decoder)?,
                None => None,
            };
        }
        Ok(0)
    }
}

/// Reads gzip's members, and passes over zeros behind them, as tapes and disks
/// have.
pub(super) fn gzip_streams<R: BufRead>(reader: R) -> Streams<GzDecoder<R>> {
    Streams { decoder: Some(GzDecoder::new(reader)), next: |decoder| after_zeros(decoder.into_inner()) }
}

/// Returns the decoder of the next member behind zeros, if there is one.
fn after_zeros<R: BufRead>(mut reader: R) -> io::Result<Option<GzDecoder<R>>> {
    loop {
        let rest = reader.fill_buf()?;
        if rest.is_empty() {
            return Ok(None);
        }
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        let ends = zeros < rest.len();
        reader.consume(zeros);
        if ends {
            return Ok(Some(GzDecoder::new(reader)));
        }
    }
}

/// Length of a header of LZMA, in bytes.
pub(super) const LZMA_HEADER: usize = 13;

/// Returns whether a text begins with the header of LZMA, as it was before xz,
/// which has no mark: the usual settings, a dictionary of a power of two or one
/// and a half of it, and the size, where it is known.
pub(super) fn is_lzma(head: &[u8]) -> bool {
    let Some(&[0x5d, a, b, c, d, ref size @ ..]) = head.first_chunk::<LZMA_HEADER>() else { return false };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    let is_size = |size: u64| size == u64::MAX || size < 1 << 38;
    let lowest = dictionary & dictionary.wrapping_neg();
    let is_usual = dictionary == lowest || dictionary == lowest.saturating_mul(3);
    is_usual && dictionary >= 1 << 12 && is_size(u64::from_le_bytes(*size))
}

/// Source of a stream of LZMA: each gives back what it has read too much of.
type Source<'r> = Box<dyn Read + 'r>;

/// Memory that a decoder of LZMA, or of xz, may take, in KiB.
pub(super) const LZMA_MEMORY_KIB: u32 = 128 << 10;

/// Reads the streams of LZMA.
///
/// # Errors
///
/// The first one is damaged.
pub(super) fn lzma_streams<'r>(reader: Source<'r>) -> io::Result<Streams<LzmaReader<Source<'r>>>> {
    let next = |decoder: LzmaReader<Source<'r>>| {
        let (reader, ahead) = decoder.into_parts();
        next_lzma(Box::new(Cursor::new(ahead).chain(reader)))
    };
    Ok(Streams { decoder: next_lzma(reader)?, next })
}

/// Returns the decoder of the next stream, if there is one.
fn next_lzma(mut reader: Source<'_>) -> io::Result<Option<LzmaReader<Source<'_>>>> {
    let mut head = [0; LZMA_HEADER];
    let (length, read) = fill_buffer(&mut reader, &mut head);
    read?;
    match length {
        0 => Ok(None),
        _ if !is_lzma(&head[..length]) => Err(io::ErrorKind::InvalidData.into()),
        _ => {
            let whole: Source<'_> = Box::new(Cursor::new(head).chain(reader));
            LzmaReader::new_mem_limit(whole, LZMA_MEMORY_KIB, None).map(Some)
        }
    }
}

/// A frame of Zstandard.
type Frame<R> = StreamingDecoder<R, FrameDecoder>;

/// Reads Zstandard's frames: `zstd a b` and appended logs have several.
///
/// # Errors
///
/// The first one is damaged.
pub(super) fn zstd_streams<R: BufRead>(reader: R) -> io::Result<Streams<Frame<R>>> {
    Ok(Streams { decoder: next_frame(reader)?, next: |frame| next_frame(frame.into_inner()) })
}

/// Returns the decoder of the next frame; what is to be skipped is.
fn next_frame<R: BufRead>(mut reader: R) -> io::Result<Option<Frame<R>>> {
    /// Magic numbers of frames that hold anything but text (RFC 8878, section
    /// 3.1.2).
    const SKIPPED: std::ops::RangeInclusive<u32> = 0x184d_2a50..=0x184d_2a5f;
    loop {
        let head = reader.fill_buf()?;
        if head.is_empty() {
            return Ok(None);
        }
        // Where it is split over two buffers, the decoder says that it is damaged: better than to go on in silence.
        let magic = head.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        if !SKIPPED.contains(&magic) {
            let frame = StreamingDecoder::new(reader).map_err(|why| match why {
                FrameDecoderError::WindowSizeTooBig { .. } => io::ErrorKind::OutOfMemory.into(),
                why => io::Error::other(why.to_string()),
            })?;
            return Ok(Some(frame));
        }
        let mut length = [0; 8];
        reader.read_exact(&mut length)?;
        let [.., a, b, c, d] = length;
        let length = u64::from(u32::from_le_bytes([a, b, c, d]));
        io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
    }
}
