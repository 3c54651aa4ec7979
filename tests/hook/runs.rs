//! Hooks as git runs them: what they stop, what they let through, and that nothing of anybody else's is lost.

use std::path::Path;

use crate::support::git::{git, succeeds};
use crate::support::{Folder, output_of, pat};
use crate::{repository, script};

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
    assert_eq!(places(&["a", "vendor/b"], &[]), clean, "what is excluded stays so");
    assert_eq!(places(&["a", "gone"], &[]).0, Some(3), "a name of nothing");
    assert_eq!(places(&["--no-such-flag", "a"], &[]).0, Some(2), "a flag of `args:`");
    assert_eq!(places(&["--", "--fail-on=never", "a"], &[]).0, Some(2), "a flag where only files can stand");
    git(&work, &["rm", "-q", "--cached", "c"]);
    std::fs::remove_file(work.join("c")).expect("a file");
    assert_eq!(places(&["c"], &[]), clean, "a deletion");
    git(&work, &["reset", "-q", "--hard"]);
    let range = [("PRE_COMMIT_FROM_REF", "HEAD~1"), ("PRE_COMMIT_TO_REF", "HEAD")];
    assert_eq!(places(&["a", "c"], &range), found(&["git a"]), "a range");
    assert_eq!(places(&["c"], &range), clean, "a range of which the manager's configuration excludes a file");
    let first_push = [("PRE_COMMIT_REMOTE_NAME", "origin"), ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")];
    assert_eq!(
        places(&["a", "c"], &first_push),
        found(&["git a"]),
        "a first push, for which there is no range"
    );
    let to_address = [("PRE_COMMIT_REMOTE_NAME", "https://host/r.git"), first_push[1]];
    assert_eq!(
        places(&["a", "c"], &to_address),
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

/// Runs a hook by itself, with something on its standard input.
fn run_in(folder: &Folder, work: &Path, args: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut command = folder.command(&[&["hook", "run"], args].concat());
    command.current_dir(work);
    let output = output_of(command, input);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_hook_that_went_into_a_folder() {
    let (folder, work) = repository();
    let program = env!("CARGO_BIN_EXE_dogcatcher");
    folder.file("r/sub/b", "clean\n");
    script(&work.join(".git/hooks/pre-commit"), &format!("cd sub && exec '{program}' hook run"));
    git(&work, &["add", "."]);
    assert!(succeeds(&work, &["commit", "-qm", "clean"]));
    folder.file("r/sub/b", pat(1));
    git(&work, &["add", "."]);
    assert!(!succeeds(&work, &["commit", "-qm", "two"]));
    let mut command = folder.command(&["hook", "run"]);
    let output = command.current_dir(&work).env("GIT_INDEX_FILE", ".git/no-index").output().expect("a run");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no such file"));
}

#[test]
fn nothing_on_standard_input() {
    let (folder, work) = repository();
    let (status, said) = run_in(&folder, &work, &["--stage", "pre-push", "origin"], b"");
    assert!(status == Some(0) && said.contains("note: git did not say"), "{said}");
    folder.file("r/a", pat(1));
    git(&work, &["commit", "-qam", "two"]);
    let (status, said) = run_in(&folder, &work, &["--stage", "pre-push"], b"");
    assert!(status == Some(1) && said.contains("stopped this push"), "{said}");
    let (status, said) = run_in(&folder, &work, &["--stage", "pre-receive"], b"");
    assert!(status == Some(2) && said.contains("nothing is there"), "{said}");
}

#[test]
fn what_another_remote_has() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    git(&work, &["commit", "-qam", "old"]);
    for name in ["origin", "fork"] {
        git(folder.path(), &["init", "-q", "--bare", name]);
        git(&work, &["remote", "add", name, &format!("../{name}")]);
    }
    git(&work, &["push", "-q", "origin", "main"]);
    folder.run(&["hook", "install", "r"]).exits(0);
    git(&work, &["checkout", "-q", "-b", "topic"]);
    folder.file("r/b", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "new"]);
    assert!(succeeds(&work, &["push", "-q", "fork", "topic"]), "origin has it");
    folder.file("r/b", pat(2));
    git(&work, &["commit", "-qam", "leak", "--no-verify"]);
    assert!(!succeeds(&work, &["push", "-q", "fork", "topic"]), "nobody has it");
}

#[test]
fn advice_that_helps_at_a_push() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    git(&work, &["commit", "-qam", "two"]);
    let mut command = folder.command(&["hook", "run", "a"]);
    command.current_dir(&work).env("PRE_COMMIT_REMOTE_NAME", "origin");
    command.env("PRE_COMMIT_FROM_REF", "HEAD~1").env("PRE_COMMIT_TO_REF", "HEAD");
    let said = String::from_utf8_lossy(&command.output().expect("a run").stderr).into_owned();
    assert!(said.contains("stopped this push") && !said.contains("stopped this commit"), "{said}");
    let entry: Vec<&str> =
        said.lines().map(str::trim).skip_while(|line| *line != "[[allow]]").take(3).collect();
    folder.file("r/dogcatcher.toml", entry.join("\n"));
    assert_eq!(command.output().expect("a run").status.code(), Some(0), "{said}");
}

#[test]
fn a_merge_and_a_touched_file_bring_nothing_old() {
    let (folder, work) = repository();
    git(&work, &["checkout", "-q", "-b", "topic"]);
    folder.file("r/a", "topic\n");
    git(&work, &["commit", "-qam", "topic"]);
    git(&work, &["checkout", "-q", "main"]);
    folder.file("r/a", "main\n");
    folder.file("r/old", pat(1));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "main"]);
    git(&work, &["checkout", "-q", "topic"]);
    assert!(!succeeds(&work, &["merge", "-q", "main"]), "a conflict");
    folder.file("r/a", "both\n");
    git(&work, &["add", "a"]);
    for named in [&[][..], &["a", "old"]] {
        let (status, said) = run_in(&folder, &work, named, b"");
        assert_eq!(status, Some(0), "{named:?}: {said}");
    }
    git(&work, &["commit", "-qm", "merge"]);
    folder.file("r/old", format!("another line\n{}\n", pat(1)));
    git(&work, &["add", "old"]);
    for named in [&[][..], &["old"]] {
        let (status, said) = run_in(&folder, &work, named, b"");
        assert_eq!(status, Some(0), "{named:?}: {said}");
    }
    folder.file("r/old", format!("{}\n{}\n", pat(1), pat(2)));
    git(&work, &["add", "old"]);
    assert_eq!(run_in(&folder, &work, &["old"], b"").0, Some(1), "a second one is new");
}

#[test]
fn ours_is_found_where_a_manager_moved_it() {
    let (folder, work) = repository();
    let hooks = work.join(".git/hooks");
    script(&hooks.join("pre-commit"), "echo before >>log");
    folder.run(&["hook", "install", "--stage", "pre-commit", "r"]).exits(0);
    std::fs::rename(hooks.join("pre-commit"), hooks.join("pre-commit.legacy")).expect("a hook");
    script(&hooks.join("pre-commit"), "exec \"$(dirname \"$0\")/pre-commit.legacy\" \"$@\"");
    folder.file("r/a", "two\n");
    assert!(succeeds(&work, &["commit", "-qam", "two"]));
    assert_eq!(folder.read("r/log"), "before\n");
    folder.file("r/a", pat(1));
    assert!(!succeeds(&work, &["commit", "-qam", "three"]), "it still stops");
    let again = folder.run(&["hook", "install", "--stage", "pre-commit", "r"]).exits(0);
    assert!(again.stdout.contains("pre-commit.legacy: brought up to date"), "{again:?}");
    let run = folder.run(&["hook", "uninstall", "r"]).exits(0);
    assert!(run.stdout.contains("is back") && run.stdout.contains("pre-commit.legacy"), "{run:?}");
    assert!(folder.read("r/.git/hooks/pre-commit.legacy").contains("echo before"));
    assert!(succeeds(&work, &["commit", "-qam", "three"]), "ours is gone");
    assert_eq!(folder.read("r/log"), "before\nbefore\nbefore\n");
}

#[test]
fn nothing_is_written_outside_or_read_without_end() {
    let (folder, work) = repository();
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    let is_empty = || std::fs::read_dir(folder.path().join("out")).expect("a folder").next().is_none();
    git(&work, &["config", "core.hooksPath", "../out"]);
    let run = folder.run(&["hook", "install", "r"]).exits(2);
    assert!(run.stderr.contains("--outside"), "{run:?}");
    assert!(is_empty(), "the repository's own setting leads there");
    git(&work, &["config", "--unset", "core.hooksPath"]);
    std::fs::remove_dir_all(work.join(".git/hooks")).expect("hooks");
    std::os::unix::fs::symlink("../../out", work.join(".git/hooks")).expect("a link");
    folder.run(&["hook", "install", "r"]).exits(2);
    assert!(is_empty(), "a link leads there");
    folder.run(&["hook", "install", "--outside", "r"]).exits(0);
    assert!(!is_empty(), "who asked for it gets it");
    std::fs::remove_file(work.join(".git/hooks")).expect("a link");
    std::os::unix::fs::symlink("../../not-there", work.join(".git/hooks")).expect("a link");
    folder.run(&["hook", "install", "r"]).exits(2);
    assert!(!folder.path().join("not-there").exists());
    std::fs::remove_file(work.join(".git/hooks")).expect("a link");
    std::fs::create_dir(work.join(".git/hooks")).expect("a folder");
    std::os::unix::fs::symlink("/dev/zero", work.join(".git/hooks/pre-commit")).expect("a link");
    let run = folder.run(&["hook", "install", "r"]).exits(2);
    assert!(run.stderr.contains("not a regular file"), "{run:?}");
}

#[test]
fn indexes_and_refs_that_only_git_reads() {
    let (folder, work) = repository();
    folder.file("r/sub/b", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "two"]);
    git(&work, &["sparse-checkout", "init", "--cone", "--sparse-index"]);
    let check = |work: &Path, form: &str| {
        assert_eq!(run_in(&folder, work, &[], b"").0, Some(0), "{form}: nothing is staged");
        std::fs::write(work.join("a"), pat(1)).expect("a file");
        git(work, &["add", "a"]);
        assert_eq!(run_in(&folder, work, &[], b"").0, Some(1), "{form}");
        assert_eq!(run_in(&folder, work, &["a"], b"").0, Some(1), "{form}: a name");
        git(work, &["commit", "-qm", "leak"]);
        std::fs::write(work.join("a"), format!("x\n{}", pat(1))).expect("a file");
        git(work, &["add", "a"]);
        assert_eq!(run_in(&folder, work, &[], b"").0, Some(0), "{form}: known before");
        git(work, &["commit", "-qm", "another line"]);
        git(work, &["mv", "a", "moved"]);
        assert_eq!(run_in(&folder, work, &[], b"").0, Some(0), "{form}: known under another name");
        git(work, &["mv", "moved", "a"]);
    };
    check(&work, "a sparse index");
    let (_kept, work) = repository();
    git(&work, &["update-index", "--split-index"]);
    check(&work, "a split index");
    if succeeds(folder.path(), &["init", "-q", "--ref-format=reftable", "tables"]) {
        let work = folder.path().join("tables");
        folder.file("tables/a", "clean\n");
        git(&work, &["add", "."]);
        assert_eq!(run_in(&folder, &work, &[], b"").0, Some(0), "before the first commit");
        git(&work, &["commit", "-qm", "one"]);
        check(&work, "a reftable");
        git(&work, &["rm", "-qf", "a"]);
        git(&work, &["commit", "-qm", "gone"]);
        folder.run(&["scan", "--range", "HEAD~3..HEAD", "tables"]).exits(1);
        let run = folder.run(&["scan", "--history-only", "tables"]).exits(1);
        assert!(!run.stdout.contains("dangles"), "{run:?}");
    }
}

#[test]
fn a_ref_that_is_named_like_a_token() {
    let (folder, work) = repository();
    git(folder.path(), &["clone", "-q", "--bare", "r", "server"]);
    git(&work, &["remote", "add", "origin", "../server"]);
    git(&work, &["fetch", "-q", "origin"]);
    let push = |args: &[&str]| {
        let mut command = crate::support::git::command(&work, &[&["push", "-q", "origin"], args].concat());
        let output = command.output().expect("git");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    for (repository, seed) in [("r", 1), ("server", 2)] {
        folder.run(&["hook", "install", repository]).exits(0);
        let token = pat(seed);
        for name in [format!("refs/heads/{token}"), format!("refs/tags/v1/{token}")] {
            let to = format!("HEAD:{name}");
            let (done, said) = push(&[&to]);
            assert!(!done && said.contains("ref name refs/"), "{repository}: {said}");
            assert!(said.contains("needs another name"), "{said}");
            // git names the ref that was refused.
            let mut ours = said.lines().filter(|line| !line.starts_with(" ! "));
            assert!(!ours.any(|line| line.contains(crate::support::secret_part(&token))), "{said}");
        }
        folder.run(&["hook", "uninstall", repository]).exits(0);
        assert!(push(&[&format!("HEAD:refs/heads/{token}")]).0, "without a hook");
        folder.run(&["hook", "install", repository]).exits(0);
        git(&work, &["commit", "-q", "--allow-empty", "-m", "more"]);
        assert!(push(&[&format!("HEAD:refs/heads/{token}")]).0, "{repository}: the other side has the name");
        assert!(push(&["--delete", &token]).0, "{repository}: a deletion");
        folder.run(&["hook", "uninstall", repository]).exits(0);
    }
}

#[test]
fn a_ref_that_a_manager_or_nobody_names() {
    let (folder, work) = repository();
    git(&work, &["branch", &pat(1)]);
    let local = format!("refs/heads/{}", pat(1));
    let run = |variables: &[(&str, &str)]| {
        let mut command = folder.command(&["hook", "run", "--stage", "pre-push"]);
        command.current_dir(&work).envs(variables.iter().copied());
        output_of(command, b"").status.code()
    };
    let named = [("PRE_COMMIT_REMOTE_NAME", "origin"), ("PRE_COMMIT_REMOTE_BRANCH", &local)];
    let range = [("PRE_COMMIT_FROM_REF", "HEAD"), ("PRE_COMMIT_TO_REF", "HEAD")];
    let first_push = [("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")];
    let forms = [[&named[..], &range].concat(), [&named[..], &first_push].concat(), Vec::new()];
    for variables in &forms {
        assert_eq!(run(variables), Some(1), "{}", variables.len());
    }
    git(&work, &["update-ref", &format!("refs/remotes/origin/{}", pat(1)), "HEAD"]);
    for variables in &forms {
        assert_eq!(run(variables), Some(0), "the remote has it: {}", variables.len());
    }
}
