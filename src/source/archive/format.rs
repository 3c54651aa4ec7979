//! The format of a text, by its first bytes: a name says nothing, a `.jar` is a
//! zip and a `.log` may be gzip.
//!
//! A wrong guess costs a text its lines, so marks that are short or could be
//! words are checked further: the two of bzip2, the six digits of cpio, LZMA,
//! which has none, and tar from before there was one.

use std::io::{self, BufReader, Read};

use super::streams::is_lzma;
use super::{bundle, cpio, rpm, streams};

/// Number of bytes that tell: a block of tar.
pub(super) const HEAD: usize = 512;

/// Returns whether a text that begins like that is an archive, or compressed.
pub(in crate::source) fn is_archive(head: &[u8]) -> bool {
    Format::from_head(head).is_some()
}

/// A kind of archive, or of compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Zip, and all that is one: jar, whl, docx, apk.
    Zip,
    /// 7z, of the LZMA SDK.
    SevenZip,
    /// Tar, of any age.
    Tar,
    /// ar: packages of Debian, static libraries.
    Ar,
    /// cpio: packages of rpm, initial file systems.
    Cpio,
    /// A package of rpm: headers and a compressed cpio.
    Rpm,
    /// A pack of git's objects.
    Pack,
    /// A bundle of git, which ends with a pack.
    Bundle,
    /// gzip, of one member or several.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// LZMA before xz, which has no mark.
    Lzma,
    /// Zstandard.
    Zstd,
}

impl Format {
    /// Returns the format of a text that begins like that.
    ///
    /// `head` is up to [`HEAD`] bytes; fewer do for all but tar.
    #[inline]
    pub(super) fn from_head(head: &[u8]) -> Option<Self> {
        match *head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            _ if is_lzma(head) => Some(Self::Lzma),
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Some(Self::Ar),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Self::SevenZip),
            [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, ..] => Some(Self::Pack),
            [b'#', b' ', b'v', b'2' | b'3', ..] if bundle::is_bundle(head) => Some(Self::Bundle),
            [b'0', b'7', b'0', b'7', ..] if cpio::is_cpio(head) => Some(Self::Cpio),
            [a, b, c, d, ..] if [a, b, c, d] == rpm::MAGIC => Some(Self::Rpm),
            _ if head.get(257..262) == Some(b"ustar") || is_old_tar(head) => Some(Self::Tar),
            _ => None,
        }
    }

    /// Returns whether it cannot be read in one go.
    pub(super) fn wants_seek(self) -> bool {
        matches!(self, Self::Zip | Self::SevenZip) || self.is_history()
    }

    /// Returns whether it holds objects of git.
    pub(super) fn is_history(self) -> bool {
        matches!(self, Self::Pack | Self::Bundle)
    }

    /// Unpacks what is compressed; anything else is passed through.
    ///
    /// # Errors
    ///
    /// The beginning is damaged.
    pub(super) fn unpack_reader<'r>(self, reader: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
        let reader = BufReader::new(reader);
        Ok(match self {
            Self::Gzip => Box::new(streams::gzip_streams(reader)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(reader)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(reader, true, streams::LZMA_MEMORY_KIB)),
            Self::Lzma => Box::new(streams::lzma_streams(Box::new(reader))?),
            Self::Zstd => Box::new(streams::zstd_streams(reader)?),
            _ => Box::new(reader),
        })
    }
}

/// Returns whether a text begins with a header of tar from before there was a
/// mark for it: then its checksum tells.
fn is_old_tar(head: &[u8]) -> bool {
    /// Field of the header in which the sum stands, in octal digits.
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let Some(header) = head.get(..HEAD) else { return false };
    let Ok(digits) = std::str::from_utf8(&header[CHECKSUM]) else { return false };
    let Ok(checksum) = u64::from_str_radix(digits.trim_matches([' ', '\0']), 8) else { return false };
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    // It is the sum of all bytes, its own taken for spaces.
    header[0] != 0 && checksum + sum(&header[CHECKSUM]) == sum(header) + 8 * u64::from(b' ')
}
