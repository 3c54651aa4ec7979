//! Bundles of git, and packs outside of a repository: what git reads out of them is the oracle.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::git::{Author, cat_all_objects, git, git_with};
use support::{Folder, pat};

/// Every secret that a scan of the folder finds.
fn found(folder: &Folder) -> BTreeSet<String> {
    let report = folder.scan(&["--show-secrets", "--files-only", "."]).json();
    assert_eq!(report["summary"]["skipped"].as_array().map(Vec::len), Some(0), "{}", report["summary"]);
    let findings = report["findings"].as_array().expect("findings");
    let places = findings.iter().flat_map(|finding| finding["locations"].as_array().expect("places"));
    places.map(|place| place["secret"].as_str().expect("a secret").to_owned()).collect()
}

/// Those of some tokens that stand in an object of a repository, as git prints it.
fn held<'t>(repository: &Path, tokens: impl IntoIterator<Item = &'t String>) -> BTreeSet<String> {
    let objects = cat_all_objects(repository);
    let stands = |token: &&String| {
        objects.iter().any(|(_, bytes)| memchr::memmem::find(bytes, token.as_bytes()).is_some())
    };
    tokens.into_iter().filter(stands).cloned().collect()
}

#[test]
fn bundles_of_random_histories() {
    let mut seen = 0;
    for seed in 0..12 {
        let folder = Folder::new();
        let mut author = Author::new(seed);
        let repository = folder.path().join("away.git");
        let what = author.write(&repository);
        let outside = Folder::new();
        let bundle = outside.path().join("all.bundle");
        git(&repository, &["bundle", "create", "-q", bundle.to_str().expect("a name"), "--all"]);
        let clone = folder.path().join("clone.git");
        git(folder.path(), &["clone", "-q", "--mirror", bundle.to_str().expect("a name"), "clone.git"]);
        let found = found(&outside);
        // Pieces of two tokens can make a third one, of which its author does not know.
        assert_eq!(held(&clone, author.tokens().iter().chain(&found)), found, "seed {seed}: {what}");
        seen += found.len();
    }
    assert!(seen > 20, "{seen} tokens are too few to show anything");
}

/// A repository in which one file grows, so that most of its objects are deltas.
fn grown(tokens: &[String]) -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let mut text: String =
        (0..400).map(|line| format!("line {line} of a text that stays as it is\n")).collect();
    for token in tokens {
        text += &format!("key = {token}\n");
        folder.file("grown.txt", &text);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-qm", "more"]);
    }
    folder
}

#[test]
fn packs_whose_deltas_name_their_bases() {
    let tokens: Vec<String> = (0..8).map(pat).collect();
    let folder = grown(&tokens);
    let list: String = cat_all_objects(folder.path()).into_iter().map(|(id, _)| id + "\n").collect();
    for way in [&["--delta-base-offset"][..], &[]] {
        let args = [&["pack-objects", "-q", "--stdout", "--window=20"], way].concat();
        let pack = git_with(folder.path(), &args, list.as_bytes());
        let outside = Folder::new();
        outside.file("objects.pack", &pack);
        assert_eq!(found(&outside), tokens.iter().cloned().collect(), "{way:?}");
        let run = outside.scan(&["."]).exits(1);
        assert!(run.places().iter().all(|place| place.starts_with("objects.pack!/blob ")), "{run:?}");
        // On standard input, and cut.
        assert_eq!(outside.run_with(&["scan", "-", "--report=json"], &pack).exits(1).places(), {
            let renamed = |place: &String| place.replacen("objects.pack", "standard input", 1);
            run.places().iter().map(renamed).collect::<Vec<_>>()
        });
        outside.file("objects.pack", &pack[..pack.len() - 60]);
        let report = outside.scan(&["."]).json();
        assert!(
            report["summary"]["skipped"][0]["reason"].as_str().expect("a reason").contains("of the pack")
        );
    }
}

#[test]
fn what_a_bundle_changes_elsewhere() {
    let tokens: Vec<String> = (0..4).map(pat).collect();
    let folder = grown(&tokens);
    // Many at once: an insertion of git's has 127 bytes at most.
    let mut text = folder.read("grown.txt");
    (100..160).for_each(|seed| text += &format!("key = {}\n", pat(seed)));
    folder.file("grown.txt", text);
    git(folder.path(), &["commit", "-qam", "many"]);
    let outside = Folder::new();
    let bundle = outside.path().join("new.bundle");
    let range = ["bundle", "create", "-q", bundle.to_str().expect("a name"), "main~1..main"];
    git(folder.path(), &range);
    let run = outside.scan(&["."]).exits(1);
    let report = run.json();
    // The base is elsewhere; what was inserted is here.
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(60), "{report}");
    assert!(run.places()[0].starts_with("new.bundle!/change at "), "{run:?}");
    let reason = report["summary"]["skipped"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("only what it inserts"), "{reason}");
}

#[test]
fn a_count_that_is_too_small_is_told_of() {
    let folder = grown(&[pat(1), pat(2)]);
    let list: String = cat_all_objects(folder.path()).into_iter().map(|(id, _)| id + "\n").collect();
    let mut pack = git_with(folder.path(), &["pack-objects", "-q", "--stdout"], list.as_bytes());
    pack[8..12].copy_from_slice(&0_u32.to_be_bytes());
    let outside = Folder::new();
    outside.file("objects.pack", &pack);
    outside.scan(&["."]).exits(3);
}

#[test]
fn a_long_chain_of_large_objects() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let mut random = fastrand::Rng::with_seed(2);
    let mut text: Vec<u8> = (0..4 << 20).map(|_| random.alphanumeric() as u8).collect();
    for number in 0..45 {
        text.extend(format!("\nkey{number} = {}\n", pat(number)).bytes());
        folder.file("large.txt", &text);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-qm", "more"]);
    }
    git(folder.path(), &["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=60"]);
    let outside = Folder::new();
    let bundle = outside.path().join("all.bundle");
    git(folder.path(), &["bundle", "create", "-q", bundle.to_str().expect("a name"), "--all"]);
    assert_eq!(found(&outside).len(), 45);
}

#[test]
fn no_damage_ends_the_program() {
    let tokens: Vec<String> = (0..3).map(pat).collect();
    let folder = grown(&tokens);
    let outside = Folder::new();
    let path = outside.path().join("all.bundle");
    git(folder.path(), &["bundle", "create", "-q", path.to_str().expect("a name"), "--all"]);
    let good = std::fs::read(&path).expect("a bundle");
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..60 {
        let mut bad = good.clone();
        let at = random.usize(..bad.len());
        bad[at] ^= 1 << random.u8(..8);
        std::fs::write(&path, &bad).expect("a bundle");
        let status = outside.scan(&["."]).status;
        assert!(matches!(status, 0 | 1 | 3), "byte {at}: {status}");
    }
}
