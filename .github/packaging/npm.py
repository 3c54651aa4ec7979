"""Packages for npm: one that everybody installs, with a small starter, and one for each platform, of which npm takes the one that fits."""

import json
from pathlib import Path

from release import (
    NAME,
    ROOT,
    TARGETS,
    gzip_bytes,
    manifest_field,
    program_name,
    tar_bytes,
    version,
)

STARTER = Path(__file__).with_name("npm-starter.js")


def platform_package(target):
    return "-".join([NAME, *TARGETS[target]["npm"]])


def write_platform(program, target, folder):
    """Writes the package that holds the program for one platform, and returns its path."""
    system, processor = TARGETS[target]["npm"]
    manifest = {**common(platform_package(target)), "os": [system], "cpu": [processor], "files": [program_name(target)]}
    return write(manifest, [(program_name(target), Path(program).read_bytes(), 0o755)], folder)


def write_main(folder, targets=tuple(TARGETS)):
    """Writes the package that depends on those of all platforms, and returns its path."""
    manifest = {
        **common(NAME),
        "bin": {NAME: "bin/dogcatcher.js"},
        "files": ["bin"],
        "engines": {"node": ">=16"},
        "optionalDependencies": {platform_package(target): version() for target in targets},
    }
    return write(manifest, [("bin/dogcatcher.js", STARTER.read_bytes(), 0o755)], folder)


def common(name):
    address = manifest_field("repository")
    where = {"repository": {"type": "git", "url": f"git+{address}.git"}} if address else {}
    return {"name": name, "version": version(), "description": manifest_field("description"), "license": manifest_field("license"), **where}


def write(manifest, files, folder):
    """A package as `npm pack` makes it: everything below `package/`."""
    texts = [("LICENSE", (ROOT / "LICENSE").read_bytes(), 0o644), ("README.md", (ROOT / "README.md").read_bytes(), 0o644)]
    entries = [("package.json", (json.dumps(manifest, indent=2) + "\n").encode(), 0o644), *files, *texts]
    path = Path(folder, f"{manifest['name']}-{version()}.tgz")
    path.write_bytes(gzip_bytes(tar_bytes([(f"package/{name}", content, mode) for name, content, mode in entries])))
    return path
