//! What ignore files name: counted, but for what git tracks, which is scanned
//! all the same.
//!
//! git goes on tracking a file that an ignore file names later, and such files
//! hold secrets more often than others: `.env` is ignored because it was
//! committed once. So the walk's verdict is looked at again with the index of
//! the repository in hand.
//!
//! ```text
//! .gitignore   .env, build/
//! index        .env, build/keep.txt
//!   scanned    .env, build/keep.txt
//!   ignored    every other file of build/, one by one; build/ as a whole if nothing in it were tracked
//! ```

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::ignores::LeftOut;
use crate::source::repository::Tracked;

/// Number of paths that are kept.
const MAX_PATHS: usize = 100;

/// Paths that ignore files left out of a walk.
#[derive(Debug, Default, Clone)]
pub struct Ignored {
    /// The number of files.
    pub files: u64,
    /// The number of folders, none of which was looked into.
    pub folders: u64,
    /// The first of both, folders before files.
    pub paths: Vec<PathBuf>,
    /// The ignore files that named them, in order.
    pub by: Vec<IgnoredBy>,
    /// The tops of the repositories that they are in, in order, and how many
    /// files and folders of each there are.
    pub of_repositories: Vec<(PathBuf, u64)>,
}

/// Numbers of one ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredBy {
    /// The ignore file.
    pub file: PathBuf,
    /// True where it is an `.ignore` file above all that was scanned, where
    /// nobody looks for one.
    pub is_foreign: bool,
    /// The number of files and folders.
    pub entries: u64,
}

/// A file that git tracks, though an ignore file names it, or a folder that it
/// is in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::source) struct TrackedFile {
    /// Path of the file.
    pub(in crate::source) path: PathBuf,
    /// Path that the ignore file names: its own, or that of a folder.
    ignored: PathBuf,
}

impl TrackedFile {
    /// Returns the folders that it is in, up to the one that is ignored.
    pub(in crate::source) fn folders_passed_over(&self) -> impl Iterator<Item = &Path> {
        self.path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.ignored))
    }
}

/// Parts what a walk left out into files that git tracks, and what is ignored.
pub(super) fn split_left_out(left_out: Vec<LeftOut>) -> (Vec<TrackedFile>, Ignored) {
    let mut parts = Parts::default();
    let mut known: HashMap<PathBuf, Tracked> = HashMap::new();
    for it in left_out {
        let Some((top, below)) = it.within_repository() else {
            parts.count_ignored(it.path.clone(), &it, it.is_folder);
            continue;
        };
        if !known.contains_key(top) {
            known.insert(top.to_path_buf(), Tracked::at(top));
        }
        if let Some(tracked) = known.get(top) {
            parts.add_left_out(tracked, &it, &below);
        }
    }
    parts.into_parts()
}

/// Files that are tracked, and what is ignored.
#[derive(Default)]
struct Parts {
    /// Files that are scanned all the same.
    tracked: Vec<TrackedFile>,
    /// Files that are ignored.
    files: Vec<PathBuf>,
    /// Folders that are ignored as a whole.
    folders: Vec<PathBuf>,
    /// By ignore file: whether it is foreign, and the number of files and
    /// folders.
    by: BTreeMap<PathBuf, (bool, u64)>,
    /// Number of ignored files and folders, by the top of their repository.
    of_repositories: BTreeMap<PathBuf, u64>,
}

impl Parts {
    /// Adds a file, or a folder: that as a whole where nothing in it is
    /// tracked.
    fn add_left_out(&mut self, tracked: &Tracked, of: &LeftOut, below: &Path) {
        let mut waiting = vec![(of.path.clone(), below.to_path_buf(), of.is_folder)];
        while let Some((path, below, is_folder)) = waiting.pop() {
            match is_folder {
                false if tracked.holds(&below) => {
                    self.tracked.push(TrackedFile { path, ignored: of.path.clone() });
                }
                true if tracked.holds_below(&below) => waiting.extend(list_folder(&path, &below)),
                _ => self.count_ignored(path, of, is_folder),
            }
        }
    }

    /// Counts a file or folder as ignored.
    fn count_ignored(&mut self, path: PathBuf, of: &LeftOut, is_folder: bool) {
        match self.by.get_mut(&of.file) {
            Some((_, entries)) => *entries += 1,
            None => drop(self.by.insert(of.file.clone(), (of.is_foreign, 1))),
        }
        if let Some((top, _)) = of.within_repository() {
            *self.of_repositories.entry(top.to_path_buf()).or_default() += 1;
        }
        if is_folder { self.folders.push(path) } else { self.files.push(path) }
    }

    /// Returns the tracked files, and what is ignored, both in order.
    fn into_parts(mut self) -> (Vec<TrackedFile>, Ignored) {
        self.tracked.sort();
        [&mut self.files, &mut self.folders].into_iter().for_each(|paths| paths.sort());
        let (files, folders) = (self.files.len() as u64, self.folders.len() as u64);
        let paths = self.folders.into_iter().chain(self.files).take(MAX_PATHS).collect();
        let by = |(file, (is_foreign, entries))| IgnoredBy { file, is_foreign, entries };
        let by = self.by.into_iter().map(by).collect();
        let of_repositories = self.of_repositories.into_iter().collect();
        (self.tracked, Ignored { files, folders, paths, by, of_repositories })
    }
}

/// The files and folders in a folder, but for what git keeps for itself.
fn list_folder(path: &Path, below: &Path) -> Vec<(PathBuf, PathBuf, bool)> {
    let listed = fs::read_dir(path).into_iter().flatten().flatten();
    let named = listed.filter(|entry| entry.file_name() != ".git");
    let kinds = named.filter_map(|entry| Some((entry.file_name(), entry.file_type().ok()?)));
    let read = kinds.filter(|(_, kind)| kind.is_dir() || kind.is_file());
    read.map(|(name, kind)| (path.join(&name), below.join(&name), kind.is_dir())).collect()
}
