//! Runs under bad conditions: a full disk, a killed process, files that come and go while they are read.
#![cfg(unix)]

mod support;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use support::git::git;
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
fn a_report_without_space_is_an_error_and_the_old_one_goes() {
    let folder = Folder::new();
    folder.file("leak.txt", pat(1));
    for report in ["json", "jsonl", "sarif", "text"] {
        folder.file("report.json", "the old report");
        let output =
            output_of(without_space(&folder, &format!("scan leak.txt --report {report}=report.json")), b"");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("cannot write the report") && stderr.contains("make room"), "{stderr}");
        assert!(!stderr.contains(support::secret_part(&pat(1))));
        assert_eq!(
            names(&folder),
            ["leak.txt"],
            "nothing half-written is left, and nothing of an earlier run"
        );
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

#[test]
fn a_run_that_fails_leaves_no_report_of_an_earlier_one() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q"]);
    folder.file("s.sarif", "of the run before");
    folder.file("base.json", "{\"findings\": []}");
    folder.run(&["scan", "--range", "nowhere..HEAD", "--report", "sarif=s.sarif"]).exits(2);
    assert!(!folder.path().join("s.sarif").exists());
    // What is read is not thrown away.
    let both = ["scan", "--range", "nowhere..HEAD", "--baseline", "base.json", "--report", "json=base.json"];
    folder.run(&both).exits(2);
    assert!(folder.path().join("base.json").exists());
}

#[test]
fn a_link_of_the_repository_leads_no_report_elsewhere() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder.file("outside/precious", "precious");
    git(folder.path(), &["init", "-q", "r"]);
    let work = folder.path().join("r");
    symlink("../outside/precious", work.join("file")).expect("a link");
    symlink("../outside/new", work.join("missing")).expect("a link");
    symlink("../outside", work.join("folder")).expect("a link");
    for report in ["json=r/file", "sarif=r/missing", "json=r/folder/precious", "jsonl=r/folder/new"] {
        let run = folder.run(&["scan", "r", "--report", report]).exits(2);
        assert!(run.stderr.contains("is a link in a repository"), "{run:?}");
    }
    assert_eq!(folder.read("outside/precious"), "precious");
    assert!(!folder.path().join("outside/new").exists());
    // The user's own links are followed.
    symlink("outside", folder.path().join("own")).expect("a link");
    folder.run(&["scan", "r", "--report", "json=own/new"]).exits(0);
    assert!(folder.path().join("outside/new").exists());
}

#[test]
fn a_report_keeps_the_mode_of_the_one_that_it_replaces() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.file("leak.txt", pat(1));
    for mode in [0o600, 0o640, 0o664] {
        let path = folder.file("r.json", "old");
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("a mode");
        folder.run(&["scan", "leak.txt", "--report", "json=r.json"]).exits(1);
        assert_eq!(fs::metadata(&path).expect("a report").permissions().mode() & 0o777, mode);
    }
}
