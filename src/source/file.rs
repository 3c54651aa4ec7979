//! Reading one file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::archive;
use super::filter::Filter;
use super::open::Opener;
use super::window::{BUFFER_LEN, Buffer, MARGIN, Piece, read_windows};
use super::{Sink, Skipped};
use crate::error::io_reason;
use crate::location::{Origin, WideMark};

/// Files of at least this size are split among the threads, once the walk is over.
pub(super) const LARGE: u64 = 32 * 1024 * 1024;

/// The size of one part of a split file.
const SEGMENT: u64 = 16 * 1024 * 1024;

/// One part of a large file.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    path: PathBuf,
    /// Where in the file matches may begin.
    core: Range<u64>,
    /// The mark that the file begins with.
    mark: Option<WideMark>,
}

impl Segment {
    fn is_last(&self) -> bool {
        self.core.end == u64::MAX
    }
}

/// Reads files one after another.
#[derive(Debug)]
pub(super) struct FileReader<'f> {
    filter: &'f Filter,
    opener: Opener,
    buffer: Buffer,
}

impl<'f> FileReader<'f> {
    pub(super) fn new(filter: &'f Filter) -> Self {
        Self { filter, opener: Opener::default(), buffer: Buffer::new() }
    }

    /// Reads a file that a walk has met, or returns the parts in which to read it later.
    pub(super) fn read(&mut self, path: &Path, named: bool, sink: &mut dyn Sink) -> Vec<Segment> {
        match self.try_read(path, named, sink) {
            Ok(segments) => segments,
            Err(error) => {
                sink.skipped(Skipped::failure(path, io_reason(&error)));
                Vec::new()
            }
        }
    }

    fn try_read(&mut self, path: &Path, named: bool, sink: &mut dyn Sink) -> io::Result<Vec<Segment>> {
        let origin = Origin::file(path);
        if named && !std::fs::metadata(path)?.is_file() {
            let reason = "not a regular file; pipe its content to `dogcatcher scan -`";
            sink.skipped(Skipped::failure(path, reason));
            return Ok(Vec::new());
        }
        // A named path may be a link, which is then followed.
        let mut file = if named { File::open(path)? } else { self.opener.open(path)? };
        if self.filter.limits_size()
            && let Some(skipped) = self.filter.refuses(path, &file.metadata()?)
        {
            sink.skipped(skipped);
            return Ok(Vec::new());
        }
        let first = read_some(&mut file, self.buffer.space())?;
        if archive::is_archive(&self.buffer.space()[..first]) {
            file.rewind()?;
            if archive::scan_file(&origin, &mut file, sink)? {
                sink.end(&origin);
                return Ok(Vec::new());
            }
            file.seek(SeekFrom::Start(first as u64))?;
        }
        // A full buffer: now it is worth asking for the size.
        if first == BUFFER_LEN {
            let size = file.metadata()?.len();
            if size >= LARGE {
                let mark = WideMark::of(self.buffer.space());
                return Ok(segments(path, size, mark));
            }
        }
        let piece = Piece::whole(&origin);
        read_windows(&piece, first, |slice| file.read(slice), &mut self.buffer, sink)?;
        sink.end(&origin);
        Ok(Vec::new())
    }

    /// Reads one part of a large file.
    pub(super) fn read_segment(&mut self, segment: &Segment, sink: &mut dyn Sink) {
        let origin = Origin::file(&segment.path);
        let read = |buffer: &mut Buffer, sink: &mut dyn Sink| -> io::Result<()> {
            let mut file = File::open(&segment.path)?;
            let from = segment.core.start.saturating_sub(MARGIN as u64);
            file.seek(SeekFrom::Start(from))?;
            let piece = Piece { origin: &origin, from, core: segment.core.clone(), mark: segment.mark };
            read_windows(&piece, 0, |slice| file.read(slice), buffer, sink)
        };
        match read(&mut self.buffer, sink) {
            Ok(_) if segment.is_last() => sink.end(&origin),
            Ok(_) => {}
            Err(error) => sink.skipped(Skipped::failure(
                &segment.path,
                format!("{} (in the part from byte {} on)", io_reason(&error), segment.core.start),
            )),
        }
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
fn segments(path: &Path, size: u64, mark: Option<WideMark>) -> Vec<Segment> {
    let count = size.div_ceil(SEGMENT);
    (0..count)
        .map(|index| {
            let end = if index + 1 == count { u64::MAX } else { (index + 1) * SEGMENT };
            Segment { path: path.to_path_buf(), core: index * SEGMENT..end, mark }
        })
        .collect()
}

/// Reads a file once more from its start, for what is only needed where something was found.
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
