//! Blobs too large to be held, read in windows from where git keeps them.

use std::path::PathBuf;
use std::sync::Arc;

use flate2::read::ZlibDecoder;
use git2::Oid;

use crate::error::io_reason;
use crate::location::{GitText, Origin};
use crate::source::pack::{Content, Kind, Pack, check_size, loose, packs};
use crate::source::repository::Place;
use crate::source::sink::ObjectSink;
use crate::source::window::{Buffer, read_all};

/// Gives a sink a blob window by window; nothing where it is kept as a delta,
/// or cannot be found.
///
/// # Errors
///
/// It cannot be read to its end.
pub(super) fn stream(
    place: &Place,
    id: Oid,
    text: &GitText,
    sink: &mut impl ObjectSink,
) -> Option<Result<(), String>> {
    let dirs = place.object_dirs();
    let origin = Origin::Git(Arc::new(text.clone()));
    let read = from_packs(&dirs, id, &origin, sink).or_else(|| from_file(&dirs, id, &origin, sink))?;
    sink.end_text(&origin);
    Some(read)
}

/// Reads a blob out of the pack that holds it whole.
fn from_packs(
    dirs: &[PathBuf],
    id: Oid,
    origin: &Origin,
    sink: &mut impl ObjectSink,
) -> Option<Result<(), String>> {
    let id = id.as_bytes();
    let indexes: Vec<PathBuf> = dirs.iter().flat_map(|dir| packs(dir, &mut |_| {})).collect();
    let opened = indexes.iter().filter_map(|path| Pack::open(path, id.len()).ok());
    let (pack, at) = opened.filter_map(|pack| pack.index().find(id).map(|at| (pack, at))).next()?;
    let header = pack.header(pack.index().offset(at)).ok()?;
    if header.content != Content::Whole(Kind::Blob) {
        return None;
    }
    let data = pack.data(&header, pack.end());
    let mut reader = ZlibDecoder::new(data);
    let read = check_size(data.len() as u64, header.size).map_err(|damage| damage.to_string());
    let read = read.and_then(|()| {
        read_all(origin, &mut reader, &mut Buffer::new(), sink).map_err(|error| io_reason(&error))
    });
    Some(read)
}

/// Reads a blob out of a loose object.
fn from_file(
    dirs: &[PathBuf],
    id: Oid,
    origin: &Origin,
    sink: &mut impl ObjectSink,
) -> Option<Result<(), String>> {
    let name = id.to_string();
    let (folder, rest) = name.split_at_checked(2)?;
    let files = dirs.iter().map(|dir| dir.join(folder).join(rest));
    let (reader, kind, _) = files.filter_map(|path| loose::open(&path).ok()).next()?;
    let read = || read_all(origin, reader, &mut Buffer::new(), sink).map_err(|error| io_reason(&error));
    (kind == Kind::Blob).then(read)
}
