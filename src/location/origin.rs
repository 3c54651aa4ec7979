//! The text that a run of bytes is a part of: a file, standard input, a text of
//! git's, or a member of an archive in any of these. Origins are compared and
//! sorted, so that findings come in the same order however threads met them.
//!
//! An origin says which text a place is in, and nothing of where in it: that is
//! a [`Position`](super::Position) and a byte offset. It is cheap to copy,
//! since paths are shared.
//!
//! ```text
//! Origin::File("src/a.rs")                           src/a.rs
//! Origin::Stdin                                      standard input
//! Origin::Git({ repository, path: "a.zip", … })      a.zip, at some commit
//!   .member("b/.env")                                a.zip!/b/.env
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git_text::{GitPart, GitText};

/// The text that bytes are a part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A file of the file system, by the path that it was reached by.
    File(Arc<Path>),
    /// The last name of the path of a file or folder of the file system, or of
    /// a member of an archive. Names in repositories are texts of git's: see
    /// [`GitPart::FileName`].
    NameOf(Arc<Origin>),
    /// Standard input.
    Stdin,
    /// Something in a git repository.
    Git(Arc<GitText>),
    /// Something in an archive.
    Member(Arc<Member>),
}

/// A text in an archive, or in a compressed file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Member {
    /// The archive.
    pub outer: Origin,
    /// Its path in the archive, as the archive says.
    pub path: PathBuf,
    /// Both, as they are named: `a.zip!/b.txt`.
    name: PathBuf,
}

impl Origin {
    /// Makes a file's origin; a leading `./` is dropped, so that one file has
    /// one name.
    ///
    /// The path is otherwise kept as it was given: relative paths stay
    /// relative, and links are not followed.
    pub fn file(path: &Path) -> Self {
        let mut short = path;
        while let Ok(rest) = short.strip_prefix(".") {
            if rest.as_os_str().is_empty() {
                break;
            }
            short = rest;
        }
        Self::File(short.into())
    }

    /// Returns the word for it in reports (`kind` of a location).
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Stdin => "stdin",
            Self::Git(text) => text.part.kind_name(),
            Self::Member(_) => "archive_member",
            Self::NameOf(_) => GitPart::FileName.kind_name(),
        }
    }

    /// Returns the path, where there is one; in a repository as seen from its
    /// root, in an archive behind that of the archive.
    ///
    /// A text of git's in no tree (a message, a dangling object) has none.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdin => None,
            Self::Git(text) => text.path.as_deref(),
            Self::Member(member) => Some(&member.name),
            Self::NameOf(named) => named.path(),
        }
    }

    /// Returns whether it stands in the history of a repository, and not in a
    /// file as it is or as it will be committed.
    pub fn is_history(&self) -> bool {
        self.git().is_some_and(|text| !text.is_staged())
    }

    /// Returns whether it is a name: of a file, a folder, a member of an
    /// archive, or a ref.
    pub fn is_name(&self) -> bool {
        match self {
            Self::NameOf(_) => true,
            Self::Git(text) => matches!(text.part, GitPart::FileName | GitPart::RefName),
            Self::File(_) | Self::Stdin | Self::Member(_) => false,
        }
    }

    /// Returns the text around all archives: that of the file system, of a
    /// repository, or standard input.
    pub fn outermost(&self) -> &Self {
        match self {
            Self::Member(member) => member.outer.outermost(),
            Self::NameOf(named) => named.outermost(),
            Self::File(_) | Self::Stdin | Self::Git(_) => self,
        }
    }

    /// Returns the text in a repository, if it is one, or a member of one.
    pub fn git(&self) -> Option<&GitText> {
        match self {
            Self::Git(text) => Some(text),
            Self::Member(member) => member.outer.git(),
            Self::NameOf(named) => named.git(),
            Self::File(_) | Self::Stdin => None,
        }
    }

    /// Makes the origin of a member of this archive.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::path::Path;
    /// use dogcatcher::location::Origin;
    /// let archive = Origin::file(Path::new("./a.tar"));
    /// let member = archive.member(Path::new("b.zip")).member(Path::new("c/.env"));
    /// assert_eq!(member.name(), Path::new("a.tar!/b.zip!/c/.env"));
    /// assert_eq!((archive.kind_name(), member.kind_name()), ("file", "archive_member"));
    /// ```
    pub fn member(&self, path: &Path) -> Self {
        let mut name = self.name().into_os_string();
        name.push("!/");
        name.push(path);
        Self::Member(Arc::new(Member { outer: self.clone(), path: path.to_path_buf(), name: name.into() }))
    }

    /// Makes the origin of the name of what this origin is.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::path::Path;
    /// use dogcatcher::location::Origin;
    /// let name = Origin::file(Path::new("a.tar")).member(Path::new("b")).into_name();
    /// assert_eq!((name.kind_name(), name.path()), ("file_name", Some(Path::new("a.tar!/b"))));
    /// ```
    #[must_use]
    pub fn into_name(self) -> Self {
        Self::NameOf(Arc::new(self))
    }

    /// Returns a name for people, where a path is wanted.
    ///
    /// A text without a path is named by its object: `object 1a2b3c4d5e`. For
    /// programs, use [`Self::path`].
    pub fn name(&self) -> PathBuf {
        match (self.path(), self.git().and_then(|text| text.object)) {
            (Some(path), _) => path.to_path_buf(),
            (None, Some(object)) => PathBuf::from(format!("object {}", object.short_hex())),
            (None, None) => PathBuf::from("standard input"),
        }
    }

    /// Returns the same place in another version of what is in a repository.
    ///
    /// Attribution needs it: the same object stands at several paths and
    /// commits, and each of these makes a place of its own, at the same member
    /// of the archive if it is one.
    pub fn with_git(&self, text: Arc<GitText>) -> Self {
        match self {
            Self::Member(member) => member.outer.with_git(text).member(&member.path),
            Self::NameOf(named) => named.with_git(text).into_name(),
            Self::File(_) | Self::Stdin | Self::Git(_) => Self::Git(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_name() {
        for path in ["a/b", "./a/b", "././a/b"] {
            assert_eq!(Origin::file(Path::new(path)), Origin::File(Path::new("a/b").into()));
        }
        assert_eq!(Origin::file(Path::new("../a")).path(), Some(Path::new("../a")));
    }
}
