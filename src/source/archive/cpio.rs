//! cpio, as packages of rpm and initial file systems of Linux hold it: newc and
//! odc, as a stream.
//!
//! ```text
//! newc   070701 + 13 numbers of 8 hexadecimal digits, name, padding to 4, content, padding to 4
//! odc    070707 + octal numbers, name, content; nothing padded
//!        … TRAILER!!! ends it; Linux's initial file system goes on with another archive, perhaps compressed
//! ```

use std::io::{self, Read};

/// Length of the longest name that is read, in bytes; Linux knows none of over
/// 4,096.
const MAX_NAME: u64 = 64 << 10;

/// Name of the last member.
const TRAILER: &[u8] = b"TRAILER!!!";

/// Returns whether a text that begins like that is a cpio archive: six digits
/// are the beginning of many a list of numbers, too.
pub(super) fn is_cpio(head: &[u8]) -> bool {
    let Some(layout) = Layout::from_magic(head) else { return false };
    let length = layout.header_len();
    let numbers = head.get(..length).and_then(|header| layout.header_numbers(header));
    numbers.is_some_and(|[_, name_length, _]| {
        let end = length + usize::try_from(name_length).unwrap_or(usize::MAX).min(head.len());
        // A zero byte ends the name, if that is still within sight.
        (1..=MAX_NAME).contains(&name_length) && head.get(end - 1).is_none_or(|byte| *byte == 0)
    })
}

/// The way in which the header of a member is written.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// Thirteen numbers of eight hexadecimal digits; name and content are
    /// padded to four bytes.
    Newc,
    /// Octal digits, nothing padded.
    Odc,
}

impl Layout {
    /// Returns the layout whose magic number a text begins with.
    fn from_magic(magic: &[u8]) -> Option<Self> {
        match magic.get(..6)? {
            b"070701" | b"070702" => Some(Self::Newc),
            b"070707" => Some(Self::Odc),
            _ => None,
        }
    }

    /// Returns the length of the header, with the magic number.
    fn header_len(self) -> usize {
        match self {
            Self::Newc => 110,
            Self::Odc => 76,
        }
    }

    /// Returns the length of the padding behind a run of that many bytes.
    fn padding_len(self, length: u64) -> u64 {
        match self {
            Self::Newc => length.wrapping_neg() % 4,
            Self::Odc => 0,
        }
    }

    /// Reads mode, length of the name, and of the content.
    fn header_numbers(self, header: &[u8]) -> Option<[u64; 3]> {
        let number = |from: usize, length: usize, radix: u32| {
            let digits = std::str::from_utf8(&header[from..from + length]).ok()?;
            u64::from_str_radix(digits, radix).ok()
        };
        match self {
            Self::Newc => Some([number(14, 8, 16)?, number(94, 8, 16)?, number(54, 8, 16)?]),
            Self::Odc => Some([number(18, 6, 8)?, number(59, 6, 8)?, number(65, 11, 8)?]),
        }
    }
}

/// Reads one member after another.
pub(super) struct Archive<R> {
    /// The archive, from the next header on.
    reader: R,
}

/// A member, whose content is read from the archive.
pub(super) struct Entry<'a, R> {
    /// Name of the member.
    pub(super) path: Vec<u8>,
    /// True where it is a file, or a link, whose content is what it names;
    /// false for folders and devices.
    pub(super) has_content: bool,
    /// Its content.
    pub(super) content: io::Take<&'a mut R>,
    /// Bytes behind the content, up to a multiple of four.
    padding: u64,
}

impl<R: Read> Archive<R> {
    /// Begins to read.
    pub(super) fn new(reader: R) -> Self {
        Self { reader }
    }

    /// Returns the next member; nothing after the last one.
    ///
    /// # Errors
    ///
    /// The header is damaged, or the text ends before the archive does.
    pub(super) fn next_entry(&mut self) -> io::Result<Option<Entry<'_, R>>> {
        let mut header = [0; 110];
        self.reader.read_exact(&mut header[..6])?;
        let layout =
            Layout::from_magic(&header).ok_or_else(|| damaged_error("no header stands where one must"))?;
        let length = layout.header_len();
        self.reader.read_exact(&mut header[6..length])?;
        let numbers = layout.header_numbers(&header[..length]);
        let [mode, name_length, size] = numbers.ok_or_else(|| damaged_error("a header holds no numbers"))?;
        if name_length > MAX_NAME {
            return Err(damaged_error("a name is too long"));
        }
        let mut path = Vec::new();
        self.reader.by_ref().take(name_length).read_to_end(&mut path)?;
        skip_bytes(&mut self.reader, layout.padding_len(length as u64 + name_length))?;
        // A zero byte ends it.
        path.pop();
        if path == TRAILER {
            return Ok(None);
        }
        let has_content = matches!(mode & 0o170_000, 0o100_000 | 0o120_000);
        let content = self.reader.by_ref().take(size);
        Ok(Some(Entry { path, has_content, content, padding: layout.padding_len(size) }))
    }

    /// Returns what follows the archive, without the zeros that fill it up: the
    /// initial file system of Linux is several archives.
    ///
    /// # Errors
    ///
    /// The text cannot be read.
    ///
    /// Linux's `initramfs` is an uncompressed archive with microcode, zeros up
    /// to a block, and a compressed one with everything else
    /// (`Documentation/driver-api/early-userspace/buffer-format.rst`).
    pub(super) fn into_rest(mut self) -> io::Result<Option<impl Read>> {
        let mut first = [0];
        loop {
            match self.reader.read(&mut first)? {
                0 => return Ok(None),
                _ if first == [0] => {}
                _ => return Ok(Some(io::Cursor::new(first).chain(self.reader))),
            }
        }
    }
}

impl<R: Read> Entry<'_, R> {
    /// Goes on to the end of the member.
    ///
    /// # Errors
    ///
    /// The text ends before.
    pub(super) fn skip_rest(mut self) -> io::Result<()> {
        let left = self.content.limit() + self.padding;
        skip_bytes(self.content.get_mut(), left)
    }
}

/// Goes past so many bytes.
///
/// # Errors
///
/// The text ends before.
fn skip_bytes(reader: &mut impl Read, length: u64) -> io::Result<()> {
    match io::copy(&mut reader.take(length), &mut io::sink())? {
        skipped if skipped == length => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Makes the error of a header that makes no sense.
fn damaged_error(why: &str) -> io::Error {
    io::Error::other(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newc_entry(name: &str, content: &str) -> Vec<u8> {
        let mut member = b"070701".to_vec();
        let sizes = [1, 0o100_644, 0, 0, 1, 0, content.len(), 0, 0, 0, 0, name.len() + 1, 0];
        sizes.iter().for_each(|number| member.extend(format!("{number:08x}").bytes()));
        member.extend(format!("{name}\0").bytes());
        member.resize(member.len().next_multiple_of(4), 0);
        member.extend(content.bytes());
        member.resize(member.len().next_multiple_of(4), 0);
        member
    }

    fn odc_entry(name: &str, content: &str) -> Vec<u8> {
        let (name_len, len) = (name.len() + 1, content.len());
        let fixed = "000000000001100644000000000000000001000000".to_owned() + &"0".repeat(11);
        format!("070707{fixed}{name_len:06o}{len:011o}{name}\0{content}").into_bytes()
    }

    fn read_members(bytes: &[u8]) -> io::Result<Vec<(String, String)>> {
        let mut archive = Archive::new(bytes);
        let mut members = Vec::new();
        while let Some(mut entry) = archive.next_entry()? {
            assert!(entry.has_content);
            let mut content = String::new();
            entry.content.read_to_string(&mut content)?;
            members.push((String::from_utf8_lossy(&entry.path).into_owned(), content));
            entry.skip_rest()?;
        }
        let mut rest = String::new();
        if let Some(mut reader) = archive.into_rest()? {
            reader.read_to_string(&mut rest)?;
        }
        members.push(("rest".to_owned(), rest));
        Ok(members)
    }

    #[test]
    fn members_of_any_length() {
        for (name, content) in
            [("a", ""), ("ab", "1"), ("dir/abc", "12"), ("abcd", "123"), ("abcde", "12345")]
        {
            let bytes = [
                newc_entry(name, content),
                newc_entry("b", "next"),
                newc_entry("TRAILER!!!", ""),
                b"\0\0\0more".to_vec(),
            ];
            let expected = [(name, content), ("b", "next"), ("rest", "more")];
            let expected = expected.map(|(name, content)| (name.to_owned(), content.to_owned()));
            assert_eq!(read_members(&bytes.concat()).expect("an archive"), expected);
        }
    }

    #[test]
    fn the_older_layout() {
        let bytes = [odc_entry("a/b", "1"), odc_entry("c", "three"), odc_entry("TRAILER!!!", "")].concat();
        let expected = [("a/b", "1"), ("c", "three"), ("rest", "")];
        let expected = expected.map(|(name, content)| (name.to_owned(), content.to_owned()));
        assert_eq!(read_members(&bytes).expect("an archive"), expected);
    }

    #[test]
    fn numbers_are_no_archive() {
        assert!(is_cpio(&newc_entry("a", "b")) && is_cpio(&odc_entry("a", "b")));
        assert!(
            !is_cpio(b"070707\nDD=x\n")
                && !is_cpio(&b"070701\n".repeat(99))
                && !is_cpio(&b"070707".repeat(99))
        );
    }

    #[test]
    fn what_is_cut_or_damaged_is_an_error() {
        let whole = [newc_entry("a", "content"), newc_entry("TRAILER!!!", "")].concat();
        for length in 0..whole.len() - 8 {
            assert!(read_members(&whole[..length]).is_err(), "{length}");
        }
        let mut long = newc_entry("a", "");
        long[94..102].copy_from_slice(b"ffffffff");
        assert!(read_members(&long).is_err());
    }
}
