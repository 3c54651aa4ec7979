//! Signals end a run early: what was found by then is reported, the run does not pass for complete, and no temporary file stays.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Folder, pat};

/// What is reported where a signal comes while the input stays open; `then` comes after it.
fn interrupted(text: &[u8], then: Option<&[u8]>) -> serde_json::Value {
    let folder = Folder::new();
    let mut command = folder.command(&["scan", "-", "--report=json"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(text).expect("it reads");
    std::thread::sleep(Duration::from_millis(300));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    if let Some(then) = then {
        let _ = input.write_all(then);
    }
    let mut report = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut report).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(2));
    drop(input);
    serde_json::from_str(&report).expect("JSON")
}

#[test]
fn what_was_found_so_far_is_reported() {
    if is_ignored(INTERRUPT) {
        return;
    }
    let line = format!("{}\n", pat(1)).into_bytes();
    // More than a buffer, so that the first window is searched.
    let mut large = line.clone();
    large.resize(3 << 20, b' ');
    // A log that somebody follows, and that is silent now, is not waited for.
    for report in [interrupted(&large, Some(&large)), interrupted(&line, None)] {
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{report}");
        let reason = report["summary"]["skipped"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains("interrupted"), "{reason}");
    }
}

#[test]
fn a_closed_terminal_and_a_supervisor_end_a_run_wherever_it_waits() {
    for (signal, status) in [("-HUP", 129), ("-TERM", 143)] {
        if signal == "-HUP" && is_ignored(HANGUP) {
            continue;
        }
        let folder = Folder::new();
        folder.file("a.txt", pat(1));
        // A device that somebody put where a report goes: opening it waits for a reader.
        let fifo = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
        let mut command = folder.command(&["scan", "a.txt", "--report", "json=pipe"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(300));
        let kill = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
        assert!(kill.success());
        let start = std::time::Instant::now();
        let ended = child.wait().expect("it ends");
        assert!(start.elapsed() < Duration::from_secs(3), "{signal}: {:?}", start.elapsed());
        assert!(ended.code() == Some(status) || ended.code().is_none(), "{signal}: {ended:?}");
    }
}

/// Number of the signal that a closed terminal sends.
const HANGUP: u32 = 1;

/// Number of the signal that Ctrl-C sends.
const INTERRUPT: u32 = 2;

/// Returns whether whoever started the tests ignores a signal, as `nohup` does for a closed terminal, and a shell's `&` for Ctrl-C:
/// then every run ignores it, too.
fn is_ignored(signal: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let bits = ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0);
    bits >> (signal - 1) & 1 == 1
}

#[test]
fn a_closed_terminal_leaves_a_report_and_no_temporary_file() {
    if is_ignored(HANGUP) {
        return;
    }
    let folder = Folder::new();
    let mut command = folder.command(&["scan", "-", "--show-secrets", "--report=json=r.json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(format!("{}\n", pat(1)).as_bytes()).expect("it reads");
    std::thread::sleep(Duration::from_millis(300));
    let kill = Command::new("kill").args(["-HUP", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(2));
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert!(names.len() == 1 && names[0].file_name() == "r.json", "{names:?}");
}

/// What is left in a folder of files that only ever were to be renamed or removed.
fn leftovers(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".dogcatcher") || name.starts_with("dogcatcher-demo")).collect()
}

/// Ends runs of everything that makes temporary files, each at some moment.
fn end_at_random_moments(seed: u64) {
    const LONGEST: u64 = 60;
    let commands: [&[&str]; 4] = [
        &["scan", "d", "--show-secrets", "--report", "json=out/r.json", "--report", "sarif=out/s.sarif"],
        &["hook", "install", "r"],
        &["demo"],
        &["demo", "--with-api"],
    ];
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = Folder::new();
    for number in 0..40 {
        folder.file(&format!("d/{number}"), format!("{}\n", pat(number)).repeat(50));
    }
    ["out", "tmp"].iter().for_each(|name| std::fs::create_dir(folder.path().join(name)).expect("a folder"));
    support::git::git(folder.path(), &["init", "-q", "r"]);
    for args in commands.iter().cycle().take(28) {
        let mut command = folder.command(args);
        let command = command.env("TMPDIR", folder.path().join("tmp")).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(random.u64(..LONGEST)));
        let signal = ["-HUP", "-INT", "-TERM"][random.usize(..3)];
        let kill =
            Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
        kill.expect("kill");
        child.wait().expect("it ends");
        for place in ["out", "tmp", "r/.git/hooks"] {
            let left = leftovers(&folder.path().join(place));
            assert!(left.is_empty(), "seed {seed}, {args:?}, {signal}: {left:?} in {place}");
        }
    }
}

#[test]
fn no_moment_leaves_a_temporary_file() {
    std::thread::scope(|scope| {
        for seed in 0..4 {
            scope.spawn(move || end_at_random_moments(seed));
        }
    });
}

#[test]
fn a_report_that_becomes_too_large_is_an_error_and_leaves_nothing() {
    let folder = Folder::new();
    folder.file("a.txt", (0..200).map(|seed| pat(seed) + "\n").collect::<String>());
    let program = env!("CARGO_BIN_EXE_dogcatcher");
    let run = format!("ulimit -f 8; exec '{program}' scan a.txt --report json=r.json");
    let mut command = Command::new("sh");
    let output = command.args(["-c", &run]).current_dir(folder.path()).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write the report r.json"), "{said}");
    assert!(leftovers(folder.path()).is_empty());
}
