#!/usr/bin/env python3
"""Runs the hooks as people do, through pre-commit and prek, in repositories made for it.

usage: .ci/pre-commit.py DOGCATCHER TOOLS    TOOLS holds bin/pre-commit and bin/prek
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGES = "[pre-commit, pre-merge-commit, pre-push]"


class Repository:
    """A fresh repository in which one framework has installed its hooks."""

    def __init__(self, folder, framework, source, environment):
        self.path, self.framework, self.environment = Path(folder), framework, environment
        self.git("init", "--quiet", "--initial-branch=main")
        revision = subprocess.check_output(["git", "-C", source, "rev-parse", "HEAD"], text=True).strip()
        self.write(
            ".pre-commit-config.yaml",
            f"default_install_hook_types: {STAGES}\nrepos:\n- repo: {source}\n  rev: {revision}\n"
            "  hooks:\n  - id: dogcatcher-system\n",
        )
        self.run([framework, "install"])

    def run(self, command):
        return subprocess.run(command, cwd=self.path, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def git(self, *arguments):
        return self.run(["git", *arguments])

    def write(self, name, text):
        (self.path / name).write_text(text)

    def mint(self):
        return subprocess.check_output(["dogcatcher", "token", "mint", "personal_access_token"],
                                       env=self.environment, text=True)

    def commit_clean(self, name="clean.txt", text="nothing here\n"):
        self.write(name, text)
        self.git("add", "-A")
        return self.git("commit", "-qm", "a clean commit")


class Wrong(Exception):
    """Something that should be stopped went through, or the other way round."""


def expect(stopped, result, token=None):
    if (result.returncode != 0) != stopped:
        raise Wrong(f"{'went through' if stopped else 'was stopped'}:\n{result.stdout}")
    if stopped and "datadog-personal-access-token" not in result.stdout:
        raise Wrong(f"was stopped by something else:\n{result.stdout}")
    if token and token.strip() in result.stdout:
        raise Wrong("the secret is shown")


def first_commit(repository):
    token = repository.mint()
    repository.write("key.txt", token)
    repository.git("add", "-A")
    expect(True, repository.git("commit", "-m", "first"), token)


def clean_commit(repository):
    expect(False, repository.commit_clean())


def staged_token(repository):
    repository.commit_clean()
    token = repository.mint()
    repository.write("key.txt", token)
    repository.git("add", "key.txt")
    expect(True, repository.git("commit", "-m", "a token"), token)


def commit_all(repository):
    repository.commit_clean()
    repository.write("clean.txt", repository.mint())
    expect(True, repository.git("commit", "-am", "a token"))


def commit_path(repository):
    repository.commit_clean()
    repository.write("clean.txt", repository.mint())
    expect(True, repository.git("commit", "-m", "a token", "clean.txt"))


def partly_staged(repository):
    """A token that is not staged does not stop what is; one that is staged and gone from the file does."""
    repository.commit_clean()
    repository.write("clean.txt", "staged\n")
    repository.git("add", "clean.txt")
    repository.write("clean.txt", f"staged\n{repository.mint()}")
    expect(False, repository.git("commit", "-m", "the clean part"))
    repository.git("add", "clean.txt")
    repository.write("clean.txt", "gone\n")
    expect(True, repository.git("commit", "-m", "the other part"))


def amend(repository):
    repository.commit_clean()
    repository.write("key.txt", repository.mint())
    repository.git("add", "key.txt")
    expect(True, repository.git("commit", "--amend", "--no-edit"))


def merge(repository):
    repository.commit_clean()
    repository.git("checkout", "-qb", "side")
    repository.write("side.txt", repository.mint())
    repository.git("add", "-A")
    repository.git("commit", "--no-verify", "-qm", "around the hook")
    repository.git("checkout", "-q", "main")
    repository.commit_clean("other.txt")
    expect(True, repository.git("merge", "--no-edit", "side"))


def all_files(repository):
    repository.write("key.txt", repository.mint())
    repository.git("add", "-A")
    repository.git("commit", "--no-verify", "-qm", "around the hook")
    expect(True, repository.run([repository.framework, "run", "--all-files"]))


def with_remote(repository):
    remote = repository.path.parent / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    repository.git("remote", "add", "origin", str(remote))


def add_and_remove(repository):
    """Two commits around the hook: what a tree of today does not show."""
    repository.write("key.txt", repository.mint())
    repository.git("add", "-A")
    repository.git("commit", "--no-verify", "-qm", "in")
    repository.git("rm", "-q", "key.txt")
    repository.git("commit", "--no-verify", "-qm", "out")


def push_first(repository):
    with_remote(repository)
    repository.commit_clean()
    add_and_remove(repository)
    expect(True, repository.git("push", "origin", "main"))


def push_clean(repository):
    with_remote(repository)
    repository.commit_clean()
    expect(False, repository.git("push", "origin", "main"))
    repository.commit_clean("more.txt")
    expect(False, repository.git("push", "origin", "main"))


def push_range(repository):
    push_clean(repository)
    add_and_remove(repository)
    expect(True, repository.git("push", "origin", "main"))


def push_new_branch(repository):
    push_clean(repository)
    repository.git("checkout", "-qb", "topic")
    add_and_remove(repository)
    expect(True, repository.git("push", "origin", "topic"))


SCENARIOS = [first_commit, clean_commit, staged_token, commit_all, commit_path, partly_staged, amend, merge,
             all_files, push_first, push_clean, push_range, push_new_branch]


def main():
    dogcatcher, tools = (Path(argument).resolve() for argument in sys.argv[1:3])
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        # The hooks as they are now, committed or not.
        source = Path(work, "source")
        source.mkdir()
        identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
                    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
        environment = {**identity, "HOME": work, "LANG": "C.UTF-8",
                       "PATH": f"{dogcatcher.parent}:{tools}/bin:{os.environ['PATH']}"}
        (source / ".pre-commit-hooks.yaml").write_bytes((ROOT / ".pre-commit-hooks.yaml").read_bytes())
        for command in (["init", "--quiet"], ["add", "-A"], ["commit", "-qm", "hooks"]):
            subprocess.run(["git", *command], cwd=source, env=environment, check=True)
        subprocess.run([f"{tools}/bin/pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True)
        for framework in ("pre-commit", "prek"):
            for scenario in SCENARIOS:
                with tempfile.TemporaryDirectory(dir=work) as folder:
                    path = Path(folder, "work")
                    path.mkdir()
                    try:
                        scenario(Repository(path, framework, source, environment))
                        print(f"ok     {framework}: {scenario.__name__}")
                    except Wrong as why:
                        wrong += 1
                        print(f"WRONG  {framework}: {scenario.__name__} {why}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
