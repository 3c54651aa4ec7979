//! Pointers of Git LFS: small texts in the place of files that are kept
//! elsewhere.
//!
//! ```text
//! version https://git-lfs.github.com/spec/v1
//! oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
//! size 12345
//! ```
//!
//! The specification:
//! <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>. A pointer is
//! scanned like any text (its lines may have been edited), and told of as a
//! gap: what it stands for was not.

/// Reason why such a file was not read.
pub const LFS_POINTER: &str =
    "a Git LFS pointer: the file that it stands for was not read (`git lfs pull` fetches it)";

/// No pointer is longer; git-lfs reads no more.
pub(super) const MAX_LFS_POINTER: usize = 1024;

/// Bytes that show whether a text [begins like a pointer](begins_lfs_pointer).
pub(super) const LFS_VERSION_REACH: usize = 64;

/// First lines of pointers: that of the specification, and that of its
/// beginnings.
const VERSIONS: [&[u8]; 2] =
    [b"version https://git-lfs.github.com/spec/v", b"version https://hawser.github.com/spec/v"];

// A version line is seen whole.
const _: () = assert!(VERSIONS[0].len() <= LFS_VERSION_REACH && VERSIONS[1].len() <= LFS_VERSION_REACH);

/// Id and size of the content that a pointer stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pointer<'p> {
    /// SHA-256 of it, as 64 hexadecimal digits in lower case.
    pub(super) digits: &'p str,
    /// Length in bytes.
    pub(super) length: u64,
}

impl<'p> Pointer<'p> {
    /// Reads a pointer; `None` where it says neither.
    pub(super) fn parse(bytes: &'p [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let digits = value("oid sha256:")?;
        let is_id = digits.len() == 64 && digits.bytes().all(is_digit);
        Some(Self { digits: Some(digits).filter(|_| is_id)?, length: value("size ")?.parse().ok()? })
    }
}

/// Returns whether the first bytes of a file are those of a pointer.
pub(super) fn begins_lfs_pointer(bytes: &[u8]) -> bool {
    VERSIONS.iter().any(|version| bytes.starts_with(version))
}

/// Returns whether a whole file is a pointer.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_LFS_POINTER
        && begins_lfs_pointer(bytes)
        && memchr::memmem::find(bytes, b"\noid sha256:").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_that_pointers_name() {
        let digits = "0a".repeat(32);
        let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digits}\nsize 12\n");
        assert_eq!(Pointer::parse(text.as_bytes()), Some(Pointer { digits: &digits, length: 12 }));
        for wrong in
            [text.replace("0a0a", "../."), text.replace("size 12", "size -1"), text.replace("0a\n", "\n")]
        {
            assert_eq!(Pointer::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn tells_pointers_from_files() {
        let pointer = |oid: &str| format!("version https://git-lfs.github.com/spec/v1\n{oid}size 12\n");
        assert!(is_lfs_pointer(pointer("oid sha256:00\n").as_bytes()));
        assert!(is_lfs_pointer(pointer("ext-0-case sha256:11\noid sha256:00\n").as_bytes()));
        assert!(!is_lfs_pointer(pointer("").as_bytes()));
        assert!(!is_lfs_pointer(format!("# {}", pointer("oid sha256:00\n")).as_bytes()));
        assert!(!is_lfs_pointer((pointer("oid sha256:00\n") + &" ".repeat(1024)).as_bytes()));
    }
}
