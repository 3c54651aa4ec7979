//! Git LFS: a pointer stands for bytes that nobody has looked at.

mod support;

use support::Folder;
use support::git::git;

fn pointer(number: u64) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{number:064}\nsize 123456\n")
}

fn repository() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "."]);
    folder.file("dump.sql", pointer(1));
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    folder
}

#[test]
fn pointers_are_counted_as_not_read() {
    let folder = repository();
    for args in [&["--files-only"][..], &["--history-only"], &["--range", "HEAD"]] {
        let run = folder.run(&[&["scan"], args].concat()).exits(0);
        assert!(run.stdout.contains("1 input was not read, 1 Git LFS pointer"), "{args:?}: {run:?}");
        let json = folder.scan(args).json();
        let skipped = &json["summary"]["skipped"][0];
        assert!(skipped["reason"].as_str().is_some_and(|it| it.contains("Git LFS")), "{args:?}: {json}");
    }
}

#[test]
fn those_that_are_kept_as_deltas_too() {
    let folder = repository();
    for number in 2..20 {
        folder.file("dump.sql", pointer(number));
        git(folder.path(), &["commit", "-qam", "more"]);
    }
    git(folder.path(), &["gc", "-q"]);
    let run = folder.run(&["scan", "--history-only"]).exits(0);
    assert!(run.stdout.contains("19 Git LFS pointer"), "{run:?}");
}

#[test]
fn a_hook_says_so() {
    let folder = repository();
    folder.file("other.sql", pointer(7));
    git(folder.path(), &["add", "."]);
    let run = folder.run(&["hook", "run"]).exits(0);
    assert!(run.stderr.contains("1 Git LFS pointer"), "{run:?}");
    assert!(folder.run(&["scan", "--staged"]).exits(0).stdout.contains("1 Git LFS pointer"));
}
