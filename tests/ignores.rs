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
    for name in [
        "config",
        "index",
        "packed-refs",
        "shallow",
        "info/grafts",
        "objects/info/alternates",
        "refs/heads/x",
        "refs/tags/a/b",
        "objects/pack/pack-0.idx",
    ] {
        let folder = repository();
        folder.file("r/leak.txt", pat(1));
        let work = folder.path().join("r");
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "x"]);
        git(&work, &["worktree", "add", "-q", "--detach", "../linked"]);
        let path = work.join(".git").join(name);
        let _ = std::fs::remove_file(&path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        mkfifo(&path);
        if name != "index" {
            folder.run(&["scan", "--range", "HEAD", "linked"]).exits(2);
        }
        let json = folder.scan(&["r"]).exits(1).json();
        let told = json["summary"]["skipped"][0]["origin"].as_str().expect("a path");
        assert!(told.ends_with(name), "{name}: {told}");
        let run = folder.run(&["scan", "--range", "HEAD", "r"]).exits(2);
        assert!(run.stderr.contains("is no regular file"), "{name}: {run:?}");
        let mut command = folder.command(&["hook", "run"]);
        let output = support::output_of(
            {
                command.current_dir(&work);
                command
            },
            b"",
        );
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
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

/// What a scan says of what is ignored: files, folders, and the paths of both.
fn ignored(folder: &Folder, args: &[&str]) -> (u64, u64, Vec<String>) {
    let json = folder.scan(args).json();
    let it = &json["summary"]["ignored"];
    let paths =
        it["paths"].as_array().expect("paths").iter().map(|it| it.as_str().expect("a path").to_owned());
    (it["files"].as_u64().expect("a number"), it["folders"].as_u64().expect("a number"), paths.collect())
}

#[test]
fn what_is_ignored_is_counted_and_no_gap() {
    let folder = repository();
    folder.file("r/.gitignore", ".env\nnode_modules/\n*.log\n!kept.log\n");
    for name in [".env", "a/x.log", "a/kept.log", "node_modules/x/y.js", "node_modules/z.js"] {
        folder.file(&format!("r/{name}"), "nothing");
    }
    folder.file("r/b/.ignore", "own\n");
    folder.file("r/b/own", "nothing");
    folder.file("r/.git/info/exclude", "mine\n");
    folder.file("r/b/mine", "nothing");
    let paths = ["r/node_modules", "r/.env", "r/a/x.log", "r/b/mine", "r/b/own"].map(str::to_owned);
    assert_eq!(ignored(&folder, &["r"]), (4, 1, paths.into()));
    let of_repository =
        |args: &[&str]| folder.scan(args).json()["summary"]["repositories"][0]["ignored"].clone();
    assert_eq!((of_repository(&["r"]), of_repository(&["r", "--no-ignore"])), (5.into(), 0.into()));
    assert_eq!(ignored(&folder, &["r", "--no-ignore"]), (0, 0, Vec::new()));
    let text = folder.run(&["scan", "r"]).exits(0).stdout;
    let said = "No credentials found; 4 ignored files and 1 folder (node_modules) not scanned: --no-ignore. 3 files, ";
    assert!(text.starts_with(said), "{text}");
    // What is named is not ignored.
    assert_eq!(
        ignored(&folder, &["r", "r/.env", "r/node_modules"]).2,
        paths_of(&["a/x.log", "b/mine", "b/own"])
    );
    assert_eq!(ignored(&folder, &["r/a"]).2, paths_of(&["a/x.log"]));
}

fn paths_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("r/{name}")).collect()
}

#[test]
fn what_is_tracked_is_not_counted_as_ignored() {
    let folder = repository();
    let work = folder.path().join("r");
    folder.file("r/build/deep/.env", pat(1));
    folder.file("r/build/lone", pat(2));
    git(&work, &["add", "."]);
    git(folder.path(), &["init", "-q", "r/nested"]);
    folder.file("r/nested/.env", pat(3));
    git(&folder.path().join("r/nested"), &["add", "."]);
    folder.file("r/nested/.gitignore", ".env\n");
    folder.file("r/.gitignore", "build/\nlone\n");
    for name in ["build/deep/new", "build/out/a", "build/out/b"] {
        folder.file(&format!("r/{name}"), "nothing");
    }
    let run = folder.scan(&["--files-only", "r"]).exits(1);
    assert_eq!(run.places().len(), 3, "{run:?}");
    assert_eq!(ignored(&folder, &["r"]), (1, 1, paths_of(&["build/out", "build/deep/new"])));
    // As git reads a sparse index, which libgit2 does not.
    git(&work, &["update-index", "--split-index"]);
    assert_eq!(folder.scan(&["--files-only", "r"]).exits(1).places().len(), 3);
}

#[test]
fn ignore_files_mean_what_git_takes_them_for() {
    let folder = repository();
    let work = folder.path().join("r");
    folder.file("r/.gitignore", "\u{feff}/top\ndeep/*.o\n**/x/y\n!a/x/y\n*.tmp\n!keep.tmp\nonly/\ntrail \n");
    folder.file("r/sub/.gitignore", "!b.tmp\n/top\n");
    let names = [
        "top",
        "sub/top",
        "sub/deep/top",
        "deep/a.o",
        "sub/deep/a.o",
        "x/y",
        "a/x/y",
        "a.tmp",
        "keep.tmp",
        "sub/b.tmp",
        "sub/a.tmp",
        "only/a",
        "sub/only",
        "trail",
    ];
    for name in names {
        folder.file(&format!("r/{name}"), pat(1));
    }
    let listed = git(&work, &["ls-files", "--others", "--exclude-standard", "-z"]);
    let listed = String::from_utf8(listed).expect("names");
    let mut expected: Vec<String> =
        listed.split_terminator('\0').filter(|it| !it.ends_with(".gitignore")).map(str::to_owned).collect();
    let from = |below: &str| {
        let mut command = folder.command(&["scan", "--files-only", "--report", "json"]);
        command.current_dir(work.join(below));
        let output = support::output_of(command, b"");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
        let places = json["findings"][0]["locations"].as_array().expect("places").iter();
        places.map(|it| it["path"].as_str().expect("a path").to_owned()).collect::<Vec<_>>()
    };
    let mut found = from("");
    [&mut expected, &mut found].into_iter().for_each(|it| it.sort());
    assert_eq!(found, expected);
    let mut below = from("sub");
    below.sort();
    let expected: Vec<_> = expected.iter().filter_map(|it| it.strip_prefix("sub/")).collect();
    assert_eq!(below, expected);
}

#[test]
fn an_ignore_file_above_what_is_scanned_is_named() {
    let folder = repository();
    folder.file(".ignore", "*.txt\n");
    folder.file("r/a.txt", pat(1));
    folder.file("r/.gitignore", "b.log\n");
    folder.file("r/b.log", "nothing");
    let above = folder.path().canonicalize().expect("a folder").join(".ignore");
    let run = folder.run(&["scan", "r"]).exits(0);
    let said = "No credentials found; 2 ignored files not scanned (1 left out by ";
    assert!(run.stdout.starts_with(said) && run.stdout.contains(&*above.to_string_lossy()), "{run:?}");
    let json = folder.scan(&["r"]).json();
    let by = json["summary"]["ignored"]["by"].as_array().expect("a list").clone();
    assert_eq!(by.len(), 2, "{by:?}");
    // Of all that there is.
    folder.file("plain/a.txt", pat(1));
    folder.file("own/.ignore", "*\n");
    folder.file("own/a.txt", pat(1));
    for (name, by) in [("plain", &*above.to_string_lossy()), ("own", "own/.ignore")] {
        for args in [&["scan", name][..], &["scan", "--files-only", name]] {
            let said = folder.run(args).exits(0).stdout;
            assert!(said.starts_with("Nothing was scanned; 1 ignored") || name == "own", "{said}");
            assert!(said.starts_with("Nothing was scanned") && said.contains(by), "{said}");
        }
    }
    folder.run(&["scan", "--no-ignore", "plain"]).exits(1);
}

#[test]
fn a_reflog_that_is_a_pipe_is_not_waited_for() {
    let folder = repository();
    let work = folder.path().join("r");
    folder.file("r/leak.txt", pat(1));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "x"]);
    std::fs::remove_file(work.join(".git/logs/HEAD")).expect("a log");
    mkfifo(&work.join(".git/logs/HEAD"));
    folder.scan(&["--history-only", "r"]).exits(1);
}

#[test]
fn a_list_of_the_user_that_is_a_pipe_keeps_nobody_waiting() {
    let folder = repository();
    folder.file("r/a.txt", pat(1));
    let list = folder.file(".config/git/ignore", "a.txt\n");
    folder.scan(&["--files-only", "r"]).exits(0);
    std::fs::remove_file(&list).expect("it is there");
    mkfifo(&list);
    let (found, told) = scan(&folder);
    assert_eq!((found, told.len()), (vec!["r/a.txt".to_owned()], 1));
}
