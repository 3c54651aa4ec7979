//! Texts that git keeps: contents of files, messages, and the lines and names
//! around them.
//!
//! A secret is found in more than the content of files: people paste keys into
//! commit messages, and names of branches and files have held some. [`GitPart`]
//! says which of these a text is, since that decides how it is shown (a header
//! has e-mail addresses in it) and what a row of hexadecimal digits in it can
//! be.
//!
//! ```text
//! tree 4b825dc6…               ┐
//! author Ann <a@example.com> … │ CommitHeader: ids of objects stand here
//!                              ┘
//! Rotate the key               ┐
//!                              │ CommitMessage: a person wrote this
//! It was ddapp_…               ┘
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::object_id::ObjectId;

/// The part of a repository that a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GitPart {
    /// The content of a file.
    Blob,
    /// The content of a file as it would be committed.
    Staged,
    /// The lines above the message of a commit: names, addresses, signatures.
    CommitHeader,
    /// The message of a commit.
    CommitMessage,
    /// The lines above the message of an annotated tag.
    TagHeader,
    /// The message of an annotated tag.
    TagMessage,
    /// The name of a file or folder.
    FileName,
    /// The name of a ref.
    RefName,
}

impl GitPart {
    /// Every part.
    pub const ALL: [Self; 8] = [
        Self::Blob,
        Self::Staged,
        Self::CommitHeader,
        Self::CommitMessage,
        Self::TagHeader,
        Self::TagMessage,
        Self::FileName,
        Self::RefName,
    ];

    /// Returns whether it is written by git, in a form in which hexadecimal
    /// digits are the names of objects.
    ///
    /// There a row of 40 digits is an id, so the rules for keys without a
    /// prefix do not apply.
    pub fn is_header(self) -> bool {
        matches!(self, Self::CommitHeader | Self::TagHeader | Self::FileName | Self::RefName)
    }
}

/// A text in a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitText {
    /// The repository, as the user named it. Shared, since a repository has
    /// many texts.
    pub repository: Arc<Path>,
    /// The part of it.
    pub part: GitPart,
    /// The path of the file, or the name of the ref, where there is one.
    pub path: Option<PathBuf>,
    /// The commit that introduced it, or whose message it is.
    pub commit: Option<ObjectId>,
    /// The object that holds it.
    pub object: Option<ObjectId>,
    /// True where the path is the id of an object, as those of notes are: it
    /// has the shape of a key, and is none.
    pub path_is_id: bool,
}

impl GitText {
    /// Makes a text in an object of which nothing else is known: where it is
    /// reached from is looked up only where something was found.
    ///
    /// Millions of objects are read and few of them hold anything, so the path
    /// and the commit are not kept on the way; attribution finds them for those
    /// few.
    pub fn in_object(repository: &Arc<Path>, part: GitPart, object: ObjectId) -> Self {
        Self { object: Some(object), ..Self::without_object(repository, part) }
    }

    /// Returns whether it is what would be committed: the content of a file, or
    /// the name of one.
    pub fn is_staged(&self) -> bool {
        match self.part {
            GitPart::Staged => true,
            GitPart::FileName => self.object.is_none(),
            _ => false,
        }
    }

    /// Makes a text that stands in no object, such as the name of a ref.
    pub fn without_object(repository: &Arc<Path>, part: GitPart) -> Self {
        Self {
            repository: Arc::clone(repository),
            part,
            path: None,
            commit: None,
            object: None,
            path_is_id: false,
        }
    }
}

impl GitPart {
    /// Returns the word for it in reports (`kind` of a location).
    ///
    /// These words are a contract: the JSON report holds them, and readers of
    /// reports match on them.
    pub fn kind_name(self) -> &'static str {
        match self {
            Self::Blob => "git",
            Self::Staged => "staged",
            Self::CommitHeader => "commit_header",
            Self::CommitMessage => "commit_message",
            Self::TagHeader => "tag_header",
            Self::TagMessage => "tag_message",
            Self::FileName => "file_name",
            Self::RefName => "ref_name",
        }
    }
}

/// Returns the id that a path is made of, in one piece or, as git keeps many
/// notes, in folders.
///
/// Notes are kept in a tree whose paths are ids, in folders once there are
/// many:
///
/// ```text
/// 0123456789abcdef0123456789abcdef01234567
/// 01/23456789abcdef0123456789abcdef01234567
/// ```
///
/// `None` of any other path.
pub fn id_in_path(path: &[u8]) -> Option<ObjectId> {
    let digits: Vec<u8> = path.iter().copied().filter(|byte| *byte != b'/').collect();
    ObjectId::from_hex(std::str::from_utf8(&digits).ok()?)
}

/// Makes a path of what git writes, which is bytes. Where paths are Unicode,
/// other bytes are replaced.
pub fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}
