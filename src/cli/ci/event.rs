//! The events of GitHub: which commits each of them is about. Reads a payload
//! and nothing else.
//!
//! Payloads are described at
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>. Only ids
//! of commits and names of refs are taken from them, and both are checked
//! before git sees them.
//!
//! | event | scanned | left out |
//! |---|---|---|
//! | `push` | what came | what was there before; for a new branch, the default one |
//! | `pull_request`, `merge_group` | the change | the base, and the target branch as it is now |
//! | `pull_request_target` | nothing, unless allowed | |
//! | `schedule`, `workflow_dispatch`, others | all files and the whole history | |

use dogcatcher::error::Error;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::clone::remote_branch;
use super::decision::{Decision, Scan, commit_id};
use crate::cli::hook::is_nothing;

/// Payload of `push`.
#[derive(Deserialize)]
struct Push {
    /// Commit that the ref led to before; zeros where it is new.
    before: String,
    /// Commit that it leads to now; zeros where it was deleted.
    after: String,
    /// Full name of the ref.
    #[serde(rename = "ref")]
    reference: String,
    /// True where it was deleted.
    #[serde(default)]
    deleted: bool,
    /// The repository that was pushed to.
    repository: Repository,
}

/// A repository, as far as it matters.
#[derive(Deserialize)]
struct Repository {
    /// Name of the branch that a clone checks out.
    default_branch: String,
}

/// Payload of `pull_request` and `pull_request_target`.
#[derive(Deserialize)]
struct OfPullRequest {
    /// The request.
    pull_request: PullRequest,
}

/// A request to merge `head` into `base`.
#[derive(Deserialize)]
struct PullRequest {
    /// Side that is offered.
    head: Side,
    /// Side that it is to be merged into.
    base: Side,
}

/// One side of a request.
#[derive(Deserialize)]
struct Side {
    /// Id of its commit.
    sha: String,
    /// Name of its branch.
    #[serde(rename = "ref")]
    reference: Option<String>,
    /// Nothing where a fork was deleted.
    repo: Option<Name>,
}

/// Name of a repository.
#[derive(Deserialize)]
struct Name {
    /// Owner and name: equal on both sides where no fork is involved.
    full_name: String,
}

/// Payload of `merge_group`.
#[derive(Deserialize)]
struct OfMergeGroup {
    /// The group.
    merge_group: MergeGroup,
}

/// Changes that a merge queue is about to merge together.
#[derive(Deserialize)]
struct MergeGroup {
    /// Commit that holds them all.
    head_sha: String,
    /// Commit of the target branch that they build upon.
    base_sha: String,
    /// Full name of that branch.
    base_ref: Option<String>,
}

/// Decides by the name of the event and its payload.
///
/// # Errors
///
/// The payload is not that of such an event.
pub(super) fn decide_event(name: &str, payload: &str, allow_target: bool) -> Result<Decision, Error> {
    match name {
        "push" => decide_push(name, &parse_payload(name, payload)?),
        "pull_request" => pull_request(name, &parse_payload(name, payload)?),
        "pull_request_target" if allow_target => pull_request(name, &parse_payload(name, payload)?),
        "pull_request_target" => {
            parse_payload::<OfPullRequest>(name, payload)?;
            let notice = "jobs for pull_request_target hold secrets while they look at a stranger's files: use pull_request, or \
                          --allow-pull-request-target";
            Ok(Decision { upload: false, ..Decision::new(name, Scan::Refused).with_notice(notice) })
        }
        "merge_group" => {
            let OfMergeGroup { merge_group } = parse_payload(name, payload)?;
            let base_ref = merge_group.base_ref.as_deref();
            between_commits(name, &merge_group.base_sha, base_ref, &merge_group.head_sha)
        }
        "schedule" | "workflow_dispatch" => {
            Ok(Decision { base: trusted_base(payload), ..Decision::new(name, Scan::Full) })
        }
        _ => {
            let notice = "nothing says what this event brings: all files and the whole history are scanned";
            let (base, is_request) = (trusted_base(payload), is_of_request(payload));
            Ok(Decision { base, is_request, ..Decision::new(name, Scan::Full).with_notice(notice) })
        }
    }
}

/// Returns whether an event is about a pull request: a review, or a comment,
/// say.
fn is_of_request(payload: &str) -> bool {
    let payload: Option<serde_json::Value> = serde_json::from_str(payload).ok();
    let has =
        |path| payload.as_ref().and_then(|it| it.pointer(path)).is_some_and(serde_json::Value::is_object);
    has("/pull_request") || has("/issue/pull_request")
}

/// Returns whose configuration can be trusted at an event that says nothing of
/// commits: that of the base, where a pull request is about to be looked at, or
/// else that of the default branch.
fn trusted_base(payload: &str) -> Option<String> {
    let payload: serde_json::Value = serde_json::from_str(payload).ok()?;
    let text = |path: &str| payload.pointer(path).and_then(serde_json::Value::as_str);
    let base = text("/pull_request/base/sha").and_then(commit_id).map(str::to_owned);
    base.or_else(|| remote_branch(text("/repository/default_branch")?))
}

fn parse_payload<T: DeserializeOwned>(name: &str, payload: &str) -> Result<T, Error> {
    serde_json::from_str(payload).map_err(|cause| event_error(name, cause.to_string()))
}

fn event_error(name: &str, why: impl Into<String>) -> Error {
    Error::usage("read the event", name, why)
        .mend("GITHUB_EVENT_PATH must lead to the payload of the event that GITHUB_EVENT_NAME names")
}

fn decide_push(name: &str, push: &Push) -> Result<Decision, Error> {
    if push.deleted || is_nothing(&push.after) {
        let notice = "something was deleted: there is nothing to scan";
        return Ok(Decision { upload: false, ..Decision::new(name, Scan::Nothing).with_notice(notice) });
    }
    let default = &push.repository.default_branch;
    let known =
        remote_branch(default).ok_or_else(|| event_error(name, "the default branch has no sensible name"))?;
    // All that leads to the default branch is new where that is pushed for the first time.
    let otherwise = if push.reference == format!("refs/heads/{default}") { Vec::new() } else { vec![known] };
    let is_tag = push.reference.starts_with("refs/tags/");
    // What stood on a branch before is its author's, too, unless it is the default one.
    let trusted = otherwise.first().cloned();
    let (not, base) = match is_tag || is_nothing(&push.before) {
        true => (otherwise.clone(), trusted),
        false => {
            let before = valid_id(name, &push.before)?;
            (vec![before.clone()], trusted.or(Some(before)))
        }
    };
    let new_ref = Some(push.reference.clone()).filter(|_| is_nothing(&push.before));
    let scan = Scan::Range { to: valid_id(name, &push.after)?, not, otherwise };
    Ok(Decision { base, new_ref, ..Decision::new(name, scan) })
}

fn pull_request(name: &str, of: &OfPullRequest) -> Result<Decision, Error> {
    let PullRequest { head, base } = &of.pull_request;
    let decision = between_commits(name, &base.sha, base.reference.as_deref(), &head.sha)?;
    let new_ref = head.reference.as_ref().map(|branch| format!("refs/heads/{branch}"));
    // The token of a job for a fork must not upload.
    let upload = match (&head.repo, &base.repo) {
        (Some(head), Some(base)) => head.full_name == base.full_name,
        (_, None) => return Err(event_error(name, "the base has no repository")),
        (None, _) => false,
    };
    Ok(Decision { upload, new_ref, ..decision })
}

fn between_commits(name: &str, base: &str, branch: Option<&str>, head: &str) -> Result<Decision, Error> {
    let base = valid_id(name, base)?;
    let scan = Scan::Range { to: valid_id(name, head)?, not: vec![base.clone()], otherwise: Vec::new() };
    // The base is often the target branch as it was when the request was opened.
    let target = branch.and_then(|name| remote_branch(name.strip_prefix("refs/heads/").unwrap_or(name)));
    Ok(Decision { is_request: true, base: Some(base), target, ..Decision::new(name, scan) })
}

fn valid_id(name: &str, text: &str) -> Result<String, Error> {
    commit_id(text)
        .map(str::to_owned)
        .ok_or_else(|| event_error(name, format!("`{text}` is no id of a commit")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const ZEROS: &str = "0000000000000000000000000000000000000000";

    fn pushed_range(reference: &str, before: &str, after: &str) -> Scan {
        let payload = format!(
            r#"{{"ref":"{reference}","before":"{before}","after":"{after}","repository":{{"default_branch":"main"}}}}"#
        );
        decide_event("push", &payload, false).expect("a push").scan
    }

    #[test]
    fn pushes() {
        let main = || vec!["refs/remotes/origin/main".to_owned()];
        let range = |not: &[&str], otherwise| Scan::Range {
            to: B.to_owned(),
            not: not.iter().map(|it| (*it).to_owned()).collect(),
            otherwise,
        };
        assert_eq!(pushed_range("refs/heads/main", A, B), range(&[A], Vec::new()));
        assert_eq!(pushed_range("refs/heads/topic", A, B), range(&[A], main()));
        assert_eq!(pushed_range("refs/heads/topic", ZEROS, B), range(&["refs/remotes/origin/main"], main()));
        assert_eq!(pushed_range("refs/heads/main", ZEROS, B), range(&[], Vec::new()));
        assert_eq!(pushed_range("refs/tags/main", A, B), range(&["refs/remotes/origin/main"], main()));
        assert_eq!(pushed_range("refs/heads/topic", A, ZEROS), Scan::Nothing);
    }

    #[test]
    fn pull_requests() {
        let payload = |repo: &str| {
            let base = r#"{"full_name":"a/b"}"#;
            format!(
                r#"{{"pull_request":{{"head":{{"sha":"{B}","repo":{repo}}},"base":{{"sha":"{A}","repo":{base}}}}}}}"#
            )
        };
        let own = decide_event("pull_request", &payload(r#"{"full_name":"a/b"}"#), false).expect("valid");
        assert!(own.upload && own.base.as_deref() == Some(A), "{own:?}");
        for fork in [r#"{"full_name":"x/b"}"#, "null"] {
            assert!(!decide_event("pull_request", &payload(fork), false).expect("valid").upload);
            assert_eq!(
                decide_event("pull_request_target", &payload(fork), false).expect("valid").scan,
                Scan::Refused
            );
            assert_eq!(
                decide_event("pull_request_target", &payload(fork), true).expect("valid").scan,
                own.scan
            );
        }
    }

    #[test]
    fn whose_configuration_can_be_trusted() {
        let base = |name: &str, payload: &str| decide_event(name, payload, false).expect("valid").base;
        let review =
            format!(r#"{{"pull_request":{{"base":{{"sha":"{A}"}}}},"repository":{{"default_branch":"x"}}}}"#);
        assert_eq!(base("pull_request_review", &review).as_deref(), Some(A));
        let other = r#"{"repository":{"default_branch":"main"}}"#;
        assert_eq!(base("issue_comment", other).as_deref(), Some("refs/remotes/origin/main"));
        assert_eq!(base("schedule", "{}"), None);
    }

    #[test]
    fn what_is_no_id_never_reaches_git() {
        for (before, after) in [("--upload-pack=id", B), (A, "HEAD"), (&A[..7], B)] {
            let payload = format!(
                r#"{{"ref":"refs/heads/x","before":"{before}","after":"{after}","repository":{{"default_branch":"main"}}}}"#
            );
            assert!(decide_event("push", &payload, false).is_err(), "{payload}");
        }
        assert!(
            decide_event("push", "[]", false).is_err() && decide_event("merge_group", "{}", false).is_err()
        );
    }
}
