//! Ignore files that count for nothing, and folders that hold some: links, which git does not follow, devices and pipes, which
//! may never end, and what is larger than any list of globs.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::Skipped;
use crate::error::SkipReason;

/// The names of ignore files in any folder.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];

/// The file in which a repository keeps globs for itself, which git follows where it is a link.
const EXCLUDE: &str = ".git/info/exclude";

/// The largest ignore file that counts, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// Why an ignore file counts for nothing, if there is such a file in a folder.
fn void(folder: &Path) -> Option<Skipped> {
    let of_folder = NAMES.iter().find_map(|name| {
        let path = folder.join(name);
        let kind = path.symlink_metadata().ok()?;
        let why = match kind.is_symlink() {
            true => "a link is no ignore file, as for git: what it names is scanned",
            false => why_void(&kind)?,
        };
        Some(Skipped::by_choice(SkipReason::NotAFile, &path, why))
    });
    of_folder.or_else(|| {
        let path = folder.join(EXCLUDE);
        let why = why_void(&fs::metadata(&path).ok()?)?;
        Some(Skipped::by_choice(SkipReason::NotAFile, &path, why))
    })
}

fn why_void(kind: &fs::Metadata) -> Option<&'static str> {
    match kind {
        kind if kind.is_dir() => None,
        kind if !kind.is_file() => Some("no regular file, so no ignore file: it was not opened"),
        kind if kind.len() > MAX_SIZE => Some("too large for an ignore file: what it names is scanned"),
        _ => None,
    }
}

/// Folders that a walk left to a slower one, since an ignore file in them must not be opened.
#[derive(Debug, Default)]
pub(super) struct SetAside {
    folders: Mutex<Vec<PathBuf>>,
}

impl SetAside {
    /// Whether a folder is left to the slower walk.
    pub(super) fn takes(&self, entry: &DirEntry) -> bool {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let takes = is_folder && void(entry.path()).is_some();
        if takes {
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.push(entry.path().to_path_buf());
        }
        takes
    }

    /// The folders that were left.
    pub(super) fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.folders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a path, or any folder above it, holds an ignore file that must not be opened.
pub(super) fn is_below_void(path: &Path) -> bool {
    path.canonicalize().is_ok_and(|whole| whole.ancestors().any(|folder| void(folder).is_some()))
}

/// Ignore files as git reads them, where some of them are none.
#[derive(Debug)]
pub(super) struct Ignores {
    /// The folder that is walked over, as it was named, and where it is.
    named: PathBuf,
    whole: PathBuf,
    global: Gitignore,
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
    skipped: Mutex<Vec<Skipped>>,
}

/// The globs of one folder, and whether a repository begins there.
#[derive(Debug)]
struct Folder {
    globs: [Gitignore; 2],
    exclude: Gitignore,
    is_root: bool,
}

impl Ignores {
    pub(super) fn new(named: &Path) -> Self {
        let whole = named.canonicalize().unwrap_or_else(|_| named.to_path_buf());
        let (folders, skipped) = Default::default();
        Self { named: named.to_path_buf(), whole, global: Gitignore::global().0, folders, skipped }
    }

    /// Lets a walk heed them, and no others.
    pub(super) fn apply(walk: &mut WalkBuilder) {
        walk.parents(false).ignore(false).git_ignore(false).git_global(false).git_exclude(false);
    }

    /// Whether one of them names an entry.
    pub(super) fn hold(&self, entry: &DirEntry) -> bool {
        let below = entry.path().strip_prefix(&self.named).unwrap_or(entry.path());
        let path = self.whole.join(below);
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let above: Vec<Arc<Folder>> = path.ancestors().skip(1).map(|folder| self.folder(folder)).collect();
        let in_repository = above.iter().position(|folder| folder.is_root);
        let [own, of_git] = [0, 1].map(|which| above.iter().map(move |folder| &folder.globs[which]));
        let of_git = of_git.take(in_repository.map_or(0, |root| root + 1));
        let exclude = in_repository.map(|root| &above[root].exclude);
        let global = in_repository.map(|_| &self.global);
        let verdicts = own.chain(of_git).chain(exclude).chain(global);
        verdicts
            .map(|globs| globs.matched(&path, is_folder))
            .find(|it| !it.is_none())
            .is_some_and(|it| it.is_ignore())
    }

    /// What counts for nothing.
    pub(super) fn take_skipped(&self) -> Vec<Skipped> {
        std::mem::take(&mut *self.skipped.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn folder(&self, path: &Path) -> Arc<Folder> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders.get(path) {
            return Arc::clone(known);
        }
        if let Some(skipped) = void(path) {
            self.skipped.lock().unwrap_or_else(PoisonError::into_inner).push(skipped);
        }
        let folder = Arc::new(Folder {
            globs: NAMES.map(|name| read(path, &path.join(name), true)),
            exclude: read(path, &path.join(EXCLUDE), false),
            is_root: path.join(".git").exists(),
        });
        folders.insert(path.to_path_buf(), Arc::clone(&folder));
        folder
    }
}

/// The globs of a file, if it is one.
fn read(folder: &Path, file: &Path, unlinked: bool) -> Gitignore {
    let kind = if unlinked { file.symlink_metadata() } else { fs::metadata(file) };
    if !kind.is_ok_and(|kind| kind.is_file() && why_void(&kind).is_none()) {
        return Gitignore::empty();
    }
    let text = fs::read(file).unwrap_or_default();
    let mut builder = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(&text).lines() {
        // A glob that is wrong names nothing, as for git.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
