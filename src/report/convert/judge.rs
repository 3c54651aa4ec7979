//! The judgement on a claim, by the texts that are at hand.

use std::ops::Range;
use std::path::Path;

use memchr::memmem;

use super::place::ReadPlace;
use super::sha1_hex::sha1_hex;
use super::sum::FalseAlarm;
use crate::detect::{self, Detector, Grounds, Known, Match, Reason, Topic};
use crate::location::{Cursor, Position, WideText};
use crate::report::claim::{Claim, ClaimedFiles, Held};
use crate::rule::{Confidence, Rule};
use crate::token::Site;

/// How far from a credential the name of its site may stand, in bytes.
const SITE_REACH: usize = 4096;

/// Outcome of a claim.
#[derive(Debug)]
pub(super) enum Verdict<'r> {
    /// A credential, the site that is named near it, and its place in a file
    /// that was read.
    Found(Match<'r>, Option<Site>, Option<ReadPlace>),
    /// It has the shape of one, and is none.
    Rejected { rule_id: String, reason: Reason, grounds: Option<Grounds> },
    /// It has not even the shape.
    NoCredential(FalseAlarm),
    /// The report does not hold enough, and why.
    Unknown(&'static str),
    /// Nothing says that it is Datadog's.
    Others,
}

/// A text, and all that the detector says of it.
type HeardText<'r> = (Vec<u8>, Vec<(Heard<'r>, Range<usize>)>);

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

/// Verdict of the detector in one text.
#[derive(Debug, Clone)]
enum Heard<'r> {
    Found(Match<'r>),
    Rejected(&'r Rule, Reason, Option<Grounds>),
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
            Held::Masked(_) => Verdict::Unknown("the report masks it"),
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
            let versions = texts.map(|text| (text.clone(), self.hear_all(&text, topic))).collect();
            self.last =
                ReadFile { path: Some(path.to_owned()), commit: claim.place.commit.clone(), versions };
        }
        self.last.versions.iter().find_map(|version| judge_in_file(claim, version))
    }

    /// Judges by what the report itself holds.
    fn judge_by_report(&self, claim: &Claim, secret: &[u8]) -> Verdict<'r> {
        let path = claim.place.path.as_deref().unwrap_or_default();
        let topic = Topic::of_path(self.detector.lexicon(), Path::new(path));
        let texts = || claim.texts.iter().map(crate::secret::Secret::expose).chain([secret]);
        for text in texts() {
            match self.hear(text, topic, &|span| overlaps_any(text, secret, span)) {
                Some((Heard::Found(found), _)) => {
                    return Verdict::Found(found, Site::nearest_in(text, 0), None);
                }
                Some((Heard::Rejected(rule, reason, grounds), _)) if is_final(reason) => {
                    return Verdict::Rejected { rule_id: rule.id().to_owned(), reason, grounds };
                }
                _ => {}
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
            return Verdict::Found(found, None, None);
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
        let text = [name, secret].concat();
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

/// Judges by a text that is whole.
fn judge_in_file<'r>(claim: &Claim, (text, heard): &HeardText<'r>) -> Option<Verdict<'r>> {
    let line = line_span(text, claim.place.line);
    let is_on_line = |span: &Range<usize>| line.as_ref().is_some_and(|line| line.contains(&span.start));
    let is_claimed = |span: &Range<usize>| match &claim.held {
        Held::Whole(secret) => overlaps_any(text, secret.expose(), span),
        Held::Sha1(hash) => is_on_line(span) && sha1_hex(&text[span.clone()]) == *hash,
        Held::Masked(_) | Held::Nothing => is_on_line(span),
    };
    Some(match surest(heard.clone(), &is_claimed)? {
        (Heard::Found(found), span) => {
            let near = span.start.saturating_sub(SITE_REACH)..text.len().min(span.end + SITE_REACH);
            let site = Site::nearest_in(&text[near.clone()], span.start - near.start);
            Verdict::Found(found, site, Some(place_in(text, &span)))
        }
        (Heard::Rejected(rule, reason, grounds), _) => {
            Verdict::Rejected { rule_id: rule.id().to_owned(), reason, grounds }
        }
    })
}

/// The surest of the verdicts on what is claimed.
fn surest<'r>(
    heard: Vec<(Heard<'r>, Range<usize>)>,
    is_claimed: &dyn Fn(&Range<usize>) -> bool,
) -> Option<(Heard<'r>, Range<usize>)> {
    let claimed = heard.into_iter().filter(|(_, span)| is_claimed(span));
    claimed.reduce(|best, next| if next.0.confidence() > best.0.confidence() { next } else { best })
}

impl Heard<'_> {
    /// The confidence of what was found.
    fn confidence(&self) -> Option<Confidence> {
        match self {
            Self::Found(found) => Some(found.confidence),
            Self::Rejected(..) => None,
        }
    }
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

/// The bytes of a line, counted from 1.
fn line_span(text: &[u8], number: u64) -> Option<Range<usize>> {
    let index = usize::try_from(number.checked_sub(1)?).ok()?;
    let mut start = 0;
    let lines = text.split_inclusive(|&byte| byte == b'\n').map(|line| {
        start += line.len();
        start - line.len()..start
    });
    lines.into_iter().nth(index)
}

/// The place of a span in a text that is whole.
fn place_in(text: &[u8], span: &Range<usize>) -> ReadPlace {
    let position = |end: usize| -> Position {
        let mut cursor = Cursor::default();
        cursor.advance(&text[..end]);
        cursor.position()
    };
    ReadPlace {
        bytes: span.start as u64..span.end as u64,
        start: position(span.start),
        end: position(span.end),
    }
}
