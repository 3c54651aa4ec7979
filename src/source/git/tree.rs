//! Tree objects: the entries of a folder.

/// The names in a tree, as far as they can be read.
pub(super) fn names(tree: &[u8], id_len: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        // A mode has five or six digits, then a blank; then the name, a zero byte, and the id.
        let name_at = rest.iter().take(8).position(|&byte| byte == b' ')? + 1;
        let end = name_at + memchr::memchr(0, &rest[name_at..])?;
        let next = rest.get(end + 1 + id_len..)?;
        let name = &rest[name_at..end];
        rest = next;
        Some(name)
    })
}
