"""Facts and habits that all packages share: version, platforms, time, and archives that come out the same each time."""

import gzip
import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "dogcatcher"

# How each target of the release workflow is called by others: npm's platform and CPU, tags of wheels, Debian's and OCI's architecture.
TARGETS = {
    "x86_64-unknown-linux-musl": {"npm": ("linux", "x64"), "wheel": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64", "linux": "amd64"},
    "aarch64-unknown-linux-musl": {"npm": ("linux", "arm64"), "wheel": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64", "linux": "arm64"},
    "x86_64-apple-darwin": {"npm": ("darwin", "x64"), "wheel": "macosx_10_12_x86_64"},
    "aarch64-apple-darwin": {"npm": ("darwin", "arm64"), "wheel": "macosx_11_0_arm64"},
    "x86_64-pc-windows-msvc": {"npm": ("win32", "x64"), "wheel": "win_amd64"},
}


def manifest_field(field):
    """A text in the first table of Cargo.toml, or None. Without tomllib, which Python has since 3.11 only."""
    package = (ROOT / "Cargo.toml").read_text(encoding="utf-8").split("\n[lib]", 1)[0]
    found = re.search(rf'^{field} = "(.*)"$', package, re.MULTILINE)
    return found and found[1]


def version():
    return manifest_field("version")


def program_name(target):
    return NAME + (".exe" if "windows" in target else "")


def asset_name(target):
    """The archive of a release for a target, as .github/releases.sha256 and action.yml know it."""
    return f"{NAME}-{version()}-{target}.tar.gz"


def epoch():
    """Seconds since 1970 that every file in a package is dated by: SOURCE_DATE_EPOCH, or the last commit, or the first day that zip knows."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else 315532800


def is_static(program):
    """True where an ELF file asks for no loader; false for one that does, and for other kinds of files."""
    content = Path(program).read_bytes()
    return content.startswith(b"\x7fELF") and b"/ld-linux" not in content[:4096] and b"/ld-musl" not in content[:4096]


def tar_bytes(entries):
    """A tar of `(path, content, mode)` in this order, with one date and root as the owner; a content of None is a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content, mode in entries:
            entry = tarfile.TarInfo(path)
            entry.mtime, entry.mode = epoch(), mode
            if content is None:
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
            else:
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def gzip_bytes(content):
    """Gzip without a name or a date."""
    return gzip.compress(content, compresslevel=9, mtime=0)
