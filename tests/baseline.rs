//! `dogcatcher baseline`: known findings in a file that merges, survives history being rewritten, and holds no secret.

mod support;

use std::path::{Path, PathBuf};

use support::git::git;
use support::{Folder, Run, output_of, pat, secret_part};

/// A repository in `r` with these files, each with a token, in one commit.
fn repository(files: &[(&str, u64)]) -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    for (file, seed) in files {
        folder.file(&format!("r/{file}"), format!("DD_ACCESS_TOKEN={}\n", pat(*seed)));
    }
    commit(&work(&folder), "first");
    folder
}

fn work(folder: &Folder) -> PathBuf {
    folder.path().join("r")
}

fn commit(work: &Path, subject: &str) {
    git(work, &["add", "-A"]);
    git(work, &["commit", "-qm", subject, "--allow-empty"]);
}

/// The program in `r`.
fn run(folder: &Folder, args: &[&str]) -> Run {
    let mut command = folder.command(args);
    command.current_dir(work(folder));
    let output = output_of(command, b"");
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// The number of findings that count.
fn new_findings(folder: &Folder) -> u64 {
    let report = run(folder, &["scan", "--baseline", "known.jsonl", "--report", "json"]).json();
    report["summary"]["findings"].as_u64().expect("a number")
}

#[test]
fn only_what_is_new_counts_and_no_secret_is_written() {
    let folder = repository(&[("a.env", 1), ("deep/b.env", 2)]);
    let said =
        run(&folder, &["baseline", "write", "known.jsonl", "--reason", "SEC-42", "--by", "ana"]).exits(0);
    assert!(said.stdout.contains("known.jsonl: 2 entries (2 added, 0 changed)"), "{said:?}");
    let text = folder.read("r/known.jsonl");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"dogcatcher_baseline":1}"#);
    assert!(lines[1..].is_sorted() && lines.len() == 3, "{text}");
    for word in
        [r#""places":["a.env"]"#, r#""places":["deep/b.env"]"#, r#""by":"ana""#, r#""reason":"SEC-42""#]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(!text.contains(secret_part(&pat(1))) && !text.contains(secret_part(&pat(2))), "{text}");
    // The file itself holds nothing that is found.
    let run_with = |args: &[&str]| run(&folder, &[&["scan", "--baseline", "known.jsonl"], args].concat());
    run_with(&[]).exits(0);
    folder.file("r/c.env", pat(3));
    let text = run_with(&["--explain"]).exits(1).stdout;
    assert!(text.contains("1 credential found (1 verified); 2 suppressed"), "{text}");
    assert!(text.contains("baseline: known.jsonl: SEC-42 (by ana)"), "{text}");
    // From a subfolder it is all of the repository that counts.
    let mut inside = folder.command(&["baseline", "write", "../known.jsonl"]);
    inside.current_dir(work(&folder).join("deep"));
    let inside = String::from_utf8(output_of(inside, b"").stdout).expect("text");
    assert!(inside.contains("3 entries (1 added, 0 changed)"), "{inside}");
    assert!(folder.read("r/known.jsonl").contains(r#""reason":"SEC-42""#), "what is there keeps its reason");
    run_with(&[]).exits(0);
}

#[test]
fn the_configuration_names_one_that_is_not_there_yet() {
    let folder = repository(&[("a.env", 1)]);
    folder.file("r/dogcatcher.toml", "[scan]\nbaseline = \"known.jsonl\"\n");
    run(&folder, &["baseline", "write", "known.jsonl", "--until", "2999-01-31"]).exits(0);
    run(&folder, &["scan"]).exits(0);
    // Once more changes nothing.
    let before = folder.read("r/known.jsonl");
    let again = run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    assert!(again.stdout.contains("1 entry (0 added, 0 changed)"), "{again:?}");
    assert_eq!(folder.read("r/known.jsonl"), before);
    // A run that fails leaves no empty one.
    folder.file("r/dogcatcher.toml", "[scam]\n");
    run(&folder, &["baseline", "write", "other.jsonl"]).exits(2);
    assert!(!work(&folder).join("other.jsonl").exists());
}

#[test]
fn a_new_place_of_a_known_secret_is_told_of_and_fails_nothing() {
    let folder = repository(&[("a.env", 1)]);
    run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    assert!(!run(&folder, &["scan", "--baseline", "known.jsonl"]).exits(0).stderr.contains("new place"));
    folder.file("r/copy.env", pat(1));
    let said = run(&folder, &["scan", "--baseline", "known.jsonl", "--explain"]).exits(0);
    assert!(said.stderr.contains("1 known credential stands in a new place: fp1_"), "{said:?}");
    assert!(said.stderr.contains("copy.env:1:1"), "{said:?}");
    assert!(said.stdout.contains("known.jsonl; here in a new place"), "{said:?}");
    // A saved report knows no places, and so tells of none.
    run(&folder, &["scan", "--report", "json=r.json"]).exits(1);
    let said = run(&folder, &["scan", "--baseline", "r.json"]).exits(0);
    assert!(!said.stderr.contains("new place"), "{said:?}");
    let said = run(&folder, &["baseline", "check", "known.jsonl"]).exits(0);
    assert!(said.stdout.contains("new place: fp1_"), "{said:?}");
}

#[test]
fn what_matches_nothing_is_told_of_and_pruned() {
    let folder = repository(&[]);
    folder.file("r/a.env", pat(1));
    folder.file("r/b.env", pat(2));
    run(&folder, &["baseline", "write", "known.jsonl", "--reason", "SEC-1"]).exits(0);
    run(&folder, &["baseline", "check", "known.jsonl"]).exits(0);
    std::fs::remove_file(work(&folder).join("b.env")).expect("a file");
    let said = run(&folder, &["baseline", "check", "known.jsonl"]).exits(1);
    assert!(said.stdout.contains("2 entries; 1 matches nothing, 0 expired"), "{said:?}");
    assert!(said.stdout.contains("datadog-personal-access-token b.env (SEC-1)"), "{said:?}");
    let said = run(&folder, &["scan", "--baseline", "known.jsonl"]).exits(0);
    assert!(said.stderr.contains("1 entry matches nothing any more: `dogcatcher baseline prune"), "{said:?}");
    for part in [&["--files-only"][..], &["a.env"], &["--range", "HEAD"]] {
        let said = run(&folder, &[&["scan", "--baseline", "known.jsonl"], part].concat());
        assert!(!said.stderr.contains("matches nothing"), "{part:?}: {said:?}");
    }
    let before = folder.read("r/known.jsonl");
    let said = run(&folder, &["baseline", "prune", "known.jsonl", "--dry-run"]).exits(0);
    assert!(said.stdout.contains("would go: fp1_") && said.stdout.contains("1 entry left"), "{said:?}");
    assert_eq!(folder.read("r/known.jsonl"), before);
    // Where something was not read, nothing goes.
    folder.file("r/x.zip", b"PK\x03\x04 no archive at all, however it begins");
    let said = run(&folder, &["baseline", "prune", "known.jsonl"]).exits(3);
    assert!(said.stderr.contains("nothing was taken out"), "{said:?}");
    assert_eq!(folder.read("r/known.jsonl"), before);
    std::fs::remove_file(work(&folder).join("x.zip")).expect("a file");
    run(&folder, &["baseline", "prune", "known.jsonl"]).exits(0);
    assert_eq!(folder.read("r/known.jsonl").lines().count(), 2);
    run(&folder, &["scan", "--baseline", "known.jsonl"]).exits(0);
}

/// What a scan of a part does not find may stand in the rest.
#[test]
fn a_part_takes_nothing_out_and_recommends_nothing() {
    let folder = repository(&[("a/a.env", 1), ("b/b.env", 2)]);
    run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    let before = folder.read("r/known.jsonl");
    for part in
        [&["--only", "path:a/*"][..], &["--max-file-size", "9"], &["a"], &["--files-only"], &["--shard=1/2"]]
    {
        let report = [&["scan", "-q", "--fail-on=never", "--report=json=../part.json"], part].concat();
        run(&folder, &report);
        let said = run(&folder, &["baseline", "prune", "known.jsonl", "--from", "../part.json"]).exits(3);
        assert!(said.stderr.contains("nothing was taken out"), "{part:?}: {said:?}");
        let said = run(&folder, &["baseline", "check", "known.jsonl", "--from", "../part.json"]).exits(3);
        assert!(!said.stdout.contains("match"), "{part:?}: {said:?}");
        let said = run(&folder, &[&["scan", "--baseline", "known.jsonl"], part].concat());
        assert!(!said.stderr.contains("any more"), "{part:?}: {said:?}");
    }
    for part in [&["a"][..], &["--max-file-size", "9"]] {
        for command in ["prune", "check"] {
            run(&folder, &[&["baseline", command, "known.jsonl"], part].concat()).exits(3);
        }
    }
    assert_eq!(folder.read("r/known.jsonl"), before);
    run(&folder, &["scan", "-q", "--fail-on=never", "--report=json=../all.json"]).exits(0);
    run(&folder, &["baseline", "check", "known.jsonl", "--from", "../all.json"]).exits(0);
}

#[test]
fn entries_keep_their_reason_and_who_gave_it() {
    let folder = repository(&[("a.env", 1)]);
    run(&folder, &["baseline", "write", "known.jsonl", "--reason", "SEC-1", "--by", "ana"]).exits(0);
    folder.file("r/b.env", pat(2));
    let again =
        ["baseline", "write", "known.jsonl", "--reason", "SEC-2", "--by", "bob", "--until", "2999-01-31"];
    run(&folder, &again).exits(0);
    let text = folder.read("r/known.jsonl");
    let has = |words: &[&str]| text.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(has(&["a.env", "SEC-1", "ana", "2999"]) && has(&["b.env", "SEC-2", "bob"]), "{text}");
    // A reason that would not count is refused, and nothing is written.
    folder.file("r/dogcatcher.toml", "[policy]\nreason_pattern = \"SEC-\"\nmax_allow_days = 30\n");
    for args in [&["--reason", "later"][..], &["--reason", "SEC-3"]] {
        let said = run(&folder, &[&["baseline", "write", "known.jsonl"], args].concat()).exits(2);
        assert!(said.stderr.contains("reason_pattern") || said.stderr.contains("max_allow_days"), "{said:?}");
    }
    assert_eq!(folder.read("r/known.jsonl"), text);
}

#[test]
fn an_entry_of_a_rule_that_is_not_looked_for_stays() {
    let folder = repository(&[]);
    folder.file(
        "acme/a.toml",
        "id = \"acme\"\nname = \"Acme\"\ndescription = \"x\"\nseverity = \"high\"\nanchors = [\"acme_\"]\n\
         pattern = 'acme_[a-zA-Z]{20}'\nremediation = \"x\"\n\
         [[example]]\ntext = \"{{token}}\"\nconfidence = \"suspect\"\n",
    );
    folder.file("r/acme_QWzxMVnbPLokIJuhYGtf.txt", "A=acme_QWzxMVnbPLokIJuhYGtf\n");
    run(&folder, &["baseline", "write", "known.jsonl", "--rules", "../acme"]).exits(0);
    let text = folder.read("r/known.jsonl");
    assert!(text.contains("\"rule\":\"acme\"") && !text.contains("QWzx"), "no path shows a secret: {text}");
    run(&folder, &["baseline", "prune", "known.jsonl"]).exits(0);
    assert_eq!(folder.read("r/known.jsonl"), text);
}

#[test]
fn an_entry_ends_and_gets_a_new_day() {
    let folder = repository(&[("a.env", 1)]);
    run(&folder, &["baseline", "write", "known.jsonl", "--until", "2020-01-31"]).exits(2);
    run(&folder, &["baseline", "write", "known.jsonl", "--until", "2999-01-31"]).exits(0);
    let old = folder.read("r/known.jsonl").replace("2999", "2020");
    folder.file("r/known.jsonl", &old);
    let said = run(&folder, &["scan", "--baseline", "known.jsonl"]).exits(1);
    assert!(said.stderr.contains("1 entry has expired: its finding counts again"), "{said:?}");
    run(&folder, &["baseline", "check", "known.jsonl"]).exits(1);
    let said = run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    assert!(said.stdout.contains("1 entry expired"), "nothing is renewed unasked: {said:?}");
    assert_eq!(folder.read("r/known.jsonl"), old);
    run(&folder, &["baseline", "write", "known.jsonl", "--until", "2999-01-31"]).exits(0);
    run(&folder, &["scan", "--baseline", "known.jsonl"]).exits(0);
}

/// What is wrong with the text of a baseline, and what the error has to say of it.
#[test]
fn what_is_no_baseline_is_an_error_that_names_the_line() {
    let folder = repository(&[("a.env", 1)]);
    run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    let good = folder.read("r/known.jsonl");
    let entry = good.lines().nth(1).expect("an entry").to_owned();
    let head = "{\"dogcatcher_baseline\":1}\n";
    let token = pat(9);
    for (text, told) in [
        (String::new(), vec!["known.jsonl: it is empty", "fix: write one with"]),
        (
            format!("{good}<<<<<<< HEAD\n"),
            vec!["known.jsonl:3: it is a conflict mark", "keep the entries of both sides"],
        ),
        (format!("<<<<<<< HEAD\n{good}=======\n"), vec!["known.jsonl:1: it is a conflict mark"]),
        (
            format!("{good}{entry}\n"),
            vec!["known.jsonl:3: it repeats the fingerprint fp1_", "keep one of the lines 2 and 3"],
        ),
        (
            good[..good.len() - 9].to_owned(),
            vec!["known.jsonl:2: the line is cut off", "bring it back from git"],
        ),
        (head.replace('1', "2"), vec!["known.jsonl:1: its version is 2, this program knows 1", "newer"]),
        (
            format!("{head}{{\"fingerprint\":\"{token}\"}}\n"),
            vec!["known.jsonl:2: its `fingerprint` is none"],
        ),
        (format!("{head}{token}\n"), vec!["known.jsonl:2: it is no entry"]),
        (good.replace("\"rule\"", "\"role\""), vec!["known.jsonl:2: it is no entry: unknown field `role`"]),
        (good.replace("\"since\":\"", "\"since\":\"x"), vec!["a day is written as 2027-01-31"]),
        ("[]".to_owned(), vec!["no JSON report of dogcatcher, and no baseline"]),
    ] {
        folder.file("r/known.jsonl", &text);
        for args in [
            &["scan", "--baseline", "known.jsonl"][..],
            &["baseline", "write", "known.jsonl"],
            &["baseline", "check", "known.jsonl"],
            &["baseline", "prune", "known.jsonl"],
        ] {
            let said = run(&folder, args).exits(2);
            assert!(told.iter().all(|words| said.stderr.contains(words)), "{told:?}: {said:?}");
            assert!(!said.stderr.contains(secret_part(&token)), "{said:?}");
            assert_eq!(folder.read("r/known.jsonl"), text, "nothing is lost");
        }
    }
    // A report would be lost.
    run(&folder, &["scan", "--report", "json=r.json"]).exits(1);
    let said = run(&folder, &["baseline", "write", "r.json"]).exits(2);
    assert!(said.stderr.contains("it is a JSON report, not a baseline"), "{said:?}");
    std::fs::remove_file(work(&folder).join("known.jsonl")).expect("a file");
    run(&folder, &["baseline", "write", "known.jsonl", "--from", "r.json"]).exits(0);
    assert_eq!(folder.read("r/known.jsonl"), good);
}

#[test]
fn words_of_others_act_on_nothing_and_show_nothing() {
    let folder = repository(&[("a.env", 1)]);
    let token = pat(9);
    git(&work(&folder), &["config", "user.name", &token]);
    run(&folder, &["baseline", "write", "known.jsonl", "--reason", "\u{1b}[2J SEC \u{202e}x"]).exits(0);
    let text = folder.read("r/known.jsonl");
    assert!(!text.contains(secret_part(&token)) && !text.contains('\u{1b}'), "{text}");
    let hostile = text.replace("\\\\x1b", "\\u001b").replace("SEC", &token);
    folder.file("r/known.jsonl", hostile);
    for format in ["text", "md", "html", "csv", "json"] {
        let said = run(
            &folder,
            &["scan", "--baseline", "known.jsonl", "--report", format, "--explain", "--suppressed"],
        );
        assert!(
            !said.stdout.contains('\u{1b}') && !said.stdout.contains(secret_part(&token)),
            "{format}: {said:?}"
        );
    }
}

#[test]
fn two_writers_lose_nothing() {
    let folder = repository(&[]);
    let seeds: Vec<u64> = (1..=6).collect();
    for seed in &seeds {
        folder.file(&format!("r/{seed}/a.env"), pat(*seed));
    }
    let writers: Vec<_> = seeds
        .iter()
        .map(|seed| {
            let mut command = folder.command(&["baseline", "write", "known.jsonl", &seed.to_string()]);
            command.current_dir(work(&folder)).spawn().expect("it runs")
        })
        .collect();
    for mut writer in writers {
        assert!(writer.wait().expect("it ends").success());
    }
    assert_eq!(folder.read("r/known.jsonl").lines().count(), 1 + seeds.len());
    assert_eq!(new_findings(&folder), 0);
    // One that was killed leaves its lock: that is said.
    folder.file("r/known.jsonl.lock", "1\n");
    let said = run(&folder, &["baseline", "write", "known.jsonl"]).exits(2);
    assert!(said.stderr.contains("another dogcatcher is changing it"), "{said:?}");
    assert!(said.stderr.contains("remove known.jsonl.lock"), "{said:?}");
    assert!(work(&folder).join("known.jsonl.lock").exists());
}

#[cfg(unix)]
#[test]
fn no_link_of_a_repository_is_followed() {
    let folder = repository(&[("a.env", 1)]);
    let precious = folder.file("precious", "precious");
    std::os::unix::fs::symlink("../precious", work(&folder).join("known.jsonl")).expect("a link");
    run(&folder, &["baseline", "write", "known.jsonl"]).exits(2);
    assert_eq!(std::fs::read_to_string(precious).expect("a file"), "precious");
}

/// Two people add entries, and git merges them: each is a line of its own, at a place of its own.
#[test]
fn entries_of_two_branches_merge() {
    let files: Vec<(String, u64)> = (1..=60).map(|seed| (format!("s{seed}.env"), seed)).collect();
    let files: Vec<(&str, u64)> = files.iter().map(|(file, seed)| (file.as_str(), *seed)).collect();
    let folder = repository(&files);
    let main = work(&folder);
    run(&folder, &["baseline", "write", "known.jsonl"]).exits(0);
    commit(&main, "baseline");
    git(folder.path(), &["clone", "-q", "r", "other"]);
    let other = folder.path().join("other");
    for (place, name, seeds) in [(&main, "r", 101..103), (&other, "other", 204..206)] {
        for seed in seeds {
            folder.file(&format!("{name}/{seed}.env"), pat(seed));
        }
        let mut command = folder.command(&["baseline", "write", "known.jsonl"]);
        assert!(command.current_dir(place).status().expect("it runs").success());
        commit(place, name);
    }
    git(&main, &["pull", "-q", "--no-rebase", "--no-edit", "../other", "main"]);
    assert_eq!(folder.read("r/known.jsonl").lines().count(), 65);
    assert_eq!(new_findings(&folder), 0);
}

/// A month in which everything moves: no finding comes back, and none that is new gets lost.
#[test]
fn a_month_of_rewritten_history() {
    let files: Vec<(String, u64)> = (1..=8).map(|seed| (format!("config/s{seed}.env"), seed)).collect();
    let files: Vec<(&str, u64)> = files.iter().map(|(file, seed)| (file.as_str(), *seed)).collect();
    let folder = repository(&files);
    let work = work(&folder);
    run(&folder, &["baseline", "write", "known.jsonl", "--reason", "SEC-7"]).exits(0);
    commit(&work, "baseline");
    let mut leaked = 0;
    for day in 0..12_u64 {
        let branch = format!("day-{day}");
        git(&work, &["checkout", "-q", "-b", &branch]);
        match day % 6 {
            0 => git(
                &work,
                &["mv", if day == 0 { "config" } else { "deploy" }, if day == 0 { "deploy" } else { "ops" }],
            ),
            1 => reformat(&folder, &work),
            2 => git(&work, &["commit", "-q", "--amend", "--allow-empty", "-m", "amended"]),
            3 => git(&work, &["reset", "-q", "--soft", "HEAD~2"]),
            4 => git(&work, &["commit", "-q", "--allow-empty", "-m", "empty"]),
            _ => git(&work, &["rebase", "-q", "--force-rebase", "--root"]),
        };
        if day % 3 == 1 {
            leaked += 1;
            folder.file(&format!("r/new-{day}.env"), pat(100 + day));
        }
        commit(&work, &format!("day {day}"));
        git(&work, &["checkout", "-q", "-B", "main"]);
        git(&work, &["branch", "-q", "-D", &branch]);
        assert_eq!(new_findings(&folder), leaked, "day {day}");
    }
    git(&work, &["reflog", "expire", "--expire=now", "--all"]);
    git(&work, &["gc", "-q", "--prune=now"]);
    assert_eq!(new_findings(&folder), leaked, "after all was packed anew");
    let said = run(&folder, &["baseline", "check", "known.jsonl"]).exits(0);
    assert!(said.stdout.contains("8 entries; 0 match nothing"), "{said:?}");
}

/// Indents and quotes every line.
fn reformat(folder: &Folder, work: &Path) -> Vec<u8> {
    let listed = git(work, &["ls-files", "*.env"]);
    for file in String::from_utf8(listed).expect("text").lines() {
        let text = folder.read(&format!("r/{file}"));
        let lines = text.lines().map(|line| format!("\n    export {};\r\n", line.trim()));
        folder.file(&format!("r/{file}"), lines.collect::<String>());
    }
    Vec::new()
}
