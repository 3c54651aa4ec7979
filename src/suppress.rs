//! What a person decided to live with: the only filter that findings pass.
//!
//! Nothing is deleted. A place that is allowed keeps its reason; a finding is
//! suppressed when all its places are. Reports show it with `--explain`, and
//! the summary counts it.
//!
//! For each place the first of these that applies is its reason:
//!
//! ```text
//! inline          a mark beside it: # dogcatcher:allow REASON
//! allow           [[allow]] of the configuration that decides about the place
//! known           it stood there before the change that is looked at
//! baseline        an earlier report, of the command line or of the configuration
//! exclude         [scan] exclude of a repository that was met on the way
//! rule            [rules] leaves its rule out
//! min_confidence  it is less sure than what counts
//! ```
//!
//! A mark that does not keep to the terms of the configuration (`[policy]`), or
//! an entry that does not keep to those of its own file, is passed over, and
//! told of.
//!
//! Gaps are accepted by the same configurations (`[[accept]]`), or by kind on
//! the command line: they stay in the report, and do not make a scan incomplete
//! any more.

mod accept;
mod allow;
mod baseline;
mod entry_list;
mod layers;
mod mark;
mod policy;
mod rule_choice;
mod terms;
mod usage;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

pub use accept::{AcceptEntry, AcceptList};
pub use allow::{AllowEntry, AllowList};
pub use baseline::{Additions, Baseline, BaselineEntry, Settlement};
pub use entry_list::EntryList;
pub use mark::{MARK, NO_REASON, find_mark};
pub use policy::{LoadPolicy, Policies, Policy};
pub use rule_choice::RuleChoice;
pub use terms::AllowanceTerms;
pub use usage::Usage;

use crate::error::SkipReason;
use crate::finding::{Finding, KNOWN, Location, Suppression};
use crate::rule::Confidence;

/// Words after the reason of a known finding at a place that its baseline does
/// not know.
const NEW_PLACE: &str = "; here in a new place";

/// Everything that can suppress a finding, or accept a gap: the flags, and the
/// configurations that are found on the way.
#[derive(Debug, Default)]
pub struct FindingFilter {
    /// The configurations.
    pub policies: Policies,
    /// The findings of an earlier report, whatever a configuration says.
    pub baseline: Option<Baseline>,
    /// The least confidence that counts, whatever a configuration says.
    pub min_confidence: Option<Confidence>,
    /// True where marks in files allow nothing, whatever a configuration says.
    pub no_marks: bool,
    /// Kinds of gaps that are accepted everywhere.
    pub accepted_kinds: Vec<SkipReason>,
}

/// The standing of a place: who decides about it, and by which path.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Number of the configuration.
    pub policy: Option<usize>,
    /// Its path in the file system, or where it would be if it were checked
    /// out, and others that it may go by.
    pub paths: Vec<PathBuf>,
    /// True where the file itself was named.
    pub is_named: bool,
}

/// A configuration that was used, and what it did: people must be able to see
/// that, since it may hide something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigUse {
    /// Name of the file.
    pub file: Arc<str>,
    /// Number of places that it allowed.
    pub allowed: usize,
    /// Number of marks that do not keep to its terms.
    pub refused_marks: usize,
    /// Tables of it that were not heeded, since no PATH named its folder.
    pub unheeded: Vec<&'static str>,
    /// Fate of its allow entries.
    pub allow: Usage,
    /// Fate of its accept entries.
    pub accept: Usage,
}

/// Returns the reason for a finding whose places are all suppressed: a
/// baseline's where there is one, since a baseline that is made of this report
/// must go on holding it; that of the first place otherwise.
fn reason_of_all(locations: &[Location]) -> Option<Suppression> {
    let mut reasons = locations.iter().filter_map(|location| location.suppressed.as_ref());
    let first = reasons.clone().next();
    reasons.find(|suppressed| suppressed.by == "baseline").or(first).cloned()
}

/// The filter at work, and the entries that have been of use so far.
pub(crate) struct Decisions<'f> {
    /// The configurations and flags of the run.
    filter: &'f FindingFilter,
    /// Policies that decided about anything, each once.
    policies: Vec<Arc<Policy>>,
    /// Entries of each that were used, in the same order.
    uses: Vec<Used>,
    /// Day of the run, by which entries end.
    today: Date,
}

/// The entries of one configuration that have been of use.
#[derive(Debug, Default)]
struct Used {
    allowed: usize,
    refused_marks: usize,
    allow: Vec<bool>,
    accept: Vec<bool>,
}

impl FindingFilter {
    /// Begins to decide; `today` says which entries have expired. All
    /// configurations have to be found by now.
    pub(crate) fn begin_decisions(&self, today: Date) -> Decisions<'_> {
        let policies = self.policies.all();
        let used = |policy: &Arc<Policy>| Used {
            allowed: 0,
            refused_marks: 0,
            allow: vec![false; policy.allow.entries().len()],
            accept: vec![false; policy.accept.entries().len()],
        };
        let uses = policies.iter().map(used).collect();
        Decisions { filter: self, policies, uses, today }
    }
}

impl Decisions<'_> {
    /// Marks what of a finding is suppressed; `standings` are those of its
    /// places, in order.
    pub(crate) fn suppress_places(&mut self, finding: &mut Finding<'_>, standings: &[Standing]) {
        let mut locations = std::mem::take(&mut finding.locations);
        for (location, standing) in locations.iter_mut().zip(standings) {
            location.suppressed = self.reason_at(finding, location, standing);
            location.config = standing.policy;
        }
        finding.locations = locations;
        if finding.locations.iter().all(|location| location.suppressed.is_some()) {
            finding.suppressed = reason_of_all(&finding.locations);
        }
    }

    /// Returns the reason for which a gap is accepted; `None` where it makes
    /// the scan incomplete.
    pub(crate) fn accepted(&mut self, kind: SkipReason, standing: &Standing) -> Option<String> {
        let by_entry = standing.policy.and_then(|number| {
            let (policy, used) = (&self.policies[number], &mut self.uses[number].accept);
            policy.accept.reason_for(kind, &standing.paths, self.today, used)
        });
        let by_kind = || {
            let accepted = self.filter.accepted_kinds.contains(&kind);
            accepted.then(|| format!("--accept-incomplete {kind}"))
        };
        by_entry.or_else(by_kind)
    }

    /// Returns a record of each configuration.
    pub(crate) fn into_uses(self) -> Vec<ConfigUse> {
        let config = |(policy, used): (Arc<Policy>, Used)| ConfigUse {
            file: Arc::clone(&policy.file),
            allowed: used.allowed,
            refused_marks: used.refused_marks,
            unheeded: policy.unheeded.clone(),
            allow: policy.allow.usage_of_entries(&used.allow, self.today),
            accept: policy.accept.usage_of_entries(&used.accept, self.today),
        };
        self.policies.into_iter().zip(self.uses).map(config).collect()
    }

    /// Returns the reason for which a place does not count, and notes the
    /// entries that say so.
    fn reason_at(
        &mut self,
        finding: &Finding<'_>,
        location: &Location,
        standing: &Standing,
    ) -> Option<Suppression> {
        let by_entry = self.allowed_by(finding, standing);
        if let Some(reason) = location.mark.as_ref().filter(|reason| self.heeds_mark(reason, standing)) {
            return Some(Suppression::new("inline", reason));
        }
        if let Some(allowed) = by_entry {
            self.uses[standing.policy?].allowed += 1;
            return Some(allowed);
        }
        if let Some(where_it_stood) = &location.known {
            return Some(Suppression::new(KNOWN, where_it_stood));
        }
        let policy = standing.policy.map(|number| &*self.policies[number]);
        // Who types the name of a file sets the terms.
        let typed = self.filter.baseline.as_ref().map(|it| (it, AllowanceTerms::default()));
        let named = policy.and_then(|it| Some((it.baseline.as_ref()?, it.terms.clone())));
        let mut baselines = typed.into_iter().chain(named);
        let known =
            baselines.find_map(|(known, terms)| known_by(known, &terms, finding, location, self.today));
        if known.is_some() {
            return known;
        }
        if let Some(policy) = policy.filter(|policy| is_excluded(policy, location, standing)) {
            return Some(Suppression::new("exclude", format!("{} excludes the path", policy.file)));
        }
        if let Some(policy) = policy.filter(|policy| !policy.rules.counts(finding.rule.id())) {
            return Some(Suppression::new("rule", format!("[rules] of {} leaves it out", policy.file)));
        }
        let least = self.filter.min_confidence.or(policy.and_then(|it| it.min_confidence))?;
        let why = || Suppression::new("min_confidence", format!("less sure than `{}`", least.as_str()));
        (finding.confidence < least).then(why)
    }

    /// Returns whether a mark counts, and notes where it does not keep to the
    /// terms.
    fn heeds_mark(&mut self, reason: &str, standing: &Standing) -> bool {
        let Some(number) = standing.policy else { return !self.filter.no_marks };
        let is_refused = self.policies[number].terms.refusal_of_mark(reason).is_some();
        self.uses[number].refused_marks += usize::from(is_refused);
        !is_refused && !self.filter.no_marks
    }

    /// Returns what the first entry says that applies. Every one that does
    /// counts as used, also where another one came first: otherwise it would be
    /// named as dead, and removing the first would bring the finding back.
    fn allowed_by(&mut self, finding: &Finding<'_>, standing: &Standing) -> Option<Suppression> {
        let number = standing.policy?;
        let allow = &self.policies[number].allow;
        let used = &mut self.uses[number].allow;
        let mut by_entry = None;
        for (index, entry) in allow.entries().iter().enumerate() {
            let counts = !entry.has_expired(self.today) && allow.refusal(index, self.today).is_none();
            if counts && allow.applies_to(index, finding, &standing.paths) {
                used[index] = true;
                by_entry = by_entry.or(Some(entry));
            }
        }
        let entry = by_entry?;
        let (who, until) = (entry.by.clone(), entry.until);
        Some(Suppression { who, until, ..Suppression::new("allow", &*entry.reason) })
    }
}

/// Returns what a baseline says of a finding; of a place where its entry does
/// not know it to stand, that it is a new one.
fn known_by(
    baseline: &Baseline,
    terms: &AllowanceTerms,
    finding: &Finding<'_>,
    location: &Location,
    today: Date,
) -> Option<Suppression> {
    let entry = baseline.entry(&finding.fingerprint).filter(|entry| entry.counts(terms, today))?;
    let mut reason = match entry.reason() {
        Some(reason) => format!("{}: {reason}", baseline.name()),
        None => baseline.name().to_owned(),
    };
    if entry.is_new_place(location) {
        reason += NEW_PLACE;
    }
    let (who, until) = (entry.by().map(str::to_owned), entry.until());
    Some(Suppression { who, until, ..Suppression::new("baseline", reason) })
}

/// Returns whether a file is left out by the configuration of a repository that
/// was met on the way. Histories are searched whole: what was excluded today
/// may hold what was not excluded then.
fn is_excluded(policy: &Policy, location: &Location, standing: &Standing) -> bool {
    let is_walked = !location.origin.is_history() && !standing.is_named;
    is_walked && standing.paths.iter().any(|path| policy.exclude.exclude_file(path))
}
