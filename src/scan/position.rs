//! From byte offsets to lines and columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::collected::Collected;
use crate::error::SkipReason;
use crate::location::{Cursor, Origin, Position};
use crate::source::{Skipped, reread};

/// Walks a cursor over a text that comes in pieces and stops at the ends of
/// spans, which must be in order.
#[derive(Debug, Default)]
pub(super) struct Locator {
    /// Has gone over the text up to the last place that was asked for.
    cursor: Cursor,
}

impl Locator {
    /// A locator that has already gone over a part of the text.
    pub(super) fn at(cursor: Cursor) -> Self {
        Self { cursor }
    }

    /// The place of `offset`, which lies in `bytes`, a piece of text that
    /// begins at `base`.
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

/// Counts the lines of what stands in files that are too large to be held: each
/// is read once more, as far as needed.
pub(super) fn place_pending(collected: &mut Collected<'_>) {
    let Collected { findings, rejections, summary } = collected;
    let mut by_file: BTreeMap<Origin, Vec<(Range<u64>, Place<'_>)>> = BTreeMap::new();
    let mut add = |origin: &Origin, span: Range<u64>, place| {
        by_file.entry(origin.clone()).or_default().push((span, place));
    };
    for finding in findings {
        for location in finding.locations.iter_mut().filter(|it| it.start == Position::UNKNOWN) {
            let span = location.byte_offset..location.byte_offset + location.byte_len;
            add(&location.origin, span, (&mut location.start, Some(&mut location.end)));
        }
    }
    for rejection in rejections.iter_mut().filter(|it| it.start == Position::UNKNOWN) {
        let span = rejection.byte_offset..rejection.byte_offset;
        add(&rejection.origin, span, (&mut rejection.start, None));
    }
    for (origin, pending) in by_file {
        let path = origin.path().unwrap_or(Path::new(""));
        let (spans, places): (Vec<_>, Vec<_>) = pending.into_iter().unzip();
        let located = locate_in_file(path, &spans).unwrap_or_else(|| {
            let reason = "it changed while it was read: lines and columns in it are unknown";
            summary.skipped.push(Skipped::failure(SkipReason::Changed, path, reason));
            // Readers of reports take no line 0.
            let first = Position { line: 1, column: 1 };
            vec![(first, first); spans.len()]
        });
        for ((start, end), (to_start, to_end)) in located.into_iter().zip(places) {
            *to_start = start;
            if let Some(to_end) = to_end {
                *to_end = end;
            }
        }
    }
}

/// Where the start, and perhaps the end, of something is to be written.
type Place<'a> = (&'a mut Position, Option<&'a mut Position>);

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Reason;
    use crate::scan::Rejection;

    fn placed(path: &Path, byte_offset: u64) -> (Position, usize) {
        let mut collected = Collected::default();
        collected.rejections.push(Rejection {
            origin: Origin::file(path),
            repository: None,
            byte_offset,
            start: Position::UNKNOWN,
            rule_id: "a".to_owned(),
            reason: Reason::Boundary,
            grounds: None,
        });
        place_pending(&mut collected);
        (collected.rejections[0].start, collected.summary.skipped.len())
    }

    #[test]
    fn a_file_that_vanished_or_shrank_is_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let first = Position { line: 1, column: 1 };
        assert_eq!(placed(&path, 5), (first, 1));
        std::fs::write(&path, "ab\ncd\n").expect("a file");
        assert_eq!(placed(&path, 4), (Position { line: 2, column: 2 }, 0));
        assert_eq!(placed(&path, 400), (first, 1));
    }
}
