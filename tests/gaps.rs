//! Gaps that a person accepts: they are still told of, and make no run incomplete.

mod support;

use std::io::{Cursor, Write as _};

use support::Folder;
use support::git::git;

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
    writer.write_all(bytes).expect("a member");
    writer.finish().expect("a zip").into_inner()
}

/// A zip in a zip, which is too deep for `--archive-depth=1`.
fn deep() -> Vec<u8> {
    zipped("inner.zip", &zipped("a.txt", b"nothing"))
}

const SCAN: [&str; 4] = ["scan", ".", "--report=json", "--archive-depth=1"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SCAN.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn a_kind_is_accepted_by_a_flag() {
    let folder = Folder::new();
    folder.file("deep.zip", deep());
    let run = folder.run(&SCAN).exits(3).json();
    assert_eq!(run["summary"]["skipped"][0]["accepted"], false);
    folder.run(&with(&["--accept-incomplete=archive-damaged"])).exits(3);
    let flags = ["--accept-incomplete=git-pack", "--accept-incomplete=archive-depth"];
    let gap = &folder.run(&with(&flags)).exits(0).json()["summary"]["skipped"][0];
    assert_eq!((&gap["accepted"], &gap["incomplete"]), (&true.into(), &false.into()), "{gap}");
    assert_eq!(gap["accepted_reason"], "--accept-incomplete archive-depth");
    let unknown = folder.run(&with(&["--accept-incomplete=budget"])).exits(2);
    assert!(unknown.stderr.contains("archive-depth"), "{unknown:?}");
    folder.run(&with(&["--accept-incomplete=interrupted"])).exits(2);
}

#[test]
fn a_gap_is_accepted_by_an_entry() {
    let folder = Folder::new().repository();
    folder.file("sub/deep.zip", deep());
    let config = |entry: &str| folder.file("dogcatcher.toml", format!("[[accept]]\n{entry}\n"));
    config("path = \"deep.zip\"\nkind = \"archive-depth\"\nreason = \"a sample\"");
    let gap = &folder.run(&SCAN).exits(0).json()["summary"]["skipped"][0];
    assert_eq!(gap["accepted_reason"], "a sample", "{gap}");
    let text = folder.run(&["scan", ".", "--archive-depth=1"]).exits(0);
    assert!(text.stdout.contains("1 input was not read (1 accepted)"), "{text:?}");
    // From a folder of it, too.
    folder.run(&["scan", "sub", "--archive-depth=1"]).exits(0);
    for (entry, note) in [
        ("path = \"deep.zip\"\nkind = \"archive-depth\"\nreason = \"r\"\nuntil = 2020-01-31", "has expired"),
        ("path = \"deep.zip\"\nkind = \"archive-damaged\"\nreason = \"r\"", "matched nothing"),
        ("path = \"other.zip\"\nkind = \"archive-depth\"\nreason = \"r\"", "matched nothing"),
    ] {
        config(entry);
        let run = folder.run(&SCAN).exits(3);
        assert!(run.stderr.contains(&format!("[[accept]] entry 1 {note}")), "{entry}: {run:?}");
    }
    for entry in [
        "kind = \"archive-depth\"\nreason = \"r\"",
        "path = \"a\"\nkind = \"archive-depth\"\nreason = \" \"",
        "path = \"a\"\nkind = \"budget\"\nreason = \"r\"",
        "path = \"a\"\nkind = \"interrupted\"\nreason = \"r\"",
        "object = \"abc\"\nkind = \"archive-depth\"\nreason = \"r\"",
    ] {
        config(entry);
        folder.run(&SCAN).exits(2);
    }
}

#[test]
fn an_object_of_history_is_accepted_by_its_id() {
    let folder = Folder::new();
    folder.file("deep.zip", deep());
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let id = String::from_utf8(git(folder.path(), &["rev-parse", "HEAD:deep.zip"])).expect("hexadecimal");
    let entry =
        |id: &str| format!("[[accept]]\nobject = \"{id}\"\nkind = \"archive-depth\"\nreason = \"old\"\n");
    let scan = ["scan", ".", "--history-only", "--archive-depth=1"];
    folder.run(&scan).exits(3);
    for packed in [false, true] {
        if packed {
            git(folder.path(), &["gc", "-q"]);
        }
        folder.file("dogcatcher.toml", entry(id.trim()));
        folder.run(&scan).exits(0);
        folder.file("dogcatcher.toml", entry(&id[..12]));
        folder.run(&scan).exits(0);
        folder.file("dogcatcher.toml", entry("0123456789"));
        folder.run(&scan).exits(3);
    }
}

#[test]
fn text_names_each_gap_and_what_closes_it() {
    let folder = Folder::new();
    for name in ["a.zip", "b.zip", "c.zip"] {
        folder.file(name, deep());
    }
    folder.file("large.txt", [b'a'; 9000]);
    let run = folder.run(&["scan", ".", "--archive-depth=1", "--max-file-size=8000"]).exits(3);
    assert_eq!(run.stdout.matches("not read: ").count(), 3, "{run:?}");
    assert!(run.stdout.contains("archive-depth: --archive-depth N looks deeper"), "{run:?}");
    assert!(
        run.stdout.contains("Nothing found in what was read; 4 inputs were not read (1 too-large)"),
        "{run:?}"
    );
}

#[test]
fn nothing_is_called_clean_that_was_not_read() {
    let folder = Folder::new();
    folder.file("a.txt", "nothing");
    let text = folder.run(&["scan", "a.txt", "absent"]).exits(2);
    assert!(text.stdout.contains("Nothing found in what was read; 1 input was not read."), "{text:?}");
    assert!(text.stdout.contains("  missing: accept it: --accept-incomplete missing"), "{text:?}");
    let accepted = folder.run(&["scan", "a.txt", "absent", "--accept-incomplete", "missing"]).exits(0);
    assert!(!accepted.stderr.contains("error"), "{accepted:?}");
    folder.run(&["scan", "absent", "--accept-incomplete", "missing"]).exits(2);
    let github = folder.run(&["scan", "a.txt", "absent", "--report", "github"]).exits(2).stdout;
    let said = "::warning title=dogcatcher::Nothing found in what was read; 1 input was not read\n";
    assert_eq!(github, said);
    folder.file("b.txt", support::pat(1));
    let found = folder.run(&["scan", "b.txt", "absent"]).exits(1).stdout;
    assert!(found.contains("1 credential found (1 verified); 1 input was not read"), "{found}");
}

#[test]
fn text_names_archives_of_a_history_that_were_not_read() {
    let folder = Folder::new();
    let mut broken = zipped("a.txt", &[b'a'; 500]);
    broken.truncate(60);
    folder.file("broken.zip", broken);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let id = String::from_utf8(git(folder.path(), &["rev-parse", "HEAD:broken.zip"])).expect("hexadecimal");
    let run = folder.run(&["scan", ".", "--history-only"]).exits(0);
    assert!(run.stdout.contains(&format!("left out: object {}", &id[..10])), "{run:?}");
}
