//! Tokens in any text, in a file of any name: every report can be read back, and none shows a secret.
#![no_main]

mod support;

use std::sync::LazyLock;

use dogcatcher::detect::Detector;
use dogcatcher::report::{Format, Options, write};
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{Progress, run};
use dogcatcher::source::{PathFilter, PathFilterOptions};
use dogcatcher::suppress;
use dogcatcher::token::{Kind, Mint};
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
static DETECTOR: LazyLock<Detector<'static>> = LazyLock::new(|| Detector::new(&RULES));

/// A name that a file system takes.
fn file_name(name: &[u8]) -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt;
    let bytes = name.iter().filter(|byte| !matches!(byte, b'/' | 0)).take(200).copied().collect::<Vec<u8>>();
    std::ffi::OsString::from_vec([b"f".as_slice(), &bytes].concat())
}

fuzz_target!(|case: (u64, &[u8], &[u8], &[u8], u16)| {
    let (seed, name, before, after, width) = case;
    let token = Mint::new(seed).mint(Kind::PersonalAccessToken);
    let folder = tempfile::tempdir().expect("a folder");
    let text = [before, b" ", token.as_bytes(), b" ", after].concat();
    std::fs::write(folder.path().join(file_name(name)), text).expect("a file");
    let filter = PathFilter::new(PathFilterOptions::default()).expect("no glob");
    let settings = support::settings(folder.path(), filter, suppress::FindingFilter::default());
    let outcome = run(&settings, &DETECTOR, &Progress::default()).expect("a scan");
    let options = Options {
        styled: seed % 2 == 0,
        width: usize::from(width),
        explain: true,
        suppressed: true,
        remedies: true,
        ..Options::default()
    };
    for format in Format::ALL {
        let mut report = Vec::new();
        write(format, &outcome, &RULES, &options, &mut report).expect("memory");
        let report = String::from_utf8(report).expect("reports are UTF-8");
        assert!(!report.contains(&token), "{} shows the secret", format.as_str());
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => {
                drop(serde_json::from_str::<serde_json::Value>(&report).expect("JSON"))
            }
            Format::Jsonl => report.lines().for_each(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            }),
            // One command a line, all of them ours, and nothing that ends one early.
            Format::Github => report.lines().for_each(|line| {
                assert!(
                    line.starts_with("::error ")
                        || line.starts_with("::warning ")
                        || line.starts_with("::notice ")
                );
                assert!(!line.contains("##[") && !line.contains('\r'));
            }),
            Format::Text | Format::Markdown | Format::Html | Format::Csv | Format::Junit => {
                let allowed = |c| matches!(c, '\n' | '\x1b' if format == Format::Text) || c == '\n';
                assert!(!report.chars().any(|c| c.is_control() && !allowed(c)), "{}", format.as_str());
            }
        }
    }
});
