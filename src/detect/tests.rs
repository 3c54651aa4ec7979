//! The detector against a naive twin, and the traps.

use super::*;
use crate::token::{Flaw, Kind, Mint, Reading};
use proptest::prelude::*;

fn found_in(text: &[u8]) -> Vec<(String, Range<usize>, Confidence)> {
    let rules = RuleSet::builtin();
    Detector::new(&rules)
        .detect(text)
        .into_iter()
        .filter_map(|verdict| match verdict {
            Verdict::Found(found) => Some((found.rule.id().to_owned(), found.span, found.confidence)),
            Verdict::Rejected { .. } => None,
        })
        .collect()
}

/// The rules that are compiled in, and one of one's own for an anchor and
/// twenty digits.
pub(super) fn with_anchor(anchor: &str) -> RuleSet {
    let source = format!(
        r#"
            id = "own"
            name = "Own"
            description = "d"
            severity = "high"
            remediation = "r"
            references = ["https://example.com"]
            anchors = ["{anchor}"]
            pattern = '{anchor}(?<secret>[0-9]{{20}})'
            [[example]]
            text = "{{{{token}}}}"
            confidence = "suspect"
            [[counter_example]]
            text = "{anchor}1"
            why = "short"
        "#
    );
    let mut rules = RuleSet::builtin();
    rules.add_text("own.toml", &source).expect("a rule");
    rules
}

#[test]
fn an_anchor_of_ones_own_hides_nothing_that_is_encoded() {
    let token = Mint::new(5).mint(Kind::PersonalAccessToken);
    let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
    let entities: String = token.bytes().map(|byte| format!("&#{byte};")).collect();
    for (anchor, text) in [("6464", &hex), ("64647", &hex), ("#10", &entities), ("#100;", &entities)] {
        let rules = with_anchor(anchor);
        let verdicts = Detector::new(&rules).detect(text.as_bytes());
        let [Verdict::Found(found)] = &verdicts[..] else { panic!("{anchor}: {verdicts:?}") };
        assert_eq!(found.secret.expose(), token.as_bytes(), "{anchor}");
    }
    let own = format!("6464{}", "1".repeat(20));
    assert_eq!(Detector::new(&with_anchor("6464")).detect(own.as_bytes()).len(), 1);
}

#[test]
fn every_reading_is_recognised() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    for kind in [Kind::PersonalAccessToken, Kind::ServiceAccessToken] {
        for reading in Reading::ALL {
            let token = Mint::new(5).with_reading(reading).mint(kind);
            let verdicts = detector.detect(token.as_bytes());
            let [Verdict::Found(found)] = &verdicts[..] else { panic!("{verdicts:?}") };
            assert_eq!(found.proof, Proof::Holds(reading.as_str().to_owned()));
            assert_eq!(found.confidence, Confidence::Verified);
            assert_eq!(found.redacted, format!("{}_…", &token[..28]));
        }
    }
}

#[test]
fn any_bytes_around() {
    let token = Mint::new(9).mint(Kind::PersonalAccessToken);
    for (before, after) in [("", ""), ("\0", "\0"), ("\r\n", "\r\n"), ("\u{1f415}", "\u{1f415}"), ("x=", ";")]
    {
        let text = format!("{before}{token}{after}");
        let spans: Vec<_> = found_in(text.as_bytes()).into_iter().map(|(_, span, _)| span).collect();
        assert_eq!(spans, vec![before.len()..before.len() + 65], "{before:?}");
    }
    let invalid = [b"\xff\xfe".as_slice(), token.as_bytes(), b"\x80"].concat();
    assert_eq!(found_in(&invalid).len(), 1);
}

#[test]
fn several_on_a_line() {
    let mut mint = Mint::new(2);
    let tokens: Vec<String> = [Kind::PersonalAccessToken, Kind::ServiceAccessToken, Kind::ApplicationKey]
        .into_iter()
        .map(|kind| mint.mint(kind))
        .collect();
    assert_eq!(found_in(tokens.join(",").as_bytes()).len(), 3);
    // Back to back: the checksums settle what the boundary leaves open.
    assert_eq!(found_in(tokens.concat().as_bytes()).len(), 3);
}

#[test]
fn an_excerpt_hides_every_credential_of_its_line() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(4);
    let one = mint.mint(Kind::PersonalAccessToken);
    let other = mint.mint_flawed(Kind::ApplicationKey, Flaw::Checksum).expect("a checksum");
    for gap in [1, 100, 130, 150, 160, 200] {
        let text = format!("first\nä{other}{}{one}{}x{other}x\nlast", " ".repeat(gap), " ".repeat(gap));
        let at = text.find(&one).expect("there");
        let excerpt = detector.excerpt_around(text.as_bytes(), &(at..at + one.len()));
        assert!(!excerpt.text.contains(&one[29..40]));
        for end in 8..other.len() {
            assert!(
                !excerpt.text.contains(&other[end - 2..end]) || excerpt.text.contains(&one[..28]),
                "{}",
                excerpt.text
            );
        }
        assert!(
            !excerpt.text.contains(&other[6..14]) && !excerpt.text.contains(&other[30..]),
            "{}",
            excerpt.text
        );
        let shown = &excerpt.text[excerpt.span.clone()];
        assert_eq!(shown, format!("{}_{MASK}", &one[..28]));
        assert!(!excerpt.text.contains('\n'));
    }
}

/// A text of tokens, broken tokens, anchors and noise.
fn awkward_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = (0u64..500, 0u8..12).prop_map(|(seed, choice)| {
        let mut mint = Mint::new(seed);
        let kinds = [Kind::PersonalAccessToken, Kind::ServiceAccessToken, Kind::ApplicationKey];
        let kind = kinds[seed as usize % 3];
        match choice {
            0 | 1 => mint.mint(kind).into_bytes(),
            2 => mint.mint_flawed(kind, Flaw::Checksum).unwrap_or_default().into_bytes(),
            3 => mint.mint_flawed(kind, Flaw::Length).unwrap_or_default().into_bytes(),
            4 => b"ddpat_ddsat_".to_vec(),
            5 => b"\\n".to_vec(),
            6 => vec![seed as u8],
            7 => b"\n".to_vec(),
            9 => format!("\nDD_API_KEY={}\n", mint.mint(Kind::ApiKey)).into_bytes(),
            10 => format!(" app_key: '{}' ", mint.mint(Kind::LegacyApplicationKey)).into_bytes(),
            11 => format!("x={}{}", mint.mint(Kind::ApiKey), " ".repeat(seed as usize * 40)).into_bytes(),
            _ => b" ".to_vec(),
        }
    });
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Every rule at every offset, without prefilter.
fn naive_search(detector: &Detector<'_>, text: &[u8]) -> Vec<String> {
    let mut seen = Vec::new();
    for at in 0..text.len() {
        let mut best: Option<(Confidence, String)> = None;
        for rule in detector.rules().rules().iter().filter(|rule| rule.unprefixed().is_none()) {
            let Some(captures) = rule.pattern().match_start(&text[at..]) else { continue };
            if let Ok(graded) = grade::grade_match(rule, text, at, &captures)
                && best.as_ref().is_none_or(|(known, _)| graded.confidence > *known)
            {
                best = Some((graded.confidence, format!("{at} {} {:?}", rule.id(), graded.confidence)));
            }
        }
        seen.extend(best.map(|(_, line)| line));
    }
    seen
}

fn shown_lines(verdicts: Vec<Verdict<'_>>, base: usize) -> Vec<String> {
    verdicts
        .into_iter()
        .filter_map(|verdict| match verdict {
            Verdict::Found(m) if m.scope.is_some() => None,
            Verdict::Found(m) => Some(format!("{} {} {:?}", base + m.span.start, m.rule.id(), m.confidence)),
            Verdict::Rejected { .. } => None,
        })
        .collect()
}

#[test]
fn a_key_that_another_part_names_is_found_in_each() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let key = Mint::new(7).mint(Kind::ApiKey);
    let text = format!("# Datadog\nDD_API_KEY={key}\n\nseen today: {key} (12 times)\n");
    let text = text.as_bytes();
    for cut in 0..text.len() {
        let mut places = Vec::new();
        for core in [0..cut, cut..text.len()] {
            detector.detect_in(text, core, Known::of(text), &mut |verdict| {
                if let Verdict::Found(found) = verdict {
                    places.push(found.span.start);
                }
            });
        }
        assert_eq!(places, [21, 67], "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn agrees_with_a_naive_twin(text in awkward_text()) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        prop_assert_eq!(shown_lines(detector.detect(&text), 0), naive_search(&detector, &text));
    }

    #[test]
    fn cores_add_up_to_the_whole(text in awkward_text(), cut in any::<prop::sample::Index>()) {
        let rules = RuleSet::builtin();
        let detector = Detector::new(&rules);
        let cut = cut.index(text.len() + 1);
        let mut parts = Vec::new();
        for core in [0..cut, cut..text.len()] {
            detector.detect_in(&text, core, Known::of(&text), &mut |verdict| parts.push(verdict));
        }
        // What is rejected may be looked at or not, by what stands far away from it.
        let all = |verdicts: Vec<Verdict<'_>>| {
            let found = verdicts.into_iter().filter_map(|verdict| match verdict {
                Verdict::Found(found) => Some((found.span.start, found.rule.id().to_owned(), found.scope)),
                Verdict::Rejected { .. } => None,
            });
            found.collect::<std::collections::BTreeSet<_>>()
        };
        prop_assert_eq!(all(parts), all(detector.detect(&text)));
    }

    #[test]
    fn every_change_of_one_character_is_caught(
        seed in 0u64..1000, at in 6usize..65, by in 1u8..62, reading in prop::sample::select(&Reading::ALL[..]),
    ) {
        let covered = at > 28 || reading != Reading::Secret;
        prop_assume!(at != 28 && covered);
        let token = Mint::new(seed).with_reading(reading).mint(Kind::PersonalAccessToken);
        let alphabet = crate::token::Alphabet::base62();
        let old = alphabet.decode(&token.as_bytes()[at..=at]).expect("a digit");
        let new = alphabet.encode((old + u128::from(by)) % 62, 1);
        let mut changed = token.into_bytes();
        changed[at] = new[0];
        let verdicts = found_in(&changed);
        prop_assert!(verdicts.iter().all(|(_, _, confidence)| *confidence == Confidence::Suspect));
        prop_assert!(verdicts.len() == 1 || at < 28, "a changed alias may be no id, a changed secret stays a suspect");
    }
}
