//! Ignore files that are none: links, devices, pipes.
#![cfg(unix)]

mod support;

use std::os::unix::fs::symlink;
use std::process::Command;

use support::git::git;
use support::{Folder, pat};

fn repository() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "r"]);
    folder
}

fn mkfifo(path: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// The paths of the findings and of what was told of, of a scan of the files.
fn scan(folder: &Folder) -> (Vec<String>, Vec<String>) {
    let run = folder.scan(&["--files-only", "r"]).exits(1);
    let json = run.json();
    let skipped = json["summary"]["skipped"].as_array().expect("a list");
    let told = skipped.iter().map(|it| it["origin"].as_str().expect("a path").to_owned()).collect();
    (run.places().iter().map(|it| it.split(':').next().unwrap_or_default().to_owned()).collect(), told)
}

#[test]
fn a_link_names_nothing_as_for_git() {
    let folder = repository();
    folder.file("globs", "hidden.txt\n");
    folder.file("r/hidden.txt", pat(1));
    folder.file("r/sub/.gitignore", "also.txt\n");
    folder.file("r/sub/also.txt", pat(2));
    symlink("../globs", folder.path().join("r/.gitignore")).expect("a link");
    let (found, told) = scan(&folder);
    assert_eq!(found, ["r/hidden.txt"], "what a file names is ignored all the same");
    assert!(told.len() == 1 && told[0].ends_with("r/.gitignore"), "{told:?}");
}

#[test]
fn devices_and_pipes_are_not_opened() {
    for name in [".gitignore", ".ignore", ".git/info/exclude", "a/b/.gitignore", "a/.ignore"] {
        for device in [true, false] {
            let folder = repository();
            folder.file("r/a/b/leak.txt", pat(1));
            folder.file("r/a/seen.txt", pat(2));
            folder.file("r/a/c/.gitignore", "ignored.txt\n");
            folder.file("r/a/c/ignored.txt", pat(3));
            let path = folder.path().join("r").join(name);
            let _ = std::fs::remove_file(&path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            if device {
                symlink("/dev/zero", &path).expect("a link");
            } else {
                mkfifo(&path);
            }
            let (mut found, told) = scan(&folder);
            found.sort();
            assert_eq!(found, ["r/a/b/leak.txt", "r/a/seen.txt"], "{name}");
            assert!(told.len() == 1 && told[0].ends_with(name), "{name}: {told:?}");
        }
    }
}

#[test]
fn a_pipe_among_gits_own_files_is_named_and_not_waited_for() {
    for name in ["config", "index", "packed-refs", "shallow", "info/grafts", "objects/info/alternates"] {
        let folder = repository();
        folder.file("r/leak.txt", pat(1));
        let work = folder.path().join("r");
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "x"]);
        let path = work.join(".git").join(name);
        let _ = std::fs::remove_file(&path);
        mkfifo(&path);
        let json = folder.scan(&["r"]).exits(1).json();
        let told = json["summary"]["skipped"][0]["origin"].as_str().expect("a path");
        assert!(told.ends_with(name), "{name}: {told}");
        let run = folder.run(&["scan", "--range", "HEAD", "r"]).exits(2);
        assert!(run.stderr.contains("is no regular file"), "{name}: {run:?}");
    }
}

#[test]
fn one_thread_walks_as_many_do() {
    let folder = repository();
    folder.file("r/.gitignore", "hidden.txt\n");
    folder.file("r/hidden.txt", pat(1));
    for number in 0..40 {
        folder.file(&format!("r/{number}/leak.txt"), pat(2));
    }
    let places = |threads: &str| folder.scan(&["--files-only", "--threads", threads, "r"]).exits(1).places();
    assert_eq!(places("1").len(), 40);
    assert_eq!(places("1"), places("3"));
}

#[test]
fn what_is_tracked_is_scanned_whatever_an_ignore_file_says() {
    let folder = repository();
    let work = folder.path().join("r");
    for (name, seed) in [(".env", 1), ("build/deep/.env", 2), ("vendor/out.txt", 3)] {
        folder.file(&format!("r/{name}"), pat(seed));
    }
    git(&work, &["add", "."]);
    folder.file("r/.gitignore", ".env\nbuild/\nvendor/\nnew.txt\n");
    folder.file("r/new.txt", pat(4));
    folder.file("r/dogcatcher.toml", "[scan]\nexclude = [\"vendor/\"]\n");
    let found = |args: &[&str]| folder.scan(&[&["--files-only"], args].concat()).exits(1).places();
    assert_eq!(found(&["r"]), ["r/.env:1:1 verified", "r/build/deep/.env:1:1 verified"]);
    assert_eq!(found(&["r/build"]), ["r/build/deep/.env:1:1 verified"]);
    assert_eq!(found(&["r", "--shard", "1/1"]).len(), 2);
}
