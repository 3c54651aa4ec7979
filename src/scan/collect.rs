//! What one thread does with the windows it gets.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use memchr::memmem;

use super::collected::Collected;
use super::position::Locator;
use super::progress::Progress;
use super::repositories::{file, parent};
use super::settings::{Detail, Settings};
use super::sightings::Sightings;
use super::summary::{Rejection, Summary};
use super::words::Detectors;
use crate::decode;
use crate::detect::{Detector, Excerpts, Glance, Known, Topic, Verdict};
use crate::error::SkipReason;
use crate::finding::{Finding, Location};
use crate::lexicon::Lexicon;
use crate::location::{Cursor, Origin, Position, change_around_ids, line_hashes};
use crate::rule::Severity;
use crate::source::{Hold, LFS_POINTER, ObjectSink, Sink, Skipped, Swept, Window, is_lfs_pointer};
use crate::suppress::{NO_REASON, find_mark};
use crate::token::Site;

/// How far from a credential what is said about it may stand: the name of its
/// site, or a mark; in bytes.
const TEXT_REACH: usize = 4096;

/// The sink of one thread; hands over what it has when it is dropped.
pub(super) struct Collector<'a, 'r> {
    /// Detectors for each part of the run, by the words of its configuration.
    detectors: &'a Detectors<'a, 'r>,
    /// The one for the text at hand.
    detector: &'a Detector<'r>,
    /// The folder of the last file, where it says which words hold.
    folder: PathBuf,
    /// Facts that reports want beyond places.
    detail: Detail,
    /// Depth to which archives in archives are looked into.
    archive_depth: usize,
    /// Counters that are shown while the run goes on.
    progress: &'a Progress,
    /// Finds of all threads: these are added when the collector is dropped.
    shared: &'a Mutex<Collected<'r>>,
    /// The repository whose objects it takes, as it was named.
    repository: Option<Arc<Path>>,
    /// Findings of this thread.
    sightings: Sightings<'r>,
    /// Candidates of this thread that do not count.
    rejections: Vec<Rejection>,
    /// Counts of this thread.
    summary: Summary,
    /// How far a text has got that comes in order and cannot be read again:
    /// standard input, or a large object.
    cursor: Cursor,
    /// Verdicts on the window at hand; kept to save an allocation for each.
    verdicts: Vec<Verdict<'r>>,
}

impl<'a, 'r> Collector<'a, 'r> {
    pub(super) fn new(
        detectors: &'a Detectors<'a, 'r>,
        settings: &Settings,
        progress: &'a Progress,
        shared: &'a Mutex<Collected<'r>>,
    ) -> Self {
        let (sightings, rejections, summary) = Default::default();
        let (cursor, verdicts) = Default::default();
        let (repository, folder) = (None, PathBuf::from("."));
        Self {
            detectors,
            detector: detectors.in_folder(&folder),
            folder,
            detail: settings.detail,
            archive_depth: settings.limits.archive_depth,
            progress,
            shared,
            repository,
            sightings,
            rejections,
            summary,
            cursor,
            verdicts,
        }
    }

    /// The same, without anything that a report alone wants.
    pub(super) fn without_detail(mut self) -> Self {
        self.detail = Detail::default();
        self
    }

    /// The same, for the objects of a repository.
    pub(super) fn of(mut self, repository: &Arc<Path>) -> Self {
        self.detector = self.detectors.in_repository(repository);
        self.repository = Some(Arc::clone(repository));
        self
    }

    /// Takes the detector whose words hold where a file is.
    fn heed_place(&mut self, origin: &Origin) {
        let Some(folder) = file(origin).map(parent).filter(|folder| *folder != self.folder) else { return };
        self.detector = self.detectors.in_folder(folder);
        self.folder = folder.to_path_buf();
    }

    /// Fills `self.verdicts`; rejected candidates are counted, and kept only
    /// where they are asked for.
    fn judge(&mut self, window: &Window<'_>) {
        let (verdicts, rejected) = (&mut self.verdicts, &mut self.summary.rejected);
        let keep_all = self.detail.rejections;
        let known = Known { topic: topic(self.detector.lexicon(), window.origin), wide: window.wide_text() };
        let complete = self.detector.detect_in(window.bytes, window.core.clone(), known, &mut |verdict| {
            let found = matches!(verdict, Verdict::Found(_));
            if let Verdict::Rejected { reason, .. } = &verdict {
                *rejected.entry(*reason).or_default() += 1;
            }
            if found || keep_all {
                verdicts.push(verdict);
            }
        });
        if !complete {
            let why = "skipped: budget (not all of what is encoded in it was decoded)";
            self.take_skipped(Skipped::failure(SkipReason::EncodingBudget, window.origin.name(), why));
        }
    }

    /// Keeps the verdicts on a window.
    fn keep(&mut self, window: &Window<'_>) {
        let verdicts = std::mem::take(&mut self.verdicts);
        let places = self.places(window, &verdicts);
        let mut hashes = self.line_hashes(window, &places).into_iter();
        let mut excerpts = Excerpts::new(self.detector, window.bytes);
        for (index, verdict) in verdicts.into_iter().enumerate() {
            let place = places.get(index).copied().unwrap_or((Position::UNKNOWN, Position::UNKNOWN));
            self.keep_one(window, verdict, place, hashes.next().flatten(), &mut excerpts);
        }
    }

    fn keep_one(
        &mut self,
        window: &Window<'_>,
        verdict: Verdict<'r>,
        (start, end): (Position, Position),
        line_hash: Option<String>,
        excerpts: &mut Excerpts<'_, '_, '_>,
    ) {
        let span = verdict.span();
        let byte_offset = window.offset + span.start as u64;
        let origin = window.origin.clone();
        match verdict {
            Verdict::Rejected { rule, reason, grounds, .. } => {
                let rule_id = rule.id().to_owned();
                self.rejections.push(Rejection {
                    origin,
                    repository: None,
                    byte_offset,
                    start,
                    rule_id,
                    reason,
                    grounds,
                });
            }
            Verdict::Found(found) => {
                let mark = self.mark(window.bytes, &span, excerpts);
                if mark.is_none() && found.rule.severity() > Severity::Info {
                    self.progress.add_found();
                }
                let location = Location {
                    line_hash,
                    mark,
                    ..Location::new(origin, byte_offset..byte_offset + span.len() as u64, start, end)
                };
                let wanted = self.detail.excerpts;
                self.sightings.add(
                    Finding::new(found, location),
                    || site(window.bytes, &span),
                    || wanted.then(|| excerpts.around_span(&span)),
                );
            }
        }
    }

    /// The words of the mark that allows what stands at `span`, also where
    /// characters have more than one byte.
    fn mark(
        &self,
        window: &[u8],
        span: &Range<usize>,
        excerpts: &mut Excerpts<'_, '_, '_>,
    ) -> Option<String> {
        /// A part of a mark, as it stands in UTF-16 and UTF-32: most texts have
        /// none.
        const WIDE: [&[u8]; 2] = [b"d\0o\0g\0c\0a\0t", b"d\0\0\0o\0\0\0g\0\0\0c\0\0\0a\0\0\0t"];
        let detector = self.detector;
        let find = |text: &[u8], at: &Range<usize>, excerpts: &mut Excerpts<'_, '_, '_>| {
            let reason = find_mark(text, at, |line| !detector.detect(line).is_empty())?;
            Some(if reason.is_empty() { NO_REASON.to_owned() } else { excerpts.masked_part(&reason) })
        };
        let Some((step, end)) = decode::wide_span(window, span) else { return find(window, span, excerpts) };
        let reach = step.width * TEXT_REACH;
        let near = &window[span.start.saturating_sub(reach)..window.len().min(span.end + reach)];
        memmem::find(near, WIDE[step.width / 4])?;
        // The line, and the one above: a copy of all that is near, for each of many, would cost more than finding them.
        let ends_line = |unit: &&[u8]| step.read_unit(unit) == u32::from(b'\n');
        let before = window[..span.start].rchunks_exact(step.width).take(TEXT_REACH);
        let above = before.enumerate().filter(|(_, unit)| ends_line(unit)).nth(1).map(|(count, _)| count);
        let after = window[end..].chunks_exact(step.width).take(TEXT_REACH);
        let below = after.take_while(|unit| !ends_line(unit)).count();
        let (text, at) = decode::narrowed_around(window, span, below.max(above.unwrap_or(TEXT_REACH)))?;
        find(text.as_bytes(), &at, &mut Excerpts::new(detector, text.as_bytes()))
    }

    /// The start and end of each verdict, in order; none where lines are
    /// counted when the walk is over.
    fn places(&self, window: &Window<'_>, verdicts: &[Verdict<'r>]) -> Vec<(Position, Position)> {
        let cursor = match window.origin {
            _ if window.whole => Cursor::default(),
            Origin::Stdin | Origin::Git(_) | Origin::Member(_) | Origin::NameOf(_) => self.cursor.clone(),
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

    /// Returns what the path of a text says that it is about.
    fn topic_of(&self, path: Option<&Path>) -> Topic {
        path.map_or(Topic::Unknown, |path| Topic::of_path(self.detector.lexicon(), path))
    }

    /// The hash of the line of each place, where they are wanted and the text
    /// is whole.
    fn line_hashes(&self, window: &Window<'_>, places: &[(Position, Position)]) -> Vec<Option<String>> {
        if !self.detail.line_hashes || !window.whole {
            return Vec::new();
        }
        let lines: Vec<u64> = places.iter().map(|(start, _)| start.line).collect();
        line_hashes(window.bytes, &lines)
    }
}

/// Returns what is known of a text before it is read.
fn topic(lexicon: &Lexicon, origin: &Origin) -> Topic {
    match origin {
        Origin::Git(text) if text.part.is_header() => Topic::Objects,
        Origin::NameOf(_) => Topic::Objects,
        _ => origin.path().map_or(Topic::Unknown, |path| Topic::of_path(lexicon, path)),
    }
}

/// The site whose name stands near a credential.
fn site(window: &[u8], span: &Range<usize>) -> Option<Site> {
    if let Some((text, at)) = decode::narrowed_around(window, span, TEXT_REACH) {
        return Site::nearest_in(text.as_bytes(), at.start);
    }
    let near = span.start.saturating_sub(TEXT_REACH)..window.len().min(span.end + TEXT_REACH);
    Site::nearest_in(&window[near.clone()], span.start - near.start)
}

impl Sink for Collector<'_, '_> {
    fn take_window(&mut self, window: Window<'_>) {
        if self.detectors.depend_on_place() {
            self.heed_place(window.origin);
        }
        self.judge(&window);
        if !self.verdicts.is_empty() {
            self.keep(&window);
        }
        if !window.whole && !matches!(window.origin, Origin::File(_)) {
            self.cursor.advance(&window.bytes[window.core.clone()]);
        }
        // Objects are counted as they are swept, whether they may hold something or not.
        if !window.origin.is_history() && !window.origin.is_name() {
            // Of files and of repositories, the source looks for what the pointer stands for.
            let is_lone = matches!(window.origin, Origin::Stdin | Origin::Member(_));
            if is_lone && window.whole && is_lfs_pointer(window.bytes) {
                let name = window.origin.name();
                self.take_skipped(Skipped::by_choice(SkipReason::LfsPointer, name, LFS_POINTER));
            }
            self.summary.bytes += window.core.len() as u64;
            self.progress.add_bytes(window.core.len() as u64);
        }
    }

    fn end_text(&mut self, origin: &Origin) {
        self.cursor = Cursor::default();
        if !origin.is_history() && !origin.is_name() {
            self.summary.blobs += 1;
            self.summary.files += u64::from(origin.path().is_some());
            self.progress.add_file();
        }
    }

    fn is_stopped(&self) -> bool {
        self.progress.is_stopped()
    }

    fn archive_depth(&self) -> usize {
        self.archive_depth
    }

    fn may_hold_token(&self, bytes: &[u8]) -> bool {
        self.detector.may_hold_token(bytes)
    }

    fn take_skipped(&mut self, skipped: Skipped) {
        // The reasons are ours. Should one ever quote what was read, no report may.
        let hide = |text: &str| self.detector.hide_secrets(text);
        let reason = change_around_ids(&skipped.reason, &skipped.objects, hide);
        let repository = skipped.repository.or_else(|| self.repository.clone());
        self.summary.skipped.push(Skipped { reason, repository, ..skipped });
    }
}

impl ObjectSink for Collector<'_, '_> {
    fn may_hold(&self, path: Option<&Path>, bytes: &[u8]) -> Hold {
        let topic = self.topic_of(path);
        match self.detector.glance(bytes, topic) {
            Glance::Nothing => Hold::Nothing,
            Glance::Topic => Hold::Topic,
            Glance::Candidates => Hold::Candidates,
        }
    }

    fn is_about(&self, path: Option<&Path>) -> bool {
        self.topic_of(path) != Topic::Unknown
    }

    fn may_bring(&self, pieces: &[u8]) -> bool {
        self.detector.may_bring(pieces)
    }

    fn border_reach(&self) -> usize {
        self.detector.longest_anchor().saturating_sub(1)
    }

    fn expect_objects(&mut self, objects: u64) {
        self.progress.expect_objects(objects);
    }

    fn add_swept(&mut self, swept: Swept) {
        self.summary.objects += swept.objects;
        self.summary.commits += swept.commits;
        self.summary.blobs += swept.blobs;
        self.summary.bytes += swept.bytes;
        self.progress.add_objects(swept.objects);
        self.progress.add_bytes(swept.bytes);
    }
}

impl Drop for Collector<'_, '_> {
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        shared.findings.extend(std::mem::take(&mut self.sightings).into_findings());
        shared.rejections.append(&mut self.rejections);
        shared.summary.add(std::mem::take(&mut self.summary));
    }
}
