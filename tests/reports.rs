//! The reports, as their readers see them.

// `json!` takes a step for each field.
#![recursion_limit = "256"]

mod support;

use serde_json::{Value, json};
use support::git::git;
use support::{Folder, app, broken_pat, pat, secret_part};

#[test]
fn json_has_the_fields_of_the_contract() {
    let folder = Folder::new();
    let token = pat(1);
    folder.file("a.txt", format!("é🐕 {token}"));
    let mut report = folder.scan(&[]).exits(1).json();
    let duration = report["summary"]["duration_ms"].take();
    assert!(duration.is_u64());
    let alias = &token[6..28];
    let id = dogcatcher::token::token_id(alias.as_bytes()).expect("an id").to_string();
    let fingerprint = report["findings"][0]["fingerprint"].take();
    assert!(fingerprint.as_str().is_some_and(|text| text.starts_with("fp1_") && text.len() == 36));
    let expected = json!({
        "schema_version": 1,
        "tool": {"name": "dogcatcher", "version": env!("CARGO_PKG_VERSION")},
        "summary": {
            "scopes": [{"paths": ["."], "limits": []}], "files": 1, "blobs": 1, "commits": 0, "objects": 0, "bytes": 72, "duration_ms": null, "findings": 1,
            "suppressed": 0, "rejected": 0, "rejected_by_reason": {}, "skipped": [], "config": null, "configs": [], "repositories": [],
            "known": 0, "outside": 0, "ignored": {"files": 0, "folders": 0, "paths": [], "by": []},
        },
        "findings": [{
            "rule_id": "datadog-personal-access-token",
            "credential": "personal_access_token",
            "confidence": "verified",
            "severity": "critical",
            "redacted": format!("ddpat_{alias}_…"),
            "fingerprint": null,
            "token_id": id,
            "checksum": {"holds": true, "covers": "secret"},
            "last4": null,
            "first_seen": null,
            "expired_by": null,
            "in_head": null,
            "tips": [],
            "suppressed": null,
            "paired_with": null,
            "site": null,
            "context": null,
            "liveness": null,
            "locations": [{
                "kind": "file", "path": "a.txt", "line": 1, "column": 5, "end_line": 1, "end_column": 70,
                "byte_offset": 7, "layers": [], "blob": null, "commit": null, "author": null, "date": null,
                "reachable": null, "reached_by": null, "repository": null, "subject": null, "suppressed": null,
            }],
        }],
    });
    assert_eq!(report, expected);
}

#[test]
fn jsonl_is_one_finding_a_line() {
    let folder = Folder::new();
    folder.file("a.txt", format!("{}\n{}", pat(1), app(1)));
    let run = folder.run(&["scan", "--report", "jsonl"]).exits(1);
    let lines: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["rule_id"], "datadog-application-key");
}

#[test]
fn text_for_people() {
    let folder = Folder::new();
    let (token, broken) = (pat(1), broken_pat(2));
    folder.file("config/app.yaml", format!("site: datadoghq.eu\ntoken: {token} # and {broken}\n"));
    folder.file("copy.yaml", format!("x: {token}\n"));
    let run = folder.run(&["scan"]).exits(1);
    let alias = &token[6..28];
    let other = &broken[6..28];
    let id = dogcatcher::token::token_id(alias.as_bytes()).expect("an id");
    for expected in [
        "verified[datadog-personal-access-token]: Datadog personal access token\n --> config/app.yaml:2:8\n"
            .to_owned(),
        format!("ddpat_{alias}_********"),
        "  = why: the checksum holds (over: secret)\n".to_owned(),
        format!("  = token id: {id}\n"),
        "  = also: copy.yaml:1:4\n".to_owned(),
        "suspect[datadog-personal-access-token]: Datadog personal access token\n --> config/app.yaml:2:80\n"
            .to_owned(),
        "  = why: exact shape, and the alias is a token id; the checksum does not hold\n".to_owned(),
        "what to do: Datadog personal access token\n    Revoke it now".to_owned(),
        "2 credentials found (1 verified, 1 suspect). 2 files, ".to_owned(),
    ] {
        assert!(run.stdout.contains(&expected), "{expected}\n---\n{}", run.stdout);
    }
    assert_eq!(run.stdout.matches("what to do").count(), 1, "once a rule");
    assert!(run.stdout.contains(other));
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "no colour where there is no terminal");
    let colour = folder.run(&["scan", "--color", "always"]).exits(1).stdout;
    assert!(colour.contains("\u{1b}["));
    let clean = folder.run(&["scan", "dogcatcher.toml", "copy.yaml", "--min-confidence", "verified"]);
    assert_eq!(clean.status, 1);
}

#[test]
fn quiet_where_there_is_nothing_to_say() {
    let folder = Folder::new();
    folder.file("a.txt", "x");
    let run = folder.run(&["scan", "--quiet"]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert!(folder.run(&["scan"]).exits(0).stdout.starts_with("No credentials found. 1 file, 1 B, "));
    folder.file("a.txt", pat(1));
    assert!(folder.run(&["scan", "--quiet"]).exits(1).stdout.contains("1 credential found"));
}

#[test]
fn several_at_once_and_whole_or_not_at_all() {
    let folder = Folder::new();
    folder.file("src/a.txt", pat(1));
    folder.file("out/old.json", "old");
    let args = [
        "scan",
        "src",
        "--report",
        "json=out/old.json",
        "--report",
        "sarif=out/x.sarif",
        "--report",
        "jsonl=l",
    ];
    let run = folder.run(&args).exits(1);
    assert!(run.stdout.contains("1 credential found"), "text goes to standard output");
    assert_eq!(
        serde_json::from_str::<Value>(&folder.read("out/old.json")).expect("JSON")["schema_version"],
        1
    );
    assert_eq!(serde_json::from_str::<Value>(&folder.read("out/x.sarif")).expect("JSON")["version"], "2.1.0");
    assert_eq!(folder.read("l").lines().count(), 1);
    let names: Vec<_> = std::fs::read_dir(folder.path().join("out")).expect("a folder").collect();
    assert_eq!(names.len(), 2, "nothing temporary is left");
    // One that cannot be written stops the run before the scan; what an earlier run reported is not taken for its report.
    folder.file("out/old.json", "old");
    folder.run(&["scan", "src", "--report", "json=out/old.json", "--report", "sarif=none/x"]).exits(2);
    assert!(!folder.path().join("out/old.json").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_cannot_be_written_does_not_cost_the_others() {
    let folder = Folder::new();
    folder.file("src/a.txt", pat(1));
    folder.run(&["scan", "src", "--report", "json=/dev/full", "--report", "sarif=o.sarif"]).exits(2);
    assert_eq!(serde_json::from_str::<Value>(&folder.read("o.sarif")).expect("JSON")["version"], "2.1.0");
}

#[test]
fn a_report_does_not_count_itself() {
    let folder = Folder::new();
    folder.run(&["scan", "--report", "json=o.json"]).exits(0);
    let report: Value = serde_json::from_str(&folder.read("o.json")).expect("JSON");
    assert_eq!(report["summary"]["files"], 0);
}

#[cfg(unix)]
#[test]
fn links_and_devices_stay_what_they_are() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("target.json", folder.path().join("link.json")).expect("a link");
    for _ in ["it leads nowhere", "it leads to a file"] {
        folder.run(&["scan", "--report", "json=link.json"]).exits(0);
        assert!(folder.path().join("link.json").is_symlink() && folder.path().join("target.json").is_file());
    }
    folder.run(&["scan", "--report", "json=/dev/null", "--report", "sarif=/dev/null"]).exits(0);
}

#[cfg(unix)]
#[test]
fn report_files_are_as_readable_as_any() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.run(&["scan", "--report", "json=r.json"]).exits(0);
    let plain = std::fs::metadata(folder.file("plain", "")).expect("a file").permissions().mode();
    let report = std::fs::metadata(folder.path().join("r.json")).expect("a file").permissions().mode();
    assert_eq!(report, plain);
}

#[test]
fn sarif_for_code_scanning() {
    let folder = Folder::new();
    let token = pat(1);
    folder.file("sub dir/a#.txt", format!("\n é {token}\n{} # dogcatcher:allow x\n", app(1)));
    folder.file("b.txt", &token);
    let run = folder.run(&["scan", "--report", "sarif", "missing", "."]).exits(1);
    let sarif = run.json();
    let log = &sarif["runs"][0];
    assert_eq!(log["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(8));
    assert_eq!(log["columnKind"], "utf16CodeUnits");
    assert_eq!(log["invocations"][0]["executionSuccessful"], false);
    let results = log["results"].as_array().expect("results");
    assert_eq!(results.len(), 2, "a result for each place; what is suppressed is left out");
    let second = &results[1];
    let location = &second["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"], json!({"uri": "sub%20dir/a%23.txt", "uriBaseId": "SRCROOT"}));
    assert_eq!(location["region"], json!({"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 69}));
    let hash = second["partialFingerprints"]["primaryLocationLineHash"].as_str().expect("a hash");
    assert!(hash.ends_with(":1"), "{hash}");
    assert!(second["message"]["text"].as_str().is_some_and(|text| text.contains("It stands in 2 places")));
    for rule in log["tool"]["driver"]["rules"].as_array().expect("rules") {
        assert!(rule["properties"]["security-severity"].is_string());
        assert!(rule["help"]["markdown"].as_str().is_some_and(|text| text.contains("**What to do.**")));
    }
}

/// A repository whose first commit brings nothing, and whose second brings the token into `deploy/.env`.
fn leaked() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "."]);
    folder.file("a", "a");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "first"]);
    folder.file("deploy/.env", format!("DD_ACCESS_TOKEN={}\n", pat(1)));
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "leak"]);
    folder
}

#[test]
fn sarif_of_a_range_names_path_and_commit() {
    let folder = leaked();
    let sarif = folder.run(&["scan", "--range", "HEAD", "--report", "sarif"]).exits(1).json();
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(*place, json!({"uri": "deploy/.env", "uriBaseId": "SRCROOT"}));
    let commit = result["properties"]["commit"].as_str().expect("a commit");
    assert_eq!(commit.len(), 40);
    let message = result["message"]["text"].as_str().expect("a message");
    assert!(message.contains(&format!("Commit {} of ", &commit[..10])), "{message}");
    // A path of git's is no place of SARIF's that a file has already.
    let history = folder.run(&["scan", "--history-only", "--report", "sarif"]).exits(1).json();
    assert_eq!(history["runs"][0]["results"][0]["properties"]["reached_by"], "HEAD");
}

#[test]
fn sarif_names_the_repository_without_its_credentials() {
    let folder = leaked();
    let provenance = |folder: &Folder, args: &[&str]| {
        let run = folder.run(&[&["scan", "--report", "sarif"], args].concat());
        assert!(!run.stdout.contains("hunter2"), "{run:?}");
        run.exits(1).json()["runs"][0]["versionControlProvenance"].clone()
    };
    assert_eq!(provenance(&folder, &[]), Value::Null, "no remote, no address");
    let remote = format!("https://ci:hunter2@host.example/a/b.git?key={}", pat(3));
    git(folder.path(), &["remote", "add", "origin", &remote]);
    let head = String::from_utf8(git(folder.path(), &["rev-parse", "HEAD"])).expect("an id");
    let expected = json!([{
        "repositoryUri": "https://host.example/a/b.git", "revisionId": head.trim(), "branch": "main",
        "mappedTo": {"uriBaseId": "SRCROOT"},
    }]);
    for args in [&[][..], &["--history-only"], &["--range", "HEAD"]] {
        assert_eq!(provenance(&folder, args), expected, "{args:?}");
    }
    let within = folder
        .command(&["scan", ".", "--report", "sarif"])
        .current_dir(folder.path().join("deploy"))
        .output();
    let within: Value = serde_json::from_slice(&within.expect("it runs").stdout).expect("SARIF");
    assert_eq!(within["runs"][0]["versionControlProvenance"], Value::Null, "it lies above SRCROOT");
    let token_in_path = format!("https://host.example/{}/b.git", pat(3));
    git(folder.path(), &["remote", "set-url", "origin", &token_in_path]);
    assert_eq!(provenance(&folder, &[]), Value::Null);
    git(folder.path(), &["remote", "set-url", "origin", &remote]);
    git(folder.path(), &["init", "-q", "other"]);
    git(&folder.path().join("other"), &["commit", "-q", "--allow-empty", "-m", "x"]);
    assert_eq!(provenance(&folder, &[]), Value::Null, "two repositories");
    assert_eq!(provenance(&folder, &["--no-nested"]), expected);
}

#[test]
fn text_of_history_begins_with_path_line_and_column() {
    let folder = leaked();
    let run = folder.run(&["scan", "--range", "HEAD"]).exits(1);
    assert!(run.stdout.contains("--> deploy/.env:1:17 in commit "), "{}", run.stdout);
    git(folder.path(), &["checkout", "-q", "-b", "other", "HEAD~1"]);
    let run = folder.run(&["scan", "--history-only"]).exits(1);
    assert!(run.stdout.contains("HEAD never held it"), "{}", run.stdout);
    git(folder.path(), &["checkout", "-q", "main"]);
    git(folder.path(), &["rm", "-q", "deploy/.env"]);
    git(folder.path(), &["commit", "-qm", "gone"]);
    let run = folder.run(&["scan", "--history-only"]).exits(1);
    assert!(run.stdout.contains("HEAD does not hold it any more"), "{}", run.stdout);
}

#[test]
fn text_of_many_findings_is_a_few_lines_each() {
    let folder = Folder::new();
    let tokens: Vec<String> = (0..400).map(pat).collect();
    let lines: String = tokens.iter().map(|token| format!("token: {token}\n")).collect();
    folder.file("many.txt", lines);
    folder.file("z.txt", broken_pat(1));
    (0..5).for_each(|copy| drop(folder.file(&format!("copies/{copy}.txt"), &tokens[0])));
    let run = folder.run(&["scan"]).exits(1);
    for token in &tokens {
        assert!(run.stdout.contains(&format!("\n  {}…  fp1_", &token[..29])), "{token}");
        assert!(!run.stdout.contains(secret_part(token)));
    }
    let (sure, likely) = ("critical, verified: Datadog personal access token (400)\n", "suspect: Datadog");
    assert!(run.stdout.starts_with(sure) && run.stdout.contains(likely), "{}", run.stdout);
    let copies = "      copies/0.txt:1:1\n      copies/1.txt:1:1\n      copies/2.txt:1:1\n      \
                  and 3 more places: --report json names them\n";
    assert!(run.stdout.contains(copies), "{}", run.stdout);
    let table = "                               found  there today\n\
                 Datadog personal access token    401          401\n";
    assert!(run.stdout.contains(table), "{}", run.stdout);
    assert_eq!(run.stdout.matches("what to do").count(), 1, "{}", run.stdout);
    assert!(run.stdout.lines().count() < 3 * 401, "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80 || line.contains("credentials found")));
}

#[test]
fn text_is_grouped_by_what_is_asked_for() {
    let folder = leaked();
    folder.file("other.txt", format!("{}\n{}\n", pat(1), app(2)));
    let titles = |by: &str, flags: &[&str]| -> Vec<String> {
        let run = folder.run(&[&["scan", "--group-by", by], flags].concat()).exits(1);
        let titles = run.stdout.lines().take_while(|line| !line.starts_with("what to do"));
        titles.filter(|line| line.ends_with(')') && !line.starts_with(' ')).map(str::to_owned).collect()
    };
    let by_kind = ["Datadog personal access token (1)", "Datadog application key (1)"];
    let path = ["deploy/.env (1)", "other.txt (2)"];
    assert_eq!(titles("path", &[]), path);
    assert_eq!(titles("credential", &[]), by_kind);
    assert_eq!(titles("repository", &[]), ["this repository (2)"]);
    assert_eq!(titles("owner", &[]), ["owner not known (2)"]);
    assert_eq!(titles("author", &[]), ["authors were not asked for: --authors (2)"]);
    let gravity = [
        "critical, verified: Datadog personal access token (1)",
        "critical, verified: Datadog application key (1)",
    ];
    assert_eq!(titles("gravity", &[]), gravity);
    let authors = titles("author", &["--authors"]);
    assert!(authors.iter().any(|title| title.contains('@')), "{authors:?}");
    folder.run(&["scan", "--group-by", "colour"]).exits(2);
}

#[test]
fn text_has_the_gravest_first() {
    let folder = Folder::new();
    folder.file("a.txt", broken_pat(1));
    folder.file("b.txt", pat(2));
    let run = folder.run(&["scan"]).exits(1);
    assert!(run.stdout.find("b.txt:1:1") < run.stdout.find("a.txt:1:1"), "{}", run.stdout);
}

#[test]
fn quiet_with_a_report_file_prints_nothing() {
    let folder = Folder::new();
    folder.file("a.txt", pat(1));
    let run = folder.run(&["scan", "-q", "--report", "json=r.json"]).exits(1);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn what_is_public_is_counted_apart() {
    let folder = Folder::new();
    let tokens = folder.run(&["token", "mint", "client_token", "-n", "2", "--seed", "7"]).exits(0).stdout;
    let lines: Vec<String> = tokens.lines().map(|token| format!("DD_CLIENT_TOKEN={token}\n")).collect();
    folder.file("a.env", lines.concat());
    folder.file("b.env", pat(1));
    let both = folder.run(&["scan"]).exits(1).stdout;
    assert!(both.contains("1 credential found (1 verified), and 2 public client tokens"), "{both}");
    assert!(
        both.contains("  = severity: critical\n") && both.contains("\ninfo[datadog-client-token]"),
        "{both}"
    );
    let public = folder.run(&["scan", "a.env"]).exits(0).stdout;
    assert!(public.contains("No credentials found, but 2 public client tokens"), "{public}");
}

#[test]
fn what_must_have_expired_is_less_severe() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q"]);
    folder.file("a.env", pat(1));
    let commit = |when: &str, name: &str| {
        git(folder.path(), &["add", "."]);
        let mut command = std::process::Command::new("git");
        command.current_dir(folder.path()).env("GIT_AUTHOR_DATE", when).env("GIT_COMMITTER_DATE", when);
        let id = ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", name];
        assert!(command.args(id).status().expect("git").success());
    };
    commit("2020-01-01T00:00:00Z", "old");
    folder.file("b.env", app(2));
    commit("2020-01-02T00:00:00Z", "key");
    let json = folder.scan(&["--history-only"]).exits(1).json();
    let of = |rule: &str| {
        let findings = json["findings"].as_array().expect("a list");
        findings.iter().find(|it| it["rule_id"] == rule).cloned().expect("a finding")
    };
    let token = of("datadog-personal-access-token");
    assert_eq!((&token["severity"], &token["expired_by"]), (&json!("high"), &json!("2021-01-01T00:00:00Z")));
    let key = of("datadog-application-key");
    assert_eq!((&key["expired_by"], &key["last4"]), (&Value::Null, &json!(app(2)[36..])));
}
