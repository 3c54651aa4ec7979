//! `dogcatcher scan`: which files are looked at, what cannot be read, and the exit status.

mod support;

use dogcatcher::token::{Kind, Mint};
use support::{Folder, app, broken_pat, pat};

#[test]
fn clean_found_and_failed() {
    let folder = Folder::new();
    folder.file("a.txt", "nothing here");
    folder.scan(&[]).exits(0);
    folder.file("b.txt", pat(1));
    folder.scan(&[]).exits(1);
    folder.scan(&["--fail-on", "never"]).exits(0);
    let run = folder.scan(&["a.txt", "missing", "gone"]).exits(2);
    assert_eq!(run.json()["summary"]["files"], 1, "the others are scanned");
    for missing in ["missing", "gone"] {
        assert!(run.stderr.contains(&format!("error: cannot scan {missing}: no such file")), "{run:?}");
    }
    folder.scan(&["b.txt", "missing"]).exits(1);
}

#[test]
fn grades_and_what_fails() {
    let folder = Folder::new();
    folder.file("a.txt", broken_pat(1));
    folder.scan(&["--fail-on", "verified"]).exits(0);
    let run = folder.scan(&["--min-confidence", "verified"]).exits(0);
    assert_eq!(run.json()["summary"]["suppressed"], 1, "nothing is deleted");
    assert_eq!(run.json()["findings"][0]["suppressed"]["by"], "min_confidence");
}

#[test]
fn one_finding_for_one_secret() {
    let folder = Folder::new();
    let token = pat(1);
    folder.file("b/2.txt", format!("\n{token} {token}"));
    folder.file("a/1.txt", &token);
    folder.file("c.txt", app(1));
    let run = folder.scan(&["."]).exits(1);
    assert_eq!(
        run.places(),
        ["a/1.txt:1:1 verified", "b/2.txt:2:1 verified", "b/2.txt:2:67 verified", "c.txt:1:1 verified"]
    );
    assert_eq!(run.json()["summary"]["findings"], 2);
    // A file that is named twice stands there once.
    assert_eq!(folder.scan(&["c.txt", "./c.txt", "."]).places().len(), 4);
}

#[test]
fn the_same_whatever_the_number_of_threads() {
    let folder = Folder::new();
    for index in 0..300 {
        folder.file(&format!("{}/{index}.txt", index % 17), format!("{}\n{}", pat(index % 40), app(index)));
    }
    let reports: Vec<_> = ["1", "2", "7"]
        .into_iter()
        .map(|threads| {
            let mut json = folder.scan(&["--threads", threads]).exits(1).json();
            json["summary"]["duration_ms"] = 0.into();
            json
        })
        .collect();
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], reports[2]);
}

#[test]
fn ignore_files_are_heeded() {
    let folder = Folder::new().repository();
    folder.file(".gitignore", "ignored/\n*.log\n");
    folder.file(".ignore", "other.txt\n");
    for path in ["ignored/a.txt", "x.log", "other.txt", "seen.txt", ".hidden/b.txt", ".git/config"] {
        folder.file(path, pat(path.len() as u64));
    }
    let paths = |run: support::Run| -> Vec<String> {
        run.places().iter().map(|place| place.split(':').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(paths(folder.scan(&[])), [".hidden/b.txt", "seen.txt"]);
    assert_eq!(
        paths(folder.scan(&["--no-ignore"])),
        [".hidden/b.txt", "ignored/a.txt", "other.txt", "seen.txt", "x.log"]
    );
    assert_eq!(paths(folder.scan(&["x.log"])), ["x.log"], "a file that is named is always scanned");
    assert_eq!(paths(folder.scan(&["ignored"])), ["ignored/a.txt"]);
}

#[test]
fn shards_add_up() {
    let folder = Folder::new();
    for index in 0..40 {
        folder.file(&format!("{index}.txt"), app(index));
    }
    let mut places: Vec<String> =
        ["1/3", "2/3", "3/3"].into_iter().flat_map(|part| folder.scan(&["--shard", part]).places()).collect();
    places.sort();
    let mut whole = folder.scan(&[]).places();
    whole.sort();
    assert_eq!(places, whole);
    // However the folder is spelt.
    let here = folder.path().to_string_lossy().into_owned();
    let first = folder.scan(&["--shard", "1/2", "."]).places();
    let second = folder.scan(&["--shard", "2/2", &here]).places();
    assert_eq!(first.len() + second.len(), whole.len());
}

#[test]
fn too_large_is_counted() {
    let folder = Folder::new();
    folder.file("large.txt", format!("{}{}", "x".repeat(2000), pat(1)));
    let run = folder.scan(&["--max-file-size", "1k"]).exits(0);
    let skipped = &run.json()["summary"]["skipped"][0];
    assert_eq!(skipped["origin"], "large.txt");
    assert_eq!(skipped["incomplete"], false, "the user asked for it");
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    let text = format!("a\nb {}", pat(1));
    let run = folder.run_with(&["scan", "--report", "json", "-"], text.as_bytes()).exits(1);
    assert_eq!(run.places(), ["-:2:3 verified"]);
    assert_eq!(run.json()["findings"][0]["locations"][0]["kind"], "stdin");
    assert_eq!(run.json()["summary"]["blobs"], 1);
    folder.run_with(&["scan", "-"], b"").exits(0);
}

#[cfg(unix)]
#[test]
fn what_is_no_file() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder.file("real/a.txt", pat(1));
    symlink(folder.path(), folder.path().join("real/loop")).expect("a link");
    symlink("nowhere", folder.path().join("broken")).expect("a link");
    symlink("real/a.txt", folder.path().join("link")).expect("a link");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    folder.file("empty", "");
    let run = folder.scan(&[]).exits(1);
    assert_eq!(run.places(), ["real/a.txt:1:1 verified"], "links are not followed, pipes not opened");
    assert_eq!(run.json()["summary"]["skipped"].as_array().map(Vec::len), Some(0));
    assert_eq!(run.json()["summary"]["files"], 2);
    assert_eq!(folder.scan(&["link"]).exits(1).places(), ["link:1:1 verified"], "a named link is followed");
    let run = folder.scan(&["pipe"]).exits(3);
    assert_eq!(run.json()["summary"]["skipped"][0]["origin"], "pipe");
    let run = folder.run(&["scan", "broken"]).exits(2);
    assert_eq!(
        (&run.stdout[..], &run.stderr[..]),
        ("", "error: cannot scan broken: no such file or directory\n")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_read_is_said_and_the_run_goes_on() {
    let folder = Folder::new();
    folder.file("a.txt", pat(1));
    // Reading a process's own memory from address 0 fails for everybody.
    let run = folder.scan(&["/proc/self/mem", "a.txt"]).exits(1);
    let skipped = &run.json()["summary"]["skipped"][0];
    assert_eq!(
        (skipped["origin"].as_str(), skipped["incomplete"].as_bool()),
        (Some("/proc/self/mem"), Some(true))
    );
    let text = folder.run(&["scan", "/proc/self/mem"]).exits(3);
    assert!(text.stdout.contains("not read: /proc/self/mem: input/output error"), "{}", text.stdout);
}

#[cfg(unix)]
#[test]
fn hostile_names_cannot_act() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    for (seed, name) in
        [&b"a\n::error::x"[..], b"\x1b[31mred", b"\xff\xfe", "\u{202e}txt".as_bytes()].iter().enumerate()
    {
        std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), pat(seed as u64))
            .expect("a file");
    }
    for format in ["text", "json", "jsonl", "sarif"] {
        let run = folder.run(&["scan", "--color", "never", "--report", format]).exits(1);
        for bad in ["\n::error", "\u{1b}", "\u{202e}"] {
            assert!(!run.stdout.contains(bad), "{format}: {bad:?}");
        }
    }
    let run = folder.run(&["scan", "--color", "never"]).exits(1);
    for shown in ["a\\n::error::x:1:1", "\\x1b[31mred:1:1", "\\xff\\xfe:1:1", "\\u{202e}txt:1:1"] {
        assert!(run.stdout.contains(shown), "{shown}: {}", run.stdout);
    }
}

#[test]
fn a_secret_appears_nowhere() {
    let folder = Folder::new();
    let (one, other) = (pat(1), app(2));
    folder.file("a.txt", format!("x {one} y {other} z\n"));
    folder.file(&format!("{other}.txt"), format!("{one} # dogcatcher:allow not {other}"));
    for format in ["text", "json", "jsonl", "sarif"] {
        let run = folder.run(&["scan", "--explain", "--color", "always", "--report", format]).exits(1);
        for token in [&one, &other] {
            let secret = support::secret_part(token);
            assert!(
                !run.stdout.contains(&secret[..12]) && !run.stdout.contains(&secret[12..]),
                "{}",
                run.stdout
            );
            assert!(!run.stderr.contains(&secret[..12]));
        }
    }
    let sarif = folder.run(&["scan", "--report", "sarif", &format!("{other}.txt"), "--fail-on", "never"]);
    assert!(!sarif.stdout.contains(support::secret_part(&other)));
    let run = folder.scan(&["--show-secrets", "a.txt"]);
    assert!(run.stdout.contains(&one) && run.stdout.contains(&other), "unless that is asked for");
}

/// Keys for which there is no rule, tokens cut short, and words of people: what stands beside a finding.
#[test]
fn neighbours_of_a_finding_are_masked() {
    let folder = Folder::new();
    let mut mint = Mint::new(8);
    for kind in Kind::ALL {
        let other = mint.mint(kind);
        let short = &other[..other.len() - 1];
        for neighbour in [other.as_str(), short] {
            folder.file("a.txt", format!("A={neighbour} B={} C={neighbour}", app(1)));
            let wide = folder.run(&["scan"]).exits(1);
            let hidden = neighbour.len() < 32 || !wide.stdout.contains(&neighbour[neighbour.len() - 16..]);
            assert!(hidden, "{kind}: {}", wide.stdout);
        }
    }
    folder.file("a.txt", format!("K={} # dogcatcher:allow {}{}", app(1), "x ".repeat(2030), app(2)));
    let run = folder.scan(&["--explain"]);
    assert!(!run.stdout.contains(&app(2)[6..20]), "a reason that is cut within a key");
}

#[test]
fn hostile_content_cannot_act() {
    let folder = Folder::new();
    let text = format!("a\u{9b}31m \u{9d}0;x\u{9c} \u{202e}\u{200b}\u{1b}[31m {} \u{85}", app(1));
    folder.file("a.txt", &text);
    let run = folder.run(&["scan", "--color", "never"]).exits(1);
    assert!(run.stdout.contains("a.txt:1:25") || run.stdout.contains("a.txt:1:"), "{}", run.stdout);
    for bad in ['\u{9b}', '\u{9d}', '\u{9c}', '\u{202e}', '\u{200b}', '\u{1b}', '\u{85}'] {
        assert!(!run.stdout.contains(bad), "{bad:?}");
    }
}

#[test]
fn a_million_copies_are_one_finding() {
    let folder = Folder::new();
    folder.file("a.txt", format!("{}\n", pat(1)).repeat(30_000));
    let run = folder.scan(&[]).exits(1);
    assert_eq!(run.json()["findings"][0]["locations"].as_array().map(Vec::len), Some(30_000));
    let text = folder.run(&["scan"]).exits(1).stdout;
    assert!(text.contains("a.txt:1:1\n") && text.contains("and 29,997 more places"), "{text}");
}

#[test]
fn this_repository_is_clean() {
    let here = env!("CARGO_MANIFEST_DIR");
    Folder::new().run(&["scan", here]).exits(0);
}

#[test]
fn an_empty_standard_input_is_said() {
    let folder = Folder::new();
    let run = folder.run_with(&["scan", "-"], b"").exits(0);
    assert!(run.stderr.contains("standard input was empty"), "{run:?}");
    let run = folder.run_with(&["scan", "-"], b"x").exits(0);
    assert!(!run.stderr.contains("empty"), "{run:?}");
}
