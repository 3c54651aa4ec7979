//! Several repositories in one scan: each place names its own.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::git::git;
use support::{Folder, pat};

/// A repository whose history holds a token that its files do not hold any more.
fn cleaned(folder: &Folder, name: &str, file: &str, token: &str) {
    let work = folder.path().join(name);
    git(folder.path(), &["init", "-q", name]);
    folder.file(&format!("{name}/{file}"), format!("T={token}\n"));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "brings it"]);
    git(&work, &["rm", "-q", file]);
    git(&work, &["commit", "-qm", "removes it"]);
}

/// The repositories that the places of a report name.
fn repositories(report: &serde_json::Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().expect("findings");
    let places = findings.iter().flat_map(|it| it["locations"].as_array().expect("locations"));
    places.map(|place| place["repository"].as_str().unwrap_or("none").to_owned()).collect()
}

#[test]
fn places_of_two_repositories_can_be_told_apart() {
    let folder = Folder::new();
    cleaned(&folder, "a", ".env", &pat(1));
    cleaned(&folder, "b", ".env", &pat(1));
    folder.file("b/now.txt", pat(1));
    folder.file("outside.txt", pat(1));
    let run = folder.scan(&["a", "b", "outside.txt"]).exits(1);
    assert_eq!(repositories(&run.json()), ["a", "b", "none"].map(str::to_owned).into());
    let text = folder.run(&["scan", "a", "b"]).exits(1).stdout;
    for name in [" of a\n", " of b\n"] {
        assert!(text.contains(name), "{text}");
    }
    let sarif = folder.run(&["scan", "--history-only", "a", "b", "--report", "sarif"]).exits(1).json();
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let named: Vec<_> = results.iter().map(|it| it["properties"]["repository"].as_str()).collect();
    assert!(named.contains(&Some("a")) && named.contains(&Some("b")), "{named:?}");
}

#[test]
fn the_repository_here_is_a_dot() {
    let folder = Folder::new();
    cleaned(&folder, ".", "svc/.env", &pat(1));
    folder.file("svc/now.txt", pat(2));
    let one = [".".to_owned()].into();
    assert_eq!(repositories(&folder.scan(&[]).exits(1).json()), one);
    assert_eq!(repositories(&folder.scan(&["svc/now.txt"]).exits(1).json()), one);
    assert_eq!(repositories(&folder.scan(&["--range", "HEAD~1"]).exits(1).json()), one);
}

#[test]
fn repositories_below_a_folder_are_swept_once_each() {
    let folder = Folder::new();
    cleaned(&folder, "org/r", "svc/.env", &pat(1));
    cleaned(&folder, "org/r/vendor/inner", "key", &pat(2));
    git(&folder.path().join("org/r"), &["worktree", "add", "-q", "../linked"]);
    let run = folder.scan(&["org"]).exits(1);
    assert_eq!(run.places().len(), 2, "{run:?}");
    let expected = ["org/r", "org/r/vendor/inner"].map(str::to_owned);
    assert_eq!(repositories(&run.json()), expected.into());
    assert_eq!(folder.scan(&["org/r", "org/linked"]).exits(1).places().len(), 2);
    folder.scan(&["org", "--files-only"]).exits(0);
    let left = folder.scan(&["org", "--no-nested"]).exits(0).json();
    assert_eq!(left["summary"]["skipped"].as_array().map(Vec::len), Some(2), "{left}");
}

/// A repository with a token of its own in the history of each of two folders, in a message, and in a name.
fn with_two_folders(folder: &Folder) {
    cleaned(folder, "r", "svc/.env", &pat(1));
    let work = folder.path().join("r");
    folder.file("r/web/.env", pat(2));
    folder.file("r/svc/kept", "nothing");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", &format!("it was {}", pat(3))]);
    git(&work, &["mv", "web/.env", "svc/moved"]);
    git(&work, &["commit", "-qm", "moves it in"]);
    git(&work, &["mv", "svc/moved", "moved-out"]);
    git(&work, &["commit", "-qm", "moves it out"]);
    folder.file(&format!("r/lib/{}", pat(4)), "");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "a name"]);
}

/// The paths of the places of a report in history, in order.
fn paths(report: &serde_json::Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().expect("findings");
    let places = findings.iter().flat_map(|it| it["locations"].as_array().expect("locations"));
    places.map(|place| place["path"].as_str().unwrap_or("none").to_owned()).collect()
}

/// A run of the program in a folder below.
fn scan_in(folder: &Folder, below: &str, args: &[&str]) -> serde_json::Value {
    let args = [&["scan", "--report", "json"], args].concat();
    let mut command = folder.command(&args);
    command.current_dir(folder.path().join(below));
    let output = support::output_of(command, b"");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn a_path_within_a_repository_has_the_history_that_concerns_it() {
    let folder = Folder::new();
    with_two_folders(&folder);
    let svc = ["svc/.env", "svc/moved"].map(str::to_owned).into();
    for report in [
        folder.scan(&["r/svc"]).exits(1).json(),
        folder.scan(&["--history-only", "r/svc", "r/svc/kept"]).exits(1).json(),
        scan_in(&folder, "r/svc", &[]),
        scan_in(&folder, "r/svc", &["."]),
        scan_in(&folder, "r/lib", &["../svc"]),
    ] {
        assert_eq!(paths(&report), svc, "{report}");
        assert_eq!(report["summary"]["outside"], 2, "the message and the name");
    }
    folder.scan(&["--files-only", "r/svc"]).exits(0);
    let kept = folder.run(&["scan", "r/svc/kept"]).exits(0).stdout;
    assert!(kept.contains("; 4 elsewhere in the history, outside the path. 1 file, "), "{kept}");
    let lib = folder.scan(&["r/lib"]).exits(1).json();
    assert_eq!(paths(&lib).len(), 2, "the folder, and the commit that brought it: {lib}");
    assert_eq!(
        (&lib["findings"][0]["locations"][0]["kind"], &lib["summary"]["outside"]),
        (&"file_name".into(), &3.into())
    );
}

#[test]
fn paths_of_one_repository_are_one_sweep_of_their_union() {
    let folder = Folder::new();
    with_two_folders(&folder);
    let all = folder.scan(&["--history-only", "r"]).exits(1).json();
    let union = folder.scan(&["--history-only", "r/svc", "r/moved-out", "r/svc"]).exits(1).json();
    assert_eq!(paths(&union), ["moved-out", "svc/.env", "svc/moved"].map(str::to_owned).into());
    assert_eq!(union["summary"]["objects"], all["summary"]["objects"]);
    let whole = folder.scan(&["--history-only", "r/svc", "r"]).exits(1).json();
    assert_eq!(paths(&whole), paths(&all));
    assert_eq!(whole["summary"]["outside"], 0);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_a_link_is_where_it_leads() {
    let folder = Folder::new();
    with_two_folders(&folder);
    folder.file("r/svc/now", pat(5));
    std::os::unix::fs::symlink("r/svc", folder.path().join("link")).expect("a link");
    let by_link = folder.scan(&["link"]).exits(1).json();
    assert_eq!(paths(&by_link), ["link/now", "svc/.env", "svc/moved"].map(str::to_owned).into());
    let both = folder.scan(&["link", "r/svc"]).exits(1).json();
    let count = |report: &serde_json::Value| {
        [&report["summary"]["files"], &report["summary"]["objects"]].map(ToString::to_string)
    };
    assert_eq!((count(&both), paths(&both)), (count(&by_link), paths(&by_link)));
}

#[test]
fn what_git_keeps_for_itself_has_no_history() {
    let folder = Folder::new();
    with_two_folders(&folder);
    folder.file("r/.git/notes.txt", pat(6));
    assert_eq!(folder.scan(&["r/.git/notes.txt"]).exits(1).places().len(), 1);
    let refused = folder.run(&["scan", "--history-only", "r/.git/notes.txt"]).exits(2);
    assert!(refused.stderr.contains("it stands in no git repository"), "{refused:?}");
}

/// The names of what a report says was not read.
fn skipped(report: &serde_json::Value) -> Vec<String> {
    let skipped = report["summary"]["skipped"].as_array().expect("a list");
    skipped.iter().map(|it| it["origin"].as_str().expect("a path").to_owned()).collect()
}

#[test]
fn bare_repositories_below_a_folder_are_swept_and_their_objects_are_no_files() {
    let folder = Folder::new();
    cleaned(&folder, "work", "svc/.env", &pat(1));
    cleaned(&folder, "other", "key", &pat(2));
    git(folder.path(), &["clone", "-q", "--mirror", "work", "org/work.git"]);
    git(folder.path(), &["clone", "-q", "--mirror", "other", "org/deep/er/other"]);
    folder.file("org/work.git/hooks/own", pat(3));
    let json = folder.scan(&["org"]).exits(1).json();
    let bare = ["org/work.git", "org/deep/er/other"].map(str::to_owned);
    assert_eq!(repositories(&json), bare.into(), "{json}");
    assert_eq!(paths(&json), ["svc/.env", "key", "org/work.git/hooks/own"].map(str::to_owned).into());
    let only = folder.scan(&["--history-only", "org"]).exits(1).json();
    assert_eq!(paths(&only), ["svc/.env", "key"].map(str::to_owned).into());
    let left = folder.scan(&["--no-nested", "org"]).exits(1).json();
    assert_eq!(skipped(&left), ["org/deep/er/other", "org/work.git"]);
    folder.scan(&["--history-only", "--no-nested", "org"]).exits(2);
    // Of machines that share the work each takes one.
    let shards = ["1/2", "2/2"]
        .map(|part| folder.scan(&["--history-only", "--shard", part, "org"]).exits(1).places().len());
    assert_eq!(shards, [1, 1]);
}

#[test]
fn what_only_looks_like_a_repository_is_files() {
    let folder = Folder::new();
    for name in ["a", "b", "c"] {
        folder.file(&format!("{name}/HEAD"), "a heading\n");
        folder.file(&format!("{name}/objects/ab/notes.txt"), pat(1));
        folder.file(&format!("{name}/objects/pack/notes.txt"), pat(2));
        folder.file(&format!("{name}/objects/plain.txt"), pat(3));
    }
    folder.file("b/refs/heads/x", "");
    // As git would have it; but what git does not keep there is a file all the same.
    folder.file("c/refs/heads/x", "");
    folder.file("c/HEAD", "ref: refs/heads/main\n");
    let found = |name: &str| {
        folder.scan(&[".", "--files-only"]).exits(1).places().iter().filter(|it| it.starts_with(name)).count()
    };
    assert_eq!([found("a/"), found("b/"), found("c/")], [3, 3, 3]);
    let found =
        |name: &str| folder.scan(&["."]).exits(1).places().iter().filter(|it| it.starts_with(name)).count();
    assert_eq!([found("a/"), found("b/"), found("c/")], [3, 3, 1]);
}

#[test]
fn a_bare_repository_that_another_one_tracks_is_history_and_files() {
    let folder = Folder::new();
    cleaned(&folder, "work", "svc/.env", &pat(1));
    git(folder.path(), &["init", "-q", "r"]);
    git(folder.path(), &["clone", "-q", "--mirror", "work", "r/testdata/fixture"]);
    folder.file("r/testdata/fixture/objects/pack/notes.txt", pat(2));
    git(&folder.path().join("r"), &["add", "."]);
    let json = folder.scan(&["r"]).exits(1).json();
    let found = paths(&json);
    for path in ["svc/.env", "r/testdata/fixture/objects/pack/notes.txt"] {
        assert!(found.contains(path), "{json}");
    }
}

#[test]
fn submodules_are_swept_with_their_own_history() {
    let folder = Folder::new();
    cleaned(&folder, "lib", "key", &pat(1));
    git(folder.path(), &["init", "-q", "r"]);
    git(&folder.path().join("r"), &["submodule", "--quiet", "add", "../lib", "vendor/lib"]);
    let json = folder.scan(&["r"]).exits(1).json();
    assert_eq!(repositories(&json), ["r/vendor/lib".to_owned()].into(), "{json}");
    assert_eq!(paths(&folder.scan(&["--history-only", "r"]).exits(1).json()), ["key".to_owned()].into());
    folder.scan(&["r", "--no-nested"]).exits(0);
}

#[test]
fn an_ignore_file_does_not_hide_a_repository_that_the_walk_enters() {
    let folder = Folder::new();
    cleaned(&folder, "org/r", "key", &pat(1));
    folder.file("org/r/.gitignore", "*\n");
    assert_eq!(repositories(&folder.scan(&["org"]).exits(1).json()), ["org/r".to_owned()].into());
}

#[test]
fn a_broken_repository_above_a_path_is_told_of() {
    let folder = Folder::new();
    folder.file("r/.git", "gitdir: nowhere\n");
    folder.file("r/sub/a.txt", "nothing");
    let json = folder.scan(&["r/sub"]).exits(3).json();
    assert_eq!(json["summary"]["skipped"][0]["kind"], "git-repository", "{json}");
}

#[test]
fn tips_that_hold_a_secret_today_are_named() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    folder.file("a.env", pat(1));
    git(folder.path(), &["add", "a.env"]);
    git(folder.path(), &["commit", "-qm", "brings it"]);
    git(folder.path(), &["tag", "-am", "x", "v1"]);
    (0..20).for_each(|number| drop(git(folder.path(), &["branch", &format!("old/{number:02}")])));
    git(folder.path(), &["rm", "-q", "a.env"]);
    git(folder.path(), &["commit", "-qm", "removes it"]);
    let finding = folder.scan(&[]).exits(1).json()["findings"][0].clone();
    let tips: Vec<_> =
        finding["tips"].as_array().expect("tips").iter().filter_map(|it| it.as_str()).collect();
    assert!(tips.len() == 16 && tips[0] == "refs/heads/old/00", "{tips:?}");
    assert_eq!(finding["more_tips"], 5, "twenty branches and a tag, not main");
    let text = folder.run(&["scan"]).exits(1).stdout;
    assert!(text.contains("still on: old/00, old/01") && text.contains("and 18 more"), "{text}");
}

#[test]
fn authors_are_named_with_their_addresses_where_they_are_asked_for() {
    let folder = Folder::new();
    let work = folder.path().join("r");
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    for (file, seed) in [("kept", 1), ("changed", 2)] {
        folder.file(&format!("r/{file}"), pat(seed) + "\n");
    }
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "brings both"]);
    folder.file("r/changed", format!("{}\nmore\n", pat(2)));
    let authors = |args: &[&str]| -> BTreeMap<String, Value> {
        let report = folder.scan(&[&["r"], args].concat()).exits(1).json();
        let findings = report["findings"].as_array().expect("findings");
        let places = findings.iter().flat_map(|it| it["locations"].as_array().expect("places"));
        let name = |it: &Value| format!("{} {}", it["kind"], it["path"]).replace('"', "");
        places.map(|it| (name(it), it["author"].clone())).collect()
    };
    let named = authors(&["--authors"]);
    let who = Value::from("A U Thor <author@example.com>");
    // Nobody knows who changed the file that is not committed yet.
    let expected =
        [("file r/kept", &who), ("git kept", &who), ("file r/changed", &Value::Null), ("git changed", &who)];
    assert_eq!(named, expected.map(|(place, who)| (place.to_owned(), who.clone())).into());
    assert!(authors(&[]).values().all(Value::is_null), "nobody asked");
    let text = folder.run(&["scan", "r", "--authors"]).exits(1).stdout;
    assert!(text.contains("by A U Thor <author@example.com>: brings both"), "{text}");
    assert!(!folder.run(&["scan", "r"]).exits(1).stdout.contains("author@"), "nobody asked");
}
