//! The plan of a revocation: what comes first, whose it is, where it stands, and what of it is chosen.

#[path = "support/stage.rs"]
mod stage;
mod support;

use dogcatcher::datadog::fake_server::Token;
use dogcatcher::token::Kind;
use serde_json::{Value, json};
use stage::{OWNER, Stage, mint, token};

/// Four tokens that Datadog knows by the names `a` to `d`, and a report of them that was changed.
fn reported(change: impl Fn(usize, &mut Value)) -> (Stage, Vec<String>) {
    let tokens: Vec<String> = (1..5).map(|seed| mint(seed, Kind::PersonalAccessToken)).collect();
    let stage = Stage::new(|world| {
        for (value, name) in tokens.iter().zip(["a", "b", "c", "d"]) {
            let name = format!("token {name}");
            world.tokens.push(Token { name, ..token(value, Kind::PersonalAccessToken) });
        }
    });
    for (value, name) in tokens.iter().zip(["a", "b", "c", "d"]) {
        stage.folder.file(&format!("in/{name}"), format!("\n{value}\n"));
    }
    stage.folder.run(&["scan", "--fail-on", "never", "--report", "json=r.json", "in"]).exits(0);
    let mut report: Value = serde_json::from_str(&stage.folder.read("r.json")).expect("JSON");
    let findings = report["findings"].as_array_mut().expect("a list");
    let fingerprints = findings.iter().map(|it| it["fingerprint"].as_str().expect("a text").to_owned());
    let fingerprints = fingerprints.collect();
    findings.iter_mut().enumerate().for_each(|(at, finding)| change(at, finding));
    stage.folder.file("r.json", report.to_string());
    (stage, fingerprints)
}

/// The names of the plan, in its order.
fn planned(stage: &Stage, more: &[&str]) -> Vec<String> {
    let run = stage.admin(&[&["revoke", "--from", "r.json", "--dry-run"], more].concat(), "").exits(0);
    let names = run.stdout.lines().filter_map(|line| line.trim().strip_prefix("name "));
    names.map(|name| name.trim().replace("token ", "")).collect()
}

#[test]
fn the_gravest_comes_first() {
    let (stage, _) = reported(|at, finding| match at {
        0 => finding["severity"] = json!("low"),
        1 => finding["first_seen"] = json!("2026-01-02T00:00:00Z"),
        2 => (finding["severity"], finding["liveness"]) = (json!("low"), json!({ "state": "live" })),
        _ => finding["in_head"] = json!(true),
    });
    assert_eq!(planned(&stage, &[]), ["c", "d", "b", "a"]);
    let (stage, _) = reported(|at, finding| {
        let seen = ["2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"];
        finding["first_seen"] = json!(seen.get(at));
    });
    assert_eq!(planned(&stage, &[]), ["b", "c", "a", "d"]);
}

#[test]
fn a_plan_names_the_owner_and_the_place() {
    let (stage, _) = reported(|at, finding| {
        let place = finding["locations"][0].clone();
        let commit = json!("0123456789abcdef0123456789abcdef01234567");
        let elsewhere = json!({ "path": "old\u{1b}[31m", "line": 7, "commit": commit, "repository": "web" });
        if at == 0 {
            let other = |line: u64| json!({ "path": "other", "line": line, "repository": "." });
            finding["locations"] = json!([place, elsewhere, place, other(1), other(2), other(3)]);
        }
    });
    let run = stage.admin(&["revoke", "--from", "r.json", "--dry-run"], "").exits(0);
    assert_eq!(run.stdout.matches("in/a:2\n").count(), 1, "{run:?}");
    assert!(!run.stdout.contains(" of ."), "{run:?}");
    for words in [&format!("Ann Example ({OWNER})"), "in/a:2", ":7 in commit 0123456789 of web", "and 2 more"]
    {
        assert!(run.stdout.contains(words), "{words}: {run:?}");
    }
    assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains("ann@example.com"), "{run:?}");
    let asked = stage.requests().into_iter().filter(|it| it.contains("/users/")).count();
    assert_eq!(asked, 1, "each owner is asked for once");
    // Who may not see users still gets a plan.
    stage.server.world().users.clear();
    assert_eq!(planned(&stage, &[]).len(), 4);
}

#[test]
fn what_is_selected_is_revoked_and_nothing_else() {
    let (stage, fingerprints) = reported(|_, _| {});
    let short = &fingerprints[2]["fp1_".len()..][..8];
    assert_eq!(planned(&stage, &["--select", &fingerprints[0], short]), ["a", "c"]);
    assert_eq!(
        planned(&stage, &["--select", &short.to_uppercase(), "--credential", "personal_access_token"]),
        ["c"]
    );
    assert!(planned(&stage, &["--credential", "api_key"]).is_empty());
    assert_eq!(planned(&stage, &["--min-confidence", "verified"]).len(), 4);
    let (_, twin) = (&fingerprints[0], format!("{}{}", &fingerprints[0][..20], "0".repeat(16)));
    stage.folder.file("twins.json", stage.folder.read("r.json").replace(&fingerprints[1], &twin));
    for (report, select, words) in [
        ("r.json", "fp1_00000000", "no finding has this fingerprint"),
        ("r.json", &fingerprints[0][..11], "at least 8 digits"),
        ("r.json", "fp1_0000000g", "at least 8 digits"),
        ("twins.json", &fingerprints[0][..16], "2 findings have fingerprints that begin so"),
    ] {
        let run = stage.admin(&["revoke", "--from", report, "--yes", "--select", select], "").exits(2);
        assert!(run.stderr.contains(words), "{words}: {run:?}");
    }
    let id = "35ef7728-4761-41dd-8a7b-f1112a26f840";
    let run = stage.admin(&["revoke", "--id", id, "--yes", "--select", short], "").exits(2);
    assert!(run.stderr.contains("name a report with --from"), "{run:?}");
    assert!(!stage.requests().iter().any(|it| it.starts_with("DELETE")));
    stage.admin(&["revoke", "--from", "r.json", "--yes", "--select", short], "").exits(0);
    let alive: Vec<_> = stage.server.world().tokens.iter().map(|it| it.revoked.is_none()).collect();
    assert_eq!(alive, [true, true, false, true]);
}

#[test]
fn one_summary_at_the_end() {
    let (stage, _) = reported(|_, _| {});
    stage.server.world().tokens.remove(3);
    let api = stage::hex(7, 32);
    let piped: Vec<String> = (1..5).map(|seed| mint(seed, Kind::PersonalAccessToken)).collect();
    let run = stage.admin(&["revoke", "--yes"], &format!("{}\n{api}\n", piped.join("\n"))).exits(0);
    let summary = run.stdout.find("Summary: 3 revoked, 3 proven dead, 0 unknown, 2 skipped");
    let rest = &run.stdout[summary.unwrap_or_else(|| panic!("{run:?}"))..];
    assert!(rest.contains("nothing to do: US1 has no token"), "{rest}");
    assert!(rest.contains("api_key …"), "{rest}");
    // Where there is nothing left to do, too, and nowhere to write to.
    let mut command = stage.folder.command(&["revoke", "--from", "r.json", "--yes"]);
    command.args(["--api-url", &stage.server.url()]).env_remove("HOME");
    command.env("DD_API_KEY", &stage.api_key).env("DD_APP_KEY", &stage.app_key);
    stage::run(command, "").exits(0);
    let run = stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(0);
    assert!(run.stdout.contains("Summary: 0 revoked, 0 proven dead, 0 unknown, 4 skipped"), "{run:?}");
}
