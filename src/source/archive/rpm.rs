//! The frame of an rpm package: a lead, two headers, and a compressed cpio
//! archive.
//!
//! ```text
//! lead        96 bytes, ed ab ee db …
//! signature   8e ad e8 01 …, entries, store, padded to 8
//! header      8e ad e8 01 …, entries, store: names, versions, scripts
//! payload     cpio, compressed
//! ```
//!
//! The format:
//! <https://rpm-software-management.github.io/rpm/manual/format_v4.html>.
//! Scripts are in the header, so it is searched as a text.

use std::io::{self, Read};

/// Beginning of a package.
pub(super) const MAGIC: [u8; 4] = [0xed, 0xab, 0xee, 0xdb];

/// Length of the lead, in bytes: what rpm looked at before there were headers.
const LEAD: u64 = 96;
/// Beginning of a header.
const HEADER_MAGIC: [u8; 3] = [0x8e, 0xad, 0xe8];

/// Goes past the lead and the signature.
///
/// # Errors
///
/// The package is damaged.
pub(super) fn skip_signature(reader: &mut impl Read) -> io::Result<()> {
    let signature = |reader: &mut dyn Read| {
        let length = header_length(reader)?;
        let padding = length.wrapping_neg() % 8;
        io::copy(&mut reader.take(length + padding), &mut io::sink())
    };
    io::copy(&mut reader.take(LEAD), &mut io::sink())?;
    signature(reader).map(drop)
}

/// Returns the length of the header that begins here, whose first 16 bytes have
/// been read by then: names, versions and scripts.
///
/// # Errors
///
/// There is none.
pub(super) fn header_length(reader: &mut dyn Read) -> io::Result<u64> {
    let mut intro = [0; 16];
    reader.read_exact(&mut intro)?;
    let [a, b, c, _, _, _, _, _, rest @ ..] = intro;
    if [a, b, c] != HEADER_MAGIC {
        return Err(io::Error::other("no header stands where one must"));
    }
    let [n0, n1, n2, n3, s0, s1, s2, s3] = rest;
    let (entries, store) = (u32::from_be_bytes([n0, n1, n2, n3]), u32::from_be_bytes([s0, s1, s2, s3]));
    Ok(16 * u64::from(entries) + u64::from(store))
}
