//! What hooks are told by git and by hook managers, and what they say to a person.

use std::path::Path;

use crate::support::git::{git, succeeds};
use crate::support::{Folder, Run, output_of, pat};
use crate::{repository, script};

/// `hook run` in the work tree, with something on standard input.
fn hook_run(folder: &Folder, args: &[&str], input: &[u8]) -> Run {
    let mut command = folder.command(&[&["hook", "run"], args].concat());
    command.current_dir(folder.path().join("r"));
    let output = output_of(command, input);
    Run {
        status: output.status.code().expect("a status"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_push_of_which_no_list_arrives() {
    let (folder, work) = repository();
    let push = |args: &[&str]| hook_run(&folder, &[&["--stage", "pre-push"], args].concat(), b"");
    folder.file("r/a", pat(1));
    git(&work, &["commit", "-qam", "two"]);
    for args in [&["--", "origin", "../server"][..], &[]] {
        let run = push(args).exits(1);
        assert!(run.stderr.contains("did not say on standard input"), "{run:?}");
    }
    git(&work, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    push(&[]).exits(0);
    let run = hook_run(&folder, &["--stage", "pre-receive"], b"").exits(2);
    assert!(run.stderr.contains("what was pushed is not known"), "{run:?}");
}

#[test]
fn what_another_remote_has_is_not_new() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    git(&work, &["commit", "-qam", "two"]);
    git(folder.path(), &["init", "-q", "--bare", "origin"]);
    git(folder.path(), &["init", "-q", "--bare", "fork"]);
    git(&work, &["remote", "add", "origin", "../origin"]);
    git(&work, &["remote", "add", "fork", "../fork"]);
    git(&work, &["push", "-q", "origin", "main"]);
    folder.run(&["hook", "install", "--stage", "pre-push", "r"]).exits(0);
    git(&work, &["checkout", "-q", "-b", "topic"]);
    folder.file("r/b", "clean\n");
    git(&work, &["add", "b"]);
    git(&work, &["commit", "-qm", "three"]);
    assert!(succeeds(&work, &["push", "-q", "fork", "topic"]), "origin has the token");
    // Without the name of the remote, as a hook calls it that passes no arguments on.
    let head = String::from_utf8(git(&work, &["rev-parse", "HEAD"])).expect("an id");
    let line = format!("refs/heads/topic {} refs/heads/topic {}\n", head.trim(), "0".repeat(40));
    let run = hook_run(&folder, &["--stage", "pre-push"], line.as_bytes()).exits(0);
    assert_eq!(run.stderr, "");
    let first = ["--stage", "pre-push", "--", "third", "../third"];
    let run = hook_run(&folder, &first, line.as_bytes()).exits(0);
    assert!(run.stderr.contains("nothing of `third` was fetched yet"), "{run:?}");
    folder.file("r/b", pat(2));
    git(&work, &["commit", "-qam", "four"]);
    assert!(!succeeds(&work, &["push", "-q", "fork", "topic"]), "no remote has that one");
}

#[test]
fn flags_behind_the_dashes() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    folder.file("r/--fail-on=never", pat(2));
    git(&work, &["add", "-A"]);
    let run = hook_run(&folder, &["--", "--no-such-flag", "a"], b"").exits(2);
    assert!(run.stderr.contains("--no-such-flag"), "{run:?}");
    hook_run(&folder, &["--fail-on", "never", "a"], b"").exits(0);
    let run = hook_run(&folder, &["--report", "json", "--fail-on=never"], b"").exits(1);
    assert!(run.places().iter().any(|place| place.contains("--fail-on=never:1:1")), "a file: {run:?}");
}

#[test]
fn advice_fits_what_was_stopped() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    git(&work, &["add", "a"]);
    let run = hook_run(&folder, &[], b"").exits(1);
    assert!(run.stderr.contains("stopped this commit") && run.stderr.contains("on its line"), "{run:?}");
    git(&work, &["commit", "-qm", "two"]);
    let mut command = folder.command(&["hook", "run", "--", "a"]);
    let range = [("PRE_COMMIT_FROM_REF", "HEAD~1"), ("PRE_COMMIT_TO_REF", "HEAD")];
    command.current_dir(&work).envs(range);
    let of_range = output_of(command, b"");
    let mut command = folder.command(&["hook", "run", "--", "a"]);
    command.current_dir(&work).envs(range).env("PRE_COMMIT_REMOTE_NAME", "origin");
    let of_push = output_of(command, b"");
    for (output, said) in [(of_range, "found a credential in these commits"), (of_push, "stopped this push")]
    {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(said) && !text.contains("this commit;"), "{text}");
        let entry = text.split_once("[[allow]]").expect("an entry").1;
        let lines = entry.lines().skip(1).take(2).map(str::trim).collect::<Vec<_>>();
        assert!(lines[0].starts_with("fingerprint = \"fp1_"), "{text}");
        folder.file("r/dogcatcher.toml", format!("[[allow]]\n{}\n", lines.join("\n")));
        let mut command = folder.command(&["hook", "run"]);
        let again = output_of(
            {
                command.current_dir(&work).envs(range);
                command
            },
            b"",
        );
        assert_eq!(again.status.code(), Some(0), "the entry lifts it: {text} {again:?}");
        std::fs::remove_file(work.join("dogcatcher.toml")).expect("a file");
    }
}

#[test]
fn what_the_configuration_of_a_manager_excludes() {
    let (folder, work) = repository();
    for (name, text) in [("testdata/k", pat(1)), ("b", "clean\n".to_owned()), ("both", pat(2))] {
        folder.file(&format!("r/{name}"), text);
    }
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "two"]);
    folder.file("r/both", "gone\n");
    folder.file("r/testdata/k", format!("{}\nmore\n", pat(1)));
    git(&work, &["commit", "-qam", "three"]);
    let run = |variables: &[(&str, &str)], names: &[&str]| {
        let mut command = folder.command(&[&["hook", "run", "--report", "json"], names].concat());
        command.current_dir(&work).envs(variables.iter().copied());
        let output = output_of(command, b"");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let places = report["findings"].as_array().expect("a list").clone();
        let path = |it: &serde_json::Value| it["locations"][0]["path"].as_str().expect("a path").to_owned();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (places.iter().map(path).collect::<Vec<_>>(), said)
    };
    let range = [("PRE_COMMIT_FROM_REF", "HEAD~2"), ("PRE_COMMIT_TO_REF", "HEAD")];
    let first_push = [("PRE_COMMIT_REMOTE_NAME", "origin"), ("PRE_COMMIT_LOCAL_BRANCH", "main")];
    for variables in [range, first_push] {
        let all = ["a", "b", "both", "testdata/k"];
        assert_eq!(run(&variables, &all).0, ["both", "testdata/k"], "{variables:?}: all are named");
        let (places, said) = run(&variables, &["a", "b", "both"]);
        assert_eq!(places, ["both"], "{variables:?}: excluded");
        assert!(said.contains("1 file of these commits left out"), "{said}");
        assert_eq!(run(&variables, &[]).0, ["both", "testdata/k"], "{variables:?}: no names are passed");
    }
    // What is gone at the end could not be named.
    git(&work, &["rm", "-q", "both"]);
    git(&work, &["commit", "-qm", "four"]);
    assert_eq!(run(&[("PRE_COMMIT_FROM_REF", "HEAD~3"), range[1]], &["b"]).0, ["both"]);
}

#[test]
fn a_message_is_what_was_stopped() {
    let (folder, work) = repository();
    let program = env!("CARGO_BIN_EXE_dogcatcher");
    script(&work.join(".git/hooks/commit-msg"), &format!("exec '{program}' hook run \"$@\" 2>>../said"));
    let commits = |text: &str| succeeds(&work, &["commit", "-q", "--allow-empty", "-m", text]);
    assert!(commits("clean"));
    assert!(!commits(&pat(1)));
    assert!(folder.read("said").contains("for its message"), "{}", folder.read("said"));
}

#[test]
fn a_hook_that_changes_its_folder() {
    let (folder, work) = repository();
    let program = env!("CARGO_BIN_EXE_dogcatcher");
    script(
        &work.join(".git/hooks/pre-commit"),
        &format!("cd sub && exec '{program}' hook run 2>>../../said"),
    );
    folder.file("r/sub/a", "clean\n");
    git(&work, &["add", "."]);
    assert!(succeeds(&work, &["commit", "-qm", "clean"]));
    folder.file("r/sub/b", pat(1));
    git(&work, &["add", "."]);
    assert!(!succeeds(&work, &["commit", "-qm", "leak"]));
    assert!(folder.read("said").contains("stopped this commit"));
    git(&work, &["reset", "-q", "--hard"]);
    folder.file("r/sub/a", pat(1));
    assert!(!succeeds(&work, &["commit", "-qam", "leak"]), "a temporary index");
    // A first commit has no index yet; an index that somebody named must be there.
    git(folder.path(), &["init", "-q", "empty"]);
    script(&folder.path().join("empty/.git/hooks/pre-commit"), &format!("exec '{program}' hook run"));
    assert!(succeeds(&folder.path().join("empty"), &["commit", "-q", "--allow-empty", "-m", "first"]));
    let mut command = folder.command(&["hook", "run"]);
    command.current_dir(&work).env("GIT_INDEX_FILE", "no-index");
    let output = output_of(command, b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("GIT_INDEX_FILE names"), "{said}");
}

#[test]
fn names_that_are_no_files() {
    let (folder, work) = repository();
    folder.file("r/sub/a", pat(1));
    git(&work, &["add", "."]);
    hook_run(&folder, &["sub/a"], b"").exits(1);
    let run = hook_run(&folder, &["r/sub/a"], b"");
    assert!(run.status != 0 && run.stdout.contains("r/sub/a"), "a name as seen from elsewhere: {run:?}");
    let run = hook_run(&folder, &["sub"], b"");
    assert!(run.status != 0 && run.stdout.contains("sub"), "a folder: {run:?}");
    git(&work, &["rm", "-q", "a"]);
    git(&work, &["rm", "-q", "--cached", "sub/a"]);
    hook_run(&folder, &["a"], b"").exits(0);
}

#[test]
fn what_a_parent_of_the_commit_has_is_not_new() {
    let (folder, work) = repository();
    git(&work, &["checkout", "-q", "-b", "topic"]);
    folder.file("r/a", "of the topic\n");
    git(&work, &["commit", "-qam", "two"]);
    git(&work, &["checkout", "-q", "main"]);
    folder.file("r/legacy", format!("k={}\n1\n", pat(1)));
    folder.file("r/a", "of main\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "three"]);
    git(&work, &["checkout", "-q", "topic"]);
    assert!(!succeeds(&work, &["merge", "-q", "main"]), "a conflict");
    folder.file("r/a", "of both\n");
    git(&work, &["add", "a"]);
    hook_run(&folder, &[], b"").exits(0);
    folder.file("r/a", pat(2));
    git(&work, &["add", "a"]);
    hook_run(&folder, &[], b"").exits(1);
    folder.file("r/a", "of both\n");
    git(&work, &["add", "a"]);
    git(&work, &["commit", "-qm", "a merge"]);
    // Another line of a file that holds it, and a new name for it.
    folder.file("r/legacy", format!("k={}\n2\n", pat(1)));
    git(&work, &["add", "."]);
    let run = hook_run(&folder, &["--report", "json"], b"").exits(0);
    assert_eq!(run.json()["summary"]["known"], 1, "{run:?}");
    git(&work, &["mv", "legacy", "moved"]);
    hook_run(&folder, &[], b"").exits(0);
    git(&work, &["commit", "-qm", "renamed"]);
    folder.file("r/copy", format!("k={}\n", pat(1)));
    git(&work, &["add", "."]);
    hook_run(&folder, &[], b"").exits(1);
}

#[test]
fn indexes_that_only_git_can_read() {
    let (folder, work) = repository();
    for name in ["r/in/a", "r/out/a", "r/out/deep/a"] {
        folder.file(name, "clean\n");
    }
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "two"]);
    let stops = |what: &str| {
        folder.file("r/in/a", "clean again\n");
        git(&work, &["add", "in/a"]);
        hook_run(&folder, &[], b"").exits(0);
        folder.file("r/in/a", pat(1));
        git(&work, &["add", "in/a"]);
        let run = hook_run(&folder, &["--report", "json"], b"").exits(1);
        assert_eq!(run.places(), ["in/a:1:1 verified"], "{what}");
        hook_run(&folder, &["in/a"], b"").exits(1);
    };
    git(&work, &["update-index", "--split-index"]);
    stops("a split index");
    git(&work, &["update-index", "--no-split-index"]);
    git(&work, &["reset", "-q", "--hard"]);
    git(&work, &["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    stops("a sparse index");
    // Nothing that the configuration names is run.
    let monitor = folder.path().join("monitor");
    script(&monitor, "touch \"$0.ran\"");
    git(&work, &["config", "core.fsmonitor", monitor.to_str().expect("UTF-8")]);
    hook_run(&folder, &[], b"").exits(1);
    assert!(!folder.path().join("monitor.ran").exists());
}

#[test]
fn refs_that_only_git_can_read() {
    let folder = Folder::new();
    if !succeeds(folder.path(), &["init", "-q", "-b", "main", "--ref-format=reftable", "r"]) {
        // An older git makes none.
        return;
    }
    let work = folder.path().join("r");
    folder.file("r/a", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "one"]);
    folder.run(&["hook", "install", "r"]).exits(0);
    folder.scan(&["r"]).exits(0);
    folder.file("r/a", pat(1));
    assert!(!succeeds(&work, &["commit", "-qam", "two"]));
    git(&work, &["commit", "-q", "--no-verify", "-am", "two"]);
    folder.scan(&["--range", "HEAD~1..main", "r"]).exits(1);
    folder.file("r/a", "clean\n");
    git(&work, &["commit", "-q", "-am", "three"]);
    let run = folder.run(&["scan", "r"]).exits(1);
    assert!(!run.stdout.contains("dangles"), "{run:?}");
    git(folder.path(), &["init", "-q", "--bare", "server"]);
    assert!(!succeeds(&work, &["push", "-q", "../server", "main"]));
}

#[test]
fn the_head_of_another_work_tree_is_a_ref() {
    let (folder, work) = repository();
    git(&work, &["worktree", "add", "-q", "--detach", "../other"]);
    folder.file("other/b", pat(1));
    git(&folder.path().join("other"), &["add", "."]);
    git(&folder.path().join("other"), &["commit", "-qm", "two"]);
    let run = folder.run(&["scan", "--history-only", "r"]).exits(1);
    assert!(!run.stdout.contains("dangles") && run.stdout.contains("worktrees/other"), "{run:?}");
}

#[test]
fn settings_that_cannot_be_read_are_passed_over_as_git_does() {
    let (folder, work) = repository();
    folder.file("r/a", pat(1));
    git(&work, &["add", "a"]);
    let loops = folder.path().join("loops");
    let pipes = folder.path().join("pipes");
    for home in [&loops, &pipes] {
        std::fs::create_dir(home).expect("a folder");
    }
    std::os::unix::fs::symlink(".gitconfig", loops.join(".gitconfig")).expect("a link");
    let mkfifo = |path: &Path| std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(mkfifo(&pipes.join(".gitconfig")).success());
    let (loops, pipes) = (loops.display().to_string(), pipes.display().to_string());
    let cases: [&[(&str, &str)]; 12] = [
        &[("HOME", "/nowhere")],
        &[("HOME", "/dev/null")],
        &[("HOME", &loops)],
        &[("HOME", &pipes)],
        &[("GIT_CONFIG_GLOBAL", "/nowhere")],
        &[("GIT_CONFIG_GLOBAL", "/")],
        &[("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")],
        &[("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.bare"), ("GIT_CONFIG_VALUE_0", "true")],
        &[("GIT_DIR", ".git"), ("GIT_WORK_TREE", ".")],
        &[("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index"), ("GIT_PREFIX", "")],
        &[("GIT_CEILING_DIRECTORIES", "/"), ("GIT_NAMESPACE", "n")],
        &[("GIT_OBJECT_DIRECTORY", ".git/objects"), ("GIT_ALTERNATE_OBJECT_DIRECTORIES", ".git/objects")],
    ];
    for variables in cases {
        let mut command = folder.command(&["hook", "run"]);
        command.current_dir(&work).envs(variables.iter().copied());
        let output = output_of(command, b"");
        assert_eq!(output.status.code(), Some(1), "{variables:?}: {output:?}");
    }
    // An index that is a pipe would be waited for.
    let index = format!("{pipes}/.gitconfig");
    let mut command = folder.command(&["hook", "run"]);
    command.current_dir(&work).env("GIT_INDEX_FILE", index);
    assert_eq!(output_of(command, b"").status.code(), Some(2));
    git(&work, &["config", "core.worktree", folder.path().to_str().expect("UTF-8")]);
    hook_run(&folder, &[], b"").exits(1);
    git(&work, &["config", "--unset", "core.worktree"]);
    // Nor is a pipe that a file of the index has become.
    git(&work, &["commit", "-qm", "two"]);
    std::fs::remove_file(work.join("a")).expect("a file");
    assert!(mkfifo(&work.join("a")).success());
    hook_run(&folder, &["a"], b"");
}

#[test]
fn every_state_of_a_work_tree() {
    let (folder, work) = repository();
    let commits = |args: &[&str]| succeeds(&work, &[&["commit", "-qm", "x"], args].concat());
    folder.run(&["hook", "install", "--stage", "pre-commit", "r"]).exits(0);
    folder.file("r/k", pat(1));
    git(&work, &["add", "-N", "k"]);
    hook_run(&folder, &[], b"").exits(0);
    git(&work, &["reset", "-q"]);
    std::fs::remove_file(work.join("k")).expect("a file");
    std::os::unix::fs::symlink(pat(2), work.join("link")).expect("a link");
    git(&work, &["add", "link"]);
    assert!(!commits(&[]), "a link that leads to a token");
    git(&work, &["rm", "-qf", "link"]);
    // As git converts them.
    folder.file("r/.gitattributes", "* text eol=crlf\n*.u working-tree-encoding=UTF-16LE-BOM\n");
    git(&work, &["add", ".gitattributes"]);
    assert!(commits(&[]));
    folder.file("r/lines", format!("x\r\n{}\r\n", pat(3)));
    let wide: Vec<u8> = format!("\u{feff}{}\r\n", pat(4)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.file("r/wide.u", wide);
    for name in ["lines", "wide.u"] {
        git(&work, &["add", name]);
        hook_run(&folder, &[], b"").exits(1);
        hook_run(&folder, &[name], b"").exits(1);
        git(&work, &["rm", "-qf", name]);
    }
    // A cherry-pick that stops, a revert, a stash, and a merge of three.
    git(&work, &["checkout", "-q", "-b", "side"]);
    folder.file("r/s", pat(5));
    git(&work, &["add", "s"]);
    assert!(commits(&["--no-verify"]));
    git(&work, &["checkout", "-q", "main"]);
    git(&work, &["cherry-pick", "--no-commit", "side"]);
    assert!(!commits(&[]), "what another branch has is new here");
    git(&work, &["stash", "-q"]);
    hook_run(&folder, &[], b"").exits(0);
    git(&work, &["stash", "pop", "-q", "--index"]);
    assert!(!commits(&[]), "it is back");
    git(&work, &["reset", "-q", "--hard"]);
    for name in ["one", "two"] {
        git(&work, &["checkout", "-q", "-b", name, "main"]);
        folder.file(&format!("r/{name}"), "clean\n");
        git(&work, &["add", name]);
        assert!(commits(&[]));
    }
    git(&work, &["checkout", "-q", "main"]);
    folder.file("r/three", "clean\n");
    git(&work, &["add", "three"]);
    assert!(commits(&[]));
    git(&work, &["merge", "-q", "--no-commit", "one", "two", "side"]);
    hook_run(&folder, &[], b"").exits(0);
    folder.file("r/own", pat(6));
    git(&work, &["add", "own"]);
    assert!(!commits(&[]), "what none of four parents has");
    git(&work, &["rm", "-qf", "own"]);
    assert!(commits(&[]), "a merge of four");
    folder.file("r/own", pat(7));
    git(&work, &["add", "own"]);
    assert!(!commits(&["--amend"]));
    assert!(!commits(&["--only", "own"]) && !commits(&["--include", "own"]), "a temporary index");
    let mut command = folder.command(&["scan", "--staged", "--max-file-size", "10", "--report", "json"]);
    command.current_dir(&work);
    let report = output_of(command, b"");
    assert_eq!(report.status.code(), Some(0), "too large for the limit that was set");
    assert!(String::from_utf8_lossy(&report.stdout).contains("\"too-large\""), "{report:?}");
}
