//! Earlier versions of a file: those that the parents of a commit have, and
//! what it is to be merged into.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use git2::{Delta, ObjectType, Oid, Tree, TreeWalkMode, TreeWalkResult};

use super::deliver::whole;
use crate::location::{GitPart, GitText, ObjectId, Origin, path_from_bytes};
use crate::source::archive;
use crate::source::lfs::is_lfs_pointer;
use crate::source::lfs_store::LfsStore;
use crate::source::repository::{Place, Staging};
use crate::source::sink::{Hold, ObjectSink};

/// The most commits of what is left out of a range whose files are looked at:
/// every branch of a remote may be among them.
const MAX_BASES: usize = 64;

/// The most files that a commit removes and that are looked at, and the
/// largest, in bytes.
const MAX_REMOVED: usize = 1000;
/// Largest version of a file that is read, in bytes.
const MAX_SIZE: usize = 256 << 20;

/// Files, each with its blob.
type Files = Rc<[(PathBuf, Oid)]>;

/// Where earlier versions of files are looked for.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// The repository.
    place: Place,
    /// Commits whose files count beside those of parents.
    bases: Vec<Oid>,
    /// The index that is compared with the bases, where there is no commit yet.
    index: Option<PathBuf>,
}

/// A file as a commit has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierFile {
    /// The commit.
    pub commit: ObjectId,
    /// True where it had another name, under which it is gone.
    pub moved: bool,
    /// Path of the file.
    path: PathBuf,
    /// Its content.
    blob: Oid,
}

impl Earlier {
    /// Returns what the parents of each commit have, and these commits.
    pub(super) fn of_commits(place: &Place, bases: impl IntoIterator<Item = Oid>) -> Self {
        Self { place: place.clone(), bases: bases.into_iter().take(MAX_BASES).collect(), index: None }
    }

    /// Returns what the parents of the next commit have.
    pub(super) fn of_index(place: &Place, parents: Vec<Oid>, index: Option<PathBuf>) -> Self {
        Self { place: place.clone(), bases: parents, index }
    }

    /// Opens the repository.
    pub fn open(&self) -> Option<EarlierFiles<'_>> {
        let opened = self.place.open().ok()?;
        Some(EarlierFiles { earlier: self, opened, removed: HashMap::new() })
    }
}

/// Reads earlier versions of files.
pub struct EarlierFiles<'e> {
    /// Commits whose files are looked at.
    earlier: &'e Earlier,
    /// The repository, opened on this thread.
    opened: git2::Repository,
    /// The files that a commit removes, by its own tree and that of a parent.
    removed: HashMap<(Option<Oid>, Oid), Files>,
}

impl EarlierFiles<'_> {
    /// The versions of the file that a text is, in each parent of its commit,
    /// and in each of the bases; and the files that a parent has and the commit
    /// has not, which may have been renamed.
    pub fn of(&mut self, text: &GitText) -> Vec<EarlierFile> {
        let Some(path) = text.path.as_deref() else { return Vec::new() };
        let bases = self.earlier.bases.clone();
        let (own, parents) = match text.commit {
            Some(id) => match self.tree_and_parents(id) {
                Some((tree, parents)) => (Some(tree), parents),
                None => return Vec::new(),
            },
            None => (None, bases.clone()),
        };
        if text.commit.is_none() && self.is_unchanged(text, path) {
            return Vec::new();
        }
        let mut files = Vec::new();
        for &commit in parents.iter().chain(&bases) {
            files.extend(self.version(commit, path));
        }
        for commit in parents {
            files.extend(self.moved(own, commit));
        }
        files
    }

    /// Gives a sink what a file holds.
    pub fn scan(&self, file: &EarlierFile, sink: &mut impl ObjectSink) {
        let Ok(odb) = self.opened.odb() else { return };
        let fits = |(len, kind)| len <= MAX_SIZE && kind == ObjectType::Blob;
        if !odb.read_header(file.blob).is_ok_and(fits) {
            return;
        }
        let Ok(blob) = odb.read(file.blob) else { return };
        if is_lfs_pointer(blob.data()) {
            let text = GitText::without_object(&self.opened.path().into(), GitPart::Blob);
            let content = Origin::Git(Arc::new(GitText { path: Some(file.path.clone()), ..text }));
            // What is not here holds nothing that is known.
            let _ =
                LfsStore::new(self.opened.path()).scan(blob.data(), (&file.path, &content), |_| None, sink);
        }
        if archive::is_archive(blob.data())
            || sink.may_hold(Some(&file.path), blob.data()) == Hold::Candidates
        {
            let named = GitText::without_object(&self.opened.path().into(), GitPart::Blob);
            whole(sink, GitText { path: Some(file.path.clone()), ..named }, blob.data());
        }
    }

    /// Returns whether a staged file is no change: then somebody named it, and
    /// asks what it holds.
    fn is_unchanged(&self, text: &GitText, path: &Path) -> bool {
        let head = self.earlier.bases.first().and_then(|head| self.version(*head, path));
        head.is_some_and(|file| ObjectId::new(file.blob.as_bytes()) == text.object)
    }

    /// Returns the tree of a commit, and the ids of its parents; none where it
    /// cannot be read.
    fn tree_and_parents(&self, id: ObjectId) -> Option<(Oid, Vec<Oid>)> {
        let commit = self.opened.find_commit(Oid::from_bytes(id.as_bytes()).ok()?).ok()?;
        Some((commit.tree_id(), commit.parent_ids().collect()))
    }

    /// The file of that path in a commit.
    fn version(&self, commit: Oid, path: &Path) -> Option<EarlierFile> {
        let tree = self.opened.find_commit(commit).and_then(|commit| commit.tree()).ok()?;
        let entry = tree.get_path(path).ok().filter(|entry| entry.kind() == Some(ObjectType::Blob))?;
        let commit = ObjectId::new(commit.as_bytes())?;
        Some(EarlierFile { commit, moved: false, path: path.to_path_buf(), blob: entry.id() })
    }

    /// The files of a parent that are gone.
    fn moved(&mut self, own: Option<Oid>, parent: Oid) -> Vec<EarlierFile> {
        let Some(commit) = ObjectId::new(parent.as_bytes()) else { return Vec::new() };
        let removed = match self.removed.get(&(own, parent)) {
            Some(known) => Rc::clone(known),
            None => {
                let read: Rc<[_]> = self.read_removed(own, parent).unwrap_or_default().into();
                self.removed.insert((own, parent), Rc::clone(&read));
                read
            }
        };
        let file = |(path, blob): &(PathBuf, Oid)| EarlierFile {
            commit,
            moved: true,
            path: path.clone(),
            blob: *blob,
        };
        removed.iter().map(file).collect()
    }

    /// Returns the files that a commit removes from its parent: a secret may
    /// have moved from one of them.
    fn read_removed(&self, own: Option<Oid>, parent: Oid) -> Result<Vec<(PathBuf, Oid)>, git2::Error> {
        let before = self.opened.find_commit(parent)?.tree()?;
        let diff = match own {
            Some(own) => {
                let own = self.opened.find_tree(own)?;
                self.opened.diff_tree_to_tree(Some(&before), Some(&own), None)?
            }
            None => match Staging::read(&self.opened, self.earlier.index.as_deref())? {
                Staging::Read(index) => self.opened.diff_tree_to_index(Some(&before), Some(&index), None)?,
                Staging::Asked(listed) => return Ok(absent(&before, &listed.files)),
            },
        };
        let removed = diff.deltas().filter(|delta| delta.status() == Delta::Deleted).filter_map(|delta| {
            let file = delta.old_file();
            // A submodule is none: nobody has looked at its bytes.
            if matches!(file.mode(), git2::FileMode::Commit) {
                return None;
            }
            Some((file.path_bytes().map(path_from_bytes)?, file.id()))
        });
        Ok(removed.take(MAX_REMOVED).collect())
    }
}

/// The files of a tree of which an index has none of that path.
fn absent(tree: &Tree<'_>, index: &BTreeMap<PathBuf, Oid>) -> Vec<(PathBuf, Oid)> {
    let mut files = Vec::new();
    // An error is the limit, or a folder that has no name in UTF-8: what was met counts.
    let _ = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        let path = Path::new(folder).join(path_from_bytes(entry.name_bytes()));
        if entry.kind() == Some(ObjectType::Blob) && !index.contains_key(&path) {
            files.push((path, entry.id()));
        }
        if files.len() < MAX_REMOVED { TreeWalkResult::Ok } else { TreeWalkResult::Abort }
    });
    files
}

impl EarlierFile {
    /// Returns what its content is told by: the object, and the path, which may
    /// say what it is about.
    pub fn key(&self) -> (ObjectId, &Path) {
        let id = ObjectId::new(self.blob.as_bytes()).unwrap_or(self.commit);
        (id, &self.path)
    }
}
