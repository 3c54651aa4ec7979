#!/usr/bin/env python3
"""A dry run of .github/workflows/release.yml: its scripts run as they stand there, on one program that is built already.

usage: .ci/release.py PROGRAM FOLDER    PROGRAM: static; FOLDER: gets what would be published

Programs of our own stand in for what would install, compile or publish: sudo, rustup, cargo and gh.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

sys.dont_write_bytecode = True  # nothing beside the sources
from runner import Wrong, filled  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-musl"
PACKAGES = ["dogcatcher-{}-x86_64-unknown-linux-musl.tar.gz", "dogcatcher-{}-py3-none-*.whl", "dogcatcher-linux-x64-{}.tgz", "dogcatcher-{}.tgz",
            "dogcatcher_{}_amd64.deb", "dogcatcher-{}-oci.tar", "dogcatcher-{}.cdx.json", "dogcatcher.rb", "SHA256SUMS"]


class Machine:
    """A checkout on a runner, with stand-ins before the programs of this machine."""

    def __init__(self, folder, program):
        self.checkout, self.bin, self.log = folder / "checkout", folder / "bin", folder / "published"
        files = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True).split("\0")
        for name in filter(None, files):
            if (ROOT / name).is_file():
                (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.checkout / name)
        self.version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
        # The notes of a release are what stands in its section.
        changelog = self.checkout / "CHANGELOG.md"
        changelog.write_text(changelog.read_text().replace("## Unreleased", f"## {self.version} - 2026-01-01", 1))
        self.bin.mkdir()
        for name in ("sudo", "rustup"):
            self.stand_in(name, "exit 0")
        built = self.checkout / "target" / TARGET / "release"
        bom = '{"bomFormat": "CycloneDX", "specVersion": "1.5"}'
        self.stand_in("cargo", f"""case "$*" in
            "+stable build --locked --release --target {TARGET}") mkdir -p "{built}"; cp "{program}" "{built}/dogcatcher" ;;
            "+stable install --locked cargo-cyclonedx"*) ;;
            "+stable cyclonedx --format json --override-filename "*) echo '{bom}' >"${{@: -1}}.json" ;;
            *) exit 99 ;; esac""")
        self.stand_in("gh", f"""printf '%s\\n' "$@" >"{self.log}" """)

    def stand_in(self, name, script):
        file = self.bin / name
        file.write_text(f"#!/bin/bash\nset -eu\n{script}\n")
        file.chmod(0o755)

    def run(self, step, contexts, variables):
        """Runs the script of a step; one with another action is somebody else's."""
        if "uses" in step:
            if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]):
                raise Wrong(f"not pinned: {step['uses']}")
            return
        if "${{" in step["run"]:
            raise Wrong(f"not a plain script: {step['run']}")
        given = {name: filled(value, contexts) for name, value in {**variables, **step.get("env", {})}.items()}
        environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "GITHUB_REF_NAME": f"v{self.version}", "GITHUB_REPOSITORY": "dogs/dogcatcher",
                       "GITHUB_SERVER_URL": "https://github.com", "RUNNER_OS": "Linux", **given}
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=self.checkout, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Wrong(f"{step.get('name')}: exit status {done.returncode}\n{done.stdout}")


def published(machine):
    """The files that `gh` was given; each package must be among them, once, and each checksum true."""
    arguments = machine.log.read_text().splitlines()
    if arguments[:3] != ["release", "create", f"v{machine.version}"]:
        raise Wrong(f"something else is published: {arguments}")
    files = [machine.checkout / argument for argument in arguments if argument.startswith("packages/")]
    for pattern in PACKAGES:
        if sum(file.match(pattern.format(machine.version)) for file in files) != 1:
            raise Wrong(f"{pattern} is not among {[file.name for file in files]}")
    for line in (machine.checkout / "packages/SHA256SUMS").read_text().splitlines():
        checksum, name = line.split("  ")
        if hashlib.sha256((machine.checkout / "packages" / name).read_bytes()).hexdigest() != checksum:
            raise Wrong(f"another checksum: {name}")
    if not (machine.checkout / "notes.md").read_text().strip():
        raise Wrong("no notes")
    return files


def main():
    program, out = (Path(argument).resolve() for argument in sys.argv[1:3])
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    contexts = {"matrix.target": TARGET, "matrix.os": "ubuntu-24.04", "github.token": "none"}
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), program)
        for name in ("build", "publish"):
            job = workflow["jobs"][name]
            for step in job["steps"]:
                if "runner.os" in step.get("if", "") and step["if"] != "runner.os == 'Linux'":
                    continue
                machine.run(step, contexts, job.get("env", {}))
        shutil.copytree(machine.checkout / "packages", out)
        print(f"release: a dry run, {len(published(machine))} files")


if __name__ == "__main__":
    main()
