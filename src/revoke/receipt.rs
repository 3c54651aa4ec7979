//! The file of receipts: one line of JSON each ([`Receipt`]), on the disk
//! before the next request is sent.
//!
//! Lines are only ever appended, under a lock, behind the end of a line that
//! was cut off by a crash. The file is for its owner alone, and is never
//! reached through a link: a repository could bring one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::secret::hide_tokens;
use crate::verify::Receipt;

/// Attempts to lock a file that another process writes to.
const LOCK_TRIES: u32 = 100;
/// Wait between two attempts: five seconds in all.
const LOCK_WAIT: Duration = Duration::from_millis(50);

/// A file that receipts are appended to, and what each of them says of who and
/// why.
#[derive(Debug)]
pub struct ReceiptFile {
    /// Path, for the words of errors.
    path: PathBuf,
    /// Opened for appending, so that two runs cannot overwrite each other's
    /// lines.
    file: File,
    /// Name of the user of this machine.
    who: String,
    /// Reason that the user gave for this run.
    reason: Option<String>,
}

impl ReceiptFile {
    /// Opens the file, which is made if there is none. Nobody else may read it
    /// then. Each receipt says who it was and, where there is one, the reason.
    ///
    /// # Errors
    ///
    /// It cannot be written, or its last part is a link: one that a repository
    /// brought would lead to any file of the user.
    pub fn open(path: &Path, who: &str, reason: Option<&str>) -> Result<Self, Error> {
        let name = || path.display().to_string();
        let wrong = |why: &str| {
            Err(Error::usage("open the audit file", name(), why)
                .mend("name a file, or one that is not there yet"))
        };
        if path.is_symlink() {
            return wrong("it is a link");
        }
        if path.metadata().is_ok_and(|metadata| !metadata.is_file() && !is_device(&metadata)) {
            return wrong("it is not a file");
        }
        let file =
            open_for_appending(path).map_err(|cause| Error::io("open the audit file", name(), &cause))?;
        let (who, reason) = (hide_tokens(who), reason.map(hide_tokens));
        Ok(Self { path: path.to_path_buf(), file, who, reason })
    }

    /// Appends a line, with the time, the user and the reason, and waits until
    /// it is on the disk.
    ///
    /// # Errors
    ///
    /// It cannot be written, or another process holds the file for longer than
    /// five seconds.
    pub(super) fn append_receipt(&mut self, receipt: &Receipt) -> Result<(), Error> {
        let receipt = Receipt {
            time: jiff::Timestamp::now().to_string(),
            who: self.who.clone(),
            reason: self.reason.clone(),
            ..receipt.clone()
        };
        let failed =
            |cause: io::Error| Error::io("write the audit file", self.path.display().to_string(), &cause);
        let mut line = serde_json::to_vec(&receipt).map_err(|cause| failed(cause.into()))?;
        line.push(b'\n');
        if !self.file.metadata().map_err(failed)?.is_file() {
            return self.file.write_all(&line).map_err(failed);
        }
        self.lock_file().map_err(failed)?;
        let written = self.append_line(&line);
        // Closing the file lets go of it, too.
        let _ = self.file.unlock();
        written.map_err(failed)
    }

    /// Appends a line of its own, also behind one that was cut off.
    fn append_line(&self, line: &[u8]) -> io::Result<()> {
        let mut file = &self.file;
        let mut last = [b'\n'];
        if file.metadata()?.len() > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        let text = if last == [b'\n'] { line.to_vec() } else { [b"\n", line].concat() };
        file.write_all(&text)?;
        file.sync_data()
    }

    /// Keeps other processes from writing; where a file system knows no locks,
    /// short lines rarely mix.
    ///
    /// # Errors
    ///
    /// Another process holds it.
    fn lock_file(&self) -> io::Result<()> {
        for _ in 0..LOCK_TRIES {
            match self.file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_WAIT),
                Err(TryLockError::Error(_)) => return Ok(()),
            }
        }
        Err(io::Error::other("another process holds it"))
    }
}

/// Opens a file for appending, and for a look at its end, without following a
/// link.
fn open_for_appending(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW.union(rustix::fs::OFlags::NONBLOCK);
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

/// Returns whether it is a device such as `/dev/null`, which takes any number
/// of lines.
#[cfg(unix)]
fn is_device(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&metadata.file_type())
}

/// Elsewhere a device is no path that can be opened so.
#[cfg(not(unix))]
fn is_device(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Receipts;

    fn long_receipt(id: &str) -> Receipt {
        Receipt { with: "x".repeat(5000), ..Receipt::new("api_key", id, "datadoghq.com") }
    }

    #[test]
    fn writers_at_once_do_not_mix_their_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("r.jsonl");
        std::fs::write(&path, "cut off").expect("a file");
        thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    let mut file = ReceiptFile::open(path, "ann", None).expect("a file");
                    for n in 0..10 {
                        file.append_receipt(&long_receipt(&format!("{writer}-{n}"))).expect("a line");
                    }
                });
            }
        });
        let (receipts, errors) = Receipts::read_file(&path).expect("a file");
        assert_eq!(errors.len(), 1, "the line that was cut off: {errors:?}");
        for id in (0..4).flat_map(|writer| (0..10).map(move |n| format!("{writer}-{n}"))) {
            assert!(receipts.unproven_receipt(Some(&id), None).is_some(), "{id}");
        }
    }
}
