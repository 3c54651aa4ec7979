//! All that the detector says of a text, and which of it a claim is about.
//!
//! ```text
//! line and columns   the verdicts there, of what the claim holds
//! line               all of them there, where no columns tell
//! neither            every place of a whole credential: the file has moved on
//! ```

use std::ops::Range;

use memchr::{memmem, memrchr};
use zeroize::Zeroizing;

use super::place::ReadPlace;
use super::sha1_hex::sha1_hex;
use super::verdict::{Credential, Verdict};
use crate::detect::{Grounds, Match, Reason};
use crate::location::{Cursor, Position};
use crate::report::claim::{Claim, ClaimedPlace, Held};
use crate::rule::{Confidence, Rule};
use crate::token::Site;

/// How far from a credential the name of its site may stand, in bytes.
const SITE_REACH: usize = 4096;

/// Verdict of the detector in one text.
#[derive(Debug, Clone)]
pub(super) enum Heard<'r> {
    Found(Match<'r>),
    Rejected(&'r Rule, Reason, Option<Grounds>),
}

impl Heard<'_> {
    /// The confidence of what was found.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        match self {
            Self::Found(found) => Some(found.confidence),
            Self::Rejected(..) => None,
        }
    }
}

/// Verdict on a span of a text.
#[derive(Debug)]
struct HeardSpan<'r> {
    heard: Heard<'r>,
    bytes: Range<usize>,
    start: Position,
    end: Position,
    /// True where each character before it on its line is one byte: there all
    /// scanners count the same columns.
    has_sure_column: bool,
    /// True once a claim brought it: others of the same place add nothing.
    is_told: bool,
}

/// A text, and the verdicts in it, in order.
#[derive(Debug)]
pub(super) struct HeardText<'r> {
    text: Zeroizing<Vec<u8>>,
    spans: Vec<HeardSpan<'r>>,
    /// For each span, where the last of it and those before ends.
    reach: Vec<usize>,
}

impl<'r> HeardText<'r> {
    /// Puts the verdicts in order, and counts lines and columns once for all.
    pub(super) fn new(text: Zeroizing<Vec<u8>>, mut heard: Vec<(Heard<'r>, Range<usize>)>) -> Self {
        heard.sort_by_key(|(_, bytes)| bytes.start);
        let (mut cursor, mut at, mut line_start, mut last) = (Cursor::default(), 0, 0, 0);
        let (mut spans, mut reach) = (Vec::new(), Vec::new());
        for (heard, bytes) in heard {
            let passed = &text[at..bytes.start];
            line_start = memrchr(b'\n', passed).map_or(line_start, |newline| at + newline + 1);
            // Nothing is no first piece: a mark at the beginning has to be whole in it.
            if !passed.is_empty() {
                cursor.advance(passed);
            }
            let (start, mut behind) = (cursor.position(), cursor.clone());
            behind.advance(&text[bytes.clone()]);
            at = bytes.start;
            last = last.max(bytes.end);
            reach.push(last);
            let has_sure_column = start.column == (at - line_start) as u64 + 1;
            spans.push(HeardSpan {
                heard,
                bytes,
                start,
                end: behind.position(),
                has_sure_column,
                is_told: false,
            });
        }
        Self { text, spans, reach }
    }

    /// Judges a claim by the verdicts that it is about; none where there are
    /// none. What an earlier claim brought is not brought again.
    pub(super) fn judge(&mut self, claim: &Claim) -> Option<Verdict<'r>> {
        let claimed = self.claimed(claim);
        let confidence = claimed.iter().filter_map(|&at| self.spans[at].heard.confidence()).max();
        if let Some(confidence) = confidence {
            let credentials = claimed.into_iter().filter_map(|at| self.tell(at)).collect();
            return Some(Verdict::Found(confidence, credentials));
        }
        match &self.spans[*claimed.first()?].heard {
            Heard::Rejected(rule, reason, grounds) => {
                let (reason, grounds) = (*reason, *grounds);
                Some(Verdict::Rejected { rule_id: rule.id().to_owned(), reason, grounds })
            }
            Heard::Found(_) => None,
        }
    }

    /// The verdicts that a claim is about, by their index.
    fn claimed(&self, claim: &Claim) -> Vec<usize> {
        let line = self.on_line(claim.place.line);
        let on_line: Vec<usize> = match &claim.held {
            Held::Whole(secret) => self.holding(secret.expose(), line),
            Held::Sha1(hash) => {
                line.filter(|&at| sha1_hex(&self.text[self.spans[at].bytes.clone()]) == *hash).collect()
            }
            Held::Masked { .. } | Held::Nothing => line.collect(),
        };
        let at_columns = |at: &usize| self.spans[*at].is_at_columns(&claim.place);
        let named: Vec<usize> = on_line.iter().copied().filter(at_columns).collect();
        match (&claim.held, named.is_empty(), on_line.is_empty()) {
            (_, false, _) => named,
            (Held::Whole(secret), _, true) => self.holding(secret.expose(), 0..self.spans.len()),
            _ => on_line,
        }
    }

    /// The verdicts that begin on a line, counted from 1.
    fn on_line(&self, line: u64) -> Range<usize> {
        let begin = self.spans.partition_point(|span| span.start.line < line);
        begin..self.spans.partition_point(|span| span.start.line <= line)
    }

    /// Those among some verdicts that overlap an occurrence of the bytes.
    fn holding(&self, bytes: &[u8], among: Range<usize>) -> Vec<usize> {
        let (Some(first), Some(last)) = (self.spans.get(among.start), among.clone().next_back()) else {
            return Vec::new();
        };
        if bytes.is_empty() || among.is_empty() {
            return Vec::new();
        }
        let from = first.bytes.start.saturating_sub(bytes.len());
        let to = self.text.len().min(self.reach[last] + bytes.len());
        let mut holding = Vec::new();
        for at in memmem::find_iter(&self.text[from..to], bytes).map(|at| from + at) {
            holding.extend(self.overlapping(at..at + bytes.len()).filter(|at| among.contains(at)));
        }
        holding.dedup();
        holding
    }

    /// The verdicts that overlap a span.
    fn overlapping(&self, bytes: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let begin = self.reach.partition_point(|&end| end <= bytes.start);
        let end = self.spans.partition_point(|span| span.bytes.start < bytes.end);
        (begin..end).filter(move |&at| self.spans[at].bytes.end > bytes.start)
    }

    /// The credential that was found there, the first time that it is asked
    /// for.
    fn tell(&mut self, at: usize) -> Option<Credential<'r>> {
        let span = &mut self.spans[at];
        let Heard::Found(found) = &span.heard else { return None };
        if std::mem::replace(&mut span.is_told, true) {
            return None;
        }
        let bytes = span.bytes.clone();
        let near = bytes.start.saturating_sub(SITE_REACH)..self.text.len().min(bytes.end + SITE_REACH);
        let site = Site::nearest_in(&self.text[near.clone()], bytes.start - near.start);
        let bytes = bytes.start as u64..bytes.end as u64;
        let place = ReadPlace { bytes, start: span.start, end: span.end };
        Some(Credential { found: found.clone(), site, place: Some(place) })
    }
}

impl HeardSpan<'_> {
    /// Returns whether the columns of a claim on the same line name it.
    fn is_at_columns(&self, place: &ClaimedPlace) -> bool {
        let end = if self.end.line > self.start.line { u64::MAX } else { self.end.column };
        let claimed = place.column..place.end_column.max(place.column.saturating_add(1));
        place.column > 0 && self.has_sure_column && self.start.column < claimed.end && claimed.start < end
    }
}
