//! `[policy]`, `[rules]` and `extends`: what fails, on what terms something may be allowed, and who may loosen it.

mod support;

use support::git::git;
use support::{Folder, Run, app, broken_pat, pat};

/// A repository in `r` with a verified token, a suspect one and an application key, and this configuration.
fn repository(config: &str) -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    folder.file("r/verified.env", pat(1));
    folder.file("r/suspect.env", broken_pat(2));
    folder.file("r/app.env", app(3));
    folder.file("r/dogcatcher.toml", config);
    folder
}

/// A scan of `r`, from there.
fn scan(folder: &Folder, args: &[&str]) -> Run {
    run(folder, &[&["scan", "--files-only", "--report", "json"], args].concat())
}

fn run(folder: &Folder, args: &[&str]) -> Run {
    let mut command = folder.command(args);
    command.current_dir(folder.path().join("r"));
    let output = support::output_of(command, b"");
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

fn findings(run: &Run) -> u64 {
    run.json()["summary"]["findings"].as_u64().expect("a number")
}

#[test]
fn what_fails_is_an_expression() {
    let folder = repository("");
    git(&folder.path().join("r"), &["add", "app.env"]);
    git(&folder.path().join("r"), &["commit", "-qm", "old", "--date", "2024-01-01T00:00:00Z"]);
    for (expression, status) in [
        ("any", 1),
        ("never", 0),
        ("verified", 1),
        ("severity>=high", 1),
        ("confidence<=context", 0),
        ("confidence>=suspect and path:app.env", 1),
        ("path:nothing.env or credential:api_key", 0),
        ("not in-head", 0),
        ("not dead", 1),
        ("history-only", 0),
        ("age>10000d", 0),
        ("age<1d", 1),
    ] {
        folder.file("r/dogcatcher.toml", format!("[policy]\nfail_on = \"{expression}\"\n"));
        let of_file = run(&folder, &["scan", "--report", "json"]).exits(status);
        assert_eq!(findings(&of_file), 3, "all of them are reported: {expression}");
        // What is typed wins, and means the same.
        folder.file("r/dogcatcher.toml", "[policy]\nfail_on = \"path:nothing.env\"\n");
        run(&folder, &["scan", "--fail-on", expression]).exits(status);
        let mut variable = folder.command(&["scan"]);
        variable.current_dir(folder.path().join("r")).env("DOGCATCHER_FAIL_ON", expression);
        assert_eq!(variable.output().expect("it runs").status.code(), Some(status), "{expression}");
    }
    // As with `live` alone: nobody knows it.
    let said = scan(&folder, &["--fail-on", "severity>=high and live"]).exits(2);
    assert!(said.stderr.contains("nobody asks whether anything is live"), "{said:?}");
    let said = scan(&folder, &["--fail-on", "severity>=hihg"]).exits(2);
    assert!(said.stderr.contains("the severities are info, low"), "{said:?}");
    folder.file("r/dogcatcher.toml", "[policy]\nfail_on = \"sometimes\"\n");
    let said = scan(&folder, &[]).exits(2);
    assert!(
        said.stderr.contains("dogcatcher.toml:2:11") && said.stderr.contains("none of any, verified"),
        "{said:?}"
    );
    folder.file("r/dogcatcher.toml", "[scan]\nfail_on = \"any\"\n[policy]\nfail_on = \"any\"\n");
    assert!(scan(&folder, &[]).exits(2).stderr.contains("keep the one in [policy]"));
}

#[test]
fn what_is_public_by_design_fails_nothing() {
    let folder = Folder::new();
    let token = dogcatcher::token::Mint::new(5).mint(dogcatcher::token::Kind::ClientToken);
    folder.file("a.js", format!("datadogRum.init({{ clientToken: '{token}' }})"));
    folder.run(&["scan", "--fail-on", "in-head"]).exits(0);
}

#[test]
fn marks_can_be_switched_off() {
    let folder = repository("");
    for file in ["verified.env", "suspect.env", "app.env"] {
        let text = folder.read(&format!("r/{file}"));
        folder.file(&format!("r/{file}"), format!("{text} # dogcatcher:allow SEC-1\n"));
    }
    scan(&folder, &[]).exits(0);
    scan(&folder, &["--no-marks"]).exits(1);
    folder.file("r/dogcatcher.toml", "[policy]\nmarks = false\n");
    let said = scan(&folder, &[]).exits(1);
    assert_eq!(findings(&said), 3);
    assert!(said.stderr.contains("3 mark(s) do not keep to [policy], and do not count"), "{said:?}");
    folder.file("r/dogcatcher.toml", "[policy]\nreason_pattern = 'SEC-\\d+'\n");
    scan(&folder, &[]).exits(0);
    folder.file("r/dogcatcher.toml", "[policy]\nreason_pattern = 'OPS-\\d+'\n");
    scan(&folder, &[]).exits(1);
    folder.file("r/dogcatcher.toml", "[policy]\nreason_pattern = '('\n");
    let said = scan(&folder, &[]).exits(2);
    assert!(said.stderr.contains("`reason_pattern` is no regular expression"), "{said:?}");
}

#[test]
fn entries_keep_to_the_terms() {
    let today = jiff::Timestamp::now();
    let in_days =
        |days: i64| (today + jiff::SignedDuration::from_hours(24 * days)).to_string()[..10].to_owned();
    let terms = "[policy]\nmax_allow_days = 30\nreason_pattern = \"SEC-\"\n";
    let entry = |reason: &str, until: &str| {
        format!("{terms}[[allow]]\npath = \"*.env\"\nreason = \"{reason}\"\n{until}\n")
    };
    let folder = repository("");
    for (reason, until, told) in [
        ("SEC-1", format!("until = {}", in_days(29)), ""),
        ("SEC-1", String::new(), "it has no `until`, and max_allow_days is 30"),
        ("SEC-1", format!("until = {}", in_days(90)), "its `until` is more than 30 days away"),
        ("because", format!("until = {}", in_days(29)), "its reason does not match `SEC-`"),
    ] {
        folder.file("r/dogcatcher.toml", entry(reason, &until));
        let said = scan(&folder, &[]).exits(i32::from(!told.is_empty()));
        assert!(said.stderr.contains(told), "{told}: {said:?}");
        assert_eq!(said.stderr.contains("[[allow]] entry 1 does not count"), !told.is_empty(), "{said:?}");
        let checked = run(&folder, &["config", "check"]).exits(i32::from(!told.is_empty()));
        assert!(checked.stdout.contains(told), "{checked:?}");
    }
    // The same of a baseline that the configuration names; who types its name sets the terms.
    folder.file("r/dogcatcher.toml", "");
    run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    folder.file("r/dogcatcher.toml", format!("{terms}[scan]\nbaseline = \"known.jsonl\"\n"));
    let said = scan(&folder, &[]).exits(1);
    assert!(said.stderr.contains("3 of its entries do not count; the first: it has no `until`"), "{said:?}");
    scan(&folder, &["--baseline", "known.jsonl"]).exits(0);
    run(&folder, &["baseline", "write", "known.jsonl", "--reason", "SEC-2", "--until", &in_days(30)])
        .exits(0);
    scan(&folder, &[]).exits(0);
    // And of gaps.
    folder.file("r/x.zip", b"PK\x03\x04 no archive at all, however it begins");
    let kind = scan(&folder, &[]).exits(3).json()["summary"]["skipped"][0]["kind"]
        .as_str()
        .expect("a kind")
        .to_owned();
    let accept = format!("[[accept]]\npath = \"x.zip\"\nkind = \"{kind}\"\nreason = \"SEC-3\"\n");
    folder.file("r/dogcatcher.toml", format!("{terms}[scan]\nbaseline = \"known.jsonl\"\n{accept}"));
    let said = scan(&folder, &[]).exits(3);
    assert!(said.stderr.contains("[[accept]] entry 1 does not count"), "{said:?}");
    folder.file(
        "r/dogcatcher.toml",
        format!("{terms}[scan]\nbaseline = \"known.jsonl\"\n{accept}until = {}\n", in_days(3)),
    );
    scan(&folder, &[]).exits(0);
}

#[test]
fn rules_can_be_left_out() {
    let folder = repository("[rules]\ndisable = [\"datadog-personal-access-token\"]\n");
    let said = scan(&folder, &[]).exits(1);
    assert_eq!(findings(&said), 1);
    let by: Vec<_> = said.json()["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["suppressed"]["by"].clone())
        .collect();
    assert_eq!(by.iter().filter(|by| *by == "rule").count(), 2, "nothing is left out in silence: {by:?}");
    folder.file("r/dogcatcher.toml", "[rules]\nonly = [\"datadog-personal-access-token\"]\n");
    assert_eq!(findings(&scan(&folder, &[]).exits(1)), 2);
    for (rules, told) in [
        ("disable = [\"datadog-personal-acces-token\"]", "did you mean `datadog-personal-access-token`?"),
        ("only = [\"gitlab\"]", "`dogcatcher rules list` names them"),
        ("only = []", "nothing would be found"),
    ] {
        folder.file("r/dogcatcher.toml", format!("[rules]\n{rules}\n"));
        for args in [&["scan"][..], &["config", "check"]] {
            assert!(run(&folder, args).exits(2).stderr.contains(told), "{rules}");
        }
    }
}

#[test]
fn a_base_is_tightened_and_not_loosened() {
    let folder = repository("");
    let base = "[policy]\nfail_on = \"confidence>=verified\"\nmarks = false\nmax_allow_days = 30\nreason_pattern = \"SEC-\"\n[scan]\nmin_confidence = \"suspect\"\n";
    folder.file("r/policy/base.toml", base);
    let extended = |own: &str| format!("extends = \"policy/base.toml\"\n{own}");
    for (own, key) in [
        ("[policy]\nmarks = true\n", "marks"),
        ("[policy]\nmax_allow_days = 31\n", "max_allow_days"),
        ("[policy]\nfail_on = \"never\"\n", "fail_on"),
        ("[scan]\nmin_confidence = \"verified\"\n", "min_confidence"),
        ("[scan]\nexclude = [\"x\"]\n", "exclude"),
        ("[scan]\nmax_file_size = 10\n", "max_file_size"),
        ("[rules]\ndisable = [\"datadog-api-key\"]\n", "rules"),
        ("[rules]\nonly = [\"datadog-api-key\"]\n", "rules"),
        ("[lexicon]\npretended = [\"canary\"]\n", "lexicon"),
    ] {
        folder.file("r/dogcatcher.toml", extended(own));
        let said = scan(&folder, &[]).exits(2);
        let told = format!("dogcatcher.toml: its `{key}` would loosen what policy/base.toml says");
        assert!(
            said.stderr.contains(&told) && said.stderr.contains(&format!("may_loosen = [\"{key}\"]")),
            "{said:?}"
        );
        folder.file(
            "r/policy/base.toml",
            base.replacen("[policy]", &format!("[policy]\nmay_loosen = [\"{key}\"]"), 1),
        );
        assert_ne!(scan(&folder, &[]).status, 2, "{key}");
        folder.file("r/policy/base.toml", base);
    }
    for own in [
        "[policy]\nmax_allow_days = 5\nreason_pattern = \"dead\"\nfail_on = \"in-head\"\n",
        "[scan]\nmin_confidence = \"context\"\n[lexicon]\nowners = [\"acme-watch\"]\n",
    ] {
        folder.file("r/dogcatcher.toml", extended(own));
        scan(&folder, &[]).exits(1);
    }
    // It fails on what either says.
    std::fs::remove_file(folder.path().join("r/verified.env")).expect("a file");
    std::fs::remove_file(folder.path().join("r/app.env")).expect("a file");
    folder.file("r/dogcatcher.toml", extended(""));
    scan(&folder, &[]).exits(0);
    folder.file("r/dogcatcher.toml", extended("[policy]\nfail_on = \"path:suspect.env\"\n"));
    scan(&folder, &[]).exits(1);
    // Both patterns hold, and the entries of the base hold as they do there.
    folder.file(
        "r/policy/base.toml",
        "[[allow]]\npath = \"suspect.env\"\nreason = \"for all\"\n[policy]\nmarks = false\n",
    );
    folder.file("r/dogcatcher.toml", extended("[policy]\nmax_allow_days = 1\n"));
    let said = scan(&folder, &[]).exits(0);
    assert!(!said.stderr.contains("matched nothing") && !said.stderr.contains("does not count"), "{said:?}");
    // An entry that its own file refuses counts in none that extends it.
    folder.file(
        "r/policy/base.toml",
        "[[allow]]\npath = \"suspect.env\"\nreason = \"for all\"\n[policy]\nmax_allow_days = 30\n",
    );
    folder.file("r/dogcatcher.toml", extended(""));
    for (args, told) in [
        (&[][..], "(for all), in policy/base.toml: it has no `until`"),
        (&["--config", "policy/base.toml"], "(for all): it has no `until`"),
    ] {
        let said = scan(&folder, args).exits(1);
        assert!(
            said.stderr.contains("[[allow]] entry 1 does not count") && said.stderr.contains(told),
            "{said:?}"
        );
    }
    assert!(run(&folder, &["config", "check"]).exits(1).stdout.contains("in policy/base.toml"));
}

#[test]
fn what_cannot_be_extended_is_an_error() {
    let folder = repository("");
    folder.file("outside.toml", "[policy]\nmarks = false\n");
    folder.file("r/a.toml", "extends = \"b.toml\"\n");
    folder.file("r/b.toml", "extends = \"./a.toml\"\n");
    folder.file("r/wrong.toml", "[policy]\nmarkz = false\n");
    std::fs::create_dir(folder.path().join("r/folder")).expect("a folder");
    let mut cases = vec![
        ("dogcatcher.toml", "extended in a circle"),
        ("a.toml", "extended in a circle"),
        ("nothing.toml", "no such file"),
        ("../outside.toml", "it lies outside of the repository"),
        ("/etc/passwd", "it lies outside of the repository"),
        ("folder", "it is no regular file"),
        ("wrong.toml", "wrong.toml:2:1: unknown field `markz`"),
    ];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink("../outside.toml", folder.path().join("r/link.toml")).expect("a link");
        cases.push(("link.toml", "it lies outside of the repository"));
    }
    for (named, told) in cases {
        folder.file("r/dogcatcher.toml", format!("extends = \"{named}\"\n"));
        let said = scan(&folder, &[]).exits(2);
        assert!(said.stderr.contains(told), "{named}: {said:?}");
    }
    // Of a baseline likewise.
    folder.file("known.jsonl", "{\"dogcatcher_baseline\":1}\n");
    folder.file("r/dogcatcher.toml", "[scan]\nbaseline = \"../known.jsonl\"\n");
    assert!(scan(&folder, &[]).exits(2).stderr.contains("it lies outside of the repository"));
    // Who names the configuration trusts it.
    folder.file("r/dogcatcher.toml", "extends = \"../outside.toml\"\n");
    scan(&folder, &["--config", "dogcatcher.toml"]).exits(1);
}

#[test]
fn a_chain_of_three_and_a_commit() {
    let folder = repository("extends = \"policy/team.toml\"\n[scan]\nexclude = [\"vendor/\"]\n");
    let work = folder.path().join("r");
    folder.file("r/policy/team.toml", "extends = \"../org/all.toml\"\n[policy]\nmax_allow_days = 10\n");
    folder
        .file("r/org/all.toml", "[policy]\nmarks = false\nmay_loosen = [\"exclude\"]\nmax_allow_days = 20\n");
    let shown = run(&folder, &["config", "show"]).exits(0).stdout;
    assert!(
        shown.starts_with("dogcatcher.toml, which extends policy/team.toml, which extends org/all.toml"),
        "{shown}"
    );
    let has = |line: [&str; 3]| shown.lines().any(|it| it.split_whitespace().collect::<Vec<_>>() == line);
    assert!(has(["policy.max_allow_days", "10", "policy/team.toml"]), "{shown}");
    assert!(has(["policy.marks", "false", "org/all.toml"]), "{shown}");
    assert!(has(["scan.exclude", "vendor/", "dogcatcher.toml"]), "{shown}");
    entries_in_the_middle_keep_to_the_outer_terms(&folder);
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "all"]);
    // None of it comes from the work tree.
    folder.file("r/org/all.toml", "nonsense");
    scan(&folder, &[]).exits(2);
    scan(&folder, &["--config-from", "HEAD"]).exits(1);
    let shown =
        run(&folder, &["config", "show", "--config-from", "HEAD", "--fail-on", "live"]).exits(0).stdout;
    assert!(shown.contains("HEAD:org/all.toml") && shown.contains("--fail-on"), "{shown}");
    git(&work, &["rm", "-q", "--cached", "org/all.toml"]);
    git(&work, &["commit", "-qm", "gone"]);
    let said = scan(&folder, &["--config-from", "HEAD"]).exits(2);
    assert!(said.stderr.contains("that commit holds no such file"), "{said:?}");
    folder.file("r/policy/team.toml", "extends = \"../../org/all.toml\"\n");
    git(&work, &["commit", "-qam", "outside"]);
    assert!(
        scan(&folder, &["--config-from", "HEAD"])
            .exits(2)
            .stderr
            .contains("it lies outside of the repository")
    );
}

/// Entries of the middle file count where they keep to its terms and those of its base; what the outer file adds does
/// not bind them.
fn entries_in_the_middle_keep_to_the_outer_terms(folder: &Folder) {
    let own = folder.read("r/dogcatcher.toml");
    let team = folder.read("r/policy/team.toml");
    let today = jiff::Timestamp::now();
    let in_days =
        |days: i64| (today + jiff::SignedDuration::from_hours(24 * days)).to_string()[..10].to_owned();
    folder.file("r/x.zip", b"PK\x03\x04 no archive at all, however it begins");
    let kind = scan(folder, &[]).exits(1).json()["summary"]["skipped"][0]["kind"].clone();
    let entries = |until: &str| {
        format!(
            "{team}[[allow]]\npath = \"*.env\"\nreason = \"x\"\n{until}\n\
             [[accept]]\npath = \"x.zip\"\nkind = {kind}\nreason = \"x\"\n{until}\n"
        )
    };
    let outer = format!("{own}[policy]\nmax_allow_days = 1\nreason_pattern = \"SEC-\"\n");
    for (until, counts) in [(String::new(), false), (in_days(15), false), (in_days(9), true)] {
        let until = if until.is_empty() { until } else { format!("until = {until}") };
        folder.file("r/policy/team.toml", entries(&until));
        for own in [&own, &outer] {
            folder.file("r/dogcatcher.toml", own);
            let said = scan(folder, &[]).exits(i32::from(!counts));
            for table in ["allow", "accept"] {
                let told = said.stderr.contains(&format!("[[{table}]] entry 1 does not count"));
                assert_eq!(told, !counts, "{until}: {said:?}");
            }
        }
    }
    std::fs::remove_file(folder.path().join("r/x.zip")).expect("a file");
    folder.file("r/dogcatcher.toml", own);
    folder.file("r/policy/team.toml", team);
}

#[test]
fn nothing_shown_acts_or_gives_away() {
    let token = pat(7);
    let folder = repository(&format!("[policy]\nreason_pattern = \"{token}|\\u001b\\\\[2J\"\n"));
    let shown = run(&folder, &["config", "show"]).exits(0).stdout;
    assert!(!shown.contains(support::secret_part(&token)) && !shown.contains('\u{1b}'), "{shown:?}");
    let folder = repository("");
    let shown = run(&folder, &["config", "show", "--no-config"]).exits(0).stdout;
    assert!(shown.contains("no configuration"), "{shown}");
}
