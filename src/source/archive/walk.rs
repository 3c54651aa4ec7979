//! The way through one archive and all that is in it.
//!
//! ```text
//! text      a member: by its first bytes an archive (packed, one level deeper) or a text (read_all)
//! packed    an archive from a stream: formats that need their end are held in memory first
//! stream    tar, ar, cpio, rpm, compression
//! seekable  zip, 7z, packs of git
//! ```

use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use super::budget::{Budget, Budgeted};
use super::format;
use super::format::{Format, is_archive};
use super::gap::{Gap, gap_of};
use crate::location::Origin;
use crate::source::names::{GivenNames, deliver_beside, deliver_names};
use crate::source::sink::{Sink, Skipped, Window};
use crate::source::window::{Buffer, fill_buffer, read_all};

/// Bytes of archives that stand in another one and cannot be read in one go
/// that are held at most.
const MAX_HELD: u64 = 64 << 20;

/// The walk over one archive and all that is in it.
pub(super) struct Walk<'s> {
    /// The rest of what the input may take.
    pub(super) budget: Budget,
    /// Buffer for the windows of each text, one at a time.
    buffer: Buffer,
    /// Takes texts and gaps.
    sink: &'s mut dyn Sink,
    /// True where what is read is a part of some history of git.
    pub(super) in_history: bool,
    /// Bytes of archives in archives that are held in memory.
    held: u64,
    /// True where anything was unpacked.
    pub(super) any: bool,
    /// Names that the sink has: many members stand in one folder.
    named: GivenNames,
}

impl<'s> Walk<'s> {
    /// Begins a walk over the archive of that origin.
    pub(super) fn new(budget: Budget, sink: &'s mut dyn Sink, origin: &Origin) -> Self {
        let in_history = origin.is_history();
        let (buffer, named) = (Buffer::new(), GivenNames::default());
        Self { budget, buffer, sink, in_history, held: 0, any: false, named }
    }

    /// Returns the origin of a member that stands at that path of an archive,
    /// and looks at the names in the path.
    pub(super) fn member(&mut self, archive: &Origin, path: &Path) -> Origin {
        let Self { sink, named, any, .. } = self;
        deliver_names(*sink, path, |path| {
            *any = true;
            let name = archive.member(path).into_name();
            named.insert(&name).then_some(name)
        });
        archive.member(path)
    }

    /// Looks at what is said of a member beside its content: what a link names,
    /// or a comment.
    pub(super) fn beside(&mut self, origin: &Origin, text: &[u8]) {
        deliver_beside(self.sink, origin, text);
    }

    /// Reads a member of which nothing is known; `depth` is the number of
    /// archives around it.
    pub(super) fn read_text(&mut self, origin: &Origin, reader: &mut dyn Read, depth: usize) {
        if let Err(why) = self.budget.spend_member() {
            return self.note_gap(origin, why);
        }
        let mut head = [0; format::HEAD];
        let mut reader = Budgeted::new(reader, self.budget.clone());
        let (length, read) = fill_buffer(&mut reader, &mut head);
        if length == 0
            && let Err(error) = read
        {
            return self.note_gap(origin, gap_of(&error));
        }
        self.any |= length > 0;
        let whole = Cursor::new(head[..length].to_vec()).chain(Resumed { failure: read.err(), reader });
        match Format::from_head(&head[..length]) {
            Some(_) if depth >= self.sink.archive_depth() => {
                self.note_gap(origin, Gap::too_deep());
            }
            Some(format) => self.read_packed(origin, format, whole, depth + 1),
            None => self.read_windows(origin, whole),
        }
    }

    /// Reads a member that is no archive, whatever it begins with.
    pub(super) fn read_plain(&mut self, origin: &Origin, reader: &mut dyn Read) {
        if let Err(why) = self.budget.spend_member() {
            return self.note_gap(origin, why);
        }
        let reader = Budgeted::new(reader, self.budget.clone());
        self.any = true;
        self.read_windows(origin, reader);
    }

    /// Reads a text to its end, or as far as it can be read.
    fn read_windows(&mut self, origin: &Origin, reader: impl Read) {
        if let Err(error) = read_all(origin, reader, &mut self.buffer, self.sink) {
            self.note_gap(origin, gap_of(&error));
        }
        self.sink.end_text(origin);
    }

    /// Reads a member that is in memory.
    pub(super) fn read_held(&mut self, origin: &Origin, bytes: &[u8], depth: usize) {
        if is_archive(bytes) {
            return self.read_text(origin, &mut &bytes[..], depth);
        }
        match self.budget.spend_member().and_then(|()| self.budget.spend_bytes(bytes.len() as u64)) {
            Ok(()) => {
                self.any = true;
                self.sink.take_window(Window::whole_text(origin, bytes));
                self.sink.end_text(origin);
            }
            Err(why) => self.note_gap(origin, why),
        }
    }

    /// Reads an archive that comes as a stream.
    pub(super) fn read_packed(
        &mut self,
        origin: &Origin,
        format: Format,
        mut reader: impl Read,
        depth: usize,
    ) {
        if !format.wants_seek() {
            return self.read_stream(origin, format, reader, depth);
        }
        let mut held = Vec::new();
        let most = MAX_HELD - self.held;
        match reader.by_ref().take(most + 1).read_to_end(&mut held) {
            Ok(_) if held.len() as u64 > most => {
                let why = "skipped: budget (more than 64 MiB of a format that has to be a file of its own)";
                self.note_gap(origin, Gap::over_budget(why));
            }
            Ok(_) => {
                let length = held.len() as u64;
                self.held += length;
                self.read_seekable(origin, format, Cursor::new(held), depth);
                self.held -= length;
            }
            Err(error) => self.note_gap(origin, gap_of(&error)),
        }
    }

    /// Reads an archive of a format that can be read in one go, or what is
    /// compressed.
    pub(super) fn read_stream(&mut self, origin: &Origin, format: Format, reader: impl Read, depth: usize) {
        match format {
            Format::Tar => return self.read_tar(origin, reader, depth),
            Format::Ar => return self.read_ar(origin, reader, depth),
            Format::Cpio => return self.read_cpio(origin, reader, depth),
            Format::Rpm => return self.read_rpm(origin, reader, depth),
            _ => {}
        }
        let inner = origin.member(&unpacked_name(origin));
        match format.unpack_reader(reader) {
            Ok(mut unpacked) => self.read_text(&inner, &mut unpacked, depth),
            Err(error) => self.note_gap(origin, gap_of(&error)),
        }
    }

    /// Reads an archive of a format that [wants to be sought
    /// in](Format::wants_seek).
    pub(super) fn read_seekable(
        &mut self,
        origin: &Origin,
        format: Format,
        reader: impl Read + Seek,
        depth: usize,
    ) {
        match format {
            Format::Zip => self.read_zip(origin, reader, depth),
            Format::SevenZip => self.read_seven_zip(origin, reader, depth),
            _ => self.read_pack(origin, format, reader, depth),
        }
    }

    /// Returns whether nothing more is to be read: of this input, or of any.
    pub(super) fn is_over(&self) -> bool {
        self.budget.is_spent() || self.sink.is_stopped()
    }

    /// Tells of what was not read.
    ///
    /// Nobody can mend a damaged archive in a repository's past, and many are
    /// there to test programs with: that does not make a scan incomplete. A
    /// budget that is spent does.
    pub(super) fn note_gap(&mut self, origin: &Origin, why: impl Into<Gap>) {
        if self.sink.is_stopped() {
            // It ends where nothing more is wanted. That is said of the run.
            return;
        }
        let Gap { kind, words } = why.into();
        self.sink.take_skipped(match self.in_history && !kind.is_limit() {
            true => Skipped::by_choice(kind, origin.name(), words),
            false => Skipped::failure(kind, origin.name(), words),
        });
    }
}

/// A reader that could not be read any farther, once: then it says so.
struct Resumed<R> {
    /// Error that the reader ended with, told once what was read before is used
    /// up.
    failure: Option<io::Error>,
    /// Bytes that follow.
    reader: R,
}

impl<R: Read> Read for Resumed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.failure.take() {
            Some(error) => Err(error),
            None => self.reader.read(buffer),
        }
    }
}

/// Returns the name of what a compressed file holds: that of the file without
/// its last ending.
fn unpacked_name(origin: &Origin) -> PathBuf {
    let name = origin.name();
    let file = name.file_name().map_or(Path::new("content"), Path::new);
    match file.extension().and_then(|it| it.to_str()) {
        Some("tgz" | "tbz2" | "txz" | "tzst") => file.with_extension("tar"),
        Some(_) => file.with_extension(""),
        None => PathBuf::from("content"),
    }
}
