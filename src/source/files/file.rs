//! Reading one file.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use super::open::Opener;
use crate::error::{SkipReason, io_reason};
use crate::location::{Origin, WideMark, absolute};
use crate::source::archive;
use crate::source::filter::PathFilter;
use crate::source::lfs::{MAX_LFS_POINTER, is_lfs_pointer};
use crate::source::lfs_store::LfsStore;
use crate::source::repository::Repository;
use crate::source::sink::{Sink, Skipped};
use crate::source::window::{BUFFER_LEN, Buffer, MARGIN, Piece, read_windows};

/// Files of at least this size are split among the threads, once the walk is
/// over.
pub(super) const LARGE: u64 = 32 * 1024 * 1024;

/// The size of one part of a split file.
const SEGMENT: u64 = 16 * 1024 * 1024;

// A size is asked for once a buffer is full; and a part reaches a margin into those beside it, not beyond.
const _: () = assert!(LARGE >= BUFFER_LEN as u64 && SEGMENT >= MARGIN as u64);

/// One part of a large file.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Path of the file.
    path: PathBuf,
    /// Where in the file matches may begin.
    core: Range<u64>,
    /// The mark that the file begins with.
    mark: Option<WideMark>,
    /// What the file was when it was split.
    stamp: Stamp,
    /// True where somebody was told that a part of the file was not read, or
    /// not as it was.
    told: Arc<AtomicBool>,
}

impl Segment {
    /// Returns whether the file ends in this part.
    fn is_last(&self) -> bool {
        self.core.end == u64::MAX
    }
}

/// Reads files one after another.
#[derive(Debug)]
pub(super) struct FileReader<'f> {
    /// Says how large a file may be.
    filter: &'f PathFilter,
    /// Opens files without following links.
    opener: Opener,
    /// Buffer for windows, one for all files of a thread.
    buffer: Buffer,
    /// Folder of the last pointer, and where Git LFS keeps contents for it; no
    /// store where no repository is around it.
    lfs: Option<(PathBuf, Option<LfsStore>)>,
}

impl<'f> FileReader<'f> {
    /// Makes a reader of the files that a filter lets through.
    pub(super) fn new(filter: &'f PathFilter) -> Self {
        Self { filter, opener: Opener::default(), buffer: Buffer::new(), lfs: None }
    }

    /// Reads a file that a walk has met, or returns the parts in which to read
    /// it later.
    pub(super) fn read(&mut self, path: &Path, named: bool, sink: &mut dyn Sink) -> Vec<Segment> {
        match self.try_read(path, named, sink) {
            Ok(segments) => segments,
            Err(error) => {
                sink.take_skipped(Skipped::failure(kind(&error), path, io_reason(&error)));
                Vec::new()
            }
        }
    }

    /// [`Self::read`], with what fails as an error.
    fn try_read(&mut self, path: &Path, named: bool, sink: &mut dyn Sink) -> io::Result<Vec<Segment>> {
        let origin = Origin::file(path);
        if named && !std::fs::metadata(path)?.is_file() {
            let reason = "not a regular file; pipe its content to `dogcatcher scan -`";
            sink.take_skipped(Skipped::failure(SkipReason::NotAFile, path, reason));
            return Ok(Vec::new());
        }
        // A named path may be a link, which is then followed.
        let mut file = if named { File::open(path)? } else { self.opener.open(path)? };
        if self.filter.limits_size()
            && let Some(skipped) = self.filter.size_refusal(path, &file.metadata()?)
        {
            sink.take_skipped(skipped);
            return Ok(Vec::new());
        }
        let first = read_some(&mut file, self.buffer.free_space())?;
        if archive::is_archive(&self.buffer.free_space()[..first]) {
            file.rewind()?;
            if archive::scan_file(&origin, &mut file, sink)? {
                sink.end_text(&origin);
                return Ok(Vec::new());
            }
            file.seek(SeekFrom::Start(first as u64))?;
        }
        // A full buffer: now it is worth asking for the size.
        let stamp = if first == BUFFER_LEN { Some(Stamp::of(&file.metadata()?)) } else { None };
        if let Some(stamp) = stamp.filter(|stamp| stamp.len >= LARGE) {
            return Ok(segments(path, stamp, WideMark::of(self.buffer.free_space())));
        }
        let piece = Piece::whole_text(&origin);
        read_windows(&piece, first, |slice| file.read(slice), &mut self.buffer, sink)?;
        if let Some(stamp) = stamp {
            stamp.check(&file)?;
        }
        sink.end_text(&origin);
        if first <= MAX_LFS_POINTER && is_lfs_pointer(&self.buffer.free_space()[..first]) {
            let pointer = self.buffer.free_space()[..first].to_vec();
            self.read_lfs(path, &pointer, sink);
        }
        Ok(Vec::new())
    }

    /// Reads what a pointer of Git LFS stands for, where the repository around
    /// it has that.
    fn read_lfs(&mut self, path: &Path, pointer: &[u8], sink: &mut dyn Sink) {
        let folder = path.parent().unwrap_or(Path::new(""));
        if self.lfs.as_ref().is_none_or(|(of, _)| of != folder) {
            let around = Repository::open_around(&absolute(folder));
            let store = around.map(|repository| LfsStore::new(&repository.git_dir));
            self.lfs = Some((folder.to_path_buf(), store));
        }
        let content = Origin::file(path).member(Path::new("content"));
        let refuses = |length| self.filter.refuses_size(path, length);
        let read = match &self.lfs {
            Some((_, Some(store))) => store.scan(pointer, (path, &content), refuses, sink).map(|_| ()),
            _ => Err(LfsStore::absent(path)),
        };
        if let Err(gap) = read {
            sink.take_skipped(gap);
        }
    }

    /// Reads one part of a large file.
    pub(super) fn read_segment(&mut self, segment: &Segment, sink: &mut dyn Sink) {
        let origin = Origin::file(&segment.path);
        let read = |buffer: &mut Buffer, sink: &mut dyn Sink| -> io::Result<()> {
            let mut file = File::open(&segment.path)?;
            segment.stamp.check(&file)?;
            let from = segment.core.start.saturating_sub(MARGIN as u64);
            file.seek(SeekFrom::Start(from))?;
            let piece = Piece { origin: &origin, from, core: segment.core.clone(), mark: segment.mark };
            read_windows(&piece, 0, |slice| file.read(slice), buffer, sink)?;
            segment.stamp.check(&file)
        };
        match read(&mut self.buffer, sink) {
            Ok(()) if segment.is_last() => sink.end_text(&origin),
            Ok(()) => {}
            // Told once.
            Err(_) if segment.told.swap(true, Ordering::Relaxed) => {}
            Err(error) => sink.take_skipped(Skipped::failure(
                kind(&error),
                &segment.path,
                format!("{} (in the part from byte {} on)", io_reason(&error), segment.core.start),
            )),
        }
    }
}

/// What a file was when its first bytes were read.
#[derive(Debug, Clone, Copy)]
struct Stamp {
    /// Its size, in bytes.
    len: u64,
    /// Time of its last change.
    modified: Option<SystemTime>,
    /// Number by which the file system knows it.
    #[cfg(unix)]
    inode: u64,
}

impl Stamp {
    /// Returns what metadata say of a file.
    fn of(metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(metadata),
        }
    }

    /// An error if the file has become another one. That it grows, as logs do,
    /// is none: what it was has been read.
    fn check(&self, file: &File) -> io::Result<()> {
        let now = Self::of(&file.metadata()?);
        #[cfg(unix)]
        let replaced = now.inode != self.inode;
        #[cfg(not(unix))]
        let replaced = false;
        let rewritten = now.len == self.len && now.modified != self.modified;
        if replaced || rewritten || now.len < self.len {
            return Err(io::Error::other(Changed));
        }
        Ok(())
    }
}

/// What is said of a file that became another one.
#[derive(Debug)]
struct Changed;

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it changed while it was read, and may hold more than was seen")
    }
}

impl std::error::Error for Changed {}

/// The kind of gap that an error leaves.
fn kind(error: &io::Error) -> SkipReason {
    match error.get_ref().is_some_and(|inner| inner.is::<Changed>()) {
        true => SkipReason::Changed,
        false => SkipReason::Unreadable,
    }
}

/// One read that no signal interrupts.
fn read_some(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The parts of a file; the last one goes on to wherever the file ends by then.
fn segments(path: &Path, stamp: Stamp, mark: Option<WideMark>) -> Vec<Segment> {
    let count = stamp.len.div_ceil(SEGMENT);
    let told = Arc::default();
    (0..count)
        .map(|index| {
            let end = if index + 1 == count { u64::MAX } else { (index + 1) * SEGMENT };
            let told = Arc::clone(&told);
            Segment { path: path.to_path_buf(), core: index * SEGMENT..end, mark, stamp, told }
        })
        .collect()
}

/// Reads a file once more from its start, for what is only needed where
/// something was found.
///
/// `on` takes the bytes in order and says whether it wants more.
///
/// # Errors
///
/// The file cannot be read any more.
pub fn reread(path: &Path, mut on: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER_LEN];
    loop {
        let count = read_some(&mut file, &mut buffer)?;
        if count == 0 || !on(&buffer[..count]) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::filter::PathFilterOptions;
    use crate::source::sink::Window;

    #[derive(Default)]
    struct Told(Vec<Skipped>);

    impl Sink for Told {
        fn take_window(&mut self, _: Window<'_>) {}
        fn end_text(&mut self, _: &Origin) {}
        fn may_hold_token(&self, _: &[u8]) -> bool {
            false
        }
        fn take_skipped(&mut self, skipped: Skipped) {
            self.0.push(skipped);
        }
    }

    /// Returns what is told of a large file to which that happens before its
    /// parts are read.
    fn told_after(happens: impl Fn(&Path)) -> Vec<Skipped> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        File::create(&path).and_then(|file| file.set_len(2 * LARGE)).expect("a file");
        let filter = PathFilter::new(PathFilterOptions::default()).expect("a filter");
        let (mut reader, mut sink) = (FileReader::new(&filter), Told::default());
        let segments = reader.read(&path, false, &mut sink);
        assert_eq!(segments.len(), 4);
        happens(&path);
        segments.iter().for_each(|segment| reader.read_segment(segment, &mut sink));
        sink.0
    }

    #[test]
    fn a_file_that_becomes_another_is_told_of_once() {
        let set_len = |path: &Path, len| File::options().write(true).open(path)?.set_len(len);
        let earlier = SystemTime::UNIX_EPOCH;
        assert_eq!(told_after(|_| {}), []);
        assert_eq!(told_after(|path| set_len(path, 3 * LARGE).expect("it grows")), []);
        let changed = told_after(|path| set_len(path, LARGE / 2).expect("it shrinks"));
        assert!(changed.len() == 1 && changed[0].reason.starts_with("it changed while"), "{changed:?}");
        let rewritten = told_after(|path| {
            File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.set_modified(earlier))
                .expect("a date");
        });
        assert_eq!(rewritten.len(), 1);
        let vanished = told_after(|path| std::fs::remove_file(path).expect("it is there"));
        assert!(vanished.len() == 1 && vanished[0].incomplete, "{vanished:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_is_told_of_once() {
        let replaced = told_after(|path| {
            let other = path.with_extension("new");
            File::create(&other).and_then(|file| file.set_len(3 * LARGE)).expect("a file");
            std::fs::rename(&other, path).expect("it is replaced");
        });
        assert_eq!(replaced.len(), 1);
    }
}
