//! The worst files that we can think of, against a plain one of the same size.
//!
//!     cargo bench --bench hostile [-- MEGABYTES]
//!
//! Each is scanned as a user would; they take turns, so that the ratios hold when the machine's speed drifts.
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on may stop

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use dogcatcher::token::{Flaw, Kind, Mint};

const ROUNDS: usize = 5;

fn main() {
    let megabytes = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(256);
    let folder = tempfile::tempdir().unwrap();
    let cases: Vec<(&str, PathBuf)> = cases()
        .into_iter()
        .map(|(name, pieces)| (name, write(folder.path(), name, &pieces, megabytes << 20)))
        .collect();
    let mut times = vec![Vec::new(); cases.len()];
    // Each from the page cache: the first run of a round is not counted.
    for _ in 0..ROUNDS {
        for ((_, path), times) in cases.iter().zip(&mut times) {
            scan(path);
            times.push(scan(path));
        }
    }
    let medians: Vec<f64> = times.into_iter().map(median).collect();
    println!("{megabytes} MB each, medians of {ROUNDS}, taking turns");
    for ((name, _), median) in cases.iter().zip(&medians) {
        println!("{name:<34}{:>9.1} ms {:>7.2} x", median * 1e3, median / medians[0]);
    }
}

/// What is written over and over, one piece after another.
fn cases() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut mint = Mint::new(1);
    let flawed: Vec<Vec<u8>> = (0..999)
        .map(|_| mint.mint_flawed(Kind::PersonalAccessToken, Flaw::Checksum).unwrap().into_bytes())
        .collect();
    // Beyond the largest id.
    let wrong_id = |it: &[u8]| [b"ddpat_7z", &it[8..]].concat();
    let lines =
        |of: &dyn Fn(&[u8]) -> Vec<u8>| flawed.iter().map(|it| [&of(it)[..], b"\n"].concat()).collect();
    let words =
        (0..9999).map(|_| format!("{} ", ["let", "x", "=", "fn(a)", "text", ";\n"][random.usize(..6)]));
    let words = words.map(String::into_bytes).collect();
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let once = |text: &str| vec![text.as_bytes().to_vec()];
    vec![
        ("plain", words),
        ("anchors", once("ddpat_")),
        ("anchors of application keys", once("ddapp_")),
        ("anchors and a letter", once("ddpat_x")),
        ("the beginning of anchors", once("ddpa")),
        ("tokens without their last letter", lines(&|it| it[..64].to_vec())),
        ("tokens that go on", lines(&|it| [it, b"x"].concat())),
        ("tokens that are marked", lines(&|it| [it, b" # dogcatcher:allow a test"].concat())),
        ("tokens with a wrong id", lines(&wrong_id)),
        ("base64 of anchors", once("ZGRwYXRf")),
        ("clues of base64", once("ZGRw")),
        ("clues of base64, in lines", once(&("ZGRw".repeat(19) + "\n"))),
        ("clues of base64, each alone", once("ZGRw ")),
        ("clues of hex", once("6464")),
        ("hex of anchors", once(&hex("ddpat_"))),
        ("percent escapes", once("%64%64")),
        ("backslash escapes", once("\\u0064\\u0064")),
        ("entities", once("&#100;&#100;")),
        ("wide characters", once("d\0d\0")),
        ("literals that are joined", once("\"ddpat_\" + ")),
        (
            "tokens broken by escapes",
            lines(&|it| String::from_utf8_lossy(&wrong_id(it)).replace('_', "%5F").into_bytes()),
        ),
        ("mentions and digits", once("datadog 0123456789abcdef0123456789abcdef ")),
        ("names and digits", once("DD_API_KEY=0a1b2c3d4e5f60718293a4b5c6d7e8f9\n")),
    ]
}

fn write(folder: &Path, name: &str, pieces: &[Vec<u8>], size: usize) -> PathBuf {
    let path = folder.join(name.replace(' ', "-"));
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut written = 0;
    for piece in pieces.iter().cycle() {
        if written >= size {
            break;
        }
        file.write_all(piece).unwrap();
        written += piece.len();
    }
    file.flush().unwrap();
    path
}

/// Seconds for a whole run.
fn scan(path: &Path) -> f64 {
    let start = Instant::now();
    let run = Command::new(env!("CARGO_BIN_EXE_dogcatcher"))
        .args(["scan", "--files-only", "--quiet", "--fail-on=never", "--report=json"])
        .arg(path)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(run.success(), "{path:?}: {run}");
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
