//! The repository around a folder, as git sees it from there and from its hooks.

use std::path::{Path, PathBuf};

use super::own_files::irregular_around;
use super::refs::{set_up, variable};
use super::repository::Repository;

/// A repository that was found, and can be opened again on each thread.
#[derive(Debug, Clone)]
pub(super) struct Place {
    git_dir: PathBuf,
    /// Where objects lie that are not the repository's own yet: what is being pushed waits in quarantine.
    objects: Vec<PathBuf>,
}

impl Place {
    /// The repository around a folder; without one, that which git tells its hooks of (`GIT_DIR`), or else that around the
    /// current folder.
    pub(super) fn find(folder: Option<&Path>) -> Result<Self, git2::Error> {
        set_up();
        let Some(folder) = folder else { return Self::of_hook() };
        refuse(irregular_around(folder))?;
        let git_dir = git2::Repository::discover(folder)?.path().to_path_buf();
        Ok(Self { git_dir, objects: Vec::new() })
    }

    fn of_hook() -> Result<Self, git2::Error> {
        let opened = match variable("GIT_DIR") {
            Some(dir) => {
                refuse(Repository::new(&dir, dir.clone(), false).irregular())?;
                git2::Repository::open(dir)?
            }
            None => {
                refuse(irregular_around(Path::new(".")))?;
                git2::Repository::discover(".")?
            }
        };
        let own = variable("GIT_OBJECT_DIRECTORY");
        let others = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        let others = std::env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
        let git_dir = opened.path().to_path_buf();
        Ok(Self { git_dir, objects: own.into_iter().chain(others).collect() })
    }

    /// The folders that hold objects.
    pub(super) fn object_dirs(&self) -> Vec<PathBuf> {
        let repository = Repository::new(&self.git_dir, self.git_dir.clone(), false);
        let own = repository.object_dirs(&mut |_| {});
        self.objects.iter().cloned().chain(own).collect()
    }

    /// Opens it, with all objects that can be seen.
    pub(super) fn open(&self) -> Result<git2::Repository, git2::Error> {
        let opened = git2::Repository::open(&self.git_dir)?;
        let odb = opened.odb()?;
        for dir in &self.objects {
            let path =
                dir.to_str().ok_or_else(|| git2::Error::from_str("a folder of objects is no UTF-8"))?;
            odb.add_disk_alternate(path)?;
        }
        drop(odb);
        Ok(opened)
    }
}

/// An error that names a file that must not be opened.
fn refuse(irregular: Option<PathBuf>) -> Result<(), git2::Error> {
    match irregular {
        Some(path) => Err(git2::Error::from_str(&format!("{} is no regular file", path.display()))),
        None => Ok(()),
    }
}
