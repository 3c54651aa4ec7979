//! The labelled corpus of keys without a checksum: templates, filled with random digits and written as files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// A text, and what of it must be found.
pub(crate) struct Case {
    /// Unique in the corpus.
    pub(crate) name: String,
    /// The format it is in, or the trap that it sets.
    pub(crate) group: String,
    /// Whether something must be found.
    pub(crate) positive: bool,
    /// Where it is written, below the folder of the corpus.
    pub(crate) path: PathBuf,
    /// The text.
    pub(crate) text: String,
    /// The keys in it, with their lines.
    pub(crate) keys: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    name: String,
    format: Option<String>,
    class: Option<String>,
    file: PathBuf,
    why: String,
    text: String,
}

/// Every case of `fixtures/keys`, filled for this seed.
pub(crate) fn cases(seed: u64) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/keys");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut cases = Vec::new();
    let mut names = BTreeSet::new();
    for (kind, positive) in [("positive", true), ("negative", false)] {
        let folder = std::fs::read_dir(root.join(kind)).expect("the corpus is there");
        let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a readable file");
            let parsed: File =
                toml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
            for template in parsed.case {
                assert!(!template.why.trim().is_empty(), "{}: every case has its reason", template.name);
                assert!(names.insert(template.name.clone()), "{}: two cases have this name", template.name);
                let (text, keys) = fill(&template.text, &mut random);
                assert_eq!(positive, !keys.is_empty(), "{}: in the wrong folder", template.name);
                cases.push(Case {
                    path: Path::new(kind).join(&template.name).join(&template.file),
                    group: template.format.or(template.class).expect("a format or a class"),
                    name: template.name,
                    positive,
                    text,
                    keys,
                });
            }
        }
    }
    cases
}

/// Fills the stand-ins; the keys among them, with their lines.
fn fill(template: &str, random: &mut fastrand::Rng) -> (String, BTreeMap<String, u64>) {
    let stand_in = regex::Regex::new(r"\{\{([A-Za-z0-9_]+)\}\}").expect("a pattern");
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let mut keys = BTreeMap::new();
    let (mut text, mut from) = (String::new(), 0);
    for found in stand_in.captures_iter(template) {
        let (whole, name) = (found.get(0).expect("a match"), &found[1]);
        let Some((value, is_key)) = value(name, random) else { continue };
        let value = values.entry(name.to_owned()).or_insert(value).clone();
        text.push_str(&template[from..whole.start()]);
        if is_key {
            let line = text.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
            keys.entry(value.clone()).or_insert(line);
        }
        text.push_str(&value);
        from = whole.end();
    }
    text.push_str(&template[from..]);
    (text, keys)
}

/// A random value for a stand-in, and whether it is a key; `None` for what is no stand-in.
fn value(name: &str, random: &mut fastrand::Rng) -> Option<(String, bool)> {
    use dogcatcher::token::{Kind, Mint};
    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    let mut mint = Mint::new(random.u64(..));
    let mut of = |length: usize, digits: &[u8]| -> String {
        (0..length).map(|_| char::from(digits[random.usize(..digits.len())])).collect()
    };
    const LOWER: &[u8] = b"0123456789abcdef";
    const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let base = name.split("_").next().unwrap_or(name);
    Some(match (kind, base) {
        ("api_key", _) => (mint.mint(Kind::ApiKey), true),
        ("app_key", _) => (mint.mint(Kind::LegacyApplicationKey), true),
        ("client_token", _) => (mint.mint(Kind::ClientToken), true),
        ("rc_key", _) => (mint.mint(Kind::RemoteConfigKey), true),
        ("uuid", _) => (mint.mint_id().to_string(), false),
        (_, "b64") => (of(43, ALNUM) + "=", false),
        (_, "alnum32") => (of(32, ALNUM), false),
        (_, "alnum40") => (of(40, ALNUM), false),
        (_, "dec32") => (of(32, b"0123456789"), false),
        (_, hex) if hex.starts_with("hex") => (of(hex[3..].parse().ok()?, LOWER), false),
        (_, hex) if hex.starts_with("HEX") => (of(hex[3..].parse().ok()?, b"0123456789ABCDEF"), false),
        _ => return None,
    })
}

/// Writes every case below a folder.
pub(crate) fn write(cases: &[Case], folder: &Path) {
    for case in cases {
        let path = folder.join(&case.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        std::fs::write(path, &case.text).expect("a writable folder");
    }
}

/// What a scanner found: paths below the folder, and lines; the text itself where it is known.
pub(crate) type Found = BTreeSet<(PathBuf, u64, Option<String>)>;

/// What dogcatcher finds in a folder to which the cases were written.
pub(crate) fn scan(folder: &Path) -> Found {
    let run = Command::new(env!("CARGO_BIN_EXE_dogcatcher"))
        .args([
            "scan",
            "--files-only",
            "--no-ignore",
            "--show-secrets",
            "--fail-on=never",
            "--report=json",
            ".",
        ])
        .current_dir(folder)
        .output()
        .expect("dogcatcher starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .flat_map(|finding| finding["locations"].as_array().expect("locations"))
        .filter(|location| location["layers"].as_array().is_some_and(Vec::is_empty))
        .map(|location| {
            let path = location["path"].as_str().expect("a path");
            let secret = location["secret"].as_str().map(str::to_owned);
            (PathBuf::from(path.trim_start_matches("./")), location["line"].as_u64().expect("a line"), secret)
        })
        .collect()
}

/// How much of the corpus a scanner got right.
#[derive(Default)]
pub(crate) struct Score {
    /// Keys in the corpus.
    pub(crate) keys: usize,
    /// Keys that were found.
    pub(crate) found: usize,
    /// Places that were reported and hold no key.
    pub(crate) false_alarms: usize,
    /// What went wrong, a line each.
    pub(crate) wrong: Vec<String>,
}

impl Score {
    /// The part of the keys that was found.
    pub(crate) fn recall(&self) -> f64 {
        self.found as f64 / self.keys as f64
    }

    /// The part of what was reported that is a key.
    pub(crate) fn precision(&self) -> f64 {
        self.found as f64 / (self.found + self.false_alarms) as f64
    }
}

/// Compares what was found with what is there.
pub(crate) fn score<'c>(cases: impl IntoIterator<Item = &'c Case>, found: &Found) -> Score {
    let mut score = Score::default();
    for case in cases {
        let here: Vec<_> = found.iter().filter(|(path, _, _)| *path == case.path).collect();
        score.keys += case.keys.len();
        for (key, line) in &case.keys {
            let hit = here.iter().any(|(_, at, text)| match text {
                Some(text) => text == key,
                None => at == line,
            });
            score.found += usize::from(hit);
            if !hit {
                score.wrong.push(format!("missed  {} ({}) line {line}", case.name, case.group));
            }
        }
        for (_, at, text) in here {
            let right = match text {
                Some(text) => case.keys.contains_key(text),
                None => case.keys.values().any(|line| line == at),
            };
            if !right {
                score.false_alarms += 1;
                score.wrong.push(format!("alarm   {} ({}) line {at}", case.name, case.group));
            }
        }
    }
    score
}
