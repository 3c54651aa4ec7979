//! Several repositories in one scan: each place names its own.

mod support;

use std::collections::BTreeSet;

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
    let expected = ["org/linked", "org/r/vendor/inner"].map(str::to_owned);
    assert_eq!(repositories(&run.json()), expected.into());
    assert_eq!(folder.scan(&["org/r", "org/linked"]).exits(1).places().len(), 2);
    folder.scan(&["org", "--files-only"]).exits(0);
    let left = folder.scan(&["org", "--no-nested"]).exits(0).json();
    assert_eq!(left["summary"]["skipped"].as_array().map(Vec::len), Some(2), "{left}");
}
