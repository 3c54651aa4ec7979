//! Advice for who is stopped: it has to help in that very situation.
//!
//! Taking a secret out of a file helps before a commit; after a push only
//! revoking it does, and in between commits have to be rewritten. So there is a
//! text for each situation ([`Stops`]), and each says where an exception would
//! have to stand to count.

use super::args::FindingArgs;

/// The thing that an exit status other than 0 stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stops {
    /// A commit that is not made yet.
    Commit,
    /// A commit whose message was just written.
    Message,
    /// Commits on their way from this machine.
    Push,
    /// Commits that have come to this server.
    Reception,
    /// A change that asks to be merged: a pull request, a merge request, a
    /// queue.
    Change,
    /// Commits that were pushed to a branch before CI looked at them.
    Pushed,
    /// A look at all that there is.
    Audit,
    /// Nothing: somebody asks about commits that exist.
    Check,
}

/// The place where an entry counts that allows a finding; none where no
/// configuration is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AllowedIn(Option<String>);

impl AllowedIn {
    /// Returns the configuration that the flags choose, or else `nearest`.
    pub(super) fn from_args(args: &FindingArgs, nearest: &str) -> Self {
        Self(match (&args.config, &args.config_from) {
            _ if args.no_config => None,
            (Some(file), _) => Some(file.display().to_string()),
            (None, Some(commit)) => Some(Self::config_of_commit(commit)),
            (None, None) => Some(format!("dogcatcher.toml, in {nearest}")),
        })
    }

    /// Returns the configuration of a commit or branch, whatever is checked
    /// out.
    pub(super) fn of_base(base: &str) -> Self {
        Self(Some(Self::config_of_commit(base)))
    }

    /// Names the configuration of a commit.
    fn config_of_commit(commit: &str) -> String {
        format!("dogcatcher.toml of {commit}, which decides here")
    }

    /// Returns the sentence that opens the entries.
    pub(super) fn opening_sentence(&self) -> String {
        match &self.0 {
            Some(file) => format!("Write into {file}:"),
            None => "No configuration is read (`--no-config`). Without that flag an entry like this counts:"
                .to_owned(),
        }
    }
}

/// Returns the steps from here, in lines that fit any terminal; `entries` would
/// allow what was found.
pub(super) fn next_steps(stops: Stops, allowed_in: &AllowedIn, entries: &str) -> String {
    let steps = match stops {
        Stops::Commit => return COMMIT.to_owned(),
        Stops::Message => return MESSAGE.to_owned(),
        Stops::Push => PUSH,
        Stops::Reception => RECEPTION,
        Stops::Change => CHANGE,
        Stops::Pushed => PUSHED,
        Stops::Audit => AUDIT,
        Stops::Check => CHECK,
    };
    let mark = match stops {
        Stops::Audit => "A mark (`dogcatcher:allow REASON`) covers the version of\n    a file that holds it.",
        _ => "A mark in a later commit lifts nothing.",
    };
    let skip = if stops == Stops::Push { "\n(`git push --no-verify` skips all hooks.)" } else { "" };
    let sentence = allowed_in.opening_sentence();
    let entries: String = entries
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("      {line}\n") })
        .collect();
    format!("{steps}\n  - May it stay? {mark}\n    {sentence}\n{entries}{skip}")
}

/// Nothing has left the machine: taking it out is enough, if nobody has seen
/// it.
const COMMIT: &str = "\
dogcatcher stopped this commit; nothing has left this machine.
  - Take the credential out, `git add` the file, and commit again.
  - Has anybody else seen it, or was it committed before? Then revoke it, too.
  - May it stay? Write `dogcatcher:allow REASON` into a comment on its line.
(`git commit --no-verify` skips all hooks.)";

/// The same for a message, which git keeps for the next attempt.
const MESSAGE: &str = "\
dogcatcher stopped this commit for its message; nothing has left this machine.
  - Take the credential out of the message. What you wrote is kept:
    `git commit --edit --file \"$(git rev-parse --git-path COMMIT_EDITMSG)\"`
(`git commit --no-verify` skips all hooks.)";

/// The commits exist, here alone: they are rewritten before they leave.
const PUSH: &str = "\
dogcatcher stopped this push: the credential would leave this machine in these
commits, even if a later one removes it.
  - Rewrite them: `git commit --amend`, or `git rebase --interactive`.
  - Has anybody else seen it? Then revoke it, too.";

/// It has come to a server: revoke first.
const RECEPTION: &str = "\
dogcatcher refused this push: a credential is in these commits, even if a later
one removes it.
  - Revoke it: it has left the machine that it was on.
  - Rewrite the commits (`git commit --amend`, `git rebase --interactive`), and
    push again.";

/// It is on a branch that others can read, and not merged yet.
const CHANGE: &str = "\
dogcatcher found a credential in the commits of this change, even if a later one
removes it.
  - Revoke it: whoever can read the branch may have it.
  - Rewrite the commits (`git commit --amend`, `git rebase --interactive`), and
    push with `--force-with-lease`.";

/// It is on a branch that others build on: rewriting may cost more than it
/// brings once the credential is dead.
const PUSHED: &str = "\
dogcatcher found a credential in the commits of this push, even if a later one
removes it.
  - Revoke it: whoever can read the branch may have it.
  - Rewrite the commits if nobody builds on them yet; once it is dead, it may
    also stay.";

/// It was found by looking at everything, and may be old.
const AUDIT: &str = "\
dogcatcher found a credential in this repository.
  - Revoke it: taking it out of a file leaves it in the history.
  - Then take it out of the files that hold it.";

/// Somebody asks about commits that exist; nobody knows whether they were
/// pushed.
const CHECK: &str = "\
dogcatcher found a credential in these commits, even if a later one removes it.
  - Were they pushed? Then revoke it.
  - Rewrite them: `git commit --amend`, or `git rebase --interactive`.";
