//! Files that are read only where they are regular ones of a sensible size.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

/// Returns whether a path is that of a pipe, a device or a socket.
pub(super) fn is_irregular(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir())
}

/// The bytes of a file, which has at most so many.
pub(super) fn file_up_to(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > most {
        return Err(io::Error::other("not a regular file of a sensible size"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
