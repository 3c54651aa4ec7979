//! The line around a match, fit to be shown: every credential in it is masked.
//!
//! ```text
//! export DD_APP_KEY="ddapp_Zx9…" DD_API_KEY=1234…        the line
//! export DD_APP_KEY="ddapp_********" DD_API_KEY=********   the excerpt of the first one
//! ```
//!
//! The rule is to mask too much rather than too little: also what no rule finds
//! but has the look of a key, what is cut off, and long rows of base64 or
//! escapes. Only what a rule calls public stays.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::masker::cut_short;
use super::prefilter::Hit;
use super::{Detector, Known, MARGIN, Topic, Verdict, unprefixed};
use crate::decode;
use crate::location::{WideMark, WideText};
use crate::rule::MAX_MATCH_LEN;
use crate::secret::credential_like;

/// Stands for a run of bytes that are not shown, whatever its length.
pub const MASK: &str = "********";

/// Bytes of a line that are kept on either side of a match.
const REACH: usize = 160;

/// Bytes beside what is shown within which escapes are read.
const ESCAPES_REACH: usize = 512;

/// A piece of the line that a match stands in, with all credentials masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The piece; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Span of the match in `text`, in bytes.
    pub span: Range<usize>,
}

/// Makes the excerpts of one window, and shows parts of it. What is masked is
/// worked out once for many of them: a file may hold 100,000 credentials.
pub struct Excerpts<'d, 'r, 'w> {
    /// Knows which bytes are secret.
    detector: &'d Detector<'r>,
    /// The text.
    window: &'w [u8],
    /// The part of the window of which it is known what is masked.
    part: Range<usize>,
    /// For each byte of [`Self::part`], whether it is secret.
    hidden: Vec<bool>,
    /// For each byte of it, whether it belongs to what may be base64.
    encoded: Vec<bool>,
}

impl<'d, 'r, 'w> Excerpts<'d, 'r, 'w> {
    /// Excerpts of `window`, of which nothing is known yet.
    pub fn new(detector: &'d Detector<'r>, window: &'w [u8]) -> Self {
        Self { detector, window, part: 0..0, hidden: Vec::new(), encoded: Vec::new() }
    }

    /// The piece of line around `span`.
    ///
    /// Whatever has the shape of a credential is masked, whether it counts or
    /// not, also where it is cut off.
    pub fn around_span(&mut self, span: &Range<usize>) -> Excerpt {
        let window = self.window;
        let line = line_around(window, span);
        let shown = line.start.max(span.start.saturating_sub(REACH))..line.end.min(span.end + REACH);
        let mut shown = on_characters(window, shown, span);
        let wide = decode::wide_span(window, span);
        if let Some((_, end)) = wide {
            shown.end = shown.end.max(end);
        }
        let text = wide.map(|(mark, _)| WideText { mark, start: span.start % mark.width });
        let (mut mask, encoded) = self.mask_layers(&shown, text);
        let own = span.start - shown.start..span.end - shown.start;
        if !mask[own.clone()].contains(&true) {
            mask[own].fill(true);
            hide_run(window, span, &shown, &mut mask);
        }
        mask.iter_mut().zip(encoded).for_each(|(hidden, encoded)| *hidden |= encoded);
        if let Some((step, end)) = wide {
            let own = span.start - shown.start..end - shown.start;
            return wide_excerpt(step, &window[shown], &mask, own);
        }
        let span = &whole_run(&mask, span, shown.start);
        let lossy = |range: Range<usize>| {
            let hidden = &mask[range.start - shown.start..range.end - shown.start];
            String::from_utf8_lossy(&masked_bytes(&window[range], hidden)).into_owned()
        };
        let mut text = lossy(shown.start..span.start);
        let start = text.len();
        text.push_str(&lossy(span.clone()));
        let end = text.len();
        text.push_str(&lossy(span.end..shown.end));
        Excerpt { text, span: start..end }
    }

    /// A part of the window with all credentials masked; bytes that are not
    /// UTF-8 are replaced.
    pub fn masked_part(&mut self, part: &Range<usize>) -> String {
        let (mut mask, encoded) = self.mask_layers(part, None);
        mask.iter_mut().zip(encoded).for_each(|(hidden, encoded)| *hidden |= encoded);
        String::from_utf8_lossy(&masked_bytes(&self.window[part.clone()], &mask)).into_owned()
    }

    /// For each byte of `shown` whether it is secret, and whether it belongs to
    /// what may be base64.
    fn mask_layers(&mut self, shown: &Range<usize>, text: Option<WideText>) -> (Vec<bool>, Vec<bool>) {
        if text.is_some() {
            return self.masks_of(shown, text);
        }
        if shown.start < self.part.start || shown.end > self.part.end {
            self.part = self.next_part(shown);
            (self.hidden, self.encoded) = self.masks_of(&self.part, None);
        }
        let own = shown.start - self.part.start..shown.end - self.part.start;
        (self.hidden[own.clone()].to_vec(), self.encoded[own].to_vec())
    }

    /// A part that holds `shown`, twice as large as the last: one excerpt is
    /// cheap, and so is each of many.
    fn next_part(&self, shown: &Range<usize>) -> Range<usize> {
        /// Windows overlap by less; more would be worked out for nothing.
        const LARGEST: usize = 64 * 1024;
        let length = (2 * self.part.len()).min(LARGEST);
        let start = shown.start.saturating_sub(length / 4);
        start..self.window.len().min(shown.end.max(shown.start + length))
    }

    /// Works out what is masked in a part of the window.
    fn masks_of(&self, part: &Range<usize>, text: Option<WideText>) -> (Vec<bool>, Vec<bool>) {
        let mut encoded = vec![false; part.len()];
        hide_encoded(self.window, part, &mut encoded);
        (self.detector.secret_mask(self.window, part, text), encoded)
    }
}

impl Detector<'_> {
    /// The piece of line around `span`, where only one is wanted of a window.
    pub fn excerpt_around(&self, window: &[u8], span: &Range<usize>) -> Excerpt {
        Excerpts::new(self, window).around_span(span)
    }

    /// For each byte of `shown` whether it belongs to a secret part of anything
    /// with a credential's shape.
    fn secret_mask(&self, window: &[u8], shown: &Range<usize>, text: Option<WideText>) -> Vec<bool> {
        let mut hidden = vec![false; shown.len()];
        self.mask_others(window, shown, &mut hidden);
        // What is encoded has no part that may be shown.
        let wide = shown.start.saturating_sub(MAX_MATCH_LEN)..window.len().min(shown.end + MAX_MATCH_LEN);
        let text = text.map(|text| text.after_bytes(wide.start));
        let known = Known { topic: Topic::Unknown, wide: text };
        self.detect_in(&window[wide.clone()], 0..wide.len(), known, &mut |verdict| {
            if let Verdict::Found(found) = verdict
                && !found.layers.is_empty()
            {
                let span = found.span.start + wide.start..found.span.end + wide.start;
                hide_part(span.clone(), shown, &mut hidden);
                hide_run(window, &span, shown, &mut hidden);
            }
        });
        let mut from = shown.start.saturating_sub(MAX_MATCH_LEN);
        while let Some(hit) = self.prefilter.next(window, from..shown.end, true) {
            let (Hit::Anchor(at) | Hit::Encoded(at, _) | Hit::Own(at) | Hit::Nothing(at)) = hit else {
                break;
            };
            let text = &window[at..window.len().min(at + MAX_MATCH_LEN)];
            for index in self.prefilter.rules_at(text) {
                let rule = &self.rules.rules()[index];
                let Some(captures) = rule.pattern().match_start(text) else {
                    let cut = cut_short(rule, text);
                    hide_part(at + cut.start..at + cut.end, shown, &mut hidden);
                    continue;
                };
                for (offset, visible) in rule.visible_bytes(text, &captures).into_iter().enumerate() {
                    let place = at + offset;
                    if shown.contains(&place) {
                        hidden[place - shown.start] = !visible;
                    }
                }
            }
            from = at + 1;
        }
        hidden
    }

    /// Masks what has the look of a credential that no rule finds: a key
    /// without a checksum, a token cut short, escapes in a row, halves of a
    /// key.
    fn mask_others(&self, window: &[u8], shown: &Range<usize>, hidden: &mut [bool]) {
        let first = shown.start.saturating_sub(MAX_MATCH_LEN);
        let last = window.len().min(shown.end + MAX_MATCH_LEN);
        // Of wide characters only what is not zero says something.
        let places: Vec<usize> = (first..last).filter(|place| window[*place] != 0).collect();
        let text: Vec<u8> = places.iter().map(|place| window[*place]).collect();
        let is_wide = text.len() < last - first;
        let mut parts = if is_wide { self.look_alikes(&text) } else { credential_like(&text) };
        unprefixed::each_joined(&text, 0..text.len(), &mut |_, span, _| parts.push(span));
        for place in parts.into_iter().flat_map(|part| &places[part]).filter(|place| shown.contains(place)) {
            hidden[*place - shown.start] = true;
        }
        // A row of escapes is one wherever it begins.
        let near = shown.start.saturating_sub(ESCAPES_REACH)..window.len().min(shown.end + ESCAPES_REACH);
        for part in self.escaped_look_alikes(&window[near.clone()]) {
            hide_part(near.start + part.start..near.start + part.end, shown, hidden);
        }
    }
}

/// The span, and all of the run that is hidden with its first and its last
/// byte: that is shown as one.
fn whole_run(hidden: &[bool], span: &Range<usize>, shown_from: usize) -> Range<usize> {
    let (start, end) = (span.start - shown_from, span.end - shown_from);
    let is_hidden = |at: &usize| hidden[*at];
    let before = (0..start).rev().take_while(|at| hidden[start] && is_hidden(at)).count();
    let after = (end..hidden.len()).take_while(|at| hidden[end - 1] && is_hidden(at)).count();
    span.start - before..span.end + after
}

/// Hides what is shown of a part of the window.
fn hide_part(part: Range<usize>, shown: &Range<usize>, hidden: &mut [bool]) {
    for place in part.start.max(shown.start)..part.end.min(shown.end) {
        hidden[place - shown.start] = true;
    }
}

/// The bytes, with [`MASK`] for each run of hidden ones.
fn masked_bytes(bytes: &[u8], hidden: &[bool]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut in_run = false;
    for (&byte, &hide) in bytes.iter().zip(hidden) {
        match hide {
            true if !in_run => out.extend_from_slice(MASK.as_bytes()),
            true => {}
            false => out.push(byte),
        }
        in_run = hide;
    }
    out
}

/// An excerpt of a text whose characters have more than one byte: each is
/// hidden of which a byte is.
fn wide_excerpt(step: WideMark, bytes: &[u8], hidden: &[bool], span: Range<usize>) -> Excerpt {
    let text = |part: Range<usize>| -> String {
        let is_hidden = |place: &usize| hidden[*place..part.end.min(*place + step.width)].contains(&true);
        let places: Vec<usize> = part.clone().step_by(step.width).collect();
        let runs = places.chunk_by(|one, other| is_hidden(one) == is_hidden(other));
        runs.map(|run| match is_hidden(&run[0]) {
            true => MASK.to_owned(),
            false => step.decode_text(&bytes[run[0]..part.end.min(run[run.len() - 1] + step.width)]),
        })
        .collect()
    };
    // A zero ends a string in a program.
    let before = text(span.start % step.width..span.start);
    let before = before.rsplit(['\0', '\u{feff}']).next().unwrap_or_default();
    let own = text(span.clone());
    let after = text(span.end..bytes.len());
    let after = after.split('\0').next().unwrap_or_default().trim_end_matches('\r');
    Excerpt { text: format!("{before}{own}{after}"), span: before.len()..before.len() + own.len() }
}

/// Hides what may be a credential in base64: a scan knows more of a text than
/// an excerpt, and a key whose name is none of a key's is no finding, but not
/// fit to be shown either.
fn hide_encoded(window: &[u8], shown: &Range<usize>, hidden: &mut [bool]) {
    /// 32 bytes, without what can be told from their neighbours.
    const SHORTEST: usize = 40;
    let first = shown.start.saturating_sub(MAX_MATCH_LEN);
    let last = window.len().min(shown.end + MAX_MATCH_LEN);
    // Of wide characters only what is not zero says something.
    let places: Vec<usize> = (first..last).filter(|place| window[*place] != 0).collect();
    let is_digit = |place: &usize| window[*place].is_ascii_alphanumeric();
    for run in places.split(|place| !is_digit(place)) {
        let has = |is: fn(&u8) -> bool| run.iter().any(|place| is(&window[*place]));
        let is_encoded = run.len() >= SHORTEST
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase)
            && has(u8::is_ascii_digit);
        if is_encoded {
            let places = run.iter().filter(|place| shown.contains(place));
            places.for_each(|place| hidden[*place - shown.start] = true);
        }
    }
}

/// Hides the digits of base64 beside what is encoded at `span`, and lines that
/// escapes end: another credential may stand among them.
fn hide_run(window: &[u8], span: &Range<usize>, shown: &Range<usize>, hidden: &mut [bool]) {
    let is_digit = |place: &usize| {
        let byte = window[*place];
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\\')
    };
    let before = (shown.start..span.start).rev().take_while(is_digit);
    let after = (span.end..shown.end).take_while(is_digit);
    let beside = before.chain(after).filter(|place| shown.contains(place));
    beside.for_each(|place| hidden[place - shown.start] = true);
}

/// The line of `span`, without its end, as far as it lies within [`MARGIN`].
fn line_around(window: &[u8], span: &Range<usize>) -> Range<usize> {
    let first = span.start.saturating_sub(MARGIN);
    let last = window.len().min(span.end + MARGIN);
    let start = memrchr(b'\n', &window[first..span.start]).map_or(first, |at| first + at + 1);
    let end = memchr(b'\n', &window[span.end..last]).map_or(last, |at| span.end + at);
    let end = if end > span.end && window[end - 1] == b'\r' { end - 1 } else { end };
    start..end
}

/// Narrows `shown` so that it does not begin or end within a character.
fn on_characters(window: &[u8], mut shown: Range<usize>, span: &Range<usize>) -> Range<usize> {
    let continues = |byte: Option<&u8>| byte.is_some_and(|byte| byte & 0xc0 == 0x80);
    for _ in 0..3 {
        if shown.start < span.start && continues(window.get(shown.start)) {
            shown.start += 1;
        }
        if shown.end > span.end && continues(window.get(shown.end)) {
            shown.end -= 1;
        }
    }
    shown
}
