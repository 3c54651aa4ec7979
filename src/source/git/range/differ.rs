//! What one commit introduces: the entries of its tree that differ from those
//! of every parent.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::{Odb, Oid, Repository};

use super::super::deliver::whole;
use super::commit_range::CommitRange;
use super::nested::{Folder, Nested};
use crate::error::SkipReason;
use crate::location::{GitPart, GitText, ObjectId, Origin, id_in_path, path_from_bytes};
use crate::source::archive;
use crate::source::filter::PathFilter;
use crate::source::git::deliver;
use crate::source::lfs::is_lfs_pointer;
use crate::source::lfs_store::LfsStore;
use crate::source::pack::Kind;
use crate::source::pack::tree::{EntryKind, TreeEntry, entries};
use crate::source::sink::{Hold, ObjectSink, Skipped, Swept};

/// Work of one thread on the commits that it gets.
pub(super) struct Differ<'a, S: ObjectSink> {
    /// The range.
    range: &'a CommitRange,
    /// The repository, opened on this thread.
    opened: &'a Repository,
    /// Its objects.
    odb: &'a Odb<'a>,
    /// Paths that count.
    filter: &'a PathFilter,
    /// Takes what commits bring.
    sink: &'a mut S,
    /// Objects that some thread has delivered.
    seen: &'a Seen,
    /// Number of texts that the sink was given, or could not be.
    delivered: u64,
}

/// Blobs that were looked at by any thread, and whether something may be in
/// them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What is in one may depend on whether its path is about Datadog.
    blobs: Mutex<HashMap<(Oid, bool), bool>>,
}

impl Seen {
    /// Locks the table of blobs.
    fn blobs(&self) -> MutexGuard<'_, HashMap<(Oid, bool), bool>> {
        self.blobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether a blob was looked at and nothing may be in it.
    fn is_clean(&self, blob: Oid, about: bool) -> bool {
        self.blobs().get(&(blob, about)) == Some(&false)
    }

    /// Returns whether it is new.
    fn add(&self, blob: Oid, about: bool, may_hold: bool) -> bool {
        let mut blobs = self.blobs();
        let is_new = !blobs.contains_key(&(blob, !about));
        blobs.insert((blob, about), may_hold).is_none() && is_new
    }
}

impl<'a, S: ObjectSink> Differ<'a, S> {
    /// Makes one for one thread and its sink.
    pub(super) fn new(
        range: &'a CommitRange,
        opened: &'a Repository,
        odb: &'a Odb<'a>,
        filter: &'a PathFilter,
        seen: &'a Seen,
        sink: &'a mut S,
    ) -> Self {
        Self { range, opened, odb, filter, seen, sink, delivered: 0 }
    }

    /// Gives the sink what a commit introduces, and its message.
    pub(super) fn commit(&mut self, commit: Oid) {
        if let Err(error) = self.try_commit(commit) {
            let found = self.opened.find_commit(commit);
            let parents = found.map(|found| found.parent_ids().collect::<Vec<_>>()).unwrap_or_default();
            self.skip(&format!("commit {commit}"), &error, [commit].into_iter().chain(parents));
        }
    }

    /// [`Self::commit`], with what fails as an error.
    fn try_commit(&mut self, oid: Oid) -> Result<(), git2::Error> {
        let commit = self.opened.find_commit(oid)?;
        // A parent that is not here is an error: what it holds would be taken for new.
        let tree = |parent| Ok(self.opened.find_commit(parent)?.tree_id());
        let parents = commit.parent_ids().map(tree).collect::<Result<Vec<Oid>, git2::Error>>()?;
        self.message(oid, Some(oid))?;
        self.folders(commit.tree_id(), parents, Some(oid));
        Ok(())
    }

    /// Gives the sink a tag, or a blob or a tree that is named by itself.
    pub(super) fn object(&mut self, oid: Oid) {
        let kind = self.odb.read_header(oid).map(|(_, kind)| kind);
        let result = match kind {
            Ok(git2::ObjectType::Tree) => {
                self.folders(oid, Vec::new(), None);
                Ok(())
            }
            Ok(git2::ObjectType::Blob) => self.blob(oid, None, None),
            Ok(_) => self.message(oid, None),
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            self.skip(&format!("object {oid}"), &error, [oid]);
        }
    }

    /// The header and the message of a commit or tag.
    fn message(&mut self, oid: Oid, commit: Option<Oid>) -> Result<(), git2::Error> {
        let object = self.odb.read(oid)?;
        let kind = if commit.is_some() { Kind::Commit } else { Kind::Tag };
        self.count(kind, object.len());
        let (header, message) = match kind {
            Kind::Commit => (GitPart::CommitHeader, GitPart::CommitMessage),
            _ => (GitPart::TagHeader, GitPart::TagMessage),
        };
        let texts = [header, message].map(|part| self.text(part, oid, commit));
        deliver::message(self.sink, texts, object.data());
        Ok(())
    }

    /// Goes through a folder and those in it. Without recursion: trees can be
    /// nested deeper than a stack.
    fn folders(&mut self, own: Oid, parents: Vec<Oid>, commit: Option<Oid>) {
        let mut nested = Nested::new(own, parents);
        loop {
            let folder = match nested.next(self.delivered) {
                Ok(Some(folder)) => folder,
                Ok(None) => return,
                Err(limit) => {
                    let of =
                        commit.map_or_else(|| format!("tree {own}"), |commit| format!("commit {commit}"));
                    let gap = Skipped::failure(SkipReason::GitBudget, of, limit.to_string());
                    let objects = object_ids([commit.unwrap_or(own)]);
                    self.sink.take_skipped(Skipped { objects, ..gap });
                    continue;
                }
            };
            if let Err(error) = self.folder(&folder, commit, &mut nested) {
                let of = commit.map_or_else(String::new, |commit| format!(" of commit {commit}"));
                let ids = [folder.own].into_iter().chain(folder.parents.iter().copied()).chain(commit);
                self.skip(&format!("tree {}{of}", folder.own), &error, ids);
            }
            if self.sink.is_stopped() {
                return;
            }
        }
    }

    /// Compares one folder with those of the parents, entry by entry.
    fn folder(
        &mut self,
        folder: &Folder,
        commit: Option<Oid>,
        nested: &mut Nested,
    ) -> Result<(), git2::Error> {
        let id_len = folder.own.as_bytes().len();
        let odb = self.odb;
        let own = odb.read(folder.own)?;
        let parents: Result<Vec<_>, _> = folder.parents.iter().map(|&tree| odb.read(tree)).collect();
        let parents = parents?;
        let prefix = folder.path();
        let mut parents: Vec<_> =
            parents.iter().map(|tree| entries(tree.data(), id_len).peekable()).collect();
        for entry in entries(own.data(), id_len) {
            // A file is none yet where a parent has a submodule of that id: then nobody has looked at its bytes.
            let theirs: Vec<TreeEntry<'_>> = parents
                .iter_mut()
                .filter_map(|entries| entry_of(&entry, entries))
                .filter(|it| it.kind == entry.kind)
                .collect();
            if theirs.iter().any(|it| it.id == entry.id) {
                continue;
            }
            if !nested.affords(folder) {
                return Ok(());
            }
            let path = [&prefix, entry.name].concat();
            if theirs.is_empty() {
                self.name(folder.own, entry.name, &path, commit);
            }
            let Ok(oid) = Oid::from_bytes(entry.id) else { continue };
            match entry.kind {
                EntryKind::Tree => {
                    let ids = theirs.iter().filter_map(|it| Oid::from_bytes(it.id).ok());
                    let about = self.sink.is_about(Some(&path_from_bytes(entry.name)));
                    nested.push(folder, entry.name, about, oid, ids.collect());
                }
                EntryKind::Blob => {
                    if let Err(error) = self.blob(oid, Some(&path), commit) {
                        let name = path_from_bytes(&path);
                        let of = commit.map_or_else(String::new, |commit| format!(" in commit {commit}"));
                        self.skip(
                            &format!("{}{of}", name.display()),
                            &error,
                            [oid].into_iter().chain(commit),
                        );
                    }
                }
                EntryKind::Submodule => {}
            }
        }
        Ok(())
    }

    /// Gives the sink a blob, unless it is not wanted or was found to hold
    /// nothing.
    fn blob(&mut self, oid: Oid, path: Option<&[u8]>, commit: Option<Oid>) -> Result<(), git2::Error> {
        let path = path.map(path_from_bytes);
        let about = self.sink.is_about(path.as_deref());
        if self.seen.is_clean(oid, about) {
            return Ok(());
        }
        let name = path.as_deref().unwrap_or(Path::new("blob"));
        let mut refused = self.refuses(name);
        if refused.is_none() && self.filter.limits_size() {
            let len = self.odb.read_header(oid)?.0 as u64;
            refused = self.filter.refuses_size(name, len);
        }
        if let Some(skipped) = refused {
            self.delivered += 1;
            self.sink.take_skipped(skipped);
            return Ok(());
        }
        let blob = self.odb.read(oid)?;
        let is_pointer = is_lfs_pointer(blob.data());
        let may_hold = is_pointer
            || archive::is_archive(blob.data())
            || self.sink.may_hold(path.as_deref(), blob.data()) == Hold::Candidates;
        if self.seen.add(oid, about, may_hold) {
            self.count(Kind::Blob, blob.len());
        }
        if is_pointer {
            let text = GitText { path: path.clone(), ..self.text(GitPart::Blob, oid, commit) };
            let refuses = |length| self.filter.refuses_size(name, length);
            let content = (name, &Origin::Git(Arc::new(text)));
            if let Err(gap) = LfsStore::new(self.opened.path()).scan(blob.data(), content, refuses, self.sink)
            {
                self.sink.take_skipped(gap);
            }
        }
        if may_hold {
            self.delivered += 1;
            let id = path.as_deref().and_then(|path| id_in_path(path.as_os_str().as_encoded_bytes()));
            let id = id.and_then(|id| Oid::from_bytes(id.as_bytes()).ok());
            let path_is_id = id.is_some_and(|id| self.odb.exists(id));
            let text = self.text(GitPart::Blob, oid, commit);
            whole(self.sink, GitText { path, path_is_id, ..text }, blob.data());
        }
        Ok(())
    }

    /// Gives the sink a new name of a file or folder, if a token may stand in
    /// it and its path is not left out: of what is left out, the content is
    /// told of.
    fn name(&mut self, tree: Oid, name: &[u8], path: &[u8], commit: Option<Oid>) {
        if self.sink.may_hold_token(name) {
            let path = path_from_bytes(path);
            if self.refuses(&path).is_none() {
                self.delivered += 1;
                let text = self.text(GitPart::FileName, tree, commit);
                whole(self.sink, GitText { path: Some(path), ..text }, name);
            }
        }
    }

    /// Returns why a path is not looked at, if it is not.
    fn refuses(&self, path: &Path) -> Option<Skipped> {
        self.range.refuses(path).or_else(|| self.filter.refuses_below(&self.range.root, path))
    }

    /// Makes the origin of a part of an object.
    fn text(&self, part: GitPart, object: Oid, commit: Option<Oid>) -> GitText {
        GitText {
            commit: commit.and_then(|commit| ObjectId::new(commit.as_bytes())),
            object: ObjectId::new(object.as_bytes()),
            ..GitText::without_object(&self.range.name, part)
        }
    }

    /// Counts an object of that many bytes.
    fn count(&mut self, kind: Kind, len: usize) {
        let mut swept = Swept::default();
        swept.add(kind, len as u64);
        self.sink.add_swept(swept);
    }

    /// Tells of something that cannot be read; its words may name these
    /// objects.
    fn skip(&mut self, what: &str, error: &git2::Error, ids: impl IntoIterator<Item = Oid>) {
        self.delivered += 1;
        let gap = Skipped::failure(SkipReason::GitObject, what, error.message());
        self.sink.take_skipped(Skipped { objects: object_ids(ids), ..gap });
    }
}

/// The ids of these objects, in order.
fn object_ids(ids: impl IntoIterator<Item = Oid>) -> Vec<ObjectId> {
    ids.into_iter().filter_map(|id| ObjectId::new(id.as_bytes())).collect()
}

/// The entry of the same name and kind of folder, from entries in git's order
/// that are gone through once.
fn entry_of<'t>(
    wanted: &TreeEntry<'_>,
    entries: &mut std::iter::Peekable<impl Iterator<Item = TreeEntry<'t>>>,
) -> Option<TreeEntry<'t>> {
    while entries.next_if(|it| order(it, wanted) == Ordering::Less).is_some() {}
    entries.next_if(|it| order(it, wanted) == Ordering::Equal)
}

/// The order of entries in a tree: by name, a folder's as if it ended with a
/// slash.
fn order(one: &TreeEntry<'_>, other: &TreeEntry<'_>) -> Ordering {
    let common = one.name.len().min(other.name.len());
    let after = |entry: &TreeEntry<'_>| match entry.name.get(common) {
        Some(&byte) => byte,
        None if entry.kind == EntryKind::Tree => b'/',
        None => 0,
    };
    one.name[..common].cmp(&other.name[..common]).then_with(|| after(one).cmp(&after(other)))
}
