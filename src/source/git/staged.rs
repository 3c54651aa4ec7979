//! What would be committed: the blobs of the index that differ from HEAD.

use std::path::{Path, PathBuf};

use git2::{Delta, DiffOptions, FileMode};

use super::super::{Filter, ObjectSink, Skipped};
use super::deliver::whole;
use super::refs::trust_owners;
use crate::error::Error;
use crate::location::{GitPart, GitText, ObjectId, path_from_bytes};

/// The index of a repository that is about to be committed.
#[derive(Debug, Clone)]
pub struct Staged {
    git_dir: PathBuf,
    /// Another index than the repository's own.
    index: Option<PathBuf>,
    work_tree: PathBuf,
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
        trust_owners();
        let fails = |why: &str| {
            Error::usage("scan what is staged in", ".", why)
                .mend("start it in the work tree of a git repository")
        };
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let opened = match set("GIT_DIR") {
            Some(dir) => git2::Repository::open(dir),
            None => git2::Repository::discover("."),
        };
        let opened = opened.map_err(|error| fails(error.message()))?;
        let work_tree = set("GIT_WORK_TREE").or_else(|| opened.workdir().map(Path::to_path_buf));
        let work_tree = work_tree.ok_or_else(|| fails("the repository is bare: it has no index"))?;
        Ok(Self { git_dir: opened.path().to_path_buf(), index: set("GIT_INDEX_FILE"), work_tree })
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
        let opened = git2::Repository::open(&self.git_dir)?;
        let index = match &self.index {
            Some(path) => git2::Index::open_ext(path, opened.object_format())?,
            None => opened.index()?,
        };
        let head = match opened.head() {
            Ok(head) => Some(head.peel_to_tree()?),
            Err(error) if error.code() == git2::ErrorCode::UnbornBranch => None,
            Err(error) => return Err(error),
        };
        let mut options = DiffOptions::new();
        options.include_typechange(true).ignore_submodules(true);
        let diff = opened.diff_tree_to_index(head.as_ref(), Some(&index), Some(&mut options))?;
        let odb = opened.odb()?;
        for delta in diff.deltas().filter(brings_a_blob) {
            let file = delta.new_file();
            if let Some(path) = file.path_bytes().map(path_from_bytes)
                && let Err(skipped) = self.scan_blob(&odb, file.id(), path, filter, sink)
            {
                sink.skipped(skipped);
            }
        }
        Ok(())
    }

    /// Gives a sink one blob, unless it is not wanted or cannot be read.
    fn scan_blob(
        &self,
        odb: &git2::Odb<'_>,
        id: git2::Oid,
        path: PathBuf,
        filter: &Filter,
        sink: &mut impl ObjectSink,
    ) -> Result<(), Skipped> {
        filter.refuses_staged(&self.work_tree, &path).map_or(Ok(()), Err)?;
        let failure = |error: git2::Error| Skipped::failure(&path, format!("as staged: {}", error.message()));
        let blob = odb.read(id).map_err(failure)?;
        filter.refuses_size(&path, blob.data().len() as u64).map_or(Ok(()), Err)?;
        let named = GitText::named(&self.work_tree.as_path().into(), GitPart::Staged);
        let text = GitText { path: Some(path), object: ObjectId::new(id.as_bytes()), ..named };
        whole(sink, text, blob.data());
        Ok(())
    }
}

/// Whether a difference is new content, and not a deletion, another mode, or a submodule.
fn brings_a_blob(delta: &git2::DiffDelta<'_>) -> bool {
    let file = delta.new_file();
    let is_blob = matches!(
        file.mode(),
        FileMode::Blob | FileMode::BlobExecutable | FileMode::BlobGroupWritable | FileMode::Link
    );
    let differs = file.id() != delta.old_file().id();
    is_blob && differs && !matches!(delta.status(), Delta::Deleted | Delta::Conflicted)
}
