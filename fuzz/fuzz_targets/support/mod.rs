//! What more than one target needs.

use std::path::Path;

use dogcatcher::scan::{Detail, Nested, Settings};
use dogcatcher::source::{self, Filter};
use dogcatcher::suppress;

/// Looks at the files of `folder` as `dogcatcher scan` does, but for what the two filters leave out or allow.
pub fn settings(folder: &Path, filter: Filter, suppress: suppress::Filter) -> Settings {
    Settings {
        files: source::Options { paths: vec![folder.to_path_buf()], filter, reads: true, threads: 1 },
        history: Vec::new(),
        nested: Nested::default(),
        sweep: source::SweepOptions::default(),
        staged: None,
        range: None,
        skipped: Vec::new(),
        stdin: false,
        suppress,
        words: Vec::new(),
        verifier: None,
        receipts: dogcatcher::verify::Receipts::default(),
        today: jiff::civil::date(2026, 1, 1),
        detail: Detail { excerpts: true, line_hashes: true, rejections: true, archive_depth: 4, ..Detail::default() },
    }
}
