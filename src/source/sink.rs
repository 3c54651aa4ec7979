//! What a source gives and who takes it: windows of texts, objects, and what was not read.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::limits::Limits;
use crate::error::SkipReason;
use crate::location::{ObjectId, Origin, WideMark, WideText};

/// A run of bytes of a text, with as much around it as matters.
#[derive(Debug, Clone)]
pub struct Window<'a> {
    /// What the text is.
    pub origin: &'a Origin,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The part of `bytes` that is new: matches that begin here are to be reported.
    pub core: Range<usize>,
    /// The offset of the first of `bytes` in the text.
    pub offset: u64,
    /// Whether `bytes` is the whole text.
    pub whole: bool,
    /// The byte order mark that the text begins with, where it says that characters have more than one byte.
    pub mark: Option<WideMark>,
}

impl<'a> Window<'a> {
    /// A text as a whole.
    pub fn whole_text(origin: &'a Origin, bytes: &'a [u8]) -> Self {
        let mark = WideMark::of(bytes);
        Self { origin, bytes, core: 0..bytes.len(), offset: 0, whole: true, mark }
    }

    /// Returns where its characters stand, if they have more than one byte.
    pub fn wide_text(&self) -> Option<WideText> {
        self.mark.map(|mark| WideText::from(mark, self.offset))
    }
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// What it is: a path, or a word for it.
    pub origin: PathBuf,
    /// The kind of gap that it leaves.
    pub kind: SkipReason,
    /// Reason why it was not read, in words.
    pub reason: String,
    /// Whether the scan is incomplete because of it; not so where the user asked for it.
    pub incomplete: bool,
    /// The reason for which a person accepted that.
    pub accepted: Option<String>,
    /// The repository that it belongs to, if it does.
    pub repository: Option<Arc<Path>>,
    /// Ids of git objects in its words: first that of the object itself that was not read, then others.
    pub objects: Vec<ObjectId>,
}

impl Skipped {
    /// Something that could not be read.
    pub fn failure(kind: SkipReason, origin: impl AsRef<Path>, reason: impl Into<String>) -> Self {
        let (origin, reason) = (short_name(origin.as_ref()), reason.into());
        Self { origin, kind, reason, incomplete: true, accepted: None, repository: None, objects: Vec::new() }
    }

    /// Something that the user asked not to read.
    pub fn by_choice(kind: SkipReason, origin: impl AsRef<Path>, reason: impl Into<String>) -> Self {
        Self { incomplete: false, ..Self::failure(kind, origin, reason) }
    }

    /// The same, of a git object.
    #[must_use]
    pub fn of_object(self, id: impl Into<Option<ObjectId>>) -> Self {
        Self { objects: id.into().into_iter().collect(), ..self }
    }

    /// The same, in a repository.
    #[must_use]
    pub fn in_repository(self, repository: &Path) -> Self {
        Self { repository: Some(repository.into()), ..self }
    }
}

/// The name that a file has in findings, too.
fn short_name(path: &Path) -> PathBuf {
    Origin::file(path).path().unwrap_or(path).to_path_buf()
}

/// What takes the bytes. One sink serves one thread.
pub trait Sink: Send {
    /// Takes a window.
    fn take_window(&mut self, window: Window<'_>);
    /// A text has been read to its end.
    fn end_text(&mut self, origin: &Origin);
    /// Something was not read.
    fn take_skipped(&mut self, skipped: Skipped);
    /// Returns whether nothing more is wanted: the user has interrupted the run.
    fn is_stopped(&self) -> bool {
        false
    }
    /// Returns whether a token may begin in a name, of a file or a ref say, or in what else is no text.
    fn may_hold_token(&self, bytes: &[u8]) -> bool;
    /// Returns how deep archives in archives are looked into; 0: not at all.
    fn archive_depth(&self) -> usize {
        Limits::ARCHIVE_DEPTH
    }
}

/// A sink for the objects of a repository, most of which hold nothing and need not be told of one by one.
pub trait ObjectSink: Sink {
    /// Returns what a text may hold, whose path is given where it is known; a sink is given no window of a text that holds no
    /// candidates.
    fn may_hold(&self, path: Option<&Path>, bytes: &[u8]) -> Hold;
    /// Returns whether a path says what a text is about, so that the same bytes may hold more there than elsewhere.
    fn is_about(&self, _path: Option<&Path>) -> bool {
        false
    }
    /// Returns whether what is new in a text of which [`Hold::Topic`] is known may bring candidates; `pieces` holds
    /// [`TOPIC_REACH`] bytes to either side of it, or [`Self::border_reach`] where that is more.
    fn may_bring(&self, pieces: &[u8]) -> bool;
    /// Returns how many bytes of what [`Self::may_hold`] looks for can stand beyond a border: one less than the longest of it has.
    fn border_reach(&self) -> usize;
    /// So many objects more are to come.
    fn expect_objects(&mut self, objects: u64);
    /// These objects have been gone over.
    fn add_swept(&mut self, swept: Swept);
}

/// What a text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    Nothing,
    /// Nothing yet; but a key that is added to it may count.
    Topic,
    /// What has to be judged.
    Candidates,
}

/// Bytes of the old text beside something new that [`ObjectSink::may_bring`] has to see.
pub const TOPIC_REACH: usize = 48;

/// How many objects have been gone over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// All of them, damaged ones included.
    pub objects: u64,
    /// Blobs.
    pub blobs: u64,
    /// Commits.
    pub commits: u64,
    /// The size of those and of tags, in bytes.
    pub bytes: u64,
}
