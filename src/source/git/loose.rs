//! The sweep of loose objects.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::deliver::{deliver, holds, scan_lfs_content, too_large};
use super::links::{LinkReader, Links};
use crate::error::{SkipReason, io_reason};
use crate::location::{GitPart, GitText, ObjectId, Origin};
use crate::source::lfs::is_lfs_pointer;
use crate::source::lfs_store::LfsStore;
use crate::source::limits::Limits;
use crate::source::pack::loose::{files, open};
use crate::source::pack::{Kind, MAX_HELD, MAX_REBUILT};
use crate::source::repository::Repository;
use crate::source::sink::{Hold, ObjectSink, Skipped, Swept};
use crate::source::window::{Buffer, read_all};
use crate::threads::on_threads;

// What is larger than what is held is streamed where it is a blob; nothing that is held is refused.
const _: () = assert!(MAX_HELD <= MAX_REBUILT);

/// Sweeps the loose objects in a folder of objects; their ids.
pub(super) fn sweep<S: ObjectSink>(
    repository: &Repository,
    objects: &Path,
    id_len: usize,
    limits: &Limits,
    links: &Links<'_>,
    make_sink: &(dyn Fn() -> S + Sync),
) -> HashSet<ObjectId> {
    let mut first = make_sink();
    let files = files(objects, id_len, &mut |skipped| first.take_skipped(skipped));
    if files.is_empty() {
        return HashSet::new();
    }
    first.expect_objects(files.len() as u64);
    let next = AtomicUsize::new(0);
    on_threads(if files.len() < 32 { 1 } else { limits.threads }, || {
        let mut reader = Reader {
            repository: &repository.name,
            links: links.reader(None),
            max_size: limits.max_file_size.unwrap_or(u64::MAX),
            sink: make_sink(),
            bytes: Vec::new(),
            buffer: None,
            lfs: LfsStore::new(&repository.git_dir),
        };
        while let Some((path, id)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            reader.read(path, *id);
        }
    });
    files.into_iter().map(|(_, id)| id).collect()
}

/// Work of one thread on the files that it gets.
struct Reader<'a, S> {
    /// The repository, as it is named.
    repository: &'a Arc<Path>,
    links: LinkReader<'a>,
    /// Largest blob that is looked at, in bytes.
    max_size: u64,
    /// Takes what objects hold.
    sink: S,
    /// Content of the object at hand.
    bytes: Vec<u8>,
    /// Buffer for objects that are read in windows; made when one is met.
    buffer: Option<Buffer>,
    lfs: LfsStore,
}

impl<S: ObjectSink> Reader<'_, S> {
    /// Reads an object; what fails is told of to the sink.
    fn read(&mut self, path: &Path, id: ObjectId) {
        if let Err(error) = self.try_read(path, id) {
            self.sink.add_swept(Swept { objects: 1, ..Swept::default() });
            // What a decoder says is in words of its own.
            let reason = match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                    "it is no object that git knows".to_owned()
                }
                io::ErrorKind::UnexpectedEof => "the file ends within it".to_owned(),
                _ => io_reason(&error),
            };
            self.sink.take_skipped(Skipped::failure(SkipReason::GitObject, path, reason).of_object(id));
        }
    }

    /// [`Self::read`], with what fails as an error.
    fn try_read(&mut self, path: &Path, id: ObjectId) -> io::Result<()> {
        let (mut reader, kind, size) = open(path)?;
        if kind == Kind::Blob && size > self.max_size {
            self.sink.take_skipped(too_large(path, size, self.max_size).of_object(id));
            self.sink.add_swept(Swept { objects: 1, ..Swept::default() });
            return Ok(());
        }
        if kind == Kind::Blob && size > MAX_HELD {
            return self.stream(&mut reader, id, size);
        }
        self.bytes.clear();
        if size > MAX_REBUILT {
            return Err(io::Error::other("it is too large"));
        }
        // One byte more than declared, to see that there is none.
        reader.take(size + 1).read_to_end(&mut self.bytes)?;
        if self.bytes.len() as u64 != size {
            return Err(if (self.bytes.len() as u64) < size {
                io::ErrorKind::UnexpectedEof
            } else {
                io::ErrorKind::InvalidData
            }
            .into());
        }
        self.count(kind, size);
        self.links.object(id, kind, &self.bytes);
        if kind == Kind::Blob && is_lfs_pointer(&self.bytes) {
            let read = scan_lfs_content(
                &self.lfs,
                self.repository,
                (path, Some(id)),
                &self.bytes,
                self.max_size,
                &mut self.sink,
            );
            if let Err(gap) = read {
                self.sink.take_skipped(gap.of_object(id));
            }
        }
        if holds(&self.sink, kind, &self.bytes) == Hold::Candidates {
            deliver(&mut self.sink, self.repository, kind, id, &self.bytes);
        }
        Ok(())
    }

    /// Reads a large blob in windows.
    fn stream(&mut self, reader: &mut impl Read, id: ObjectId, size: u64) -> io::Result<()> {
        let origin = Origin::Git(Arc::new(GitText::in_object(self.repository, GitPart::Blob, id)));
        let mut counted = Counted { reader: reader.take(size.saturating_add(1)), len: 0 };
        let buffer = self.buffer.get_or_insert_with(Buffer::new);
        let read = read_all(&origin, &mut counted, buffer, &mut self.sink);
        self.sink.end_text(&origin);
        read?;
        if counted.len != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.count(Kind::Blob, size);
        Ok(())
    }

    /// Counts an object of that many bytes.
    fn count(&mut self, kind: Kind, size: u64) {
        let mut swept = Swept::default();
        swept.add(kind, size);
        self.sink.add_swept(swept);
    }
}

/// Counts the bytes that go by.
struct Counted<R> {
    /// The inflated bytes.
    reader: R,
    /// Number of them that were read.
    len: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.len += count as u64;
        Ok(count)
    }
}
