//! The judgement on a claim, by the texts that are at hand.

use std::ops::Range;
use std::path::Path;

use memchr::memmem;
use zeroize::Zeroizing;

use super::heard::{Heard, HeardText};
use super::sum::FalseAlarm;
use super::verdict::{Credential, Verdict};
use crate::detect::{self, Detector, Known, Match, Proof, Reason, Topic};
use crate::location::WideText;
use crate::report::claim::{Claim, ClaimedFiles, Held, begins_with_mask, ends_with_mask, is_masked};
use crate::rule::Rule;
use crate::token::Site;

/// The versions of a file that a claim names.
#[derive(Debug, Default)]
struct ReadFile<'r> {
    path: Option<String>,
    commit: Option<String>,
    versions: Vec<HeardText<'r>>,
}

/// A judge of claims.
#[derive(Debug)]
pub(super) struct Judge<'d, 'r> {
    detector: &'d Detector<'r>,
    files: Option<&'d dyn ClaimedFiles>,
    /// The file that was read last: claims of one stand together.
    last: ReadFile<'r>,
}

impl<'d, 'r> Judge<'d, 'r> {
    pub(super) fn new(detector: &'d Detector<'r>, files: Option<&'d dyn ClaimedFiles>) -> Self {
        Self { detector, files, last: ReadFile::default() }
    }

    pub(super) fn judge(&mut self, claim: &Claim) -> Verdict<'r> {
        if let Some(verdict) = self.judge_by_file(claim) {
            return verdict;
        }
        match &claim.held {
            Held::Whole(secret) => self.judge_by_report(claim, secret.expose()),
            Held::Masked { rest, .. } => self.judge_masked(claim, rest.expose()),
            Held::Sha1(_) => Verdict::Unknown("the report holds a hash of it only"),
            Held::Nothing => Verdict::Unknown("the report does not hold it"),
        }
    }

    /// Judges by the file that the claim names, if it is there and holds what
    /// is claimed.
    fn judge_by_file(&mut self, claim: &Claim) -> Option<Verdict<'r>> {
        let files = self.files?;
        let path = claim.place.path.as_deref()?;
        if self.last.path.as_deref() != Some(path) || self.last.commit != claim.place.commit {
            let topic = Topic::of_path(self.detector.lexicon(), Path::new(path));
            let texts = files.read_versions(path, claim.place.commit.as_deref()).into_iter();
            let texts = texts.map(Zeroizing::new);
            let versions = texts.map(|text| {
                let heard = self.hear_all(&text, topic);
                HeardText::new(text, heard)
            });
            let versions = versions.collect();
            self.last =
                ReadFile { path: Some(path.to_owned()), commit: claim.place.commit.clone(), versions };
        }
        self.last.versions.iter_mut().find_map(|version| version.judge(claim))
    }

    /// Judges by what is left of a text that is masked, or only looks so:
    /// `curl ... -H 'DD: TOKEN'` holds all that there is.
    fn judge_masked(&self, claim: &Claim, rest: &[u8]) -> Verdict<'r> {
        let path = claim.place.path.as_deref().unwrap_or_default();
        let topic = Topic::of_path(self.detector.lexicon(), Path::new(path));
        let whole = claim.texts.iter().map(crate::secret::Secret::expose).filter(|text| !is_masked(text));
        let mut verdicts = [rest].into_iter().chain(whole).filter_map(|text| {
            let mut heard = self.hear_all(text, topic);
            heard.retain(|(heard, span)| match heard {
                // What a mask begins or ends is no whole key.
                Heard::Found(found) => {
                    matches!(found.proof, Proof::Holds(_))
                        || !begins_with_mask(&text[span.end..]) && !ends_with_mask(&text[..span.start])
                }
                Heard::Rejected(..) => false,
            });
            found_in(text, heard)
        });
        verdicts.next().unwrap_or(Verdict::Unknown("the report masks it"))
    }

    /// Judges by what the report itself holds.
    fn judge_by_report(&self, claim: &Claim, secret: &[u8]) -> Verdict<'r> {
        let path = claim.place.path.as_deref().unwrap_or_default();
        let topic = Topic::of_path(self.detector.lexicon(), Path::new(path));
        let texts = || claim.texts.iter().map(crate::secret::Secret::expose).chain([secret]);
        for text in texts() {
            let mut heard = self.hear_all(text, topic);
            heard.retain(|(_, span)| overlaps_any(text, secret, span));
            let rejected = heard.iter().find(|(heard, _)| heard.confidence().is_none()).cloned();
            if let Some(verdict) = found_in(text, heard) {
                return verdict;
            }
            if let Some((Heard::Rejected(rule, reason, grounds), _)) = rejected
                && is_final(reason)
            {
                return Verdict::Rejected { rule_id: rule.id().to_owned(), reason, grounds };
            }
        }
        // As if all that the report leaves out spoke of Datadog: what is no key even then is none.
        for text in texts() {
            if let Some((Heard::Rejected(rule, reason, grounds), _)) =
                self.hear(text, Topic::Datadog, &|span| overlaps_any(text, secret, span))
                && is_final(reason)
                && claim.names_datadog
            {
                return Verdict::Rejected { rule_id: rule.id().to_owned(), reason, grounds };
            }
        }
        self.judge_alone(claim, secret)
    }

    /// Judges a text that nothing around it tells more of.
    fn judge_alone(&self, claim: &Claim, secret: &[u8]) -> Verdict<'r> {
        let begins = |rule: &&Rule| rule.anchors().iter().any(|anchor| secret.starts_with(anchor.as_bytes()));
        if self.detector.rules().rules().iter().any(|rule| begins(&rule)) {
            return Verdict::NoCredential(FalseAlarm::Broken);
        }
        if !self.has_shape_of_key(secret) {
            return match claim.names_datadog {
                true => Verdict::NoCredential(FalseAlarm::NoShape),
                false => Verdict::Others,
            };
        }
        if claim.names_datadog
            && claim.was_accepted
            && let Some(found) = self.as_named_key(secret)
        {
            return Verdict::Found(found.confidence, vec![Credential { found, site: None, place: None }]);
        }
        match claim.names_datadog {
            true => Verdict::Unknown(
                "only the words around it tell a key from a hash, and the report has none of them",
            ),
            false => Verdict::Others,
        }
    }

    /// Returns whether a text has the shape of a key that only words tell.
    fn has_shape_of_key(&self, secret: &[u8]) -> bool {
        let fits = |rule: &Rule| {
            let captures = rule.unprefixed().and_then(|_| rule.pattern().match_start(secret));
            captures.is_some_and(|captures| captures.len() == secret.len())
        };
        self.detector.rules().rules().iter().any(fits)
    }

    /// The key that a text is, where Datadog accepted it as one when the other
    /// scanner asked.
    fn as_named_key(&self, secret: &[u8]) -> Option<Match<'r>> {
        let name: &[u8] = if secret.len() == 32 { b"DD_API_KEY=" } else { b"DD_APP_KEY=" };
        let text = Zeroizing::new([name, secret].concat());
        match self.hear(&text, Topic::Datadog, &|span| span.start == name.len())? {
            (Heard::Found(found), _) => Some(Match { scope: None, grounds: None, ..found }),
            _ => None,
        }
    }

    /// The verdict on what is claimed in a text, if there is one: the surest.
    fn hear(
        &self,
        text: &[u8],
        topic: Topic,
        is_claimed: &dyn Fn(&Range<usize>) -> bool,
    ) -> Option<(Heard<'r>, Range<usize>)> {
        surest(self.hear_all(text, topic), is_claimed)
    }

    /// All verdicts in a text.
    fn hear_all(&self, text: &[u8], topic: Topic) -> Vec<(Heard<'r>, Range<usize>)> {
        let mut heard = Vec::new();
        let known = Known { topic, wide: WideText::of(text) };
        self.detector.detect_in(text, 0..text.len(), known, &mut |verdict| {
            let span = verdict.span();
            heard.push(match verdict {
                detect::Verdict::Found(found) => (Heard::Found(found), span),
                detect::Verdict::Rejected { rule, reason, grounds, .. } => {
                    (Heard::Rejected(rule, reason, grounds), span)
                }
            });
        });
        heard
    }
}

/// The verdict by what was found in a text of a report, if anything was.
fn found_in<'r>(text: &[u8], heard: Vec<(Heard<'r>, Range<usize>)>) -> Option<Verdict<'r>> {
    let confidence = heard.iter().filter_map(|(heard, _)| heard.confidence()).max()?;
    let site = Site::nearest_in(text, 0);
    let found = heard.into_iter().filter_map(|(heard, _)| match heard {
        Heard::Found(found) => Some(Credential { found, site, place: None }),
        Heard::Rejected(..) => None,
    });
    Some(Verdict::Found(confidence, found.collect()))
}

/// The surest of the verdicts on what is claimed.
fn surest<'r>(
    heard: Vec<(Heard<'r>, Range<usize>)>,
    is_claimed: &dyn Fn(&Range<usize>) -> bool,
) -> Option<(Heard<'r>, Range<usize>)> {
    let claimed = heard.into_iter().filter(|(_, span)| is_claimed(span));
    claimed.reduce(|best, next| if next.0.confidence() > best.0.confidence() { next } else { best })
}

/// Returns whether a reason holds, whatever else stands around what a report
/// shows.
fn is_final(reason: Reason) -> bool {
    !matches!(reason, Reason::Unnamed | Reason::Unrelated | Reason::Context)
}

/// Returns whether a span overlaps some occurrence of the bytes.
fn overlaps_any(text: &[u8], bytes: &[u8], span: &Range<usize>) -> bool {
    let mut places = memmem::find_iter(text, bytes);
    !bytes.is_empty() && places.any(|at| at < span.end && span.start < at + bytes.len())
}
