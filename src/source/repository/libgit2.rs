//! libgit2, set up so that it opens any repository and runs nothing.
#![allow(unsafe_code)]

use std::path::{Path, PathBuf};
use std::sync::Once;

use super::layout::Repository;

impl Repository {
    /// Opens the repository with libgit2, whoever owns it: nothing in it is
    /// executed.
    pub(in crate::source) fn open(&self) -> Result<git2::Repository, git2::Error> {
        set_up();
        git2::Repository::open_ext(&self.git_dir, git2::RepositoryOpenFlags::NO_SEARCH, &[] as &[&str])
    }
}

/// Sets libgit2 up: it opens repositories of other users, as in a container.
///
/// The check of owners protects against commands in a foreign configuration.
/// libgit2 runs none, and we call none.
pub(in crate::source) fn set_up() {
    /// The settings are those of the process.
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: it sets a number that libgit2 reads when a repository is opened, which no thread does before this.
        // It cannot fail with this option; if it did, opening would tell.
        let _ = unsafe { git2::opts::set_verify_owner_validation(false) };
        // What does not have its hash may still hold a credential; checking costs half the time of a range.
        git2::opts::strict_hash_verification(false);
        // SAFETY: as above. What a partial clone lacks is an object that is not there; refs in a reftable are asked of git.
        let _ = unsafe { git2::opts::set_extensions(&["partialclone", "refstorage", "relativeworktrees"]) };
        pass_over_locked_settings();
    });
}

/// Passes over settings of the user's and the machine's that cannot be read, as
/// git does with a warning, and over those that `GIT_CONFIG_GLOBAL` and
/// `GIT_CONFIG_NOSYSTEM` take the place of: libgit2 would not open any
/// repository.
fn pass_over_locked_settings() {
    use git2::ConfigLevel::{Global, System, XDG};
    let home = variable("HOME").unwrap_or_default();
    let xdg = variable("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let is_locked = |file: &Path| match std::fs::metadata(file) {
        // Opening a pipe would wait for ever.
        Ok(it) => !it.is_file() || std::fs::File::open(file).is_err(),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    };
    let replaced = std::env::var_os("GIT_CONFIG_GLOBAL").is_some();
    let levels = [
        (Global, replaced || is_locked(&home.join(".gitconfig"))),
        (XDG, replaced || is_locked(&xdg.join("git/config"))),
        (System, variable("GIT_CONFIG_NOSYSTEM").is_some() || is_locked(Path::new("/etc/gitconfig"))),
    ];
    for (level, _) in levels.into_iter().filter(|(_, passed_over)| *passed_over) {
        // SAFETY: as above: libgit2 keeps a copy of the path, and no thread reads it yet.
        let _ = unsafe { git2::opts::set_search_path(level, "") };
    }
}

/// A variable that git sets for hooks, or that it heeds.
pub(in crate::source) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
