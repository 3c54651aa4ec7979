//! The repository around a folder, as git sees it from there and from its
//! hooks.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::layout::Repository;
use super::libgit2::{set_up, variable};
use super::own_files::irregular;

/// A repository that was found, and can be opened on each thread.
#[derive(Clone)]
pub(in crate::source) struct Place {
    /// Its own folder, as libgit2 found it.
    git_dir: PathBuf,
    /// The folder of its own objects.
    store: PathBuf,
    /// Openings that nobody uses: to open a repository takes some seventy
    /// system calls, and reads all of git's configuration.
    spare: Arc<Mutex<Vec<git2::Repository>>>,
    /// Where objects lie that are not the repository's own yet: what is being
    /// pushed waits in quarantine.
    objects: Vec<PathBuf>,
}

impl Place {
    /// The repository around a folder; without one, that which git tells its
    /// hooks of (`GIT_DIR`), or else that around the current folder.
    pub(in crate::source) fn find(folder: Option<&Path>) -> Result<Self, git2::Error> {
        set_up();
        let Some(folder) = folder else { return Self::of_hook() };
        refuse_irregular(irregular_around(folder))?;
        Self::of_opened(git2::Repository::discover(folder)?, Vec::new())
    }

    /// git sets `GIT_DIR` for hooks, and for `pre-receive` the folder of
    /// objects in quarantine (`githooks(5)`, `git-receive-pack(1)`).
    fn of_hook() -> Result<Self, git2::Error> {
        let opened = match variable("GIT_DIR") {
            Some(dir) => {
                refuse_irregular(Repository::new(&dir, dir.clone(), false).irregular())?;
                git2::Repository::open(dir)?
            }
            None => {
                refuse_irregular(irregular_around(Path::new(".")))?;
                git2::Repository::discover(".")?
            }
        };
        let own = variable("GIT_OBJECT_DIRECTORY");
        let others = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        let others = std::env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
        Self::of_opened(opened, own.into_iter().chain(others).collect())
    }

    /// The place of an opened repository that sees these folders of objects,
    /// too.
    fn of_opened(opened: git2::Repository, objects: Vec<PathBuf>) -> Result<Self, git2::Error> {
        let (git_dir, store) = (opened.path().to_path_buf(), opened.commondir().join("objects"));
        let place = Self { git_dir, store, objects, spare: Arc::default() };
        place.add_objects(&opened)?;
        place.keep(opened);
        Ok(place)
    }

    /// The folder of what git keeps here: `.git`, or that of a linked work
    /// tree.
    pub(in crate::source) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folders that hold objects.
    pub(in crate::source) fn object_dirs(&self) -> Vec<PathBuf> {
        let repository = Repository::new(&self.git_dir, self.git_dir.clone(), false);
        let own = repository.object_dirs(&mut |_| {});
        self.objects.iter().cloned().chain(own).collect()
    }

    /// Returns the length of the file, in bytes, that an object of its own has
    /// to itself; nothing where it is in a pack.
    pub(in crate::source) fn loose_len(&self, id: git2::Oid) -> Option<u64> {
        let digits = id.to_string();
        let (folder, rest) = digits.split_at_checked(2)?;
        self.store.join(folder).join(rest).metadata().ok().map(|it| it.len())
    }

    /// Opens it, with all objects that can be seen, unless somebody kept an
    /// opening.
    pub(in crate::source) fn open(&self) -> Result<git2::Repository, git2::Error> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(opened) = spare {
            return Ok(opened);
        }
        let opened = git2::Repository::open(&self.git_dir)?;
        self.add_objects(&opened)?;
        Ok(opened)
    }

    /// Keeps an opening of this place for whoever opens it next.
    ///
    /// A place that is dropped closes them.
    pub(in crate::source) fn keep(&self, opened: git2::Repository) {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
    }

    /// Adds the folders of objects that are not the repository's own.
    fn add_objects(&self, opened: &git2::Repository) -> Result<(), git2::Error> {
        if self.objects.is_empty() {
            return Ok(());
        }
        let odb = opened.odb()?;
        for dir in &self.objects {
            let path =
                dir.to_str().ok_or_else(|| git2::Error::from_str("a folder of objects is no UTF-8"))?;
            odb.add_disk_alternate(path)?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place").field("git_dir", &self.git_dir).field("objects", &self.objects).finish()
    }
}

/// An error that names a file that must not be opened.
fn refuse_irregular(irregular: Option<PathBuf>) -> Result<(), git2::Error> {
    match irregular {
        Some(path) => Err(git2::Error::from_str(&format!("{} is no regular file", path.display()))),
        None => Ok(()),
    }
}

/// The first irregular file of the repository around a folder, before anything
/// opens it.
fn irregular_around(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().find_map(irregular_at)?
}

/// The same for the repository whose top a folder is, and for what that shares
/// with others; None where it is no top.
fn irregular_at(top: &Path) -> Option<Option<PathBuf>> {
    if let Some(found) = Repository::find_at(top).ok().flatten() {
        return Some(found.irregular());
    }
    // libgit2 opens it to see whether it is one.
    let git_dirs = [top.join(".git"), top.to_path_buf()];
    let has_head = |dir: &&PathBuf| dir.join("HEAD").symlink_metadata().is_ok();
    git_dirs.iter().find(has_head).map(|git_dir| irregular(git_dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_that_was_kept_is_handed_on() {
        let folder = tempfile::tempdir().expect("a folder");
        git2::Repository::init(folder.path()).expect("a repository");
        let place = Place::find(Some(folder.path())).expect("it is found");
        let spare = || place.spare.lock().expect("no thread panicked").len();
        assert_eq!(spare(), 1, "finding it opens it");
        let opened = [place.open().expect("the one that is kept"), place.open().expect("another")];
        assert_eq!(spare(), 0);
        opened.into_iter().for_each(|opened| place.keep(opened));
        assert_eq!(spare(), 2);
    }
}
