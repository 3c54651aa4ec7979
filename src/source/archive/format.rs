//! What a text is, by its first bytes.

use std::io::{self, BufReader, Read};

/// How many bytes tell.
pub(super) const HEAD: usize = 512;

/// How much memory a decoder of xz may take, in KiB.
const XZ_MEMORY_KIB: u32 = 128 << 10;

/// A kind of archive, or of compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Zip,
    Tar,
    Ar,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

impl Format {
    /// The format of a text that begins like that.
    #[inline]
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match *head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Some(Self::Ar),
            _ if head.get(257..262) == Some(b"ustar") => Some(Self::Tar),
            _ => None,
        }
    }

    /// Unpacks what is compressed.
    ///
    /// # Errors
    ///
    /// The beginning is damaged.
    pub(super) fn unpack<'r>(self, reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
        let reader = BufReader::new(reader);
        Ok(match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(reader)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(reader, true, XZ_MEMORY_KIB)),
            Self::Zstd => Box::new(
                ruzstd::decoding::StreamingDecoder::new(reader)
                    .map_err(|why| io::Error::other(why.to_string()))?,
            ),
            Self::Zip | Self::Tar | Self::Ar => Box::new(reader),
        })
    }
}
