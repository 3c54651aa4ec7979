//! What a search does at each hit of the prefilter: judge what begins there, or
//! decode it and search that.

use std::cell::Cell;
use std::ops::Range;

use super::prefilter::Hit;
use super::{Detector, Reason, Topic, Verdict, repeats};
use crate::decode::{self, View};
use crate::location::WideText;
use crate::secret::Secret;

/// Number of decoded texts that are remembered: base64 has four ways to be
/// read, and another encoding may overlap with it.
const MAX_SEEN: usize = 6;

/// Number of bytes that are decoded for each byte of a window, and besides, at
/// most.
const DECODED_RATIO: usize = 64;
const DECODED_FREE: usize = 1 << 20;

/// How much may be decoded for one window, and all that it leads to.
#[derive(Debug)]
pub(super) struct Budget {
    /// In bytes.
    left: Cell<usize>,
    /// True where something was not decoded to its end.
    short: Cell<bool>,
}

impl Budget {
    pub(super) fn of(window: &[u8]) -> Self {
        Self { left: Cell::new(DECODED_RATIO * window.len() + DECODED_FREE), short: Cell::new(false) }
    }

    /// Returns whether all was decoded.
    pub(super) fn sufficed(&self) -> bool {
        !self.short.get()
    }

    /// Takes note that something was not decoded to its end.
    pub(super) fn falls_short(&self) {
        self.short.set(true);
    }

    pub(super) fn left(&self) -> usize {
        self.left.get()
    }

    pub(super) fn take(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes));
    }
}

/// How deep in decoded texts a search is, and how much more may be decoded.
#[derive(Debug)]
pub(super) struct Depth<'b> {
    pub(super) depth: usize,
    /// What has been decoded as a whole.
    pub(super) wide: Option<WideText>,
    pub(super) budget: &'b Budget,
    /// True where what leads here speaks of Datadog, so that rare encodings are
    /// looked for, too.
    pub(super) speaks: Cell<bool>,
}

/// What a search does at each hit of the prefilter.
pub(super) struct Hits<'a, 'r> {
    detector: &'a Detector<'r>,
    window: &'a [u8],
    core: &'a Range<usize>,
    topic: Topic,
    depth: &'a Depth<'a>,
    /// As far as this, a token that has begun goes on.
    plain: usize,
    /// What was decoded for the hits before, the latest last.
    seen: Vec<View>,
    /// What was found in those, and by which rule.
    found: Vec<(Range<usize>, &'r str, Secret)>,
}

impl<'a, 'r> Hits<'a, 'r> {
    pub(super) fn new(
        detector: &'a Detector<'r>,
        window: &'a [u8],
        core: &'a Range<usize>,
        topic: Topic,
        depth: &'a Depth<'a>,
    ) -> Self {
        Self { detector, window, core, topic, depth, plain: 0, seen: Vec::new(), found: Vec::new() }
    }

    /// Judges what stands at a hit, plain or encoded.
    pub(super) fn take(&mut self, hit: Hit, on: &mut dyn FnMut(Verdict<'r>)) {
        let encoded = match hit {
            Hit::Mention(_) | Hit::Nothing(_) => None,
            Hit::Encoded(at, encoding) => Some((at, encoding)),
            Hit::Anchor(at) => self.judge(at, on),
            Hit::Own(at) => {
                let hits = self.detector.prefilter.own_at(self.window, at);
                return hits.into_iter().for_each(|hit| self.take(hit, on));
            }
        };
        if let Some((at, encoding)) = encoded.filter(|_| self.depth.depth < decode::MAX_DEPTH) {
            self.decode(at, encoding, on);
        }
    }

    /// Judges what is encoded around the hits in a part beside the core: what
    /// they tell of may stand in the core. What is compressed stands where it
    /// begins.
    #[cold]
    pub(super) fn take_beside(&mut self, part: Range<usize>, on: &mut dyn FnMut(Verdict<'r>)) {
        if part.is_empty() || repeats::is_one(self.window, &part) {
            return;
        }
        let core = self.core;
        let mut on = |verdict: Verdict<'r>| {
            if core.contains(&verdict.span().start) {
                on(verdict)
            }
        };
        let mut from = part.start;
        while let Some(hit) = self.detector.prefilter.next(self.window, from..part.end, true) {
            let (Hit::Anchor(at) | Hit::Encoded(at, _) | Hit::Own(at) | Hit::Nothing(at)) = hit else {
                return;
            };
            if !matches!(hit, Hit::Encoded(_, decode::Encoding::Packed)) {
                self.take(hit, &mut on);
            }
            from = at + 1;
        }
    }

    /// Judges what begins with an anchor at `at`; the encoding that breaks it
    /// off, where none of the rules matches, or matches only a part that holds
    /// nothing.
    fn judge(&mut self, at: usize, on: &mut dyn FnMut(Verdict<'r>)) -> Option<(usize, decode::Encoding)> {
        let detector = self.detector;
        let broken_behind = |end| decode::broken_off(self.window, end).map(|encoding| (at, encoding));
        match detector.judge_anchor(self.window, at) {
            Some(Verdict::Found(outer)) if outer.rule.content().is_some() => {
                detector.unwrap_match(outer).for_each(|found| on(Verdict::Found(found)));
            }
            Some(Verdict::Rejected { reason: Reason::Content, span, .. })
                if broken_behind(span.end).is_some() =>
            {
                return broken_behind(span.end);
            }
            Some(verdict) => on(verdict),
            None => {
                let window = self.window;
                let encoding = match detector.prefilter.is_own(window, at) {
                    true => decode::any_broken_off(window, at),
                    false => decode::broken_off_after(window, at, &mut self.plain),
                };
                return encoding.map(|encoding| (at, encoding));
            }
        }
        None
    }

    /// Judges what is encoded around `at`, unless that was decoded for an
    /// earlier hit.
    #[inline(never)]
    fn decode(&mut self, at: usize, encoding: decode::Encoding, on: &mut dyn FnMut(Verdict<'r>)) {
        // Such a text has been decoded as a whole, but for what is out of step with its mark.
        if let decode::Encoding::Wide(width) = encoding
            && self.depth.wide.is_some_and(|wide| wide.has_ascii_at(at, usize::from(width)))
        {
            return;
        }
        if self.seen.iter().any(|view| view.covers_prefix(at, encoding)) {
            return;
        }
        if self.depth.budget.left() == 0 {
            self.depth.budget.falls_short();
            return;
        }
        if let Some(view) = decode::decode_at(self.window, at, encoding) {
            self.depth.budget.take(view.bytes.len());
            // What two texts that overlap hold is one and the same.
            let found = &mut self.found;
            found.retain(|(span, ..)| span.end > view.region.start);
            self.detector.search_view(
                self.window,
                self.core,
                &view,
                self.topic,
                self.depth,
                &mut |verdict| {
                    let Verdict::Found(it) = &verdict else { return };
                    let known = (it.span.clone(), it.rule.id(), it.secret.clone());
                    if !found.contains(&known) {
                        found.push(known);
                        on(verdict);
                    }
                },
            );
            self.seen.retain(|seen| seen.region.end > at);
            if self.seen.len() == MAX_SEEN {
                self.seen.remove(0);
            }
            self.seen.push(view);
        }
    }
}
