//! Tree objects: the entries of a folder.
//!
//! ```text
//! 100644 .env\0<20 bytes>40000 src\0<20 bytes>…      sorted by name, no lengths, no separators
//! ```
//!
//! A tree cannot be entered in the middle, so damage in one ends its list;
//! [`Entries::rest`] tells.

/// An entry of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct TreeEntry<'a> {
    /// Name, which is bytes and no path: it has no slash.
    pub(in crate::source) name: &'a [u8],
    /// Id of what stands there.
    pub(in crate::source) id: &'a [u8],
    /// Type of it.
    pub(in crate::source) kind: EntryKind,
}

/// Type of an entry of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum EntryKind {
    /// A folder.
    Tree,
    /// A file, or a link.
    Blob,
    /// A commit of another repository.
    Submodule,
}

/// The entries of a tree, as far as they can be read.
pub(in crate::source) fn entries(tree: &[u8], id_len: usize) -> Entries<'_> {
    Entries { rest: tree, id_len }
}

/// Reads the entries of a tree, one after another.
#[derive(Debug)]
pub(in crate::source) struct Entries<'a> {
    /// Bytes behind the entries that were read.
    rest: &'a [u8],
    /// Length of an id, in bytes.
    id_len: usize,
}

impl<'a> Entries<'a> {
    /// Returns what comes after the entries that were read.
    pub(in crate::source) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = TreeEntry<'a>;

    #[inline]
    fn next(&mut self) -> Option<TreeEntry<'a>> {
        // A mode in octal digits, a blank, the name, a zero byte, and the id.
        let (kind, named) = read_mode(self.rest)?;
        let len = find_zero(named)?;
        let id = named.get(len + 1..len + 1 + self.id_len)?;
        self.rest = &named[len + 1 + self.id_len..];
        Some(TreeEntry { name: &named[..len], id, kind })
    }
}

/// Returns what an entry is, and what comes after its mode and the blank.
#[inline]
fn read_mode(entry: &[u8]) -> Option<(EntryKind, &[u8])> {
    // What all but very old programs write.
    if let Some((mode, rest)) = entry.split_first_chunk::<7>() {
        match mode {
            b"100644 " | b"100755 " | b"120000 " => return Some((EntryKind::Blob, rest)),
            b"160000 " => return Some((EntryKind::Submodule, rest)),
            [b'4', b'0', b'0', b'0', b'0', b' ', _] => return Some((EntryKind::Tree, &entry[6..])),
            _ => {}
        }
    }
    let end = memchr::memchr(b' ', entry)?;
    let zeros = entry.iter().take_while(|&&byte| byte == b'0').count();
    let kind = match entry.get(zeros..end)? {
        b"40000" => EntryKind::Tree,
        b"160000" => EntryKind::Submodule,
        _ => EntryKind::Blob,
    };
    Some((kind, &entry[end + 1..]))
}

/// Returns where the first zero byte is: names are short, so eight bytes at a
/// time beat a call.
///
/// A byte is zero where subtracting one from it borrows and its own highest bit
/// is not set: `(word - ONES) & !word & (ONES << 7)`.
#[inline]
fn find_zero(bytes: &[u8]) -> Option<usize> {
    /// `0x0101…01`: a one in each byte.
    const ONES: u64 = u64::MAX / 255;
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        // The high bit of the first zero byte is set, and of none before it.
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    bytes[at..].iter().position(|&byte| byte == 0).map(|found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_and_length_of_name() {
        let id = [7; 20];
        let modes = [
            ("100644", EntryKind::Blob),
            ("40000", EntryKind::Tree),
            ("040000", EntryKind::Tree),
            ("120000", EntryKind::Blob),
            ("0160000", EntryKind::Submodule),
            ("160000", EntryKind::Submodule),
            ("100664", EntryKind::Blob),
        ];
        let mut tree = Vec::new();
        let mut expected = Vec::new();
        for len in 1..40 {
            for (mode, kind) in modes {
                let name = "n\u{e9}\u{1}x".repeat(len).into_bytes()[..len].to_vec();
                tree.extend([mode.as_bytes(), b" ", &name, b"\0", &id].concat());
                expected.push((name, kind));
            }
        }
        let read: Vec<_> = entries(&tree, 20).map(|entry| (entry.name.to_vec(), entry.kind)).collect();
        assert_eq!(read, expected);
        for cut in 0..80 {
            assert!(entries(&tree[..cut], 20).count() <= 2);
        }
    }
}
