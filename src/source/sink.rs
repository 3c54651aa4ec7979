//! What a source gives and who takes it: windows of texts, objects, and what
//! was not read.
//!
//! The traits stand in the lowest storey, so that what produces bytes knows
//! nothing of who takes them. `scan` implements them, and so do tests and fuzz
//! targets:
//!
//! ```text
//! Sink         files, standard input, members of archives; every text comes as a whole
//! ObjectSink   the objects of a history, most of which are deltas to others; it can say what need not come
//! ```

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::limits::Limits;
use crate::error::SkipReason;
use crate::location::{ObjectId, Origin, WideMark, WideText};

/// A run of bytes of a text, with as much around it as matters.
///
/// ```text
/// text     ……………………………|·························|……………
/// bytes          |<---->|···························|<---->|
///                 before            core              behind      MARGIN each, less at the ends of the text
/// ```
///
/// A match that begins in `core` is this window's to report; what stands before
/// it or behind it was or will be the core of a neighbour, and is here so that
/// a match is never judged without its surroundings.
#[derive(Debug, Clone)]
pub struct Window<'a> {
    /// Origin of the text.
    pub origin: &'a Origin,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The part of `bytes` that is new: matches that begin here are to be
    /// reported.
    pub core: Range<usize>,
    /// The offset of the first of `bytes` in the text.
    pub offset: u64,
    /// True where `bytes` is the whole text.
    pub whole: bool,
    /// The byte order mark that the text begins with, where it says that
    /// characters have more than one byte.
    pub mark: Option<WideMark>,
}

impl<'a> Window<'a> {
    /// A text as a whole.
    pub fn whole_text(origin: &'a Origin, bytes: &'a [u8]) -> Self {
        let mark = WideMark::of(bytes);
        Self { origin, bytes, core: 0..bytes.len(), offset: 0, whole: true, mark }
    }

    /// Returns where its characters stand, if they have more than one byte.
    ///
    /// `None` for a text of bytes. In a window that does not begin where a
    /// character does, the first few bytes are the end of one.
    pub fn wide_text(&self) -> Option<WideText> {
        self.mark.map(|mark| WideText::from(mark, self.offset))
    }
}

/// Something that was not read.
///
/// A gap is data: it is sorted, counted, accepted and reported. `origin` and
/// `reason` are shown to people, so they never quote the content of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Path of it, or a word for it.
    pub origin: PathBuf,
    /// The kind of gap that it leaves.
    pub kind: SkipReason,
    /// Reason why it was not read, in words.
    pub reason: String,
    /// True where the scan is incomplete because of it; not so where the user
    /// asked for it.
    pub incomplete: bool,
    /// The reason for which a person accepted that.
    pub accepted: Option<String>,
    /// The repository that it belongs to, if it does.
    pub repository: Option<Arc<Path>>,
    /// Ids of git objects in its words: first that of the object itself that
    /// was not read, then others.
    pub objects: Vec<ObjectId>,
}

impl Skipped {
    /// Something that could not be read.
    ///
    /// The scan is incomplete by it: exit status 3, unless a person accepts it.
    pub fn failure(kind: SkipReason, origin: impl AsRef<Path>, reason: impl Into<String>) -> Self {
        let (origin, reason) = (short_name(origin.as_ref()), reason.into());
        Self { origin, kind, reason, incomplete: true, accepted: None, repository: None, objects: Vec::new() }
    }

    /// Something that the user asked not to read.
    ///
    /// A limit that was set, a glob that excludes it: no reason to call the
    /// scan incomplete.
    pub fn by_choice(kind: SkipReason, origin: impl AsRef<Path>, reason: impl Into<String>) -> Self {
        Self { incomplete: false, ..Self::failure(kind, origin, reason) }
    }

    /// The same, of a git object.
    ///
    /// The whole id does not stand in the words: it has the shape of a key, and
    /// would be hidden.
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

/// Taker of bytes. One sink serves one thread.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::Origin;
/// use dogcatcher::source::{Sink, Skipped, Window, scan_reader};
///
/// /// Counts bytes, each once.
/// #[derive(Default)]
/// struct Count(usize);
///
/// impl Sink for Count {
///     fn take_window(&mut self, window: Window<'_>) {
///         self.0 += window.core.len();
///     }
///     fn end_text(&mut self, _: &Origin) {}
///     fn take_skipped(&mut self, _: Skipped) {}
///     fn may_hold_token(&self, _: &[u8]) -> bool {
///         false
///     }
/// }
///
/// let mut count = Count::default();
/// scan_reader(&b"some text"[..], &mut count);
/// assert_eq!(count.0, 9);
/// ```
pub trait Sink: Send {
    /// Takes a window.
    ///
    /// `window` borrows the buffer of the thread: what is kept of it has to be
    /// copied.
    fn take_window(&mut self, window: Window<'_>);
    /// A text has been read to its end.
    ///
    /// Also where its end could not be read: then the gap was told of before.
    fn end_text(&mut self, origin: &Origin);
    /// Something was not read.
    fn take_skipped(&mut self, skipped: Skipped);
    /// Returns whether nothing more is wanted: the user has interrupted the
    /// run.
    ///
    /// Asked between texts and between windows, so a run ends within one of
    /// them.
    fn is_stopped(&self) -> bool {
        false
    }
    /// Returns whether a token may begin in a name, of a file or a ref say, or
    /// in what else is no text.
    fn may_hold_token(&self, bytes: &[u8]) -> bool;
    /// Returns how deep archives in archives are looked into; 0: not at all.
    fn archive_depth(&self) -> usize {
        Limits::ARCHIVE_DEPTH
    }
}

/// A sink for the objects of a repository, most of which hold nothing and need
/// not be told of one by one.
///
/// Soundness rests on [`Self::may_hold`] and [`Self::border_reach`] alone: an
/// object is passed over when its base holds nothing and what its delta brings
/// holds nothing, with as many bytes around each seam as the longest thing that
/// is searched for can reach across. See `Delta::seams`.
pub trait ObjectSink: Sink {
    /// Returns what a text may hold, whose path is given where it is known; a
    /// sink is given no window of a text that holds no candidates.
    fn may_hold(&self, path: Option<&Path>, bytes: &[u8]) -> Hold;
    /// Returns whether a path says what a text is about, so that the same bytes
    /// may hold more there than elsewhere.
    fn is_about(&self, _path: Option<&Path>) -> bool {
        false
    }
    /// Returns whether what is new in a text of which [`Hold::Topic`] is known
    /// may bring candidates; `pieces` holds [`TOPIC_REACH`] bytes to either
    /// side of it, or [`Self::border_reach`] where that is more.
    fn may_bring(&self, pieces: &[u8]) -> bool;
    /// Returns how many bytes of what [`Self::may_hold`] looks for can stand
    /// beyond a border: one less than the longest of it has.
    ///
    /// The same for the whole run: `source` computes the sizes of its buffers
    /// from it.
    fn border_reach(&self) -> usize;
    /// So many objects more are to come.
    fn expect_objects(&mut self, objects: u64);
    /// These objects have been gone over.
    fn add_swept(&mut self, swept: Swept);
}

/// Contents that a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    Nothing,
    /// Nothing yet; but a key that is added to it may count.
    Topic,
    /// Candidates, which have to be judged.
    Candidates,
}

/// Bytes of the old text beside something new that [`ObjectSink::may_bring`]
/// has to see.
pub const TOPIC_REACH: usize = 48;

/// Numbers of objects that have been gone over.
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
