//! Hooks as git runs them: what they stop, what they let through, and that nothing of anybody else's is lost.
#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use support::git::{git, succeeds};
use support::{Folder, pat};

fn repository() -> (Folder, PathBuf) {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    folder.file("r/a", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "one"]);
    (folder, work)
}

fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("an executable");
}

#[test]
fn every_form_of_commit() {
    let (folder, work) = repository();
    folder.run(&["hook", "install", "r"]).exits(0);
    let commits = |args: &[&str]| succeeds(&work, &[&["commit", "-qm", "x"], args].concat());
    folder.file("r/a", format!("clean\n{}\n", pat(1)));
    assert!(!commits(&["-a"]), "commit -a");
    assert!(!commits(&["a"]), "commit PATH");
    git(&work, &["add", "a"]);
    assert!(!commits(&[]), "commit");
    assert!(!commits(&["--amend"]), "commit --amend");
    folder.file("r/a", "the working copy is clean again\n");
    assert!(!commits(&[]), "what is staged counts");
    folder.file("r/b", "clean\n");
    git(&work, &["add", "b"]);
    assert!(commits(&["b"]), "a commit of another path only");
    assert!(commits(&["-a"]), "without it");
    // The first commit of a repository, in a linked work tree, by a merge.
    git(&work, &["worktree", "add", "-q", "../linked"]);
    folder.file("linked/c", pat(2));
    git(&folder.path().join("linked"), &["add", "."]);
    assert!(!succeeds(&folder.path().join("linked"), &["commit", "-qm", "x"]), "a linked work tree");
    git(&work, &["checkout", "-q", "--orphan", "first"]);
    folder.file("r/c", pat(3));
    git(&work, &["add", "."]);
    assert!(!commits(&[]), "a first commit");
    folder.file("r/c", format!("{} # dogcatcher:allow minted for a test\n", pat(3)));
    git(&work, &["add", "."]);
    assert!(commits(&[]), "allowed by a mark");
}

#[test]
fn a_push() {
    let (folder, work) = repository();
    git(folder.path(), &["init", "-q", "--bare", "server"]);
    git(&work, &["remote", "add", "origin", "../server"]);
    git(&work, &["push", "-q", "origin", "main"]);
    folder.run(&["hook", "install", "--stage", "pre-push", "r"]).exits(0);
    let pushes = |args: &[&str]| succeeds(&work, &[&["push", "-q", "origin"], args].concat());
    assert!(pushes(&["main"]), "nothing new");
    folder.file("r/a", pat(1));
    git(&work, &["commit", "-qam", "two"]);
    folder.file("r/a", "gone\n");
    git(&work, &["commit", "-qam", "three"]);
    assert!(!pushes(&["main"]), "added and removed within the push");
    assert!(!pushes(&["main:other"]), "a new branch");
    assert!(pushes(&["HEAD~2:refs/heads/clean"]), "what the remote has");
    git(&work, &["reset", "-q", "--hard", "HEAD~2"]);
    folder.file("r/b", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "clean"]);
    assert!(pushes(&["main"]), "without it");
    git(&work, &["tag", "-a", "v1", "-m", &pat(2)]);
    assert!(!pushes(&["v1"]), "a tag's message");
    assert!(pushes(&["--delete", "clean"]), "a deletion");
}

#[test]
fn a_server_refuses() {
    let (folder, work) = repository();
    git(folder.path(), &["clone", "-q", "--bare", "r", "server"]);
    let run = folder.run(&["hook", "install", "server"]).exits(0);
    assert!(run.stdout.contains("pre-receive: set up"), "{run:?}");
    git(&work, &["remote", "add", "origin", "../server"]);
    let pushes = |args: &[&str]| succeeds(&work, &[&["push", "-q", "origin"], args].concat());
    folder.file("r/b", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "two"]);
    assert!(pushes(&["main"]), "clean");
    folder.file("r/b", pat(1));
    git(&work, &["commit", "-qam", "three"]);
    git(&work, &["commit", "-q", "--allow-empty", "-m", "four"]);
    assert!(!pushes(&["main"]), "objects that are still in quarantine");
    assert!(!pushes(&["main:new"]), "a new branch");
    assert!(pushes(&["--force", "main~2:main"]), "what is there already");
}

#[test]
fn as_hook_managers_call_it() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    folder.file("r/vendor/b", pat(2));
    folder.file("r/c", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "two"]);
    let places = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = folder.command(&[&["hook", "run", "--report", "json"], args].concat());
        let output = command.current_dir(&work).envs(env.iter().copied()).output().expect("a run");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let findings = json["findings"].as_array().map(Vec::as_slice).unwrap_or_default().to_vec();
        let kind = |it: &serde_json::Value| {
            let place = |it: &serde_json::Value| format!("{} {}", it["kind"], it["path"]).replace('"', "");
            it["locations"].as_array().expect("a list").iter().map(place).collect::<Vec<_>>()
        };
        (output.status.code(), findings.iter().flat_map(kind).collect::<Vec<_>>())
    };
    let found = |places: &[&str]| (Some(1), places.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
    let clean = (Some(0), Vec::new());
    assert_eq!(places(&[], &[]), clean, "nothing is staged");
    assert_eq!(places(&["a", "c"], &[]), found(&["file a"]), "`--all-files` of what holds it already");
    folder.file("r/a", "clean\n");
    assert_eq!(places(&["a"], &[]), found(&["staged a"]), "where index and file differ, both count");
    git(&work, &["add", "a"]);
    assert_eq!(places(&["a"], &[]), clean);
    folder.file("r/dogcatcher.toml", "[scan]\nexclude = [\"vendor/\"]\n");
    assert_eq!(places(&["a", "vendor/b", "gone"], &[]), clean, "what is excluded stays so");
    let range = [("PRE_COMMIT_FROM_REF", "HEAD~1"), ("PRE_COMMIT_TO_REF", "HEAD")];
    assert_eq!(places(&["c"], &range), found(&["git a"]), "a range, whatever the files are");
    let first_push = [("PRE_COMMIT_REMOTE_NAME", "origin"), ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")];
    assert_eq!(places(&["c"], &first_push), found(&["git a"]), "a first push, for which there is no range");
    let to_address = [("PRE_COMMIT_REMOTE_NAME", "https://host/r.git"), first_push[1]];
    assert_eq!(
        places(&["c"], &to_address),
        found(&["git a"]),
        "a first push to an address, older commits included"
    );
}

#[test]
fn what_was_there_before_runs_first_and_comes_back() {
    let (folder, work) = repository();
    let hooks = work.join(".git/hooks");
    script(&hooks.join("pre-commit"), "echo before >>log; test ! -e refuse");
    script(&hooks.join("pre-push"), "cat >>log; echo $1 >>log");
    let run = folder.run(&["hook", "install", "r"]).exits(0);
    assert!(run.stdout.contains("runs first, as before"), "{run:?}");
    let again = folder.run(&["hook", "install", "r"]).exits(0);
    assert!(again.stdout.contains("brought up to date"), "{again:?}");
    folder.file("r/a", "two\n");
    assert!(succeeds(&work, &["commit", "-qam", "two"]));
    assert_eq!(folder.read("r/log"), "before\n");
    folder.file("r/refuse", "");
    assert!(!succeeds(&work, &["commit", "-q", "--allow-empty", "-m", "three"]), "the other hook refuses");
    std::fs::remove_file(work.join("refuse")).expect("a file");
    folder.file("r/a", pat(1));
    assert!(!succeeds(&work, &["commit", "-qam", "three"]), "dogcatcher refuses");
    git(folder.path(), &["init", "-q", "--bare", "server"]);
    folder.file("r/log", "");
    git(&work, &["push", "-q", "../server", "main"]);
    let log = folder.read("r/log");
    assert!(log.starts_with("refs/heads/main ") && log.ends_with("../server\n"), "{log}");
    let run = folder.run(&["hook", "uninstall", "r"]).exits(0);
    assert!(run.stdout.contains("is back"), "{run:?}");
    assert_eq!(folder.read("r/.git/hooks/pre-commit"), "#!/bin/sh\necho before >>log; test ! -e refuse\n");
    assert!(!hooks.join("pre-commit.before-dogcatcher").exists());
    let run = folder.run(&["hook", "uninstall", "r"]).exits(0);
    assert!(run.stdout.contains("no hook there is dogcatcher's"), "{run:?}");
}

#[test]
fn where_the_hooks_are_elsewhere() {
    let (folder, work) = repository();
    git(&work, &["config", "core.hooksPath", "my-hooks"]);
    folder.run(&["hook", "install", "--stage", "pre-commit", "r"]).exits(0);
    assert!(work.join("my-hooks/pre-commit").exists());
    folder.file("r/a", pat(1));
    assert!(!succeeds(&work, &["commit", "-qam", "two"]));
    folder.file("r/my-hooks/husky.sh", "");
    let run = folder.run(&["hook", "install", "r"]).exits(2);
    assert!(run.stderr.contains(".husky/pre-commit"), "{run:?}");
    git(&work, &["config", "--unset", "core.hooksPath"]);
    // A folder for all repositories of the user.
    folder.file(".gitconfig", "[core]\n\thooksPath = ~/all-hooks\n");
    let install = |args: &[&str]| {
        let mut command = folder.command(&[&["hook", "install"], args].concat());
        command.env("HOME", folder.path()).output().expect("a run")
    };
    let refused = install(&["r"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--shared"));
    assert_eq!(install(&["--shared", "r"]).status.code(), Some(0));
    assert!(folder.path().join("all-hooks/pre-commit").exists());
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::new();
    let run = folder.run(&["hook", "install"]).exits(2);
    assert!(run.stderr.contains("cannot find the hooks of ."), "{run:?}");
    let (folder, work) = repository();
    script(&work.join(".git/hooks/pre-commit"), "true");
    script(&work.join(".git/hooks/pre-commit.before-dogcatcher"), "true");
    let run = folder.run(&["hook", "install", "r"]).exits(2);
    assert!(run.stderr.contains("there is one of that name already"), "{run:?}");
    assert_eq!(folder.read("r/.git/hooks/pre-commit"), "#!/bin/sh\ntrue\n");
}
