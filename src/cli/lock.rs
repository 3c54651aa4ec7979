//! A lock beside a file that is read, changed and written: two who do so at
//! once would lose what one of them wrote.
//!
//! ```text
//! known.jsonl        the file, replaced as a whole
//! known.jsonl.lock   there while somebody changes it, as git does for its own files
//! ```

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use dogcatcher::error::Error;

use super::leftovers;

/// Attempts to take a lock that somebody else holds.
const ATTEMPTS: usize = 50;

/// Time between two of them.
const PAUSE: Duration = Duration::from_millis(100);

/// The lock of a file; it is given back when this is dropped, or when a signal
/// ends the program.
#[derive(Debug)]
pub(super) struct FileLock(PathBuf);

impl FileLock {
    /// Takes the lock of a file, and waits a few seconds for it.
    ///
    /// # Errors
    ///
    /// Somebody else keeps it, or the folder cannot be written to.
    pub(super) fn take(file: &Path) -> Result<Self, Error> {
        let mut name = file.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        for _ in 0..ATTEMPTS {
            match File::create_new(&path) {
                Ok(mut made) => {
                    leftovers::add_path(&path);
                    // For who looks at it: the lock is that it is there.
                    let _ = writeln!(made, "{}", std::process::id());
                    return Ok(Self(path));
                }
                Err(cause) if cause.kind() == ErrorKind::AlreadyExists => sleep(PAUSE),
                Err(cause) => return Err(Error::io("write", path.display().to_string(), &cause)),
            }
        }
        Err(Error::usage("change", file.display().to_string(), "another dogcatcher is changing it")
            .mend(format!("wait until that is done; where none runs any more, remove {}", path.display())))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Who cannot remove it is told so by the next one who wants it.
        let _ = std::fs::remove_file(&self.0);
        leftovers::forget_path(&self.0);
    }
}
