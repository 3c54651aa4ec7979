#!/usr/bin/env python3
"""Runs the scripts of docs/ci.md for the other CI systems, as they stand there, in clones and with variables as those systems make
them: each once where nothing is wrong and once where a token came and went.

usage: .ci/recipes.py DOGCATCHER    needs PyYAML, and check-jsonschema on the PATH for the shape of each recipe
"""

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from hub import Git
from runner import Wrong

ROOT = Path(__file__).resolve().parent.parent


def blocks():
    """The fenced block below each heading."""
    found = {}
    for heading, text in re.findall(r"^##+ (.+?)\n(.*?)(?=^##|\Z)", (ROOT / "docs/ci.md").read_text(), re.MULTILINE | re.DOTALL):
        if fence := re.search(r"^```(?:yaml|groovy)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            found[heading] = fence[1]
    return found


class Hub(Git):
    """A bare repository: `main` with an old token in its history, and a topic that grew from it before main moved on."""

    def __init__(self, folder, program, leak):
        self.folder, self.token = folder, None
        (folder / "home").mkdir()
        (folder / "bin").mkdir()
        (folder / "bin/dogcatcher").symlink_to(program)
        identity = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = {**identity, "HOME": str(folder / "home"), "LANG": "C.UTF-8", "PATH": f"{folder}/bin:{os.environ['PATH']}"}
        self.remote, self.work = folder / "remote.git", folder / "work"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", self.remote, cwd=folder)
        self.git("init", "--quiet", "--initial-branch=main", self.work, cwd=folder)
        self.git("remote", "add", "origin", self.remote.as_uri())
        self.git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=self.remote)
        self.come_and_go("first", leak == "main")
        self.old = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "-b", "topic")
        self.come_and_go("topic", leak == "topic")
        self.head = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "main")
        # What the topic does not have, but main does, is not the topic's: for its own sake main is clean there or not.
        self.come_and_go("later", leak != "nothing")
        self.main = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
        self.merge = self.git("rev-parse", "HEAD")
        self.git("push", "--quiet", "origin", "main", "topic", "topic:refs/pull/7/head", f"{self.merge}:refs/pull/7/merge")

    def come_and_go(self, name, leak):
        """Three commits; the token, if any, stands only in the second."""
        minted = subprocess.check_output(["dogcatcher", "token", "mint"], env=self.environment, text=True).strip()
        if leak:
            self.token = minted
        for number, text in enumerate(("one", minted if leak else "two", "three")):
            (self.work / f"{name}.txt").write_text(f"{text}\n")
            self.git("add", "--all")
            self.git("commit", "--quiet", "--message", f"{name} {number}")

    def clone(self, *refspecs, checkout, flags=()):
        """As CI systems do that do not use `git clone`."""
        clone = self.folder / "clone"
        self.git("init", "--quiet", clone, cwd=self.folder)
        self.git("remote", "add", "origin", self.remote.as_uri(), cwd=clone)
        self.git("fetch", "--quiet", *flags, "origin", *refspecs, cwd=clone)
        self.git("checkout", "--quiet", "--force", "--detach", checkout, cwd=clone)
        return clone


# One function for each system: the clone, the variables, the shell, and the script out of the recipe. `branch` is "topic" for
# what would be merged, and "main" for a push to the default branch.

def jenkins(text, hub, branch):
    script = re.search(r"sh '''\n(.*?)'''", text, re.DOTALL)[1]
    if branch == "main":
        return hub.clone("+refs/heads/main:refs/remotes/origin/main", checkout=hub.main, flags=["--no-tags"]), {"BRANCH_NAME": "main"}, ["sh", "-xe"], script
    clone = hub.clone("+refs/pull/7/head:refs/remotes/origin/PR-7", "+refs/heads/main:refs/remotes/origin/main", checkout=hub.main, flags=["--no-tags"])
    hub.git("merge", "--quiet", hub.head, cwd=clone)
    return clone, {"BRANCH_NAME": "PR-7", "CHANGE_ID": "7", "CHANGE_TARGET": "main", "CHANGE_BRANCH": "topic"}, ["sh", "-xe"], script


def circleci(text, hub, branch):
    job = yaml.safe_load(text)["jobs"]["dogcatcher"]
    checkout, run = job["steps"]
    if checkout != {"checkout": {"method": "full"}}:
        raise Wrong(f"another checkout: {checkout}")
    sha = getattr(hub, {"main": "main", "topic": "head"}[branch])
    clone = hub.folder / "clone"
    hub.git("clone", "--quiet", hub.remote.as_uri(), clone, cwd=hub.folder)
    hub.git("checkout", "--quiet", "--force", "-B", branch, sha, cwd=clone)
    return clone, {"CIRCLE_BRANCH": branch, "CIRCLE_SHA1": sha}, ["bash", "-eo", "pipefail"], run["run"]


def buildkite(text, hub, branch):
    script = yaml.safe_load(text)["steps"][0]["command"]
    if re.search(r"(?<!\$)\$(?!\$)", script):
        raise Wrong("a variable that is put into the script when the pipeline is uploaded")
    sha = getattr(hub, {"main": "main", "topic": "head"}[branch])
    # A clone of an earlier build, whose origin/main is old.
    clone = hub.clone(f"+{hub.old}:refs/remotes/origin/main", checkout=hub.old)
    hub.git("fetch", "--quiet", "origin", branch, cwd=clone)
    hub.git("checkout", "--quiet", "--force", sha, cwd=clone)
    variables = {"BUILDKITE_BRANCH": branch, "BUILDKITE_COMMIT": sha, "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main",
                 "BUILDKITE_PULL_REQUEST": "7" if branch == "topic" else "false",
                 "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main" if branch == "topic" else ""}
    return clone, variables, ["bash", "-e"], script.replace("$$", "$")


def buildkite_branch(text, hub, branch):
    """A branch without a pull request."""
    clone, variables, shell, script = buildkite(text, hub, branch)
    return clone, {**variables, "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": ""}, shell, script


def bitbucket(text, hub, branch):
    recipe = yaml.safe_load(text)
    if recipe["clone"] != {"depth": "full"}:
        raise Wrong(f"another clone: {recipe['clone']}")
    pipeline = recipe["pipelines"]["branches"]["main"] if branch == "main" else recipe["pipelines"]["pull-requests"]["**"]
    clone = hub.folder / "clone"
    hub.git("clone", "--quiet", "--branch", branch, hub.remote.as_uri(), clone, cwd=hub.folder)
    variables = {"BITBUCKET_BRANCH": branch, "BITBUCKET_COMMIT": hub.main}
    if branch == "topic":
        hub.git("merge", "--quiet", "--no-edit", hub.main, cwd=clone)
        variables = {"BITBUCKET_BRANCH": branch, "BITBUCKET_COMMIT": hub.head[:12], "BITBUCKET_PR_ID": "7",
                     "BITBUCKET_PR_DESTINATION_BRANCH": "main", "BITBUCKET_PR_DESTINATION_COMMIT": hub.main[:12]}
    return clone, variables, ["bash", "-e"], "\n".join(pipeline[0]["step"]["script"])


def azure(text, hub, branch, target="refs/heads/main"):
    checkout, run, publish = yaml.safe_load(text)["steps"]
    if checkout != {"checkout": "self", "fetchDepth": "0"} or publish["publish"] not in run["bash"]:
        raise Wrong(f"other steps: {checkout}, {publish}")
    every = ["+refs/heads/*:refs/remotes/origin/*"]
    if branch == "main":
        return hub.clone(*every, checkout=hub.main), {"BUILD_REASON": "IndividualCI", "BUILD_SOURCEVERSION": hub.main}, ["bash"], run["bash"]
    variables = {"BUILD_REASON": "PullRequest", "BUILD_SOURCEVERSION": hub.merge, "SYSTEM_PULLREQUEST_TARGETBRANCH": target}
    return hub.clone(*every, "+refs/pull/7/merge:refs/remotes/pull/7/merge", checkout=hub.merge), variables, ["bash"], run["bash"]


def azure_github(text, hub, branch):
    """For a repository on GitHub the target has a short name."""
    return azure(text, hub, branch, "main")


def gitlab(text, hub, branch, flags=()):
    job = yaml.safe_load(text)["dogcatcher"]
    if job["artifacts"]["reports"] != {"secret_detection": "gl-secret-detection-report.json"}:
        raise Wrong("another report than the program writes")
    sha = getattr(hub, {"main": "main", "topic": "head"}[branch])
    refs = [f"+{sha}:refs/pipelines/1", f"+refs/heads/{branch}:refs/remotes/origin/{branch}"]
    clone = hub.clone(*(refs if flags else ["+refs/heads/*:refs/remotes/origin/*", refs[0]]), checkout=sha, flags=flags)
    variables = {"GITLAB_CI": "true", "CI_COMMIT_SHA": sha, "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_DIR": str(clone), "CI_COMMIT_BEFORE_SHA": "0" * 40}
    if branch == "main":
        variables |= {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}
    else:
        variables |= {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": hub.old, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                      "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""}
    return clone, variables, ["bash", "-eo", "pipefail"], "\n".join(job["script"])


def gitlab_shallow(text, hub, branch):
    """Where GIT_DEPTH was left out."""
    return gitlab(text, hub, branch, ["--depth=1"])


def gitlab_push(text, hub, branch):
    clone, variables, shell, script = gitlab(text, hub, branch)
    variables = {name: value for name, value in variables.items() if "MERGE_REQUEST" not in name}
    before = hub.old if branch == "main" else "0" * 40
    return clone, {**variables, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": branch, "CI_COMMIT_BEFORE_SHA": before}, shell, script


RECIPES = {"Jenkins": [jenkins], "CircleCI": [circleci], "Buildkite": [buildkite, buildkite_branch], "Bitbucket Pipelines": [bitbucket],
           "Azure Pipelines": [azure, azure_github], "GitLab": [gitlab, gitlab_shallow, gitlab_push]}
# What is built, where the token is, and whether that stops it.
CASES = [("topic", "nothing", False), ("topic", "main", False), ("topic", "topic", True), ("main", "nothing", False), ("main", "main", True)]


def run(case):
    text, system, (branch, leak, stopped), program = case
    with tempfile.TemporaryDirectory() as folder:
        name = f"{system.__name__}, {branch}, token in {leak}"
        try:
            hub = Hub(Path(folder), program, leak)
            clone, variables, shell, script = system(text, hub, branch)
            file = Path(folder, "script")
            file.write_text(script)
            done = subprocess.run([*shell, file], cwd=clone, env={**hub.environment, "CI": "true", **variables}, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
            reports = [report.read_text() for report in clone.glob("*.sarif")] + [report.read_text() for report in clone.glob("gl-*.json")]
            if done.returncode != int(stopped):
                raise Wrong(f"exit status {done.returncode}, not {int(stopped)}:\n{script}\n{done.stdout}")
            if hub.token and any(hub.token.rsplit("_", 1)[1] in text for text in [done.stdout, *reports]):
                raise Wrong("the secret is shown")
            if ("sarif" in script or "gitlab" in script) and not reports:
                raise Wrong("no report")
            return True
        except Exception as why:
            print(f"WRONG  {name}: {type(why).__name__} {why}", flush=True)
            return False


SCHEMAS = {"GitHub": "github-workflows", "GitLab": "gitlab-ci", "CircleCI": "circle-ci", "Buildkite": "buildkite",
           "Bitbucket Pipelines": "bitbucket-pipelines", "Azure Pipelines": "azure-pipelines"}


def has_its_shape(heading, text):
    """As the schema of that CI system has it."""
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(["check-jsonschema", "--regex-variant", "nonunicode", "--builtin-schema", f"vendor.{SCHEMAS[heading]}", file.name], capture_output=True, text=True)
    if done.returncode:
        print(f"WRONG  {heading}: {done.stdout}{done.stderr}", flush=True)
    return done.returncode == 0


def github_names():
    """The workflow in the documentation uses inputs that there are."""
    workflow, action = yaml.safe_load(blocks()["GitHub"]), yaml.safe_load((ROOT / "action.yml").read_text())
    step = workflow["jobs"]["dogcatcher"]["steps"][1]
    return "dogcatcher@" in step["uses"] and set(step["with"]) <= set(action["inputs"])


def component_is_the_recipe(recipe):
    """The template for `include`, filled with its defaults, is the job of the page in an image."""
    header, template = (ROOT / ".github/packaging/gitlab-component.yml").read_text().split("\n---\n")
    given = {name: described.get("default", f"some-{name}") for name, described in yaml.safe_load(header)["spec"]["inputs"].items()}
    text = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: given[match[1]], template)
    wanted = {**yaml.safe_load(recipe)["dogcatcher"], "image": "some-image"}
    return has_its_shape("GitLab", text) and yaml.safe_load(text)["dogcatcher"] == wanted


def main():
    program = Path(sys.argv[1]).resolve()
    found = blocks()
    if set(found) != {*RECIPES, "GitHub"} or not github_names() or not component_is_the_recipe(found["GitLab"]):
        sys.exit(f"recipes: not what is expected in docs/ci.md: {sorted(found)}")
    cases = [(found[heading], system, case, program) for heading, systems in RECIPES.items() for system in systems for case in CASES]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(pool.map(run, cases)).count(False)
    wrong += [has_its_shape(heading, found[heading]) for heading in SCHEMAS].count(False)
    if wrong:
        sys.exit(f"recipes: {wrong} of {len(cases)} runs and {len(SCHEMAS)} shapes are wrong")
    print(f"recipes: {len(cases)} runs, all as expected")


if __name__ == "__main__":
    main()
