//! Reports of other scanners, judged anew: what is real, what is a false alarm, and what cannot be told.

mod support;

use serde_json::{Value, json};
use support::git::git;
use support::{Folder, Run, app, broken_pat, pat, sat, secret_part};

/// Hexadecimal digits that are a function of a number.
fn hex(seed: u64, len: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..len).map(|_| random.digit(16)).collect()
}

/// The numbers of the sum, in order: real, hashes, other false alarms, cannot be told, others'.
fn sum(run: &Run) -> Vec<u64> {
    let number = |line: &str| line.split_whitespace().next()?.parse().ok();
    run.stdout.lines().skip(1).take(5).filter_map(number).collect()
}

/// A record of gitleaks'.
fn gitleaks(rule: &str, line: u64, text: &str, secret: &str) -> Value {
    json!({
        "RuleID": rule, "Description": "", "StartLine": line, "EndLine": line, "StartColumn": 2, "EndColumn": 9,
        "Match": text, "Secret": secret, "File": "src/a.env", "Commit": "", "Fingerprint": "src/a.env:x"
    })
}

#[test]
fn gitleaks_is_told_what_is_real_and_what_a_hash() {
    let folder = Folder::new();
    let (hash, key, other) = (hex(1, 40), hex(2, 32), hex(3, 32));
    let report = json!([
        gitleaks("generic-api-key", 1, &format!("token = {}", pat(1)), &pat(1)),
        gitleaks("generic-api-key", 2, &format!("token = {}", app(2)), &app(2)),
        gitleaks("datadog-access-token", 3, &format!("datadog_agent_sha1 = {hash}"), &hash),
        gitleaks("generic-api-key", 4, &format!("DD_API_KEY={key}"), &key),
        gitleaks("generic-api-key", 5, &format!("API_KEY={other}"), &other),
        gitleaks("datadog-access-token", 6, "x", "ddpat_tooshort"),
        gitleaks("aws-access-token", 7, "AKIA0123456789ABCDEF", "AKIA0123456789ABCDEF"),
    ]);
    folder.file("gl.json", report.to_string());
    let run = folder.run(&["report", "convert", "gl.json"]).exits(0);
    assert_eq!(sum(&run), [3, 1, 1, 0, 2], "{}", run.stdout);
    assert!(run.stdout.starts_with("gl.json, a report of gitleaks: 7 claims\n"), "{}", run.stdout);
    assert!(run.stdout.contains("hash: its name is that of a hash\n      src/a.env:3\n"), "{}", run.stdout);
    for secret in [secret_part(&pat(1)), secret_part(&app(2)), &hash, &key, &other] {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{secret} is shown");
    }
    let converted = folder.run(&["report", "convert", "gl.json", "--report=json"]).exits(0);
    assert!(converted.stderr.contains("gl.json, a report of gitleaks"), "{}", converted.stderr);
    let report = converted.json();
    assert_eq!(report["findings"][0]["confidence"], "verified");
    assert_eq!(report["findings"][0]["locations"][0]["line"], 1);
    assert_eq!(report["rejections"][0]["reason"], "hash");
    // What was converted is a report like any other.
    folder.file("r.json", report.to_string());
    let shown = folder.run(&["report", "show", "r.json", "--report=json"]).exits(0).json();
    assert_eq!(shown["findings"], report["findings"]);
}

/// Reports of one pair of a real token and a hash that is called a key, as each scanner writes them; `masked` stands for what is
/// masked in them.
fn reports(token: &str, hash: &str) -> Vec<(&'static str, String)> {
    let betterleaks = |rule: &str, line: u64, text: &str, value: &str| {
        json!({
            "rule_id": rule, "description": "", "match": {"full": text, "value": value}, "attributes": {},
            "location": {"path": "src/a.env", "start_line": line, "end_line": line, "start_column": 4}
        })
    };
    let found = betterleaks("generic-api-key", 1, token, token);
    let other = betterleaks("datadog-api-key", 2, &format!("datadog_sha1 = {hash}"), hash);
    let kingfisher = |rule: &str, line: u64, snippet: &str| {
        json!({
            "rule": {"name": "x", "id": rule, "description": ""},
            "finding": {"snippet": snippet, "validation": {"status": "Not Attempted"}, "line": line,
                "column_start": 3, "path": "src/a.env"}
        })
    };
    let (king, fisher) = (kingfisher("x.token", 1, token), kingfisher("x.datadog-api-key", 2, hash));
    let hog = |detector: &str, line: u64, raw: &str| {
        json!({
            "SourceMetadata": {"Data": {"Filesystem": {"file": "src/a.env", "line": line}}},
            "DetectorName": detector, "Verified": false, "Raw": raw, "RawV2": "", "Redacted": ""
        })
    };
    let log = json!({"level": "info-0", "logger": "trufflehog", "msg": "finished scanning"});
    let ggshield = |kind: &str, line: u64, text: &str| {
        json!({
            "policy": "Secrets detection", "type": kind, "validity": "unknown", "total_occurrences": 1,
            "occurrences": [{"match": text, "match_type": "apikey", "line_start": line, "index_start": 0}]
        })
    };
    let incidents = json!({
        "filename": "src/a.env", "mode": "FILE", "total_incidents": 2,
        "incidents": [ggshield("Generic High Entropy Secret", 1, token), ggshield("Datadog API Key", 2, hash)]
    });
    let sarif = |name: &str| {
        let result = |rule: &str, line: u64, text: &str| {
            json!({
                "ruleId": rule, "message": {"text": "found"},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": "src/a.env"},
                    "region": {"startLine": line, "startColumn": 2, "snippet": {"text": text}}
                }}]
            })
        };
        let results = [result("generic", 1, token), result("datadog-access-token", 2, hash)];
        json!({"version": "2.1.0", "runs": [{"results": results, "tool": {"driver": {"name": name}}}]})
            .to_string()
    };
    vec![
        ("betterleaks", json!({"schema_version": "1", "findings": [found, other]}).to_string()),
        (
            "betterleaks",
            format!("{}\n{}\n", json!({"schema_version": "1", "finding": found}), json!({"finding": other})),
        ),
        ("kingfisher", json!({"findings": [king, fisher], "audit": {}, "metadata": {}}).to_string()),
        ("kingfisher", format!("{king}\n{fisher}\n{}\n", json!({"audit": {"schema": "x"}}))),
        ("trufflehog", format!("{}\n{log}\n{}\n", hog("Generic", 1, token), hog("DatadogToken", 2, hash))),
        (
            "ggshield",
            json!({"type": "path_scan", "total_incidents": 2, "entities_with_incidents": [incidents]})
                .to_string(),
        ),
        (
            "ggshield",
            json!({"type": "scan", "scans": [
            {"id": "c", "type": "commit", "total_incidents": 2, "entities_with_incidents": [incidents]}]})
            .to_string(),
        ),
        ("gitleaks", sarif("gitleaks")),
        ("kingfisher", sarif("kingfisher")),
    ]
}

#[test]
fn every_scanner_is_read_in_each_of_its_shapes() {
    let folder = Folder::new();
    let hash = hex(5, 40);
    folder.file("root/src/a.env", format!("TOKEN={}\ndatadog_agent_sha1={hash}\n", sat(4)));
    for (scanner, report) in reports(&sat(4), &hash) {
        folder.file("r.json", &report);
        let run = folder.run(&["report", "convert", "r.json"]).exits(0);
        assert!(
            run.stdout.starts_with(&format!("r.json, a report of {scanner}: 2 claims")),
            "{report}\n{}",
            run.stdout
        );
        // The hash is told where the line is in the report.
        let expected = if scanner == "betterleaks" { [1, 1, 0, 0, 0] } else { [1, 0, 0, 1, 0] };
        assert_eq!(sum(&run), expected, "{report}\n{}", run.stdout);
        let run = folder.run(&["report", "convert", "r.json", "--root", "root", "--report=json"]).exits(0);
        let converted = run.json();
        assert_eq!(converted["findings"][0]["locations"][0]["column"], 7, "{scanner}");
        assert_eq!(converted["rejections"][0]["reason"], "hash", "{scanner}");
        assert!(!run.stdout.contains(&hash) && !run.stderr.contains(&hash), "{scanner}");
    }
}

#[test]
fn what_is_masked_is_not_known_and_no_false_alarm() {
    let folder = Folder::new();
    let hash = hex(5, 40);
    folder.file("root/src/a.env", format!("TOKEN={}\ndatadog_agent_sha1={hash}\n", sat(4)));
    for (scanner, report) in reports("REDACTED", &format!("{}...", &hash[..8])) {
        folder.file("r.json", &report);
        let run = folder.run(&["report", "convert", "r.json"]).exits(0);
        assert_eq!(sum(&run), [0, 0, 0, 2, 0], "{scanner}: {}", run.stdout);
        assert!(run.stdout.contains("the report masks it"), "{}", run.stdout);
        assert!(!run.stdout.contains("No credentials found"), "{}", run.stdout);
        let run = folder.run(&["report", "convert", "r.json", "--root", "root"]).exits(0);
        assert_eq!(sum(&run), [1, 1, 0, 0, 0], "{scanner}: {}", run.stdout);
    }
    // The id of a token may be in what is left.
    let beginning = &pat(1)[..32];
    folder.file("r.json", json!([gitleaks("datadog", 1, "x", &format!("{beginning}..."))]).to_string());
    let run = folder.run(&["report", "convert", "r.json"]).exits(0);
    assert!(run.stdout.contains("the report masks it; its token id is "), "{}", run.stdout);
}

/// The places of all findings, in order, as `line:column`.
fn lines(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list").iter();
    let places = findings.flat_map(|it| it["locations"].as_array().expect("a list"));
    let mut lines: Vec<String> = places.map(|it| format!("{}:{}", it["line"], it["column"])).collect();
    lines.sort();
    lines
}

/// A masked record of gitleaks' at a line and column.
fn masked(line: u64, column: u64) -> Value {
    let mut record = gitleaks("generic-api-key", line, "REDACTED", "REDACTED");
    (record["StartColumn"], record["EndColumn"]) = (json!(column), json!(column + 1));
    record
}

#[test]
fn two_masked_claims_on_one_line_are_two_credentials() {
    let folder = Folder::new();
    folder.file("src/a.env", format!("a={} b={}\n", pat(1), pat(2)));
    let second = pat(1).len() as u64 + 6;
    let expected = ["1:3".to_owned(), format!("1:{second}")];
    // Without columns, or with such as nothing stands at, either claim may be about either of them.
    for columns in [(3, second), (0, 0), (1, 1)] {
        folder.file("gl.json", json!([masked(1, columns.0), masked(1, columns.1)]).to_string());
        let run = folder.run(&["report", "convert", "gl.json", "--root", ".", "--report=json"]).exits(0);
        let report = run.json();
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(2), "{columns:?}");
        assert_eq!(lines(&report), expected, "{columns:?}");
    }
    folder.file("gl.json", json!([masked(1, second)]).to_string());
    let run = folder.run(&["report", "convert", "gl.json", "--root", ".", "--report=json"]).exits(0);
    assert_eq!(lines(&run.json()), expected[1..], "a column chooses");
    // A snippet may hold both.
    let snippet = format!("a={} b={}", pat(1), pat(2));
    folder.file("gl.json", json!([gitleaks("x", 1, &snippet, &snippet)]).to_string());
    let run = folder.run(&["report", "convert", "gl.json", "--report=json"]).exits(0);
    assert_eq!(run.json()["findings"].as_array().map(Vec::len), Some(2));
}

#[test]
fn each_place_of_one_secret_is_kept() {
    let folder = Folder::new();
    folder.file("src/a.env", format!("a={}\n\ntoken={}\n", pat(1), pat(1)));
    let claim = |line: u64| gitleaks("x", line, &pat(1), &pat(1));
    folder.file("gl.json", json!([claim(1), claim(3)]).to_string());
    folder.file("one.json", json!([claim(3)]).to_string());
    // The lines of an older version.
    folder.file("old.json", json!([claim(11), claim(13)]).to_string());
    for (file, expected) in
        [("gl.json", &["1:3", "3:7"][..]), ("one.json", &["3:7"]), ("old.json", &["1:3", "3:7"])]
    {
        let run = folder.run(&["report", "convert", file, "--root", ".", "--report=json"]).exits(0);
        assert_eq!(lines(&run.json()), expected, "{file}");
    }
    // Nobody counted the bytes of what is converted without the files: its lines tell its places.
    folder.run(&["report", "convert", "gl.json", "--report=json=c.json"]).exits(0);
    folder.run(&["report", "convert", "one.json", "--report=json=d.json"]).exits(0);
    let merged = folder.run(&["report", "merge", "c.json", "d.json", "--report=json"]).exits(0);
    assert_eq!(lines(&merged.json()), ["1:2", "3:2"]);
}

#[test]
fn a_whole_token_beside_marks_of_a_mask_is_judged() {
    let folder = Folder::new();
    let result = |text: &str| {
        json!({"ruleId": "datadog", "message": {"text": "found"}, "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": "a.sh"}, "region": {"startLine": 1, "snippet": {"text": text}}}}]})
    };
    let key = hex(2, 32);
    let report = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [
        result(&format!("curl ... -H 'DD: {}'", pat(1))),
        result(&format!("echo *** # {}…", pat(2))),
        result(&format!("DD_API_KEY={key}...")),
        result(&format!("DD_API_KEY={}", &pat(3)[..40].replace('_', "***"))),
    ]}]});
    folder.file("r.sarif", report.to_string());
    let run = folder.run(&["report", "convert", "r.sarif"]).exits(0);
    assert_eq!(sum(&run), [2, 0, 0, 2, 0], "what is cut off after 32 digits is no whole key: {}", run.stdout);
}

#[test]
fn many_claims_of_one_file_are_judged_once_each() {
    let folder = Folder::new();
    let (tokens, claims): (Vec<String>, Vec<Value>) =
        (1..=300u64).map(|n| (pat(n), gitleaks("x", n, &pat(n), &pat(n)))).unzip();
    folder.file("src/a.env", tokens.join("\n"));
    folder.file("gl.json", json!(claims).to_string());
    let run = folder.run(&["report", "convert", "gl.json", "--root", ".", "--report=json"]).exits(0);
    let report = run.json();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(300));
    assert!(lines(&report).iter().all(|place| place.ends_with(":1")), "{:?}", lines(&report));
}

#[test]
fn hashes_of_detect_secrets_are_compared_with_the_files() {
    use sha1::Digest;
    let sha1 =
        |text: &str| -> String { sha1::Sha1::digest(text).iter().map(|it| format!("{it:02x}")).collect() };
    let folder = Folder::new();
    folder.file("a.env", format!("DD_TOKEN={}\n", pat(1)));
    let record = |kind: &str, hash: &str| json!({"type": kind, "filename": "a.env", "hashed_secret": hash, "is_verified": false, "line_number": 1});
    let records =
        [record("Base64 High Entropy String", &sha1(&pat(1))), record("Secret Keyword", &sha1("another"))];
    let report =
        json!({"version": "1.5.0", "plugins_used": [], "results": {"a.env": records}, "generated_at": ""});
    folder.file(".secrets.baseline", report.to_string());
    let run = folder.run(&["report", "convert", ".secrets.baseline"]).exits(0);
    assert_eq!(sum(&run), [0, 0, 0, 2, 0], "{}", run.stdout);
    let run = folder.run(&["report", "convert", ".secrets.baseline", "--root", "."]).exits(0);
    assert_eq!(sum(&run), [1, 0, 0, 1, 0], "another secret on that line is not taken for it: {}", run.stdout);
}

#[test]
fn the_version_of_the_commit_is_looked_into() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    folder.file("src/a.env", format!("# a\nDD_API_KEY={}\n", hex(7, 32)));
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "with"]);
    let commit = String::from_utf8(git(folder.path(), &["rev-parse", "HEAD"])).expect("text");
    folder.file("src/a.env", "");
    let mut record = gitleaks("generic-api-key", 2, "KEY=REDACTED", "REDACTED");
    (record["Commit"], record["Date"]) = (json!(commit.trim()), json!("2026-01-02T03:04:05Z"));
    folder.file("gl.json", json!([record]).to_string());
    let run = folder.run(&["report", "convert", "gl.json", "--root", ".", "--report=json"]).exits(0).json();
    let place = &run["findings"][0]["locations"][0];
    assert_eq!(
        (&place["commit"], &place["line"], &place["column"]),
        (&json!(commit.trim()), &json!(2), &json!(12))
    );
    assert_eq!(run["findings"][0]["first_seen"], "2026-01-02T03:04:05Z");
}

#[test]
fn no_path_leads_out_of_the_root() {
    let folder = Folder::new();
    folder.file("out.env", format!("DD_TOKEN={}\n", pat(1)));
    folder.file("root/x", "");
    for path in ["../out.env".to_owned(), folder.path().join("out.env").display().to_string()] {
        let mut record = gitleaks("datadog", 1, "REDACTED", "REDACTED");
        record["File"] = json!(path);
        folder.file("gl.json", json!([record]).to_string());
        let run = folder.run(&["report", "convert", "gl.json", "--root", "root"]).exits(0);
        assert_eq!(sum(&run), [0, 0, 0, 1, 0], "{path}: {}", run.stdout);
    }
}

#[test]
fn a_key_that_datadog_accepted_is_one() {
    let folder = Folder::new();
    let (app_key, api_key) = (hex(1, 40), hex(2, 32));
    let record = json!({
        "SourceMetadata": {"Data": {"Git": {"commit": "", "file": "a", "line": 1, "timestamp": "2026-01-02 03:04:05 +0000"}}},
        "DetectorName": "DatadogToken", "Verified": true, "Raw": app_key, "RawV2": format!("{app_key}{api_key}")
    });
    folder.file("th.json", format!("{record}\n"));
    let run = folder.run(&["report", "convert", "th.json", "--report=json"]).exits(0).json();
    let kinds: Vec<&Value> =
        run["findings"].as_array().expect("a list").iter().map(|it| &it["credential"]).collect();
    assert_eq!(kinds, ["api_key", "legacy_application_key"]);
}

#[test]
fn what_is_no_report_of_a_scanner_is_an_error_that_says_so() {
    let folder = Folder::new();
    let whole =
        json!([gitleaks("x", 1, &broken_pat(1), &broken_pat(1)), gitleaks("x", 2, "y", "y")]).to_string();
    folder.scan(&["--report=json=own.json", "-q"]);
    let own = folder.read("own.json");
    for (content, words) in [
        (&whole[..whole.len() - 9], "after 1 whole records it is no JSON any more: EOF while parsing"),
        ("{\"a\": 1, \"b\": [1]}", "its shape is that of no scanner that is known; it has the keys a, b"),
        ("[{\"c\": 1}]", "it has the keys c"),
        ("no JSON", "after 0 whole records it is no JSON any more: expected"),
        (&own, "`dogcatcher report show` reads"),
        ("", "after 0 whole records"),
    ] {
        folder.file("r.json", content);
        let run = folder.run(&["report", "convert", "r.json"]).exits(2);
        assert!(run.stderr.contains("r.json") && run.stderr.contains(words), "{content}: {}", run.stderr);
        assert!(run.stderr.contains("gitleaks"), "the scanners that are known are named: {}", run.stderr);
        assert!(!run.stderr.contains(secret_part(&broken_pat(1))));
    }
    // An empty list is a report of somebody who found nothing.
    folder.file("r.json", "[]");
    folder.run(&["report", "convert", "r.json"]).exits(0);
    // What is not understood within a report that is known is counted.
    folder.file("r.json", json!([gitleaks("x", 1, &pat(1), &pat(1)), {"new": "shape"}]).to_string());
    let run = folder.run(&["report", "convert", "r.json"]).exits(0);
    assert!(
        run.stdout.contains("not read: r.json: record 2 of gitleaks has a shape that is not known"),
        "{}",
        run.stdout
    );
}

#[test]
fn nothing_in_a_foreign_report_acts_on_a_terminal() {
    let folder = Folder::new();
    let mut record = gitleaks("datadog\u{1b}[2J", 1, "REDACTED", "REDACTED");
    record["File"] = json!(format!("a\u{1b}]0;x\u{7}\u{202e}{}", pat(9)));
    folder.file("gl.json", json!([record]).to_string());
    let run = folder.run(&["report", "convert", "gl.json"]).exits(0);
    assert!(!run.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", run.stdout);
    assert!(!run.stdout.contains(secret_part(&pat(9))));
}
