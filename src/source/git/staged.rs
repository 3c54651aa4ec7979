//! What would be committed: the blobs of the index that differ from HEAD, or
//! those of named files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{ObjectType, Odb, Oid};

use super::deliver::whole;
use super::earlier::Earlier;
use super::large;
use crate::error::{Error, SkipReason};
use crate::location::{GitPart, GitText, ObjectId, Origin, absolute, path_below};
use crate::source::filter::PathFilter;
use crate::source::lfs::is_lfs_pointer;
use crate::source::lfs_store::LfsStore;
use crate::source::names::deliver_names;
use crate::source::pack::{MAX_HELD, largest};
use crate::source::repository::{Names, Place, Staging, oid, variable};
use crate::source::sink::{ObjectSink, Skipped};

/// The index of a repository that is about to be committed.
#[derive(Debug, Clone)]
pub struct Staged {
    /// The repository.
    place: Place,
    /// Another index than the repository's own.
    index: Option<PathBuf>,
    /// Root of the work tree.
    work_tree: PathBuf,
    /// The commits that the next one has for parents: HEAD, and those that are
    /// being merged.
    parents: Vec<Oid>,
    /// The only blobs to look at, whether they differ from HEAD or not.
    only: Option<Vec<(PathBuf, Oid)>>,
}

/// Files that a hook names, less those of which the index alone counts.
#[derive(Debug, Default)]
pub struct NamedOnDisk {
    /// Those that are to be read as they are.
    pub files: Vec<PathBuf>,
    /// Names of nothing, or of folders.
    pub skipped: Vec<Skipped>,
}

impl Staged {
    /// The index that git would commit here: that of the repository around the
    /// current folder, unless a hook of git's runs, to which git tells its
    /// folder (`GIT_DIR`) and the index (`GIT_INDEX_FILE`), which for `git
    /// commit -a` and `git commit PATH` is a temporary one.
    ///
    /// # Errors
    ///
    /// There is no repository here, or it has no work tree.
    pub fn here() -> Result<Self, Error> {
        let fails = |why: &str| {
            Error::usage("scan what is staged in", ".", why)
                .mend("start it in the work tree of a git repository")
        };
        let place = Place::find(None).map_err(|error| fails(error.message()))?;
        let opened = place.open().map_err(|error| fails(error.message()))?;
        let work_tree = variable("GIT_WORK_TREE").or_else(|| opened.workdir().map(Path::to_path_buf));
        let work_tree = work_tree.ok_or_else(|| fails("the repository is bare: it has no index"))?;
        // git runs its hooks at the top, from which they may go elsewhere.
        let index = variable("GIT_INDEX_FILE").map(|path| work_tree.join(path));
        let own = opened.path().join("index");
        if let Some(path) = index.as_ref().filter(|path| !path.exists() && absolute(path) != absolute(&own)) {
            let path = path.display();
            return Err(fails(&format!("GIT_INDEX_FILE names {path}, and there is no such file")));
        }
        if let Some(path) = index.as_ref().filter(|path| path.exists() && !path.is_file()) {
            let path = path.display();
            return Err(fails(&format!("GIT_INDEX_FILE names {path}, which is no regular file")));
        }
        let parents = parents(&opened).map_err(|error| unreadable(&work_tree, &error))?;
        place.keep(opened);
        Ok(Self { place, index, work_tree, parents, only: None })
    }

    /// Looks at these files only, whether they differ from HEAD or not; but not
    /// where the working copy is just the same, which is read as any other
    /// file, and returned as such.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn only(self, files: Vec<PathBuf>) -> Result<(Self, NamedOnDisk), Error> {
        let (blobs, on_disk) = self.part(files).map_err(|error| unreadable(&self.work_tree, &error))?;
        Ok((Self { only: Some(blobs), ..self }, on_disk))
    }

    /// Returns where the files are that the index is about.
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// Gives a sink each blob that the next commit would have at a path where
    /// HEAD has another one or none.
    ///
    /// # Errors
    ///
    /// HEAD or the index cannot be read.
    pub fn scan(&self, filter: &PathFilter, sink: &mut impl ObjectSink) -> Result<(), Error> {
        self.try_scan(filter, sink).map_err(|error| unreadable(&self.work_tree, &error))
    }

    fn try_scan(&self, filter: &PathFilter, sink: &mut impl ObjectSink) -> Result<(), git2::Error> {
        let opened = self.place.open()?;
        let changed = match &self.only {
            None => self.changed(&opened, filter, sink)?,
            Some(blobs) => blobs.clone(),
        };
        let odb = opened.odb()?;
        let mut named = HashSet::new();
        for (path, blob) in changed {
            self.scan_names(&opened, &path, &mut named, filter, sink);
            if let Err(skipped) = self.scan_blob(&odb, blob, path, filter, sink) {
                sink.take_skipped(skipped);
            }
        }
        drop(odb);
        self.place.keep(opened);
        Ok(())
    }

    /// The blobs that the next commit would have, where no parent has the same;
    /// and of a file whose conflict is not resolved, which is told of, those of
    /// both sides.
    fn changed(
        &self,
        opened: &git2::Repository,
        filter: &PathFilter,
        sink: &mut impl ObjectSink,
    ) -> Result<Vec<(PathBuf, Oid)>, git2::Error> {
        let index = Staging::read(opened, self.index.as_deref())?;
        let mut changed = index.differing_blobs(opened, &self.parents)?;
        for (path, sides) in index.unmerged() {
            let is_new =
                |id: &Oid| self.parents.iter().all(|parent| object_at(opened, *parent, &path) != Some(*id));
            changed.extend(sides.into_iter().filter(is_new).map(|id| (path.clone(), id)));
            sink.take_skipped(
                filter.refuses_below(&self.work_tree, &path).unwrap_or_else(|| unmerged(&path)),
            );
        }
        Ok(changed)
    }

    /// Returns what HEAD holds, and what is being merged into it: what shows
    /// whether a secret was there before.
    pub fn earlier(&self) -> Earlier {
        Earlier::of_index(&self.place, self.parents.clone(), self.index.clone())
    }

    /// Parts named files into the blobs of the index to look at, and those to
    /// be read as they are.
    fn part(&self, names: Vec<PathBuf>) -> Result<(Vec<(PathBuf, Oid)>, NamedOnDisk), git2::Error> {
        let (mut blobs, mut on_disk) = (Vec::new(), NamedOnDisk::default());
        let opened = self.place.open()?;
        let index = Staging::read(&opened, self.index.as_deref())?;
        let conflicts = index.unmerged();
        for file in names {
            if let Some((path, sides)) = self.below(&file).and_then(|path| conflicts.get_key_value(&path)) {
                blobs.extend(sides.iter().map(|id| (path.clone(), *id)));
                on_disk.skipped.push(unmerged(path));
                on_disk.files.extend(file.symlink_metadata().is_ok_and(|it| it.is_file()).then_some(file));
                continue;
            }
            match self.named(&opened, &index, &file) {
                Some(staged) => {
                    if !staged.is_changed || !staged.is_as_staged {
                        on_disk.files.push(file);
                    }
                    if staged.is_changed || !staged.is_as_staged {
                        blobs.push((staged.path, staged.blob));
                    }
                }
                None => match self.no_file(&opened, &file) {
                    Some(skipped) => on_disk.skipped.push(skipped),
                    None => on_disk.files.push(file),
                },
            }
        }
        self.place.keep(opened);
        Ok((blobs, on_disk))
    }

    /// Returns why a name that is not in the index names no file; one that the
    /// commit deletes is not told of.
    fn no_file(&self, opened: &git2::Repository, file: &Path) -> Option<Skipped> {
        if !self.is_there(opened, file) {
            let why = "it is neither a file nor in the index";
            return Some(Skipped::failure(SkipReason::Missing, file, why));
        }
        let why = "it is a folder: a hook is told of files";
        is_folder(file).then(|| Skipped::failure(SkipReason::NotAFile, file, why))
    }

    /// Returns whether a name stands for something on the disk, or for a file
    /// that the commit deletes.
    fn is_there(&self, opened: &git2::Repository, file: &Path) -> bool {
        let is_in_parent =
            |path: PathBuf| self.parents.iter().any(|it| object_at(opened, *it, &path).is_some());
        file.symlink_metadata().is_ok() || self.below(file).is_some_and(is_in_parent)
    }

    /// A path as seen from the root of the work tree.
    fn below(&self, file: &Path) -> Option<PathBuf> {
        path_below(&self.work_tree.canonicalize().ok()?, file)
    }

    /// The blob that is staged for a file.
    fn named(&self, opened: &git2::Repository, index: &Staging, file: &Path) -> Option<NamedFile> {
        // A hook that went into a folder may name files as git does: from the top.
        let below = self.below(file).and_then(|path| Some((index.blob(&path)?, path)));
        let (blob, path) = below.or_else(|| Some((index.blob(file)?, file.to_path_buf())))?;
        let working = self.work_tree.join(&path);
        // A pipe would be waited for, a device may never end.
        let is_file = working.symlink_metadata().is_ok_and(|it| it.is_file());
        let hash = |file| Oid::hash_file_ext(ObjectType::Blob, file, opened.object_format()).ok();
        let own = is_file.then(|| hash(working)).flatten();
        let head = self.parents.first().and_then(|head| object_at(opened, *head, &path));
        Some(NamedFile { path, blob, is_changed: head != Some(blob), is_as_staged: own == Some(blob) })
    }

    /// Gives a sink the names of a file and of the folders around it that a
    /// token may stand in, each once, unless a parent has it.
    fn scan_names(
        &self,
        opened: &git2::Repository,
        path: &Path,
        named: &mut HashSet<PathBuf>,
        filter: &PathFilter,
        sink: &mut impl ObjectSink,
    ) {
        let is_new =
            |path: &Path| self.parents.iter().all(|parent| object_at(opened, *parent, path).is_none());
        deliver_names(sink, path, |name| {
            let is_wanted = filter.refuses_below(&self.work_tree, path).is_none() && is_new(name);
            let text = GitText::without_object(&self.work_tree.as_path().into(), GitPart::FileName);
            let text = GitText { path: Some(name.to_path_buf()), ..text };
            (is_wanted && named.insert(name.to_path_buf())).then(|| Origin::Git(Arc::new(text)))
        });
    }

    /// Gives a sink one blob, unless it is not wanted or cannot be read.
    fn scan_blob(
        &self,
        odb: &Odb<'_>,
        id: Oid,
        path: PathBuf,
        filter: &PathFilter,
        sink: &mut impl ObjectSink,
    ) -> Result<(), Skipped> {
        filter.refuses_below(&self.work_tree, &path).map_or(Ok(()), Err)?;
        let failure = |error: git2::Error| {
            Skipped::failure(SkipReason::GitObject, &path, format!("as staged: {}", error.message()))
        };
        let named = GitText::without_object(&self.work_tree.as_path().into(), GitPart::Staged);
        let text = GitText { path: Some(path.clone()), object: ObjectId::new(id.as_bytes()), ..named };
        // A header costs as many system calls as a small blob.
        if self.place.loose_len(id).is_none_or(|len| largest(len) > MAX_HELD) {
            let size = odb.read_header(id).map_err(failure)?.0 as u64;
            filter.refuses_size(&path, size).map_or(Ok(()), Err)?;
            // None for a delta, which has to be rebuilt.
            if let Some(read) =
                (size > MAX_HELD).then(|| large::stream(&self.place, id, &text, sink)).flatten()
            {
                return read.map_err(|why| Skipped::failure(SkipReason::GitObject, &path, why));
            }
        }
        let blob = odb.read(id).map_err(failure)?;
        filter.refuses_size(&path, blob.len() as u64).map_or(Ok(()), Err)?;
        let pointer = is_lfs_pointer(blob.data()).then(|| Origin::Git(Arc::new(text.clone())));
        whole(sink, text, blob.data());
        let Some(content) = pointer else { return Ok(()) };
        let refuses = |length| filter.refuses_size(&path, length);
        LfsStore::new(self.place.git_dir()).scan(blob.data(), (&path, &content), refuses, sink).map(|_| ())
    }
}

/// A file that a hook names.
struct NamedFile {
    path: PathBuf,
    /// Its content, as it would be committed.
    blob: Oid,
    /// True where HEAD has another one or none at its path.
    is_changed: bool,
    /// True where the working copy is just the same.
    is_as_staged: bool,
}

/// The gap of a file whose conflict is not resolved.
fn unmerged(path: &Path) -> Skipped {
    let why = "its conflict is not resolved, and git commits nothing before it is: what will be committed is not known yet";
    Skipped::failure(SkipReason::Unmerged, path, why)
}

/// The error of an index or a HEAD that cannot be read.
fn unreadable(work_tree: &Path, error: &git2::Error) -> Error {
    Error::usage("compare the index with HEAD in", work_tree.display().to_string(), error.message())
        .mend("`git status` shows whether git can read them, `git fsck` what is damaged")
}

/// The commits that the next one has for parents: HEAD, and those that are
/// being merged.
fn parents(opened: &git2::Repository) -> Result<Vec<Oid>, git2::Error> {
    let merged = std::fs::read_to_string(opened.path().join("MERGE_HEAD")).unwrap_or_default();
    let merged = merged.lines().filter_map(|line| oid(line.trim()).ok());
    Ok(Names::new(opened).head()?.into_iter().chain(merged).collect())
}

/// Returns whether a name stands for a folder with something in it, and not for
/// a submodule, of which git names the commit alone.
fn is_folder(file: &Path) -> bool {
    let is_link = file.is_symlink();
    let mut entries = std::fs::read_dir(file).into_iter().flatten();
    !is_link && !file.join(".git").exists() && entries.next().is_some()
}

/// The blob, or the folder, at a path of a commit.
fn object_at(opened: &git2::Repository, commit: Oid, path: &Path) -> Option<Oid> {
    let tree = opened.find_commit(commit).and_then(|commit| commit.tree()).ok()?;
    tree.get_path(path).ok().map(|entry| entry.id())
}
