//! Archives and compressed files: their members are read as they are unpacked,
//! never written to disk, within budgets.
//!
//! ```text
//! image.tar                                  stream
//! └ layer.tar.gz                             stream in a stream
//!   └ layer.tar
//!     └ app/conf.zip                         held in memory, 64 MiB at most: its table stands at its end
//!       └ .env                               a text: named image.tar!/layer.tar.gz!/layer.tar!/app/conf.zip!/.env
//! ```
//!
//! What a text is, its first bytes say, not its name. Everything is a stream,
//! so a member can be an archive again; only what cannot be read in one go, a
//! zip say, whose table of contents stands at its end, is held in memory within
//! another archive.
//!
//! Archives come from anybody. So their headers are believed as little as can
//! be: a [`Budget`] bounds bytes, members and time of one input with all that
//! is in it, decoders get a limit of memory, and whatever is not read is told
//! of as a gap.
//!
//! # What bounds it
//!
//! | | bound | else |
//! |---|---|---|
//! | depth | `--archive-depth`, 4 | told of as `archive-depth` |
//! | bytes, members, time | a [`Budget`] for one input | `archive-budget` |
//! | memory of a decoder | 128 MiB, by the decoder's own limit | `archive-budget` |
//! | what has to be sought in, within an archive | 64 MiB | `archive-budget` |
//! | names and headers | 1 MiB a member | `archive-budget` |

mod ar;
mod budget;
mod bundle;
mod cpio;
mod format;
mod gap;
mod members;
mod read_limit;
mod rpm;
mod seven_zip;
mod streams;
mod walk;

use std::io::{self, Cursor, Read, Seek};

pub(super) use format::is_archive;

use super::sink::Sink;
use super::window::{Buffer, fill_buffer, read_all};
use crate::location::Origin;
use budget::{Budget, Growing};
use format::Format;
use walk::Walk;

/// Reads the members of a file that is an archive. `false` where it is none,
/// where archives are not to be looked into, and where it is so damaged that
/// nothing could be unpacked: then it is to be read as any file.
///
/// # Errors
///
/// The file cannot be read. Damage within it is told of to the sink.
pub(super) fn scan_file(
    origin: &Origin,
    mut file: impl Read + Seek,
    sink: &mut dyn Sink,
) -> io::Result<bool> {
    let mut head = [0; format::HEAD];
    let (length, read) = fill_buffer(&mut file, &mut head);
    read?;
    let Some(format) = Format::from_head(&head[..length]).filter(|_| sink.archive_depth() > 0) else {
        return Ok(false);
    };
    let size = file.seek(io::SeekFrom::End(0))?;
    file.rewind()?;
    let budget = if format.is_history() { Budget::of_history() } else { Budget::new(size) };
    let mut walk = Walk::new(budget, sink, origin);
    match format.wants_seek() {
        true => walk.read_seekable(origin, format, file, 1),
        false => walk.read_stream(origin, format, file, 1),
    }
    // What only begins as an archive does is a text.
    Ok(walk.any || walk.budget.is_spent())
}

/// Reads a text that cannot be read again, and its members where it is an
/// archive.
///
/// # Errors
///
/// The text cannot be read.
pub(super) fn scan_stream(
    origin: &Origin,
    reader: impl Read,
    buffer: &mut Buffer,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let budget = Budget::of_unknown_size();
    let mut reader = Growing::new(reader, budget.clone());
    let mut head = [0; format::HEAD];
    let (length, read) = fill_buffer(&mut reader, &mut head);
    read?;
    if let Some(format) = Format::from_head(&head[..length]).filter(|_| sink.archive_depth() > 0) {
        let mut walk = Walk::new(budget, sink, origin);
        walk.read_packed(origin, format, Cursor::new(&head[..length]).chain(reader.by_ref()), 1);
        if walk.any || walk.budget.is_spent() || !reader.is_kept() {
            sink.end_text(origin);
            return Ok(());
        }
    }
    // No archive, or what only begins as one does.
    let kept = Cursor::new(reader.take_kept());
    let read = read_all(origin, kept.chain(reader), buffer, sink);
    sink.end_text(origin);
    read
}
