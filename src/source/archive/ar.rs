//! ar, as packages of Debian and static libraries are: the forms of GNU and of
//! BSD, as a stream.
//!
//! ```text
//! !<arch>\n
//! debian-binary   0           0     0     100644  4         `\n      16 bytes of name, …, 10 of size
//! 2.0\n                                                              padded to an even length
//! //              …  names that are longer, GNU: a member `/23` has the one at byte 23 of this table
//! #1/8            …  BSD: the first 8 bytes of the content are the name
//! ```
//!
//! The format is that of `ar(5)`; it has no end mark and no checksum, so damage
//! is known only by a header that is none.

use std::io::{self, Read};

/// The longest name, in bytes.
const MAX_NAME: u64 = 64 << 10;

/// The longest table of names, in bytes.
const MAX_TABLE: u64 = 1 << 20;

/// Beginning of an archive.
const MAGIC: [u8; 8] = *b"!<arch>\n";

/// Reads one member after another.
pub(super) struct Archive<R> {
    /// The archive, from the next byte on.
    reader: R,
    /// The long names, in the form of GNU.
    table: Vec<u8>,
    /// Bytes of the last member that have not been read yet, with the one that
    /// fills it up.
    left: u64,
    /// True where there is such a byte.
    filled_up: bool,
}

/// A member, whose content is read from the archive.
pub(super) struct Entry<'a, R> {
    /// Name of the member.
    pub(super) path: Vec<u8>,
    /// Its content; what is not read of it is skipped by the next one.
    pub(super) content: io::Take<Left<'a, R>>,
}

/// Reads from an archive, and counts.
pub(super) struct Left<'a, R> {
    /// The archive.
    reader: &'a mut R,
    /// Bytes left of the member, counted down.
    left: &'a mut u64,
}

impl<R: Read> Read for Left<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        *self.left -= count as u64;
        Ok(count)
    }
}

impl<R: Read> Archive<R> {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// The text does not begin as an archive does.
    pub(super) fn new(mut reader: R) -> io::Result<Self> {
        let mut magic = [0; MAGIC.len()];
        reader.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Err(damaged_error());
        }
        Ok(Self { reader, table: Vec::new(), left: 0, filled_up: false })
    }

    /// Returns the next member; nothing after the last one. Tables of symbols
    /// and names are no members.
    ///
    /// # Errors
    ///
    /// A header is damaged, or the text ends before the archive does.
    pub(super) fn next_entry(&mut self) -> io::Result<Option<Entry<'_, R>>> {
        loop {
            self.skip_rest()?;
            let Some((name, size)) = self.read_header()? else { return Ok(None) };
            self.filled_up = size % 2 == 1;
            self.left = size + size % 2;
            match name.as_slice() {
                // Where symbols are defined.
                b"/" | b"/SYM64/" => {}
                b"//" if size <= MAX_TABLE => self.table = self.read_bytes(size)?,
                b"//" => return Err(damaged_error()),
                _ => {
                    let (path, name_length) = self.full_name(&name, size)?;
                    let content = Left { reader: &mut self.reader, left: &mut self.left };
                    return Ok(Some(Entry { path, content: content.take(size - name_length) }));
                }
            }
        }
    }

    /// Goes on to the end of the last member. The byte that fills up the very
    /// last one may be missing.
    fn skip_rest(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut self.left);
        match io::copy(&mut self.reader.by_ref().take(left), &mut io::sink())? {
            skipped if left - skipped <= u64::from(self.filled_up) => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Returns the name in the next header, and the size; nothing at the end of
    /// the text.
    fn read_header(&mut self) -> io::Result<Option<(Vec<u8>, u64)>> {
        /// 16 of name, 12 of date, 6 and 6 of owner, 8 of mode, 10 of size, 2
        /// that end it.
        const LENGTH: usize = 60;
        let mut header = Vec::with_capacity(LENGTH);
        self.reader.by_ref().take(LENGTH as u64).read_to_end(&mut header)?;
        match header.len() {
            0 => return Ok(None),
            LENGTH if header.ends_with(b"`\n") => {}
            LENGTH => return Err(damaged_error()),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        let size = decimal_number(&header[48..58]).ok_or_else(damaged_error)?;
        Ok(Some((header[..16].trim_ascii_end().to_vec(), size)))
    }

    /// Returns the whole name, and how much of the content it takes.
    ///
    /// ```text
    /// foo.o/          GNU, short
    /// /23             GNU, at byte 23 of the table
    /// #1/8            BSD, in the first 8 bytes of the content
    /// ```
    fn full_name(&mut self, name: &[u8], size: u64) -> io::Result<(Vec<u8>, u64)> {
        if let Some(length) = name.strip_prefix(b"#1/").and_then(decimal_number) {
            if length > size.min(MAX_NAME) {
                return Err(damaged_error());
            }
            let mut path = self.read_bytes(length)?;
            path.truncate(path.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1));
            return Ok((path, length));
        }
        if let Some(at) = name.strip_prefix(b"/").and_then(decimal_number) {
            let rest =
                usize::try_from(at).ok().and_then(|at| self.table.get(at..)).ok_or_else(damaged_error)?;
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | 0)).unwrap_or(rest.len());
            let path = &rest[..end.min(MAX_NAME as usize)];
            return Ok((path.strip_suffix(b"/").unwrap_or(path).to_vec(), 0));
        }
        Ok((name.strip_suffix(b"/").unwrap_or(name).to_vec(), 0))
    }

    /// Returns the next bytes of a member.
    ///
    /// # Errors
    ///
    /// The text ends before.
    fn read_bytes(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(length).read_to_end(&mut bytes)?;
        self.left -= bytes.len() as u64;
        if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Reads a number with blanks around it.
fn decimal_number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits.trim_ascii()).ok()?.parse().ok()
}

/// Makes the error of a header that makes no sense.
fn damaged_error() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member_text(name: &str, content: &str) -> String {
        let fill = if content.len() % 2 == 1 { "\n" } else { "" };
        format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n{content}{fill}", 0, 0, 0, 100_644, content.len())
    }

    fn read_members(text: &str) -> io::Result<Vec<(String, String)>> {
        let mut archive = Archive::new(text.as_bytes())?;
        let mut members = Vec::new();
        while let Some(mut entry) = archive.next_entry()? {
            let mut content = String::new();
            entry.content.read_to_string(&mut content)?;
            members.push((String::from_utf8_lossy(&entry.path).into_owned(), content));
        }
        Ok(members)
    }

    fn owned_pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
    }

    #[test]
    fn both_forms() {
        let gnu = [
            "!<arch>\n".to_owned(),
            member_text("/", "symbols"),
            member_text("//", "a-name-that-is-long.o/\nanother-one-of-these.o/\n"),
            member_text("/23", "two"),
            member_text("/0", "one"),
            member_text("short.o/", ""),
            member_text("debian-binary", "2.0\n"),
        ]
        .concat();
        let expected = [
            ("another-one-of-these.o", "two"),
            ("a-name-that-is-long.o", "one"),
            ("short.o", ""),
            ("debian-binary", "2.0\n"),
        ];
        assert_eq!(read_members(&gnu).expect("an archive"), owned_pairs(&expected));
        let bsd = format!("!<arch>\n{}{}", member_text("#1/8", "a b.c\0\0\0text"), member_text("c.o", "x"));
        assert_eq!(read_members(&bsd).expect("an archive"), owned_pairs(&[("a b.c", "text"), ("c.o", "x")]));
        // What fills up the last one.
        assert_eq!(read_members(bsd.trim_end()).expect("an archive").len(), 2);
    }

    #[test]
    fn what_is_not_read_is_skipped() {
        let text = format!("!<arch>\n{}{}", member_text("a", "12345"), member_text("b", "x"));
        let mut archive = Archive::new(text.as_bytes()).expect("an archive");
        assert_eq!(archive.next_entry().expect("a member").expect("one").path, b"a");
        assert_eq!(archive.next_entry().expect("a member").expect("one").path, b"b");
        assert!(archive.next_entry().expect("the end").is_none());
    }

    #[test]
    fn damage_is_an_error() {
        let text = format!("!<arch>\n{}", member_text("a", "1234"));
        for end in [9, 40, 67] {
            assert!(read_members(&text[..end]).is_err(), "{end}");
        }
        // Cut within the content: told when the next one is asked for.
        assert!(read_members(&text[..text.len() - 1]).is_err());
        assert!(read_members(&text[..text.len() - 2]).is_err());
        for bad in [
            member_text("#1/99", "1234"),
            member_text("#1/99999999", "1234"),
            member_text("/7", "1234"),
            member_text("a", "1").replace("`\n", "xx"),
            member_text("a", "1").replace("1         `", "ddpat_    `"),
            member_text("//", "").replace("0         `", "9999999999`"),
        ] {
            assert!(read_members(&format!("!<arch>\n{bad}")).is_err(), "{bad}");
        }
    }
}
