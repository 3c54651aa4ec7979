//! Pointers of Git LFS: small texts in the place of files that are kept elsewhere.

/// Reason why such a file was not read.
pub const LFS_POINTER: &str =
    "a Git LFS pointer: the file that it stands for was not read (`git lfs pull` fetches it)";

/// No pointer is longer; git-lfs reads no more.
pub(super) const MAX_LFS_POINTER: usize = 1024;

/// First lines of pointers: that of the specification, and that of its beginnings.
const VERSIONS: [&[u8]; 2] =
    [b"version https://git-lfs.github.com/spec/v", b"version https://hawser.github.com/spec/v"];

/// Returns whether a whole file is a pointer.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_LFS_POINTER
        && VERSIONS.iter().any(|version| bytes.starts_with(version))
        && memchr::memmem::find(bytes, b"\noid sha256:").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

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
