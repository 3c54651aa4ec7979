//! `dogcatcher ci`: what a run of CI is about, and what it wants written.

mod clone;
mod event;
mod gate;
mod git;
mod github;
mod gitlab;

use dogcatcher::error::Error;
use dogcatcher::report::foreign;
use serde::Serialize;

use super::args::{CiArgs, CiCommand, ColorWhen};
use super::environment::variable;
use super::exit::Exit;
use super::hook::is_nothing;
use super::output::print;

pub(super) fn run(args: CiArgs) -> Result<Exit, Error> {
    match args.command {
        CiCommand::Github(args) => github::run(args),
        CiCommand::Gitlab(args) => gitlab::run(args),
    }
}

/// What is to be scanned, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Decision {
    /// The event's name.
    event: String,
    scan: Scan,
    /// What a person should know about it.
    notice: Option<String>,
    /// Whether the platform lets the job upload SARIF.
    upload: bool,
    /// The commit whose configuration can be trusted.
    base: Option<String>,
    /// The branch that a change is to be merged into: what it holds today is not new.
    target: Option<String>,
    /// The name of the branch or tag that the commits came on, where that is new with them: others read it, too.
    new_ref: Option<String>,
}

/// What decides on the exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scan {
    /// What leads to `to`, less what leads to any of `not`: ids of commits, or names of refs.
    Range {
        to: String,
        not: Vec<String>,
        /// What is left out instead where one of `not` cannot be had any more.
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
    fn as_str(&self) -> &'static str {
        match self {
            Self::Range { .. } => "range",
            Self::Full => "full",
            Self::Nothing => "nothing",
            Self::Refused => "refused",
        }
    }
}

impl Decision {
    fn new(event: &str, scan: Scan) -> Self {
        Self {
            event: event.to_owned(),
            scan,
            notice: None,
            upload: true,
            base: None,
            target: None,
            new_ref: None,
        }
    }

    fn noticed(self, notice: &str) -> Self {
        Self { notice: Some(notice.to_owned()), ..self }
    }

    /// Prints it as JSON.
    fn print(&self) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Printed<'a> {
            event: &'a str,
            scan: &'static str,
            to: Option<String>,
            not: Vec<String>,
            notice: Option<&'a str>,
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

/// Returns the end of a range as it is shown: a commit's id in full, though a key has its shape, and any other name hidden
/// where it has the look of a credential.
fn shown_end(end: &str) -> String {
    commit_id(end).map_or_else(|| foreign(end), str::to_owned)
}

/// The id of a commit, in full: nothing else that comes from an event is given to git.
fn commit_id(id: &str) -> Option<&str> {
    let digits = id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (digits && matches!(id.len(), 40 | 64)).then_some(id)
}

/// The ref of a branch at the remote, if the name can be one.
fn remote_branch(name: &str) -> Option<String> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    let fits = !name.is_empty() && !name.starts_with('-') && !name.contains("..") && !name.contains(odd);
    fits.then(|| format!("{}{name}", clone::REMOTE_REFS))
}
