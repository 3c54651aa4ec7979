//! Ctrl-C ends a scan early: what was found by then is reported, and the run does not pass for complete.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
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

#[test]
fn a_closed_terminal_leaves_a_report_and_no_temporary_file() {
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
