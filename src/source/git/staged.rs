//! What would be committed: the blobs of the index that differ from HEAD, or those of named files.

use std::path::{Path, PathBuf};

use git2::{Delta, DiffOptions, FileMode, Index, ObjectFormat, ObjectType, Odb, Oid};

use super::super::{Filter, ObjectSink, Skipped};
use super::deliver::whole;
use super::place::{Place, variable};
use crate::error::Error;
use crate::location::{GitPart, GitText, ObjectId, path_below, path_from_bytes};

/// The part of a mode that says what an entry of the index is, and one of its values.
const KIND: u32 = 0o170_000;
const SUBMODULE: u32 = 0o160_000;

/// The index of a repository that is about to be committed.
#[derive(Debug, Clone)]
pub struct Staged {
    place: Place,
    /// Another index than the repository's own.
    index: Option<PathBuf>,
    work_tree: PathBuf,
    /// The only files to look at, whether they differ from HEAD or not.
    only: Option<Vec<PathBuf>>,
}

impl Staged {
    /// The index that git would commit here: that of the repository around the current folder, unless a hook of git's runs,
    /// to which git tells its folder (`GIT_DIR`) and the index (`GIT_INDEX_FILE`), which for `git commit -a` and `git commit
    /// PATH` is a temporary one.
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
        Ok(Self { place, index: variable("GIT_INDEX_FILE"), work_tree, only: None })
    }

    /// Looks at these files only, whether they differ from HEAD or not; but not where the working copy is just the same,
    /// which is read as any other file.
    #[must_use]
    pub fn only(self, files: Vec<PathBuf>) -> Self {
        Self { only: Some(files), ..self }
    }

    /// Where the files are that the index is about.
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// Gives a sink each blob that the next commit would have at a path where HEAD has another one or none.
    ///
    /// # Errors
    ///
    /// HEAD or the index cannot be read.
    pub fn scan(&self, filter: &Filter, sink: &mut impl ObjectSink) -> Result<(), Error> {
        let name = self.work_tree.display().to_string();
        self.try_scan(filter, sink).map_err(|error| {
            Error::usage("compare the index with HEAD in", name, error.message())
                .mend("`git status` shows whether git can read them, `git fsck` what is damaged")
        })
    }

    fn try_scan(&self, filter: &Filter, sink: &mut impl ObjectSink) -> Result<(), git2::Error> {
        let opened = self.place.open()?;
        let index = match &self.index {
            Some(path) => Index::open_ext(path, opened.object_format())?,
            None => opened.index()?,
        };
        let changed = match &self.only {
            None => differing(&opened, &index)?,
            Some(files) => {
                let format = opened.object_format();
                files.iter().filter_map(|file| self.unlike_the_file(&index, file, format)).collect()
            }
        };
        let odb = opened.odb()?;
        for (path, blob) in changed {
            if let Err(skipped) = self.scan_blob(&odb, blob, path, filter, sink) {
                sink.skipped(skipped);
            }
        }
        Ok(())
    }

    /// The blob that is staged for a file, if the working copy holds something else.
    fn unlike_the_file(&self, index: &Index, file: &Path, format: ObjectFormat) -> Option<(PathBuf, Oid)> {
        let root = self.work_tree.canonicalize().ok()?;
        let path = path_below(&root, file)?;
        let entry = index.get_path(&path, 0).filter(|entry| entry.mode & KIND != SUBMODULE)?;
        let own = Oid::hash_file_ext(ObjectType::Blob, file, format).ok();
        (own != Some(entry.id)).then_some((path, entry.id))
    }

    /// Gives a sink one blob, unless it is not wanted or cannot be read.
    fn scan_blob(
        &self,
        odb: &Odb<'_>,
        id: Oid,
        path: PathBuf,
        filter: &Filter,
        sink: &mut impl ObjectSink,
    ) -> Result<(), Skipped> {
        filter.refuses_below(&self.work_tree, &path).map_or(Ok(()), Err)?;
        let failure = |error: git2::Error| Skipped::failure(&path, format!("as staged: {}", error.message()));
        let blob = odb.read(id).map_err(failure)?;
        filter.refuses_size(&path, blob.data().len() as u64).map_or(Ok(()), Err)?;
        let named = GitText::named(&self.work_tree.as_path().into(), GitPart::Staged);
        let text = GitText { path: Some(path), object: ObjectId::new(id.as_bytes()), ..named };
        whole(sink, text, blob.data());
        Ok(())
    }
}

/// The blobs that the next commit would have at a path where HEAD has another one or none.
fn differing(opened: &git2::Repository, index: &Index) -> Result<Vec<(PathBuf, Oid)>, git2::Error> {
    let head = match opened.head() {
        Ok(head) => Some(head.peel_to_tree()?),
        Err(error) if error.code() == git2::ErrorCode::UnbornBranch => None,
        Err(error) => return Err(error),
    };
    let mut options = DiffOptions::new();
    options.include_typechange(true).ignore_submodules(true);
    let diff = opened.diff_tree_to_index(head.as_ref(), Some(index), Some(&mut options))?;
    let new = diff.deltas().filter(brings_a_blob).filter_map(|delta| {
        let file = delta.new_file();
        Some((file.path_bytes().map(path_from_bytes)?, file.id()))
    });
    Ok(new.collect())
}

/// Whether a difference is new content, and not a deletion, another mode, or a submodule.
fn brings_a_blob(delta: &git2::DiffDelta<'_>) -> bool {
    let file = delta.new_file();
    let differs = file.id() != delta.old_file().id();
    is_blob(file.mode()) && differs && !matches!(delta.status(), Delta::Deleted | Delta::Conflicted)
}

fn is_blob(mode: FileMode) -> bool {
    matches!(mode, FileMode::Blob | FileMode::BlobExecutable | FileMode::BlobGroupWritable | FileMode::Link)
}
