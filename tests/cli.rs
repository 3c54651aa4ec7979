//! The other subcommands, and every way to use the program wrongly.

mod support;

use std::process::Stdio;

use dogcatcher::token::{Kind, Mint};
use serde_json::Value;
use support::{Folder, app, broken_pat, pat, sat, secret_part};

#[test]
fn the_demo_with_an_api_ends_with_proof() {
    let run = Folder::new().run(&["demo", "--with-api"]).exits(0);
    for words in
        ["LIVE at US1", "6 to revoke", "dead: its id is gone", "revoked: 6, live now: 0", "in them: no"]
    {
        assert!(run.stdout.contains(words), "{words}: {run:?}");
    }
}

#[test]
fn what_other_scanners_call_it_gets_a_hint() {
    let folder = Folder::new();
    for (typed, hint) in [
        (&["scan", "--since", "main"][..], "hint: dogcatcher scan --range A..B"),
        (&["scan", "-o", "x.json"], "hint: dogcatcher scan --report FORMAT=FILE"),
        (&["scan", "--json"], "hint: dogcatcher scan --report json"),
        (&["detect"], "hint: dogcatcher scan PATH"),
        (&["scan", "https://example.org/a.git"], "git clone --mirror URL"),
    ] {
        let run = folder.run(typed).exits(2);
        assert!(run.stderr.contains(hint), "{typed:?}: {run:?}");
    }
}

#[test]
fn inspect_says_what_it_is() {
    let folder = Folder::new();
    let token = sat(1);
    let run = folder.run_with(&["inspect"], format!("  {token}\n").as_bytes()).exits(0);
    for line in ["service_access_token", "verified", "holds (over: secret)", "may never expire"] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
    assert!(!run.stdout.contains(secret_part(&token)));
    let json = folder.run_with(&["inspect", "--json"], app(1).as_bytes()).exits(0).json();
    assert_eq!(
        (json["credential"].as_str(), json["checksum_holds"].as_bool()),
        (Some("application_key"), Some(true))
    );
    assert_eq!(json["token_id"], serde_json::Value::Null);
}

#[test]
fn what_powershell_writes_is_read() {
    let folder = Folder::new();
    let wide = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&[0xff, 0xfe], &units[..]].concat()
    };
    let token = sat(1);
    for input in [wide(&format!("{token}\r\n")), format!("\u{feff}{token}\r\n").into_bytes()] {
        let run = folder.run_with(&["inspect"], &input).exits(0);
        assert!(run.stdout.contains("holds (over: secret)"), "{}", run.stdout);
    }
    folder.file("a.txt", &token);
    let report = folder.run(&["scan", "a.txt", "--report=json", "--fail-on=never"]).exits(0).stdout;
    folder.file("report.json", wide(&report));
    folder.run(&["scan", "a.txt", "--baseline=report.json"]).exits(0);
    let run = folder.run(&["verify", "--by=probe", "--from=report.json"]).exits(2);
    assert!(run.stdout.contains("the report does not hold the secret"), "{run:?}");
    folder.file("c.toml", wide("[[allow]]\npath = \"*.txt\"\nreason = \"mine\"\n"));
    folder.run(&["scan", "a.txt", "--config=c.toml"]).exits(0);
}

#[test]
fn what_is_no_text_or_no_folder_is_told_of() {
    let folder = Folder::new();
    folder.file("c.toml", b"# \xe9t\xe9\n");
    let run = folder.run(&["scan", "--config=c.toml"]).exits(2);
    assert!(run.stderr.contains("c.toml: it is not UTF-8\n  fix: save it as UTF-8"), "{run:?}");
    let run = folder.run(&["rules", "check", "c.toml"]).exits(2);
    assert!(run.stderr.contains("fix: name the folder"), "{run:?}");
    let run = folder.run(&["rules", "check", "."]).exits(2);
    assert!(run.stderr.contains("c.toml: it is not UTF-8\n  fix: save it as UTF-8"), "{run:?}");
}

#[test]
fn inspect_finds_tokens_in_lines() {
    let folder = Folder::new();
    let (one, two) = (pat(1), app(2));
    let shown = |text: &str, status: i32| {
        let run = folder.run_with(&["inspect", "--json"], text.as_bytes()).exits(status);
        assert!(!run.stdout.contains(&one[30..]) && !run.stderr.contains(&one[30..]), "{run:?}");
        let line = |line: &str| {
            let json: Value = serde_json::from_str(line).expect("JSON");
            format!("{} {}", json["line"], json["credential"].as_str().unwrap_or("-"))
        };
        run.stdout.lines().map(line).collect::<Vec<_>>()
    };
    for text in [
        format!("DD_ACCESS_TOKEN={one}"),
        format!("export DD_ACCESS_TOKEN='{one}'"),
        format!("{{\"token\": \"{one}\", \"n\": 1}}"),
        format!("Authorization: Bearer {one}"),
        format!("curl -H \"Authorization: Bearer {one}\" https://api.datadoghq.com"),
    ] {
        assert_eq!(shown(&text, 0), ["1 personal_access_token"], "{text}");
    }
    assert_eq!(shown(&format!("{two} {one}"), 0), ["1 application_key", "1 personal_access_token"]);
    let file = format!("# ours\nDEBUG=1\n\nA={one}\nB={two}; C={}\n", &one[..40]);
    assert_eq!(shown(&file, 1), ["4 personal_access_token", "5 application_key", "5 -"]);
    let run = folder.run_with(&["inspect"], file.as_bytes()).exits(1);
    assert!(run.stdout.contains("line        4") && run.stdout.contains("it has 40 characters"), "{run:?}");
    assert!(run.stderr.contains("2 lines hold no credential"), "{run:?}");
    // Of one token the line is known; a word that is none was meant for one.
    assert!(!folder.run_with(&["inspect"], one.as_bytes()).exits(0).stdout.contains("line "));
    assert_eq!(shown(&format!("{one}\nhello\n"), 1), ["1 personal_access_token", "2 -"]);
    assert_eq!(shown("hello world", 1), ["1 -"]);
}

#[test]
fn inspect_says_what_is_wrong() {
    let folder = Folder::new();
    let cases = [
        (broken_pat(1), "none of the four readings holds"),
        (pat(1)[..64].to_owned(), "it has 64 characters instead of 65"),
        (
            format!("ddpat_{}_{}", "z".repeat(22), "aB3d".repeat(9)),
            "a character in it, or its division, is wrong",
        ),
        (
            format!("ddpat_{}_{}", "0".repeat(22), &pat(1)[29..65].replace('a', "b")),
            "its alias is no random UUID",
        ),
        (
            "0123456789abcdef0123456789abcdef".to_owned(),
            "perhaps, by its 32 characters: only the name that it is assigned to tells a Datadog API key",
        ),
        ("hello".to_owned(), "it is no Datadog credential that dogcatcher knows"),
    ];
    for (token, expected) in cases {
        let run = folder.run_with(&["inspect"], token.as_bytes()).exits(1);
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    for input in ["", " \n\n"] {
        let run = folder.run_with(&["inspect"], input.as_bytes()).exits(2);
        assert!(run.stderr.contains("it is empty\n  fix: pipe in a token"), "{}", run.stderr);
    }
}

#[test]
fn a_secret_on_the_command_line_is_not_repeated() {
    let folder = Folder::new();
    let token = pat(1);
    for args in [
        vec!["inspect", &token],
        vec!["scan", "--report", &token],
        vec![token.as_str()],
        vec!["scan", &token],
    ] {
        let run = folder.run(&args).exits(2);
        assert!(!(run.stderr + &run.stdout).contains(secret_part(&token)), "{args:?}");
    }
    for kind in [Kind::ApiKey, Kind::LegacyApplicationKey, Kind::ClientToken] {
        let key = Mint::new(3).mint(kind);
        for args in [vec!["inspect", &key], vec!["scan", "--shard", &key], vec!["scan", "--color", &key]] {
            let run = folder.run(&args).exits(2);
            assert!(!run.stderr.contains(&key[3..]), "{args:?}: {}", run.stderr);
        }
    }
    let run = folder.run(&["inspect", &token]);
    assert!(run.stderr.contains("A secret does not belong on a command line"), "{}", run.stderr);
}

#[test]
fn minting() {
    let folder = Folder::new();
    let run = folder.run(&["token", "mint", "application_key", "-n", "3", "--seed", "7"]).exits(0);
    assert_eq!(
        run.stdout,
        folder.run(&["token", "mint", "application_key", "-n", "3", "--seed", "7"]).stdout
    );
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(lines.len() == 3 && lines.iter().all(|line| line.len() == 40 && line.starts_with("ddapp_")));
    folder.run_with(&["inspect"], run.stdout.as_bytes()).exits(0);
    let id = |kind: &str| {
        let token = folder.run(&["token", "mint", kind, "--seed", "7"]).exits(0).stdout;
        folder.run_with(&["inspect", "--json"], token.as_bytes()).exits(0).json()["token_id"].clone()
    };
    assert_ne!(id("personal_access_token"), id("service_access_token"), "one seed, two kinds");
    let whole = folder.run(&["token", "mint", "--reading", "whole"]).exits(0);
    let inspected = folder.run_with(&["inspect"], whole.stdout.as_bytes()).exits(0);
    assert!(inspected.stdout.contains("holds (over: whole)"));
    let broken = folder.run(&["token", "mint", "--broken", "checksum"]).exits(0);
    folder.run_with(&["inspect"], broken.stdout.as_bytes()).exits(1);
    let run = folder.run(&["token", "mint", "api_key", "--broken", "checksum"]).exits(2);
    assert!(run.stderr.contains("cannot break the checksum of a api_key: it has none"), "{}", run.stderr);
    let run = folder.run(&["token", "mint", "passport"]).exits(2);
    assert!(run.stderr.contains("the kinds are personal_access_token, "), "{}", run.stderr);
}

#[test]
fn the_demo_finds_what_it_plants() {
    let folder = Folder::new();
    let run = folder.run(&["demo"]).exits(0);
    assert!(run.stdout.contains("Planted: 8. Found: 8."), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "fits a terminal: {}", run.stdout);
}

#[test]
fn rules_are_listed_shown_and_proven() {
    let folder = Folder::new();
    let list = folder.run(&["rules", "list"]).exits(0).stdout;
    assert_eq!(list.lines().count(), 8, "{list}");
    let shown = folder.run(&["rules", "show", "datadog-application-key"]).exits(0).stdout;
    assert!(shown.contains("anchors = [\"ddapp_\"]"));
    assert!(folder.run(&["rules", "check"]).exits(0).stdout.contains("counter-examples hold"));
    let run = folder.run(&["rules", "show", "nonsense"]).exits(2);
    assert!(run.stderr.contains("one of datadog-api-key, "), "{}", run.stderr);
}

#[test]
fn usage_errors_teach() {
    let folder = Folder::new();
    folder.file("bad.toml", "[scan]\nexlude = []\n");
    folder.file("value.toml", "[scan]\nmin_confidence = \"sure\"\n");
    folder.file("glob.toml", "[scan]\nexclude = [\"{a\"]\n");
    folder.file("report.json", "{}");
    folder.file("empty/readme", "");
    let cases: [(&[&str], &str); 14] = [
        (&["scan", "--flag"], "unexpected argument '--flag'"),
        (&["scan", "--report", "pdf"], "the formats are text, json, jsonl, sarif"),
        (&["scan", "--report", "json", "--report", "sarif"], "give one a file: --report sarif=FILE"),
        (&["scan", "--config", "none.toml"], "cannot read the configuration none.toml: no such file"),
        (&["scan", "--config", "bad.toml"], "bad.toml:2:1: unknown field `exlude`, expected one of"),
        (&["scan", "--config", "bad.toml"], "fix: did you mean `exclude`?"),
        (&["scan", "--config", "value.toml"], "value.toml:2:18: unknown variant `sure`"),
        (&["scan", "--config", "glob.toml"], "`exclude` takes globs as in .gitignore"),
        (&["scan", "--baseline", "report.json"], "it is no JSON report of dogcatcher"),
        (&["scan", "--rules", "empty"], "there is no *.toml file"),
        (&["scan", "--threads", "1000"], "1000 is not in 0..=256"),
        (&["scan", "--report", "json=x", "--report", "sarif=./x"], "one would replace the other"),
        (&["scan", "--shard", "5/4"], "write the part and the number of parts"),
        (&["scan", "--report", "json=none/x.json"], "cannot write the report none/x.json: no such file"),
    ];
    for (args, expected) in cases {
        let run = folder.run(args).exits(2);
        assert!(run.stderr.contains(expected) && run.stdout.is_empty(), "{args:?}: {}", run.stderr);
    }
    folder.run(&[]).exits(2);
    let help = folder.run(&["scan", "--help"]).exits(0).stdout;
    assert!(help.contains("Examples:") && help.contains("dogcatcher:allow"));
}

#[test]
fn bad_rules_are_explained() {
    let good = "id = \"acme-key\"\nname = \"Acme\"\ndescription = \"x\"\nseverity = \"high\"\nanchors = [\"acme_\"]\n\
                pattern = 'acme_(?<secret>[a-z0-9]{20})'\nremediation = \"x\"\n\
                [[example]]\ntext = \"{{token}}\"\nconfidence = \"suspect\"\n";
    let cases = [
        ("anchors", "anchor", "unknown field `anchor`"),
        ("acme_(", "acme_((", "`pattern` is no regular expression: unclosed group"),
        ("[\"acme_\"]", "[\"acm3_\"]", "`anchors` does not cover a match that begins with `acme_"),
        ("[\"acme_\"]", "[\"a\"]", "`anchors` has `a`, which is too short"),
        ("{20}", "{9000}", "`pattern` can match 9005 bytes"),
        ("acme-key", "Acme Key", "`id` is not 1 to 64 characters"),
        ("acme-key", "datadog-application-key", "which rules/application-key.toml has too"),
        ("\"suspect\"", "\"verified\"", "example 1 should be `verified`, but the rule says `suspect`"),
        ("severity = \"high\"\n", "", "missing field `severity`"),
        ("[[example]]", "[context]\nwords = [\"\"]\n[[example]]", "is empty, or has an empty word"),
        (
            "remediation = \"x\"\n",
            "remediation = \"x\"\npublic = [\"alias\"]\n",
            "the pattern has no group (?<alias>",
        ),
    ];
    let folder = Folder::new();
    folder.file("rules/acme.toml", good);
    folder.run(&["rules", "check", "rules"]).exits(0);
    for (from, to, expected) in cases {
        folder.file("rules/acme.toml", good.replacen(from, to, 1));
        for args in [["rules", "check", "rules"], ["scan", "--rules", "rules"]] {
            let run = folder.run(&args).exits(2);
            assert!(
                run.stderr.contains(expected) && run.stderr.contains("rules/acme.toml"),
                "{to}: {}",
                run.stderr
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_had_enough() {
    let folder = Folder::new();
    for index in 0..400 {
        folder.file(&format!("{index}.txt"), pat(index));
    }
    let mut child =
        folder.command(&["scan"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1), "the verdict stands: {output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::new();
    folder.file("a.txt", pat(1));
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("a full device");
    let output = folder.command(&["scan"]).stdout(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no space left on device"));
    folder.run(&["scan", "--report", "json=/dev/full"]).exits(2);
}

#[test]
fn completions_and_manual() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(folder.run(&["completions", shell]).exits(0).stdout.contains("dogcatcher"), "{shell}");
    }
    let manual = folder.run(&["man"]).exits(0).stdout;
    assert!(manual.contains(".TH dogcatcher") && manual.contains("min\\-confidence"), "{manual}");
    for nested in ["hook install", "hook run", "token mint", "rules show", "ci github"] {
        let name = nested.replace(' ', "\\-");
        assert!(manual.contains(&name), "{nested} ({name}) is not in the manual");
    }
}

/// Packages install one page for each command: `man dogcatcher-hook-install`.
#[test]
fn each_command_has_a_manual_page() {
    let folder = Folder::new();
    folder.run(&["man", "--dir", "share/man1"]).exits(0);
    for (page, words) in [
        ("dogcatcher.1", "dogcatcher\\-scan(1)"),
        ("dogcatcher-scan.1", "min\\-confidence"),
        ("dogcatcher-hook-install.1", "\\-\\-outside"),
        ("dogcatcher-ci-github.1", "\\-\\-defer"),
    ] {
        let text = folder.read(&format!("share/man1/{page}"));
        assert!(text.contains(".TH") && text.contains(words), "{page} without {words}: {text}");
    }
    assert!(!folder.path().join("share/man1/dogcatcher-help.1").exists());
    folder.file("file", "");
    let run = folder.run(&["man", "--dir", "file"]).exits(2);
    assert!(run.stderr.contains("write the manual pages"), "{run:?}");
}

/// What a repository says of itself must not act on the terminal of whoever scans it.
#[test]
fn a_hostile_configuration_cannot_act() {
    let folder = Folder::new();
    folder.file("dogcatcher.toml", "\"\\u001b]0;owned\\u0007\\n::error::x\" = 1\n");
    let run = folder.run(&["scan"]).exits(2);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains("\n::error"), "{:?}", run.stderr);
    folder.file(
        "b.json",
        "{\"schema_version\":1,\"findings\":[{\"fingerprint\":\"\\u001b[31m\\n::error::\"}]}",
    );
    let run = folder.run(&["scan", "--config", "/dev/null", "--baseline", "b.json"]).exits(2);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains("\n::error"), "{:?}", run.stderr);
}

/// The commands that a help names, in order.
fn commands_in(help: &str) -> Vec<String> {
    let list = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let lines = list.lines().take_while(|line| !line.is_empty()).filter(is_name);
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn help_fits_80_columns_where_no_terminal_tells() {
    let folder = Folder::new();
    let (mut waiting, mut seen) = (vec![Vec::new()], 0);
    while let Some(path) = waiting.pop() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = folder.run(&args).exits(0).stdout;
        help.lines().for_each(|line| assert!(line.chars().count() <= 80, "{path:?}: {line}"));
        waiting.extend(commands_in(&help).into_iter().map(|name| [&path[..], &[name]].concat()));
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}
