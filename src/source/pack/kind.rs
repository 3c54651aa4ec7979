//! Objects of git: their types, and how large one is held in memory.

use crate::source::sink::Swept;

/// A whole object of more bytes is read in windows instead of being held.
pub(in crate::source) const MAX_HELD: u64 = 64 << 20;

/// The type of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::source) enum Kind {
    /// Message, names, dates, and the ids of its tree and parents.
    Commit,
    /// A folder: names and ids.
    Tree,
    /// Content of a file.
    Blob,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// Its name.
    ///
    /// It is the word in the header of a loose object, too.
    pub(in crate::source) fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The type of this name.
    ///
    /// `None` for what git does not know.
    pub(in crate::source) fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"commit" => Some(Self::Commit),
            b"tree" => Some(Self::Tree),
            b"blob" => Some(Self::Blob),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

impl Swept {
    /// Counts an object of that many bytes.
    pub(in crate::source) fn add(&mut self, kind: Kind, len: u64) {
        self.objects += 1;
        self.blobs += u64::from(kind == Kind::Blob);
        self.commits += u64::from(kind == Kind::Commit);
        // Of a folder only the names are looked at.
        self.bytes += if kind == Kind::Tree { 0 } else { len };
    }
}
