//! How long the table of contents of a 7z is, before anything of it is
//! unpacked.
//!
//! The library unpacks the table as a whole, as long as it says it is. The
//! table may itself be packed: then its length stands in a small description,
//! which is read here, as `7zFormat.txt` of the LZMA SDK describes it.

use std::io::{self, Read, Seek, SeekFrom};

/// Length of the header at the start of a file, in bytes.
const START: usize = 32;

/// Length of the longest description of a packed table, in bytes; 7-Zip's has
/// 30.
const MAX_DESCRIPTION: u64 = 4096;

/// The kinds of properties in headers.
mod kind {
    /// Ends a list of properties.
    pub(super) const END: u8 = 0;
    /// The table itself, not packed.
    pub(super) const HEADER: u8 = 1;
    /// Place of the packed streams.
    pub(super) const PACK_INFO: u8 = 6;
    /// Ways in which they are unpacked.
    pub(super) const UNPACK_INFO: u8 = 7;
    /// Sizes of packed streams.
    pub(super) const SIZE: u8 = 9;
    /// Checksums of streams.
    pub(super) const CRC: u8 = 10;
    /// Chains of coders.
    pub(super) const FOLDER: u8 = 11;
    /// Sizes of what coders put out.
    pub(super) const UNPACK_SIZE: u8 = 12;
    /// A description of the packed table.
    pub(super) const ENCODED_HEADER: u8 = 23;
}

/// Returns the length of the table of contents once it is unpacked, in bytes,
/// as the file says; a library believes no other.
///
/// # Errors
///
/// The file cannot be read, or is damaged.
pub(super) fn table_length(reader: &mut (impl Read + Seek)) -> io::Result<u64> {
    let mut start = [0; START];
    reader.rewind()?;
    reader.read_exact(&mut start)?;
    let number = |from: usize| start[from..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (offset, length) = (number(12), number(20));
    let place = offset.checked_add(START as u64).filter(|_| length > 0).ok_or_else(damaged_error)?;
    reader.seek(SeekFrom::Start(place))?;
    let mut table = Vec::new();
    reader.by_ref().take(length.min(MAX_DESCRIPTION)).read_to_end(&mut table)?;
    match table.split_first() {
        Some((&kind::HEADER, _)) => Ok(length),
        Some((&kind::ENCODED_HEADER, rest)) => Description(rest).unpacked_length().ok_or_else(damaged_error),
        _ => Err(damaged_error()),
    }
}

/// Makes the error of a table that makes no sense.
fn damaged_error() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// The description of a packed table, as far as it has not been read.
struct Description<'t>(&'t [u8]);

impl Description<'_> {
    /// Returns the sum of all that is unpacked on the way.
    fn unpacked_length(&mut self) -> Option<u64> {
        self.expect_byte(kind::PACK_INFO)?;
        self.read_number()?;
        let streams = self.read_count()?;
        loop {
            match self.read_byte()? {
                kind::END => break,
                kind::SIZE => self.sum_numbers(streams).map(drop)?,
                kind::CRC => self.skip_sums(streams)?,
                _ => return None,
            }
        }
        self.expect_byte(kind::UNPACK_INFO)?;
        self.expect_byte(kind::FOLDER)?;
        let folders = self.read_count()?;
        // They follow, and are not elsewhere.
        self.expect_byte(0)?;
        let mut outputs = 0;
        for _ in 0..folders {
            outputs += self.folder_outputs()?;
        }
        self.expect_byte(kind::UNPACK_SIZE)?;
        self.sum_numbers(outputs)
    }

    /// Reads a folder, and returns how many outputs its coders have.
    fn folder_outputs(&mut self) -> Option<usize> {
        let (mut inputs, mut outputs) = (0, 0);
        for _ in 0..self.read_count()? {
            let flags = self.read_byte()?;
            self.take_bytes(usize::from(flags & 15))?;
            let complex = flags & 0x10 != 0;
            inputs += if complex { self.read_count()? } else { 1 };
            outputs += if complex { self.read_count()? } else { 1 };
            if flags & 0x20 != 0 {
                let length = self.read_count()?;
                self.take_bytes(length)?;
            }
        }
        let pairs = usize::checked_sub(outputs, 1)?;
        self.sum_numbers(2 * pairs)?;
        let packed = usize::checked_sub(inputs, pairs)?;
        if packed > 1 {
            self.sum_numbers(packed)?;
        }
        Some(outputs)
    }

    /// Goes past checksums: which of so many have one, and what they are.
    fn skip_sums(&mut self, count: usize) -> Option<()> {
        let defined = match self.read_byte()? {
            0 => {
                let bits = self.take_bytes(count.div_ceil(8))?;
                bits.iter().map(|byte| byte.count_ones() as usize).sum()
            }
            _ => count,
        };
        self.take_bytes(4 * defined).map(drop)
    }

    /// Reads a byte.
    fn read_byte(&mut self) -> Option<u8> {
        self.take_bytes(1).map(|bytes| bytes[0])
    }

    /// Reads a byte that has to be this one.
    fn expect_byte(&mut self, expected: u8) -> Option<()> {
        (self.read_byte()? == expected).then_some(())
    }

    /// Takes so many bytes off the front.
    fn take_bytes(&mut self, count: usize) -> Option<&[u8]> {
        let (skipped, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(skipped)
    }

    /// Reads a number of things of which each takes a byte at least.
    fn read_count(&mut self) -> Option<usize> {
        usize::try_from(self.read_number()?).ok().filter(|count| *count <= MAX_DESCRIPTION as usize)
    }

    /// Reads so many numbers, and returns their sum.
    fn sum_numbers(&mut self, count: usize) -> Option<u64> {
        (0..count).try_fold(0_u64, |sum, _| Some(sum.saturating_add(self.read_number()?)))
    }

    /// Reads a number. The ones that the first byte begins with tell how many
    /// bytes follow, the lowest first; the rest of it is the highest.
    ///
    /// ```text
    /// 0xxxxxxx                 7 bits
    /// 10xxxxxx  a              14 bits: x is the high part, a the low one
    /// 110xxxxx  a b            21 bits, a the lowest
    /// 11111111  a b c d e f g h  64 bits
    /// ```
    fn read_number(&mut self) -> Option<u64> {
        let first = self.read_byte()?;
        let following = first.leading_ones() as usize;
        let mut bytes = [0; 8];
        bytes[..following].copy_from_slice(self.take_bytes(following)?);
        let low = u64::from_le_bytes(bytes);
        let high = if following < 7 { u64::from(first & (0x7f >> following)) << (8 * following) } else { 0 };
        Some(low | high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn write_archive(table: &[u8]) -> Cursor<Vec<u8>> {
        let mut bytes = b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".to_vec();
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend((table.len() as u64).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(table);
        Cursor::new(bytes)
    }

    #[test]
    fn numbers_of_every_length() {
        for (bytes, number) in [
            (&[0x7f][..], 0x7f),
            (&[0x80, 0x80], 0x80),
            (&[0xbf, 0xff], 0x3fff),
            (&[0xc1, 0x34, 0x12], 0x1_1234),
            (&[0xff, 1, 2, 3, 4, 5, 6, 7, 8], 0x0807_0605_0403_0201),
        ] {
            assert_eq!(Description(bytes).read_number(), Some(number), "{bytes:x?}");
        }
        assert_eq!(Description(&[0x80]).read_number(), None);
    }

    #[test]
    fn plain_and_packed_tables() {
        assert_eq!(table_length(&mut write_archive(&[kind::HEADER, 0])).expect("a table"), 2);
        // As 7-Zip packs it: one stream, one folder, LZMA with five bytes of settings.
        let packed = [
            &[23, 6, 0x80, 0x80, 1, 9, 0x62, 0, 7, 11, 1, 0, 1, 0x23, 3, 1, 1, 5][..],
            &[0x5d, 0, 0, 0x10, 0, 12, 0x80, 0x9a, 10, 1, 1, 2, 3, 4, 0, 0],
        ]
        .concat();
        assert_eq!(table_length(&mut write_archive(&packed)).expect("a table"), 0x9a);
        for end in 0..22 {
            assert!(table_length(&mut write_archive(&packed[..end])).is_err(), "{end}");
        }
        assert!(table_length(&mut Cursor::new([0; 32])).is_err());
        assert!(table_length(&mut Cursor::new([0; 31])).is_err());
    }
}
