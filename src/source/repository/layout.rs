//! Where a repository keeps what.
//!
//! `gitrepository-layout(5)` describes it. Of these only the parts are looked
//! at that lead to objects and refs:
//!
//! ```text
//! project/.git/            git_dir and common_dir
//! linked/.git              a file: `gitdir: …/project/.git/worktrees/linked`
//!   …/worktrees/linked/    git_dir;   its `commondir` file leads to project/.git
//! app.git/                 bare: git_dir, common_dir and the folder itself are one
//! objects/info/alternates  folders of other repositories whose objects count, too
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::config_includes::irregular_config;
use super::own_files::irregular;
use super::regular_file::file_up_to;
use crate::error::{SkipReason, io_reason};
use crate::location::{ObjectId, absolute, path_from_bytes};
use crate::source::sink::Skipped;

/// Number of repositories that may borrow objects from one another, as in git.
const MAX_ALTERNATES: usize = 64;

/// A repository in the file system. Nothing in it is executed and nothing is
/// written to it.
#[derive(Debug, Clone)]
pub struct Repository {
    /// As the user named it.
    pub(in crate::source) name: Arc<Path>,
    /// `.git`, or the folder of a bare repository, or that of a linked work
    /// tree.
    pub(in crate::source) git_dir: PathBuf,
    /// Folder that linked work trees share.
    pub(in crate::source) common_dir: PathBuf,
    /// True where there is no work tree, or it was named by its `.git`.
    bare: bool,
}

impl Repository {
    /// The repository whose root a path is: a work tree, a linked one, a bare
    /// repository, or a `.git` folder.
    ///
    /// # Errors
    ///
    /// There is something of that name that is no repository.
    ///
    /// `None` where nothing there looks like a repository.
    pub fn open_at(path: &Path) -> Result<Option<Self>, Skipped> {
        Self::find_at(path)?.map(Self::check_regular).transpose()
    }

    /// The bare repository that a folder is that nobody named as one: only what
    /// git would take for one, whatever it is called.
    ///
    /// # Errors
    ///
    /// One of git's own files in it is no regular file.
    pub fn bare_at(folder: &Path) -> Result<Option<Self>, Skipped> {
        let is_bare = is_git_dir(folder) && has_head(folder);
        is_bare.then(|| Self::new(folder, folder.to_path_buf(), true).check_regular()).transpose()
    }

    /// The repository, unless one of the files that have to be opened may never
    /// end.
    fn check_regular(self) -> Result<Self, Skipped> {
        match self.irregular() {
            Some(file) => Err(Skipped::failure(
                SkipReason::NotAFile,
                file,
                "it is no regular file: history was not scanned",
            )),
            None => Ok(self),
        }
    }

    /// The first of git's own files, those that it shares included, that is
    /// none.
    pub(in crate::source) fn irregular(&self) -> Option<PathBuf> {
        let shared = || irregular(&self.common_dir);
        irregular(&self.git_dir).or_else(|| if self.common_dir == self.git_dir { None } else { shared() })
    }

    /// [`Self::open_at`], whatever its files are.
    pub(in crate::source) fn find_at(path: &Path) -> Result<Option<Self>, Skipped> {
        let inner = path.join(".git");
        if is_git_dir(&inner) {
            return Ok(Some(Self::new(path, inner, false)));
        }
        if inner.is_file() {
            let target = read_git_file(&inner).ok_or_else(|| {
                Skipped::failure(
                    SkipReason::GitRepository,
                    &inner,
                    "it leads to no git repository: history was not scanned",
                )
            })?;
            return Ok(Some(Self::new(path, target, false)));
        }
        if is_git_dir(path) {
            return Ok(Some(Self::new(path, path.to_path_buf(), true)));
        }
        // An empty `.git` is a habit of tests and sandboxes; git passes over it, too.
        match fs::read_dir(&inner).map(|mut entries| entries.next().is_some()) {
            Ok(true) => Err(Skipped::failure(
                SkipReason::GitRepository,
                &inner,
                "it is no git repository: history was not scanned",
            )),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(Skipped::failure(
                SkipReason::Unreadable,
                &inner,
                format!("{}: history was not scanned", io_reason(&error)),
            )),
            Ok(false) | Err(_) => Ok(None),
        }
    }

    /// The repository that a folder stands in, by the path of its top.
    pub fn open_around(folder: &Path) -> Option<Self> {
        folder.ancestors().find_map(|folder| Self::find_at(folder).ok().flatten())
    }

    /// The work tree that a path stands below the top of, and the path from
    /// there; links are followed first. None for what git keeps for itself.
    ///
    /// # Errors
    ///
    /// Something on the way up has the name of a repository and is none.
    pub fn open_holding(path: &Path) -> Result<Option<(Self, PathBuf)>, Skipped> {
        let whole = path.canonicalize().unwrap_or_else(|_| absolute(path));
        for top in whole.ancestors().skip(1) {
            if let Some(found) = Self::open_at(top)? {
                let below = whole.strip_prefix(top).map(Path::to_path_buf).ok();
                return Ok(below.filter(|_| !found.is_bare()).map(|below| (found, below)));
            }
        }
        Ok(None)
    }

    /// Makes one of its folder, and the name that it goes by.
    pub(in crate::source) fn new(name: &Path, git_dir: PathBuf, bare: bool) -> Self {
        let common_dir = common_dir(&git_dir);
        Self { name: name.into(), git_dir, common_dir, bare }
    }

    /// As the user named it.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Returns whether both keep their history in one place, as linked work
    /// trees do.
    pub fn shares_history(&self, other: &Self) -> bool {
        let place = |it: &Self| it.common_dir.canonicalize().unwrap_or_else(|_| it.common_dir.clone());
        place(self) == place(other)
    }

    /// Returns whether its history lies in itself: it is no linked work tree,
    /// and no folder that only points to another's.
    pub fn owns_history(&self) -> bool {
        let (Ok(top), Ok(common)) = (self.name.canonicalize(), self.common_dir.canonicalize()) else {
            return false;
        };
        common == top || common == top.join(".git")
    }

    /// Returns the id that a file has as an object of this repository, as it
    /// stands: no filter of git's is applied.
    pub fn blob_id(&self, file: &Path) -> Option<ObjectId> {
        let format = if self.id_len() == 32 { git2::ObjectFormat::Sha256 } else { git2::ObjectFormat::Sha1 };
        let id = git2::Oid::hash_file_ext(git2::ObjectType::Blob, file, format).ok()?;
        ObjectId::new(id.as_bytes())
    }

    /// Returns whether there are no files beside the history.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The folders that hold objects: its own, and those that it borrows from.
    ///
    /// Alternates of alternates count, as for git; each folder once, circles
    /// included.
    pub(in crate::source) fn object_dirs(&self, on_skipped: &mut dyn FnMut(Skipped)) -> Vec<PathBuf> {
        let mut dirs: Vec<PathBuf> = Vec::new();
        let mut waiting = vec![self.common_dir.join("objects")];
        let mut known = std::collections::HashSet::new();
        while let Some(dir) = waiting.pop() {
            match dir.canonicalize() {
                Ok(path) if !known.insert(path.clone()) => continue,
                Ok(_) if dirs.len() < MAX_ALTERNATES => {}
                Ok(_) => {
                    on_skipped(Skipped::failure(
                        SkipReason::GitRepository,
                        &dir,
                        "too many repositories borrow objects from one another",
                    ));
                    continue;
                }
                Err(error) => {
                    on_skipped(Skipped::failure(SkipReason::Unreadable, &dir, io_reason(&error)));
                    continue;
                }
            }
            waiting.extend(read_alternates(&dir, on_skipped));
            dirs.push(dir);
        }
        dirs
    }

    /// Returns what the clone was made without, which nobody can tell from what
    /// is there.
    pub(in crate::source) fn gaps(&self) -> Vec<Skipped> {
        let gap = |why: &str| Skipped::by_choice(SkipReason::IncompleteClone, &self.name, why);
        let is_shallow = !self.boundary().is_empty();
        let shallow = is_shallow.then(|| gap("a shallow clone: commits beyond its boundary are not here"));
        let partial = self.is_partial().then(|| gap("a partial clone: what it has not fetched is not here"));
        shallow.into_iter().chain(partial).collect()
    }

    /// Returns the commits whose parents a shallow clone was made without.
    pub(in crate::source) fn boundary(&self) -> BTreeSet<ObjectId> {
        /// Room for a million ids, in bytes.
        const MOST: u64 = 64 << 20;
        let text = file_up_to(&self.common_dir.join("shallow"), MOST).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().filter_map(|line| ObjectId::from_hex(line.trim())).collect()
    }

    /// Returns whether a remote has promised to bring what is not here.
    pub(in crate::source) fn is_partial(&self) -> bool {
        let Some(config) = self.own_config() else { return false };
        if config.get_string("extensions.partialclone").is_ok() {
            return true;
        }
        let Ok(mut remotes) = config.entries(Some(r"remote\..*\.promisor")) else { return false };
        remotes.next().is_some()
    }

    /// The length of ids: 20 bytes of SHA-1, or 32 of SHA-256.
    pub(in crate::source) fn id_len(&self) -> usize {
        let format = self.own_config().and_then(|config| config.get_string("extensions.objectformat").ok());
        if format.is_some_and(|format| format.eq_ignore_ascii_case("sha256")) { 32 } else { 20 }
    }

    /// Opens the configuration that the repository keeps for itself.
    ///
    /// `None` where it cannot be read, or is no regular file, or includes one
    /// that is none: a pipe would be waited for.
    pub(in crate::source) fn own_config(&self) -> Option<git2::Config> {
        let file = self.common_dir.join("config");
        if irregular_config(&file).is_some() { None } else { git2::Config::open(&file).ok() }
    }
}

/// As git decides it.
///
/// `HEAD`, `objects` and `refs`, as `is_git_directory` of git's `setup.c` asks.
fn is_git_dir(path: &Path) -> bool {
    // `HEAD` may be a link that leads nowhere.
    if path.join("HEAD").symlink_metadata().is_err() {
        return false;
    }
    let common = common_dir(path);
    common.join("objects").is_dir() && common.join("refs").is_dir()
}

/// Returns whether `HEAD` is that of a repository: a link to a ref, the name of
/// one, or an id.
fn has_head(git_dir: &Path) -> bool {
    let head = git_dir.join("HEAD");
    if let Ok(target) = fs::read_link(&head) {
        return target.starts_with("refs");
    }
    small_file(&head).is_ok_and(|text| {
        let is_id = |text: &[u8]| text.len() >= 40 && text.iter().all(u8::is_ascii_hexdigit);
        text.starts_with(b"ref:") || is_id(text.trim_ascii_end())
    })
}

/// The file of globs that the repository whose top a folder is keeps for
/// itself.
pub(in crate::source) fn exclude_file(top: &Path) -> PathBuf {
    let found = Repository::find_at(top).ok().flatten();
    found.map_or_else(|| top.join(".git"), |it| it.common_dir).join("info/exclude")
}

/// Returns what linked work trees share with the main one.
fn common_dir(git_dir: &Path) -> PathBuf {
    match small_file(&git_dir.join("commondir")) {
        Ok(common) => git_dir.join(path_from_bytes(common.trim_ascii_end())),
        Err(_) => git_dir.to_path_buf(),
    }
}

/// The folder that a `.git` file leads to.
fn read_git_file(file: &Path) -> Option<PathBuf> {
    let text = small_file(file).ok()?;
    let target = text.strip_prefix(b"gitdir: ")?.trim_ascii_end();
    Some(file.parent()?.join(path_from_bytes(target))).filter(|path| is_git_dir(path))
}

/// The folders that one of objects borrows from.
///
/// Relative paths are seen from the folder of objects.
fn read_alternates(objects: &Path, on_skipped: &mut dyn FnMut(Skipped)) -> Vec<PathBuf> {
    let list = objects.join("info/alternates");
    let text = match small_file(&list) {
        Ok(text) => text,
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                on_skipped(Skipped::failure(SkipReason::Unreadable, &list, io_reason(&error)));
            }
            return Vec::new();
        }
    };
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    lines.map(|line| objects.join(path_from_bytes(line))).collect()
}

/// The bytes of a file that git keeps short. What is no file, or is endless, is
/// an error.
fn small_file(path: &Path) -> io::Result<Vec<u8>> {
    file_up_to(path, 1 << 20)
}
