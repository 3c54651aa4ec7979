//! The one pass over every byte: where does any rule's anchor stand?

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::engine::Engine;
use super::own_literals::OwnLiterals;
use super::search_order::{SEARCH_ORDER, SearchOrder};
use crate::decode::{self, EncodedPrefix, Encoding, broken_off};
use crate::lexicon::{SPELLINGS, Spelling};
use crate::rule::RuleSet;

/// Searches for the anchors of all rules, and for the words that unprefixed keys need, at once.
#[derive(Debug)]
pub(super) struct Prefilter {
    engine: Engine,
    /// Each anchor with the index of its rule, sorted by rule.
    anchors: Vec<(Vec<u8>, usize)>,
    /// What each literal of the engine means, in its order.
    meanings: Vec<Meaning>,
    longest: usize,
    /// What rules without a hint need besides.
    own: Option<OwnLiterals>,
    rare: Rare,
}

/// The search for what is encoded in base64 twice, or as hardly any credential ever is: too much for one search with all else,
/// so only in texts that speak of Datadog.
#[derive(Debug)]
struct Rare {
    anchors: Vec<KnownAnchor>,
    order: SearchOrder,
    /// Made when a text first speaks of Datadog.
    search: OnceLock<RareSearch>,
}

/// The search of [`Rare`] once it is made.
#[derive(Debug)]
struct RareSearch {
    engine: Engine,
    /// What each literal of the engine tells of, in its order.
    encodings: Vec<Encoding>,
    /// Length of the longest literal, in bytes.
    longest: usize,
}

/// Words that must begin where they stand, since they are also the end of what many a program says: `add_key`, `add_client`.
const ENDS_OF_WORDS: [&[u8]; 3] = [b"dd_key", b"dd_cl", b"dd ap"];

/// Pieces of names that tell whose the keys of an encoded configuration are: `datadog`, `DataDog`, `DATADOG`, `DD_API_KEY`.
const NAMES: [&[u8]; 4] = [b"tadog", b"taDog", b"TADOG", b"DD_AP"];

/// What a literal means.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// An anchor may begin here.
    Anchor,
    /// A word that unprefixed keys need may stand here.
    Mention(Spelling),
    /// What a token begins with may stand here, encoded.
    Encoded(Encoding),
}

/// What the prefilter stops at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    /// Here an anchor begins.
    Anchor(usize),
    /// The text speaks of what unprefixed keys are to; there is nothing before this place.
    Mention(usize),
    /// A token may begin here, encoded.
    Encoded(usize, Encoding),
    /// Here stands what a rule without a hint needs: see [`Prefilter::own_at`].
    Own(usize),
    /// Here stands what is searched for, but nothing that matters.
    Nothing(usize),
}

impl Prefilter {
    /// Makes one for the anchors of these rules.
    pub(super) fn new(rules: &RuleSet) -> Self {
        Self::with_order(rules, &SEARCH_ORDER)
    }

    /// Makes one whose literals come in that order: what is found does not depend on it.
    fn with_order(rules: &RuleSet, order: &SearchOrder) -> Self {
        let anchors: Vec<(Vec<u8>, usize)> = rules
            .rules()
            .iter()
            .enumerate()
            .flat_map(|(index, rule)| {
                rule.anchors().iter().map(move |anchor| (anchor.clone().into_bytes(), index))
            })
            .collect();
        let has_unprefixed = rules.rules().iter().any(|rule| rule.unprefixed().is_some());
        let words = if has_unprefixed { SPELLINGS } else { &[] };
        let bytes = || anchors.iter().map(|(anchor, _)| &anchor[..]);
        let known: Vec<KnownAnchor> = bytes().filter_map(|anchor| KnownAnchor::new(anchor, order)).collect();
        let (literals, meanings): (Vec<Vec<u8>>, Vec<Meaning>) =
            meanings(&known, words, order).into_iter().unzip();
        let own_spellings = if has_unprefixed { rules.lexicon().own_spellings() } else { &[] };
        let own =
            OwnLiterals::new(bytes().filter(|anchor| order.beginning_of(anchor).is_none()), own_spellings);
        let longest = literals.iter().map(Vec::len).chain(bytes().map(<[u8]>::len));
        let longest = longest.chain(words.iter().map(|mention| mention.word.len()));
        let longest = longest.chain(own.as_ref().map(OwnLiterals::longest_literal)).max().unwrap_or(0);
        let rare = Rare { anchors: known, order: *order, search: OnceLock::new() };
        let literals: Vec<&[u8]> = literals.iter().map(Vec::as_slice).collect();
        Self { engine: Engine::new(&literals, true), anchors, meanings, longest, own, rare }
    }

    /// The length of the longest text that is searched for.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// The first place in `core` where an anchor begins, unless a word that unprefixed keys need comes first; after that one
    /// is `mentioned`, only anchors are of interest.
    #[inline]
    pub(super) fn next(&self, window: &[u8], mut core: Range<usize>, mentioned: bool) -> Option<Hit> {
        loop {
            match self.step(window, core.clone(), mentioned)? {
                Hit::Nothing(at) => core.start = at + 1,
                hit => return Some(hit),
            }
        }
    }

    /// The same, but for stopping at what turns out to be nothing.
    #[inline]
    pub(super) fn step(&self, window: &[u8], core: Range<usize>, mentioned: bool) -> Option<Hit> {
        match &self.own {
            None => self.step_ours(window, core, mentioned),
            Some(own) => self.step_with(own, window, core, mentioned),
        }
    }

    #[inline]
    fn step_ours(&self, window: &[u8], core: Range<usize>, mentioned: bool) -> Option<Hit> {
        let (at, literal) = self.literal_in(window, core)?;
        Some(match self.meanings[literal] {
            Meaning::Anchor if self.rules_at(&window[at..]).next().is_some() => Hit::Anchor(at),
            Meaning::Anchor if !mentioned && is_glued_mention(&window[at..]) => Hit::Mention(at),
            // `ddpat%5F`: the beginning of an anchor, whose rest is encoded.
            Meaning::Anchor => {
                let near = &window[..window.len().min(at + self.longest)];
                broken_off(near, at).map_or(Hit::Nothing(at), |encoding| Hit::Encoded(at, encoding))
            }
            Meaning::Mention(mention) if !mentioned && stands_at(&mention, window, at) => Hit::Mention(at),
            Meaning::Mention(_) => Hit::Nothing(at),
            Meaning::Encoded(encoding) => Hit::Encoded(at, encoding),
        })
    }

    /// The same, where rules of one's own need literals besides. One block after the other, so that neither search goes over a
    /// text again and again because of what the other one finds.
    #[inline(never)]
    fn step_with(
        &self,
        own: &OwnLiterals,
        window: &[u8],
        core: Range<usize>,
        mentioned: bool,
    ) -> Option<Hit> {
        const BLOCK: usize = 4096;
        let mut from = core.start;
        while from < core.end {
            let block = from..core.end.min(from + BLOCK);
            let ours = self.step_ours(window, block.clone(), mentioned);
            let end = match ours {
                Some(Hit::Mention(_)) => return Some(Hit::Mention(block.start)),
                Some(Hit::Anchor(at) | Hit::Encoded(at, _) | Hit::Own(at) | Hit::Nothing(at)) => at + 1,
                None => block.end,
            };
            let first = own.find_first(window, block.start..end);
            if let Some(at) = first.filter(|at| !mentioned && own.is_mention(window, *at)) {
                return Some(if own.is_anchor(window, at) {
                    Hit::Own(at)
                } else {
                    Hit::Mention(block.start)
                });
            }
            if first.is_some() || ours.is_some() {
                return first.map(Hit::Own).or(ours);
            }
            from = block.end;
        }
        None
    }

    /// All that stands at a [`Hit::Own`], each once.
    pub(super) fn own_at(&self, window: &[u8], at: usize) -> Vec<Hit> {
        let ours = self.step_ours(window, at..at + 1, true).filter(|hit| !matches!(hit, Hit::Nothing(_)));
        let encodings = self.own.iter().flat_map(|own| own.encodings_at(window, at));
        let is_anchor = self.rules_at(&window[at..]).next().is_some();
        let anchor = (is_anchor && ours != Some(Hit::Anchor(at))).then_some(Hit::Anchor(at));
        ours.into_iter().chain(anchor).chain(encodings.map(|encoding| Hit::Encoded(at, encoding))).collect()
    }

    /// Returns whether what begins at `at` may be a token of a rule of one's own.
    pub(super) fn is_own(&self, window: &[u8], at: usize) -> bool {
        self.own.as_ref().is_some_and(|own| own.is_anchor(window, at))
    }

    /// Returns whether a word that unprefixed keys need stands in `part`.
    pub(super) fn is_mentioned(&self, window: &[u8], part: Range<usize>) -> bool {
        let mut from = part.start;
        while let Some(hit) = self.next(window, from..part.end, false) {
            match hit {
                Hit::Mention(_) => return true,
                Hit::Anchor(at) | Hit::Encoded(at, _) | Hit::Own(at) | Hit::Nothing(at) => from = at + 1,
            }
        }
        false
    }

    /// The first place in `core` where one of the literals begins, and which one.
    #[inline]
    fn literal_in(&self, window: &[u8], core: Range<usize>) -> Option<(usize, usize)> {
        // The last anchor may begin in the core and end after it.
        let end = window.len().min(core.end + self.longest.saturating_sub(1));
        if core.start >= end {
            return None;
        }
        let (found, literal) = self.engine.find_literal(window, core.start..end)?;
        (found < core.end).then_some((found, literal))
    }

    /// The first place in `core` where a token may begin that is encoded in a rare way, and how to decode it.
    pub(super) fn rare(&self, window: &[u8], core: Range<usize>) -> Option<(usize, Encoding)> {
        self.rare.find(window, core)
    }

    /// The rules that have an anchor at the beginning of `text`.
    pub(super) fn rules_at<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let mut last = None;
        // Most anchors differ in their third and fourth bytes, if in any.
        let differs =
            |anchor: &[u8], place: usize| anchor.get(place).is_some_and(|it| text.get(place) != Some(it));
        let begins =
            move |anchor: &[u8]| !differs(anchor, 2) && !differs(anchor, 3) && text.starts_with(anchor);
        self.anchors
            .iter()
            .filter(move |(anchor, _)| begins(anchor))
            .map(|(_, rule)| *rule)
            .filter(move |rule| last.replace(*rule) != Some(*rule))
    }
}

impl Rare {
    /// The first place in `core` where one begins, and how to decode it.
    fn find(&self, window: &[u8], core: Range<usize>) -> Option<(usize, Encoding)> {
        let search = self.search.get_or_init(|| RareSearch::new(&self.anchors, &self.order));
        let end = window.len().min(core.end + search.longest.checked_sub(1)?);
        let (found, literal) = search.engine.find_literal(window, core.start.min(end)..end)?;
        (found < core.end).then_some((found, search.encodings[literal]))
    }
}

impl RareSearch {
    fn new(anchors: &[KnownAnchor], order: &SearchOrder) -> Self {
        let mut literals = BTreeMap::new();
        for KnownAnchor { once, twice, .. } in anchors {
            literals.extend(order.pieces_of_rare(once));
            let pieces: Vec<_> = order.pieces_of_rare(twice).collect();
            match pieces.is_empty() {
                true => literals.extend(twice.iter().map(|prefix| (prefix.bytes.clone(), prefix.encoding))),
                false => literals.extend(pieces),
            }
        }
        let bytes: Vec<&[u8]> = literals.keys().map(Vec::as_slice).collect();
        let longest = bytes.iter().map(|literal| literal.len()).max().unwrap_or(0);
        Self { engine: Engine::new(&bytes, false), encodings: literals.values().copied().collect(), longest }
    }
}

/// An anchor that begins with a literal of the order, and what it becomes when it is encoded.
#[derive(Debug)]
struct KnownAnchor {
    beginning: &'static [u8],
    /// Prefixes of the encoded anchor.
    once: Vec<EncodedPrefix>,
    /// Prefixes of base64 of its base64.
    twice: Vec<EncodedPrefix>,
}

impl KnownAnchor {
    /// Computes the prefixes of an anchor; nothing for one that the order does not know.
    fn new(anchor: &[u8], order: &SearchOrder) -> Option<Self> {
        let beginning = order.beginning_of(anchor)?;
        let (once, twice) = (decode::unwrapped_prefixes(anchor), decode::twice_encoded_prefixes(anchor));
        Some(Self { beginning, once, twice })
    }
}

/// All that is searched for at once, and what it means, in the order of `order`.
///
/// A known anchor is searched for by its beginning, and its encoded prefixes by the pieces of them that are in the order; others
/// are left to [`OwnLiterals`].
fn meanings(anchors: &[KnownAnchor], words: &[Spelling], order: &SearchOrder) -> Vec<(Vec<u8>, Meaning)> {
    let mut meanings = BTreeMap::new();
    for mention in words {
        meanings.insert(mention.piece.to_vec(), Meaning::Mention(*mention));
    }
    let mut encoded = |prefixes: &[EncodedPrefix], with_others: bool| {
        let pieces: Vec<_> = order.pieces_of(prefixes).collect();
        let whole = prefixes.iter().map(|prefix| (prefix.bytes.clone(), prefix.encoding));
        let whole = whole.filter(|_| with_others && pieces.is_empty());
        for (bytes, encoding) in whole.chain(pieces.iter().cloned()) {
            meanings.entry(bytes).or_insert(Meaning::Encoded(encoding));
        }
    };
    encoded(&decode::compressed_prefixes(), true);
    NAMES.iter().for_each(|name| encoded(&decode::encoded_names(name), true));
    for KnownAnchor { once, twice, .. } in anchors {
        encoded(once, false);
        encoded(twice, false);
    }
    for KnownAnchor { beginning, .. } in anchors {
        meanings.insert(beginning.to_vec(), Meaning::Anchor);
    }
    let mut meanings: Vec<_> = meanings.into_iter().collect();
    order.sort_literals(&mut meanings);
    meanings
}

/// Returns whether a name of a key stands here that begins as anchors do, whose literal finds it: `ddapikey`, `ddappkey`.
fn is_glued_mention(text: &[u8]) -> bool {
    text.starts_with(b"ddapikey") || text.starts_with(b"ddappkey")
}

/// Returns whether a word stands around its piece at `at`.
fn stands_at(spelling: &Spelling, window: &[u8], at: usize) -> bool {
    let Some(start) = at.checked_sub(spelling.offset) else { return false };
    let text = window.get(start..start + spelling.word.len());
    text.is_some_and(|text| text.eq_ignore_ascii_case(spelling.word))
        && !(ENDS_OF_WORDS.contains(&spelling.word) && is_within_word(window, start))
}

/// Returns whether a word that began before goes on at `start`: a letter stands there, other than a small one before a capital.
fn is_within_word(window: &[u8], start: usize) -> bool {
    match window[..start].last() {
        Some(before) if before.is_ascii_lowercase() => !window[start].is_ascii_uppercase(),
        Some(before) => before.is_ascii_uppercase(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::build_automaton;
    use super::super::tests::with_anchor;
    use super::super::{Arc, Detector, Verdict};
    use super::*;
    use proptest::prelude::*;

    fn prefilters() -> [Prefilter; 2] {
        let rules = RuleSet::builtin();
        let packed = Prefilter::new(&rules);
        let mut slow = Prefilter::new(&rules);
        // One literal within another: the outer one must not be missed.
        let anchors = [b"dpat".as_slice(), b"ddpat_", b"ddsat_", b"ddapp_", b"ddap_", b"DDRCM_"];
        let pieces: Vec<_> = SPELLINGS.iter().map(|mention| mention.piece).collect();
        slow.engine = Engine::Automaton(build_automaton(&[&anchors[..], &pieces].concat()));
        slow.meanings = anchors
            .iter()
            .map(|_| Meaning::Anchor)
            .chain(SPELLINGS.iter().copied().map(Meaning::Mention))
            .collect();
        [packed, slow]
    }

    proptest! {
        #[test]
        fn finds_what_a_naive_search_finds(
            text in "([dapst_x]|dd(pat|sat|app|ap)_){0,60}",
            start in 0usize..40, length in 0usize..200,
        ) {
            let text = text.as_bytes();
            let core = start.min(text.len())..(start + length).min(text.len());
            for prefilter in prefilters() {
                let naive: Vec<Hit> = core.clone()
                    .filter(|&at| prefilter.anchors.iter().any(|(anchor, _)| text[at..].starts_with(anchor)))
                    .map(Hit::Anchor)
                    .collect();
                let mut found = Vec::new();
                let mut from = core.start;
                while let Some(hit) = prefilter.next(text, from..core.end, true) {
                    let Hit::Anchor(at) = hit else { panic!("no mention is asked for, and nothing is encoded") };
                    found.push(hit);
                    from = at + 1;
                }
                prop_assert_eq!(found, naive);
            }
        }

        #[test]
        fn knows_every_mention(before in "[a-zD_. ]{0,40}", choice in 0usize..SPELLINGS.len(), after in "[a-z_. ]{0,40}") {
            let mention = SPELLINGS[choice];
            let mut word = mention.word.to_vec();
            word[mention.offset..mention.offset + mention.piece.len()].copy_from_slice(mention.piece);
            let gap: &[u8] = if ENDS_OF_WORDS.contains(&mention.word) { b"_" } else { b"" };
            let text = [before.as_bytes(), gap, &word, after.as_bytes()].concat();
            for prefilter in prefilters() {
                prop_assert!(prefilter.is_mentioned(&text, 0..text.len()));
            }
        }
    }

    #[test]
    fn an_anchor_like_the_piece_of_a_mention_stands_for_both() {
        for anchor in ["dApi", "dAp", "dApiK"] {
            let prefilter = Prefilter::new(&with_anchor(anchor));
            let text = b"ddApiKey: x";
            assert!(prefilter.is_mentioned(text, 0..text.len()), "{anchor}");
            assert!(matches!(prefilter.next(text, 0..text.len(), true), Some(Hit::Own(1))), "{anchor}");
        }
    }

    #[test]
    fn an_anchor_like_an_encoded_prefix_stands_for_both() {
        let all = |prefilter: &Prefilter, text: &[u8]| match prefilter.next(text, 0..text.len(), true) {
            Some(Hit::Own(0)) => prefilter.own_at(text, 0),
            hit => hit.into_iter().collect(),
        };
        for (anchor, text) in [
            ("6464", "646470"),
            ("646", "646470"),
            ("64647", "646470"),
            ("646471", "646470"),
            ("#100;", "#100;#100;"),
            ("#10", "#100;#100;"),
            ("ZGRwY", "ZGRwYXRf"),
        ] {
            let text = text.as_bytes();
            let hit = prefilters()[0].next(text, 0..text.len(), true);
            let Some(Hit::Encoded(0, encoding)) = hit else { panic!("{hit:?}") };
            let prefilter = Prefilter::new(&with_anchor(anchor));
            let hits = all(&prefilter, text);
            assert!(hits.contains(&Hit::Encoded(0, encoding)), "{anchor}: {hits:?}");
            assert_eq!(hits.contains(&Hit::Anchor(0)), text.starts_with(anchor.as_bytes()), "{anchor}");
        }
    }

    /// A literal without a meaning would be a place in the order that nothing needs; one without a place makes the search slower.
    #[test]
    fn every_literal_has_its_place_in_the_order() {
        let prefilter = Prefilter::new(&RuleSet::builtin());
        let anchors =
            prefilter.anchors.iter().filter_map(|(anchor, _)| KnownAnchor::new(anchor, &SEARCH_ORDER));
        let literals: Vec<_> =
            meanings(&anchors.collect::<Vec<_>>(), SPELLINGS, &SEARCH_ORDER).into_iter().collect();
        let literals: Vec<&[u8]> = literals.iter().map(|(literal, _)| &literal[..]).collect();
        assert_eq!(literals, SEARCH_ORDER.literals);
        assert!(prefilter.own.is_none(), "a rule that is compiled in has no hint");
    }

    /// What is found does not depend on the hint, only how fast.
    #[test]
    fn the_order_may_be_missing() {
        let none = SearchOrder { beginnings: &[], literals: &[], rare: &[] };
        let rules = RuleSet::builtin();
        for prefilter in [Prefilter::with_order(&rules, &none), Prefilter::with_order(&rules, &SEARCH_ORDER)]
        {
            let detector = Detector::with_prefilter(&rules, Arc::new(prefilter));
            for rule in rules.rules().iter().filter(|rule| !rule.anchors().is_empty()) {
                let token = String::from_utf8(rule.fill_example("{{token}}", 5)).expect("ASCII");
                let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
                let percent: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
                let split = token.find('_').map_or(8, |at| at + 4);
                let joined = format!("\"{}\" + \"{}\"", &token[..split], &token[split..]);
                for text in [token.clone(), hex, percent, joined] {
                    let text = format!("datadog x={text};");
                    let verdicts = detector.detect(text.as_bytes());
                    let found = |verdict: &Verdict<'_>| matches!(verdict, Verdict::Found(found) if found.rule.id() == rule.id());
                    assert!(verdicts.iter().any(found), "{} in {text}", rule.id());
                }
            }
        }
    }

    #[test]
    fn a_mention_may_begin_as_an_anchor_does() {
        for (text, expected) in [("ddapikey=x", true), ("ddappkey=x", true), ("ddapply", false)] {
            let prefilter = &prefilters()[0];
            assert_eq!(prefilter.is_mentioned(text.as_bytes(), 0..text.len()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_mention() {
        for text in [
            "a watchdog, metadata, add_api, a dog",
            "BAD_APPLE",
            "ANNO_DOMINI",
            "ADD_KEY, PADD app, add_client",
        ] {
            for prefilter in prefilters() {
                let mentioned = prefilter.is_mentioned(text.as_bytes(), 0..text.len());
                assert_eq!(mentioned, text.contains("add_ap"), "{text}");
            }
        }
    }
}
