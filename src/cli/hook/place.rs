//! Our hooks in a folder of hooks, under whatever name, and the hooks that were
//! there before them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dogcatcher::error::Error;

use super::script::{BEFORE, MARK};
use crate::cli::args::Stage;

/// The largest hook that is read: ours are short.
const MAX_READ: u64 = 64 << 10;

/// A hook of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ours {
    /// Path of the hook.
    pub(super) path: PathBuf,
    /// Moment at which git runs it.
    pub(super) stage: Stage,
}

/// Our hooks in a folder and in those right in it, in order: hook managers move
/// a hook to another name (`pre-commit.legacy`) or into a folder of parts
/// (`pre-commit.d`).
pub(super) fn ours_in(folder: &Path) -> Vec<Ours> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).map(|all| all.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
    };
    let (folders, mut paths): (Vec<_>, Vec<_>) = files(folder).into_iter().partition(|path| path.is_dir());
    // A link may lead anywhere.
    let own = folders.iter().filter(|path| !path.is_symlink());
    paths.extend(own.flat_map(|folder| files(folder)).filter(|path| !path.is_dir()));
    let mut ours: Vec<Ours> =
        paths.into_iter().filter_map(|path| Some(Ours { stage: stage_of(&path).ok()??, path })).collect();
    ours.sort();
    ours
}

/// The stage of a hook of ours; nothing where it is somebody else's or none.
///
/// # Errors
///
/// It is no regular file, which could hang or never end, or cannot be read.
pub(super) fn stage_of(hook: &Path) -> Result<Option<Stage>, Error> {
    let read = || -> io::Result<Vec<u8>> {
        if !fs::metadata(hook)?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut text = Vec::new();
        File::open(hook)?.take(MAX_READ).read_to_end(&mut text)?;
        Ok(text)
    };
    let holds = |text: &[u8], words: &str| memchr::memmem::find(text, words.as_bytes()).is_some();
    match read() {
        Ok(text) if holds(&text, MARK) => {
            Ok(Stage::ALL.into_iter().find(|stage| holds(&text, &format!("--stage {}", stage.file_name()))))
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::io("read", hook.display().to_string(), &cause)),
    }
}

/// Returns where the hook that was there before ours is kept.
pub(super) fn before(folder: &Path, stage: Stage) -> PathBuf {
    folder.join(format!("{}{BEFORE}", stage.file_name()))
}
