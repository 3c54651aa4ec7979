//! Loose objects: each a compressed file of its own, as recent ones are.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::bufread::ZlibDecoder;

use super::deliver::deliver;
use super::pack::Kind;
use super::sweep::{MAX_HELD, SweepOptions, holds};
use super::unpack::MAX_REBUILT;
use crate::error::{SkipReason, io_reason};
use crate::location::{GitPart, GitText, ObjectId, Origin};
use crate::source::lfs::{LFS_POINTER, is_lfs_pointer};
use crate::source::repository::Repository;
use crate::source::sink::{Hold, ObjectSink, Skipped, Swept};
use crate::source::threads::on_threads;
use crate::source::window::{Buffer, read_all};

/// Sweeps the loose objects in a folder of objects.
pub(super) fn sweep<S: ObjectSink>(
    repository: &Repository,
    objects: &Path,
    id_len: usize,
    options: &SweepOptions,
    make_sink: &(dyn Fn() -> S + Sync),
) {
    let mut first = make_sink();
    let files = files(objects, id_len, &mut |skipped| first.skipped(skipped));
    if files.is_empty() {
        return;
    }
    first.expect(files.len() as u64);
    let next = AtomicUsize::new(0);
    on_threads(if files.len() < 32 { 1 } else { options.threads }, || {
        let mut reader = Reader {
            repository: &repository.name,
            max_size: options.max_size.unwrap_or(u64::MAX),
            sink: make_sink(),
            bytes: Vec::new(),
            buffer: None,
        };
        while let Some((path, id)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            reader.read(path, *id);
        }
    });
}

/// The objects in one of the 256 folders.
fn list(dir: &Path, id_len: usize, on_skipped: &mut dyn FnMut(Skipped)) -> Vec<(PathBuf, ObjectId)> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            on_skipped(Skipped::failure(SkipReason::Unreadable, dir, io_reason(&error)));
            return Vec::new();
        }
    };
    let prefix = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let object = |name: &str| {
        ObjectId::from_hex(&format!("{prefix}{name}")).filter(|id| id.as_bytes().len() == id_len)
    };
    let mut files: Vec<_> = entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), object(entry.file_name().to_str()?)?)))
        .collect();
    files.sort();
    files
}

/// Reads the loose objects of some types; what cannot be read is passed over, since the sweep tells of it.
pub(super) fn each(
    dirs: &[PathBuf],
    id_len: usize,
    wanted: impl Fn(Kind) -> bool,
    mut on: impl FnMut(ObjectId, Kind, &[u8]),
) {
    let mut bytes = Vec::new();
    for (path, id) in dirs.iter().flat_map(|dir| files(dir, id_len, &mut |_| {})) {
        let Ok((mut reader, kind, size)) = open(&path) else { continue };
        bytes.clear();
        if wanted(kind) && size <= MAX_HELD && reader.by_ref().take(size).read_to_end(&mut bytes).is_ok() {
            on(id, kind, &bytes);
        }
    }
}

/// The loose objects in a folder of objects, in order. Most of the 256 folders are not there in a small repository.
fn files(objects: &Path, id_len: usize, on_skipped: &mut dyn FnMut(Skipped)) -> Vec<(PathBuf, ObjectId)> {
    let entries = match fs::read_dir(objects) {
        Ok(entries) => entries,
        Err(error) => {
            on_skipped(Skipped::failure(SkipReason::Unreadable, objects, io_reason(&error)));
            return Vec::new();
        }
    };
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_of_objects = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        name.len() == 2 && name.iter().all(is_digit)
    };
    let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(is_of_objects).collect();
    folders.sort();
    folders.iter().flat_map(|dir| list(dir, id_len, on_skipped)).collect()
}

pub(super) type Inflating = BufReader<ZlibDecoder<BufReader<File>>>;

/// Opens a loose object; its type and size.
pub(super) fn open(path: &Path) -> io::Result<(Inflating, Kind, u64)> {
    // First of all: to open a FIFO would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let mut reader = BufReader::new(ZlibDecoder::new(BufReader::new(file)));
    let (kind, size) = header(&mut reader)?;
    Ok((reader, kind, size))
}

struct Reader<'a, S> {
    repository: &'a Arc<Path>,
    max_size: u64,
    sink: S,
    bytes: Vec<u8>,
    buffer: Option<Buffer>,
}

impl<S: ObjectSink> Reader<'_, S> {
    fn read(&mut self, path: &Path, id: ObjectId) {
        if let Err(error) = self.try_read(path, id) {
            self.sink.swept(Swept { objects: 1, ..Swept::default() });
            // What a decoder says is in words of its own.
            let reason = match error.kind() {
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                    "it is no object that git knows".to_owned()
                }
                io::ErrorKind::UnexpectedEof => "the file ends within it".to_owned(),
                _ => io_reason(&error),
            };
            self.sink.skipped(Skipped::failure(SkipReason::GitObject, path, reason));
        }
    }

    fn try_read(&mut self, path: &Path, id: ObjectId) -> io::Result<()> {
        let (mut reader, kind, size) = open(path)?;
        if kind == Kind::Blob && size > self.max_size {
            let reason = format!("{size} bytes, more than --max-file-size {}", self.max_size);
            self.sink.skipped(Skipped::by_choice(SkipReason::TooLarge, path, reason));
            self.sink.swept(Swept { objects: 1, ..Swept::default() });
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
        if kind == Kind::Blob && is_lfs_pointer(&self.bytes) {
            self.sink.skipped(Skipped::by_choice(SkipReason::LfsPointer, path, LFS_POINTER));
        }
        if holds(&self.sink, kind, &self.bytes) == Hold::Candidates {
            deliver(&mut self.sink, self.repository, kind, id, &self.bytes);
        }
        Ok(())
    }

    /// Reads a large blob in windows.
    fn stream(&mut self, reader: &mut impl Read, id: ObjectId, size: u64) -> io::Result<()> {
        let origin = Origin::Git(Arc::new(GitText::object(self.repository, GitPart::Blob, id)));
        let mut counted = Counted { reader: reader.take(size.saturating_add(1)), len: 0 };
        let buffer = self.buffer.get_or_insert_with(Buffer::new);
        let read = read_all(&origin, &mut counted, buffer, &mut self.sink);
        self.sink.end(&origin);
        read?;
        if counted.len != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.count(Kind::Blob, size);
        Ok(())
    }

    fn count(&mut self, kind: Kind, size: u64) {
        let mut swept = Swept::default();
        swept.add(kind, size);
        self.sink.swept(swept);
    }
}

/// Reads `blob 123` and the zero byte after it.
fn header(reader: &mut impl BufRead) -> io::Result<(Kind, u64)> {
    let mut header = Vec::new();
    reader.take(32).read_until(0, &mut header)?;
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let text = header.strip_suffix(&[0]).ok_or_else(wrong)?;
    let blank = text.iter().position(|&byte| byte == b' ').ok_or_else(wrong)?;
    let kind = Kind::from_name(&text[..blank]).ok_or_else(wrong)?;
    let size = std::str::from_utf8(&text[blank + 1..]).ok().and_then(|digits| digits.parse().ok());
    Ok((kind, size.ok_or_else(wrong)?))
}

/// Counts the bytes that go by.
struct Counted<R> {
    reader: R,
    len: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.len += count as u64;
        Ok(count)
    }
}
