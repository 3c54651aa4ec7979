//! The one helper of the integration tests: a folder of its own, fake tokens, and the program.
#![allow(dead_code, unreachable_pub)] // each test file includes it and uses a part of it
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a failed test

pub mod git;
pub mod pack;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use dogcatcher::token::{Flaw, Kind, Mint};
use serde_json::Value;

pub struct Folder(tempfile::TempDir);

/// What a run of the program brought.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `path:line:column grade` of each place, in order.
    pub fn places(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().unwrap();
        let mut places = Vec::new();
        for finding in findings {
            for place in finding["locations"].as_array().unwrap() {
                let path = place["path"].as_str().unwrap_or("-");
                let (line, column) = (&place["line"], &place["column"]);
                places.push(format!("{path}:{line}:{column} {}", finding["confidence"].as_str().unwrap()));
            }
        }
        places
    }

    /// Asserts the exit status, with everything that was printed in the message.
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file; folders on the way are made.
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Makes the folder the root of a git repository, as far as ignore files care.
    pub fn repository(self) -> Self {
        std::fs::create_dir(self.path().join(".git")).unwrap();
        self
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogcatcher"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    /// Runs the program with this on its standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Run {
        let output = output_of(self.command(args), input);
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Scans the folder and returns the JSON report's run.
    pub fn scan(&self, args: &[&str]) -> Run {
        self.run(&[&["scan", "--report", "json"], args].concat())
    }
}

/// Runs a command with this on its standard input.
pub fn output_of(mut command: Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the program, or git, which these tests need");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // It may stop reading before the end: then there is an error to look at instead.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// A fake personal access token; the same for the same seed.
pub fn pat(seed: u64) -> String {
    Mint::new(seed).mint(Kind::PersonalAccessToken)
}

/// A fake service access token.
pub fn sat(seed: u64) -> String {
    Mint::new(seed).mint(Kind::ServiceAccessToken)
}

/// A fake application key.
pub fn app(seed: u64) -> String {
    Mint::new(seed).mint(Kind::ApplicationKey)
}

/// A fake personal access token whose checksum is off.
pub fn broken_pat(seed: u64) -> String {
    Mint::new(seed).mint_flawed(Kind::PersonalAccessToken, Flaw::Checksum).unwrap()
}

/// The part of a token that nothing may show.
pub fn secret_part(token: &str) -> &str {
    match token.len() {
        65 => &token[29..],
        _ => &token[6..],
    }
}
