//! What a person decided to live with: marks, allow entries, baselines. Nothing is deleted, everything is counted.

mod support;

use dogcatcher::token::{Kind, Mint, token_id};
use support::{Folder, app, pat};

fn summary(run: &support::Run) -> (u64, u64) {
    let json = run.json();
    let count = |key: &str| json["summary"][key].as_u64().expect("a number");
    (count("findings"), count("suppressed"))
}

#[test]
fn a_mark_on_the_line_or_the_one_before() {
    let folder = Folder::new();
    folder.file("a.py", format!("x = '{}'  # dogcatcher:allow revoked\n", pat(1)));
    folder.file("b.js", format!("// dogcatcher:allow sample\nx = '{}'\n", pat(2)));
    let run = folder.scan(&[]).exits(0);
    assert_eq!(summary(&run), (0, 2));
    assert_eq!(run.json()["findings"][0]["suppressed"]["by"], "inline");
    assert_eq!(run.json()["findings"][0]["suppressed"]["reason"], "revoked");
    // The same secret without a mark elsewhere counts, and only that place.
    folder.file("c.txt", pat(1));
    let run = folder.scan(&[]).exits(1);
    assert_eq!(summary(&run), (1, 1));
    let text = folder.run(&["scan"]).exits(1).stdout;
    assert!(text.contains("c.txt:1:1") && !text.contains("a.py"), "{text}");
    assert!(text.contains("1 credential found (1 verified); 1 suppressed."), "{text}");
    let explained = folder.run(&["scan", "--explain"]).exits(1).stdout;
    assert!(
        explained.contains("suppressed: a.py:1:6: datadog-personal-access-token: inline: revoked"),
        "{explained}"
    );
}

#[test]
fn allow_entries() {
    let folder = Folder::new().repository();
    let (one, two, three) = (pat(1), app(2), app(3));
    folder.file("src/one.txt", &one);
    folder.file("src/two.txt", &two);
    folder.file("testdata/deep/three.txt", &three);
    let report = folder.scan(&[]).exits(1).json();
    let fingerprint = report["findings"]
        .as_array()
        .and_then(|all| all.iter().find(|finding| finding["locations"][0]["path"] == "src/two.txt"))
        .and_then(|finding| finding["fingerprint"].as_str())
        .expect("a fingerprint");
    let id = token_id(&one.as_bytes()[6..28]).expect("an id");
    folder.file(
        "dogcatcher.toml",
        format!(
            "[[allow]]\ntoken_id = \"{id}\"\nreason = \"revoked\"\n\
             [[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"a sample\"\nuntil = 2999-01-31\n\
             [[allow]]\npath = \"testdata/\"\nrule = \"datadog-application-key\"\nreason = \"fixtures\"\n"
        ),
    );
    let run = folder.scan(&[]).exits(0);
    assert_eq!(summary(&run), (0, 3));
    assert!(run.stderr.contains("note: dogcatcher.toml was used; it allowed 3 places"), "{}", run.stderr);
    // From a subfolder, or with the path as an argument, the same file is found and means the same.
    let mut command = folder.command(&["scan"]);
    assert_eq!(
        command.current_dir(folder.path().join("testdata")).output().expect("runs").status.code(),
        Some(0)
    );
    folder.scan(&["testdata/deep/three.txt"]).exits(0);
    assert_eq!(folder.run(&["scan", "--quiet"]).exits(0).stderr, "");
}

#[test]
fn expired_and_unused_entries_are_named() {
    let folder = Folder::new().repository();
    folder.file("a.txt", pat(1));
    folder.file(
        "dogcatcher.toml",
        "[[allow]]\npath = \"a.txt\"\nreason = \"for now\"\nuntil = \"2020-01-31\"\n\
         [[allow]]\npath = \"b.txt\"\nreason = \"gone\"\n",
    );
    let run = folder.scan(&[]).exits(1);
    assert!(run.stderr.contains("[[allow]] entry 1 has expired: path a.txt (for now)"), "{}", run.stderr);
    assert!(run.stderr.contains("[[allow]] entry 2 matched nothing: path b.txt (gone)"), "{}", run.stderr);
    // What is allowed may lie in what was not scanned.
    for part in [&["--staged"][..], &["--range", "HEAD"], &["a.txt"]] {
        let run = folder.run(&[&["scan"], part].concat());
        assert!(!run.stderr.contains("matched nothing"), "{part:?}: {run:?}");
    }
}

#[test]
fn an_unused_fingerprint_is_named_by_its_beginning() {
    let folder = Folder::new().repository();
    folder.file("a.txt", "clean\n");
    let entry = format!("[[allow]]\nfingerprint = \"fp1_{}\"\nreason = \"gone\"\n", "0123abcd".repeat(4));
    folder.file("dogcatcher.toml", entry);
    let run = folder.run(&["scan"]).exits(0);
    assert!(run.stderr.contains("entry 1 matched nothing: fp1_0123abcd (gone)"), "{run:?}");
}

#[test]
fn entries_that_would_hide_everything_are_errors() {
    let folder = Folder::new();
    let cases = [
        ("reason = \"x\"", "it would allow everything"),
        ("fingerprint = \"fp1_zz\"\nreason = \"x\"", "`fingerprint` is none"),
        ("rule = \"a\"\nreason = \"x\"", "it would allow everything"),
        ("path = \"a\"", "missing field `reason`"),
        ("path = \"a\"\nreason = \" \"", "`reason` is empty"),
        ("path = \"a\"\nreason = \"x\"\nuntil = \"soon\"", "`until` is no date such as 2027-01-31"),
        ("token_id = \"x\"\nreason = \"x\"", "UUID"),
        ("paht = \"a\"\nreason = \"x\"", "did you mean `path`?"),
    ];
    for (entry, expected) in cases {
        folder.file("c.toml", format!("[[allow]]\n{entry}\n"));
        let run = folder.run(&["scan", "--config", "c.toml"]).exits(2);
        assert!(run.stderr.contains(expected) && run.stderr.contains("c.toml"), "{entry}: {}", run.stderr);
    }
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let folder = Folder::new();
    folder.file("a.txt", pat(1));
    folder.run(&["scan", "--fail-on", "never", "--report", "json=old.json"]).exits(0);
    folder.scan(&["--baseline", "old.json"]).exits(0);
    folder.file("moved/b.txt", format!("\n\n{}", pat(1)));
    folder.scan(&["--baseline", "old.json"]).exits(0);
    folder.file("new.txt", pat(2));
    let run = folder.scan(&["--baseline", "old.json"]).exits(1);
    assert_eq!(summary(&run), (1, 1));
}

#[test]
fn excluded_paths() {
    let folder = Folder::new().repository();
    folder.file("dogcatcher.toml", "[scan]\nexclude = [\"vendor/\", \"*.min.js\"]\n");
    for path in ["vendor/a.txt", "x.min.js", "b.txt"] {
        folder.file(path, pat(1));
    }
    assert_eq!(folder.scan(&[]).exits(1).places(), ["b.txt:1:1 verified"]);
    assert_eq!(
        folder.scan(&["x.min.js"]).exits(1).places(),
        ["x.min.js:1:1 verified"],
        "what is named is scanned"
    );
}

#[test]
fn a_configuration_above_the_repository_is_none_of_its_business() {
    let folder = Folder::new();
    folder.file("dogcatcher.toml", "[[allow]]\npath = \"**\"\nreason = \"somebody else's\"\n");
    std::fs::create_dir_all(folder.path().join("repo/.git")).expect("a folder");
    folder.file("repo/a.txt", pat(1));
    folder.scan(&["repo"]).exits(1);
    folder.scan(&["repo", "--config", "dogcatcher.toml"]).exits(0);
}

#[test]
fn globs_are_seen_from_the_configuration_wherever_the_scan_starts() {
    let folder = Folder::new().repository();
    folder.file(
        "dogcatcher.toml",
        "[scan]\nexclude = [\"/gen/*.txt\"]\n[[allow]]\npath = \"/sub/a.txt\"\nreason = \"x\"\n",
    );
    for (seed, path) in ["gen/g.txt", "sub/gen/g.txt", "sub/a.txt", "a.txt"].into_iter().enumerate() {
        folder.file(path, pat(seed as u64));
    }
    let from = |start: &str, args: &[&str]| {
        let args = [&["scan", "--report", "jsonl"], args].concat();
        let output = folder.command(&args).current_dir(folder.path().join(start)).output().expect("it runs");
        let mut found: Vec<_> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .filter(|finding| finding["suppressed"].is_null())
            .filter_map(|finding| finding["locations"][0]["path"].as_str().map(str::to_owned))
            .collect();
        found.sort();
        found
    };
    assert_eq!(from(".", &[]), ["a.txt", "sub/gen/g.txt"]);
    assert_eq!(from("sub", &[]), ["gen/g.txt"]);
    assert_eq!(from("sub", &["--config", "../dogcatcher.toml", "a.txt", "../a.txt"]), ["../a.txt"]);
    assert_eq!(from("sub", &[".."]), ["../a.txt", "../sub/gen/g.txt"]);
    let report = folder.scan(&[]).json();
    assert_eq!(report["summary"]["skipped"][0]["origin"], "gen/g.txt", "what is left out is counted");
    assert_eq!(report["summary"]["skipped"][0]["incomplete"], false);
}

#[test]
fn a_baseline_does_not_outlive_a_date() {
    let folder = Folder::new().repository();
    folder.file("a.txt", pat(1));
    let config =
        |year: &str| format!("[[allow]]\npath = \"a.txt\"\nreason = \"for now\"\nuntil = {year}-01-31\n");
    folder.file("dogcatcher.toml", config("2999"));
    folder.run(&["scan", "--report", "json=b.json"]).exits(0);
    folder.file("dogcatcher.toml", config("2020"));
    folder.scan(&["--baseline", "b.json"]).exits(1);
}

#[test]
fn a_mark_may_speak_of_tokens() {
    let folder = Folder::new();
    folder.file("a.txt", format!("# dogcatcher:allow fake ddpat_ token of a test\nK={}\n", pat(1)));
    folder.scan(&[]).exits(0);
    // But a mark beside a token is that token's.
    folder.file("a.txt", format!("K={} # dogcatcher:allow x\nK={}\n", pat(1), pat(2)));
    folder.scan(&[]).exits(1);
}

#[cfg(unix)]
#[test]
fn globs_hold_behind_a_link() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("repo/.git")).expect("a folder");
    folder.file(
        "repo/dogcatcher.toml",
        "[scan]\nexclude = [\"vendor/\"]\n[[allow]]\npath = \"a.txt\"\nreason = \"x\"\n",
    );
    folder.file("repo/vendor/v.txt", pat(1));
    folder.file("repo/a.txt", pat(2));
    std::os::unix::fs::symlink("repo", folder.path().join("link")).expect("a link");
    for path in ["repo", "link", "link/"] {
        assert_eq!(summary(&folder.scan(&[path]).exits(0)), (0, 1), "{path}");
    }
}

#[test]
fn a_baseline_of_a_baselined_run_holds_the_same() {
    let folder = Folder::new();
    folder.file("src/a.txt", format!("{} # dogcatcher:allow docs", pat(1)));
    folder.file("src/b.txt", pat(1));
    folder.run(&["scan", "src", "--report", "json=1.json"]).exits(1);
    folder.run(&["scan", "src", "--baseline", "1.json", "--report", "json=2.json"]).exits(0);
    folder.run(&["scan", "src", "--baseline", "2.json"]).exits(0);
}

#[test]
fn a_reason_shows_no_secret_of_any_rule() {
    let folder = Folder::new();
    folder.file(
        "rules/acme.toml",
        "id = \"acme\"\nname = \"Acme\"\ndescription = \"x\"\nseverity = \"high\"\nanchors = [\"acme_\"]\n\
         pattern = 'acme_[a-zA-Z]{20}'\nremediation = \"x\"\n\
         [[example]]\ntext = \"{{token}}\"\nconfidence = \"suspect\"\n",
    );
    folder
        .file("a.txt", "/* dogcatcher:allow old */ A=acme_QWzxMVnbPLokIJuhYGtf B=acme_mnBVcxZLkjhGFdsaPOiu");
    let run = folder.run(&["scan", "a.txt", "--rules", "rules", "--report", "json"]).exits(0);
    assert!(!run.stdout.contains("QWzx") && !run.stdout.contains("mnBV"), "{}", run.stdout);
}

#[test]
fn reasons_of_many_marks_show_no_secret() {
    let folder = Folder::new();
    let mut mint = Mint::new(5);
    let (mut text, mut others) = (String::new(), Vec::new());
    for number in 0..600 {
        let (token, other) = (mint.mint(Kind::PersonalAccessToken), mint.mint(Kind::ApplicationKey));
        text += &format!("K={token} # dogcatcher:allow was {other} in test {number}\n");
        others.push(other);
    }
    folder.file("a.txt", text);
    let run = folder.scan(&[]).exits(0);
    let last = &others[599][others[599].len() - 4..];
    assert!(run.stdout.contains(&format!("was ddapp_********{last} in test 599")), "{}", run.stdout);
    let shown = others.iter().filter(|other| run.stdout.contains(support::secret_part(other)));
    assert_eq!(shown.count(), 0);
}

/// Globs of `exclude`, and which of these files they leave out: as `git check-ignore` says.
const EXCLUDES: [(&[&str], &[&str]); 7] = [
    (&["vendor/"], &["sub/vendor/b.txt", "vendor/a.txt", "vendor/keep.txt"]),
    (&["/vendor/"], &["vendor/a.txt", "vendor/keep.txt"]),
    (&["./vendor/"], &["vendor/a.txt", "vendor/keep.txt"]),
    // Nothing comes back of a folder that is left out.
    (&["/vendor/", "!/vendor/keep.txt"], &["vendor/a.txt", "vendor/keep.txt"]),
    (&["/vendor/*", "!/vendor/keep.txt"], &["vendor/a.txt"]),
    (&["*.txt", "!keep.txt"], &["sub/vendor/b.txt", "top.txt", "vendor/a.txt"]),
    (&["top.txt/"], &[]),
];

#[test]
fn globs_leave_out_the_same_wherever_paths_come_from() {
    let files = ["sub/vendor/b.txt", "top.txt", "vendor/a.txt", "vendor/keep.txt"];
    for (globs, left_out) in EXCLUDES {
        let folder = Folder::new();
        let work = folder.path().join("r");
        support::git::git(folder.path(), &["init", "-q", "r"]);
        let git = |args: &[&str]| support::git::git(&work, args);
        folder.file("r/dogcatcher.toml", format!("[scan]\nexclude = {globs:?}\n"));
        git(&["add", "."]);
        git(&["commit", "-qm", "first"]);
        for (seed, file) in (1..).zip(files) {
            folder.file(&format!("r/{file}"), pat(seed));
        }
        git(&["add", "."]);
        let found = |here: &str, args: &[&str], top: &str| {
            let mut command = folder.command(&[&["scan", "--report", "json"], args].concat());
            command.current_dir(folder.path().join(here));
            let output = support::output_of(command, b"");
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
            let active = report["findings"].as_array().expect("a list").iter();
            let active = active.filter(|finding| finding["suppressed"].is_null());
            let path = |finding: &serde_json::Value| {
                let path = finding["locations"][0]["path"].as_str().expect("a path");
                path.trim_start_matches(top).to_owned()
            };
            let mut found: Vec<_> = active.map(path).collect();
            found.sort();
            found
        };
        let expected: Vec<_> = files.into_iter().filter(|file| !left_out.contains(file)).collect();
        assert_eq!(found("r", &[".", "--files-only"], ""), expected, "files, {globs:?}");
        assert_eq!(found("", &[".", "--files-only"], "r/"), expected, "files from above, {globs:?}");
        assert_eq!(found("r", &["--staged"], ""), expected, "staged, {globs:?}");
        git(&["commit", "-qm", "second"]);
        assert_eq!(found("r", &["--range", "HEAD~1..HEAD"], ""), expected, "range, {globs:?}");
        // What is left out today may not have been then.
        assert_eq!(found("r", &[".", "--history-only"], ""), files, "history, {globs:?}");
    }
}

#[test]
fn a_wrong_glob_is_called_exclude() {
    let folder = Folder::new();
    folder.file("dogcatcher.toml", "[scan]\nexclude = [\"a/../b\"]\n");
    let error = folder.run(&["scan", "."]).exits(2).stderr;
    assert!(error.contains("exclude") && error.contains("a/../b"), "{error}");
}

/// What was excused where it stood has been told to nobody: it is new where it stands without that.
#[test]
fn what_was_excused_before_is_new_where_it_is_not() {
    let token = pat(1);
    let excused = format!("{token} # dogcatcher:allow fixture\n");
    let plain = format!("{token}\n");
    for (config, old, before, new) in [
        ("", "prod.env", &excused, "prod.env"),
        ("[[allow]]\npath = \"testdata/\"\nreason = \"minted\"\n", "testdata/x", &plain, "prod.env"),
        ("[scan]\nexclude = [\"testdata/\"]\n", "testdata/x", &plain, "prod.env"),
    ] {
        let folder = Folder::new();
        let git = |args: &[&str]| support::git::git(folder.path(), args);
        git(&["init", "-q"]);
        folder.file("dogcatcher.toml", config);
        git(&["add", "."]);
        git(&["commit", "-qm", "base"]);
        folder.file(old, before);
        git(&["add", "."]);
        folder.run(&["scan", "--staged"]).exits(0);
        git(&["commit", "-qm", "one"]);
        git(&["rm", "-q", old]);
        folder.file(new, &plain);
        git(&["add", "."]);
        folder.run(&["scan", "--staged"]).exits(1);
        git(&["commit", "-qm", "two"]);
        folder.run(&["scan", "--range", "HEAD~2..HEAD"]).exits(1);
        folder.run(&["scan", "--range", "HEAD~1..HEAD"]).exits(1);
        // From here on it has been told of.
        folder.file(new, format!("# a line more\n{plain}"));
        git(&["add", "."]);
        folder.run(&["scan", "--staged"]).exits(0);
    }
}
