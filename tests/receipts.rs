//! Receipts of revocations as evidence: a scan is green once what it finds was proven dead.

#[path = "support/stage.rs"]
mod stage;
mod support;

use dogcatcher::datadog::fake_server::{AppKey, Token};
use dogcatcher::token::Kind;
use serde_json::Value;
use stage::{OWNER, RECEIPTS, Stage, hex, mint, run, token, verdict};
use support::Folder;

/// A Datadog that knows a token and an application key, both of which stand in `a`; and the report of a scan of it.
fn leaked() -> Stage {
    let (pat, app) = (mint(1, Kind::PersonalAccessToken), mint(3, Kind::ApplicationKey));
    let stage = Stage::new(|world| {
        world.tokens.push(token(&pat, Kind::PersonalAccessToken));
        let first = world.app_keys[0].clone();
        let id = "00000000-0000-4000-8000-00000000000a".to_owned();
        world.app_keys.push(AppKey { value: app.clone(), id, ..first });
    });
    stage.folder.file("deploy/.env", format!("# ours\nA={pat}\nB={app}\n"));
    stage.folder.run(&["scan", "--fail-on", "never", "--report", "json=r.json", "deploy"]).exits(0);
    stage
}

/// Runs without network and without any credential of one's own, from the folder of a stage.
fn offline(stage: &Stage, args: &[&str]) -> support::Run {
    let mut command = stage.folder.command(args);
    command.env("XDG_STATE_HOME", stage.folder.path().join("state"));
    run(command, "")
}

fn lines(stage: &Stage) -> Vec<Value> {
    stage.folder.read(RECEIPTS).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_scan_is_green_after_a_clean_up() {
    let stage = leaked();
    // Nothing is known yet.
    let scan = ["scan", "--fail-on", "live", "--report", "json", "deploy"];
    let run = offline(&stage, &scan).exits(2);
    assert!(run.stderr.contains("--verify") && run.stderr.contains("--receipts"), "{run:?}");
    let revoke = ["revoke", "--from", "r.json", "--yes"];
    stage.admin(&[&revoke[..], &["--credential", "personal_access_token"]].concat(), "").exits(0);
    // The key may be live for all that is known.
    offline(&stage, &scan).exits(2);
    stage.admin(&[&revoke[..], &["--reason", "ticket 42"]].concat(), "").exits(0);
    let report = offline(&stage, &scan).exits(0).json();
    for finding in report["findings"].as_array().expect("a list") {
        let liveness = &finding["liveness"];
        assert_eq!(liveness["state"], "dead", "{finding}");
        assert!(liveness["why"].as_str().is_some_and(|why| why.contains("its id is gone")), "{finding}");
        assert_eq!(liveness["site"], "datadoghq.com");
        assert_eq!(finding["severity"], "low");
    }
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(2));
    offline(&stage, &["verify", "--from", "r.json"]).exits(0);
    for format in ["text", "md", "html", "github"] {
        let said = offline(&stage, &["scan", "--report", format, "deploy"]).exits(1).stdout;
        assert!(!said.contains("Revoke it"), "{format}: {said}");
    }
    // With another file, nothing is, and what was found may be live: it is reported, and no error.
    stage.folder.file("none.jsonl", "");
    let unknown = offline(&stage, &[&scan[..], &["--receipts", "none.jsonl"]].concat()).exits(2);
    assert!(unknown.stderr.is_empty() && unknown.json()["findings"].is_array(), "{unknown:?}");
    stage.folder.file("clean/a", "nothing");
    offline(&stage, &["scan", "--fail-on", "live", "--receipts", "none.jsonl", "clean"]).exits(0);
    offline(&stage, &["verify", "--from", "r.json", "--receipts", "none.jsonl"]).exits(2);
    let copy = stage.folder.read(RECEIPTS);
    std::fs::remove_file(stage.folder.path().join(RECEIPTS)).expect("a file");
    stage.folder.file("copy.jsonl", copy);
    offline(&stage, &scan).exits(2);
    offline(&stage, &[&scan[..], &["--receipts", "copy.jsonl"]].concat()).exits(0);
}

#[test]
fn a_receipt_says_what_was_revoked_and_where_it_stood() {
    let stage = leaked();
    let mut command = stage.command(&["revoke", "--from", "r.json", "--yes", "--reason", "ticket 42"]);
    command.env("DD_API_KEY", &stage.api_key).env("DD_APP_KEY", &stage.app_key);
    run(command, "").exits(0);
    let report: Value = serde_json::from_str(&stage.folder.read("r.json")).expect("JSON");
    let of_kind = |kind: &str| {
        let findings = report["findings"].as_array().expect("a list");
        findings.iter().find(|it| it["credential"] == kind).expect("a finding").clone()
    };
    let lines = lines(&stage);
    assert_eq!(lines.len(), 4);
    for line in &lines {
        let finding = of_kind(line["credential"].as_str().expect("a word"));
        assert_eq!(line["schema_version"], 1);
        assert_eq!(line["fingerprint"], finding["fingerprint"]);
        assert_eq!(line["reason"], "ticket 42");
        assert_eq!((&line["owner"], &line["owner_name"]), (&OWNER.into(), &"Ann Example".into()));
        assert!(line["name"].is_string());
        // There is no USER in the environment of a test.
        let who = line["who"].as_str().expect("a text");
        assert!(!who.is_empty() && who != "unknown", "{who}");
        let place = &line["places"][0];
        assert!(place["path"].as_str().is_some_and(|path| path.ends_with(".env")), "{line}");
        assert!(place["line"].as_u64().is_some_and(|line| line > 1), "{line}");
    }
    assert_eq!(lines[3]["last4"], of_kind("application_key")["last4"]);
}

#[test]
fn what_is_live_now_is_newer_than_a_receipt() {
    let stage = leaked();
    stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(0);
    stage.server.world().tokens[0].revoked = None;
    let run = stage.admin(&["scan", "--verify", "--fail-on", "live", "--report", "json", "deploy"], "");
    let states: Vec<_> = run.exits(1).json()["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| finding["liveness"]["state"].clone())
        .collect();
    assert_eq!(states, ["live", "dead"], "unknown to Datadog, but proven by the receipt");
}

#[test]
fn what_was_not_proven_is_not_dead_and_is_proven_later() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let stage = Stage::new(|world| {
        world.behaviour.lag = 100;
        world.tokens.push(token(&pat, Kind::PersonalAccessToken));
    });
    let out = stage.admin(&["revoke", "--yes"], &pat).exits(1);
    assert!(out.stdout.contains("Summary: 1 revoked, 0 proven dead, 1 unknown, 0 skipped"), "{out:?}");
    let mut command = stage.folder.command(&["verify", "--receipts", RECEIPTS]);
    command.env("HOME", stage.folder.path());
    run(command, &pat).exits(2);
    // Meanwhile it has become known everywhere.
    stage.server.world().tokens[0].revoked = Some(0);
    let out = stage.admin(&["revoke", "--yes"], &pat).exits(0);
    assert!(out.stdout.contains("proven dead") && out.stdout.contains("was asked for at"), "{out:?}");
    assert!(!stage.requests().iter().skip(20).any(|it| it.starts_with("DELETE")));
    let run = run(stage.folder.command(&["verify", "--json", "--receipts", RECEIPTS]), &pat).exits(0);
    assert_eq!(verdict(&run).0, "dead");
}

#[test]
fn a_file_that_is_no_receipts_is_named() {
    let stage = leaked();
    stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(0);
    let good = stage.folder.read(RECEIPTS);
    let scan = |file: &str| offline(&stage, &["scan", "deploy", "--fail-on", "live", "--receipts", file]);
    let damaged = [
        (good.replacen("\"event\"", "\"evnt\"", 1), "bad.jsonl:1: it is damaged"),
        (
            good.replacen("\"schema_version\":1", "\"schema_version\":7", 1),
            "bad.jsonl:1: its schema_version is 7",
        ),
        (format!("{good}{}", &good[..40]), "bad.jsonl:5: it is damaged"),
        (format!("\n{}", good.replacen("20", "x", 1)), "bad.jsonl:2: it is damaged"),
    ];
    for (text, words) in damaged {
        stage.folder.file("bad.jsonl", &text);
        let run = scan("bad.jsonl").exits(2);
        assert!(run.stderr.contains(words) && run.stderr.contains("remove it"), "{words}: {run:?}");
        // The user's own file: the line does not count, the others do.
        stage.folder.file(RECEIPTS, &text);
        let run = offline(&stage, &["scan", "deploy", "--fail-on", "live"]);
        assert!(run.stderr.contains("receipts.jsonl:"), "{run:?}");
    }
    assert!(scan("missing.jsonl").exits(2).stderr.contains("no such file"));
    assert!(scan("deploy").exits(2).stderr.contains("not a file"));
    let huge = std::fs::File::create(stage.folder.path().join("huge.jsonl")).expect("a file");
    huge.set_len((64 << 20) + 1).expect("a sparse file");
    assert!(scan("huge.jsonl").exits(2).stderr.contains("larger than 64 MiB"));
}

#[cfg(unix)]
#[test]
fn receipts_that_others_may_have_made_are_not_read_by_default() {
    let stage = leaked();
    stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(0);
    let scan = ["scan", "deploy", "--fail-on", "live"];
    let refused = |words: &str| {
        let run = offline(&stage, &scan).exits(2);
        assert!(run.stderr.contains(words), "{words}: {run:?}");
    };
    offline(&stage, &scan).exits(0);
    // Where the state's folder lies within a repository, that may have brought it.
    let git = stage.folder.path().join(".git");
    std::fs::create_dir(&git).expect("a folder");
    refused("lies within the repository");
    offline(&stage, &[&scan[..], &["--receipts", RECEIPTS]].concat()).exits(0);
    std::fs::remove_dir(&git).expect("a folder");
    let path = stage.folder.path().join(RECEIPTS);
    let mode = |mode| std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode));
    mode(0o666).expect("a file");
    refused("others may write to it");
    mode(0o600).expect("a file");
    std::fs::rename(&path, stage.folder.path().join("forged.jsonl")).expect("a file");
    std::os::unix::fs::symlink(stage.folder.path().join("forged.jsonl"), &path).expect("a link");
    refused("it is a link");
    // A FIFO is not waited for.
    std::fs::remove_file(&path).expect("a link");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo");
    assert!(made.success());
    refused("it is not a file");
}

/// A report is anybody's: a fingerprint in it is not believed of another token, nor of a key that ends otherwise.
#[test]
fn a_forged_fingerprint_proves_nothing() {
    let (leaked, other) = (mint(1, Kind::PersonalAccessToken), mint(2, Kind::PersonalAccessToken));
    let stage = Stage::new(|world| {
        world.tokens.push(token(&leaked, Kind::PersonalAccessToken));
        world.tokens.push(Token { name: "other".to_owned(), ..token(&other, Kind::PersonalAccessToken) });
    });
    stage.folder.file("a", &leaked);
    stage.folder.run(&["scan", "--fail-on", "never", "--report", "json=r.json", "a"]).exits(0);
    let id = |value: &str| dogcatcher::token::token_id(&value.as_bytes()[6..28]).expect("an id").to_string();
    let forged = stage.folder.read("r.json").replace(&id(&leaked), &id(&other));
    stage.folder.file("forged.json", forged);
    // It does not go by the name of the one that leaked either.
    let plan = stage.admin(&["revoke", "--from", "forged.json", "--dry-run"], "").exits(0);
    assert!(plan.stdout.contains(&format!("REVOKE token {}", id(&other))), "{plan:?}");
    assert!(!plan.stdout.contains(&leaked[6..28]), "{plan:?}");
    stage.admin(&["revoke", "--from", "forged.json", "--yes"], "").exits(0);
    assert!(stage.folder.read(RECEIPTS).contains("\"dead\""));
    offline(&stage, &["scan", "a", "--fail-on", "live"]).exits(2);
}

/// A key that a person named by its id is the finding of its kind in the report.
#[test]
fn a_named_key_is_the_finding_of_the_report() {
    let (old, id) = (hex(7, 40), "00000000-0000-4000-8000-00000000000b");
    let stage = Stage::new(|world| {
        let first = world.app_keys[0].clone();
        world.app_keys.push(AppKey { value: old.clone(), id: id.to_owned(), ..first });
    });
    stage.folder.file("a", format!("DD_APP_KEY={old}\n"));
    stage.folder.run(&["scan", "--fail-on", "never", "--report", "json=r.json", "a"]).exits(0);
    // The administrator's own key ends otherwise.
    let wrong = ["--application-key-id", "00000000-0000-4000-8000-000000000002"];
    let run = stage.admin(&[&["revoke", "--from", "r.json", "--yes"], &wrong[..]].concat(), "").exits(1);
    assert!(run.stdout.contains("does not end in the last four characters"), "{run:?}");
    stage.admin(&["revoke", "--from", "r.json", "--yes", "--application-key-id", id], "").exits(0);
    offline(&stage, &["scan", "a", "--fail-on", "live"]).exits(0);
}

#[test]
fn nothing_is_read_where_there_is_no_receipt() {
    let folder = Folder::new();
    folder.file("a", support::pat(1));
    let run = folder.run(&["scan", "a"]).exits(1);
    assert!(!run.stdout.contains("liveness") && !run.stderr.contains("receipt"), "{run:?}");
}
