//! Objects that a history names and no store holds: git itself says which, and a scan must not be clean without them.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde_json::Value;
use support::git::{Author, git, git_with};
use support::{Folder, Run};

/// Returns what git prints, in lines.
fn lines(repository: &Path, args: &[&str]) -> Vec<String> {
    String::from_utf8(git(repository, args)).expect("text").lines().map(str::to_owned).collect()
}

/// Returns what a revision names.
fn id(repository: &Path, revision: &str) -> String {
    lines(repository, &["rev-parse", revision]).remove(0)
}

/// Returns the file of a loose object.
fn loose(git_dir: &Path, id: &str) -> PathBuf {
    git_dir.join("objects").join(&id[..2]).join(&id[2..])
}

/// Returns the ids of the objects that git calls missing.
fn missing(repository: &Path) -> BTreeSet<String> {
    let args = ["rev-list", "--objects", "--all", "--reflog", "--missing=print"];
    lines(repository, &args).iter().filter_map(|line| line.strip_prefix('?').map(str::to_owned)).collect()
}

/// Returns the gaps of a run that are of a kind.
fn gaps<'r>(report: &'r Value, kind: &str) -> Vec<&'r Value> {
    let all = report["summary"]["skipped"].as_array().expect("a list");
    all.iter().filter(|gap| gap["kind"] == kind).collect()
}

/// Returns the objects that a run calls missing.
fn said(run: &Run) -> BTreeSet<String> {
    let report = run.json();
    let object = |gap: &Value| gap["object"].as_str().expect("an id").to_owned();
    gaps(&report, "git-object").into_iter().map(object).collect()
}

/// Packs what a repository has, but for some objects, and drops all else.
fn pack_without(repository: &Path, left_out: &BTreeSet<String>) {
    let listed = lines(repository, &["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
    let kept: Vec<_> = listed.into_iter().filter(|id| !left_out.contains(id)).collect();
    let packs = repository.join("objects/pack");
    let old: Vec<_> = fs::read_dir(&packs).expect("packs").flatten().map(|entry| entry.path()).collect();
    let input = kept.join("\n") + "\n";
    git_with(repository, &["pack-objects", "-q", "--window=20", "objects/pack/pack"], input.as_bytes());
    old.iter().for_each(|file| fs::remove_file(file).expect("an old pack"));
    git(repository, &["prune-packed", "-q"]);
    for id in left_out {
        let _ = fs::remove_file(loose(repository, id));
    }
}

/// A history of folders so wide that their trees are kept as deltas; names of many lengths, some like the beginning of an entry.
fn write_wide(path: &Path, random: &mut Rng) {
    let mut stream = String::new();
    let names: Vec<String> = (0..150)
        .map(|number| match number % 10 {
            0 => format!("{number:03}{}", "long".repeat(40)),
            1 => format!("{number:03} 100644 name"),
            2 => format!("{number:03}/100755 in/folder"),
            _ => format!("{number:03}.txt"),
        })
        .collect();
    for commit in 0..40 {
        stream += "commit refs/heads/main\ncommitter C <c@example.com> 1 +0000\ndata 0\n";
        let changes = if commit == 0 { names.len() } else { random.usize(1..4) };
        for change in 0..changes {
            let name = if commit == 0 { &names[change] } else { &names[random.usize(..names.len())] };
            match random.u8(..8) {
                0 if commit > 0 => stream += &format!("D \"top/{name}\"\n"),
                _ => {
                    let text = format!("{commit} {change} {}", random.u32(..));
                    let mode = ["100644", "100755"][usize::from(random.bool())];
                    stream += &format!("M {mode} inline \"top/{name}\"\ndata {}\n{text}\n", text.len());
                }
            }
        }
    }
    let format = if random.bool() { "sha1" } else { "sha256" };
    let (parent, name) = (path.parent().expect("a folder"), path.to_str().expect("text"));
    git(parent, &["init", "-q", "--bare", &format!("--object-format={format}"), name]);
    git_with(path, &["fast-import", "--quiet"], stream.as_bytes());
    git(path, &["symbolic-ref", "HEAD", "refs/heads/main"]);
}

#[test]
fn missing_objects_are_those_that_git_misses() {
    let mut met = 0;
    for seed in 0..9 {
        let folder = Folder::new();
        let path = folder.path().join("r.git");
        let mut random = Rng::with_seed(seed);
        if seed % 2 == 0 {
            write_wide(&path, &mut random);
        } else {
            let mut author = Author::new(seed);
            author.write(&path);
            author.pack(&path);
        }
        let all = lines(&path, &["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
        let lost = (0..random.usize(1..6)).map(|_| all[random.usize(..all.len())].clone()).collect();
        pack_without(&path, &lost);
        let expected = missing(&path);
        met += expected.len();
        let run = folder.scan(&["r.git", "--min-confidence=verified", "--fail-on=never"]);
        assert_eq!(said(&run), expected, "seed {seed}");
        assert_eq!(run.status, if expected.is_empty() { 0 } else { 3 }, "seed {seed}: {run:?}");
    }
    assert!(met > 10, "{met} objects were missing in all");
}

#[test]
fn whatever_is_lost_of_a_work_tree_is_named() {
    let folder = Folder::new();
    folder.file("deploy/a.txt", "one");
    folder.file("deploy/deep/b.txt", "two");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "first"]);
    folder.file("deploy/a.txt", "three");
    git(folder.path(), &["commit", "-qam", "second"]);
    folder.run(&["scan", "."]).exits(0);
    for (revision, path) in [
        ("HEAD~1:deploy/a.txt", "deploy/a.txt"),
        ("HEAD:deploy/deep", "deploy/deep"),
        ("HEAD~1:deploy", "deploy"),
        ("HEAD~1^{tree}", ""),
        ("HEAD~1", ""),
        ("HEAD", ""),
    ] {
        let id = id(folder.path(), revision);
        let file = loose(&folder.path().join(".git"), &id);
        let kept = fs::read(&file).expect("a loose object");
        fs::remove_file(&file).expect("a loose object");
        let json = folder.scan(&["."]).exits(3).json();
        let gap = gaps(&json, "git-object")[0];
        assert_eq!((&gap["object"], &gap["repository"]), (&id.as_str().into(), &".".into()), "{gap}");
        let origin = gap["origin"].as_str().expect("a name");
        let name = if path.is_empty() { format!("object {id}") } else { path.to_owned() };
        assert_eq!(origin, name, "{revision}: {gap}");
        assert_eq!(json["summary"]["repositories"][0]["skipped"], 1, "{revision}: {json}");
        for format in ["text", "sarif", "gitlab", "json"] {
            let shown = folder.run(&["scan", ".", "--report", format]).exits(3).stdout;
            assert!(shown.contains(&id), "{revision}, {format}: {shown}");
        }
        folder.run(&["scan", ".", "--accept-incomplete=git-object"]).exits(0);
        let entry = |what: &str| {
            folder.file(
                "dogcatcher.toml",
                format!("[[accept]]\n{what}\nkind = \"git-object\"\nreason = \"r\"\n"),
            );
        };
        entry(&format!("object = \"{id}\""));
        folder.run(&["scan", "."]).exits(0);
        if !path.is_empty() {
            entry(&format!("path = \"{path}\""));
            folder.run(&["scan", "."]).exits(0);
        }
        fs::remove_file(folder.path().join("dogcatcher.toml")).expect("a file");
        fs::write(&file, kept).expect("a loose object");
    }
}

/// A clone of a repository with two commits of one file, made with a flag, and the ids of the two versions.
fn clone(folder: &Folder, flag: &str) -> [String; 2] {
    let up = folder.path().join("up");
    folder.file("up/a.txt", "one");
    git(&up, &["init", "-q", "-b", "main"]);
    git(&up, &["config", "uploadpack.allowFilter", "true"]);
    git(&up, &["add", "."]);
    git(&up, &["commit", "-qm", "first"]);
    folder.file("up/a.txt", "two");
    git(&up, &["commit", "-qam", "second"]);
    // Of a path, git takes all, or shares it.
    let url = format!("{}{}", if flag == "--shared" { "" } else { "file://" }, up.display());
    git(folder.path(), &["clone", "-q", flag, &url, "clone"]);
    ["HEAD~1:a.txt", "HEAD:a.txt"].map(|revision| id(&up, revision))
}

#[test]
fn what_a_partial_clone_was_promised_is_no_news() {
    let folder = Folder::new();
    let [first, _] = clone(&folder, "--filter=blob:none");
    let work = folder.path().join("clone");
    let clean = folder.scan(&["clone"]).exits(0).json();
    assert_eq!(gaps(&clean, "incomplete-clone").len(), 1, "{clean}");
    // What was made here nobody has promised.
    fs::write(work.join("b.txt"), "mine").expect("a file");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "mine"]);
    folder.scan(&["clone"]).exits(0);
    let mine = id(&work, "HEAD:b.txt");
    fs::remove_file(loose(&work.join(".git"), &mine)).expect("a loose object");
    assert_eq!(said(&folder.scan(&["clone"]).exits(3)), [mine].into());
    // The packs say that it was partial; nothing says any more who would bring the rest.
    git(&work, &["reset", "-q", "--hard", "origin/main"]);
    git(&work, &["reflog", "expire", "--expire=now", "--all"]);
    for key in ["remote.origin.promisor", "remote.origin.partialclonefilter", "extensions.partialclone"] {
        support::git::succeeds(&work, &["config", "--unset-all", key]);
    }
    let lost = folder.scan(&["clone"]).exits(3).json();
    let gap = gaps(&lost, "incomplete-clone")[0];
    assert_eq!((&gap["object"], &gap["origin"]), (&first.as_str().into(), &"a.txt".into()), "{lost}");
    folder.scan(&["clone", "--accept-incomplete=incomplete-clone"]).exits(0);
}

#[test]
fn beyond_the_boundary_of_a_shallow_clone_nothing_is_missing() {
    let folder = Folder::new();
    clone(&folder, "--depth=1");
    let up = folder.path().join("up");
    folder.scan(&["clone"]).exits(0);
    // As caches of CI do it: what was fetched before is not reached any more.
    folder.file("up/a.txt", "three");
    git(&up, &["commit", "-qam", "third"]);
    let work = folder.path().join("clone");
    git(&work, &["fetch", "-q", "--depth=1", "origin"]);
    git(&work, &["reset", "-q", "--hard", "FETCH_HEAD"]);
    folder.scan(&["clone"]).exits(0);
    fs::write(work.join(".git/shallow"), id(&work, "HEAD") + "\n").expect("the boundary");
    git(&work, &["reflog", "expire", "--expire=now", "--all"]);
    folder.scan(&["clone"]).exits(0);
    fs::remove_file(work.join(".git/shallow")).expect("the boundary");
    assert_eq!(said(&folder.scan(&["clone"]).exits(3)), [id(&up, "HEAD~2")].into());
}

#[test]
fn what_is_held_elsewhere_is_not_missing() {
    let folder = Folder::new();
    let [first, _] = clone(&folder, "--shared");
    folder.scan(&["clone", "up"]).exits(0);
    // A commit of a submodule is an object of another repository.
    let work = folder.path().join("clone");
    git(&work, &["submodule", "--quiet", "add", "../up", "module"]);
    git(&work, &["commit", "-qm", "module"]);
    folder.scan(&["clone"]).exits(0);
    fs::remove_file(loose(&folder.path().join("up/.git"), &first)).expect("a loose object");
    assert_eq!(said(&folder.scan(&["clone"]).exits(3)), [first].into());
}

#[test]
fn what_only_the_dead_name_is_not_missing() {
    let folder = Folder::new();
    folder.file("a.txt", "one");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    let orphan = String::from_utf8(git(folder.path(), &["write-tree"])).expect("an id");
    let blob = id(folder.path(), ":a.txt");
    git(folder.path(), &["rm", "-qf", "--cached", "a.txt"]);
    git(folder.path(), &["commit", "-qm", "empty", "--allow-empty"]);
    fs::remove_file(loose(&folder.path().join(".git"), &blob)).expect("a loose object");
    folder.scan(&["."]).exits(0);
    // A tag is enough to bring it to life; what a tag names itself, too.
    git(folder.path(), &["tag", "-am", "of a tree", "t", orphan.trim()]);
    assert_eq!(said(&folder.scan(&["."]).exits(3)), [blob].into());
    fs::remove_file(loose(&folder.path().join(".git"), orphan.trim())).expect("a loose object");
    assert_eq!(said(&folder.scan(&["."]).exits(3)), [orphan.trim().to_owned()].into());
}

#[test]
fn a_range_names_what_it_misses_in_full() {
    let folder = Folder::new();
    for text in ["one", "two", "three"] {
        folder.file("a.txt", text);
        if text == "one" {
            git(folder.path(), &["init", "-q"]);
        }
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-qm", text]);
    }
    let blob = id(folder.path(), "HEAD:a.txt");
    fs::remove_file(loose(&folder.path().join(".git"), &blob)).expect("a loose object");
    for (accepted, status) in [("0123456789", 3), (&blob, 0)] {
        let entry = format!("[[accept]]\nobject = \"{accepted}\"\nkind = \"git-object\"\nreason = \"r\"\n");
        folder.file("dogcatcher.toml", entry);
        let run = folder.scan(&["--range", "HEAD~2..HEAD"]).exits(status).json();
        let gap = gaps(&run, "git-object")[0];
        let (origin, reason) = (gap["origin"].as_str().expect("text"), gap["reason"].as_str().expect("text"));
        assert_eq!(gap["object"], blob, "{gap}");
        assert!(origin.contains(&id(folder.path(), "HEAD")) && reason.contains(&blob), "{gap}");
    }
}
