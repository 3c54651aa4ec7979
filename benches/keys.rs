//! How many keys without a checksum are found, and how many false alarms there are, in the labelled corpus.
//!
//!     cargo bench --bench keys                     dogcatcher, by format, with all that went wrong
//!     cargo bench --bench keys -- --write DIR      write the corpus as files, for other scanners
//!     cargo bench --bench keys -- --score NAME     score `path<TAB>line` on standard input against it

#[path = "../tests/support/corpus.rs"]
mod corpus;

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use corpus::{Case, Found, Score};

/// The corpus is the same for every scanner.
const SEED: u64 = 7;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let cases = corpus::cases(SEED);
    match words[..] {
        [] => print_own(&cases),
        ["--write", folder] => corpus::write(&cases, Path::new(folder)),
        ["--score", name] => print_row(name, &corpus::score(&cases, &read_found())),
        _ => {
            eprintln!("usage: cargo bench --bench keys [-- --write DIR | --score NAME]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn print_own(cases: &[Case]) {
    let folder = tempfile::tempdir().expect("a folder");
    corpus::write(cases, folder.path());
    let found = corpus::scan(folder.path());
    let score = corpus::score(cases, &found);
    for line in &score.wrong {
        println!("{line}");
    }
    for positive in [true, false] {
        let these: Vec<&Case> = cases.iter().filter(|case| case.positive == positive).collect();
        let groups: std::collections::BTreeSet<&str> = these.iter().map(|case| case.group.as_str()).collect();
        let what =
            if positive { "with keys, in so many formats:" } else { "without, of so many kinds of trap:" };
        println!("{} texts {what} {}", these.len(), groups.len());
    }
    print_row("dogcatcher", &score);
}

fn print_row(name: &str, score: &Score) {
    println!(
        "{name:<16} recall {:6.2} % ({} of {})  precision {:6.2} % ({} false alarms)",
        100.0 * score.recall(),
        score.found,
        score.keys,
        100.0 * score.precision(),
        score.false_alarms,
    );
}

/// What another scanner found: a path below the folder, a tab, and a line number, on each line.
fn read_found() -> Found {
    let lines = std::io::stdin().lock().lines().map(|line| line.expect("text"));
    lines
        .filter_map(|line| {
            let (path, number) = line.split_once('\t')?;
            Some((PathBuf::from(path), number.trim().parse().ok()?, None))
        })
        .collect()
}
