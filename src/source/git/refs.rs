//! Refs and commits, as libgit2 reads them.
#![allow(unsafe_code)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use super::deliver::whole;
use super::names::{Name, Names};
use super::repository::Repository;
use crate::error::SkipReason;
use crate::location::{CommitInfo, GitPart, GitText, ObjectId, path_from_bytes};
use crate::source::sink::{ObjectSink, Skipped};

impl Repository {
    /// Opens the repository with libgit2, whoever owns it: nothing in it is executed.
    pub(super) fn open(&self) -> Result<git2::Repository, git2::Error> {
        set_up();
        git2::Repository::open_ext(&self.git_dir, git2::RepositoryOpenFlags::NO_SEARCH, &[] as &[&str])
    }
}

/// Sets libgit2 up: it opens repositories of other users, as in a container.
///
/// The check of owners protects against commands in a foreign configuration. libgit2 runs none, and we call none.
pub(super) fn set_up() {
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

/// Passes over settings of the user's and the machine's that cannot be read, as git does with a warning, and over those that
/// `GIT_CONFIG_GLOBAL` and `GIT_CONFIG_NOSYSTEM` take the place of: libgit2 would not open any repository.
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

/// Gives a sink the names of all refs that may hold something.
pub(super) fn sweep_names(repository: &Repository, sink: &mut impl ObjectSink) {
    let listed = repository.open().and_then(|opened| {
        for Name { name, .. } in Names::new(&opened).all()? {
            deliver_name(sink, &repository.name, &name);
        }
        Ok(())
    });
    if let Err(error) = listed {
        sink.skipped(Skipped::failure(
            SkipReason::GitRefs,
            &repository.git_dir,
            format!("its refs cannot be read: {}", error.message()),
        ));
    }
}

/// Gives a sink the name of a ref, if it may hold something.
pub(super) fn deliver_name(sink: &mut impl ObjectSink, repository: &Arc<Path>, name: &[u8]) {
    if sink.may_hold_token(name) {
        let text = GitText::named(repository, GitPart::RefName);
        whole(sink, GitText { path: Some(path_from_bytes(name)), ..text }, name);
    }
}

/// Returns what a commit says of itself.
pub(super) fn info(opened: &git2::Repository, id: ObjectId) -> Option<CommitInfo> {
    let commit = opened.find_commit(git2::Oid::from_bytes(id.as_bytes()).ok()?).ok()?;
    let author = commit.author();
    Some(CommitInfo {
        id,
        author: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(author.email_bytes()).into_owned(),
        subject: subject(&commit),
        time: author.when().seconds(),
    })
}

/// The first line of the message.
fn subject(commit: &git2::Commit<'_>) -> String {
    let message = String::from_utf8_lossy(commit.message_raw_bytes());
    message.trim_start().lines().next().unwrap_or_default().to_owned()
}

/// A variable that git sets for hooks, or that it heeds.
pub(super) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
