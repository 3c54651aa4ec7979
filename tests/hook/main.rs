//! Hooks: as git runs them, what they are told by git and by hook managers, and what they say to a person.
#![cfg(unix)]

#[path = "../support/mod.rs"]
mod support;

mod runs;
mod situations;
mod steps;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use support::Folder;
use support::git::git;

/// A work tree `r` with one commit.
fn repository() -> (Folder, PathBuf) {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    folder.file("r/a", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "one"]);
    (folder, work)
}

/// Writes a script that can be run.
fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("an executable");
}
