//! Files mapped into memory.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of a file that does not change while it is mapped.
///
/// git writes packs and their indexes once, under a name that depends on their
/// content, and never changes them.
#[derive(Debug)]
pub(in crate::source) struct Map(Option<Mmap>);

impl Map {
    /// Maps a regular file.
    ///
    /// # Errors
    ///
    /// It cannot be opened or mapped, or is no regular file.
    pub(in crate::source) fn open(path: &Path) -> io::Result<Self> {
        // First of all: to open a FIFO would wait for somebody to write.
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let file = File::open(path)?;
        if metadata.len() == 0 {
            return Ok(Self(None));
        }
        // SAFETY: the map is private and read-only, and git never writes to a file of this kind once it has its name.
        // One that another program shortens meanwhile ends the process with SIGBUS, as it ends git itself.
        let map = unsafe { Mmap::map(&file) }?;
        Ok(Self(Some(map)))
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}
