//! One large file: dogcatcher against the floor, which reads the same file and searches it for one literal.
//!
//!     cargo bench --bench file [-- FILE]
//!
//! Without a file, one of 600 MB is made. The two take turns, so that the ratio holds when the machine's speed drifts.
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on may stop

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use dogcatcher::detect::Detector;
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{self, Detail, Progress, Settings};
use dogcatcher::source::{self, PathFilterOptions};
use memchr::memmem::Finder;

const ROUNDS: usize = 11;

fn main() {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let path = named.unwrap_or_else(|| make_file(folder.path()));
    let size = path.metadata().unwrap().len() as f64 / 1e9;
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(timed(|| floor(&path)));
        times[1].push(timed(|| dogcatcher(&path, 1)));
        times[2].push(timed(|| dogcatcher(&path, 0)));
    }
    let medians = times.map(|mut all| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    });
    println!("{size:.2} GB, median of {ROUNDS}, taking turns");
    for (name, median) in ["memmem, 1 thread", "dogcatcher, 1 thread", "dogcatcher, all"].iter().zip(medians)
    {
        println!(
            "{name:<22}{:>8.1} ms {:>6.1} GB/s {:>6.2} x",
            median * 1e3,
            size / median,
            median / medians[0]
        );
    }
}

fn timed(work: impl FnOnce() -> u64) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

/// Reads the file in pieces and searches each for one literal.
fn floor(path: &Path) -> u64 {
    let finder = Finder::new("ddpat_");
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; 1024 * 1024];
    let mut found = 0;
    loop {
        let count = file.read(&mut buffer).unwrap();
        if count == 0 {
            return found;
        }
        found += finder.find_iter(&buffer[..count]).count() as u64;
    }
}

fn dogcatcher(path: &Path, threads: usize) -> u64 {
    let rules = RuleSet::builtin();
    let settings = Settings {
        files: source::WalkOptions {
            paths: vec![path.to_path_buf()],
            filter: source::PathFilter::new(PathFilterOptions::default()).unwrap(),
            reads: true,
        },
        stdin: false,
        history: Vec::new(),
        nested: dogcatcher::scan::Nested::Unasked,
        limits: source::Limits { threads, archive_depth: 0, ..source::Limits::default() },
        staged: None,
        range: None,
        skipped: Vec::new(),
        verifier: None,
        receipts: dogcatcher::verify::Receipts::default(),
        suppress: dogcatcher::suppress::FindingFilter::default(),
        words: Vec::new(),
        today: jiff::civil::date(2026, 1, 1),
        detail: Detail { excerpts: true, ..Detail::default() },
    };
    scan::run(&settings, &Detector::new(&rules), &Progress::default()).unwrap().summary.bytes
}

fn make_file(folder: &Path) -> PathBuf {
    let path = folder.join("large.txt");
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    let mut random = fastrand::Rng::with_seed(1);
    let words =
        ["let", "add", "address", "dd", "patch", "return", "sat", "(", "=", "\n", "    ", "update", "_"];
    let mut written = 0;
    while written < 600_000_000 {
        let line: String = (0..400).map(|_| [random.choice(words).unwrap(), " "].concat()).collect();
        file.write_all(line.as_bytes()).unwrap();
        written += line.len();
    }
    path
}
