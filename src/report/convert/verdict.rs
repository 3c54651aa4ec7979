//! Outcomes of claims.

use super::place::ReadPlace;
use super::sum::FalseAlarm;
use crate::detect::{Grounds, Match, Reason};
use crate::rule::Confidence;
use crate::token::Site;

/// Outcome of a claim.
#[derive(Debug)]
pub(super) enum Verdict<'r> {
    /// It is real: the surest grade of what it is about, and the credentials
    /// that no claim before it brought.
    Found(Confidence, Vec<Credential<'r>>),
    /// It has the shape of one, and is none.
    Rejected { rule_id: String, reason: Reason, grounds: Option<Grounds> },
    /// It has not even the shape.
    NoCredential(FalseAlarm),
    /// The report does not hold enough, and why.
    Unknown(&'static str),
    /// Nothing says that it is Datadog's.
    Others,
}

/// A credential, the site that is named near it, and its place in a file that
/// was read.
#[derive(Debug)]
pub(super) struct Credential<'r> {
    pub(super) found: Match<'r>,
    pub(super) site: Option<Site>,
    pub(super) place: Option<ReadPlace>,
}
