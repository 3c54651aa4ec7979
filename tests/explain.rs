//! Why something counts, or does not: of a place, and of a finding of a report.

mod support;

use support::{Folder, Run, broken_pat, pat, secret_part};

/// Hexadecimal digits that are a function of a number.
fn hex(seed: u64, len: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..len).map(|_| random.digit(16)).collect()
}

/// A file with something of each kind, a line each.
fn kinds() -> Folder {
    let folder = Folder::new();
    let lines = [
        format!("DD_ACCESS_TOKEN={}", pat(1)),
        format!("DD_API_KEY={}", hex(2, 32)),
        format!("datadog_agent_sha1={}", hex(3, 40)),
        format!("TOKEN={} # dogcatcher:allow it is revoked", pat(4)),
        "token = ddpat_short".to_owned(),
        format!("hash: {}", hex(5, 39)),
        String::new(),
        "nothing".to_owned(),
        format!("TOKEN={}", broken_pat(6)),
    ];
    folder.file("a.env", lines.join("\n") + "\n");
    folder
}

fn told(run: &Run, parts: &[&str]) {
    parts.iter().for_each(|part| assert!(run.stdout.contains(part), "{part}: {}", run.stdout));
}

#[test]
fn a_place_is_explained_whatever_stands_there() {
    let folder = kinds();
    let explain = |place: &str, status: i32, parts: &[&str]| {
        let run = folder.run(&["explain", place]).exits(status);
        told(&run, parts);
        for secret in [&pat(1), &pat(4), &broken_pat(6)] {
            assert!(!run.stdout.contains(secret_part(secret)) && !run.stderr.contains(secret_part(secret)));
        }
        assert!(!run.stdout.contains(&hex(2, 32)) && !run.stdout.contains(&hex(3, 40)));
    };
    let verified = [
        "a.env:1:17: ddpat_",
        " counts: Datadog personal access token, verified, critical\n",
        "checksum    holds (over: secret)",
        "boundary    not asked",
        "anchor      ddpat_",
        "the alias stands for the token id ",
        "suppressed  no",
    ];
    explain("a.env:1", 1, &verified);
    explain(
        "a.env:2",
        1,
        &[
            "counts: Datadog API key, context",
            "checksum    this kind has none",
            "decided by  the row \"name of a Datadog key; its name: ",
            "anchor      none: only the words",
        ],
    );
    explain(
        "a.env:3",
        0,
        &[
            "a.env:3:20: what stands there does not count: its name is that of a hash",
            "the row \"statement about a hash; its name: a hash",
        ],
    );
    explain("a.env:4", 0, &[" is suppressed: Datadog personal", "suppressed  inline: it is revoked"]);
    explain(
        "a.env:5",
        0,
        &[
            "a.env:5: nothing there looks like a credential, because what begins like a Datadog personal access token is none: it has 11 characters instead of 65",
        ],
    );
    explain("a.env:6", 0, &["because its 39 hexadecimal digits are neither 32 nor 40"]);
    explain("a.env:7", 0, &["because the line is empty"]);
    explain("a.env:8", 0, &["because there is neither the beginning of a token (ddap_, ddapp_, ddpat_"]);
    explain(
        "a.env:9",
        1,
        &["suspect", "checksum    none of the readings holds", "boundary    nothing of a longer word"],
    );
    explain("a.env:1:20", 1, &["a.env:1:17: ddpat_"]);
    for column in [1, 2, 16, 82, 999] {
        let nothing =
            format!("nothing stands at column {column}; the line holds a credential at column 17\n");
        explain(&format!("a.env:1:{column}"), 0, &[&nothing]);
    }
    explain("a.env:3:1", 0, &["nothing stands at column 1; the line holds what does not count at column 20"]);
    explain("a.env:8:1", 0, &["a.env:8:1: nothing there looks like a credential"]);
}

#[test]
fn a_file_that_is_left_out_is_not_judged() {
    let folder = kinds();
    let run = folder.run(&["explain", "a.env:1", "--max-file-size", "10"]).exits(3);
    told(&run, &["a.env:1: it was not looked at, or not as a whole: ", "more than --max-file-size 10"]);
    assert!(!run.stdout.contains("looks like a credential"), "{run:?}");
}

#[test]
fn a_finding_of_a_report_is_explained() {
    let folder = kinds();
    folder.run(&["scan", "-q", "--fail-on=never", "--report=json=r.json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&folder.read("r.json")).expect("JSON");
    for finding in report["findings"].as_array().expect("a list") {
        let name = finding["fingerprint"].as_str().expect("a name");
        let status = i32::from(finding["suppressed"].is_null());
        let run = folder.run(&["explain", &name[..12], "--from", "r.json"]).exits(status);
        told(&run, &[name, finding["rule_id"].as_str().expect("an id")]);
    }
    let none = folder.run(&["explain", "fp1_00000000", "--from", "r.json"]).exits(2);
    assert!(none.stderr.contains("no finding has this fingerprint"), "{}", none.stderr);
}

#[test]
fn what_is_no_place_is_an_error() {
    let folder = kinds();
    for (place, words) in [
        ("a.env", "write PATH:LINE"),
        ("a.env:99", "the file has 9 lines"),
        ("a.env:0", "lines and columns count from 1"),
        ("a.env:1:0", "lines and columns count from 1"),
        ("none.env:1", "no such file"),
        (".:1", "it is a folder"),
        ("fp1_0123abcd", "--from REPORT"),
    ] {
        let run = folder.run(&["explain", place]).exits(2);
        assert!(run.stderr.contains(words), "{place}: {}", run.stderr);
    }
}
