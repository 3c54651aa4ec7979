//! A folder whose files somebody's report names: what stands there today, and
//! what a commit has.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::report::ClaimedFiles;
use dogcatcher::source::Revision;

/// The largest file that is looked into, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// A folder, by its whole path.
#[derive(Debug)]
pub(super) struct NamedFolder(PathBuf);

impl NamedFolder {
    /// Names a folder.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn new(path: &Path) -> Result<Self, Error> {
        let whole = path.canonicalize().and_then(|whole| std::fs::read_dir(&whole).map(|_| whole));
        whole.map(Self).map_err(|cause| Error::io("look into", path.display().to_string(), &cause))
    }

    /// Returns the text of a regular file, as it stands today; none where the
    /// path leads out of the folder.
    pub(super) fn read_file(&self, path: &str) -> Option<Vec<u8>> {
        let path = self.0.join(path).canonicalize().ok().filter(|path| path.starts_with(&self.0))?;
        let file = File::open(path.metadata().is_ok_and(|it| it.is_file()).then_some(path)?).ok()?;
        let mut text = Vec::new();
        file.take(MAX_FILE).read_to_end(&mut text).ok()?;
        Some(text)
    }

    /// Returns the text of a file as a commit has it.
    pub(super) fn read_at_commit(&self, path: &str, commit: &str) -> Option<Vec<u8>> {
        Revision::find_commit(&self.0, commit).ok()?.read_file(Path::new(path)).ok()?
    }
}

impl ClaimedFiles for NamedFolder {
    fn read_versions(&self, path: &str, commit: Option<&str>) -> Vec<Vec<u8>> {
        let at_commit = commit.and_then(|commit| self.read_at_commit(path, commit));
        at_commit.into_iter().chain(self.read_file(path)).collect()
    }
}
