//! Advice for who is stopped: it has to help in that very situation.

use std::fmt::Write;

use dogcatcher::finding::Finding;
use dogcatcher::rule::Severity;

use super::input::Stops;

/// The most entries that are written out.
const MAX_ENTRIES: usize = 5;

/// The findings that an entry would allow, as their fingerprints.
pub(super) fn fingerprints(findings: &[Finding<'_>]) -> Vec<String> {
    let counts = |it: &&Finding<'_>| it.suppressed.is_none() && it.rule.severity() > Severity::Info;
    findings.iter().filter(counts).map(|finding| finding.fingerprint.clone()).collect()
}

/// The steps from here, in lines that fit any terminal.
pub(super) fn advice(stops: Stops, fingerprints: &[String]) -> String {
    let steps = match stops {
        Stops::Commit => return COMMIT.to_owned(),
        Stops::Push => PUSH,
        Stops::Reception => RECEPTION,
        Stops::Check => CHECK,
    };
    let (place, skip) = match stops {
        Stops::Reception => ("the repository's folder on the server", ""),
        Stops::Push => ("the root of the work tree", "\n(`git push --no-verify` skips all hooks.)"),
        _ => ("the root of the work tree", ""),
    };
    format!(
        "{steps}\n  - May it stay? A mark in a later commit lifts nothing. Write into\n    \
         dogcatcher.toml, in {place}:\n{}{skip}",
        entries(fingerprints)
    )
}

/// Entries that are ready but for their reasons.
fn entries(fingerprints: &[String]) -> String {
    let mut out = String::new();
    for fingerprint in fingerprints.iter().take(MAX_ENTRIES) {
        // Writing to a string cannot fail. A fingerprint may be shown, though it looks like a key.
        let _ = write!(
            out,
            "\n      [[allow]]\n      fingerprint = \"{fingerprint}\"\n      reason = \"REASON\"\n"
        );
    }
    if let Some(more) = fingerprints.len().checked_sub(MAX_ENTRIES).filter(|more| *more > 0) {
        let _ = write!(out, "\n      (and {more} more: `--report json` shows each fingerprint)\n");
    }
    out
}

const COMMIT: &str = "\
dogcatcher stopped this commit; nothing has left this machine.
  - Take the credential out, `git add` the file, and commit again.
  - Has anybody else seen it, or was it committed before? Then revoke it, too.
  - May it stay? Write `dogcatcher:allow REASON` into a comment on its line.
(`git commit --no-verify` skips all hooks.)";

const PUSH: &str = "\
dogcatcher stopped this push: the credential would leave this machine in these
commits, even if a later one removes it.
  - Rewrite them: `git commit --amend`, or `git rebase --interactive`.
  - Has anybody else seen it? Then revoke it, too.";

const RECEPTION: &str = "\
dogcatcher refused this push: a credential is in these commits, even if a later
one removes it.
  - Revoke it: it has left the machine that it was on.
  - Rewrite the commits (`git commit --amend`, `git rebase --interactive`), and
    push again.";

const CHECK: &str = "\
dogcatcher found a credential in these commits, even if a later one removes it.
  - Were they pushed? Then revoke it.
  - Rewrite them: `git commit --amend`, or `git rebase --interactive`.";
