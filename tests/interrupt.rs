//! Ctrl-C ends a scan early: what was found by then is reported, and the run does not pass for complete.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Folder, pat};

#[test]
fn what_was_found_so_far_is_reported() {
    let folder = Folder::new();
    let mut command = folder.command(&["scan", "-", "--report=json"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    // More than a buffer, so that the first window is searched; then the input stays open.
    let mut text = format!("{}\n", pat(1)).into_bytes();
    text.resize(3 << 20, b' ');
    input.write_all(&text).expect("it reads");
    std::thread::sleep(Duration::from_millis(300));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    // What it waits for comes, and it sees that nothing more is wanted.
    let _ = input.write_all(&text);
    drop(input);
    let mut report = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut report).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(2));
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{report}");
    let reason = report["summary"]["skipped"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("interrupted"), "{reason}");
}
