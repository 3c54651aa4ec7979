"""A Debian package: program, manual pages and completions. Needs dpkg-deb."""

import os
import re
import subprocess
import tempfile
import textwrap
from pathlib import Path

from extras import completions, manual_pages
from release import (
    NAME,
    ROOT,
    TARGETS,
    epoch,
    gzip_bytes,
    is_static,
    manifest_field,
    version,
)

COMPLETIONS = {
    "dogcatcher.bash": "usr/share/bash-completion/completions/dogcatcher",
    "_dogcatcher": "usr/share/zsh/vendor-completions/_dogcatcher",
    "dogcatcher.fish": "usr/share/fish/vendor_completions.d/dogcatcher.fish",
}
MAINTAINER = "the dogcatcher authors <dogcatcher@localhost>"


def write(program, target, folder, runner=None):
    """Writes the package and returns its path. `runner`: as for archives."""
    architecture = TARGETS[target]["linux"]
    path = Path(folder, f"{NAME}_{version()}_{architecture}.deb").resolve()
    with tempfile.TemporaryDirectory() as work:
        root = Path(work, "root")
        files = contents(program, runner or program)
        for name, (content, mode) in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            file.chmod(mode)
        size = sum(len(content) for content, _ in files.values())
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/control").write_text(control(architecture, size, depends(program)))
        for entry in [root, *root.rglob("*")]:
            if entry.is_dir():
                entry.chmod(0o755)
        # dpkg-deb dates the files of a package no later than this.
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch())}
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, path], check=True, env=environment, stdout=subprocess.DEVNULL)
    return path


def contents(program, runner):
    """Content and mode of each file by its path."""
    files = {f"usr/bin/{NAME}": (Path(program).read_bytes(), 0o755)}
    files |= {f"usr/share/man/man1/{name}.gz": (gzip_bytes(text), 0o644) for name, text in manual_pages(runner).items()}
    files |= {COMPLETIONS[name]: (text, 0o644) for name, text in completions(runner).items()}
    documents = f"usr/share/doc/{NAME}"
    files[f"{documents}/copyright"] = ((ROOT / "LICENSE").read_bytes(), 0o644)
    files[f"{documents}/NEWS.gz"] = (gzip_bytes((ROOT / "CHANGELOG.md").read_bytes()), 0o644)
    return files


def depends(program):
    """Nothing for a static program; for another the C library whose symbols it was linked with."""
    if is_static(program):
        return ""
    versions = {(int(major), int(minor)) for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", Path(program).read_bytes())}
    return "Depends: libc6 (>= {}.{}), libgcc-s1\n".format(*max(versions))


def control(architecture, size, dependencies):
    description = textwrap.fill(f"{manifest_field('description')}.", 78, initial_indent=" ", subsequent_indent=" ")
    return (
        f"Package: {NAME}\nVersion: {version()}\nArchitecture: {architecture}\nMaintainer: {MAINTAINER}\n"
        f"Installed-Size: {size // 1024 + 1}\n{dependencies}Recommends: git\nSection: devel\nPriority: optional\n"
        f"Description: finder of Datadog credentials in files and git history\n{description}\n"
    )
