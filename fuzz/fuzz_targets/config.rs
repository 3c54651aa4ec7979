//! Any text as a configuration's globs and allow entries, and as a baseline: an error that names the file, or a scan
//! that loses nothing: what is found is there, suppressed or not, and entries that did nothing are told of.
#![no_main]

mod support;

use std::path::Path;
use std::sync::LazyLock;

use dogcatcher::detect::Detector;
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{Progress, run};
use dogcatcher::source::{PathFilter, PathFilterOptions};
use dogcatcher::suppress::{self, AllowEntry, AllowList, AllowanceTerms, Baseline, Policies, Policy};
use dogcatcher::token::{Kind, Mint};
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
static DETECTOR: LazyLock<Detector<'static>> = LazyLock::new(|| Detector::new(&RULES));

/// A folder with a token in each of two files, one of them in a folder.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mint = Mint::new(1);
    std::fs::create_dir(folder.path().join("src")).expect("a folder");
    for name in ["a.env", "src/b.rs"] {
        std::fs::write(folder.path().join(name), mint.mint(Kind::PersonalAccessToken)).expect("a file");
    }
    folder
});

#[derive(Default, serde::Deserialize)]
struct Table {
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    allow: Vec<AllowEntry>,
}

fn named<T>(result: Result<T, dogcatcher::error::Error>, file: &str) -> Option<T> {
    result.map_err(|error| assert!(error.to_string().contains(file), "{error}")).ok()
}

fuzz_target!(|bytes: &[u8]| {
    let baseline = named(Baseline::parse("fuzz.json", bytes), "fuzz.json");
    let table = std::str::from_utf8(bytes).ok().and_then(|text| toml::from_str::<Table>(text).ok());
    if baseline.is_none() && table.is_none() {
        return;
    }
    let table = table.unwrap_or_default();
    let leaves_out = !table.exclude.is_empty();
    let base: &Path = FOLDER.path();
    let allow = AllowList::new(table.allow, "fuzz.toml", base, AllowanceTerms::default());
    let Some(allow) = named(allow, "fuzz.toml") else { return };
    let exclude = PathFilterOptions {
        exclude: table.exclude,
        exclude_base: base.to_path_buf(),
        ..PathFilterOptions::default()
    };
    let Ok(filter) = PathFilter::new(exclude) else { return };
    let policy = Policy { file: "fuzz.toml".into(), allow, baseline, ..Policy::default() };
    let suppress =
        suppress::FindingFilter { policies: Policies::one(policy), ..suppress::FindingFilter::default() };
    let settings = support::settings(base, filter, suppress);
    let outcome = run(&settings, &DETECTOR, &Progress::default()).expect("a scan");
    assert!(leaves_out || outcome.findings.len() == 2);
});
