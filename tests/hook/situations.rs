//! Situations in which people commit and push that differ from a plain commit.

use crate::repository;
use crate::support::git::{command, git, succeeds};
use crate::support::{Folder, output_of, pat};

#[test]
fn a_commit_while_a_rebase_waits() {
    let (folder, work) = repository();
    for (file, text) in [("b", "two\n"), ("c", "three\n")] {
        folder.file(&format!("r/{file}"), text);
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", file]);
    }
    folder.run(&["hook", "install", "r"]).exits(0);
    // The rebase stops at the second commit.
    let mut rebase = command(&work, &["rebase", "-q", "-i", "HEAD~2"]);
    rebase.env("GIT_SEQUENCE_EDITOR", "sed -i.bak -e '1s/^pick/edit/'");
    assert!(output_of(rebase, b"").status.success());
    assert!(work.join(".git/rebase-merge").is_dir());
    folder.file("r/b", pat(1));
    git(&work, &["add", "."]);
    assert!(!succeeds(&work, &["commit", "-q", "--amend", "--no-edit"]), "amended");
    assert!(!succeeds(&work, &["commit", "-qm", "between"]), "a commit between");
    folder.file("r/b", "clean\n");
    git(&work, &["add", "."]);
    assert!(succeeds(&work, &["commit", "-q", "--amend", "--no-edit"]), "clean");
    assert!(succeeds(&work, &["rebase", "--continue"]));
    assert_eq!(git(&work, &["log", "--format=%s"]), b"c\nb\none\n");
}

#[test]
fn a_commit_of_some_of_the_changes_of_a_file() {
    let (folder, work) = repository();
    let lines: Vec<String> = (0..40).map(|number| format!("line {number}\n")).collect();
    folder.file("r/a", lines.concat());
    git(&work, &["commit", "-qam", "two"]);
    folder.run(&["hook", "install", "r"]).exits(0);
    let mut changed = lines;
    changed[2] = format!("{}\n", pat(1));
    changed[35] = "another line\n".to_owned();
    folder.file("r/a", changed.concat());
    let commits = |answers: &[u8]| {
        output_of(command(&work, &["commit", "-q", "-p", "-m", "a part"]), answers).status.success()
    };
    assert!(!commits(b"y\nn\n"), "the part with the token");
    git(&work, &["reset", "-q"]);
    assert!(commits(b"n\ny\n"), "the other part");
    assert!(!commits(b"y\n"), "what is left");
}

#[test]
fn what_a_server_keeps_apart_until_it_agrees() {
    let (folder, work) = repository();
    for (name, limit) in [("loose", "100"), ("packed", "1")] {
        git(folder.path(), &["clone", "-q", "--bare", "r", name]);
        let server = folder.path().join(name);
        git(&server, &["config", "receive.unpackLimit", limit]);
        folder.run(&["hook", "install", name]).exits(0);
        git(&work, &["remote", "add", name, &format!("../{name}")]);
        folder.file("r/b", pat(1));
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "leak"]);
        assert!(!succeeds(&work, &["push", "-q", name, "main"]), "{name}");
        git(&work, &["reset", "-q", "--hard", "HEAD~1"]);
        folder.file("r/b", "clean\n");
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "clean"]);
        assert!(succeeds(&work, &["push", "-q", name, "main"]), "{name}, clean");
        git(&work, &["reset", "-q", "--hard", "HEAD~1"]);
    }
}

#[test]
fn commits_in_a_submodule_and_of_it() {
    let (folder, work) = repository();
    git(folder.path(), &["init", "-q", "-b", "main", "top"]);
    let top = folder.path().join("top");
    git(&top, &["submodule", "--quiet", "add", work.to_str().expect("text"), "module"]);
    git(&top, &["commit", "-qm", "module"]);
    let module = top.join("module");
    for place in ["top", "top/module"] {
        folder.run(&["hook", "install", place]).exits(0);
    }
    folder.file("top/module/a", pat(1));
    assert!(!succeeds(&module, &["commit", "-qam", "leak"]), "in it");
    folder.file("top/module/a", "clean again\n");
    assert!(succeeds(&module, &["commit", "-qam", "clean"]), "in it, clean");
    assert!(succeeds(&top, &["commit", "-qam", "the module moves"]), "of it");
    folder.file("top/b", pat(2));
    git(&top, &["add", "b"]);
    assert!(!succeeds(&top, &["commit", "-qm", "leak"]), "beside it");
}

#[test]
fn words_of_a_configuration_hold_for_what_is_staged_and_for_a_range() {
    let folder = Folder::new();
    let mut mint = dogcatcher::token::Mint::new(3);
    let mut key = || mint.mint(dogcatcher::token::Kind::ApiKey);
    for (name, words) in [("with", "[lexicon]\nowners = [\"acme-watch\"]\n"), ("without", "")] {
        git(folder.path(), &["init", "-q", "-b", "main", name]);
        let work = folder.path().join(name);
        folder.file(&format!("{name}/dogcatcher.toml"), words);
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "words"]);
        folder.file(&format!("{name}/key.txt"), format!("ACME_WATCH_API_KEY={}\n", key()));
        git(&work, &["add", "."]);
        let status = |args: &[&str]| {
            let mut scan = folder.command(&[&["scan"], args].concat());
            scan.current_dir(&work).output().expect("a run").status.code()
        };
        let expected = Some(i32::from(name == "with"));
        assert_eq!(status(&["--staged"]), expected, "{name}, staged");
        git(&work, &["commit", "-qm", "key"]);
        assert_eq!(status(&["--range", "HEAD~1..HEAD"]), expected, "{name}, range");
    }
}
