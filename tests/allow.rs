//! `dogcatcher allow`: entries in a configuration whose comments and order stay.

mod support;

use support::git::git;
use support::{Folder, Run, app, output_of, pat, secret_part};

/// The fingerprint of the only finding of a folder.
fn fingerprint(folder: &Folder) -> String {
    let report = folder.run(&["scan", "--report=json"]).exits(1).json();
    report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned()
}

#[test]
fn a_finding_stays_with_a_reason() {
    let folder = Folder::new().repository();
    folder.file("sub/a.env", pat(1));
    let name = fingerprint(&folder);
    let mut allow =
        folder.command(&["allow", &name, "--reason", "revoked, see SEC-42", "--until", "2099-12-31"]);
    assert!(allow.current_dir(folder.path().join("sub")).status().expect("it runs").success());
    let expected = format!(
        "[[allow]]\nfingerprint = \"{name}\"\nreason = \"revoked, see SEC-42\"\nuntil = 2099-12-31\n"
    );
    assert_eq!(folder.read("dogcatcher.toml"), expected, "a new file at the top of the repository");
    folder.run(&["scan"]).exits(0);
    let again = folder.run(&["allow", &name, "--reason", "twice"]).exits(0);
    assert!(again.stdout.contains("it is allowed already"), "{again:?}");
    assert_eq!(folder.read("dogcatcher.toml"), expected);
}

#[test]
fn comments_order_and_line_ends_stay() {
    let folder = Folder::new().repository();
    folder.file("a.env", pat(1));
    let name = fingerprint(&folder);
    let old = "# ours\n[scan]\nexclude = [ 'x' ]  # odd, but ours\n\n[[allow]] # first\npath = \"t/\"\nreason = \"r\"\n\n\
               [[accept]]\npath = \"deep.zip\"\nkind = \"archive-depth\"\nreason = \"made to test with\"\n";
    let added = format!("\n[[allow]]\nfingerprint = \"{name}\"\nreason = \"dead\"\n");
    for (ends, mark) in [("\n", ""), ("\r\n", ""), ("\n", "\u{feff}")] {
        let file = |text: &str| format!("{mark}{}", text.replace('\n', ends));
        folder.file("dogcatcher.toml", file(old));
        folder.run(&["allow", &name, "--reason", " dead "]).exits(0);
        let expected = old.replacen("\n\n[[accept]]", &format!("\n{added}\n[[accept]]"), 1);
        assert_eq!(folder.read("dogcatcher.toml"), file(&expected));
        folder.run(&["scan", "a.env"]).exits(0);
    }
}

#[test]
fn what_cannot_be_is_an_error_that_changes_nothing() {
    let folder = Folder::new().repository();
    let (name, token) = (format!("fp1_{}", "0".repeat(32)), app(2));
    for (file, args, told) in [
        ("", vec![name.as_str(), "--reason", " "], "it is empty"),
        ("", vec!["fp1_0123", "--reason", "r"], "neither a whole fingerprint"),
        ("", vec!["fp1_01234567", "--reason", "r"], "found nothing, or there was none"),
        ("", vec![token.as_str(), "--reason", "r"], "neither a whole fingerprint"),
        ("", vec![name.as_str(), "--reason", "r", "--until", "2020-01-01"], "that day is over"),
        ("[scan\n", vec![name.as_str(), "--reason", "r"], "it is no TOML"),
        ("allow = 3\n", vec![name.as_str(), "--reason", "r"], "no list of [[allow]] tables"),
        ("[scam]\n", vec![name.as_str(), "--reason", "r"], "unknown"),
    ] {
        folder.file("dogcatcher.toml", file);
        let run = folder.run(&[&["allow"], &args[..]].concat()).exits(2);
        assert!(run.stderr.contains(told) && !run.stderr.contains(secret_part(&token)), "{told}: {run:?}");
        assert_eq!(folder.read("dogcatcher.toml"), file);
    }
}

#[test]
fn a_reason_with_a_credential_is_refused() {
    let folder = Folder::new().repository();
    let (name, token) = (format!("fp1_{}", "0".repeat(32)), pat(3));
    let key = format!("DD_API_KEY={}", "0123456789abcdef".repeat(2));
    for (secret, shown) in [(&token, secret_part(&token)), (&key, &key[11..])] {
        let reason = format!("was {secret}");
        for args in [
            &["allow", &name, "--reason", &reason][..],
            &["allow", &name, "--reason", "r", "--by", &reason],
            &["baseline", "write", "known.jsonl", "--reason", &reason],
        ] {
            let said = folder.run(args).exits(2);
            assert!(said.stderr.contains("looks like a credential"), "{said:?}");
            assert!(!said.stderr.contains(shown), "{said:?}");
        }
        assert!(
            !folder.path().join("dogcatcher.toml").exists() && !folder.path().join("known.jsonl").exists()
        );
    }
    folder.run(&["allow", &name, "--reason", "gone with 0123456789"]).exits(0);
}

#[test]
fn a_day_is_told_by_its_form() {
    let folder = Folder::new().repository();
    for args in [&["allow", "fp1_01234567"][..], &["baseline", "write", "known.jsonl"]] {
        let said = folder.run(&[args, &["--reason", "r", "--until", "tomorrow"]].concat()).exits(2);
        assert!(said.stderr.contains("YYYY-MM-DD"), "{said:?}");
    }
}

/// A repository in `r`; what the program remembers lies outside of it.
fn repository() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    folder
}

/// The program in `r`.
fn run(folder: &Folder, args: &[&str]) -> Run {
    let mut command = folder.command(args);
    command.current_dir(folder.path().join("r"));
    let output = output_of(command, b"");
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// The files below a folder, and what is in them.
fn texts_below(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let text = |path: std::path::PathBuf| match path.is_dir() {
        true => texts_below(&path),
        false => String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned(),
    };
    entries.map(text).collect()
}

#[test]
fn all_that_was_found_last() {
    let folder = repository();
    run(&folder, &["scan"]).exits(0);
    let said = run(&folder, &["allow", "--last-found", "--reason", "r"]).exits(2);
    assert!(said.stderr.contains("found nothing, or there was none"), "{said:?}");
    folder.file("r/a.env", pat(1));
    folder.file("r/b.env", format!("{} # dogcatcher:allow minted", pat(2)));
    git(&folder.path().join("r"), &["add", "."]);
    run(&folder, &["hook", "run"]).exits(1);
    let state = texts_below(&folder.path().join(".local/state/dogcatcher"));
    assert!(state.contains("a.env:1:1") && !state.contains("b.env"), "{state}");
    assert!(!state.contains(secret_part(&pat(1))), "no secret is remembered");
    let said = run(&folder, &["allow", "--last-found", "--reason", "minted", "--by", "ana"]).exits(0);
    assert!(said.stdout.contains("datadog-personal-access-token at a.env:1:1"), "{said:?}");
    assert!(folder.read("r/dogcatcher.toml").contains("by = \"ana\""));
    let said = run(&folder, &["scan", "--explain"]).exits(0);
    assert!(said.stdout.contains("allow: minted (by ana)"), "{said:?}");
    // It is over then.
    run(&folder, &["allow", "--last-found", "--reason", "r"]).exits(2);
}

#[test]
fn another_repository_remembers_for_itself() {
    let folder = repository();
    git(folder.path(), &["init", "-q", "other"]);
    folder.file("r/a.env", pat(1));
    folder.file("other/b.env", pat(2));
    run(&folder, &["scan", ".", "../other"]).exits(1);
    let said = run(&folder, &["allow", "--last-found", "--reason", "r"]).exits(0);
    assert!(said.stdout.contains("a.env") && !said.stdout.contains("b.env"), "{said:?}");
    let mut other = folder.command(&["allow", "--last-found", "--reason", "r"]);
    other.current_dir(folder.path().join("other"));
    assert_eq!(output_of(other, b"").status.code(), Some(2));
    folder.run(&["allow", "--last-found", "--reason", "r"]).exits(2);
}

#[test]
fn what_cannot_be_remembered_is_told() {
    let folder = repository();
    folder.file("r/a.env", pat(1));
    // A file stands where the folder would be, which stops root, too.
    folder.file(".local", "");
    let said = run(&folder, &["scan"]).exits(1);
    assert!(said.stderr.contains("note: what was found is not remembered"), "{said:?}");
    let said = run(&folder, &["allow", "--last-found", "--reason", "r"]).exits(2);
    assert!(
        said.stderr.contains("it could not be remembered") && !said.stderr.contains("found nothing"),
        "{said:?}"
    );
    std::fs::remove_file(folder.path().join("r/a.env")).expect("a file");
    assert!(run(&folder, &["scan"]).exits(0).stderr.is_empty());
}

#[test]
fn more_than_anybody_looks_at_is_for_a_baseline() {
    let folder = repository();
    for seed in 0..30 {
        folder.file(&format!("r/{seed}.env"), pat(seed));
    }
    run(&folder, &["scan"]).exits(1);
    let said = run(&folder, &["allow", "--last-found", "--reason", "r"]).exits(2);
    assert!(
        said.stderr.contains("there are 30 of them") && said.stderr.contains("baseline write"),
        "{said:?}"
    );
}

#[test]
fn nothing_is_remembered_within_the_repository() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q"]);
    folder.file("a.env", pat(1));
    folder.run(&["scan"]).exits(1);
    assert!(!folder.path().join(".local").exists());
}

#[test]
fn eight_digits_will_do_where_they_name_one() {
    let folder = repository();
    folder.file("r/a.env", pat(1));
    folder.file("r/b.env", pat(2));
    run(&folder, &["scan", "--report", "json=../r.json"]).exits(1);
    let report: serde_json::Value = serde_json::from_str(&folder.read("r.json")).expect("JSON");
    let whole = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let short = &whole[..12];
    // Of the last run, or of a report.
    run(&folder, &["allow", short, "--reason", "r"]).exits(0);
    assert!(folder.read("r/dogcatcher.toml").contains(&whole));
    folder.file("r/dogcatcher.toml", "");
    run(&folder, &["allow", short, "--reason", "r", "--from", "../r.json"]).exits(0);
    assert!(folder.read("r/dogcatcher.toml").contains(&whole));
    let mut twins = report.clone();
    twins["findings"][1]["fingerprint"] = format!("{short}{}", "0".repeat(24)).into();
    folder.file("twins.json", twins.to_string());
    let said = run(&folder, &["allow", short, "--reason", "r", "--from", "../twins.json"]).exits(2);
    assert!(said.stderr.contains("several findings begin so"), "{said:?}");
    let said = run(&folder, &["allow", "fp1_00000000", "--reason", "r", "--from", "../r.json"]).exits(2);
    assert!(said.stderr.contains("no finding begins so"), "{said:?}");
}

#[test]
fn an_entry_that_would_not_count_is_not_written() {
    let folder = repository();
    folder.file("r/a.env", pat(1));
    run(&folder, &["scan"]).exits(1);
    let policy = "[policy]\nmax_allow_days = 30\nreason_pattern = \"SEC-\"\n";
    folder.file("r/dogcatcher.toml", policy);
    for (args, told) in [
        (&["--reason", "SEC-1"][..], "it has no `until`"),
        (&["--reason", "SEC-1", "--until", "2999-01-31"], "more than 30 days away"),
    ] {
        let said = run(&folder, &[&["allow", "--last-found"], args].concat()).exits(2);
        assert!(said.stderr.contains(told), "{said:?}");
        assert_eq!(folder.read("r/dogcatcher.toml"), policy);
    }
}

#[test]
fn two_who_allow_at_once_lose_nothing() {
    let folder = repository();
    let names: Vec<String> = (0..6).map(|number| format!("fp1_{}", format!("{number}").repeat(32))).collect();
    let allow = |name: &String| {
        let mut command = folder.command(&["allow", name, "--reason", "r"]);
        command.current_dir(folder.path().join("r")).spawn().expect("it runs")
    };
    let running: Vec<_> = names.iter().map(allow).collect();
    for mut one in running {
        assert!(one.wait().expect("it ends").success());
    }
    let text = folder.read("r/dogcatcher.toml");
    assert!(names.iter().all(|name| text.contains(name.as_str())), "{text}");
}
