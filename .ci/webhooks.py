#!/usr/bin/env python3
"""Gives `dogcatcher ci github --dry-run` every payload that GitHub publishes as an example, and some made here, and
compares what it would scan with the table of docs/ci.md, stated once more in Python.

usage: .ci/webhooks.py DOGCATCHER NODE_MODULES    NODE_MODULES holds @octokit/webhooks-examples
"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

A, B, ZEROS = "a" * 40, "b" * 40, "0" * 40
FULL_AND_EXPECTED = {"schedule", "workflow_dispatch"}


def is_id(text):
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", text)


def expected(event, payload):
    """scan, to, not, upload, and whether there is a notice (None: either); or `error`."""
    try:
        return decided(event, payload)
    except (KeyError, TypeError, ValueError):
        return "error"


def decided(event, payload):
    if event == "push":
        before, after, reference = (payload[name] for name in ("before", "after", "ref"))
        if payload.get("deleted") or set(after) == {"0"}:
            return "nothing", None, [], False, True
        default = payload["repository"]["default_branch"]
        new = [] if reference == f"refs/heads/{default}" else [f"refs/remotes/origin/{default}"]
        known = not reference.startswith("refs/tags/") and set(before) != {"0"}
        return ranged(after, [before] if known else new, True)
    if event in ("pull_request", "pull_request_target"):
        request = payload["pull_request"]
        # A fork that was deleted is null.
        own = bool(request["head"]["repo"]) and request["head"]["repo"]["full_name"] == request["base"]["repo"]["full_name"]
        if event == "pull_request_target":
            return "refused", None, [], False, True
        return ranged(request["head"]["sha"], [request["base"]["sha"]], own)
    if event == "merge_group":
        return ranged(payload["merge_group"]["head_sha"], [payload["merge_group"]["base_sha"]], True)
    return "full", None, [], True, event not in FULL_AND_EXPECTED


def ranged(to, without, upload):
    if not all(is_id(commit) or commit.startswith("refs/remotes/origin/") for commit in [to, *without]):
        raise ValueError("no id of a commit")
    return "range", to, without, upload, None


def printed(program, folder, number, event, payload):
    file = Path(folder, f"{number}.json")
    file.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    # No repository, nothing else of a runner, and nowhere to write.
    environment = {"PATH": os.environ["PATH"], "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(file)}
    done = subprocess.run([program, "ci", "github", "--dry-run"], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    if done.returncode == 2 and not done.stdout and done.stderr:
        return "error"
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return f"exit status {done.returncode}, {done.stdout!r}, {done.stderr!r}"
    if set(told) != {"event", "scan", "to", "not", "notice", "upload"} or told["event"] != event:
        return f"another shape: {done.stdout}"
    return told["scan"], told["to"], told["not"], told["upload"], told["notice"] is not None


def same(found, wanted):
    if "error" in (found, wanted) or isinstance(found, str):
        return found == wanted
    return found[:4] == wanted[:4] and (wanted[4] is None or found[4] == wanted[4])


def made():
    """What the examples leave out: ordinary and forced pushes, forks, merge groups, and what GitHub would never send."""
    repository = {"full_name": "acme/shop", "default_branch": "main"}

    def push(reference="refs/heads/main", before=A, after=B, **more):
        return "push", {"ref": reference, "before": before, "after": after, "created": before == ZEROS, "deleted": after == ZEROS,
                        "forced": False, "repository": repository, **more}

    yield push()
    yield push("refs/heads/topic")
    yield push("refs/heads/topic", forced=True)
    yield push("refs/heads/topic", ZEROS)
    yield push("refs/heads/topic", ZEROS, base_ref="refs/heads/main")
    yield push("refs/heads/topic", A, ZEROS)
    yield push("refs/heads/main", ZEROS)
    yield push("refs/heads/feature/main", ZEROS)
    yield push("refs/tags/main", ZEROS)
    yield push("refs/tags/v1", A, forced=True)
    yield push("refs/tags/v1", A)
    yield push("refs/tags/v1", A, ZEROS)
    yield push("refs/heads/topic", "0" * 64, "c" * 64)
    yield push("refs/heads/topic", "d" * 64, "c" * 64)
    yield push("refs/heads/topic", ZEROS, repository={"full_name": "acme/shop", "default_branch": "release/1.x"})
    yield push("refs/heads/topic", "--upload-pack=id", B)
    yield push("refs/heads/topic", A, "HEAD")
    yield push("refs/heads/topic", A[:7], B)
    yield push("refs/heads/topic", A, None)
    yield "push", {"ref": "refs/heads/main", "after": B, "repository": repository}
    yield "push", {}
    yield "push", "not JSON"
    yield "push", "[]"

    def request(head="acme/shop", base=A, sha=B, action="opened"):
        return {"action": action, "number": 1, "repository": repository, "pull_request": {
            "base": {"sha": base, "ref": "main", "repo": repository},
            "head": {"sha": sha, "ref": "topic", "repo": head and {"full_name": head, "default_branch": "main"}}}}

    for event in ("pull_request", "pull_request_target"):
        yield event, request()
        yield event, request("stranger/shop")
        yield event, request(None)
        yield event, request(action="closed")
    yield "pull_request", request(base="-x")
    yield "pull_request", request(sha="refs/heads/main")
    yield "pull_request", {"action": "opened"}
    group = {"head_sha": B, "head_ref": "refs/heads/gh-readonly-queue/main/pr-1", "base_sha": A, "base_ref": "refs/heads/main"}
    yield "merge_group", {"action": "checks_requested", "merge_group": group, "repository": repository}
    yield "merge_group", {"action": "checks_requested", "merge_group": {**group, "base_sha": "main"}, "repository": repository}
    yield "merge_group", {"action": "checks_requested", "repository": repository}
    yield "schedule", {"schedule": "17 4 * * 1"}
    yield "schedule", {}
    yield "workflow_dispatch", {"inputs": None, "ref": "refs/heads/main", "repository": repository}
    yield "workflow_run", {"repository": repository}
    yield "something_new", {"repository": repository}


def examples(folder):
    for file in sorted(folder.glob("*/index.json")):
        for described in json.loads(file.read_text()):
            for payload in described["examples"]:
                yield described["name"], payload
                # The same under the name with which forks get at secrets.
                if described["name"] == "pull_request":
                    yield "pull_request_target", payload
                # The published pushes are all new or deleted; the same as an ordinary and as a forced one.
                if described["name"] == "push" and not payload["deleted"]:
                    for forced in (False, True):
                        changed = copy.deepcopy(payload)
                        changed.update(before=A, created=False, forced=forced, ref=payload["ref"].replace("tags", "heads"))
                        yield "push", changed


def main():
    program, modules = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    cases = [*examples(modules / "@octokit/webhooks-examples"), *made()]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda case: printed(program, folder, case[0], *case[1]), enumerate(cases)))
    wrong, scans = 0, Counter()
    for (event, payload), told in zip(cases, found, strict=True):
        wanted = expected(event, payload)
        scans[wanted if wanted == "error" else wanted[0]] += 1
        if not same(told, wanted):
            wrong += 1
            print(f"WRONG  {event}: {told}, not {wanted}\n       {json.dumps(payload)[:300]}")
    # The examples are really there, and so is every way to decide.
    if wrong or len(cases) < 500 or set(scans) != {"range", "full", "nothing", "refused", "error"}:
        sys.exit(f"webhooks: {wrong} of {len(cases)} payloads are wrong, {dict(scans)}")
    print(f"webhooks: {len(cases)} payloads, all as expected ({', '.join(f'{count} {scan}' for scan, count in scans.most_common())})")


if __name__ == "__main__":
    main()
