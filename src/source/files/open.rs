//! Opening one file after another at the least cost.

use std::fs::File;
use std::io;
use std::path::Path;

#[cfg(unix)]
use rustix::fs::{CWD, Mode, OFlags, openat};
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::path::PathBuf;

/// Opens files for reading, and remembers the folder of the last one.
///
/// A walk meets the files of a folder one after another, and the kernel finds a
/// name in an open folder faster than it follows a whole path. Links are not
/// followed, and a FIFO does not block.
#[derive(Debug, Default)]
pub(super) struct Opener {
    #[cfg(unix)]
    folder: Option<(PathBuf, OwnedFd)>,
}

#[cfg(unix)]
impl Opener {
    /// Opens a file that a walk has met.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        const FLAGS: OFlags = OFlags::RDONLY
            .union(OFlags::CLOEXEC)
            .union(OFlags::NOFOLLOW)
            .union(OFlags::NONBLOCK)
            .union(OFlags::NOCTTY);
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return File::open(path);
        };
        if self.folder.as_ref().is_none_or(|(known, _)| known != parent) {
            let target = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let folder = openat(CWD, target, flags, Mode::empty())?;
            self.folder = Some((parent.to_path_buf(), folder));
        }
        match &self.folder {
            Some((_, folder)) => Ok(openat(folder, name, FLAGS, Mode::empty())?.into()),
            None => File::open(path),
        }
    }
}

#[cfg(not(unix))]
impl Opener {
    /// Opens a file that a walk has met.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<File> {
        File::open(path)
    }
}
