//! What Git LFS keeps beside a repository: the contents of files whose pointers
//! git has.
//!
//! ```text
//! .git/lfs/objects/4c/c4/4cc4d5…      by the digits of `oid sha256:4cc4d5…`; `git lfs` puts it there before the commit
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::archive;
use super::lfs::{LFS_POINTER, Pointer};
use super::repository::Repository;
use super::sink::{Sink, Skipped};
use super::window::{Buffer, read_all};
use crate::error::{SkipReason, io_reason};
use crate::location::Origin;

/// The folders of contents that a repository has at hand.
#[derive(Debug)]
pub(super) struct LfsStore {
    git_dir: PathBuf,
    /// Found when the first pointer is met: most repositories have none.
    folders: OnceLock<Vec<PathBuf>>,
}

impl LfsStore {
    /// Makes the store of the repository that keeps its files in this folder.
    pub(super) fn new(git_dir: &Path) -> Self {
        Self { git_dir: git_dir.to_path_buf(), folders: OnceLock::new() }
    }

    /// Gives a sink the content that a pointer stands for, and returns its
    /// length in bytes.
    ///
    /// # Errors
    ///
    /// The gap, under that name: the content is not here, it cannot be read, or
    /// `refuses` has a reason against its length.
    pub(super) fn scan(
        &self,
        pointer: &[u8],
        (name, origin): (&Path, &Origin),
        refuses: impl FnOnce(u64) -> Option<Skipped>,
        sink: &mut dyn Sink,
    ) -> Result<u64, Skipped> {
        let found = Pointer::parse(pointer).and_then(|pointer| self.open(&pointer));
        let Some((mut file, length)) = found else {
            return Err(Self::absent(name));
        };
        refuses(length).map_or(Ok(()), Err)?;
        read(origin, &mut file, sink).map_err(|error| {
            let reason = format!("the content of a Git LFS pointer: {}", io_reason(&error));
            Skipped::failure(SkipReason::Unreadable, name, reason)
        })?;
        Ok(length)
    }

    /// Returns the gap of a pointer of that name whose content is not here.
    pub(super) fn absent(name: &Path) -> Skipped {
        Skipped::by_choice(SkipReason::LfsPointer, name, LFS_POINTER)
    }

    /// Opens the file that holds a content, if it has the length that the
    /// pointer says.
    fn open(&self, pointer: &Pointer<'_>) -> Option<(File, u64)> {
        let (first, second) = (pointer.digits.get(..2)?, pointer.digits.get(2..4)?);
        let folders = self.folders.get_or_init(|| folders(&self.git_dir)).iter();
        let paths = folders.map(|folder| folder.join(first).join(second).join(pointer.digits));
        let is_it = |path: &PathBuf| {
            fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == pointer.length)
        };
        Some((File::open(paths.into_iter().find(is_it)?).ok()?, pointer.length))
    }
}

/// Reads a content, and its members where it is an archive.
fn read(origin: &Origin, file: &mut (impl Read + Seek), sink: &mut dyn Sink) -> io::Result<()> {
    let read = match archive::scan_file(origin, &mut *file, sink) {
        Ok(true) => Ok(()),
        Ok(false) => file.rewind().and_then(|()| read_all(origin, file, &mut Buffer::new(), sink)),
        Err(error) => Err(error),
    };
    sink.end_text(origin);
    read
}

/// The folders of a repository's own contents, or the one that it is configured
/// to use, and of those that it borrows objects from.
fn folders(git_dir: &Path) -> Vec<PathBuf> {
    let repository = Repository::new(git_dir, git_dir.to_path_buf(), false);
    let common = &repository.common_dir;
    let storage = repository.own_config().and_then(|config| config.get_path("lfs.storage").ok());
    let own = common.join(storage.unwrap_or_else(|| PathBuf::from("lfs"))).join("objects");
    let borrowed = repository
        .object_dirs(&mut |_| {})
        .into_iter()
        .filter_map(|dir| Some(dir.canonicalize().ok()?.parent()?.join("lfs/objects")));
    std::iter::once(own).chain(borrowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sink::Window;

    /// A file that cannot be read beyond its first bytes.
    struct Failing(io::Cursor<Vec<u8>>);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("no more")),
                count => Ok(count),
            }
        }
    }

    impl Seek for Failing {
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    /// Counts windows and ends of texts.
    #[derive(Default)]
    struct Counts(usize, usize);

    impl Sink for Counts {
        fn take_window(&mut self, _: Window<'_>) {
            self.0 += 1;
        }
        fn end_text(&mut self, _: &Origin) {
            self.1 += 1;
        }
        fn may_hold_token(&self, _: &[u8]) -> bool {
            false
        }
        fn take_skipped(&mut self, _: Skipped) {}
    }

    #[test]
    fn a_content_that_cannot_be_read_to_its_end_is_ended() {
        let mut counts = Counts::default();
        let content = b"a line\n".repeat(1 << 18);
        let read = read(&Origin::Stdin, &mut Failing(io::Cursor::new(content)), &mut counts);
        assert!(read.is_err() && counts.0 > 1 && counts.1 == 1, "{read:?}: {} {}", counts.0, counts.1);
    }
}
