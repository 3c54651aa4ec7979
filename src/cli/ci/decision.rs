//! The decision on what is to be scanned, and why.
//!
//! A decision is data: the platform's file makes it of events or variables,
//! `gate` carries it out, and tests compare it.

use dogcatcher::error::Error;
use dogcatcher::report::foreign;
use serde::Serialize;

use crate::cli::args::ColorWhen;
use crate::cli::output::print;

/// Decision on what is scanned, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    /// The event's name.
    pub(super) event: String,
    /// Commits or files that are scanned.
    pub(super) scan: Scan,
    /// Note for a person.
    pub(super) notice: Option<String>,
    /// True where the platform lets the job upload SARIF.
    pub(super) upload: bool,
    /// True where somebody asks for a change to be merged: its own
    /// configuration must not decide about it.
    pub(super) is_request: bool,
    /// The commit whose configuration can be trusted.
    pub(super) base: Option<String>,
    /// The branch that a change is to be merged into: what it holds today is
    /// not new.
    pub(super) target: Option<String>,
    /// The name of the branch or tag that the commits came on, where that is
    /// new with them: others read it, too.
    pub(super) new_ref: Option<String>,
}

/// Commits or files that decide on the exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scan {
    /// What leads to `to`, less what leads to any of `not`: ids of commits, or
    /// names of refs.
    Range {
        /// The newest commit.
        to: String,
        /// Commits that are left out.
        not: Vec<String>,
        /// Commits that are left out instead where one of `not` cannot be had
        /// any more.
        otherwise: Vec<String>,
    },
    /// All files, and the whole history.
    Full,
    /// Nothing: something was deleted.
    Nothing,
    /// Nothing, since that would be a risk.
    Refused,
}

impl Scan {
    /// Returns the word in the JSON that `--decide` prints.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Range { .. } => "range",
            Self::Full => "full",
            Self::Nothing => "nothing",
            Self::Refused => "refused",
        }
    }
}

impl Decision {
    /// Makes a decision of which nothing else is known; reports may be
    /// uploaded.
    pub(super) fn new(event: &str, scan: Scan) -> Self {
        Self {
            event: event.to_owned(),
            scan,
            notice: None,
            upload: true,
            is_request: false,
            base: None,
            target: None,
            new_ref: None,
        }
    }

    pub(super) fn with_notice(self, notice: &str) -> Self {
        Self { notice: Some(notice.to_owned()), ..self }
    }

    /// Prints it as JSON.
    pub(super) fn print_json(&self) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Printed<'a> {
            /// The event's name.
            event: &'a str,
            /// [`Scan::as_str`].
            scan: &'static str,
            /// The newest commit of a range.
            to: Option<String>,
            not: Vec<String>,
            /// Note for a person.
            notice: Option<&'a str>,
            /// True where SARIF may be uploaded.
            upload: bool,
        }
        let (to, not) = match &self.scan {
            Scan::Range { to, not, .. } => {
                (Some(shown_end(to)), not.iter().map(|end| shown_end(end)).collect())
            }
            _ => (None, Vec::new()),
        };
        let (event, notice) = (self.event.as_str(), self.notice.as_deref());
        let printed = Printed { event, scan: self.scan.as_str(), to, not, notice, upload: self.upload };
        print(ColorWhen::Never, |out, _| {
            serde_json::to_writer(&mut *out, &printed)?;
            out.write_all(b"\n")
        })
    }
}

/// Returns the end of a range as it is shown: a commit's id in full, though a
/// key has its shape, and any other name hidden where it has the look of a
/// credential.
fn shown_end(end: &str) -> String {
    commit_id(end).map_or_else(|| foreign(end), str::to_owned)
}

/// The id of a commit, in full: nothing else that comes from an event is given
/// to git.
pub(super) fn commit_id(id: &str) -> Option<&str> {
    let digits = id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (digits && matches!(id.len(), 40 | 64)).then_some(id)
}
