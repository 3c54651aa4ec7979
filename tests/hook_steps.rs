//! What hooks are told by git and by hook managers, and what they say to a person.
#![cfg(unix)]

mod support;

use std::path::PathBuf;

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

/// `hook run` in the work tree, with something on standard input.
fn hook_run(folder: &Folder, args: &[&str], input: &[u8]) -> support::Run {
    let mut command = folder.command(&[&["hook", "run"], args].concat());
    command.current_dir(folder.path().join("r"));
    let output = support::output_of(command, input);
    support::Run {
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
    let of_range = support::output_of(command, b"");
    let mut command = folder.command(&["hook", "run", "--", "a"]);
    command.current_dir(&work).envs(range).env("PRE_COMMIT_REMOTE_NAME", "origin");
    let of_push = support::output_of(command, b"");
    for (output, said) in [(of_range, "found a credential in these commits"), (of_push, "stopped this push")]
    {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(said) && !text.contains("this commit;"), "{text}");
        let entry = text.split_once("[[allow]]").expect("an entry").1;
        let lines = entry.lines().skip(1).take(2).map(str::trim).collect::<Vec<_>>();
        assert!(lines[0].starts_with("fingerprint = \"fp1_"), "{text}");
        folder.file("r/dogcatcher.toml", format!("[[allow]]\n{}\n", lines.join("\n")));
        let mut command = folder.command(&["hook", "run"]);
        let again = support::output_of(
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
