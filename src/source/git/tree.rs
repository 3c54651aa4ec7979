//! Tree objects: the entries of a folder.

/// An entry of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TreeEntry<'a> {
    pub(super) name: &'a [u8],
    pub(super) id: &'a [u8],
    pub(super) kind: EntryKind,
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A folder.
    Tree,
    /// A file, or a link.
    Blob,
    /// A commit of another repository.
    Submodule,
}

/// The entries of a tree, as far as they can be read.
pub(super) fn entries(tree: &[u8], id_len: usize) -> impl Iterator<Item = TreeEntry<'_>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        // A mode in octal digits, a blank, the name, a zero byte, and the id. Old programs wrote modes with zeros in front.
        let name_at = memchr::memchr(b' ', rest)? + 1;
        let zeros = rest.iter().take_while(|&&byte| byte == b'0').count();
        let kind = match rest.get(zeros..name_at - 1)? {
            b"40000" => EntryKind::Tree,
            b"160000" => EntryKind::Submodule,
            _ => EntryKind::Blob,
        };
        let id_at = name_at + memchr::memchr(0, &rest[name_at..])? + 1;
        let id = rest.get(id_at..id_at + id_len)?;
        let entry = TreeEntry { name: &rest[name_at..id_at - 1], id, kind };
        rest = &rest[id_at + id_len..];
        Some(entry)
    })
}
