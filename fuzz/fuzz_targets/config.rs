//! Any text as allow entries, and any bytes as a baseline: what they say, or an error that names the file.
#![no_main]

use std::path::Path;

use dogcatcher::suppress::{AllowEntry, AllowList, Baseline};
use libfuzzer_sys::fuzz_target;

#[derive(serde::Deserialize)]
struct Table {
    allow: Vec<AllowEntry>,
}

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = Baseline::parse("fuzz.json", bytes) {
        assert!(error.to_string().contains("fuzz.json"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(table) = toml::from_str::<Table>(text) else { return };
    if let Err(error) = AllowList::new(table.allow, "fuzz.toml", Path::new(".")) {
        assert!(error.to_string().contains("fuzz.toml"));
    }
});
