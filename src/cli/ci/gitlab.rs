//! `dogcatcher ci gitlab`.

use dogcatcher::error::Error;
use dogcatcher::report::Format;

use super::clone::remote_branch;
use super::decision::{Decision, Scan, commit_id};
use super::gate::scan_decided;
use crate::cli::args::{GitlabArgs, ReportTarget};
use crate::cli::environment::read_variable;
use crate::cli::exit::Exit;
use crate::cli::hook::is_nothing;
use crate::cli::output::{note_old_reports, notice};

pub(super) fn run(mut args: GitlabArgs) -> Result<Exit, Error> {
    if args.flags.dry_run {
        decide_pipeline(&read_variable)?.print_json()?;
        return Ok(Exit::Clean);
    }
    let files = args.flags.files_written().chain([&args.gitlab]);
    note_old_reports(&args.flags.output, files, &args.flags.findings)?;
    let decision = decide_pipeline(&read_variable)?;
    if let Some(text) = &decision.notice {
        notice(text);
    }
    let target = ReportTarget { format: Format::Gitlab, file: Some(args.gitlab.clone()) };
    args.flags.output.report.push(target);
    scan_decided(&decision, &args.flags, None, &mut |_, _, _, _| Ok(())).map(|gate| gate.exit)
}

/// Returns what the pipeline is about, by the variables that GitLab sets.
fn decide_pipeline(variable: &dyn Fn(&str) -> Option<String>) -> Result<Decision, Error> {
    let wrong = |name: &str, why: &str| {
        Error::usage("read the variable", name, why)
            .mend("this is for GitLab CI; elsewhere `dogcatcher scan --range A..B` scans what is new")
    };
    let id = |name: &str| {
        let value = variable(name).ok_or_else(|| wrong(name, "it is not set"))?;
        commit_id(&value).map(str::to_owned).ok_or_else(|| wrong(name, "it is no id of a commit"))
    };
    // The merge base is the author's choice; whose configuration counts is not.
    let target = variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").as_deref().and_then(remote_branch);
    let source =
        variable("CI_PIPELINE_SOURCE").ok_or_else(|| wrong("CI_PIPELINE_SOURCE", "it is not set"))?;
    let range = |to, not: Vec<String>, otherwise, base| {
        let scan = Scan::Range { to, not, otherwise };
        Decision { base, new_ref: new_ref(variable), target: target.clone(), ..Decision::new(&source, scan) }
    };
    // A branch, less the default one; the default branch itself has nothing to be left out.
    let default = variable("CI_DEFAULT_BRANCH");
    let is_default = default.is_some() && default == variable("CI_COMMIT_BRANCH");
    let main = default.as_deref().and_then(remote_branch);
    let beside = if is_default { None } else { main.clone() };
    let beside: Vec<String> = beside.into_iter().collect();
    // A child pipeline of a merge request's is about what that brings, too.
    let of_request = source == "merge_request_event"
        || source == "parent_pipeline" && variable("CI_MERGE_REQUEST_DIFF_BASE_SHA").is_some();
    Ok(match source.as_str() {
        _ if of_request => {
            // In a pipeline of merged results CI_COMMIT_SHA is a merge that nobody pushed.
            let head = match variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") {
                Some(_) => id("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")?,
                None => id("CI_COMMIT_SHA")?,
            };
            let base = id("CI_MERGE_REQUEST_DIFF_BASE_SHA")?;
            Decision { is_request: true, ..range(head, vec![base], Vec::new(), target.clone().or(main)) }
        }
        "push" => {
            let to = id("CI_COMMIT_SHA")?;
            let trusted = beside.first().cloned();
            let before = variable("CI_COMMIT_BEFORE_SHA").filter(|id| !is_nothing(id));
            match (variable("CI_COMMIT_TAG").as_deref().map(tag_ref), before) {
                // The tag itself, which may have a message.
                (Some(tag), _) => {
                    let tag = tag.ok_or_else(|| wrong("CI_COMMIT_TAG", "it is no name of a tag"))?;
                    range(tag, beside.clone(), beside, trusted)
                }
                (None, Some(_)) => {
                    let before = id("CI_COMMIT_BEFORE_SHA")?;
                    range(to, vec![before.clone()], beside, trusted.or(Some(before)))
                }
                (None, None) => range(to, beside.clone(), beside, trusted),
            }
        }
        "schedule" | "web" | "api" | "trigger" | "pipeline" | "parent_pipeline" => {
            Decision { base: target.or(main), ..Decision::new(&source, Scan::Full) }
        }
        _ => {
            let notice =
                "nothing says what this pipeline brings: all files and the whole history are scanned";
            let is_request = source == "external_pull_request_event";
            let base = target.or(main);
            Decision { is_request, base, ..Decision::new(&source, Scan::Full).with_notice(notice) }
        }
    })
}

/// The name of the tag, of the branch that was made, or of that which is to be
/// merged.
fn new_ref(variable: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let tag = variable("CI_COMMIT_TAG").map(|name| format!("refs/tags/{name}"));
    let is_made = variable("CI_COMMIT_BEFORE_SHA").is_some_and(|id| is_nothing(&id));
    let made = || variable("CI_COMMIT_BRANCH").filter(|_| is_made);
    let branch = || variable("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME").or_else(made);
    tag.or_else(|| branch().map(|name| format!("refs/heads/{name}")))
}

/// The ref of a tag, if the name can be one.
fn tag_ref(name: &str) -> Option<String> {
    remote_branch(name).map(|_| format!("refs/tags/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const ZEROS: &str = "0000000000000000000000000000000000000000";

    fn decide_for(variables: &[(&str, &str)]) -> Result<Scan, Error> {
        let set =
            |name: &str| variables.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        decide_pipeline(&set).map(|decision| decision.scan)
    }

    fn range_without(not: &[&str], otherwise: &[&str]) -> Scan {
        let owned = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        Scan::Range { to: B.to_owned(), not: owned(not), otherwise: owned(otherwise) }
    }

    #[test]
    fn every_pipeline() {
        const MAIN: &str = "refs/remotes/origin/main";
        let push = |branch: &'static str, before: &'static str| {
            decide_for(&[
                ("CI_PIPELINE_SOURCE", "push"),
                ("CI_COMMIT_SHA", B),
                ("CI_COMMIT_BEFORE_SHA", before),
                ("CI_DEFAULT_BRANCH", "main"),
                ("CI_COMMIT_BRANCH", branch),
            ])
            .expect("a push")
        };
        assert_eq!(push("main", A), range_without(&[A], &[]));
        assert_eq!(push("topic", A), range_without(&[A], &[MAIN]));
        assert_eq!(push("topic", ZEROS), range_without(&[MAIN], &[MAIN]));
        assert_eq!(push("main", ZEROS), range_without(&[], &[]));
        let tagged = decide_for(&[
            ("CI_PIPELINE_SOURCE", "push"),
            ("CI_COMMIT_SHA", B),
            ("CI_COMMIT_TAG", "v1"),
            ("CI_DEFAULT_BRANCH", "main"),
        ]);
        let main = || vec![MAIN.to_owned()];
        let of_tag = Scan::Range { to: "refs/tags/v1".to_owned(), not: main(), otherwise: main() };
        assert_eq!(tagged.expect("a tag"), of_tag);
        let request = [
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
            ("CI_COMMIT_SHA", B),
        ];
        assert_eq!(decide_for(&request).expect("a merge request"), range_without(&[A], &[]));
        let child = [&[("CI_PIPELINE_SOURCE", "parent_pipeline")], &request[1..]].concat();
        assert_eq!(decide_for(&child).expect("a child of it"), range_without(&[A], &[]));
        assert_eq!(
            decide_for(&[("CI_PIPELINE_SOURCE", "parent_pipeline")]).expect("another child"),
            Scan::Full
        );
        assert_eq!(decide_for(&[("CI_PIPELINE_SOURCE", "schedule")]).expect("a schedule"), Scan::Full);
        assert_eq!(decide_for(&[("CI_PIPELINE_SOURCE", "chat")]).expect("something else"), Scan::Full);
        assert!(decide_for(&[]).is_err() && decide_for(&request[..2]).is_err());
    }
}
