//! Inputs for `git filter-repo`, and a history that is rewritten by them.

mod support;

use std::process::Command;

use serde_json::Value;
use support::git::git;
use support::{Folder, app, pat, sat, secret_part};

/// A repository whose history holds tokens: in a file that is there, in one that went, in base64, in a message, in an archive.
fn leaky() -> Folder {
    use base64::Engine;
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    let encoded = base64::prelude::BASE64_STANDARD.encode(format!("token={}", sat(3)));
    folder.file("r/a.env", format!("DD_ACCESS_TOKEN={}\nkeep=1\n", pat(1)));
    folder.file("r/gone.env", format!("DD_APP_KEY={}\n", app(2)));
    folder.file("r/b.yaml", format!("data: {encoded}\n"));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", &format!("with {}", pat(4))]);
    git(&work, &["rm", "-q", "gone.env"]);
    git(&work, &["commit", "-qm", "without"]);
    folder.run(&["scan", "r", "-q", "--fail-on=never", "--report=json=r.json"]).exits(0);
    folder
}

#[test]
fn replace_text_has_each_form_of_each_secret_and_is_private() {
    let folder = leaky();
    let args = ["report", "show", "r.json", "--format=replace-text=secrets.txt"];
    let run = folder.run(&args).exits(0);
    assert!(run.stderr.contains("git filter-repo --replace-text secrets.txt"), "{}", run.stderr);
    let text = folder.read("secrets.txt");
    for secret in [pat(1), app(2), pat(4)] {
        assert!(text.contains(&format!("literal:{secret}==>***REMOVED***\n")), "{text}");
        assert!(!run.stdout.contains(secret_part(&secret)) && !run.stderr.contains(secret_part(&secret)));
    }
    assert_eq!(text.lines().count(), 4, "the base64 is one of its own: {text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = folder.path().join("secrets.txt").metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let only = ["report", "show", "r.json", "--only", "credential:application_key", "--format=replace-text"];
    let chosen = folder.run(&only).exits(0).stdout;
    assert_eq!(chosen, format!("literal:{}==>***REMOVED***\n", app(2)));
}

#[test]
fn blob_ids_are_those_of_the_history_and_hold_no_secret() {
    let folder = leaky();
    let run = folder.run(&["report", "show", "r.json", "--format=blob-ids"]).exits(3);
    let work = folder.path().join("r");
    let id = |of: &str| String::from_utf8(git(&work, &["rev-parse", of])).expect("text");
    for of in ["HEAD:a.env", "HEAD:b.yaml", "HEAD~1:gone.env"] {
        assert!(run.stdout.contains(&id(of)), "{of}: {}", run.stdout);
    }
    assert_eq!(run.stdout.lines().count(), 3);
    assert!(
        run.stderr.contains("is in no file of the history"),
        "that of the message is named: {}",
        run.stderr
    );
}

#[test]
fn what_is_not_there_any_more_is_named() {
    let folder = leaky();
    std::fs::remove_dir_all(folder.path().join("r")).expect("a folder");
    let run = folder.run(&["report", "show", "r.json", "--format=replace-text=s.txt"]).exits(3);
    assert_eq!(run.stderr.matches("is not in it").count(), 6, "each place of four: {}", run.stderr);
    for (wrong, words) in
        [("--format=patch", "the inputs are replace-text, blob-ids"), ("--format=blob-ids=", "no file after")]
    {
        let run = folder.run(&["report", "show", "r.json", wrong]).exits(2);
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
}

/// A zip archive with one stored member.
fn zip_of(name: &str, text: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
    std::io::Write::write_all(&mut zip, text.as_bytes()).expect("its text");
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn each_place_that_no_line_reaches_is_named() {
    use base64::Engine;
    let encoded = base64::prelude::BASE64_STANDARD.encode(format!("token={}", pat(1)));
    let wrapped: Vec<&str> =
        encoded.as_bytes().chunks(40).map(|it| std::str::from_utf8(it).expect("text")).collect();
    let archive = zip_of("b.env", &format!("DD_ACCESS_TOKEN={}\n", pat(1)));
    let name = format!("{}.txt", pat(1));
    for (path, content, has_id) in [
        ("x.zip", archive, true),
        ("b.yaml", format!("data: |\n  {}\n", wrapped.join("\n  ")).into_bytes(), true),
        (&*name, b"empty".to_vec(), false),
    ] {
        let folder = Folder::new();
        let work = folder.path().join("r");
        git(folder.path(), &["init", "-q", "-b", "main", "r"]);
        folder.file("r/a.env", format!("DD_ACCESS_TOKEN={}\n", pat(1)));
        folder.file(&format!("r/{path}"), content);
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "with"]);
        folder
            .run(&["scan", "r", "-q", "--history-only", "--fail-on=never", "--report=json=r.json"])
            .exits(0);
        let saved: Value = serde_json::from_str(&folder.read("r.json")).expect("a report");
        assert_eq!(saved["findings"].as_array().map(Vec::len), Some(1), "{path}: {saved:#}");
        let run = folder.run(&["report", "show", "r.json", "--format=replace-text"]).exits(3);
        assert_eq!(run.stdout, format!("literal:{}==>***REMOVED***\n", pat(1)), "{path}");
        assert_eq!(run.stderr.matches("is not in it").count(), 1, "{path}: {}", run.stderr);
        let ids = folder.run(&["report", "show", "r.json", "--format=blob-ids"]);
        assert_eq!(ids.status, if has_id { 0 } else { 3 }, "{path}: {ids:?}");
    }
}

/// Rewrites the history as `docs/after-a-leak.md` says, and shows that it is over.
#[test]
#[ignore = "needs git filter-repo"]
fn a_rewritten_history_holds_none_of_them() {
    let folder = leaky();
    let run = |args: &[&str]| Command::new("git").args(args).current_dir(folder.path().join("r")).output();
    folder.run(&["report", "show", "r.json", "--format=replace-text=secrets.txt"]).exits(0);
    let path = folder.path().join("secrets.txt").display().to_string();
    let options = ["--replace-text", &path, "--replace-message", &path];
    let done = run(&[&["filter-repo", "--force", "--quiet"], &options[..]].concat()).expect("git");
    assert!(done.status.success(), "{done:?}");
    folder.run(&["scan", "r", "-q", "--report=json=after.json"]).exits(0);
    let diff = folder.run(&["report", "diff", "r.json", "after.json", "--report=json"]).exits(0).json();
    assert_eq!(
        (&diff["new"], diff["gone"].as_array().map(Vec::len)),
        (&Value::Array(Vec::new()), Some(4)),
        "{diff:#}"
    );
    assert!(folder.read("r/a.env").contains("DD_ACCESS_TOKEN=***REMOVED***\nkeep=1\n"));
}
