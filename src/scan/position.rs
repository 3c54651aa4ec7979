//! From byte offsets to lines and columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::collect::{Collected, Pending};
use crate::location::{Cursor, Position};
use crate::source::{Skipped, reread};

/// Walks a cursor over a text that comes in pieces and stops at the ends of spans, which must be in order.
#[derive(Debug, Default)]
pub(super) struct Locator {
    cursor: Cursor,
}

impl Locator {
    /// A locator that has already gone over a part of the text.
    pub(super) fn at(cursor: Cursor) -> Self {
        Self { cursor }
    }

    /// The place of `offset`, which lies in `bytes`, a piece of text that begins at `base`.
    pub(super) fn locate(&mut self, bytes: &[u8], base: u64, offset: u64) -> Position {
        self.advance_to(bytes, base, offset);
        self.cursor.position()
    }

    /// Moves to `offset`, or to the end of `bytes` if it lies behind that.
    fn advance_to(&mut self, bytes: &[u8], base: u64, offset: u64) {
        let from = (self.cursor.offset() - base) as usize;
        let to = ((offset - base) as usize).min(bytes.len());
        if to > from {
            self.cursor.advance(&bytes[from..to]);
        }
    }
}

/// Counts the lines of everything that is pending: each file is read once more, as far as its last span.
pub(super) fn place_pending(collected: &mut Collected<'_>) {
    let mut by_file: BTreeMap<_, Vec<Pending<'_>>> = BTreeMap::new();
    for pending in std::mem::take(&mut collected.pending) {
        by_file.entry(pending.what.origin().clone()).or_default().push(pending);
    }
    for (origin, all) in by_file {
        let spans: Vec<_> = all.iter().map(|pending| pending.span.clone()).collect();
        let path = origin.path().unwrap_or(Path::new(""));
        let places = locate_in_file(path, &spans);
        if places.is_none() {
            let reason = "it changed while it was read: lines and columns in it are unknown";
            collected.summary.skipped.push(Skipped::failure(path.to_string_lossy(), reason));
        }
        for (index, mut pending) in all.into_iter().enumerate() {
            if let Some(places) = &places {
                pending.what.set_place(places[index]);
            }
            collected.push(pending.what);
        }
    }
}

/// The places of `spans` in a file.
///
/// `None` where the file cannot be read any more, or has become shorter.
fn locate_in_file(path: &Path, spans: &[Range<u64>]) -> Option<Vec<(Position, Position)>> {
    let mut offsets: Vec<u64> = spans.iter().flat_map(|span| [span.start, span.end]).collect();
    offsets.sort_unstable();
    offsets.dedup();
    let mut places = Vec::with_capacity(offsets.len());
    let mut locator = Locator::default();
    let mut base = 0;
    reread(path, |bytes| {
        let end = base + bytes.len() as u64;
        while let Some(&offset) = offsets.get(places.len()).filter(|&&offset| offset <= end) {
            places.push(locator.locate(bytes, base, offset));
        }
        locator.advance_to(bytes, base, end);
        base = end;
        places.len() < offsets.len()
    })
    .ok()?;
    let place = |offset: u64| offsets.binary_search(&offset).ok().and_then(|at| places.get(at).copied());
    spans.iter().map(|span| Some((place(span.start)?, place(span.end)?))).collect()
}
