//! Finding candidates in bytes and judging them: the only filter that
//! candidates pass.
//!
//! One SIMD pass finds the anchors of all rules; a rule's pattern is tried only
//! where one of its anchors stands; then come checksum, boundary, structure and
//! context. The result depends on nothing but the bytes within [`MARGIN`] of a
//! match, so a large text can be searched in windows; what is compressed and
//! encoded alone is read to its end.
//!
//! # From bytes to a verdict
//!
//! ```text
//! prefilter     "a token may begin here", "this speaks of Datadog"      13 GB/s
//!   hits        plain → the rules of that anchor; encoded → decode, and search the view
//!   unprefixed  keys that nothing begins, only where Datadog is spoken of
//! grade         checksum, boundary, structure, context → Found or Rejected, with the reason
//! excerpt, masker   what of it may be shown
//! ```
//!
//! A candidate that does not count is a [`Verdict::Rejected`] and not nothing:
//! `--explain` shows why.

mod boundary;
mod context;
mod engine;
mod excerpt;
mod grade;
mod hits;
mod masker;
mod own_literals;
mod placeholder;
mod prefilter;
mod proof;
mod repeats;
mod search_order;
mod topic;
mod unprefixed;
mod unprefixed_keys;

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

use crate::decode::{self, View};
use crate::lexicon::Lexicon;
use crate::location::WideText;
use crate::rule::{Captures, Confidence, MAX_MATCH_LEN, Rule, RuleSet};
use crate::secret::Secret;
use crate::token::{Kind, RemoteConfig, Site};

pub use excerpt::{Excerpt, Excerpts, MASK};
pub use grade::Reason;
pub use masker::Masker;
pub use proof::prove_examples;
pub use topic::Topic;
pub use unprefixed::{Grounds, Scope};

use hits::{Budget, Depth, Hits};
use prefilter::{Hit, Prefilter};
use repeats::Repeats;

/// How many bytes beside the start of a match may matter for it: for its shape,
/// its context, and an excerpt in which a neighbour that begins at the very
/// edge is masked, too. `source` cuts windows with as much around their cores.
pub const MARGIN: usize = 4 * MAX_MATCH_LEN;

/// Proof by a checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The rule knows no checksum.
    None,
    /// None of the readings holds.
    Fails,
    /// The reading of that name holds.
    Holds(String),
}

/// Bytes to either side of what is new in a text that [`Detector::may_bring`]
/// has to see: a piece of a key that it is told by has no more. What is encoded
/// in a rare way is told by fewer.
pub const KEY_REACH: usize = 40;

const _: () = assert!(KEY_REACH >= unprefixed::TELLING);

/// A credential that was found in a text.
#[derive(Debug, Clone)]
pub struct Match<'r> {
    /// The rule that matched.
    pub rule: &'r Rule,
    /// Span in the window.
    pub span: Range<usize>,
    /// Confidence that it is one.
    pub confidence: Confidence,
    /// Answer of the checksum.
    pub proof: Proof,
    /// The token's public id.
    pub token_id: Option<Uuid>,
    /// The credential as it may be shown.
    pub redacted: String,
    /// Part of the text that says that it is Datadog's; only for keys that have
    /// no checksum.
    pub scope: Option<Scope>,
    /// Facts of its place; only for keys that have no checksum.
    pub grounds: Option<Grounds>,
    /// The site that the credential itself names.
    pub site: Option<Site>,
    /// Layers around it, the outermost first; none where it stands in the text
    /// as it is.
    pub layers: Vec<&'static str>,
    /// The credential.
    pub secret: Secret,
}

/// Contents that a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Glance {
    /// Nothing, and it is not about Datadog.
    Nothing,
    /// Nothing, but it is about Datadog: what it does not hold yet is only a
    /// key.
    Topic,
    /// Something that has to be judged.
    Candidates,
}

/// Facts of a text that are known before a part of it is searched.
///
/// A window of a large text does not show how the text began: whoever cut it
/// says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Topic of it.
    pub topic: Topic,
    /// Encoding of it, where its characters have more than one byte.
    pub wide: Option<WideText>,
}

impl Known {
    /// Returns what a whole text says itself.
    pub fn of(text: &[u8]) -> Self {
        Self { topic: Topic::Unknown, wide: WideText::of(text) }
    }
}

/// Judgement on a candidate: a text with the shape of a credential.
#[derive(Debug, Clone)]
pub enum Verdict<'r> {
    /// It counts.
    Found(Match<'r>),
    /// It does not.
    Rejected {
        /// The rule whose pattern matched.
        rule: &'r Rule,
        /// Span in the window.
        span: Range<usize>,
        /// Reason.
        reason: Reason,
        /// Facts of its place; only for keys that have no checksum.
        grounds: Option<Grounds>,
    },
}

/// Finds the credentials of a set of rules.
///
/// # Examples
///
/// ```
/// use dogcatcher::detect::{Detector, Verdict};
/// use dogcatcher::rule::RuleSet;
/// use dogcatcher::token::{Kind, Mint};
///
/// let rules = RuleSet::builtin();
/// let detector = Detector::new(&rules);
/// let text = format!("DD_ACCESS_TOKEN={}\n", Mint::new(1).mint(Kind::PersonalAccessToken));
/// let verdicts = detector.detect(text.as_bytes());
/// let [Verdict::Found(found)] = &verdicts[..] else { panic!("{verdicts:?}") };
/// assert_eq!(found.span, 16..81);
/// assert_eq!(found.rule.id(), "datadog-personal-access-token");
/// ```
#[derive(Debug)]
pub struct Detector<'r> {
    /// Rules that are looked for.
    rules: &'r RuleSet,
    /// Words by which keys without a checksum are judged.
    lexicon: Lexicon,
    /// The search, shared by all threads.
    prefilter: Arc<Prefilter>,
    /// True where any rule is for keys that no anchor begins.
    has_unprefixed: bool,
}

impl<'r> Detector<'r> {
    /// A detector for these rules.
    ///
    /// Takes about a millisecond: make one, and use it for all texts and
    /// threads.
    pub fn new(rules: &'r RuleSet) -> Self {
        Self::with_prefilter(rules, Arc::new(Prefilter::new(rules)))
    }

    /// A detector for these rules, which a prefilter was made for.
    fn with_prefilter(rules: &'r RuleSet, prefilter: Arc<Prefilter>) -> Self {
        let has_unprefixed = rules.rules().iter().any(|rule| rule.unprefixed().is_some());
        Self { rules, lexicon: rules.lexicon().clone(), prefilter, has_unprefixed }
    }

    /// The same, but that keys without a checksum are judged by these words,
    /// which must be among those of its rules.
    pub fn with_lexicon(&self, lexicon: Lexicon) -> Self {
        let Self { rules, has_unprefixed, .. } = *self;
        Self { rules, lexicon, prefilter: Arc::clone(&self.prefilter), has_unprefixed }
    }

    /// The words by which it judges keys without a checksum.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The rules that it looks for.
    pub fn rules(&self) -> &'r RuleSet {
        self.rules
    }

    /// Judges every candidate in a text that is whole.
    ///
    /// For texts in memory. Files of any size go through [`crate::source`],
    /// which cuts them into windows and calls [`Self::detect_in`].
    pub fn detect(&self, text: &[u8]) -> Vec<Verdict<'r>> {
        let mut verdicts = Vec::new();
        self.detect_in(text, 0..text.len(), Known::of(text), &mut |verdict| verdicts.push(verdict));
        verdicts
    }

    /// Judges every candidate that begins in `core`, a part of `window`: first
    /// those that an anchor begins, whether plain or encoded, then those that
    /// only their names tell.
    ///
    /// Where the window ends before the text does, it must reach [`MARGIN`]
    /// bytes beyond the core. `false` where not all of what is encoded was
    /// decoded: so much of it, one encoding in another, as nobody writes but to
    /// make a scanner slow, or compressed text that goes on beyond the window.
    pub fn detect_in(
        &self,
        window: &[u8],
        core: Range<usize>,
        known: Known,
        on: &mut dyn FnMut(Verdict<'r>),
    ) -> bool {
        let Known { topic, wide } = known;
        let budget = Budget::of(window);
        let depth = Depth { depth: 0, wide, budget: &budget, speaks: Cell::new(false) };
        if let Some(view) = wide.and_then(|wide| decode::with_mark(window, wide)) {
            self.search_view(window, &core, &view, topic, &depth, on);
        }
        self.search_core(window, core, topic, &depth, on);
        budget.sufficed()
    }

    fn search_core(
        &self,
        window: &[u8],
        core: Range<usize>,
        topic: Topic,
        depth: &Depth<'_>,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        let mut from = core.start;
        let mut mentioned = topic != Topic::Unknown;
        let mut repeats = Repeats::default();
        // A piece of a rare encoding may stand within what was decoded already.
        let mut decoded = HashSet::new();
        let mut hits = Hits::new(self, window, &core, topic, depth);
        hits.take_beside(core.start.saturating_sub(decode::FARTHEST_BEHIND)..core.start, on);
        while let Some(hit) = self.prefilter.step(window, from..core.end, mentioned) {
            let at = match hit {
                Hit::Anchor(at) | Hit::Encoded(at, _) | Hit::Own(at) | Hit::Nothing(at) => at,
                Hit::Mention(at) => {
                    (mentioned, from) = (true, at);
                    continue;
                }
            };
            let mut any = false;
            hits.take(hit, &mut |verdict| {
                any = true;
                decoded.extend(place_if_decoded(&verdict));
                on(verdict);
            });
            from = at + 1;
            if any {
                repeats.note_success();
            } else {
                from = repeats.note_failure(window, at);
            }
        }
        hits.take_beside(core.end..window.len().min(core.end + decode::FARTHEST_BEFORE), on);
        if topic == Topic::Objects {
            return;
        }
        mentioned = mentioned || self.is_mentioned_beside(window, &core);
        if !mentioned && !depth.speaks.get() {
            return;
        }
        depth.speaks.set(true);
        let mut from = core.start.saturating_sub(decode::FARTHEST_BEHIND);
        let end = window.len().min(core.end + decode::FARTHEST_BEFORE);
        while let Some((at, encoding)) = self.prefilter.rare(window, from..end) {
            hits.take(Hit::Encoded(at, encoding), &mut |verdict| {
                if place_if_decoded(&verdict).is_none_or(|place| decoded.insert(place)) {
                    on(verdict);
                }
            });
            from = at + 1;
        }
        if mentioned && self.has_unprefixed {
            self.judge_unprefixed(window, core.clone(), topic.into(), on);
            self.judge_wrapped(window, core.clone(), topic.into(), on);
            self.judge_joined(window, core, topic.into(), on);
        }
    }

    /// Judges what a decoded part of a window holds, and tells where in the
    /// window it begins.
    fn search_view(
        &self,
        window: &[u8],
        core: &Range<usize>,
        view: &View,
        topic: Topic,
        depth: &Depth<'_>,
        on: &mut dyn FnMut(Verdict<'r>),
    ) {
        let speaks = depth.speaks.clone();
        let deeper = Depth { depth: depth.depth + 1, wide: None, budget: depth.budget, speaks };
        let mut on = |verdict| {
            let Verdict::Found(inner) = verdict else { return };
            // What ends with the view may be a part of a hash: only a token has a shape of its own.
            if inner.scope.is_some() && view.cuts_span(&inner.span) {
                return;
            }
            let span = view.outer_span(&inner.span);
            // What is plain in the window, too, is found there.
            if !core.contains(&span.start) || window[span.clone()] == view.bytes[inner.span.clone()] {
                return;
            }
            let layers = [&[view.layer][..], &inner.layers].concat();
            on(Verdict::Found(Match { span, layers, ..inner }));
        };
        let text = &view.bytes;
        self.search_core(text, 0..text.len(), topic, &deeper, &mut on);
        if deeper.depth < decode::MAX_DEPTH
            && let Some(unpacked) = decode::gunzip(text, depth.budget.left())
        {
            depth.budget.take(unpacked.view.bytes.len());
            // Cut off by the end of the window, or too large: told of. What is cut in the middle of a text is an example.
            let is_gap = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'\\' | b'n' | b'r');
            let at_the_end = window[view.region.end..].iter().all(is_gap);
            if unpacked.too_large || unpacked.truncated && at_the_end {
                depth.budget.falls_short();
            }
            self.search_view(text, &(0..text.len()), &unpacked.view, topic, &deeper, &mut on);
        }
    }

    /// Returns whether the text beside `core` speaks of what unprefixed keys
    /// are to, as far as it matters for what is in `core`.
    fn is_mentioned_beside(&self, window: &[u8], core: &Range<usize>) -> bool {
        let before = core.start.saturating_sub(unprefixed::REACH)..core.start;
        let after = core.end..window.len().min(core.end + unprefixed::REACH);
        [before, after].into_iter().any(|side| !side.is_empty() && self.prefilter.is_mentioned(window, side))
    }

    /// Returns the contents that a text may have, to be known before it is
    /// judged.
    ///
    /// Cheaper than to judge: for most texts of a history the answer is
    /// `Nothing`, after one pass of SIMD.
    pub fn glance(&self, text: &[u8], topic: Topic) -> Glance {
        let known = matches!(topic, Topic::Datadog | Topic::DatadogKey);
        // Such a text is decoded as a whole.
        if WideText::of(text).is_some() {
            return Glance::Candidates;
        }
        match self.prefilter.next(text, 0..text.len(), known) {
            None if known && self.has_candidate(text) => Glance::Candidates,
            None | Some(Hit::Nothing(_)) => Glance::Nothing,
            Some(Hit::Anchor(_) | Hit::Encoded(..) | Hit::Own(_)) => Glance::Candidates,
            Some(Hit::Mention(at)) if self.has_token_behind(text, at) || self.has_candidate(text) => {
                Glance::Candidates
            }
            Some(Hit::Mention(_)) => Glance::Topic,
        }
    }

    /// Returns whether an anchor stands at a place of a text or behind it.
    fn has_token_behind(&self, text: &[u8], at: usize) -> bool {
        self.prefilter.next(text, at..text.len(), true).is_some()
    }

    /// Returns whether a text that speaks of Datadog holds what may be a key,
    /// or a token that is encoded in a rare way.
    fn has_candidate(&self, text: &[u8]) -> bool {
        unprefixed::has_candidate(text) || self.prefilter.rare(text, 0..text.len()).is_some()
    }

    /// Returns whether an anchor stands in a text: a token may begin there.
    pub fn may_hold_token(&self, text: &[u8]) -> bool {
        self.has_token_behind(text, 0)
    }

    /// Returns whether pieces of a text that is about Datadog may bring
    /// anything that was not there before.
    ///
    /// The pieces must hold [`KEY_REACH`] bytes to either side of what is new.
    ///
    /// The answer may be yes without need, but never no where a candidate would
    /// appear.
    pub fn may_bring(&self, pieces: &[u8]) -> bool {
        self.may_hold_token(pieces)
            || unprefixed::has_digits(pieces)
            || self.prefilter.rare(pieces, 0..pieces.len()).is_some()
    }

    /// The length of the longest text that [`glance`](Self::glance) looks for
    /// first, in bytes.
    pub fn longest_anchor(&self) -> usize {
        self.prefilter.longest()
    }

    /// A remote-configuration key, and the application key that it holds.
    fn unwrap_match(&self, outer: Match<'r>) -> impl Iterator<Item = Match<'r>> {
        let held = RemoteConfig::decode_key(outer.secret.expose());
        let site = held.as_ref().and_then(|held| Site::from_name(&held.datacenter));
        let inner = held.and_then(|held| {
            let key = held.app_key.expose();
            let of_app = |rule: &&Rule| {
                matches!(rule.credential(), Some(Kind::ApplicationKey | Kind::LegacyApplicationKey))
            };
            self.rules.rules().iter().filter(of_app).find_map(|rule| {
                let captures = rule.pattern().match_start(key).filter(|it| it.len() == key.len())?;
                let inner = found(rule, key, 0, &captures, grade::grade_held(rule, key, &captures));
                let layers = vec!["base32", "msgpack"];
                Some(Match { span: outer.span.clone(), site, layers, ..inner })
            })
        });
        [Some(Match { site, ..outer }), inner].into_iter().flatten()
    }

    /// The verdict on what begins at `at`: that of the rule that is surest, the
    /// first one among equals.
    fn judge_anchor(&self, window: &[u8], at: usize) -> Option<Verdict<'r>> {
        let text = &window[at..window.len().min(at + MAX_MATCH_LEN)];
        let fitting = self.prefilter.rules_at(text).filter_map(|index| {
            let rule = &self.rules.rules()[index];
            Some((rule, rule.pattern().match_start(text)?))
        });
        let verdicts =
            fitting.map(|(rule, captures)| match grade::grade_match(rule, window, at, &captures) {
                Ok(graded) => Verdict::Found(found(rule, text, at, &captures, graded)),
                Err(reason) => {
                    Verdict::Rejected { rule, span: at..at + captures.len(), reason, grounds: None }
                }
            });
        verdicts.reduce(|best, next| if next.surety_rank() > best.surety_rank() { next } else { best })
    }
}

/// Returns where a credential stands that was decoded, and the rule that found
/// it.
fn place_if_decoded<'r>(verdict: &Verdict<'r>) -> Option<(Range<usize>, &'r str)> {
    match verdict {
        Verdict::Found(found) if !found.layers.is_empty() => Some((found.span.clone(), found.rule.id())),
        _ => None,
    }
}

impl Verdict<'_> {
    /// Returns where the candidate stands, in the window.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Found(found) => found.span.clone(),
            Self::Rejected { span, .. } => span.clone(),
        }
    }

    /// Found before rejected, then surer before less sure, then longer before
    /// shorter.
    ///
    /// A rule that finds wins over one that rejects, since shapes overlap: an
    /// older form of a token matches what a newer rule proves.
    fn surety_rank(&self) -> (Option<Confidence>, usize) {
        match self {
            Self::Found(found) => (Some(found.confidence), found.span.len()),
            Self::Rejected { span, .. } => (None, span.len()),
        }
    }
}

fn found<'r>(
    rule: &'r Rule,
    text: &[u8],
    at: usize,
    captures: &Captures<'_>,
    graded: grade::Graded,
) -> Match<'r> {
    let bytes = &text[..captures.len()];
    Match {
        rule,
        span: at..at + captures.len(),
        confidence: graded.confidence,
        proof: graded.proof,
        token_id: graded.token_id,
        redacted: redact_bytes(bytes, &rule.visible_bytes(bytes, captures)),
        scope: None,
        grounds: None,
        site: None,
        layers: Vec::new(),
        secret: Secret::new(bytes),
    }
}

/// The visible bytes, with `…` for each run of others.
fn redact_bytes(bytes: &[u8], visible: &[bool]) -> String {
    let mut out = String::new();
    for (&byte, &shown) in bytes.iter().zip(visible) {
        if shown {
            out.push(if byte.is_ascii_graphic() { char::from(byte) } else { '?' });
        } else if !out.ends_with('…') {
            out.push('…');
        }
    }
    out
}

#[cfg(test)]
mod tests;
