//! Objects as texts: what a sink is given of each.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use crate::error::SkipReason;
use crate::location::{GitPart, GitText, ObjectId, Origin, path_from_bytes};
use crate::source::archive;
use crate::source::lfs_store::LfsStore;
use crate::source::pack::{Kind, tree};
use crate::source::sink::{Hold, ObjectSink, Skipped, Swept, Window};

/// Returns what an object may hold: of a tree only its names matter.
pub(super) fn holds(sink: &impl ObjectSink, kind: Kind, bytes: &[u8]) -> Hold {
    match kind {
        Kind::Tree if sink.may_hold_token(bytes) => Hold::Candidates,
        Kind::Tree => Hold::Nothing,
        Kind::Blob if archive::is_archive(bytes) => Hold::Candidates,
        Kind::Blob | Kind::Commit | Kind::Tag => sink.may_hold(None, bytes),
    }
}

/// Gives a sink the texts in an object that may hold something.
pub(super) fn deliver(
    sink: &mut impl ObjectSink,
    repository: &Arc<Path>,
    kind: Kind,
    id: ObjectId,
    bytes: &[u8],
) {
    let of = |part| GitText::in_object(repository, part, id);
    match kind {
        Kind::Blob => whole(sink, of(GitPart::Blob), bytes),
        Kind::Commit => message(sink, [GitPart::CommitHeader, GitPart::CommitMessage].map(of), bytes),
        Kind::Tag => message(sink, [GitPart::TagHeader, GitPart::TagMessage].map(of), bytes),
        Kind::Tree => {
            for name in tree::entries(bytes, id.as_bytes().len()).map(|entry| entry.name) {
                if sink.may_hold_token(name) {
                    let path = Some(path_from_bytes(name));
                    whole(sink, GitText { path, ..of(GitPart::FileName) }, name);
                }
            }
        }
    }
}

/// Gives a sink one text.
pub(super) fn whole(sink: &mut impl ObjectSink, text: GitText, bytes: &[u8]) {
    let is_content = matches!(text.part, GitPart::Blob | GitPart::Staged);
    let origin = Origin::Git(Arc::new(text));
    if is_content
        && archive::is_archive(bytes)
        && archive::scan_file(&origin, Cursor::new(bytes), sink).is_ok_and(|it| it)
    {
        sink.end_text(&origin);
        return;
    }
    sink.take_window(Window::whole_text(&origin, bytes));
    sink.end_text(&origin);
}

/// Header lines, an empty line, then the message.
pub(super) fn message(sink: &mut impl ObjectSink, [header, message]: [GitText; 2], bytes: &[u8]) {
    let end = memchr::memmem::find(bytes, b"\n\n").unwrap_or(bytes.len());
    let (header_bytes, message_bytes) = (&bytes[..end], bytes.get(end + 2..).unwrap_or_default());
    if sink.may_hold_token(header_bytes) {
        whole(sink, header, header_bytes);
    }
    if sink.may_hold(None, message_bytes) == Hold::Candidates {
        whole(sink, message, message_bytes);
    }
}

/// Gives a sink what a pointer of Git LFS stands for, as the content of the
/// object of that name and id.
///
/// # Errors
///
/// The gap: it is not here, it is too large, or it cannot be read.
pub(super) fn scan_lfs_content(
    store: &LfsStore,
    repository: &Arc<Path>,
    (name, id): (&Path, Option<ObjectId>),
    pointer: &[u8],
    max_size: u64,
    sink: &mut impl ObjectSink,
) -> Result<(), Skipped> {
    let text = GitText { object: id, ..GitText::without_object(repository, GitPart::Blob) };
    let refuses = |length| (length > max_size).then(|| too_large(name, length, max_size));
    let bytes = store.scan(pointer, (name, &Origin::Git(Arc::new(text))), refuses, sink)?;
    sink.add_swept(Swept { bytes, ..Swept::default() });
    Ok(())
}

/// The gap of an object that is larger than the user wants, in bytes.
pub(super) fn too_large(name: &Path, length: u64, max_size: u64) -> Skipped {
    let reason = format!("{length} bytes, more than --max-file-size {max_size}");
    Skipped::by_choice(SkipReason::TooLarge, name, reason)
}
