#!/usr/bin/env python3
"""Runs the steps of action.yml as GitHub's runner does, on pushes, pull requests and other events made for it.

usage: .ci/github-action.py DOGCATCHER [WORD]    WORD: only scenarios with this word in their name

Steps that run a script run in bash; steps that use another action are only noted. Needs git and PyYAML.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

sys.dont_write_bytecode = True  # nothing beside the sources
from hub import ROOT, ZEROS, Event, Hub  # noqa: E402
from runner import Wrong  # noqa: E402

FILES, HISTORY = "dogcatcher/files/", "dogcatcher/history/"
OUTPUTS = {"verdict", "exit-code", "findings", "scanned", "sarif", "history-sarif", "json", "upload"}


def expect(result, status, scanned=None, findings=None, uploads=(), annotations=0):
    """The exit code, all outputs, what is uploaded, and how many annotations there are (None: not looked at)."""
    told = f"\noutputs: {result.outputs}\nuploads: {[given for _, given in result.uploads]}\nlog:\n{result.log}\nsummary:\n{result.summary}"

    def same(what, found, wanted):
        if found != wanted:
            raise Wrong(f"{what}: {found!r}, not {wanted!r}{told}")

    same("exit status", result.status, status)
    if scanned is None:
        return
    same("names of outputs", set(result.scan_outputs), OUTPUTS)
    same("exit-code", result.outputs["exit-code"], str(status))
    same("verdict", result.outputs["verdict"], ("clean", "findings", "error", "incomplete")[status])
    same("scanned", result.outputs["scanned"], scanned)
    if findings is not None:
        same("findings", result.outputs["findings"], str(findings))
        if result.outputs["json"]:
            report = json.loads(Path(result.outputs["json"]).read_text())
            same("findings in JSON", report["summary"]["findings"], findings)
    if uploads is not None:
        same("uploads", [(sarif["runs"][0]["automationDetails"]["id"], len(sarif["runs"][0]["results"])) for sarif, _ in result.uploads], list(uploads))
        same("SARIF of files", bool(result.outputs["sarif"]), scanned not in ("nothing", "refused") and status != 2)
    if annotations is not None:
        same("annotations", len([name for name, _, _ in result.commands if name in ("error", "warning")]), annotations)
    if scanned not in ("nothing", "refused"):
        same("a summary", bool(result.summary.strip()), True)


# Scenarios, with a shallow clone (1) and with a full one (0)

def push_clean(hub, depth):
    after = hub.commit({"more.txt": "more\n"})
    hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", hub.main, after), depth), 0, "range", 0, [(FILES, 0)])


def push_middle_commit(hub, depth):
    after = hub.leak_and_remove()
    hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", hub.main, after), depth), 1, "range", 1, [(FILES, 0)])


def push_token_that_stays(hub, depth):
    after = hub.commit({"key.txt": hub.mint()})
    hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", hub.main, after), depth), 1, "range", 1, [(FILES, 1)])


def push_after_an_old_token(hub, depth):
    """Code scanning keeps the alert for what stands there already, but the push is not to blame."""
    before = hub.commit({"key.txt": hub.mint()})
    after = hub.commit({"more.txt": "more\n"})
    hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", before, after), depth), 0, "range", 0, [(FILES, 1)])


def push_merge(hub, depth):
    """A merged branch is new to main, its middle commit, too."""
    hub.branch("side")
    hub.leak_and_remove()
    hub.git("checkout", "--quiet", "main")
    hub.commit({"other.txt": "other\n"})
    hub.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    after = hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", hub.main, after), depth), 1, "range", 1, [(FILES, 0)])


def first_push_of_the_default_branch(hub, depth):
    hub.leak_and_remove()
    after = hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", ZEROS, after), depth), 1, "range", 1, [(FILES, 0)])


def new_branch(hub, depth):
    """Old tokens of main do not fail it."""
    hub.leak_and_remove()
    hub.push("main")
    hub.branch("topic")
    after = hub.commit({"topic.txt": "topic\n"})
    hub.push("topic")
    expect(hub.run(hub.pushed("refs/heads/topic", ZEROS, after), depth), 0, "range", 0, [(FILES, 0)])


def new_branch_with_a_token(hub, depth):
    hub.leak_and_remove("old.txt")
    hub.push("main")
    hub.branch("topic")
    after = hub.leak_and_remove("new.txt")
    hub.push("topic")
    expect(hub.run(hub.pushed("refs/heads/topic", ZEROS, after), depth), 1, "range", 1, [(FILES, 0)])


def forced_push(hub, depth):
    hub.branch("topic")
    before = hub.commit({"topic.txt": "first\n"})
    hub.push("topic")
    hub.branch("topic")
    after = hub.leak_and_remove()
    hub.push("topic", "--force")
    expect(hub.run(hub.pushed("refs/heads/topic", before, after, forced=True), depth), 1, "range", 1, [(FILES, 0)])


def forced_push_to_main(hub, depth):
    """What stood there before, and still does, is old."""
    hub.leak_and_remove("old.txt")
    before = hub.commit({"main.txt": "first\n"})
    hub.push("main")
    hub.git("reset", "--quiet", "--hard", "HEAD^")
    after = hub.commit({"main.txt": "second\n"})
    hub.push("main", "--force")
    expect(hub.run(hub.pushed("refs/heads/main", before, after, forced=True), depth), 0, "range", 0, [(FILES, 0)])


def forced_push_before_is_gone(hub, depth):
    hub.leak_and_remove("old.txt")
    hub.push("main")
    hub.branch("topic")
    before = hub.commit({"topic.txt": "first\n"})
    hub.push("topic")
    hub.branch("topic")
    after = hub.leak_and_remove()
    hub.push("topic", "--force")
    hub.git("gc", "--quiet", "--prune=now", cwd=hub.remote)
    expect(hub.run(hub.pushed("refs/heads/topic", before, after, forced=True), depth), 1, "range", 1, [(FILES, 0)])


def forced_push_before_is_gone_clean(hub, depth):
    hub.leak_and_remove("old.txt")
    hub.push("main")
    hub.branch("topic")
    before = hub.commit({"topic.txt": "first\n"})
    hub.push("topic")
    hub.branch("topic")
    after = hub.commit({"topic.txt": "second\n"})
    hub.push("topic", "--force")
    hub.git("gc", "--quiet", "--prune=now", cwd=hub.remote)
    expect(hub.run(hub.pushed("refs/heads/topic", before, after, forced=True), depth), 0, "range", 0, [(FILES, 0)])


def deleted_branch(hub, depth):
    event = hub.pushed("refs/heads/topic", hub.main, ZEROS)
    event.reference = "refs/heads/main"  # what the runner checks out then
    result = hub.run(event, depth)
    expect(result, 0, "nothing", None, [])


def tag_clean(hub, depth):
    hub.leak_and_remove()
    after = hub.push("main")
    hub.git("tag", "v1")
    hub.push("refs/tags/v1")
    expect(hub.run(hub.pushed("refs/tags/v1", ZEROS, after), depth), 0, "range", 0, [(FILES, 0)])


def tag_beside_the_default_branch(hub, depth):
    hub.branch("release")
    after = hub.leak_and_remove()
    hub.git("tag", "v1")
    hub.push("refs/tags/v1")
    expect(hub.run(hub.pushed("refs/tags/v1", ZEROS, after), depth), 1, "range", 1, [(FILES, 0)])


def tag_annotated(hub, depth):
    """`after` is the id of the tag itself, not of its commit."""
    hub.branch("release")
    hub.leak_and_remove()
    hub.git("tag", "--annotate", "--message", "one", "v1")
    after = hub.push("refs/tags/v1")
    expect(hub.run(hub.pushed("refs/tags/v1", ZEROS, after), depth), 1, "range", 1, [(FILES, 0)])


def pull_request_middle_commit(hub, depth):
    hub.branch("topic")
    event = hub.pull_request(hub.leak_and_remove())
    expect(hub.run(event, depth), 1, "range", 1, [(FILES, 0)])


def pull_request_clean(hub, depth):
    """The old token of the base does not fail it, but code scanning is told of the whole tree."""
    hub.commit({"old.txt": hub.mint()})
    hub.push("main")
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"topic.txt": "topic\n"}))
    expect(hub.run(event, depth), 0, "range", 0, [(FILES, 1)])


def pull_request_behind_its_base(hub, depth):
    """What came to main in the meantime is not the pull request's."""
    hub.branch("topic")
    head = hub.commit({"topic.txt": "topic\n"})
    hub.git("checkout", "--quiet", "main")
    for number in range(5):
        hub.commit({"main.txt": f"{number}\n"})
    hub.leak_and_remove()
    hub.push("main")
    expect(hub.run(hub.pull_request(head), depth), 0, "range", 0, [(FILES, 0)])


def pull_request_closed(hub, depth):
    hub.branch("topic")
    event = hub.pull_request(hub.leak_and_remove())
    event.payload["action"] = "closed"
    expect(hub.run(event, depth), 1, "range", 1, [(FILES, 0)])


def pull_request_from_a_fork(hub, depth):
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"key.txt": hub.mint()}), fork=True)
    result = hub.run(event, depth)
    expect(result, 1, "range", 1, [], annotations=1)
    if result.commands[0][1]["file"] != "key.txt":
        raise Wrong(f"the annotation is for another file: {result.commands}")
    expect(hub.run(event, depth, {"upload-sarif": "true"}), 1, "range", 1, [(FILES, 1)], annotations=None)
    expect(hub.run(event, depth, {"annotations": "never"}), 1, "range", 1, [])


def pull_request_from_a_fork_that_is_gone(hub, depth):
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"topic.txt": "topic\n"}), fork=True)
    event.payload["pull_request"]["head"]["repo"] = None
    expect(hub.run(event, depth), 0, "range", 0, [])


def pull_request_target(hub, depth):
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"topic.txt": "topic\n"}), fork=True)
    event.name, event.reference, event.sha = "pull_request_target", "refs/heads/main", hub.main
    result = hub.run(event, depth)
    expect(result, 2, "refused", None, [], annotations=None)


def pull_request_target_allowed(hub, depth):
    """The head is fetched, and the configuration is the base's, whatever is asked for."""
    hub.branch("topic")
    hub.commit({"dogcatcher.toml": '[[allow]]\npath = "*.txt"\nreason = "mine"\n'})
    event = hub.pull_request(hub.leak_and_remove(), fork=True)
    event.name, event.reference, event.sha = "pull_request_target", "refs/heads/main", hub.main
    variables = {"DOGCATCHER_ALLOW_PULL_REQUEST_TARGET": "true"}
    expect(hub.run(event, depth, variables=variables), 1, "range", 1, None, annotations=None)


def merge_group(hub, depth):
    hub.branch("topic")
    hub.leak_and_remove()
    hub.git("checkout", "--quiet", "-B", "gh-readonly-queue/main/pr-7-1", "main")
    hub.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    head = hub.push("gh-readonly-queue/main/pr-7-1")
    reference = "refs/heads/gh-readonly-queue/main/pr-7-1"
    payload = {"action": "checks_requested", "merge_group": {"head_sha": head, "head_ref": reference, "base_sha": hub.main, "base_ref": "refs/heads/main"}}
    expect(hub.run(Event("merge_group", payload, reference, head), depth), 1, "range", 1, [(FILES, 0)])
    payload["merge_group"]["base_sha"] = hub.git("rev-parse", "HEAD^2")
    expect(hub.run(Event("merge_group", payload, reference, head), depth), 0, "range", 0, [(FILES, 0)])


def old_token_in_history(hub):
    hub.leak_and_remove()
    return hub.push("main")


def schedule(hub, depth):
    sha = old_token_in_history(hub)
    event = Event("schedule", {"schedule": "17 4 * * 1"}, "refs/heads/main", sha)
    expect(hub.run(event, depth), 1, "full", 1, [(FILES, 0)])
    expect(hub.run(event, depth, {"history": "true"}), 1, "full", 1, [(FILES, 0), (HISTORY, 1)])
    expect(hub.run(event, depth, {"history": "true", "upload-sarif": "false"}), 1, "full", 1, [], annotations=None)


def workflow_dispatch(hub, depth):
    sha = old_token_in_history(hub)
    expect(hub.run(Event("workflow_dispatch", {"inputs": None, "ref": "refs/heads/main"}, "refs/heads/main", sha), depth), 1, "full", 1, [(FILES, 0)])


def unknown_event(hub, depth):
    sha = old_token_in_history(hub)
    expect(hub.run(Event("issue_comment", {"action": "created", "issue": {"number": 1}}, "refs/heads/main", sha), depth), 1, "full", 1, [(FILES, 0)])


def clean_schedule(hub, depth):
    event = Event("schedule", {"schedule": "17 4 * * 1"}, "refs/heads/main", hub.main)
    expect(hub.run(event, depth, {"history": "true"}), 0, "full", 0, [(FILES, 0), (HISTORY, 0)])


def unreachable(workspace):
    subprocess.run(["git", "remote", "set-url", "origin", (workspace / "gone.git").as_uri()], cwd=workspace, check=True)


def no_way_to_the_remote(hub, depth):
    """A full clone needs none. Of a shallow one too little is known: an error, and never clean."""
    after = hub.commit({"more.txt": "more\n"})
    hub.commit({"more.txt": "less\n"})
    after = hub.push("main")
    for event in (hub.pushed("refs/heads/main", hub.main, after), hub.pushed("refs/heads/main", ZEROS, after),
                  Event("schedule", {}, "refs/heads/main", after)):
        result = hub.run(event, depth, before=unreachable)
        if depth:
            expect(result, 2, result.outputs["scanned"], None, None, annotations=None)
            if result.outputs["findings"] == "0" or re.search(r"\bno credential|\b0 credential|nothing found", result.log + result.summary):
                raise Wrong(f"as if it were clean: {result.outputs}\n{result.log}\n{result.summary}")
        else:
            expect(result, 0, "full" if event.name == "schedule" else "range", 0, None)


def partial_clone(hub, depth):
    """As `filter` and `sparse-checkout` make it: what its old commits hold is not there. Found, or an error; never clean."""
    after = hub.leak_and_remove()
    hub.push("main")
    for event in (hub.pushed("refs/heads/main", hub.main, after), Event("schedule", {}, "refs/heads/main", after)):
        result = hub.run(event, depth, filter="blob:none")
        if result.status not in (1, 2, 3) or result.outputs["verdict"] == "clean":
            raise Wrong(f"a partial clone is taken for all: {result.status} {result.outputs}\n{result.log}")


def hostile_names(hub, depth):
    """Names, a line and a subject that look like commands to the runner, or like markup in the summary."""
    names = ["a\n::error file=x::pwned", "b,line=1::pwned%0A::warning::x", "##[error]pwned", "c`|<img src=x>|[l](http:e)**b**.txt"]
    hub.branch("topic")
    files = {name: "##[error]pwned " + hub.mint() for name in names}
    event = hub.pull_request(hub.commit(files, "##[error]pwned | `<img>"), fork=True)
    for inputs in ({}, {"upload-sarif": "true"}):
        result = hub.run(event, depth, inputs)
        expect(result, 1, "range", 4, [(FILES, 4)] if inputs else [], annotations=None if inputs else 4)
        for name, properties, message in result.commands:
            if name != "error" or properties["file"] == "x" or message.startswith("pwned") or properties.get("line") != "1":
                raise Wrong(f"a command by somebody else: {name} {properties} {message}")
        if not inputs and len({properties["file"] for _, properties, _ in result.commands}) != 4:
            raise Wrong(f"annotations for the wrong files: {result.commands}")


def hostile_branch_name(hub, depth):
    name = "a;##{error}|`id`$(id)<img>&%0A"
    hub.branch(name)
    after = hub.commit({"key.txt": hub.mint()})
    hub.push(name)
    result = hub.run(hub.pushed(f"refs/heads/{name}", ZEROS, after), depth)
    expect(result, 1, "range", 1, [(FILES, 1)])


def upload_never(hub, depth):
    after = hub.commit({"key.txt": hub.mint()})
    hub.push("main")
    event = hub.pushed("refs/heads/main", hub.main, after)
    expect(hub.run(event, depth, {"upload-sarif": "false"}), 1, "range", 1, [], annotations=1)
    expect(hub.run(event, depth, {"upload-sarif": "false", "annotations": "never"}), 1, "range", 1, [])
    expect(hub.run(event, depth, {"annotations": "always"}), 1, "range", 1, [(FILES, 1)], annotations=1)


def own_config(hub, depth):
    """A pull request that allows its own token: only where the configuration is its own."""
    for name, text in (("allow", '[[allow]]\npath = "*.txt"\nreason = "mine"\n'), ("exclude", '[scan]\nexclude = ["*.txt"]\n')):
        hub.branch("topic")
        event = hub.pull_request(hub.commit({"dogcatcher.toml": text, f"{name}.txt": hub.mint()}))
        expect(hub.run(event, depth), 1, "range", 1, [(FILES, 1)])
        expect(hub.run(event, depth, {"config-from": "HEAD"}), 0, "range", 0, None)
        expect(hub.run(event, depth, {"config-from": "base"}), 1, "range", 1, [(FILES, 1)])
        expect(hub.run(event, depth, {"no-config": "true"}), 1, "range", 1, [(FILES, 1)])
        expect(hub.run(event, depth, {"no-config": "false"}), 1, "range", 1, [(FILES, 1)])


def own_mark(hub, depth):
    """A pull request that allows its own token by a mark: not where those are switched off."""
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"key.txt": hub.mint().rstrip() + " # dogcatcher:allow mine\n"}))
    expect(hub.run(event, depth), 0, "range", 0, None)
    expect(hub.run(event, depth, {"marks": "false"}), 1, "range", 1, [(FILES, 1)])


def config_of_the_base(hub, depth):
    """And what the base allows is allowed, from its own commit, too."""
    hub.commit({"dogcatcher.toml": '[[allow]]\npath = "test/"\nreason = "ours"\n'})
    base = hub.push("main")
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"dogcatcher.toml": "", "test/key.txt": hub.mint()}))
    expect(hub.run(event, depth), 0, "range", 0, None)
    expect(hub.run(event, depth, {"config-from": "HEAD"}), 1, "range", 1, None)
    expect(hub.run(event, depth, {"config-from": "base"}), 0, "range", 0, None)
    expect(hub.run(event, depth, {"config-from": base}), 0, "range", 0, None)


def other_inputs(hub, depth):
    hub.commit({"strict.toml": "[scan]\nfail_on = 'never'\n"})
    before = hub.push("main")
    after = hub.commit({"key.txt": hub.mint("--broken", "checksum")})
    hub.push("main")
    event = hub.pushed("refs/heads/main", before, after)
    expect(hub.run(event, depth), 1, "range", 1, [(FILES, 1)])
    expect(hub.run(event, depth, {"min-confidence": "verified"}), 0, "range", 0, None)
    # The report is there, only the exit code is not: `findings` counts what decides, so it is not looked at here.
    for inputs in ({"fail-on": "never"}, {"fail-on": "verified"}, {"config": "strict.toml"}):
        result = hub.run(event, depth, inputs)
        if result.status or result.outputs["exit-code"] != "0" or len(result.uploads) != 1:
            raise Wrong(f"{inputs} is not heeded: {result.outputs}\n{result.log}")
    for inputs in ({"fail-on": "sometimes"}, {"min-confidence": "some"}, {"config": "missing.toml"}, {"annotations": "maybe"},
                   {"baseline": "missing.json"}, {"config-from": "0123456789abcdef0123456789abcdef01234567"}):
        result = hub.run(event, depth, inputs)
        if result.status != 2 or result.outputs["verdict"] == "clean":
            raise Wrong(f"{inputs} is accepted: {result.status} {result.outputs}\n{result.log}")


def baseline(hub, depth):
    after = hub.commit({"key.txt": hub.mint()})
    hub.push("main")

    def known(workspace):
        subprocess.run([hub.program, "scan", "--quiet", "--files-only", "--fail-on", "never", "--report", "json=known.json"],
                       cwd=workspace, env=hub.environment, check=True, capture_output=True)

    expect(hub.run(hub.pushed("refs/heads/main", hub.main, after), depth, {"baseline": "known.json"}, before=known), 0, "range", 0, None)


def working_directory(hub, depth):
    after = hub.commit({"sub/key.txt": hub.mint()})
    hub.push("main")
    result = hub.run(hub.pushed("refs/heads/main", hub.main, after), depth, {"working-directory": "inner"}, folder="inner")
    expect(result, 1, "range", 1, [(FILES, 1)])
    sarif, given = result.uploads[0]
    uri = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    if uri != "sub/key.txt" or not given["checkout_path"].endswith("/inner"):
        raise Wrong(f"not as seen from the root of the checkout: {uri}, {given}")


def summary_names_the_place(hub, depth):
    after = hub.commit({"key.txt": hub.mint()})
    hub.push("main")
    result = hub.run(hub.pushed("refs/heads/main", hub.main, after), depth)
    if not re.search(r"key\.txt", result.summary):
        raise Wrong(f"the summary does not name the file:\n{result.summary}")


def everything_that_refs_lead_to(hub, depth):
    """All of the history is that of other branches and of tags, too, which the checkout did not fetch."""
    for reference in ("refs/heads/topic", "refs/tags/v1"):
        hub.branch("topic")
        hub.leak_and_remove(f"{reference[5:9]}.txt")
        hub.git("push", "--quiet", "--force", "origin", f"HEAD:{reference}")
        event = Event("schedule", {"schedule": "17 4 * * 1"}, "refs/heads/main", hub.main)
        expect(hub.run(event, depth), 1, "full", None, [(FILES, 0)])
        hub.git("push", "--quiet", "origin", f":{reference}")


def started_in_a_folder(hub, depth):
    """From there neither the history nor the other folders can be seen."""
    hub.commit({"sub/clean.txt": "clean\n"})
    sha = old_token_in_history(hub)
    for event in (Event("schedule", {}, "refs/heads/main", sha), hub.pushed("refs/heads/main", hub.main, sha)):
        result = hub.run(event, depth, {"working-directory": "sub"})
        if result.status != 2 or result.outputs["verdict"] != "error":
            raise Wrong(f"a part is taken for all: {result.status} {result.outputs}")


def review_of_a_pull_request(hub, depth):
    """Its files are those of the pull request, and so is the configuration in them."""
    hub.branch("topic")
    event = hub.pull_request(hub.commit({"dogcatcher.toml": '[[allow]]\npath = "**"\nreason = "mine"\n', "key.txt": hub.mint()}))
    for name in ("pull_request_review", "issue_comment"):
        payload = event.payload if name == "pull_request_review" else {"action": "created"}
        review = Event(name, payload, event.reference, event.sha)
        expect(hub.run(review, depth, {"config-from": "base"}), 1, "full", 1, None, annotations=None)


def tracked_and_ignored(hub, depth):
    """Code scanning keeps its alert: the file is still there."""
    before = hub.commit({"key.txt": hub.mint()})
    hub.push("main")
    after = hub.commit({".gitignore": "key.txt\n"})
    hub.push("main")
    expect(hub.run(hub.pushed("refs/heads/main", before, after), depth), 0, "range", 0, [(FILES, 1)])


def submodule_that_becomes_a_file(hub, depth):
    """Its id is that of the file: nothing changes but the mode."""
    hub.branch("topic")
    (hub.work / "k").write_text(hub.mint())
    blob = hub.git("hash-object", "-w", "k")
    for mode in ("160000", "100644"):
        hub.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},k")
        hub.git("commit", "--quiet", "--message", mode)
    (hub.work / "k").unlink()
    hub.git("reset", "--quiet", "--hard")
    head = hub.git("rev-parse", "HEAD")
    expect(hub.run(hub.pull_request(head), depth), 1, "range", 1, None, annotations=None)


def baseline_of_the_pull_request(hub, depth):
    """An author who writes his own finding into the list of what is known."""
    hub.commit({"known.json": '{"schema_version": 1, "findings": []}'})
    hub.push("main")
    hub.branch("topic")
    hub.commit({"key.txt": hub.mint()})
    subprocess.run([hub.program, "scan", "--quiet", "--files-only", "--fail-on", "never", "--report", "json=known.json"],
                   cwd=hub.work, env=hub.environment, check=True, capture_output=True)
    event = hub.pull_request(hub.commit({}))
    expect(hub.run(event, depth, {"baseline": "known.json", "config-from": "HEAD"}), 0, "range", 0, None)
    expect(hub.run(event, depth, {"baseline": "known.json"}), 1, "range", 1, None)


# How the program gets there

class Install:
    """A copy of the action, with programs `curl` and `cargo` of our own before those of the machine."""

    def __init__(self, hub, system="Linux", machine="X64"):
        self.hub, self.action, self.bin = hub, hub.folder / f"action-{hub.runs}", hub.folder / f"bin-{hub.runs}"
        self.variables = {"RUNNER_OS": system, "RUNNER_ARCH": machine, "PATH": f"{self.bin}:{os.environ['PATH']}",
                          "CARGO_BUILD_TARGET": "elsewhere"}
        (self.action / ".github").mkdir(parents=True)
        self.bin.mkdir()
        for name in ("action.yml", ".github/install.sh", ".github/releases.sha256", "Cargo.toml", "Cargo.lock", "build.rs"):
            shutil.copy(ROOT / name, self.action / name)
        for name in ("src", "rules", "docs"):
            (self.action / name).mkdir()
            (self.action / name / "a").write_text("a source\n")

    def stand_in(self, name, script):
        file = self.bin / name
        file.write_text(f"#!/bin/bash\nset -eu\n{script}\n")
        file.chmod(0o755)

    def release(self, target, program="dogcatcher", known=True, version="1.2.3"):
        """A release, served by `curl` for its right address only."""
        asset = f"dogcatcher-{version}-{target}.tar.gz"
        with tarfile.open(self.bin / asset, "w:gz") as archive:
            archive.add(self.hub.program, program)
        address = f"https://github.com/dogs/dogcatcher/releases/download/v{version}/{asset}"
        self.stand_in("curl", f"""[ "${{@: -1}}" = {address} ]; while [ "$1" != --output ]; do shift; done; cp "{self.bin / asset}" "$2" """)
        sum = sha256((self.bin / asset).read_bytes() if known else b"something else").hexdigest()
        with (self.action / ".github/releases.sha256").open("a") as table:
            table.write(f"{sum}  {asset}\n")

    def run(self, status, told=None, **inputs):
        event = Event("schedule", {}, "refs/heads/main", self.hub.main)
        result = self.hub.run(event, 1, {"path": None, **inputs}, action=self.action, variables=self.variables)
        expect(result, status, "full" if status == 0 else None, 0, [(FILES, 0)])
        if told and told not in result.log:
            raise Wrong(f"{told!r} is not in the log:\n{result.log}")


def install_release(hub, depth):
    for system, machine, target in (("Linux", "X64", "x86_64-unknown-linux-musl"), ("Linux", "ARM64", "aarch64-unknown-linux-musl"),
                                    ("macOS", "X64", "x86_64-apple-darwin"), ("macOS", "ARM64", "aarch64-apple-darwin"),
                                    ("Windows", "X64", "x86_64-pc-windows-msvc")):
        install = Install(hub, system, machine)
        install.release(target, "dogcatcher.exe" if system == "Windows" else "dogcatcher")
        install.run(0, version="1.2.3")
    # Without `version` the release of the action's own sources, if its checksum is known.
    install = Install(hub)
    install.stand_in("cargo", "exit 101")
    install.release("x86_64-unknown-linux-musl", version=re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1])
    install.run(0)


def install_refused(hub, depth):
    Install(hub).run(2, "knows no checksum", version="9.9.9")
    Install(hub, "Linux", "ARM").run(2, "no release is built", version="1.2.3")
    install = Install(hub)
    install.release("x86_64-unknown-linux-musl", known=False)
    install.run(2, "the checksum of", version="1.2.3")
    Install(hub).run(2, "no program", path="missing/dogcatcher")


def install_build(hub, depth):
    for system, program in (("Linux", "dogcatcher"), ("Windows", "dogcatcher.exe")):
        install = Install(hub, system)
        install.stand_in("cargo", f"""
            [ "$PWD" = "{install.action}" ]; [ -z "${{CARGO_BUILD_TARGET:-}}" ]; [ "$1 $2 $3 $4" = "build --locked --release --target-dir" ]
            mkdir -p "$5/release"; cp "{hub.program}" "$5/release/{program}" """)
        install.run(0)
        # The next run finds it in the cache; another source is built anew.
        install.stand_in("cargo", "exit 101")
        install.run(0)
    (install.action / "src/a").write_text("another source\n")
    install.run(101)


SCENARIOS = [push_clean, push_middle_commit, push_token_that_stays, push_after_an_old_token, push_merge,
             first_push_of_the_default_branch, new_branch, new_branch_with_a_token, forced_push, forced_push_to_main,
             forced_push_before_is_gone, forced_push_before_is_gone_clean, deleted_branch, tag_clean, tag_beside_the_default_branch, tag_annotated,
             pull_request_middle_commit, pull_request_clean, pull_request_behind_its_base, pull_request_closed,
             pull_request_from_a_fork, pull_request_from_a_fork_that_is_gone, pull_request_target, pull_request_target_allowed, merge_group,
             schedule, clean_schedule, workflow_dispatch, unknown_event, no_way_to_the_remote, partial_clone, hostile_names, hostile_branch_name,
             upload_never, everything_that_refs_lead_to, started_in_a_folder, review_of_a_pull_request, tracked_and_ignored,
             submodule_that_becomes_a_file, baseline_of_the_pull_request, own_config, own_mark, config_of_the_base, other_inputs, baseline, working_directory, summary_names_the_place]
# Where the depth of the clone makes no difference.
INSTALLS = [install_release, install_refused, install_build]


def main():
    program = Path(sys.argv[1]).resolve()
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    cases = [(scenario, depth) for scenario in SCENARIOS for depth in (1, 0)] + [(scenario, 1) for scenario in INSTALLS]
    cases = [case for case in cases if word in case[0].__name__]

    def as_expected(case):
        scenario, depth = case
        with tempfile.TemporaryDirectory() as folder:
            try:
                scenario(Hub(Path(folder), program), depth)
                return True
            except Exception as why:  # a report of another shape is one more way to be wrong
                print(f"WRONG  {scenario.__name__}, {'shallow' if depth else 'full'} clone: {type(why).__name__} {why}", flush=True)
                return False

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(pool.map(as_expected, cases)).count(False)
    if wrong or not cases:
        sys.exit(f"github action: {wrong} of {len(cases)} scenarios are wrong")
    print(f"github action: {len(cases)} scenarios, all as expected")


if __name__ == "__main__":
    main()
