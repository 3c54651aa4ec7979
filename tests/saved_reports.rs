//! Saved reports: shown in every format, joined, and compared.

mod support;

use dogcatcher::report::Format;
use serde_json::{Value, json};
use support::git::git;
use support::{Folder, app, pat, sat, secret_part};

/// A repository with tokens in files, in history only, in a message, an archive member, and one that is allowed.
fn leaky() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    folder.file("r/a.env", format!("DD_ACCESS_TOKEN={}\nDD_APP_KEY={}\n", pat(1), app(2)));
    folder.file("r/gone.env", format!("{}\n", sat(3)));
    folder.file("r/b.txt.gz", gzip(pat(4).as_bytes()));
    folder.file("r/ok.txt", format!("{} # dogcatcher:allow for a test\n", pat(5)));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", &format!("with {}", pat(6))]);
    git(&work, &["rm", "-q", "gone.env"]);
    git(&work, &["commit", "-qm", "without"]);
    folder
}

/// Scans the folder `r` and saves the report as `name`.
fn save(folder: &Folder, name: &str) -> Value {
    folder
        .run(&["scan", "r", "-q", "--authors", "--fail-on=never", &format!("--report=json={name}")])
        .exits(0);
    serde_json::from_str(&folder.read(name)).expect("JSON")
}

/// Names of the findings, in order.
fn ids(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|it| it["fingerprint"].as_str().unwrap_or_default().to_owned()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn every_format_can_be_written_of_a_saved_report() {
    let folder = leaky();
    let saved = save(&folder, "r.json");
    assert!(ids(&saved).len() == 6, "{saved:#}");
    for format in Format::ALL.map(Format::as_str) {
        let report = format!("--report={format}");
        let shown = folder.run(&["report", "show", "r.json", "--authors", &report]).exits(0);
        let direct = folder.run(&["scan", "r", "--authors", &report]).exits(1);
        match format {
            // A saved report holds no lines of files, and times are those of the run.
            "text" => {
                let facts = |text: &str| text.lines().filter(|it| it.contains("token id")).count();
                assert_eq!(facts(&shown.stdout), facts(&direct.stdout), "{}", shown.stdout);
            }
            "json" => {
                let (shown, direct) = (shown.json(), direct.json());
                assert_eq!(shown["findings"], direct["findings"]);
                assert_eq!(shown["summary"]["skipped"], direct["summary"]["skipped"]);
                assert_eq!(shown["summary"]["repositories"], direct["summary"]["repositories"]);
            }
            "sarif" => {
                let places = |run: &Value| -> Vec<Value> {
                    let results = run["runs"][0]["results"].as_array().cloned().unwrap_or_default();
                    results
                        .iter()
                        .map(|it| json!([it["locations"], it["message"], it["properties"]]))
                        .collect()
                };
                assert_eq!(places(&shown.json()), places(&direct.json()));
            }
            "gitlab" => assert_eq!(shown.json()["vulnerabilities"], direct.json()["vulnerabilities"]),
            "junit" => {
                let cases = |text: &str| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(cases(&shown.stdout), cases(&direct.stdout));
            }
            "html" => assert!(shown.stdout.contains("ddpat_")),
            _ => assert_eq!(shown.stdout, direct.stdout, "{format}"),
        }
        for secret in [pat(1), app(2), sat(3), pat(4), pat(5), pat(6)] {
            assert!(!shown.stdout.contains(secret_part(&secret)), "{format} shows it");
        }
    }
}

#[test]
fn json_lines_are_a_report_too() {
    let folder = leaky();
    let saved = save(&folder, "r.json");
    folder.run(&["scan", "r", "--authors", "--report=jsonl=r.jsonl"]).exits(1);
    let shown = folder.run(&["report", "show", "r.jsonl", "--authors", "--report=json"]).exits(0).json();
    assert_eq!(shown["findings"], saved["findings"]);
    assert_eq!(shown["summary"]["findings"], 5);
    assert_eq!(shown["summary"]["suppressed"], 1);
    folder.file("none.jsonl", "");
    let none = folder.run(&["report", "show", "none.jsonl"]).exits(0);
    assert_eq!(none.stdout, "The report holds no credentials.\n");
}

#[test]
fn expressions_choose_what_is_shown() {
    let folder = leaky();
    let mut saved = save(&folder, "r.json");
    saved["findings"][0]["liveness"] = json!({"state": "live", "owner": "Jane", "why": "it is there"});
    folder.file("r.json", saved.to_string());
    let count = |expressions: &[&str]| {
        let mut args = vec!["report", "show", "r.json", "--authors", "--report=json"];
        expressions.iter().for_each(|it| args.extend(["--only", it]));
        let shown = folder.run(&args).exits(0).json();
        let chosen = ids(&shown).len();
        assert_eq!(shown["summary"]["left_out"].as_u64().unwrap_or(0) as usize, 6 - chosen, "{shown:#}");
        chosen
    };
    for (expressions, expected) in [
        (&["live"][..], 1),
        (&["not live"], 5),
        (&["unchecked"], 5),
        (&["owner:Ja*"], 1),
        (&["owner:ane"], 1),
        (&["owner:J"], 1),
        (&["owner:J?"], 0),
        (&["suppressed"], 1),
        (&["history-only"], 2),
        (&["in-head and not suppressed"], 3),
        (&["in-head", "not suppressed"], 3),
        (&["live or history-only"], 3),
        (&["credential:service*"], 1),
        (&["path:*.env"], 3),
        (&["path:a.env or path:gone.env"], 3),
        (&["repository:r"], 6),
        (&["repository:other"], 0),
        (&["author:A U Thor*"], 6),
        (&["severity>=low"], 6),
        (&["severity<low"], 0),
        (&["confidence=verified"], 6),
        (&["age<1d"], 6),
        (&["age>=1d"], 0),
        (&["fingerprint:fp1_*"], 6),
    ] {
        assert_eq!(count(expressions), expected, "{expressions:?}");
    }
    let text = folder.run(&["report", "show", "r.json", "--only", "dead"]).exits(0).stdout;
    assert!(text.starts_with("Nothing of what was found was asked for; 6 left out by --only"), "{text}");
    let wrong = folder.run(&["report", "show", "r.json", "--only", "severity>=hihg"]).exits(2);
    assert!(wrong.stderr.contains("the severities are info, low, medium, high, critical"), "{wrong:?}");
    // A scan is judged by what it found, whatever is shown.
    let scan = folder.run(&["scan", "r", "--only", "dead"]).exits(1);
    assert!(scan.stdout.contains("6 left out by --only"), "{scan:?}");
}

#[test]
fn shards_and_repositories_are_joined() {
    let folder = leaky();
    let whole = save(&folder, "whole.json");
    for shard in ["1/2", "2/2"] {
        let file = format!("--report=json={}.json", &shard[..1]);
        folder.run(&["scan", "r", "-q", "--authors", "--fail-on=never", "--shard", shard, &file]).exits(0);
    }
    let joined = folder.run(&["report", "merge", "1.json", "2.json", "--authors"]).exits(0).json();
    assert_eq!(ids(&joined), ids(&whole));
    assert_eq!(joined["summary"]["findings"], whole["summary"]["findings"]);
    assert_eq!(joined["summary"]["repositories"], whole["summary"]["repositories"]);
    // Two repositories, each scanned from within: one secret of both is one finding.
    for (name, other) in [("p", 7), ("s", 8)] {
        git(folder.path(), &["init", "-q", "-b", "main", name]);
        let work = folder.path().join(name);
        folder.file(&format!("{name}/x.env"), format!("{}\n{}\n", pat(1), pat(other)));
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "x"]);
        let mut scan =
            folder.command(&["scan", "-q", "--fail-on=never", &format!("--report=json=../{name}.json")]);
        assert!(scan.current_dir(&work).status().expect("it runs").success());
    }
    let joined = folder.run(&["report", "merge", "payments=p.json", "search=s.json"]).exits(0).json();
    assert_eq!(ids(&joined).len(), 3);
    let repositories: Vec<&Value> = joined["summary"]["repositories"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["repository"])
        .collect();
    assert_eq!(repositories, ["payments", "search"]);
    let both = &joined["findings"][0];
    assert_eq!(both["tips"], json!(["payments:refs/heads/main", "search:refs/heads/main"]));
    assert_eq!(both["locations"].as_array().map(Vec::len), Some(4), "{both:#}");
    assert_eq!((&joined["summary"]["findings"], &both["in_head"]), (&json!(3), &json!(true)));
}

#[test]
fn a_comparison_proves_a_clean_up() {
    let folder = leaky();
    save(&folder, "before.json");
    let same = folder.run(&["report", "diff", "before.json", "before.json"]).exits(0);
    assert_eq!(same.stdout, "0 new, 0 gone, 0 changed, 5 as before.\n");
    git(&folder.path().join("r"), &["rm", "-q", "a.env"]);
    git(&folder.path().join("r"), &["commit", "-qm", "clean"]);
    save(&folder, "after.json");
    let changed = folder.run(&["report", "diff", "before.json", "after.json"]).exits(0);
    assert!(changed.stdout.contains("    stands: today -> in the history only\n"), "{changed:?}");
    assert!(changed.stdout.ends_with("0 new, 0 gone, 2 changed, 3 as before.\n"), "{changed:?}");
    folder.file("r/new.env", pat(9));
    let mut after = save(&folder, "after.json");
    let findings = after["findings"].as_array_mut().expect("findings");
    findings.retain(|finding| finding["credential"] != "service_access_token");
    let key = findings.iter().position(|it| it["credential"] == "application_key").expect("the key");
    findings[key]["liveness"] = json!({"state": "dead", "why": "it is not there any more"});
    folder.file("after.json", after.to_string());
    let news = folder.run(&["report", "diff", "before.json", "after.json"]).exits(1);
    assert!(news.stdout.contains("new: Datadog personal access token ddpat_"), "{news:?}");
    assert!(news.stdout.contains("gone: Datadog service access token ddsat_"), "{news:?}");
    assert!(news.stdout.contains("    liveness: not_checked -> dead\n"), "{news:?}");
    let json = folder.run(&["report", "diff", "before.json", "after.json", "--report=json"]).exits(1).json();
    let len = |field: &str| json[field].as_array().map(Vec::len);
    assert_eq!((len("new"), len("gone")), (Some(1), Some(1)), "{json:#}");
    let md = folder.run(&["report", "diff", "before.json", "after.json", "--report=md"]).exits(1).stdout;
    assert!(md.contains("\n## New\n") && md.contains("\n## Gone\n") && md.contains("\n## Changed\n"), "{md}");
    // What lives again is news; a report that lacks something proves no end.
    folder.run(&["report", "diff", "after.json", "after.json"]).exits(0);
    let mut alive = after.clone();
    alive["findings"][key]["liveness"]["state"] = json!("live");
    folder.file("alive.json", alive.to_string());
    folder.run(&["report", "diff", "after.json", "alive.json"]).exits(1);
    // What is not shown is counted, and decides.
    let hidden = folder.run(&["report", "diff", "after.json", "alive.json", "--only", "not live"]).exits(1);
    assert!(hidden.stdout.contains("1 left out by --only"), "{hidden:?}");
    let live = folder.run(&["report", "diff", "after.json", "alive.json", "--only", "live"]).exits(1);
    assert!(live.stdout.contains("0 new, 0 gone, 1 changed"), "{live:?}");
    let none =
        folder.run(&["report", "diff", "before.json", "after.json", "--only", "path:nowhere"]).exits(1);
    assert!(none.stdout.contains("left out by --only"), "{none:?}");
    after["summary"]["skipped"] =
        json!([{"origin": "x", "kind": "unreadable", "reason": "no", "incomplete": true}]);
    folder.file("partly.json", after.to_string());
    folder.run(&["report", "diff", "after.json", "partly.json"]).exits(3);
    let csv = folder.run(&["report", "diff", "after.json", "partly.json", "--report=csv"]).exits(2);
    assert!(csv.stderr.contains("the formats are text, md, html, json"), "{csv:?}");
}

/// What the later scan did not look for is not gone.
#[test]
fn a_part_proves_no_clean_up() {
    let folder = leaky();
    save(&folder, "before.json");
    let shallow = format!("file://{}", folder.path().join("r").display());
    git(folder.path(), &["clone", "-q", "--depth=1", &shallow, "shallow"]);
    let parts = [
        &["r", "--only", "path:nowhere"][..],
        &["r/a.env"],
        &["r", "--files-only"],
        &["r", "--history-only"],
        &["r", "--shard=1/2"],
        &["r", "--max-file-size=9"],
        &["r", "--range=HEAD"],
        &["shallow"],
    ];
    for part in parts {
        let scan = [&["scan", "-q", "--fail-on=never", "--report=json=part.json"], part].concat();
        folder.run(&scan);
        let said = folder.run(&["report", "diff", "before.json", "part.json"]);
        assert!(said.status != 0 && said.stdout.contains(" 0 gone, "), "{part:?}: {said:?}");
        assert!(said.stdout.contains(" not seen: "), "{part:?}: {said:?}");
    }
    // A part covers itself, and the whole covers a part.
    folder.run(&["scan", "r/a.env", "-q", "--fail-on=never", "--report=json=part.json"]).exits(0);
    folder.run(&["report", "diff", "part.json", "part.json"]).exits(0);
    let said = folder.run(&["report", "diff", "part.json", "before.json"]);
    assert!(!said.stdout.contains("not seen"), "{said:?}");
    let json = folder.run(&["report", "diff", "before.json", "part.json", "--report=json"]).exits(3).json();
    assert_eq!(json["why_not_seen"], "paths");
    assert!(json["not_seen"].as_array().is_some_and(|all| !all.is_empty()), "{json:#}");
    // All shards together are the whole.
    for shard in ["1", "2"] {
        let (shard, report) = (format!("--shard={shard}/2"), format!("--report=json={shard}.json"));
        folder.run(&["scan", "r", "-q", "--fail-on=never", &shard, &report]).exits(0);
    }
    folder.run(&["report", "merge", "1.json", "2.json", "--report=json=both.json"]).exits(0);
    let said = folder.run(&["report", "diff", "before.json", "both.json"]);
    assert!(!said.stdout.contains("not seen"), "{said:?}");
}

#[test]
fn what_is_suppressed_is_not_gone_and_counts_as_news_once_it_is_not() {
    let folder = leaky();
    let counted = save(&folder, "counted.json");
    let mut settled = counted.clone();
    let at =
        counted["findings"].as_array().expect("findings").iter().position(|it| it["suppressed"].is_null());
    settled["findings"][at.expect("one that counts")]["suppressed"] =
        json!({"by": "allow", "reason": "it is dead"});
    folder.file("settled.json", settled.to_string());
    let settled = folder.run(&["report", "diff", "counted.json", "settled.json"]).exits(0);
    assert!(settled.stdout.contains("    suppressed: no -> allow: it is dead\n"), "{settled:?}");
    assert!(settled.stdout.ends_with("0 new, 0 gone, 1 changed, 4 as before.\n"), "{settled:?}");
    let again = folder.run(&["report", "diff", "settled.json", "counted.json"]).exits(1);
    assert!(again.stdout.contains("    suppressed: allow: it is dead -> no\n"), "{again:?}");
    assert!(again.stdout.ends_with("0 new, 0 gone, 1 changed, 4 as before.\n"), "{again:?}");
}

#[test]
fn a_comparison_is_a_page_that_needs_nothing_but_itself() {
    let folder = leaky();
    let mut saved = save(&folder, "before.json");
    let hostile = "<script>alert(1)</script>";
    saved["findings"][0]["locations"][0]["path"] = json!(hostile);
    saved["findings"][1]["liveness"] = json!({"state": "dead", "why": "x", "owner": hostile});
    let findings = saved["findings"].as_array_mut().expect("findings");
    findings.pop();
    findings[0]["fingerprint"] = json!("fp1_00000000000000000000000000000000");
    folder.file("after.json", saved.to_string());
    let page = folder.run(&["report", "diff", "before.json", "after.json", "--report=html"]).exits(1).stdout;
    for part in [
        "<h2 id=\"new\">New</h2>",
        "<h2 id=\"gone\">Gone</h2>",
        "liveness: not_checked → dead",
        "&#60;script&#62;",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script") && page.contains("script-src &#39;none&#39;"), "{page}");
}

#[test]
fn bad_reports_are_errors_that_name_the_file_and_the_place() {
    let folder = leaky();
    let saved = save(&folder, "r.json");
    let text = saved.to_string();
    let change = |pointer: &str, value: Value| {
        let mut changed = saved.clone();
        *changed.pointer_mut(pointer).expect("a field") = value;
        changed.to_string()
    };
    for (content, told) in [
        (String::new(), "bad.json: it is no JSON report of dogcatcher: EOF"),
        (text[..text.len() / 2].to_owned(), "it is no JSON report of dogcatcher: EOF while parsing"),
        ("[{\"RuleID\": \"datadog\"}]".to_owned(), "it is no JSON report of dogcatcher"),
        ("{\"version\": \"2.1.0\", \"runs\": []}".to_owned(), "missing field `schema_version`"),
        (change("/schema_version", json!(2)), "its schema_version is 2, this program knows 1"),
        (
            change("/findings/1/fingerprint", json!("x\u{1b}[31m")),
            "finding 2 has a `fingerprint` that is none",
        ),
        (change("/findings/1/locations", json!([])), "finding 2 stands nowhere"),
        (change("/findings/0/severity", json!("grave")), "unknown variant `grave`"),
    ] {
        folder.file("bad.json", content);
        for command in [&["report", "show", "bad.json"][..], &["report", "diff", "r.json", "bad.json"]] {
            let run = folder.run(command).exits(2);
            assert!(run.stderr.contains(told) && run.stderr.contains("bad.json"), "{told}: {run:?}");
        }
    }
    let replaced = folder.run(&["report", "show", "r.json", "--report=json=r.json"]).exits(2);
    assert!(replaced.stderr.contains("it is a report that is read"), "{replaced:?}");
    assert_eq!(folder.read("r.json"), text.parse::<Value>().map(|_| folder.read("r.json")).expect("JSON"));
}

#[test]
fn nothing_in_a_foreign_report_acts_or_shows_a_secret() {
    let folder = leaky();
    let mut saved = save(&folder, "r.json");
    let hostile = format!("\u{1b}[31m\n::error::<script>alert(1)</script> {}", pat(11));
    let findings = saved["findings"].as_array_mut().expect("findings");
    for finding in findings.iter_mut() {
        for field in ["redacted", "rule_id", "credential"] {
            finding[field] = json!(hostile);
        }
        finding["tips"] = json!([hostile]);
        finding["checksum"] = json!({"holds": true, "covers": hostile});
        finding["suppressed"] = Value::Null;
        finding["liveness"] = json!({"state": "live", "owner": hostile, "name": hostile, "scopes": [hostile],
            "why": hostile, "leak": hostile, "candidates": [hostile], "id": hostile, "site": hostile});
        for place in finding["locations"].as_array_mut().expect("places") {
            for field in ["repository", "path", "subject", "author", "reached_by"] {
                place[field] = json!(hostile);
            }
            place["layers"] = json!([hostile]);
            place["suppressed"] = Value::Null;
        }
    }
    saved["summary"]["skipped"] =
        json!([{"origin": hostile, "kind": hostile, "reason": hostile, "incomplete": true}]);
    saved["summary"]["repositories"] = json!([{"repository": hostile}, {"repository": "b"}]);
    saved["summary"]["configs"] = json!([{"file": hostile, "allowed": 1}]);
    folder.file("r.json", saved.to_string());
    for format in Format::ALL.map(Format::as_str) {
        for more in [&["--authors"][..], &["--group-by=path", "--suppressed"]] {
            let args = ["report", "show", "r.json", &format!("--report={format}")];
            let shown = folder.run(&[&args, more].concat()).exits(0).stdout;
            assert!(!shown.contains(secret_part(&pat(11))), "{format} shows a secret: {shown}");
            assert!(!shown.contains('\u{1b}') && !shown.contains("\\u001b"), "{format}: {shown}");
            assert!(!shown.lines().any(|line| line.starts_with("::error::")), "{format}: {shown}");
            if matches!(format, "md" | "junit" | "html") {
                assert!(!shown.contains("<script>alert"), "{format}: {shown}");
            }
        }
    }
}

/// The page of a saved report with hostile texts or of an empty folder: what a browser is told.
#[test]
fn a_page_needs_nothing_but_itself() {
    use base64::Engine;
    use sha2::Digest;
    let folder = leaky();
    let page = folder.run(&["scan", "r", "--report=html", "--authors"]).exits(1).stdout;
    let between = |start: &str, end: &str| -> String {
        let from = page.find(start).expect(start) + start.len();
        page[from..][..page[from..].find(end).expect(end)].to_owned()
    };
    for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
        let text = between(&format!("<{tag}>"), &format!("</{tag}>"));
        let hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(text.as_bytes()));
        assert!(
            page.contains(&format!("{directive} &#39;sha256-{hash}&#39;")),
            "{directive} is not that of the page"
        );
    }
    assert!(page.contains("default-src &#39;none&#39;"));
    let own = page.replace("style-src", "").replace("script-src", "").replace("default-src", "");
    for loaded in ["src=", "href=\"http", "<link", "style=", "onclick", "@import", "url("] {
        assert!(!own.contains(loaded), "{loaded}: {page}");
    }
    // All that is known stands in the page without its script.
    let without_script = page.replace(&between("<script>", "</script>"), "");
    assert_eq!(without_script.matches("<details class=\"finding ").count(), 5);
    assert!(without_script.contains("dogcatcher revoke --id "), "{page}");
    assert!(without_script.contains("<h2 id=\"suppressed\">Suppressed (1)</h2>"), "{page}");
    assert!(
        page.contains("author@example.com")
            && !folder.run(&["scan", "r", "--report=html"]).stdout.contains("author@example")
    );
    let empty = Folder::new().run(&["scan", "--report=html"]).exits(0).stdout;
    assert!(empty.contains("<p class=\"answer\">No credentials found.</p>"), "{empty}");
    assert!(empty.len() < 150_000, "{} bytes", empty.len());
}

/// JSON lines hold findings, and nothing of what was looked at.
#[test]
fn of_json_lines_nothing_is_said_that_they_do_not_hold() {
    let folder = Folder::new();
    folder.file("a", format!("k={}\n", pat(1)));
    folder.run(&["scan", "a", "--report=jsonl=r.jsonl"]).exits(1);
    folder.file("none.jsonl", "");
    for (file, end) in [
        ("r.jsonl", "1 credential found (1 verified).\n"),
        ("none.jsonl", "The report holds no credentials.\n"),
    ] {
        let run = folder.run(&["report", "show", file]).exits(0);
        assert!(run.stdout.ends_with(end) && !run.stdout.contains("0 files"), "{run:?}");
    }
}

#[test]
fn a_misspelt_property_is_asked_about() {
    let folder = Folder::new();
    for (typed, meant) in [("sevrity>=high", "severity>=high"), ("Live", "live"), ("pth:*.env", "path:*.env")]
    {
        let run = folder.run(&["report", "show", "r.json", "--only", typed]).exits(2);
        assert!(run.stderr.contains(&format!("did you mean `{meant}`?")), "{run:?}");
    }
    let run = folder.run(&["report", "show", "r.json", "--only", "colour:red"]).exits(2);
    assert!(run.stderr.contains("is none of live, dead"), "{run:?}");
}

#[test]
fn a_comparison_tells_of_the_flags_that_it_heeds() {
    let help = Folder::new().run(&["report", "diff", "--help"]).exits(0).stdout;
    assert!(help.contains("(text, md, html or json)"), "{help}");
    for flag in ["--explain", "--suppressed", "--group-by"] {
        assert!(!help.contains(flag), "{help}");
    }
}
