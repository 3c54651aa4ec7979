//! The way from a finding to its end: what to do, in order, with commands to
//! copy.

use super::name::shown_path;
use super::order::is_current;
use crate::finding::Finding;
use crate::rule::Severity;

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// A sentence, fit to be shown.
    pub(super) text: String,
    /// The command that does it, or shows that it is done; it holds no secret
    /// and no foreign text.
    pub(super) command: Option<String>,
}

impl Step {
    fn new(text: impl Into<String>, command: Option<String>) -> Self {
        Self { text: text.into(), command }
    }
}

/// Number of files that are named that hold it today.
const MAX_FILES: usize = 3;

/// Returns what is left to do about a finding: nothing where it is public by
/// design.
pub(super) fn next_steps(finding: &Finding<'_>) -> Vec<Step> {
    if finding.severity() == Severity::Info {
        return Vec::new();
    }
    let mut steps = Vec::new();
    if !finding.is_dead() {
        if finding.token_id.is_none() {
            let text =
                "Have the JSON report of this scan at hand: it names what is revoked without its secret.";
            steps.push(Step::new(text, Some("dogcatcher scan --report json=report.json".to_owned())));
        }
        steps.push(Step::new(
            "Revoke it; where something uses it, put a new one there first, from a secret store.",
            Some(format!("dogcatcher revoke {}", selector(finding))),
        ));
        steps.push(Step::new(
            "See that it is dead: the new report says so.",
            Some(format!(
                "dogcatcher verify --from report.json --select {} --report json=verified.json",
                finding.fingerprint
            )),
        ));
    }
    if is_current(finding) {
        steps.push(Step::new(format!("Take it out of {}.", files(finding)), None));
    }
    steps
}

/// Returns what is left to do when each credential is dead, and out of the
/// files: once for all of them.
pub(super) fn closing_steps() -> Vec<Step> {
    let step = |text: &str, command: &str| Step::new(text, Some(command.to_owned()));
    vec![
        step(
            "Rewrite the history, if you want to, in a fresh clone: the ids of its commits change for everybody. What is dead may stay. First the input, which holds the secrets; it names what it cannot reach, such as archives and names of files.",
            "dogcatcher report show report.json --format replace-text=secrets.txt",
        ),
        step(
            "Then the rewrite, of files and messages.",
            "git filter-repo --replace-text secrets.txt --replace-message secrets.txt",
        ),
        step("Remove the input.", "rm secrets.txt"),
        Step::new(
            "Know what that does not reach: pull requests (refs/pull), forks, caches of the host, clones, backups, and what was built.",
            None,
        ),
        step("Scan again.", "dogcatcher scan --fail-on never --report json=after.json"),
        step(
            "Compare: exit status 0 says that nothing new counts, and the page says what is gone. It closes the ticket.",
            "dogcatcher report diff report.json after.json --report html=proof.html",
        ),
    ]
}

/// The flags that name a credential to `verify` and `revoke` without its
/// secret.
fn selector(finding: &Finding<'_>) -> String {
    match finding.token_id {
        Some(id) => format!("--id {id}"),
        None => format!("--from report.json --select {}", finding.fingerprint),
    }
}

/// The files that hold it today: the first few, and the number of the others.
fn files(finding: &Finding<'_>) -> String {
    let current = |kind: &str| matches!(kind, "file" | "stdin" | "staged" | "archive_member");
    let mut names: Vec<String> = Vec::new();
    for place in
        finding.active_locations().filter(|it| current(it.origin.kind_name()) && !it.origin.is_history())
    {
        let name = shown_path(&place.origin.name());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        0 => "the files of HEAD".to_owned(),
        n if n > MAX_FILES => format!("{} and {} more", names[..MAX_FILES].join(", "), n - MAX_FILES),
        _ => names.join(", "),
    }
}
