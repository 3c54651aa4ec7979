//! What the demo scans: one folder, as if nobody had configured anything.

use std::path::Path;

use dogcatcher::error::Error;
use dogcatcher::scan::{Detail, Nested, Settings};
use dogcatcher::source::{self, PathFilterOptions};
use dogcatcher::suppress::FindingFilter;
use dogcatcher::verify::Receipts;

/// Returns the settings of a scan of that folder alone: no configuration, no
/// history.
pub(super) fn demo_settings(folder: &Path) -> Result<Settings, Error> {
    let filter =
        source::PathFilter::new(PathFilterOptions { no_ignore: true, ..PathFilterOptions::default() })?;
    Ok(Settings {
        files: source::WalkOptions { paths: vec![folder.to_path_buf()], filter, reads: true },
        stdin: false,
        nested: Nested::Unasked,
        history: Vec::new(),
        limits: source::Limits::default(),
        staged: None,
        range: None,
        skipped: Vec::new(),
        verifier: None,
        receipts: Receipts::default(),
        words: Vec::new(),
        suppress: FindingFilter::default(),
        today: jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date(),
        detail: Detail { excerpts: true, ..Detail::default() },
    })
}
