//! The index that is about to be committed, as libgit2 reads it, or as the
//! system's `git` does where it is sparse or split.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use git2::{Delta, DiffOptions, FileMode, Index, Oid, Repository};

use super::program::{Program, oid};
use crate::location::path_from_bytes;

/// The part of a mode that says what an entry of the index is, and two of its
/// values.
const KIND: u32 = 0o170_000;
/// Mode of a file, executable or not.
const FILE: u32 = 0o100_000;
/// Mode of a submodule.
const SUBMODULE: u32 = 0o160_000;
/// The bits among the flags of an entry that say which side of a conflict it
/// is.
const STAGE: u16 = 0x3000;

/// The entries of an index.
pub(in crate::source) enum Staging {
    /// The index, as libgit2 read it.
    Read(Index),
    /// As `git ls-files` lists them, without submodules.
    Asked(Listed),
}

/// Entries that `git ls-files` lists.
#[derive(Debug, Default)]
pub(in crate::source) struct Listed {
    pub(in crate::source) files: BTreeMap<PathBuf, Oid>,
    unmerged: Unmerged,
}

/// The paths whose conflicts are not resolved, each with the blobs that both
/// sides have there, if they have any.
pub(in crate::source) type Unmerged = BTreeMap<PathBuf, Vec<Oid>>;

impl Staging {
    /// Reads an index, the repository's own where no file is named.
    pub(in crate::source) fn read(opened: &Repository, file: Option<&Path>) -> Result<Self, git2::Error> {
        let read = match file {
            Some(path) => Index::open_ext(path, opened.object_format()),
            None => opened.index(),
        };
        match read {
            Ok(index) => Ok(Self::Read(index)),
            // libgit2 knows neither sparse nor split indexes, nor what git may invent next.
            Err(_) => list_staged(&Program::new(opened.path(), file)).map(Self::Asked),
        }
    }

    /// The paths of the files, as git writes them.
    pub(in crate::source) fn files(&self) -> BTreeSet<Vec<u8>> {
        match self {
            Self::Read(index) => {
                index.iter().filter(|entry| entry.mode & KIND == FILE).map(|entry| entry.path).collect()
            }
            Self::Asked(listed) => {
                let paths = listed.files.keys().chain(listed.unmerged.keys());
                paths.map(|path| path.as_os_str().as_encoded_bytes().to_vec()).collect()
            }
        }
    }

    /// The blob at a path.
    pub(in crate::source) fn blob(&self, path: &Path) -> Option<Oid> {
        match self {
            Self::Read(index) => {
                let entry = index.get_path(path, 0).filter(|entry| entry.mode & KIND != SUBMODULE)?;
                Some(entry.id)
            }
            Self::Asked(listed) => listed.files.get(path).copied(),
        }
    }

    /// The paths whose conflicts are not resolved. git commits nothing while
    /// there are any.
    pub(in crate::source) fn unmerged(&self) -> Unmerged {
        match self {
            // To go over all entries from here would copy the paths of all files.
            Self::Read(index) if !index.has_conflicts() => Unmerged::new(),
            Self::Read(index) => {
                let mut unmerged = Unmerged::new();
                for entry in index.iter() {
                    let stage = (entry.flags & STAGE) >> STAGE.trailing_zeros();
                    add_stage(&mut unmerged, path_from_bytes(&entry.path), stage, entry.mode, entry.id);
                }
                unmerged
            }
            Self::Asked(listed) => listed.unmerged.clone(),
        }
    }

    /// The blobs that the next commit would have at a path where none of these
    /// commits has the same one.
    pub(in crate::source) fn differing_blobs(
        &self,
        opened: &Repository,
        bases: &[Oid],
    ) -> Result<Vec<(PathBuf, Oid)>, git2::Error> {
        let trees: Vec<git2::Tree<'_>> =
            bases.iter().map(|base| opened.find_commit(*base)?.tree()).collect::<Result<_, _>>()?;
        let mut changed = match self {
            Self::Read(index) => differing(opened, index, trees.first())?,
            Self::Asked(listed) => listed.files.iter().map(|(path, id)| (path.clone(), *id)).collect(),
        };
        let holds = |tree: &git2::Tree<'_>, path: &Path, id: Oid| {
            tree.get_path(path).is_ok_and(|entry| entry.id() == id)
        };
        changed.retain(|(path, id)| !trees.iter().any(|tree| holds(tree, path, *id)));
        Ok(changed)
    }
}

/// The entries that `git ls-files` lists: `<mode> <id> <stage>`, a tab, and the
/// path, each up to a zero byte.
fn list_staged(program: &Program) -> Result<Listed, git2::Error> {
    let listed = program.ask(&["ls-files", "--stage", "--full-name", "-z"])?;
    let wrong = || git2::Error::from_str("git lists its index in another way");
    let mut entries = Listed::default();
    for line in listed.split(|&byte| byte == 0).filter(|line| !line.is_empty()) {
        let tab = line.iter().position(|&byte| byte == b'\t').ok_or_else(wrong)?;
        let head = std::str::from_utf8(&line[..tab]).map_err(|_| wrong())?;
        let words: Vec<&str> = head.split(' ').collect();
        let [mode, id, stage] = words[..] else { return Err(wrong()) };
        let mode = u32::from_str_radix(mode, 8).map_err(|_| wrong())?;
        let (path, stage) = (path_from_bytes(&line[tab + 1..]), stage.parse().map_err(|_| wrong())?);
        match stage {
            0 if mode & KIND == SUBMODULE => {}
            0 => drop(entries.files.insert(path, oid(id)?)),
            stage => add_stage(&mut entries.unmerged, path, stage, mode, oid(id)?),
        }
    }
    Ok(entries)
}

/// Adds what one stage of an entry says: 1 is what both sides began with, 2 is
/// ours, 3 theirs; at 0 there is no conflict.
fn add_stage(unmerged: &mut Unmerged, path: PathBuf, stage: u16, mode: u32, id: Oid) {
    if stage > 0 {
        let sides = unmerged.entry(path).or_default();
        sides.extend((stage > 1 && mode & KIND != SUBMODULE).then_some(id));
    }
}

/// Lists the blobs of an index that differ from those of a tree.
fn differing(
    opened: &Repository,
    index: &Index,
    head: Option<&git2::Tree<'_>>,
) -> Result<Vec<(PathBuf, Oid)>, git2::Error> {
    let mut options = DiffOptions::new();
    options.include_typechange(true).ignore_submodules(true);
    let diff = opened.diff_tree_to_index(head, Some(index), Some(&mut options))?;
    let new = diff.deltas().filter(brings_a_blob).filter_map(|delta| {
        let file = delta.new_file();
        Some((file.path_bytes().map(path_from_bytes)?, file.id()))
    });
    Ok(new.collect())
}

/// Returns whether a difference is new content, and not a deletion, another
/// mode, or a submodule.
fn brings_a_blob(delta: &git2::DiffDelta<'_>) -> bool {
    let file = delta.new_file();
    let differs = file.id() != delta.old_file().id();
    is_blob(file.mode()) && differs && !matches!(delta.status(), Delta::Deleted | Delta::Conflicted)
}

/// Returns whether a mode is that of a file or a link.
fn is_blob(mode: FileMode) -> bool {
    matches!(mode, FileMode::Blob | FileMode::BlobExecutable | FileMode::BlobGroupWritable | FileMode::Link)
}
