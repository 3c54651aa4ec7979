//! Loose objects: each a compressed file of its own, as recent ones are.
//!
//! ```text
//! objects/9c/1185a5c5e9fc54612808977ee8f548b2258d31
//!   zlib("blob 12\0Hello world\n")
//! ```

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::ZlibDecoder;

use super::kind::{Kind, MAX_HELD};
use crate::error::{SkipReason, io_reason};
use crate::location::ObjectId;
use crate::source::sink::Skipped;

/// The objects in one of the 256 folders.
///
/// Names that are no ids (temporary files of git's) are passed over.
fn list_folder(dir: &Path, id_len: usize, on_skipped: &mut dyn FnMut(Skipped)) -> Vec<(PathBuf, ObjectId)> {
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

/// Returns the file that an object has in a folder of objects, if it is loose.
pub(in crate::source) fn path(objects: &Path, id: ObjectId) -> PathBuf {
    let digits = id.to_string();
    let (folder, file) = digits.split_at(2);
    objects.join(folder).join(file)
}

/// Reads the loose objects of some types; what cannot be read is passed over,
/// since the sweep tells of it.
pub(in crate::source) fn each(
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

/// The loose objects in a folder of objects, in order. Most of the 256 folders
/// are not there in a small repository.
pub(in crate::source) fn files(
    objects: &Path,
    id_len: usize,
    on_skipped: &mut dyn FnMut(Skipped),
) -> Vec<(PathBuf, ObjectId)> {
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
    folders.iter().flat_map(|dir| list_folder(dir, id_len, on_skipped)).collect()
}

/// The content of a loose object, as it is inflated.
pub(in crate::source) type Inflating = BufReader<ZlibDecoder<BufReader<File>>>;

/// Opens a loose object; its type and size.
///
/// # Errors
///
/// It cannot be opened, is no regular file, or does not begin as an object
/// does.
pub(in crate::source) fn open(path: &Path) -> io::Result<(Inflating, Kind, u64)> {
    // First of all: to open a FIFO would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let mut reader = BufReader::new(ZlibDecoder::new(BufReader::new(file)));
    let (kind, size) = read_header(&mut reader)?;
    Ok((reader, kind, size))
}

/// Reads `blob 123` and the zero byte after it.
///
/// The word and the size take 32 bytes at most.
fn read_header(reader: &mut impl BufRead) -> io::Result<(Kind, u64)> {
    let mut header = Vec::new();
    reader.take(32).read_until(0, &mut header)?;
    let wrong = || io::Error::from(io::ErrorKind::InvalidData);
    let text = header.strip_suffix(&[0]).ok_or_else(wrong)?;
    let blank = text.iter().position(|&byte| byte == b' ').ok_or_else(wrong)?;
    let kind = Kind::from_name(&text[..blank]).ok_or_else(wrong)?;
    let size = std::str::from_utf8(&text[blank + 1..]).ok().and_then(|digits| digits.parse().ok());
    Ok((kind, size.ok_or_else(wrong)?))
}
