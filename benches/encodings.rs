//! In which encodings a token is found.
//!
//!     cargo bench --bench encodings                    dogcatcher
//!     cargo bench --bench encodings -- --write DIR     a file for each, for other scanners; its name is that of the encoding

#[path = "../tests/support/encode.rs"]
mod encode;

use std::path::Path;
use std::process::ExitCode;

use dogcatcher::detect::{Detector, Verdict};
use dogcatcher::rule::RuleSet;
use dogcatcher::token::{Kind, Mint};
use encode::{ENCODERS, base64};

/// A text that holds a token in each encoding.
fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let token = Mint::new(1).mint(Kind::PersonalAccessToken);
    let _ = base64;
    let plain = ("as it is", token.clone().into_bytes());
    let encoded = ENCODERS.iter().map(|(name, layers, encode)| {
        // What is encoded as a whole has text before the token.
        let inner = if matches!(*layers, "joined" | "quoted-printable") || name.contains("continued") {
            token.clone()
        } else {
            format!("password={token}")
        };
        (*name, encode(inner.as_bytes()))
    });
    std::iter::once(plain).chain(encoded).collect()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            let rules = RuleSet::builtin();
            let detector = Detector::new(&rules);
            for (name, text) in texts() {
                let found = detector.detect(&text).iter().any(|verdict| matches!(verdict, Verdict::Found(_)));
                println!("{name:<40} {}", if found { "found" } else { "-" });
            }
        }
        ["--write", folder] => {
            for (index, (name, text)) in texts().into_iter().enumerate() {
                let file = format!("{index:02} {}.txt", name.replace('\\', ""));
                std::fs::write(Path::new(folder).join(file), [b"key: ", &text[..], b"\n"].concat())
                    .expect("a writable folder");
            }
        }
        _ => {
            eprintln!("usage: cargo bench --bench encodings [-- --write DIR]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
