//! Git LFS: a pointer stands for bytes that nobody has looked at.

mod support;

use support::git::git;
use support::{Folder, pat, secret_part};

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
        assert!(
            run.stdout.contains("1 input was not read, 1 Git LFS pointer among them"),
            "{args:?}: {run:?}"
        );
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
    assert!(run.stdout.contains("19 Git LFS pointers among them"), "{run:?}");
}

#[test]
fn a_hook_says_so() {
    let folder = repository();
    folder.file("other.sql", pointer(7));
    git(folder.path(), &["add", "."]);
    let run = folder.run(&["hook", "run"]).exits(0);
    assert!(run.stderr.contains("1 Git LFS pointer:"), "{run:?}");
    assert!(folder.run(&["scan", "--staged"]).exits(0).stdout.contains("1 Git LFS pointer"));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_configuration_is_not_waited_for() {
    let mkfifo = |folder: &Folder, path: &str| {
        let path = folder.path().join(path);
        let made = std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo");
        assert!(made.success());
    };
    let plain = Folder::new();
    plain.file("dump.sql", pointer(1));
    mkfifo(&plain, "config");
    let nested = Folder::new();
    git(nested.path(), &["init", "-q", "inner"]);
    nested.file("inner/dump.sql", pointer(1));
    std::fs::remove_file(nested.path().join("inner/.git/config")).expect("a file");
    mkfifo(&nested, "inner/.git/config");
    let including = Folder::new();
    git(including.path(), &["init", "-q", "inner"]);
    including.file("inner/dump.sql", pointer(1));
    git(&including.path().join("inner"), &["config", "include.path", "../pipe"]);
    mkfifo(&including, "inner/pipe");
    let whole = including.scan(&["."]).exits(3);
    assert!(whole.stdout.contains("inner/.git/../pipe\",\n        \"kind\": \"not-a-file"), "{whole:?}");
    for folder in [plain, nested, including] {
        let json = folder.scan(&["--files-only", "."]).exits(0).json();
        let skipped = json["summary"]["skipped"].to_string();
        assert!(skipped.contains("lfs-pointer"), "{json}");
    }
}

#[test]
fn outside_of_a_repository_no_file_says_where_contents_are() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let content = pat(1);
    let id = format!("{:064x}", 0xabcd_u64);
    elsewhere.file(&format!("objects/{}/{}/{id}", &id[..2], &id[2..4]), &content);
    let size = content.len();
    let text = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {size}\n");
    folder.file("dump.sql", text);
    folder.file("config", format!("[lfs]\n\tstorage = {}\n", elsewhere.path().display()));
    let json = folder.scan(&["."]).exits(0).json();
    assert_eq!(json["summary"]["skipped"][0]["kind"], "lfs-pointer", "{json}");
}

/// Stages a pointer whose content lies where `git lfs` puts it, in this store.
fn stage(folder: &Folder, store: &str, path: &str, content: &[u8]) {
    // Any id will do: it is the name of the file.
    let id = format!("{:064x}", 0xabcd_0000 + content.len());
    folder.file(&format!("{store}/objects/{}/{}/{id}", &id[..2], &id[2..4]), content);
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {}\n", content.len());
    folder.file(path, pointer);
    git(folder.path(), &["add", path]);
}

/// Asserts that a token is found at this place, and that nothing is said to be not read.
fn finds(folder: &Folder, args: &[&str], place: &str) {
    let run = folder.scan(args).exits(1);
    assert!(run.places().iter().any(|it| it == &format!("{place} verified")), "{args:?}: {run:?}");
    assert!(
        !run.stdout.contains("lfs-pointer") && !run.stdout.contains(secret_part(&pat(1))),
        "{args:?}: {run:?}"
    );
}

#[test]
fn contents_that_are_at_hand_are_read() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "."]);
    stage(&folder, ".git/lfs", "dump.sql", format!("first\nk={}\n", pat(1)).as_bytes());
    finds(&folder, &["--staged"], "dump.sql:2:3");
    folder.run(&["hook", "run"]).exits(1);
    folder.run(&["hook", "run", "dump.sql"]).exits(1);
    finds(&folder, &["--files-only"], "dump.sql!/content:2:3");
    git(folder.path(), &["commit", "-qm", "dump"]);
    finds(&folder, &["--range", "HEAD"], "dump.sql:2:3");
    finds(&folder, &["--history-only"], "dump.sql:2:3");
    git(folder.path(), &["gc", "-q"]);
    finds(&folder, &["--history-only"], "dump.sql:2:3");
    // It is known before where the content of another version holds it.
    stage(&folder, ".git/lfs", "dump.sql", format!("another first line\nk={}\n", pat(1)).as_bytes());
    let run = folder.run(&["scan", "--staged"]).exits(0);
    assert!(run.stdout.contains("1 known before"), "{run:?}");
}

#[test]
fn a_pointer_that_is_the_delta_of_another_text_is_read() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "."]);
    let ours = format!("first\nk={}\n", pat(1));
    stage(&folder, ".git/lfs", "dump.sql", ours.as_bytes());
    let pointer = folder.read("dump.sql");
    let both =
        format!("<<<<<<< HEAD\n{pointer}=======\n{}>>>>>>> theirs\n", pointer.replace("size ", "size 9"));
    for content in [&both, &pointer] {
        folder.file("dump.sql", content);
        git(folder.path(), &["add", "dump.sql"]);
        git(folder.path(), &["commit", "-qm", "a merge"]);
    }
    finds(&folder, &["--history-only"], "dump.sql:2:3");
    git(folder.path(), &["repack", "-qadf"]);
    finds(&folder, &["--history-only"], "dump.sql:2:3");
    std::fs::remove_dir_all(folder.path().join(".git/lfs")).expect("a folder");
    let json = folder.scan(&["--history-only"]).exits(0).json();
    assert!(json["summary"]["skipped"].to_string().contains("lfs-pointer"), "{json}");
}

#[test]
fn contents_are_looked_for_where_git_lfs_does() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "."]);
    git(folder.path(), &["config", "lfs.storage", folder.path().join("store").to_str().expect("a name")]);
    stage(&folder, "store", "a.bin", pat(1).as_bytes());
    finds(&folder, &["--staged"], "a.bin:1:1");
    git(folder.path(), &["commit", "-qm", "a"]);
    git(folder.path(), &["worktree", "add", "-q", "linked"]);
    let linked = folder.path().join("linked").display().to_string();
    finds(&folder, &[&linked, "--range", "HEAD"], "a.bin:1:1");
}

#[test]
fn a_content_that_is_large_or_another_is_counted() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "."]);
    // Two windows, and the token in the second one.
    let content = [&b"a\n".repeat(1 << 20)[..], pat(1).as_bytes()].concat();
    stage(&folder, ".git/lfs", "large.bin", &content);
    finds(&folder, &["--staged"], "large.bin:1048577:1");
    finds(&folder, &["--files-only"], "large.bin!/content:1048577:1");
    let kinds = |args: &[&str]| folder.scan(args).exits(0).json()["summary"]["skipped"][0]["kind"].clone();
    assert_eq!(kinds(&["--staged", "--max-file-size=1m"]), "too-large");
    git(folder.path(), &["commit", "-qm", "large"]);
    for args in [&["--history-only", "--max-file-size=1m"][..], &["--range=HEAD", "--max-file-size=1m"]] {
        assert_eq!(kinds(args), "too-large");
    }
    let id = format!("{:064x}", 0xabcd_0000 + content.len());
    folder.file(&format!(".git/lfs/objects/{}/{}/{id}", &id[..2], &id[2..4]), "cut off");
    assert_eq!(kinds(&["--range=HEAD"]), "lfs-pointer");
}
