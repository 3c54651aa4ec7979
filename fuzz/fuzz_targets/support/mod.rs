//! What more than one target needs.

use std::path::Path;

use dogcatcher::scan::{Detail, Nested, Settings};
use dogcatcher::source::{self, PathFilter};
use dogcatcher::suppress;

/// Looks at the files of `folder` as `dogcatcher scan` does, but for what the two filters leave out or allow.
pub fn settings(folder: &Path, filter: PathFilter, suppress: suppress::FindingFilter) -> Settings {
    Settings {
        files: source::WalkOptions { paths: vec![folder.to_path_buf()], filter, reads: true },
        history: Vec::new(),
        nested: Nested::default(),
        limits: source::Limits { threads: 1, ..source::Limits::default() },
        staged: None,
        range: None,
        skipped: Vec::new(),
        stdin: false,
        suppress,
        words: Vec::new(),
        verifier: None,
        receipts: dogcatcher::verify::Receipts::default(),
        today: jiff::civil::date(2026, 1, 1),
        detail: Detail { excerpts: true, line_hashes: true, rejections: true, ..Detail::default() },
    }
}
