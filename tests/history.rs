//! The sweep against git itself: what `git cat-file --batch-all-objects` prints is what has to be found.
//!
//! `DOGCATCHER_ORACLE_REPOSITORIES` says how many random repositories are made (CI makes more than the default), and
//! `DOGCATCHER_ORACLE_SEED` where to begin.

#[path = "support/encode.rs"]
#[allow(dead_code)] // one of its encoders is used here
mod encode;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use dogcatcher::location::Origin;
use dogcatcher::secret::hide_tokens;
use dogcatcher::source::{Hold, Limits, ObjectSink, Repository, Sink, Skipped, Swept, Window, sweep};
use encode::base64;
use serde_json::Value;
use support::git::{Author, cat_all_objects, git, introductions};
use support::pack::{Entry, copy, delta, write_repository};
use support::{Folder, pat};

/// Pairs of an object's id and a token in it.
type Places = BTreeSet<(String, String)>;

/// Every place of these tokens, by a search for each in the bytes of every object.
fn truth(objects: &[(String, Vec<u8>)], tokens: &[String]) -> Places {
    let mut places = Places::new();
    for (id, content) in objects {
        for token in tokens.iter().filter(|token| stands_in(token, content)) {
            places.insert((id.clone(), token.clone()));
        }
    }
    places
}

fn stands_in(token: &str, content: &[u8]) -> bool {
    memchr::memmem::find(content, token.as_bytes()).is_some()
}

/// Everything that the program finds in the history.
fn scan(folder: &Folder, path: &str) -> Value {
    let args = ["scan", "--history-only", "--report", "json", "--show-secrets", "--fail-on", "never", path];
    let json = folder.run(&args).exits(0).json();
    assert_eq!(json["summary"]["skipped"], serde_json::json!([]), "something was not read");
    json
}

/// Its findings and their places; not those that a deletion spliced from two tokens: these have the shape of one, but no
/// checksum that holds.
fn verified(json: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let findings = json["findings"].as_array().expect("a list").iter();
    findings.filter(|finding| finding["confidence"] == "verified").flat_map(|finding| {
        finding["locations"].as_array().expect("a list").iter().map(move |it| (finding, it))
    })
}

/// Every object that the program finds something in.
fn found(json: &Value) -> Places {
    // A ref's name stands in no object.
    let in_object =
        |place: &Value| Some((place["blob"].as_str()?.to_owned(), place["secret"].as_str()?.to_owned()));
    verified(json).filter_map(|(_, place)| in_object(place)).collect()
}

/// Compares paths, commits and what leads there with what git says.
fn check_attribution(repository: &Path, json: &Value, seed: u64) {
    let lines = |args: &[&str]| -> BTreeSet<String> {
        String::from_utf8(git(repository, args)).expect("text").lines().map(str::to_owned).collect()
    };
    let reachable = lines(&["rev-list", "--all"]);
    // What a tag is of, which may be a blob.
    let tagged = lines(&["for-each-ref", "--format=%(*objectname)"]);
    let head: BTreeSet<String> = lines(&["ls-tree", "-r", "HEAD"])
        .iter()
        .filter_map(|line| line.split([' ', '\t']).nth(2).map(str::to_owned))
        .collect();
    let blobs: BTreeSet<&str> = verified(json)
        .filter(|(_, place)| place["kind"] == "git")
        .filter_map(|(_, place)| place["blob"].as_str())
        .collect();
    let mut found = BTreeSet::new();
    for (finding, place) in verified(json).filter(|(_, place)| place["kind"] == "git") {
        let text = |field: &str| place[field].as_str().unwrap_or_default().to_owned();
        let at = |it: &Value| head.contains(it["blob"].as_str().unwrap_or_default());
        let in_head = finding["locations"].as_array().expect("a list").iter().any(at);
        let only_blobs =
            finding["locations"].as_array().expect("a list").iter().all(|it| it["kind"] == "git");
        assert!(!only_blobs || finding["in_head"] == in_head, "seed {seed}: {finding}");
        if place["commit"].is_string() {
            let leads_there = reachable.contains(&text("commit")) || tagged.contains(&text("blob"));
            assert_eq!(place["reachable"], leads_there, "seed {seed}: {place}");
            found.insert((text("blob"), text("path"), text("commit")));
        }
    }
    found.retain(|(_, _, commit)| reachable.contains(commit));
    let mut expected = introductions(repository, &["--all"]);
    expected.retain(|(blob, _, _)| blobs.contains(blob.as_str()));
    // A path that holds a token is shown without it.
    let shown =
        |(blob, path, commit): &(String, String, String)| (blob.clone(), hide_tokens(path), commit.clone());
    let expected: BTreeSet<_> = expected.iter().map(shown).collect();
    let missed: Vec<_> = expected.difference(&found).collect();
    let extra: Vec<_> = found.difference(&expected).collect();
    assert!(missed.is_empty() && extra.is_empty(), "seed {seed}\nmissed {missed:#?}\nextra {extra:#?}");
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn random_repositories() {
    let first = setting("DOGCATCHER_ORACLE_SEED", 1);
    let mut places = 0;
    for seed in first..first + setting("DOGCATCHER_ORACLE_REPOSITORIES", 16) {
        let folder = Folder::new();
        let mut author = Author::new(seed);
        let shape = author.write(&folder.path().join("r"));
        author.pack(&folder.path().join("r"));
        let objects = cat_all_objects(&folder.path().join("r"));
        let expected = truth(&objects, author.tokens());
        assert!(!expected.is_empty(), "seed {seed}");
        let json = scan(&folder, "r");
        check_attribution(&folder.path().join("r"), &json, seed);
        let found = found(&json);
        let missed: Vec<_> = expected.difference(&found).collect();
        // A deletion can splice two tokens into one whose checksum holds, too: nobody minted it, but there it stands.
        let objects: BTreeMap<String, Vec<u8>> = objects.into_iter().collect();
        let spliced = |token: &String, id| !author.tokens().contains(token) && stands_in(token, &objects[id]);
        let extra: Vec<_> = found.difference(&expected).filter(|(id, token)| !spliced(token, id)).collect();
        assert!(
            missed.is_empty() && extra.is_empty(),
            "seed {seed}: {shape}\nmissed {missed:?}\nextra {extra:?}"
        );
        places += expected.len();
    }
    assert!(places > 100, "the repositories hold {places} places only");
}

/// A repository with one token in its history, which is no longer in its files.
fn small() -> (Folder, String) {
    let folder = Folder::new();
    let token = pat(1);
    git(folder.path(), &["init", "-q", "r"]);
    let work = folder.path().join("r");
    folder.file("r/a", format!("{}{token}\n", "some line\n".repeat(50)));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "one"]);
    folder.file("r/a", "some line\n".repeat(50));
    git(&work, &["commit", "-qam", "two"]);
    (folder, token)
}

#[test]
fn files_and_history_are_one_run() {
    let (folder, token) = small();
    folder.file("r/b", &token);
    let json = folder.scan(&["r"]).exits(1).json();
    let finding = &json["findings"][0];
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(1));
    let kinds: Vec<_> = (0..2).map(|at| finding["locations"][at]["kind"].as_str().unwrap_or("")).collect();
    assert_eq!(kinds, ["file", "git"]);
    assert_eq!(json["summary"]["commits"], 2);
    assert_eq!(json["summary"]["objects"], 6);
    assert_eq!(folder.scan(&["--files-only", "r"]).exits(1).places(), ["r/b:1:1 verified"]);
    assert_eq!(folder.scan(&["--history-only", "r"]).exits(1).places(), ["a:51:1 verified"]);
    folder.file("plain/a", &token);
    folder.scan(&["--history-only", "plain"]).exits(2);
    assert_eq!(folder.scan(&["--history-only", "."]).exits(1).places(), ["a:51:1 verified"]);
}

#[test]
fn every_way_to_name_a_repository() {
    let (folder, _) = small();
    git(folder.path(), &["clone", "-q", "--bare", "r", "bare"]);
    git(folder.path(), &["clone", "-q", "-s", "r", "borrows"]);
    git(
        folder.path(),
        &["clone", "-q", "--depth=1", &format!("file://{}/r", folder.path().display()), "shallow"],
    );
    git(&folder.path().join("r"), &["worktree", "add", "-q", "../linked"]);
    for path in ["r", "r/.git", "bare", "borrows", "linked"] {
        assert_eq!(folder.scan(&["--history-only", path]).exits(1).places(), ["a:51:1 verified"], "{path}");
    }
    // The commit with the token was not cloned.
    let shallow = folder.scan(&["--history-only", "shallow"]).exits(0).json();
    let skipped = &shallow["summary"]["skipped"];
    assert!(skipped[0]["reason"].as_str().is_some_and(|it| it.starts_with("a shallow clone")), "{skipped}");
    let sizes = folder.run(&["scan", "--history-only", "bare", "--max-file-size", "100", "--report", "json"]);
    let json = sizes.exits(0).json();
    assert_eq!(json["summary"]["skipped"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_partial_clone_lacks_what_was_promised() {
    let (folder, _) = small();
    git(&folder.path().join("r"), &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}/r", folder.path().display());
    git(folder.path(), &["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "partial"]);
    let json = folder.scan(&["--history-only", "partial"]).exits(0).json();
    assert_eq!(json["summary"]["commits"], 2);
    assert_eq!(json["summary"]["blobs"], 0);
    let skipped = &json["summary"]["skipped"];
    assert!(skipped[0]["reason"].as_str().is_some_and(|it| it.starts_with("a partial clone")), "{skipped}");
}

#[test]
fn a_git_folder_that_is_none() {
    let folder = Folder::new();
    folder.file("empty/.git/x", "");
    std::fs::remove_file(folder.path().join("empty/.git/x")).expect("a file");
    folder.file("wrong/.git/x", "");
    folder.file("lost/.git", "gitdir: elsewhere\n");
    folder.scan(&["empty"]).exits(0);
    for path in ["wrong", "lost"] {
        let run = folder.run(&["scan", path]).exits(3);
        assert!(run.stdout.contains("history was not scanned"), "{run:?}");
    }
}

/// Damages a pack or its index, and looks for what is said and what is still found.
fn damaged(extension: &str, damage: impl Fn(&mut Vec<u8>)) -> support::Run {
    let (folder, _) = small();
    let work = folder.path().join("r");
    // A second token, loose: what is wrong with a pack must not cost it.
    git(&work, &["repack", "-adfq"]);
    folder.file("r/b", pat(2));
    git(&work, &["add", "."]);
    let packs = std::fs::read_dir(work.join(".git/objects/pack")).expect("a folder");
    let path = packs
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|it| it == extension));
    let path = path.expect("a pack");
    let mut bytes = std::fs::read(&path).expect("a pack");
    damage(&mut bytes);
    std::fs::remove_file(&path).expect("a pack");
    std::fs::write(&path, bytes).expect("a pack");
    let run = folder.scan(&["--history-only", "r"]).exits(1);
    assert!(run.places().contains(&"-:1:1 verified".to_owned()), "{run:?}");
    run
}

#[test]
fn a_damaged_pack_is_told_of_and_the_rest_is_scanned() {
    for cut in [0, 11, 40, 100] {
        for extension in ["pack", "idx"] {
            let run = damaged(extension, |bytes| bytes.truncate(cut));
            assert_ne!(run.json()["summary"]["skipped"], serde_json::json!([]), "{extension} cut at {cut}");
        }
    }
    for step in 0..60 {
        let flip = |bytes: &mut Vec<u8>| {
            let at = (step * 7919) % bytes.len();
            bytes[at] ^= 1 << (step % 8);
        };
        damaged("pack", flip);
        damaged("idx", flip);
    }
}

/// Notes which objects a sweep gives it, of those that hold one literal.
struct Noting<'n> {
    literal: &'static [u8],
    found: &'n Mutex<BTreeSet<String>>,
}

impl Sink for Noting<'_> {
    fn take_window(&mut self, window: Window<'_>) {
        let holds = memchr::memmem::find(window.bytes, self.literal).is_some();
        if let Some(id) = window.origin.git().and_then(|text| text.object).filter(|_| holds) {
            self.found.lock().expect("no panic elsewhere").insert(id.to_string());
        }
    }

    fn end_text(&mut self, _: &Origin) {}

    fn may_hold_token(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find(bytes, self.literal).is_some()
    }

    fn take_skipped(&mut self, skipped: Skipped) {
        panic!("{skipped:?}");
    }
}

impl ObjectSink for Noting<'_> {
    fn may_hold(&self, _: Option<&Path>, bytes: &[u8]) -> Hold {
        if self.may_hold_token(bytes) { Hold::Candidates } else { Hold::Nothing }
    }

    fn may_bring(&self, pieces: &[u8]) -> bool {
        self.may_hold_token(pieces)
    }

    fn border_reach(&self) -> usize {
        self.literal.len() - 1
    }

    fn expect_objects(&mut self, _: u64) {}

    fn add_swept(&mut self, _: Swept) {}
}

/// Literals that stand in very many objects, in a history that people made: that of this repository, where it is a clone.
#[test]
fn frequent_literals_are_where_git_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Ok(Some(repository)) = Repository::open_at(path) else {
        println!("skipped: this is no clone of the repository");
        return;
    };
    // Trees are told of by their names only.
    let kinds = git(path, &["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]);
    let trees: BTreeSet<String> = String::from_utf8(kinds)
        .expect("text")
        .lines()
        .filter_map(|line| Some(line.strip_suffix(" tree")?.to_owned()))
        .collect();
    let objects = cat_all_objects(path);
    for literal in [&b"e"[..], b"\n\n", b"fn ", b"self.", b"ddpat_", b"use std::"] {
        let expected: BTreeSet<String> = objects
            .iter()
            .filter(|(id, content)| memchr::memmem::find(content, literal).is_some() && !trees.contains(id))
            .map(|(id, _)| id.clone())
            .collect();
        let found = Mutex::new(BTreeSet::new());
        sweep(&repository, &Limits::default(), &|| Noting { literal, found: &found });
        let mut found = found.into_inner().expect("no panic elsewhere");
        found.retain(|id| !trees.contains(id));
        let shown = String::from_utf8_lossy(literal);
        // A commit's header and its message are two texts: what lies across both is in neither.
        if literal == b"\n\n" {
            assert!(found.is_subset(&expected), "{shown:?}");
        } else {
            assert_eq!(found.len(), expected.len(), "{shown:?}");
            assert_eq!(found, expected, "{shown:?}");
        }
    }
}

#[test]
fn what_leads_to_a_finding() {
    let (folder, _) = small();
    let work = folder.path().join("r");
    folder.file("r/a", pat(2));
    git(&work, &["stash", "-q"]);
    folder.file("r/a", pat(3));
    git(&work, &["commit", "-qam", "three"]);
    git(&work, &["reset", "-q", "--hard", "HEAD~1"]);
    folder.file("r/b", pat(4));
    git(&work, &["add", "b"]);
    git(&work, &["rm", "-q", "--cached", "b"]);
    let json = folder.scan(&["--history-only", "r"]).exits(1).json();
    let standing = |secret: &str| {
        let findings = json["findings"].as_array().expect("a list");
        let place = findings
            .iter()
            .find(|it| it["redacted"].as_str().is_some_and(|shown| shown[..29] == secret[..29]))
            .map(|it| it["locations"][0].clone())
            .expect("a finding");
        (place["reachable"].as_bool(), place["reached_by"].as_str().map(str::to_owned))
    };
    let by = |name: &str| Some(name.to_owned());
    assert_eq!(standing(&pat(1)), (Some(true), by("HEAD")));
    assert_eq!(standing(&pat(2)), (Some(true), by("refs/stash")));
    assert_eq!(standing(&pat(3)), (Some(false), by("HEAD@{1}")));
    assert_eq!(standing(&pat(4)), (Some(false), None), "staged once, and never committed");
}

/// Everything below a folder: paths, sizes, times.
fn listing(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let metadata = entry.metadata().expect("an entry");
            if metadata.is_dir() {
                waiting.push(entry.path());
            }
            all.insert(entry.path(), (metadata.len(), metadata.modified().expect("a time")));
        }
    }
    all
}

#[test]
fn nothing_is_written_and_nothing_is_executed() {
    let (folder, _) = small();
    let harm = format!("touch {}/harmed", folder.path().display());
    let work = folder.path().join("r");
    for name in ["core.fsmonitor", "filter.x.clean", "filter.x.smudge", "core.sshCommand", "diff.external"] {
        git(&work, &["config", name, &harm]);
    }
    folder.file("r/.gitattributes", "* filter=x diff=x\n");
    let before = listing(folder.path());
    for args in [&["--history-only", "r"][..], &["r"], &["--range", "HEAD~1", "r"]] {
        folder.scan(args).exits(1);
    }
    let mut staged = folder.command(&["scan", "--staged"]);
    assert!(staged.current_dir(&work).output().expect("a run").status.success());
    assert_eq!(listing(folder.path()), before);
}

#[test]
fn a_note_is_named_by_the_object_that_it_is_about() {
    let (folder, _) = small();
    let work = folder.path().join("r");
    git(&work, &["notes", "add", "-m", &format!("see {}", support::pat(77))]);
    let about = String::from_utf8(git(&work, &["rev-parse", "HEAD"])).expect("hexadecimal");
    for args in [["r", "--history-only"], ["r", "--range=refs/notes/commits"]] {
        let json = folder.scan(&args).exits(1).json();
        let paths: Vec<_> =
            verified(&json).map(|(_, place)| place["path"].as_str().unwrap_or_default()).collect();
        assert!(paths.contains(&about.trim()), "{paths:?}");
    }
    for format in ["text", "sarif"] {
        let shown = folder.run(&["scan", "r", "--history-only", "--report", format]).exits(1).stdout;
        assert!(shown.contains(about.trim()), "{shown}");
    }
}

#[test]
fn what_was_rejected_is_counted_and_the_first_of_it_has_a_path() {
    let folder = Folder::new();
    // Stand-ins.
    folder.file("deep/a.txt", format!("ddapp_{}a\n", "bZ9".repeat(11)).repeat(50));
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let text = folder.run(&["scan", ".", "--history-only", "--explain"]).exits(0).stdout;
    assert!(text.starts_with("rejected 50 times: datadog-application-key: "), "{text}");
    assert!(text.contains("\nrejected: deep/a.txt:1:1 in commit "), "{text}");
    assert_eq!(text.matches("rejected: deep/a.txt:").count(), 20, "{text}");
    assert!(text.contains("rejected: 30 more of datadog-application-key for that reason"), "{text}");
    let json = folder.scan(&[".", "--history-only", "--explain"]).exits(0).json();
    assert_eq!(json["rejections"].as_array().map(Vec::len), Some(50), "{json}");
}

/// With a path, what was rejected concerns that path, and so does its count; it names the repository that is not here.
#[test]
fn what_was_rejected_elsewhere_in_the_history_is_not_told_of() {
    let folder = Folder::new();
    let stand_in = |letter: char| format!("ddapp_{}{letter}\n", "bZ9".repeat(11));
    folder.file("r/one/a.txt", stand_in('a'));
    folder.file("r/two/b.txt", stand_in('b').repeat(30));
    let repository = folder.path().join("r");
    git(&repository, &["init", "-q"]);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "-qm", &stand_in('c')]);
    folder.file("r/two/b.txt", "gone\n");
    git(&repository, &["commit", "-qam", "two"]);
    let run = folder.run(&["scan", "r/one", "--explain"]).exits(0);
    let told: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("rejected: ")).collect();
    assert!(told.len() == 2 && told.iter().all(|line| line.contains("one/a.txt:1:1")), "{run:?}");
    assert!(told.iter().all(|line| line.contains(" of r: ")), "{run:?}");
    assert!(
        told.iter().any(|line| line.contains(" in commit ")) && run.stdout.contains("; 2 rejected"),
        "{run:?}"
    );
    let json = folder.scan(&["r/one", "--explain"]).json();
    let of = json["rejections"].as_array().expect("rejections").iter().map(|it| it["repository"].as_str());
    assert!(of.clone().count() == 2 && of.clone().all(|it| it == Some("r")), "{json}");
}

/// A key in base64 is found where it is kept as a change to a text about Datadog, whatever part of it the old text has.
#[test]
fn a_key_in_base64_that_a_delta_completes() {
    let mut random = fastrand::Rng::with_seed(11);
    let key: String = (0..32).map(|_| random.digit(16)).collect();
    let line = format!("DD_API_KEY: {}\n", String::from_utf8_lossy(&base64(key.as_bytes())));
    for known in [0, 14, 30, line.len() - 3] {
        let folder = Folder::new();
        let base = format!("# datadog\n{}{}", "# nothing\n".repeat(20), &line[..known]);
        let end = &line[known..];
        let code = [&copy(0, base.len() as u16)[..], &[end.len() as u8], end.as_bytes()].concat();
        let change = delta(base.len(), base.len() + end.len(), &code);
        write_repository(
            &folder.path().join("r"),
            &[Entry::blob(1, base), Entry::delta(2, 1, change)],
            |_| {},
        );
        let run = folder.scan(&["--history-only", "r"]).exits(1);
        assert_eq!(run.places().len(), 1, "{known}: {run:?}");
    }
}
