//! `scan --range`: what commits introduce, held against `git log`.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dogcatcher::secret::hide_tokens;
use dogcatcher::token::{Kind, Mint};
use fastrand::Rng;
use support::git::{Author, cat_all_objects, git, git_with, introductions, succeeds};
use support::{Folder, pat};

/// Object, path, commit, and secret.
type Places = BTreeSet<(String, String, String, String)>;

fn lines(repository: &Path, args: &[&str]) -> Vec<String> {
    String::from_utf8(git(repository, args)).expect("text").lines().map(str::to_owned).collect()
}

/// What git says that the commits bring: blobs by their paths, and the commits' own texts.
fn truth(repository: &Path, range: &[&str], tokens: &[String]) -> Places {
    let objects: BTreeMap<String, Vec<u8>> = cat_all_objects(repository).into_iter().collect();
    let mut places = Places::new();
    let mut add = |object: &str, path: &str, commit: &str| {
        let content = objects.get(object).map_or(&[][..], Vec::as_slice);
        for token in tokens.iter().filter(|token| memchr::memmem::find(content, token.as_bytes()).is_some()) {
            places.insert((object.to_owned(), hide_tokens(path), commit.to_owned(), token.clone()));
        }
    };
    for (blob, path, commit) in introductions(repository, range) {
        add(&blob, &path, &commit);
    }
    for commit in lines(repository, &[&["rev-list"], range].concat()) {
        add(&commit, "", &commit);
    }
    places
}

/// What the program says.
fn found(folder: &Folder, range: &[&str], tokens: &[String]) -> Places {
    let words = format!("--range={}", range.join(" "));
    let args = ["scan", "--report", "json", "--show-secrets", "--fail-on", "never", &words, "r"];
    let json = folder.run(&args).exits(0).json();
    assert_eq!(json["summary"]["skipped"], serde_json::json!([]), "something was not read");
    let mut places = Places::new();
    for finding in json["findings"].as_array().expect("a list") {
        for place in finding["locations"].as_array().expect("a list") {
            let text = |field: &str| place[field].as_str().unwrap_or_default().to_owned();
            if tokens.contains(&text("secret")) && place["kind"] != "file_name" {
                places.insert((text("blob"), text("path"), text("commit"), text("secret")));
            }
        }
    }
    places
}

#[test]
fn random_ranges() {
    let mut total = 0;
    for seed in 1..=12 {
        let folder = Folder::new();
        let repository = folder.path().join("r");
        let mut author = Author::new(seed);
        author.write(&repository);
        author.pack(&repository);
        let commits = lines(&repository, &["rev-list", "--all"]);
        let mut random = Rng::with_seed(seed);
        let related = |a: &str, b: &str| succeeds(&repository, &["merge-base", a, b]);
        let mut any = || commits[random.usize(..commits.len())].clone();
        for round in 0..6 {
            let (a, b) = (any(), any());
            let words = match round {
                // The others are errors where the two have nothing in common.
                0 if related(&a, &b) => vec![format!("{a}...{b}")],
                4.. if related(&a, &b) => vec![format!("{a}..{b}")],
                0 | 1 => vec![b, "--not".to_owned(), a],
                2 => vec![b, format!("^{a}"), format!("^{}", any())],
                3 => vec!["--all".to_owned(), "--not".to_owned(), a],
                _ => vec![b, format!("^{a}")],
            };
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let expected = truth(&repository, &words, author.tokens());
            // `--all` names tags, too, whose own messages are looked at.
            let mut found = found(&folder, &words, author.tokens());
            found.retain(|(_, _, commit, _)| !commit.is_empty());
            assert_eq!(found, expected, "seed {seed}: {words:?}");
            total += expected.len();
        }
        let one = any();
        let expected = truth(&repository, &["-1", &one], author.tokens());
        assert_eq!(found(&folder, &[&one], author.tokens()), expected, "seed {seed}: {one}");
    }
    assert!(total > 100, "the ranges hold {total} places only");
}

/// Commits one file; the commit's id.
fn commit(folder: &Folder, path: &str, text: &str) -> String {
    folder.file(&format!("r/{path}"), text);
    let work = folder.path().join("r");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", path]);
    lines(&work, &["rev-parse", "HEAD"]).remove(0)
}

fn repository() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    folder
}

#[test]
fn what_was_added_and_removed_again() {
    let folder = repository();
    let first = commit(&folder, "a", "clean\n");
    let second = commit(&folder, "a", &format!("clean\n{}\n", pat(1)));
    commit(&folder, "a", "clean\n");
    let json = folder.scan(&["--range", &format!("{first}..HEAD"), "r"]).exits(1).json();
    let finding = &json["findings"][0];
    assert_eq!(finding["locations"][0]["commit"], second.as_str());
    assert!(finding["first_seen"].is_string(), "{finding}");
    assert_eq!(json["summary"]["commits"], 2);
    folder.scan(&["--range", "HEAD", "r"]).exits(0);
    folder.scan(&["--range", "HEAD~1", "r"]).exits(1);
    folder.scan(&["--range", "HEAD", "--not", &first, "r"]).exits(1);
    folder.scan(&["--range", "HEAD", "--not", &second, "r"]).exits(0);
    let text = folder.run(&["scan", "--range", &second, "r"]).exits(1).stdout;
    assert!(text.contains(&format!("a:2:1 in commit {}", &second[..10])), "{text}");
    // An empty range is no error, but is told of.
    let run = folder.run(&["scan", "--range", &format!("HEAD..{first}"), "r"]).exits(0);
    assert!(run.stderr.contains("the range holds no commit"), "{run:?}");
}

#[test]
fn a_merge_brings_what_no_parent_has() {
    let folder = repository();
    let work = folder.path().join("r");
    commit(&folder, "a", "one\n");
    git(&work, &["checkout", "-qb", "side"]);
    commit(&folder, "b", &pat(1));
    git(&work, &["checkout", "-q", "main"]);
    commit(&folder, "c", "three\n");
    git(&work, &["merge", "-q", "--no-commit", "side"]);
    let merge = commit(&folder, "d", &pat(2));
    let run = folder.scan(&["--range", &merge, "r"]).exits(1);
    assert_eq!(run.places(), ["d:1:1 verified"], "b came from a parent");
    assert_eq!(folder.scan(&["--range", "main^1..main", "r"]).exits(1).places().len(), 2);
}

#[test]
fn tags_and_what_they_name() {
    let folder = repository();
    let work = folder.path().join("r");
    commit(&folder, "a", "clean\n");
    git(&work, &["tag", "-a", "v1", "-m", &format!("with {}", pat(1))]);
    let blob = String::from_utf8(git_with(&work, &["hash-object", "-w", "--stdin"], pat(2).as_bytes()));
    let blob = blob.expect("an id");
    git(&work, &["tag", "-a", "of-a-blob", "-m", "x", blob.trim()]);
    let kinds = |range: &str| {
        let json = folder.scan(&["--range", range, "r"]).exits(1).json();
        json["findings"][0]["locations"][0]["kind"].as_str().expect("a word").to_owned()
    };
    assert_eq!(kinds("v1"), "tag_message");
    assert_eq!(kinds("v1 --not main"), "tag_message");
    assert_eq!(kinds("of-a-blob"), "git");
}

#[test]
fn what_cannot_be_known_is_an_error_that_says_how_to_mend_it() {
    let folder = repository();
    let work = folder.path().join("r");
    for number in 0..4 {
        commit(&folder, "a", &format!("{number}\n"));
    }
    git(&work, &["checkout", "-q", "--orphan", "other"]);
    commit(&folder, "b", &pat(1));
    let says = |args: &[&str], words: &[&str]| {
        let run = folder.run(&[&["scan"], args].concat()).exits(2);
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{args:?}: {run:?}");
    };
    says(&["--range", "nowhere..HEAD", "r"], &["nowhere is no commit here", "fix:", "git fetch"]);
    for range in ["main..other", "main...other"] {
        says(&["--range", range, "r"], &["main and other have no commit in common", "\"other --not main\""]);
    }
    folder.scan(&["--range", "other --not main", "r"]).exits(1);
    let id = "12".repeat(20);
    says(&["--range", &format!("{id}..HEAD"), "r"], &["`1212121212..HEAD`: 1212121212 is no commit here"]);
    says(&["--range", "--since=1", "r"], &["unexpected argument"]);
    says(&["--range", "HEAD -n1", "r"], &["`-n1` is not known here", "A..B"]);
    says(&["--range", "HEAD", "r", "r"], &["a range is of one repository"]);
    says(&["--range", "HEAD", "/"], &["cannot find a repository at /"]);
    git(
        folder.path(),
        &["clone", "-q", "--depth=2", &format!("file://{}", work.display()), "-b", "main", "s"],
    );
    folder.scan(&["--range", "HEAD", "s"]).exits(0);
    for range in ["HEAD~1", "HEAD --not other", "HEAD~1 HEAD --not HEAD~9"] {
        let run = folder.run(&["scan", "--range", range, "s"]).exits(2);
        assert!(run.stderr.contains("fetch --unshallow"), "{range}: {run:?}");
    }
}

#[test]
fn what_the_configuration_excludes_and_sizes() {
    let folder = repository();
    folder.file("r/dogcatcher.toml", "[scan]\nexclude = [\"vendor/\"]\n");
    commit(&folder, "vendor/a", &pat(1));
    let json = folder.scan(&["--range", "HEAD", "r"]).exits(0).json();
    assert_eq!(json["summary"]["skipped"][0]["origin"], "vendor/a");
    commit(&folder, "b", &pat(2));
    folder.scan(&["--range", "HEAD", "--max-file-size", "10", "r"]).exits(0);
    folder.scan(&["--range", "HEAD", "r"]).exits(1);
}

#[test]
fn a_missing_blob_is_told_of_and_the_rest_is_scanned() {
    let folder = repository();
    let work = folder.path().join("r");
    commit(&folder, "a", "lost\n");
    commit(&folder, "b", &pat(1));
    let id = lines(&work, &["rev-parse", "HEAD:a"]).remove(0);
    std::fs::remove_file(work.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).expect("a blob");
    let json = folder.scan(&["--range", "--all", "r"]);
    assert_eq!(json.status, 2, "a word that begins with a dash needs `=`");
    let json = folder.scan(&["--range=--all", "r"]).exits(1).json();
    let skipped = json["summary"]["skipped"][0]["origin"].as_str().expect("a name");
    assert!(skipped.starts_with("a in commit "), "{skipped}");
}

#[test]
fn a_file_that_a_parent_has_as_a_submodule() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    git(&work, &["commit", "-q", "--allow-empty", "-m", "base"]);
    folder.file("r/k", pat(1));
    let blob = String::from_utf8(git(&work, &["hash-object", "-w", "k"])).expect("an id");
    for mode in ["160000", "100644"] {
        git(&work, &["update-index", "--add", "--cacheinfo", &format!("{mode},{},k", blob.trim())]);
        git(&work, &["commit", "-qm", mode]);
    }
    folder.scan(&["--range", "HEAD~2..HEAD", "r"]).exits(1);
}

#[test]
fn a_copy_elsewhere_hides_nothing() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    git(&work, &["commit", "-q", "--allow-empty", "-m", "base"]);
    let text = format!("api_key: {}\n", Mint::new(1).mint(Kind::ApiKey));
    // Only the name of the folder says what it is.
    folder.file("r/aaa.yaml", &text);
    folder.file("r/datadog/conf.yaml", &text);
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "both"]);
    let places = folder.scan(&["--range", "HEAD", "r"]).exits(1).places();
    assert_eq!(places, ["datadog/conf.yaml:1:10 context"]);
}

/// What a range says of a secret that was there before: the exit status, and how many are counted as known.
fn known_in(folder: &Folder, range: &str) -> (i32, u64) {
    let run = folder.scan(&["--range", range, "r"]);
    let known = run.json()["summary"]["known"].as_u64().expect("a count");
    (run.status, known)
}

#[test]
fn what_stood_in_the_same_file_before_is_not_new() {
    let folder = repository();
    let work = folder.path().join("r");
    commit(&folder, "conf.yml", &format!("a: 1\nkey: {}\n", pat(1)));
    git(&work, &["tag", "base"]);
    commit(&folder, "conf.yml", &format!("a: 2\nb: 3\nkey: {}\n", pat(1)));
    assert_eq!(known_in(&folder, "base..HEAD"), (0, 1), "another line changed");
    let text = folder.run(&["scan", "--range", "base..HEAD", "--explain", "r"]).exits(0).stdout;
    assert!(text.contains("known: it is not new: commit ") && text.contains("1 known before"), "{text}");
    git(&work, &["mv", "conf.yml", "moved.yml"]);
    commit(&folder, "moved.yml", &format!("a: 4\nkey: {}\n", pat(1)));
    assert_eq!(known_in(&folder, "HEAD"), (0, 1), "the file was renamed");
    commit(&folder, "copy.yml", &format!("key: {}\n", pat(1)));
    assert_eq!(known_in(&folder, "HEAD"), (1, 0), "another file has it now");
    commit(&folder, "moved.yml", &format!("key: {}\nother: {}\n", pat(1), pat(2)));
    assert_eq!(known_in(&folder, "HEAD"), (1, 1), "another secret");
    commit(&folder, "moved.yml", "clean\n");
    commit(&folder, "moved.yml", &format!("key: {}\n", pat(2)));
    assert_eq!(known_in(&folder, "HEAD"), (1, 0), "it came back");
    assert_eq!(known_in(&folder, "HEAD~2..HEAD"), (0, 1), "what is left out has it today");
}

#[test]
fn what_any_parent_of_a_merge_or_the_target_has_is_not_new() {
    let folder = repository();
    let work = folder.path().join("r");
    commit(&folder, "a", "1\n2\n3\n4\n5\n");
    git(&work, &["checkout", "-qb", "topic"]);
    commit(&folder, "a", "one\n2\n3\n4\n5\n");
    git(&work, &["checkout", "-q", "main"]);
    commit(&folder, "a", &format!("1\n2\n3\n4\n{}\n", pat(1)));
    git(&work, &["checkout", "-q", "topic"]);
    git(&work, &["merge", "-q", "--no-edit", "main"]);
    assert_eq!(known_in(&folder, "HEAD"), (0, 1), "the second parent has it");
    git(&work, &["checkout", "-q", "-b", "picked", "main~1"]);
    git(&work, &["cherry-pick", "main"]);
    commit(&folder, "a", &format!("1\n2\n3\n4\n{}\n6\n", pat(1)));
    assert_eq!(known_in(&folder, "HEAD~2..HEAD"), (1, 0), "the two commits bring it");
    assert_eq!(known_in(&folder, "HEAD --not main"), (0, 1), "main has it");
}
