//! `ci`: what a request is charged with, and what it does not run.
#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use support::git::git;
use support::{Folder, Run, app, output_of, pat};

const OUTSIDE: &str = r#"{"repository":{"default_branch":"main"}}"#;

/// `ci github` in `job`, with variables.
fn ci(folder: &Folder, event: (&str, &str), variables: &[(&str, &str)]) -> Run {
    ci_with(folder, event, variables, &[])
}

/// The same with flags.
fn ci_with(folder: &Folder, event: (&str, &str), variables: &[(&str, &str)], flags: &[&str]) -> Run {
    let payload = folder.file("event.json", event.1);
    let mut command = folder.command(&[&["ci", "github"], flags].concat());
    command.current_dir(folder.path().join("job")).env("GITHUB_EVENT_NAME", event.0);
    command.env("GITHUB_EVENT_PATH", payload).envs(variables.iter().copied());
    let output = output_of(command, b"");
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn id(repository: &Path, name: &str) -> String {
    String::from_utf8(git(repository, &["rev-parse", name])).expect("an id").trim().to_owned()
}

fn commit(work: &Path, path: &str, text: &str) -> String {
    std::fs::write(work.join(path), text).expect("a file");
    git(work, &["add", "."]);
    git(work, &["commit", "-qm", path]);
    id(work, "HEAD")
}

fn pull_request(head: &str, base: &str) -> String {
    let repo = r#""repo":{"full_name":"a/b"}"#;
    format!(
        r#"{{"pull_request":{{"head":{{"sha":"{head}","ref":"topic",{repo}}},"base":{{"sha":"{base}","ref":"main",{repo}}}}}}}"#
    )
}

/// A bare remote, and a clone of it in `dev`.
fn hub() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "--bare", "-b", "main", "hub.git"]);
    git(folder.path(), &["clone", "-q", "hub.git", "dev"]);
    git(&folder.path().join("dev"), &["checkout", "-q", "-b", "main"]);
    folder
}

#[test]
fn what_the_target_branch_holds_today_is_not_the_requests() {
    let folder = hub();
    let dev = folder.path().join("dev");
    let stale = commit(&dev, "a", "1\n");
    git(&dev, &["push", "-q", "origin", "main"]);
    // A clone that is kept from job to job.
    git(folder.path(), &["clone", "-q", "hub.git", "job"]);
    git(&dev, &["checkout", "-q", "-b", "topic"]);
    commit(&dev, "t", "t\n");
    git(&dev, &["checkout", "-q", "main"]);
    commit(&dev, "other", &pat(1));
    git(&dev, &["push", "-q", "origin", "main"]);
    git(&dev, &["checkout", "-q", "topic"]);
    git(&dev, &["merge", "-q", "--no-edit", "main"]);
    let clean = id(&dev, "HEAD");
    let leak = commit(&dev, "own", &pat(2));
    git(&dev, &["push", "-q", "origin", "topic"]);
    for (head, status) in [(clean, 0), (leak, 1)] {
        let run = ci(&folder, ("pull_request", &pull_request(&head, &stale)), &[]).exits(status);
        assert!(!run.stdout.contains("other"), "{run:?}");
    }
}

#[test]
fn an_old_token_in_a_file_that_a_request_edits_decides_nothing() {
    let folder = hub();
    let dev = folder.path().join("dev");
    let base = commit(&dev, "conf.yml", &format!("a: 1\nkey: {}\n", pat(1)));
    git(&dev, &["push", "-q", "origin", "main"]);
    let head = commit(&dev, "conf.yml", &format!("a: 2\nkey: {}\n", pat(1)));
    git(&dev, &["push", "-q", "origin", "HEAD:topic"]);
    git(folder.path(), &["clone", "-q", "-b", "topic", "hub.git", "job"]);
    let run = ci(&folder, ("pull_request", &pull_request(&head, &base)), &[]).exits(0);
    assert!(run.stdout.contains("1 known before"), "{run:?}");
}

#[test]
fn no_program_of_a_foreign_repository_is_run() {
    let folder = Folder::new();
    let evil = folder.file("evil.sh", format!("#!/bin/sh\ntouch {}/ran\nexit 1\n", folder.path().display()));
    std::fs::set_permissions(&evil, PermissionsExt::from_mode(0o755)).expect("a program");
    let evil = evil.display().to_string();
    let ext = format!("ext::{evil}");
    let helper = format!("!{evil}");
    git(folder.path(), &["init", "-q", "--bare", "hub.git"]);
    let hub = folder.path().join("hub.git").display().to_string();
    let cases: [&[(&str, &str)]; 7] = [
        &[("core.fsmonitor", &evil), ("remote.origin.url", &hub)],
        &[("core.sshCommand", &evil), ("remote.origin.url", "ssh://127.0.0.1:1/x")],
        &[("remote.origin.uploadpack", &evil), ("remote.origin.url", &hub)],
        &[("remote.origin.vcs", "ext"), ("remote.origin.url", &evil)],
        &[("protocol.ext.allow", "always"), ("remote.origin.url", &ext)],
        &[("core.gitProxy", &evil), ("remote.origin.url", "git://127.0.0.1:1/x")],
        &[
            ("credential.helper", &helper),
            ("core.askPass", &evil),
            ("remote.origin.url", "http://127.0.0.1:1/"),
        ],
    ];
    for settings in cases {
        let _ = std::fs::remove_dir_all(folder.path().join("job"));
        git(folder.path(), &["init", "-q", "-b", "main", "job"]);
        let job = folder.path().join("job");
        commit(&job, "a", "clean\n");
        for (name, value) in settings {
            git(&job, &["config", name, value]);
        }
        let foreign = [("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")];
        let run = ci(&folder, ("schedule", OUTSIDE), &foreign);
        assert!(!folder.path().join("ran").exists(), "{settings:?}: {run:?}");
        assert_eq!(run.status, 0, "{settings:?}: {run:?}");
    }
}

#[test]
fn without_git_it_says_so() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("job")).expect("a folder");
    let run = ci(&folder, ("schedule", OUTSIDE), &[("PATH", "/nowhere")]).exits(2);
    assert!(run.stderr.contains("cannot start git") && run.stderr.contains("install git"), "{run:?}");
}

#[test]
fn sarif_of_history_leaves_out_what_stands_in_files() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "job"]);
    let work = folder.path().join("job");
    commit(&work, "gone.env", &pat(1));
    git(&work, &["rm", "-q", "gone.env"]);
    let head = commit(&work, "kept.env", &pat(2));
    let payload = folder.file("event.json", OUTSIDE);
    let mut command = folder.command(&["ci", "github", "--sarif", "f.sarif", "--history-sarif", "h.sarif"]);
    command.current_dir(&work).env("GITHUB_EVENT_NAME", "schedule").env("GITHUB_EVENT_PATH", payload);
    command.envs([
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REPOSITORY", "a/b"),
        ("GITHUB_REF", "refs/heads/main"),
    ]);
    command.envs([("GITHUB_SHA", head.as_str()), ("GITHUB_SERVER_URL", "https://github.com")]);
    command.env("GITHUB_WORKSPACE", &work);
    output_of(command, b"");
    let paths = |file: &str| -> Vec<String> {
        let json: serde_json::Value = serde_json::from_str(&folder.read(file)).expect("SARIF");
        let results = json["runs"][0]["results"].as_array().expect("results").clone();
        let uri = |it: &serde_json::Value| {
            it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
        };
        results.iter().map(|it| uri(it).as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(paths("job/f.sarif"), ["kept.env"]);
    assert_eq!(paths("job/h.sarif"), ["gone.env"]);
}

/// What a change brings to allow its own token: files beside it.
const OWN_ALLOWANCES: [&[(&str, &str)]; 5] = [
    &[("dogcatcher.toml", "[[allow]]\npath = \"**\"\nreason = \"mine\"\n")],
    &[("dogcatcher.toml", "[scan]\nexclude = [\"*.env\"]\n")],
    &[("dogcatcher.toml", "[policy]\nfail_on = \"never\"\n")],
    &[("dogcatcher.toml", "[rules]\nonly = [\"datadog-api-key\"]\n")],
    &[
        ("dogcatcher.toml", "extends = \"base.toml\"\n"),
        ("base.toml", "[[allow]]\npath = \"**\"\nreason = \"mine\"\n"),
    ],
];

/// A hub whose branch `topic` brings a token and these files, a checkout of it in `job`, and the commits before and after.
fn asking(base: &[(&str, &str)], own: &[(&str, &str)]) -> (Folder, String, String) {
    let folder = hub();
    let dev = folder.path().join("dev");
    for (path, text) in base {
        folder.file(&format!("dev/{path}"), text);
    }
    let before = commit(&dev, "readme", "1\n");
    git(&dev, &["push", "-q", "origin", "main"]);
    git(&dev, &["checkout", "-q", "-b", "topic"]);
    for (path, text) in own {
        folder.file(&format!("dev/{path}"), text);
    }
    let head = commit(&dev, "own.env", &pat(1));
    git(&dev, &["push", "-q", "origin", "topic"]);
    git(folder.path(), &["clone", "-q", "-b", "topic", "hub.git", "job"]);
    (folder, before, head)
}

/// `ci gitlab` in `job`, for a merge request.
fn merge_request(folder: &Folder, before: &str, head: &str, flags: &[&str]) -> Option<i32> {
    let mut command = folder.command(&[&["ci", "gitlab"], flags].concat());
    command.current_dir(folder.path().join("job"));
    command.envs([("CI_PIPELINE_SOURCE", "merge_request_event"), ("CI_COMMIT_SHA", head)]);
    command
        .envs([("CI_MERGE_REQUEST_DIFF_BASE_SHA", before), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")]);
    output_of(command, b"").status.code()
}

#[test]
fn a_change_allows_no_token_of_its_own() {
    for own in OWN_ALLOWANCES {
        let (folder, before, head) = asking(&[], own);
        let request = pull_request(&head, &before);
        let repository = r#""base_ref":"refs/heads/main""#;
        let group =
            format!(r#"{{"merge_group":{{"head_sha":"{head}","base_sha":"{before}",{repository}}}}}"#);
        for event in [("pull_request", &request), ("merge_group", &group)] {
            ci(&folder, (event.0, event.1), &[]).exits(1);
            ci_with(&folder, (event.0, event.1), &[], &["--config-from", "HEAD"]).exits(0);
        }
        ci(&folder, ("pull_request_review", &request), &[]).exits(1);
        assert_eq!(merge_request(&folder, &before, &head, &[]), Some(1), "{own:?}");
        assert_eq!(merge_request(&folder, &before, &head, &["--config-from", "HEAD"]), Some(0), "{own:?}");
    }
}

#[test]
fn a_change_writes_nothing_into_the_baseline_that_decides() {
    let (folder, before, head) = asking(&[("known.jsonl", "{\"dogcatcher_baseline\":1}\n")], &[]);
    let mut write = folder.command(&["baseline", "write", "known.jsonl"]);
    assert!(write.current_dir(folder.path().join("job")).status().expect("it runs").success());
    git(&folder.path().join("job"), &["commit", "-qam", "mine"]);
    let request = pull_request(&head, &before);
    let with = |flags: &[&str]| ci_with(&folder, ("pull_request", &request), &[], flags).status;
    assert_eq!(with(&["--baseline", "known.jsonl"]), 1);
    assert_eq!(with(&["--baseline", "known.jsonl", "--config-from", "HEAD"]), 0);
}

#[test]
fn what_the_base_says_and_extends_decides() {
    let base = [
        ("dogcatcher.toml", "extends = \"policy/all.toml\"\n"),
        ("policy/all.toml", "[[allow]]\npath = \"own.env\"\nreason = \"for all\"\n"),
    ];
    let (folder, before, head) =
        asking(&base, &[("policy/all.toml", "nonsense"), ("dogcatcher.toml", "nonsense")]);
    ci(&folder, ("pull_request", &pull_request(&head, &before)), &[]).exits(0);
    assert_eq!(merge_request(&folder, &before, &head, &[]), Some(0));
}

#[test]
fn a_mark_of_a_change_counts_unless_the_base_or_a_flag_says_no() {
    for (base, flags, status) in
        [("", &[][..], 0), ("", &["--no-marks"][..], 1), ("[policy]\nmarks = false\n", &[][..], 1)]
    {
        let (folder, before, _) = asking(&[("dogcatcher.toml", base)], &[("dogcatcher.toml", "")]);
        let job = folder.path().join("job");
        git(&job, &["reset", "-q", "--hard", &before]);
        let head = commit(&job, "marked.env", &format!("{} # dogcatcher:allow mine\n", pat(2)));
        let summary = folder.path().join("summary.md").display().to_string();
        let variables = [("GITHUB_STEP_SUMMARY", summary.as_str())];
        let run = ci_with(&folder, ("pull_request", &pull_request(&head, &before)), &variables, flags);
        assert_eq!(run.status, status, "{base}: {run:?}");
        if status == 0 {
            let summary = folder.read("summary.md");
            assert!(
                summary.contains("Suppressed") && summary.contains("inline&#58; mine"),
                "reviewers see it: {summary}"
            );
        }
    }
}

#[test]
fn the_summary_of_a_job_groups_many_findings() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "job"]);
    for n in 0..30 {
        let token = if n < 25 { pat(n) } else { app(n) };
        folder.file(&format!("job/f{n}.env"), format!("T={token}\n"));
    }
    git(&folder.path().join("job"), &["add", "."]);
    git(&folder.path().join("job"), &["commit", "-qm", "many"]);
    let summary = folder.path().join("summary.md").display().to_string();
    ci(&folder, ("schedule", OUTSIDE), &[("GITHUB_STEP_SUMMARY", summary.as_str())]).exits(1);
    let text = folder.read("summary.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("more, in the reports")).collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[0].contains("| 25 |") && rows[0].contains("and 22 more, in the reports"), "{text}");
    assert!(text.contains("| kind | found |"), "{text}");
}

/// The entry that a text shows as ready.
fn entry_in(text: &str) -> String {
    let lines = text.lines().map(str::trim).skip_while(|line| *line != "[[allow]]").take(3);
    let entry: String = lines.map(|line| format!("{line}\n")).collect();
    assert!(entry.contains("fingerprint = \"fp1_"), "{text}");
    entry
}

#[test]
fn the_entry_that_is_shown_lifts_what_was_stopped_where_it_is_said_to() {
    let folder = hub();
    let dev = folder.path().join("dev");
    let base = commit(&dev, "a", "1\n");
    git(&dev, &["push", "-q", "origin", "main"]);
    git(&dev, &["checkout", "-q", "-b", "topic"]);
    let leak = commit(&dev, "own", &pat(1));
    git(&dev, &["push", "-q", "origin", "topic"]);
    git(folder.path(), &["clone", "-q", "-b", "topic", "hub.git", "job"]);
    let summary = folder.path().join("summary.md").display().to_string();
    let variables = [("GITHUB_STEP_SUMMARY", summary.as_str())];
    let request = ("pull_request", pull_request(&leak, &base));
    let request = (request.0, request.1.as_str());

    let run = ci(&folder, request, &variables).exits(1);
    assert!(run.stderr.contains("commits of this change"), "{run:?}");
    assert!(run.stderr.contains("dogcatcher.toml of the branch main, which decides here:"), "{run:?}");
    let entry = entry_in(&folder.read("summary.md"));
    assert_eq!(entry, entry_in(&run.stderr));
    folder.file("job/dogcatcher.toml", &entry);
    let from_base = ["--config-from", "base"];
    for flags in [&[][..], &from_base] {
        ci_with(&folder, request, &variables, flags).exits(1);
    }
    // Whoever says so takes that of the change itself.
    let own = ["--config", "dogcatcher.toml"];
    ci_with(&folder, request, &variables, &own).exits(0);
    git(&dev, &["checkout", "-q", "main"]);
    commit(&dev, "dogcatcher.toml", &entry);
    git(&dev, &["push", "-q", "origin", "main"]);
    // The event is the old one: its base is the branch as it was.
    ci_with(&folder, request, &variables, &from_base).exits(0);
    let run = ci_with(&folder, request, &variables, &["--no-config"]).exits(1);
    assert!(run.stderr.contains("No configuration is read"), "{run:?}");

    std::fs::remove_file(folder.path().join("job/dogcatcher.toml")).expect("a file");
    let push = format!(
        r#"{{"before":"{base}","after":"{leak}","ref":"refs/heads/topic","repository":{{"default_branch":"main"}}}}"#
    );
    let run = ci(&folder, ("push", &push), &variables).exits(1);
    assert!(run.stderr.contains("commits of this push"), "{run:?}");
    let run = ci_with(&folder, ("schedule", OUTSIDE), &variables, &["--no-config"]).exits(1);
    assert!(run.stderr.contains("in this repository") && run.stderr.contains("[[allow]]"), "{run:?}");
}

#[test]
fn gitlab_is_told_the_same() {
    let folder = hub();
    let dev = folder.path().join("dev");
    let base = commit(&dev, "a", "1\n");
    git(&dev, &["push", "-q", "origin", "main"]);
    let leak = commit(&dev, "own", &pat(1));
    git(&dev, &["push", "-q", "origin", "HEAD:topic"]);
    git(folder.path(), &["clone", "-q", "-b", "topic", "hub.git", "job"]);
    for source in ["merge_request_event", "parent_pipeline"] {
        let mut command = folder.command(&["ci", "gitlab"]);
        command.current_dir(folder.path().join("job"));
        command.envs([("CI_PIPELINE_SOURCE", source), ("CI_COMMIT_SHA", &leak)]);
        command.envs([("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str())]);
        command.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
        let output = output_of(command, b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("commits of this change"), "{said}");
        let report = folder.read("job/gl-secret-detection-report.json");
        let fingerprint = entry_in(&said).split('"').nth(1).expect("a fingerprint").to_owned();
        assert!(report.contains(&format!("Fingerprint: {fingerprint}.")), "{report}");
    }
}

#[test]
fn a_branch_that_is_named_like_a_token() {
    let folder = hub();
    let dev = folder.path().join("dev");
    let base = commit(&dev, "a", "1\n");
    git(&dev, &["push", "-q", "origin", "main"]);
    let head = commit(&dev, "b", "2\n");
    git(&dev, &["push", "-q", "origin", "HEAD:topic"]);
    git(folder.path(), &["clone", "-q", "-b", "topic", "hub.git", "job"]);
    let token = pat(1);
    let push = |before: &str| {
        let repository = r#""repository":{"default_branch":"main"}"#;
        format!(r#"{{"ref":"refs/heads/{token}","before":"{before}","after":"{head}",{repository}}}"#)
    };
    let request = pull_request(&head, &base).replace("topic", &token);
    let (made, moved) = (push(&"0".repeat(40)), push(&base));
    for (event, status) in [(("push", &made), 1), (("push", &moved), 0), (("pull_request", &request), 1)] {
        let run = ci(&folder, (event.0, event.1), &[]).exits(status);
        let said = run.stdout + &run.stderr;
        assert_eq!(said.contains("ref name refs/heads/"), status == 1, "{said}");
        assert!(!said.contains(support::secret_part(&token)), "{said}");
    }
    let gitlab = |variables: &[(&str, &str)], flags: &[&str]| {
        let mut command = folder.command(&[&["ci", "gitlab"], flags].concat());
        command.current_dir(folder.path().join("job")).env("CI_COMMIT_SHA", &head);
        let output = output_of(
            {
                command.envs(variables.iter().copied());
                command
            },
            b"",
        );
        let said = [output.stdout, output.stderr].concat();
        assert!(!String::from_utf8_lossy(&said).contains(support::secret_part(&token)), "{variables:?}");
        output.status.code()
    };
    let pushed = [("CI_PIPELINE_SOURCE", "push"), ("CI_DEFAULT_BRANCH", "main")];
    let zeros = "0".repeat(40);
    let made = [("CI_COMMIT_BRANCH", &*token), ("CI_COMMIT_BEFORE_SHA", &zeros)];
    assert_eq!(gitlab(&[pushed, made].concat(), &[]), Some(1));
    git(&folder.path().join("job"), &["tag", &token, &head]);
    let tagged = [&pushed[..], &[("CI_COMMIT_TAG", &*token)]].concat();
    assert_eq!(gitlab(&tagged, &[]), Some(1));
    assert_eq!(gitlab(&tagged, &["--dry-run"]), Some(0));
}

#[test]
fn a_plan_names_its_commits_in_full() {
    let folder = hub();
    git(folder.path(), &["clone", "-q", "hub.git", "job"]);
    for digits in [40, 64] {
        let (head, base) = ("b".repeat(digits), "a".repeat(digits));
        let run =
            ci_with(&folder, ("pull_request", &pull_request(&head, &base)), &[], &["--dry-run"]).exits(0);
        assert!(run.stdout.contains(&format!(r#""to":"{head}","not":["{base}"]"#)), "{run:?}");
    }
}

#[test]
fn the_summary_of_a_job_names_the_repository_among_several() {
    let folder = hub();
    let dev = folder.path().join("dev");
    commit(&dev, "a", "1\n");
    git(&dev, &["push", "-q", "origin", "main"]);
    git(folder.path(), &["clone", "-q", "hub.git", "job"]);
    folder.file("job/own.env", pat(1));
    let summary = folder.path().join("summary.md").display().to_string();
    let variables = [("GITHUB_STEP_SUMMARY", summary.as_str())];
    ci(&folder, ("schedule", OUTSIDE), &variables).exits(1);
    assert!(!folder.read("summary.md").contains("<br>of "), "{}", folder.read("summary.md"));
    git(&folder.path().join("job"), &["clone", "-q", "../hub.git", "nested"]);
    folder.file("job/nested/other.env", pat(2));
    std::fs::remove_file(&summary).expect("a summary");
    ci(&folder, ("schedule", OUTSIDE), &variables).exits(1);
    assert!(folder.read("summary.md").contains("<br>of nested"), "{}", folder.read("summary.md"));
}
