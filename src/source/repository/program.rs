//! The system's `git`, asked for what libgit2 cannot read: sparse and split
//! indexes, and refs in a reftable.
//!
//! It reads and prints. Nothing that a repository's configuration names is run:
//! no file system monitor, hook, pager or external program, and nothing is
//! fetched.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// git, for one repository.
#[derive(Debug, Clone)]
pub(in crate::source) struct Program {
    /// Repository that is asked about.
    git_dir: PathBuf,
    /// `GIT_INDEX_FILE`, where git gave a hook another one.
    index: Option<PathBuf>,
}

/// Settings under which git starts no other program.
const SAFE: [&str; 10] = [
    "-c",
    "core.fsmonitor=",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.alternateRefsCommand=",
    "-c",
    "core.pager=",
];

impl Program {
    /// Makes one for a repository, and another index than its own.
    pub(in crate::source) fn new(git_dir: &Path, index: Option<&Path>) -> Self {
        Self { git_dir: git_dir.to_path_buf(), index: index.map(Path::to_path_buf) }
    }

    /// Returns what git prints.
    ///
    /// # Errors
    ///
    /// There is no `git`, or it fails; the last line that it prints is the
    /// reason.
    pub(in crate::source) fn ask(&self, args: &[&str]) -> Result<Vec<u8>, git2::Error> {
        let mut command = Command::new("git");
        command
            .arg("--no-pager")
            .args(SAFE)
            .arg("--git-dir")
            .arg(&self.git_dir)
            .args(args)
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env_remove("GIT_EXTERNAL_DIFF")
            .stdin(Stdio::null());
        if let Some(index) = &self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        let wrong = |why: &str| git2::Error::from_str(why);
        let output = command.output().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                wrong("only the program `git` can read this repository, and it is not on the PATH")
            }
            _ => wrong(&format!("the program `git` cannot be started: {error}")),
        })?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => {
                let said = String::from_utf8_lossy(&output.stderr);
                let last = said.trim().lines().last().unwrap_or("it does not say why");
                Err(wrong(&format!("`git {}` fails: {last}", args.first().unwrap_or(&""))))
            }
        }
    }

    /// Returns what git prints, as one id.
    pub(in crate::source) fn ask_id(&self, args: &[&str]) -> Result<git2::Oid, git2::Error> {
        let out = self.ask(args)?;
        let text = std::str::from_utf8(&out).map_err(|_| git2::Error::from_str("git prints no id"))?;
        oid(text.trim())
    }
}

/// An id from its hexadecimal digits, of either length.
pub(in crate::source) fn oid(digits: &str) -> Result<git2::Oid, git2::Error> {
    match crate::location::ObjectId::from_hex(digits) {
        Some(id) => git2::Oid::from_bytes(id.as_bytes()),
        None => Err(git2::Error::from_str("git prints no id")),
    }
}
