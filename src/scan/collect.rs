//! What one thread does with the windows it gets.

use std::ops::Range;
use std::sync::Mutex;

use super::position::Locator;
use super::{Detail, Progress, Rejection, Summary};
use crate::detect::{Detector, Verdict};
use crate::finding::{Finding, Location};
use crate::location::{Cursor, Origin, Position, line_hashes};
use crate::source::{Sink, Skipped, Window};
use crate::suppress::find_mark;

/// What all threads have brought together.
#[derive(Debug, Default)]
pub(super) struct Collected<'r> {
    pub(super) sightings: Vec<Finding<'r>>,
    pub(super) rejections: Vec<Rejection>,
    /// What stands in files that are too large to be held: its lines are counted when the walk is over.
    pub(super) pending: Vec<Pending<'r>>,
    pub(super) summary: Summary,
}

/// Something whose line and column are not known yet.
#[derive(Debug)]
pub(super) struct Pending<'r> {
    pub(super) what: Seen<'r>,
    /// Where in the file.
    pub(super) span: Range<u64>,
}

/// A sighting or a rejected candidate.
#[derive(Debug)]
pub(super) enum Seen<'r> {
    Sighting(Finding<'r>),
    Rejection(Rejection),
}

/// The sink of one thread; hands over what it has when it is dropped.
pub(super) struct Collector<'a, 'r> {
    detector: &'a Detector<'r>,
    detail: Detail,
    progress: &'a Progress,
    shared: &'a Mutex<Collected<'r>>,
    own: Collected<'r>,
    /// How far standard input has got.
    cursor: Cursor,
    verdicts: Vec<Verdict<'r>>,
}

impl<'a, 'r> Collector<'a, 'r> {
    pub(super) fn new(
        detector: &'a Detector<'r>,
        detail: Detail,
        progress: &'a Progress,
        shared: &'a Mutex<Collected<'r>>,
    ) -> Self {
        let (own, cursor, verdicts) = Default::default();
        Self { detector, detail, progress, shared, own, cursor, verdicts }
    }

    /// Fills `self.verdicts`; rejected candidates are counted, and kept only where they are asked for.
    fn judge(&mut self, window: &Window<'_>) {
        let (verdicts, rejected) = (&mut self.verdicts, &mut self.own.summary.rejected);
        let keep_all = self.detail.rejections;
        self.detector.detect_in(window.bytes, window.core.clone(), &mut |verdict| {
            let found = matches!(verdict, Verdict::Found(_));
            if let Verdict::Rejected { reason, .. } = &verdict {
                *rejected.entry(*reason).or_default() += 1;
            }
            if found || keep_all {
                verdicts.push(verdict);
            }
        });
    }

    /// Keeps the verdicts on a window.
    fn keep(&mut self, window: &Window<'_>) {
        let verdicts = std::mem::take(&mut self.verdicts);
        let places = self.places(window, &verdicts);
        let hashes = self.line_hashes(window, &places);
        for (index, verdict) in verdicts.into_iter().enumerate() {
            let span = window.offset + verdict.span().start as u64..window.offset + verdict.span().end as u64;
            let mut what = self.seen(window, verdict);
            match places.get(index) {
                Some(&place) => {
                    what.set_place(place);
                    what.set_line_hash(hashes.get(index).cloned().flatten());
                    self.own.push(what);
                }
                None => self.own.pending.push(Pending { what, span }),
            }
        }
    }

    /// The start and end of each verdict, in order; none where lines cannot be counted yet.
    fn places(&self, window: &Window<'_>, verdicts: &[Verdict<'r>]) -> Vec<(Position, Position)> {
        let cursor = match window.origin {
            _ if window.whole => Cursor::default(),
            Origin::Stdin => self.cursor.clone(),
            Origin::File(_) => return Vec::new(),
        };
        let mut offsets: Vec<usize> =
            verdicts.iter().flat_map(|verdict| [verdict.span().start, verdict.span().end]).collect();
        offsets.sort_unstable();
        let mut locator = Locator::at(cursor);
        let mut places = Vec::with_capacity(offsets.len());
        for &offset in &offsets {
            places.push(locator.locate(window.bytes, window.offset, window.offset + offset as u64));
        }
        let place = |offset: usize| places[offsets.partition_point(|&at| at < offset)];
        verdicts.iter().map(|verdict| (place(verdict.span().start), place(verdict.span().end))).collect()
    }

    fn seen(&self, window: &Window<'_>, verdict: Verdict<'r>) -> Seen<'r> {
        let span = verdict.span();
        let byte_offset = window.offset + span.start as u64;
        let origin = window.origin.clone();
        match verdict {
            Verdict::Rejected { rule, reason, .. } => {
                let (rule_id, start) = (rule.id().to_owned(), Position::UNKNOWN);
                Seen::Rejection(Rejection { origin, byte_offset, start, rule_id, reason })
            }
            Verdict::Found(found) => {
                self.progress.add_found();
                let excerpt = self.detail.excerpts.then(|| self.detector.excerpt(window.bytes, &span));
                let location = Location {
                    origin,
                    byte_offset,
                    start: Position::UNKNOWN,
                    end: Position::UNKNOWN,
                    excerpt,
                    line_hash: None,
                    mark: find_mark(window.bytes, &span, |line| self.detector.has_anchor(line)),
                    suppressed: None,
                };
                Seen::Sighting(Finding::new(found, location))
            }
        }
    }

    /// The hash of the line of each place, where they are wanted and the text is whole.
    fn line_hashes(&self, window: &Window<'_>, places: &[(Position, Position)]) -> Vec<Option<String>> {
        if !self.detail.line_hashes || !window.whole {
            return Vec::new();
        }
        let lines: Vec<u64> = places.iter().map(|(start, _)| start.line).collect();
        line_hashes(window.bytes, &lines)
    }
}

impl<'r> Collected<'r> {
    pub(super) fn push(&mut self, what: Seen<'r>) {
        match what {
            Seen::Sighting(finding) => self.sightings.push(finding),
            Seen::Rejection(rejection) => self.rejections.push(rejection),
        }
    }

    fn add(&mut self, other: Self) {
        self.sightings.extend(other.sightings);
        self.rejections.extend(other.rejections);
        self.pending.extend(other.pending);
        self.summary.add(other.summary);
    }
}

impl Seen<'_> {
    pub(super) fn origin(&self) -> &Origin {
        match self {
            Self::Sighting(finding) => &finding.locations[0].origin,
            Self::Rejection(rejection) => &rejection.origin,
        }
    }

    pub(super) fn set_place(&mut self, (start, end): (Position, Position)) {
        match self {
            Self::Sighting(finding) => {
                finding.locations[0].start = start;
                finding.locations[0].end = end;
            }
            Self::Rejection(rejection) => rejection.start = start,
        }
    }

    fn set_line_hash(&mut self, hash: Option<String>) {
        if let Self::Sighting(finding) = self {
            finding.locations[0].line_hash = hash;
        }
    }
}

impl Sink for Collector<'_, '_> {
    fn window(&mut self, window: Window<'_>) {
        self.judge(&window);
        if !self.verdicts.is_empty() {
            self.keep(&window);
        }
        if *window.origin == Origin::Stdin && !window.whole {
            self.cursor.advance(&window.bytes[window.core.clone()]);
        }
        self.own.summary.bytes += window.core.len() as u64;
        self.progress.add_bytes(window.core.len() as u64);
    }

    fn end(&mut self, origin: &Origin, _bytes: u64) {
        self.own.summary.blobs += 1;
        self.own.summary.files += u64::from(origin.path().is_some());
        self.progress.add_file();
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.own.summary.skipped.push(skipped);
    }
}

impl Drop for Collector<'_, '_> {
    fn drop(&mut self) {
        let own = std::mem::take(&mut self.own);
        self.shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(own);
    }
}
