//! The files of one commit, for what must not come from the work tree.
//!
//! `--config-from origin/main` reads the configuration from there: what a pull
//! request brings must not decide on whether it is let in.

use std::path::{Path, PathBuf};

use super::names::Names;
use super::place::Place;
use crate::error::Error;
use crate::location::{absolute, path_below, path_from_bytes, shorten_ids};

/// The tree of a commit.
pub struct Revision {
    /// The repository.
    opened: git2::Repository,
    /// Tree of the commit.
    tree: git2::Oid,
    /// As the user named it.
    name: String,
    /// Root of the work tree.
    root: PathBuf,
    /// Message of the commit.
    message: Vec<u8>,
}

impl Revision {
    /// The commit that `name` stands for, in the repository around a folder.
    ///
    /// # Errors
    ///
    /// There is no repository, or no such commit in it.
    pub fn find_commit(folder: &Path, name: &str) -> Result<Self, Error> {
        let fails =
            |why: &str| Error::usage("find the commit", format!("`{}`", shorten_ids(name)), shorten_ids(why));
        let opened = Place::find(Some(folder)).and_then(|place| place.open()).map_err(|error| {
            fails(error.message()).mend("start it inside of the repository that holds the commit")
        })?;
        let named = Names::new(&opened).resolve(name);
        let commit = named.and_then(|id| opened.find_object(id, None)?.peel_to_commit());
        let tree = commit.and_then(|commit| Ok((commit.tree()?.id(), commit.message_raw_bytes().to_vec())));
        let mend = "`git log` shows which there are; a shallow clone may have to fetch it first";
        let (tree, message) = tree.map_err(|error| fails(error.message()).mend(mend))?;
        let root = opened.workdir().unwrap_or_else(|| opened.path()).to_path_buf();
        Ok(Self { opened, tree, name: shorten_ids(name), root, message })
    }

    /// The root of the work tree: where the paths of its files are seen from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The message of the commit.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// A path as seen from the root; `None` where it lies elsewhere.
    pub fn below_root(&self, path: &Path) -> Option<PathBuf> {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| absolute(path));
        path_below(&canonical(&self.root), &canonical(path))
    }

    /// The content of a file; `None` where there is none of that path.
    ///
    /// # Errors
    ///
    /// The object cannot be read: a partial clone may lack it.
    pub fn read_file(&self, path: &Path) -> Result<Option<Vec<u8>>, Error> {
        let tree = self.opened.find_tree(self.tree).map_err(|error| self.read_error(path, &error))?;
        let Ok(entry) = tree.get_path(path) else { return Ok(None) };
        if entry.kind() != Some(git2::ObjectType::Blob) {
            return Ok(None);
        }
        let blob = self.opened.find_blob(entry.id()).map_err(|error| self.read_error(path, &error))?;
        Ok(Some(blob.content().to_vec()))
    }

    /// The paths of the files in a folder, in order.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn files_in(&self, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let fails = |error: git2::Error| self.read_error(folder, &error);
        let root = self.opened.find_tree(self.tree).map_err(fails)?;
        let tree = match folder.as_os_str().is_empty() {
            true => root,
            false => {
                let object = root.get_path(folder).and_then(|entry| entry.to_object(&self.opened));
                object.and_then(|object| object.peel_to_tree()).map_err(fails)?
            }
        };
        let files = tree.iter().filter(|entry| entry.kind() == Some(git2::ObjectType::Blob));
        Ok(files.map(|entry| folder.join(path_from_bytes(entry.name_bytes()))).collect())
    }

    /// Makes the error for a path that cannot be read.
    fn read_error(&self, path: &Path, error: &git2::Error) -> Error {
        Error::usage("read", format!("{} of commit `{}`", path.display(), self.name), error.message())
    }
}
