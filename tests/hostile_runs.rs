//! Runs under bad conditions: a full disk, a killed process, files that come and go while they are read.
#![cfg(unix)]

mod support;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use support::{Folder, output_of, pat};

/// The program below a shell that lets no file grow, as a full disk would not.
fn without_space(folder: &Folder, arguments: &str) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {arguments}");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_dogcatcher")]).current_dir(folder.path());
    command
}

fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_report_without_space_is_an_error_and_the_old_one_stays() {
    let folder = Folder::new();
    folder.file("leak.txt", pat(1));
    folder.file("report.json", "the old report");
    for report in ["json", "jsonl", "sarif", "text"] {
        let output =
            output_of(without_space(&folder, &format!("scan leak.txt --report {report}=report.json")), b"");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("cannot write the report") && stderr.contains("make room"), "{stderr}");
        assert!(!stderr.contains(support::secret_part(&pat(1))));
        assert_eq!(
            fs::read_to_string(folder.path().join("report.json")).expect("it stays"),
            "the old report"
        );
        assert_eq!(names(&folder), ["leak.txt", "report.json"], "nothing half-written is left");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn standard_output_without_space_is_an_error() {
    let folder = Folder::new();
    folder.file("leak.txt", pat(1));
    for report in ["json", "text", "sarif"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let child = folder
            .command(&["scan", "leak.txt", "--report", report])
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn();
        let output = child.expect("it starts").wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("cannot write to standard output: no space left"), "{stderr}");
    }
}

#[test]
fn a_killed_run_leaves_no_file() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["scan", "-", "--report", "json=report.json"])
        .env("TMPDIR", folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    std::thread::sleep(std::time::Duration::from_millis(200));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert_eq!(names(&folder), Vec::<String>::new());
}

#[test]
fn files_that_come_and_go_do_not_stop_a_run() {
    let folder = Folder::new();
    folder.file("kept/leak.txt", pat(1));
    fs::create_dir(folder.path().join("moving")).expect("a folder");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut turn = 0_usize;
            while !done.load(Ordering::Relaxed) {
                let path = folder.path().join(format!("moving/{}", turn % 50));
                // Grows, shrinks under the reader, and is gone.
                let _ = fs::write(&path, vec![b' '; 3 << 20]);
                let _ = fs::OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(10));
                if turn.is_multiple_of(2) {
                    let _ = fs::remove_file(&path);
                }
                turn += 1;
            }
        });
        for _ in 0..20 {
            let output = folder.run(&["scan", ".", "--report", "json"]);
            let report: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
            assert_eq!(output.status, 1, "{}", output.stderr);
            assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{report}");
            // What could not be read is told of by its name.
            for skipped in report["summary"]["skipped"].as_array().expect("a list") {
                assert!(skipped["origin"].as_str().expect("a name").contains("moving"), "{skipped}");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}
