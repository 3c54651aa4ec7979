"""A hub as GitHub is one: a repository that is pushed to, the events of it, and the clones that actions/checkout makes."""

import json
import os
import subprocess
from pathlib import Path

from runner import Wrong, check_summary, commands, run_action

ROOT = Path(__file__).resolve().parent.parent
ZEROS = "0" * 40
REPOSITORY = "acme/shop"


class Git:
    """Runs git in `work`, with `environment`."""

    def git(self, *arguments, cwd=None):
        done = subprocess.run(["git", *map(str, arguments)], cwd=cwd or self.work, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Wrong(f"git {arguments}: {done.stdout}")
        return done.stdout.strip()


class Hub(Git):
    """A bare repository that serves any commit by its id, as GitHub does, and a clone of somebody who pushes."""

    def __init__(self, folder, program):
        self.folder, self.program, self.tokens, self.runs = folder, program, [], 0
        home = folder / "home"
        home.mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
        self.remote, self.work = folder / "remote.git", folder / "work"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", self.remote, cwd=folder)
        for key in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowReachableSHA1InWant", "uploadpack.allowFilter"):
            self.git("config", key, "true", cwd=self.remote)
        self.git("init", "--quiet", "--initial-branch=main", self.work, cwd=folder)
        for key, value in (("user.name", "a"), ("user.email", "a@example.com"), ("remote.origin.url", self.url())):
            self.git("config", key, value)
        for number in range(3):
            self.commit({"readme.md": f"version {number}\n"})
        self.main = self.push("main")

    def url(self):
        return self.remote.as_uri()

    def mint(self, *flags):
        token = subprocess.check_output([self.program, "token", "mint", "personal_access_token", *flags],
                                        env=self.environment, text=True).strip()
        self.tokens.append(token)
        return f"key = {token}\n"

    def commit(self, files, message="a change"):
        """Writes and commits; None takes a file away."""
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def leak_and_remove(self, name="key.txt"):
        """Three commits, a token only in the second: no tree of today shows it."""
        self.commit({f"before-{name}": "before\n"})
        self.commit({name: self.mint()})
        return self.commit({name: None, f"after-{name}": "after\n"})

    def branch(self, name, start="main"):
        self.git("checkout", "--quiet", "-B", name, start)

    def push(self, branch, *flags):
        self.git("push", "--quiet", *flags, "origin", f"{branch}:{branch if branch.startswith('refs/') else 'refs/heads/' + branch}")
        return self.git("rev-parse", branch)

    def pull_request(self, head, fork=False):
        """Opens one from the commit `head` to main; returns the commit that merges it."""
        base = self.git("rev-parse", "main")
        self.git("checkout", "--quiet", "--detach", base)
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge {head} into {base}", head)
        self.git("push", "--quiet", "--force", "origin", f"{head}:refs/pull/7/head", "HEAD:refs/pull/7/merge",
                 *([] if fork else [f"{head}:refs/heads/topic"]))
        names = {"base": REPOSITORY, "head": "stranger/shop" if fork else REPOSITORY}
        payload = {"action": "synchronize", "number": 7, "pull_request": {
            "number": 7, "base": {"sha": base, "ref": "main", "repo": self.described(names["base"])},
            "head": {"sha": head, "ref": "topic", "repo": self.described(names["head"]) | {"fork": fork}}}}
        return Event("pull_request", payload, "refs/pull/7/merge", self.git("rev-parse", "HEAD"))

    def pushed(self, reference, before, after, **more):
        payload = {"ref": reference, "before": before, "after": after, "created": before == ZEROS,
                   "deleted": after == ZEROS, "forced": False, "base_ref": None, "commits": [], **more}
        return Event("push", payload, reference, self.git("rev-parse", f"{after}^{{commit}}") if after != ZEROS else self.main)

    @staticmethod
    def described(name):
        return {"full_name": name, "default_branch": "main", "fork": False, "private": False}

    def checkout(self, event, depth, filter=None):
        """As actions/checkout does, with `fetch-depth` 1 or 0, and `filter`."""
        workspace = self.folder / f"workspace-{self.runs}"
        reference, sha = event.reference, event.sha
        self.git("init", "--quiet", workspace, cwd=self.folder)
        self.git("remote", "add", "origin", self.url(), cwd=workspace)
        self.git("config", "--local", "gc.auto", "0", cwd=workspace)
        local = reference.replace("refs/heads/", "refs/remotes/origin/").replace("refs/pull/", "refs/remotes/pull/")
        wanted = f"+{reference if reference.startswith('refs/tags/') else sha}:{local}"
        flags = ["--quiet", "--prune", "--no-recurse-submodules", *([f"--filter={filter}"] if filter else [])]
        if depth:
            self.git("fetch", *flags, "--no-tags", f"--depth={depth}", "origin", wanted, cwd=workspace)
        else:
            self.git("fetch", *flags, "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*",
                     *([wanted] if "pull" in reference else []), cwd=workspace)
        branch = reference.removeprefix("refs/heads/")
        self.git("checkout", "--quiet", "--force", *(["-B", branch, local] if branch != reference else [local]), cwd=workspace)
        return workspace

    def run(self, event, depth=1, inputs=(), action=ROOT, variables=(), before=None, folder=".", filter=None):
        """Checks out, runs the action, and looks for what must never come out of it."""
        self.runs += 1
        workspace = self.checkout(event, depth, filter)
        if folder != ".":
            outer = workspace.parent / f"outer-{self.runs}"
            outer.mkdir()
            workspace.rename(outer / folder)
            workspace = outer
        if before:
            before(workspace)
        file = self.folder / f"event-{self.runs}.json"
        payload = {**event.payload, "repository": self.described(REPOSITORY), "sender": {"login": "a"}}
        file.write_text(json.dumps(payload))
        environment = {**self.environment, "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event.name,
                       "GITHUB_EVENT_PATH": str(file), "GITHUB_WORKSPACE": str(workspace), "GITHUB_REPOSITORY": REPOSITORY,
                       "GITHUB_SERVER_URL": "https://github.com", "GITHUB_SHA": event.sha, "GITHUB_REF": event.reference,
                       "GITHUB_REF_NAME": event.reference.split("/", 2)[2], "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", **dict(variables)}
        inputs = {"path": str(self.program), **dict(inputs)}
        result = run_action(action, workspace, environment, {name: value for name, value in inputs.items() if value is not None},
                            self.folder / f"temp-{self.runs}")
        self.look_for_secrets(result)
        check_summary(result.summary)
        result.commands = commands(result.log)
        return result

    def look_for_secrets(self, result):
        everything = {"log": result.log, "summary": result.summary, "outputs": json.dumps(result.outputs)}
        everything |= {str(file): file.read_text(errors="replace") for file in self.folder.glob("temp-*/dogcatcher*") if file.is_file()}
        for token in self.tokens:
            for name, text in everything.items():
                if token.rsplit("_", 1)[1] in text:
                    raise Wrong(f"the secret is shown in {name}")


class Event:
    def __init__(self, name, payload, reference, sha):
        self.name, self.payload, self.reference, self.sha = name, payload, reference, sha
