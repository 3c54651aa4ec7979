//! One distinct secret, and the places where it stands.
//!
//! A finding grows in three steps: `detect` makes a match, `scan` adds where it
//! stands and merges those of one secret, and what comes after only fills in
//! fields that were empty (`suppressed`, `liveness`). Nothing is removed from
//! it, so a report can always say what was left out and why.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use uuid::Uuid;

use super::fingerprint::fingerprint_secret;
use super::liveness::{Liveness, State};
use crate::detect::{Excerpt, Grounds, Match, Proof, Scope};
use crate::location::{CommitInfo, Origin, Position};
use crate::rule::{Confidence, Rule, Severity};
use crate::secret::Secret;
use crate::token::Site;

/// Places of one secret that are kept at most, and as many again of which each
/// begins another text: somebody can write it a million times into one file, or
/// have a few trees stand for as many folders. The others are counted.
pub const MAX_PLACES: usize = 100_000;

/// Refs of a finding that are named at most; the others are counted.
pub const MAX_TIPS: usize = 16;

/// One distinct secret.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Finding<'r> {
    /// The rule that found it.
    pub rule: &'r Rule,
    /// Confidence that it is one: the surest of its places.
    pub confidence: Confidence,
    /// The answer of the checksum.
    pub proof: Proof,
    /// The token's public id.
    pub token_id: Option<Uuid>,
    /// The credential as it may be shown, public parts and all:
    /// `ddpat_1dm1op4lL89nV8pt94Tdk8_…`.
    pub redacted: String,
    /// The same for the same secret and rule, wherever it stands; see
    /// [`fingerprint_secret`](super::fingerprint_secret).
    pub fingerprint: String,
    /// The credential; empty where a saved report does not hold it. It reaches
    /// a report only with `--show-secrets`, and Datadog only in a probe.
    pub secret: Secret,
    /// The last four characters of a key, by which it can be looked up; none of
    /// other credentials.
    pub last4: Option<String>,
    /// Places where it stands, in order; never empty, and not more than twice
    /// [`MAX_PLACES`].
    pub locations: Vec<Location>,
    /// Number of places beyond those.
    pub more_places: u64,
    /// Time at which the first commit that holds it was written, in seconds
    /// since 1970.
    pub first_seen: Option<i64>,
    /// True where what HEAD names holds it.
    pub in_head: Option<bool>,
    /// Refs that hold it today, not more than [`MAX_TIPS`]; behind
    /// `REPOSITORY:` where that is not the one here.
    pub tips: Vec<String>,
    /// Number of refs beyond those.
    pub more_tips: u64,
    /// The site that the text around its first place names.
    pub site: Option<Site>,
    /// The part of the text that says that it is Datadog's; only for keys that
    /// have no checksum.
    pub scope: Option<Scope>,
    /// Facts of its first place; only for keys that have no checksum.
    pub grounds: Option<Grounds>,
    /// The fingerprint of the API key that an application key is used with, and
    /// the other way round.
    pub paired_with: Option<String>,
    /// Datadog's answer, where it was asked.
    pub liveness: Option<Liveness>,
    /// Set when every location is suppressed.
    pub suppressed: Option<Suppression>,
}

/// One place where a secret stands: in the text that [`Self::origin`] names, or
/// in a layer of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Location {
    /// The text.
    pub origin: Origin,
    /// The top of the repository that it stands in, as it is shown.
    pub repository: Option<Arc<Path>>,
    /// The offset of its first byte.
    pub byte_offset: u64,
    /// Length in bytes that it takes there.
    pub byte_len: u64,
    /// Place at which it begins.
    pub start: Position,
    /// Place after its last character.
    pub end: Position,
    /// The line around it, masked; only where a report wants it.
    pub excerpt: Option<Excerpt>,
    /// Encodings around it there: the outermost first.
    pub layers: Vec<&'static str>,
    /// The hash of the line as code scanning computes it; only where a report
    /// wants it and the text was held whole.
    pub line_hash: Option<String>,
    /// The reason beside a mark in the text that allows it.
    pub mark: Option<String>,
    /// Place where it stood before, if the change that is looked at does not
    /// bring it.
    pub known: Option<String>,
    /// The commit that brought it, or whose message it is.
    pub commit: Option<Arc<CommitInfo>>,
    /// True where a ref leads to it.
    pub reachable: Option<bool>,
    /// The ref, or else the entry of a reflog, that does.
    pub reached_by: Option<String>,
    /// Number of the configuration that decides about it, in the order in
    /// which they were met.
    pub config: Option<usize>,
    /// Reason why this place does not count.
    pub suppressed: Option<Suppression>,
}

impl Location {
    /// Makes a place of which nothing else is known.
    pub fn new(origin: Origin, bytes: Range<u64>, start: Position, end: Position) -> Self {
        let (excerpt, layers, line_hash, mark, suppressed) = Default::default();
        let (repository, known, commit, reachable, reached_by, config) = Default::default();
        Self {
            origin,
            repository,
            byte_offset: bytes.start,
            byte_len: bytes.end - bytes.start,
            start,
            end,
            excerpt,
            layers,
            line_hash,
            mark,
            known,
            commit,
            reachable,
            reached_by,
            config,
            suppressed,
        }
    }
}

/// The word for a place whose secret stood there before the change that is
/// looked at.
pub(crate) const KNOWN: &str = "known";

/// Means that can suppress a place or a finding.
pub const SUPPRESSORS: [&str; 7] =
    ["inline", "allow", KNOWN, "baseline", "exclude", "rule", "min_confidence"];

/// Reason why a place or a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suppression {
    /// The means: one of [`SUPPRESSORS`].
    pub by: &'static str,
    /// The reason that was given.
    pub reason: String,
    /// The name of who decided it, where it is known.
    pub who: Option<String>,
    /// The last day on which it holds, where there is one.
    pub until: Option<Date>,
}

impl Suppression {
    /// Makes a reason of which nobody is named, and which has no end.
    pub fn new(by: &'static str, reason: impl Into<String>) -> Self {
        Self { by, reason: reason.into(), who: None, until: None }
    }
}

impl<'r> Finding<'r> {
    /// Makes the finding of one match in one place.
    pub fn new(found: Match<'r>, location: Location) -> Self {
        let location = Location { layers: found.layers, ..location };
        let is_key = found.rule.credential().is_some_and(crate::token::Kind::is_listed_key);
        let last4 = found.secret.last4().filter(|_| is_key).map(str::to_owned);
        Self {
            rule: found.rule,
            confidence: found.confidence,
            proof: found.proof,
            token_id: found.token_id,
            redacted: found.redacted,
            fingerprint: fingerprint_secret(found.rule.id(), &found.secret),
            secret: found.secret,
            last4,
            locations: vec![location],
            more_places: 0,
            first_seen: None,
            in_head: None,
            tips: Vec::new(),
            more_tips: 0,
            site: found.site,
            scope: found.scope,
            grounds: found.grounds,
            paired_with: None,
            liveness: None,
            suppressed: None,
        }
    }

    /// Adds the places of another finding of the same secret, as many as are
    /// kept. The surest place decides on the confidence.
    ///
    /// Both must have the same fingerprint.
    pub(crate) fn absorb_places(&mut self, other: Self) {
        other.locations.into_iter().for_each(|place| self.add_place(place));
        self.more_places += other.more_places;
        self.site = self.site.or(other.site);
        self.grounds = self.grounds.or(other.grounds);
        self.scope = self.scope.min(other.scope).or(self.scope).or(other.scope);
        if other.confidence > self.confidence {
            self.confidence = other.confidence;
            self.proof = other.proof;
        }
    }

    /// Adds a place, or counts it where there are too many.
    ///
    /// Beyond [`MAX_PLACES`], as many again are kept of which each begins
    /// another text: what fills one text must not hide the others, which
    /// somebody else may have to judge.
    fn add_place(&mut self, place: Location) {
        let begins_text = self.locations.last().is_none_or(|last| last.origin != place.origin);
        let most = if begins_text { 2 * MAX_PLACES } else { MAX_PLACES };
        if self.locations.len() < most {
            self.locations.push(place);
        } else {
            self.more_places += 1;
        }
    }

    /// Lets go of places beyond those that are kept, and counts them.
    pub(crate) fn limit_places(&mut self) {
        if self.locations.len() > MAX_PLACES {
            std::mem::take(&mut self.locations).into_iter().for_each(|place| self.add_place(place));
        }
    }

    /// Returns the harm that it can do: more where it is live, less where it is
    /// proven dead or must have expired.
    ///
    /// | | rule says `high` |
    /// |---|---|
    /// | live | `critical` |
    /// | nobody asked, or nobody knows | `high` |
    /// | older than its kind can live | `medium` |
    /// | proven dead | `low` |
    ///
    /// `info` stays `info`: what is public by design is no worse for being in
    /// use.
    pub fn severity(&self) -> Severity {
        match (self.rule.severity(), self.liveness.as_ref().map(|verdict| verdict.state)) {
            (severity @ Severity::Info, _) => severity,
            (_, Some(State::Live)) => Severity::Critical,
            (_, Some(State::Dead)) => Severity::Low,
            (severity, _) if self.must_have_expired() => severity.one_lower(),
            (severity, _) => severity,
        }
    }

    /// Returns whether Datadog said that it works.
    pub fn is_live(&self) -> bool {
        self.liveness.as_ref().is_some_and(|verdict| verdict.state == State::Live)
    }

    /// Returns whether it is proven dead: revoked, or gone.
    pub fn is_dead(&self) -> bool {
        self.liveness.as_ref().is_some_and(|it| it.state == State::Dead)
    }

    /// Returns whether it does not count because the change that is looked at
    /// does not bring it.
    pub fn is_known(&self) -> bool {
        self.suppressed.as_ref().is_some_and(|reason| reason.by == KNOWN)
    }

    /// Returns whether it counts in a file or on standard input, and not only
    /// in the history of git.
    pub fn in_files(&self) -> bool {
        self.active_locations().any(|location| !location.origin.is_history())
    }

    /// Returns the locations that count; all of them where the finding is
    /// suppressed as a whole.
    pub fn active_locations(&self) -> impl Iterator<Item = &Location> {
        let all = self.suppressed.is_some();
        self.locations.iter().filter(move |location| all || location.suppressed.is_none())
    }
}
