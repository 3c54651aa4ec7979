//! The members of each format, one after another. Each `read_…` takes an
//! archive apart and hands its members to [`Walk`]: what a member is, the walk
//! finds out.
//!
//! Where an archive breaks off, the members before that count, and the gap
//! names the archive; a member that alone cannot be read is named itself, and
//! the next one follows.
//!
//! To add a format: a mark in `format`, a `read_…` here, a row in
//! [`Walk::read_stream`] or [`Walk::read_seekable`], and a fixture in
//! `tests/archives.rs`. Everything else (depth, budget, names, nesting) is the
//! walk's.

use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::PathBuf;

use super::budget::{Budgeted, Spent};
use super::format::Format;
use super::gap::{DAMAGED, Gap, gap_of};
use super::read_limit::LimitedReader;
use super::walk::Walk;
use super::{ar, bundle, cpio, rpm, seven_zip};
use crate::error::SkipReason;
use crate::location::{ObjectId, Origin, path_from_bytes};
use crate::source::pack::{TakeObject, scan_unindexed_pack};

/// Memory that a dictionary of 7z may take, in KiB.
const SEVEN_ZIP_MEMORY_KIB: usize = 128 << 10;

/// Length of the longest table of contents of a 7z, in bytes: some 20,000
/// files. Two bytes of it, a name without a letter, become 150 in memory.
const SEVEN_ZIP_TABLE: u64 = 3 << 20;

impl Walk<'_> {
    /// Reads a tar, also several that were put after one another.
    pub(super) fn read_tar(&mut self, origin: &Origin, reader: impl Read, depth: usize) {
        let (reader, limit) = LimitedReader::new(reader);
        let mut archive = tar::Archive::new(reader);
        // Archives that were put after one another: zeros end none but the last.
        archive.set_ignore_zeros(true);
        let mut entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.note_gap(origin, gap_of(&error)),
        };
        // How much of the last member has not been read.
        let mut unread = 0;
        loop {
            limit.set_for_headers(unread);
            unread = 0;
            let mut entry = match entries.next() {
                Some(Ok(entry)) => entry,
                // What follows cannot be found any more.
                Some(Err(error)) => return self.note_gap(origin, gap_of(&error)),
                None => return,
            };
            limit.lift_limit();
            let kind = entry.header().entry_type();
            let member = self.member(origin, &path_from_bytes(&entry.path_bytes()));
            if let Some(target) = entry.link_name_bytes() {
                self.beside(&member, &target);
            }
            if kind.is_gnu_sparse() && entry.size() > self.budget.bytes_left() {
                // Holes take nothing in the archive, and must not cost what follows.
                self.note_gap(&member, Spent::Bytes);
                unread = entry.header().entry_size().unwrap_or(0);
                continue;
            }
            if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
                self.read_text(&member, &mut entry, depth);
            }
            if self.is_over() {
                return;
            }
            // What was not read is no part of the next header. Holes have no end but that of the budget.
            let mut rest = Budgeted::new(entry, self.budget.clone());
            if let Err(error) = io::copy(&mut rest, &mut io::sink()) {
                return self.note_gap(origin, gap_of(&error));
            }
        }
    }

    /// Reads an ar.
    pub(super) fn read_ar(&mut self, origin: &Origin, reader: impl Read, depth: usize) {
        let mut archive = match ar::Archive::new(BufReader::new(reader)) {
            Ok(archive) => archive,
            Err(error) => return self.note_gap(origin, gap_of(&error)),
        };
        loop {
            match archive.next_entry() {
                Ok(Some(mut entry)) => {
                    let member = self.member(origin, &path_from_bytes(&entry.path));
                    self.read_text(&member, &mut entry.content, depth);
                }
                Ok(None) => return,
                Err(error) => return self.note_gap(origin, gap_of(&error)),
            }
            if self.is_over() {
                return;
            }
        }
    }

    /// Reads a cpio, and what follows it.
    pub(super) fn read_cpio(&mut self, origin: &Origin, reader: impl Read, depth: usize) {
        let mut archive = cpio::Archive::new(BufReader::new(reader));
        loop {
            let mut entry = match archive.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(error) => return self.note_gap(origin, gap_of(&error)),
            };
            let member = self.member(origin, &path_from_bytes(&entry.path));
            if entry.has_content {
                self.read_text(&member, &mut entry.content, depth);
            }
            if self.is_over() {
                return;
            }
            if let Err(error) = entry.skip_rest() {
                return self.note_gap(origin, gap_of(&error));
            }
        }
        match archive.into_rest() {
            Ok(Some(mut rest)) => self.read_text(&origin.member("what follows".as_ref()), &mut rest, depth),
            Ok(None) => {}
            Err(error) => self.note_gap(origin, gap_of(&error)),
        }
    }

    /// Reads an rpm: its header, which holds scripts, and its payload.
    pub(super) fn read_rpm(&mut self, origin: &Origin, reader: impl Read, depth: usize) {
        let mut reader = BufReader::new(reader);
        let length = rpm::skip_signature(&mut reader).and_then(|()| rpm::header_length(&mut reader));
        match length {
            Ok(length) => {
                // Texts and numbers, and no archive, whatever it begins with.
                let mut header = reader.by_ref().take(length);
                self.read_plain(&origin.member("header".as_ref()), &mut header);
                let complete = header.limit() == 0;
                match reader.fill_buf() {
                    Ok(payload) if complete && !payload.is_empty() => {
                        self.read_text(&origin.member("payload.cpio".as_ref()), &mut reader, depth);
                    }
                    Ok(_) if self.is_over() => {}
                    Ok(_) => self.note_gap(origin, Gap::damaged("it is damaged: it ends before its payload")),
                    Err(error) => self.note_gap(origin, gap_of(&error)),
                }
            }
            Err(error) => self.note_gap(origin, gap_of(&error)),
        }
    }

    /// Reads a zip by its table of contents, which stands at its end.
    pub(super) fn read_zip(&mut self, origin: &Origin, reader: impl Read + Seek, depth: usize) {
        let mut archive = match zip::ZipArchive::new(reader) {
            Ok(archive) => archive,
            Err(error) => return self.note_gap(origin, zip_reason(&error)),
        };
        let comment = archive.comment().to_vec();
        self.beside(&origin.member("comment".as_ref()), &comment);
        for index in 0..archive.len() {
            if self.is_over() {
                return;
            }
            let inner = self.member(origin, &zip_name(&archive, index));
            let error = match archive.by_index(index) {
                // Of a link, the content is what it names.
                Ok(mut member) if !member.is_dir() => {
                    let comment = member.comment().to_owned();
                    self.beside(&inner.member("comment".as_ref()), comment.as_bytes());
                    self.read_text(&inner, &mut member, depth);
                    continue;
                }
                Ok(_) => continue,
                Err(error) => error,
            };
            match error {
                zip::result::ZipError::UnsupportedArchive(_)
                    if self.zstandard_of_zip(&mut archive, index, &inner, depth) => {}
                error => self.note_gap(&inner, zip_reason(&error)),
            }
        }
    }

    /// Reads a member that is compressed with zstd, which the library for zip
    /// leaves to C; `false` where it is another method.
    fn zstandard_of_zip(
        &mut self,
        archive: &mut zip::ZipArchive<impl Read + Seek>,
        index: usize,
        inner: &Origin,
        depth: usize,
    ) -> bool {
        /// The number of the method in zip.
        const ZSTD: zip::CompressionMethod = zip::CompressionMethod::ZSTD;
        match archive.by_index_raw(index) {
            Ok(member) if member.compression() == ZSTD && !member.encrypted() => {
                match Format::Zstd.unpack_reader(member) {
                    Ok(mut unpacked) => self.read_text(inner, &mut unpacked, depth),
                    Err(error) => self.note_gap(inner, gap_of(&error)),
                }
                true
            }
            _ => false,
        }
    }

    /// Reads a 7z, on this thread alone.
    pub(super) fn read_seven_zip(&mut self, origin: &Origin, reader: impl Read + Seek, depth: usize) {
        use sevenz_rust2::{ArchiveReader, EntryDecision, Password};
        let mut reader = reader;
        match seven_zip::table_length(&mut reader) {
            Ok(0..=SEVEN_ZIP_TABLE) => {}
            Ok(_) => {
                let why = "skipped: budget (its table of contents takes too much memory)";
                return self.note_gap(origin, Gap::over_budget(why));
            }
            Err(error) => return self.note_gap(origin, gap_of(&error)),
        }
        let opened = ArchiveReader::new_with_memory_limit(reader, Password::empty(), SEVEN_ZIP_MEMORY_KIB);
        let mut archive = match opened {
            Ok(archive) => archive,
            Err(error) => return self.note_gap(origin, seven_zip_reason(&error)),
        };
        archive.set_thread_count(1);
        let mut last = origin.clone();
        let walked = archive.for_each_entries_with_decision(|entry, reader| {
            last = self.member(origin, &PathBuf::from(entry.name()));
            if !entry.is_directory() {
                let mut content = reader;
                self.read_text(&last, &mut content, depth);
            }
            Ok(if self.is_over() { EntryDecision::Stop } else { EntryDecision::Continue })
        });
        if let Err(error) = walked {
            self.note_gap(origin, seven_zip_reason(&error));
        }
    }

    /// Reads the objects of a pack, and what stands before it in a bundle.
    pub(super) fn read_pack(
        &mut self,
        origin: &Origin,
        format: Format,
        reader: impl Read + Seek,
        depth: usize,
    ) {
        let mut reader = BufReader::new(reader);
        let (mut start, mut id_len) = (0, 20);
        if format == Format::Bundle {
            match bundle::read_header(&mut reader) {
                Ok(header) => {
                    (start, id_len) = (header.text.len() as u64, header.id_len);
                    // Without its first line, by which it would be a bundle again.
                    let end = header.text.iter().position(|byte| *byte == b'\n').unwrap_or(0);
                    let any = self.any;
                    self.read_held(&origin.member("header".as_ref()), &header.text[end..], depth);
                    // It is a text, too.
                    self.any = any;
                }
                Err(error) => return self.note_gap(origin, gap_of(&error)),
            }
        }
        let outer = std::mem::replace(&mut self.in_history, true);
        scan_unindexed_pack(reader.into_inner(), start, id_len, &mut Objects { walk: self, origin, depth });
        self.in_history = outer;
    }
}

/// Takes the objects of a pack for members.
struct Objects<'a, 's> {
    /// Takes what is found in them.
    walk: &'a mut Walk<'s>,
    /// The pack.
    origin: &'a Origin,
    depth: usize,
}

impl TakeObject for Objects<'_, '_> {
    fn goes_on(&mut self) -> bool {
        // Told once.
        if !self.walk.is_over()
            && let Err(why) = self.walk.budget.in_time()
        {
            self.walk.note_gap(self.origin, why);
        }
        !self.walk.is_over()
    }

    fn take_object(&mut self, kind: &'static str, id: ObjectId, bytes: &[u8]) {
        // A whole id has the shape of a key, which no report would show.
        let member = self.origin.member(format!("{kind} {}", id.short_hex()).as_ref());
        self.walk.read_held(&member, bytes, self.depth);
    }

    fn take_large(&mut self, offset: u64, bytes: &mut dyn Read) {
        self.walk.read_text(&self.origin.member(format!("object at {offset}").as_ref()), bytes, self.depth);
    }

    fn take_piece(&mut self, offset: u64, bytes: &[u8]) {
        self.walk.read_held(&self.origin.member(format!("change at {offset}").as_ref()), bytes, self.depth);
    }

    fn note_broken(&mut self, count: usize, why: &str) {
        let objects = if count == 1 { "an object" } else { &format!("{count} objects") };
        // The pack itself is no part of the history that it holds.
        let inner = std::mem::replace(&mut self.walk.in_history, self.origin.is_history());
        let words = format!("{objects} of the pack: {why}");
        self.walk.note_gap(self.origin, Gap { kind: SkipReason::GitObject, words });
        self.walk.in_history = inner;
    }
}

/// Returns the name of a member of a zip; its number, where that is no text.
///
/// Zip has names in two encodings; the library has decoded them.
fn zip_name(archive: &zip::ZipArchive<impl Read + Seek>, index: usize) -> PathBuf {
    match archive.name_for_index(index) {
        Some(Ok(name)) => PathBuf::from(&*name),
        _ => PathBuf::from(format!("member {index}")),
    }
}

/// Returns the reason why a zip, or a member of it, cannot be read.
fn zip_reason(error: &zip::result::ZipError) -> Gap {
    use zip::result::ZipError;
    match error {
        ZipError::Io(error) => gap_of(error),
        // One of the library's own texts.
        ZipError::UnsupportedArchive(why) => Gap::unsupported(why),
        _ => Gap::damaged(DAMAGED),
    }
}

/// Returns the reason why a 7z cannot be read.
fn seven_zip_reason(error: &sevenz_rust2::Error) -> Gap {
    use sevenz_rust2::Error;
    match error {
        Error::Io(error, _) | Error::MaybeBadPassword(error) => gap_of(error),
        Error::PasswordRequired => Gap::unsupported("it is encrypted"),
        Error::MaxMemLimited { .. } => Spent::Memory.into(),
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => {
            Gap::unsupported("it is encrypted")
        }
        Error::UnsupportedCompressionMethod(_) => Gap::unsupported("its compression is not supported"),
        _ => Gap::damaged(DAMAGED),
    }
}
