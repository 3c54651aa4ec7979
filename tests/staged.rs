//! `scan --staged`: exactly what would be committed.

mod support;

use std::path::PathBuf;

use support::git::git;
use support::{Folder, pat};

fn repository() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "."]);
    folder
}

fn staged(folder: &Folder) -> Vec<String> {
    folder.run(&["scan", "--staged", "--report", "json", "--fail-on", "never"]).exits(0).places()
}

#[test]
fn what_differs_from_head_and_nothing_else() {
    let folder = repository();
    folder.file("a", pat(1));
    assert!(staged(&folder).is_empty(), "not added yet");
    git(folder.path(), &["add", "--intent-to-add", "a"]);
    assert!(staged(&folder).is_empty(), "only meant to be added");
    git(folder.path(), &["add", "a"]);
    folder.file("a", "the working copy is clean again");
    assert_eq!(staged(&folder), ["a:1:1 verified"], "the first commit");
    git(folder.path(), &["commit", "-qm", "one"]);
    assert!(staged(&folder).is_empty(), "committed, so not introduced");
    git(folder.path(), &["update-index", "--chmod=+x", "a"]);
    assert!(staged(&folder).is_empty(), "another mode of the same content");
    git(folder.path(), &["reset", "-q", "--hard"]);
    git(folder.path(), &["mv", "a", "b"]);
    assert_eq!(staged(&folder), ["b:1:1 verified"], "a new name of it");
    git(folder.path(), &["reset", "-q", "--hard"]);
    git(folder.path(), &["rm", "-q", "a"]);
    assert!(staged(&folder).is_empty(), "a deletion");
    folder.file("sub/c", format!("x {}", pat(2)));
    git(folder.path(), &["add", "sub"]);
    let run = folder.run(&["scan", "--staged"]).exits(1);
    assert!(run.stdout.contains("sub/c:1:3 as staged"), "{run:?}");
}

#[test]
fn the_name_of_a_new_file() {
    let folder = repository();
    let name = format!("backup-{}.txt", pat(1));
    folder.file(&name, "clean\n");
    git(folder.path(), &["add", "."]);
    for args in [&["scan", "--staged"][..], &["hook", "run", &name]] {
        let run = folder.run(args).exits(1);
        let said = [&*run.stdout, &run.stderr].concat();
        assert!(
            said.contains("file name backup-ddpat_") && !said.contains(support::secret_part(&pat(1))),
            "{run:?}"
        );
    }
    for format in ["json", "sarif", "github", "gitlab", "md", "html", "csv", "junit"] {
        let run = folder.run(&["scan", "--staged", "--fail-on=never", "--report", format]).exits(0);
        assert!(!run.stdout.contains(support::secret_part(&pat(1))), "{run:?}");
    }
    git(folder.path(), &["commit", "-qm", "one"]);
    folder.file(&name, "another text\n");
    git(folder.path(), &["add", "."]);
    folder.run(&["scan", "--staged"]).exits(0);
}

#[test]
fn as_a_hook_of_every_form_of_commit() {
    let folder = repository();
    folder.file("a", "clean\n");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let hook = folder.file(
        ".git/hooks/pre-commit",
        format!("#!/bin/sh\nexec '{}' scan --staged >>../said 2>&1\n", env!("CARGO_BIN_EXE_dogcatcher")),
    );
    #[cfg(unix)]
    std::fs::set_permissions(hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a hook");
    let commits =
        |args: &[&str]| support::git::succeeds(folder.path(), &[&["commit", "-qm", "x"], args].concat());
    folder.file("a", format!("clean\n{}\n", pat(1)));
    assert!(!commits(&["-a"]), "commit -a");
    assert!(!commits(&["a"]), "commit PATH");
    git(folder.path(), &["add", "a"]);
    assert!(!commits(&[]), "commit");
    assert!(!commits(&["--amend"]), "commit --amend");
    folder.file("b", "clean\n");
    git(folder.path(), &["add", "b"]);
    assert!(commits(&["b"]), "a commit of another path only");
    folder.file("a", "clean, too\n");
    assert!(commits(&["-a"]), "without it");
}

#[test]
fn in_a_linked_work_tree_and_below_its_root() {
    let folder = repository();
    folder.file("sub/a", "clean");
    folder.file("dogcatcher.toml", "[scan]\nexclude = [\"vendor/\"]\n");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    git(folder.path(), &["worktree", "add", "-q", "linked"]);
    folder.file("linked/sub/a", pat(1));
    folder.file("linked/vendor/a", pat(2));
    git(&folder.path().join("linked"), &["add", "."]);
    let mut command = folder.command(&["scan", "--staged", "--quiet"]);
    let sub: PathBuf = folder.path().join("linked/sub");
    let output = command.current_dir(sub).output().expect("a run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("sub/a:1:1 as staged") && !text.contains("vendor"), "{text}");
}

#[test]
fn where_there_is_no_index() {
    let folder = Folder::new();
    let run = folder.run(&["scan", "--staged"]).exits(2);
    assert!(run.stderr.contains("fix: start it in the work tree of a git repository"), "{run:?}");
    git(folder.path(), &["init", "-q", "--bare", "."]);
    folder.run(&["scan", "--staged"]).exits(2);
}

/// A repository in which two branches changed one file, and the merge of them stands still.
fn conflict(ours: &str, theirs: &str) -> Folder {
    let folder = repository();
    let commit = |text: &str, message: &str| {
        folder.file("z", text);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-qm", message]);
    };
    commit("k=\n", "base");
    git(folder.path(), &["checkout", "-qb", "other"]);
    commit(theirs, "theirs");
    git(folder.path(), &["checkout", "-q", "-"]);
    commit(ours, "ours");
    assert!(!support::git::succeeds(folder.path(), &["cherry-pick", "other"]), "they conflict");
    folder
}

#[test]
fn a_conflict_is_no_clean_index() {
    let folder = conflict("k=a\n", "k=b\n");
    let run = folder.run(&["scan", "--staged"]).exits(3);
    assert!(run.stdout.contains("not read: z: its conflict is not resolved"), "{run:?}");
    for args in [&["hook", "run"][..], &["hook", "run", "z"]] {
        let run = folder.run(args).exits(3);
        assert!(run.stdout.contains("not read: z: its conflict is not resolved"), "{run:?}");
    }
    let json = folder.scan(&["--staged", "--accept-incomplete=unmerged"]).exits(0).json();
    assert_eq!(json["summary"]["skipped"][0]["kind"], "unmerged");
    git(folder.path(), &["checkout", "-q", "--theirs", "z"]);
    git(folder.path(), &["add", "z"]);
    folder.run(&["scan", "--staged"]).exits(0);
}

#[test]
fn both_sides_of_a_conflict_are_looked_at() {
    let folder = conflict("k=a\n", &format!("k={}\n", pat(1)));
    assert_eq!(folder.scan(&["--staged"]).exits(1).places(), ["z:1:3 verified"]);
    folder.run(&["hook", "run", "z"]).exits(1);
    // As `git ls-files` lists them, where the index is sparse or split.
    git(folder.path(), &["update-index", "--split-index"]);
    assert_eq!(folder.scan(&["--staged"]).exits(1).places(), ["z:1:3 verified"]);
}
