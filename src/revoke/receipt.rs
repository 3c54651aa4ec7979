//! The record of what was done: one line of JSON each, on the disk before the next request is sent.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Error;

/// A file that receipts are appended to.
#[derive(Debug)]
pub struct Receipts {
    path: PathBuf,
    file: File,
    who: String,
}

/// One line.
#[derive(Debug, Serialize)]
pub(super) struct Receipt<'a> {
    pub(super) event: &'a str,
    pub(super) credential: &'a str,
    pub(super) id: &'a str,
    pub(super) site: &'a str,
    pub(super) with: &'a str,
    /// What the key was matched by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) matched_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    who: &'a str,
    #[serde(flatten)]
    receipt: &'a Receipt<'a>,
}

impl Receipts {
    /// Opens the file, which is made if there is none. Nobody else may read it then.
    ///
    /// # Errors
    ///
    /// It cannot be written, or its last part is a link: one that a repository brought would lead to any file of the user.
    pub fn open(path: &Path, who: String) -> Result<Self, Error> {
        let name = || path.display().to_string();
        if path.is_symlink() {
            return Err(Error::usage("open the audit file", name(), "it is a link")
                .mend("name the file itself with --audit-file"));
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|cause| Error::io("open the audit file", name(), &cause))?;
        Ok(Self { path: path.to_path_buf(), file, who })
    }

    /// Appends a line, and waits until it is on the disk.
    pub(super) fn write(&mut self, receipt: &Receipt<'_>) -> Result<(), Error> {
        let line = Line { time: jiff::Timestamp::now().to_string(), who: &self.who, receipt };
        let mut text = serde_json::to_vec(&line).unwrap_or_default();
        text.push(b'\n');
        let written = self.file.write_all(&text).and_then(|()| self.file.sync_data());
        written.map_err(|cause| Error::io("write the audit file", self.path.display().to_string(), &cause))
    }
}
