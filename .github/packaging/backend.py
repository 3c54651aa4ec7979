"""Builds the Python package (PEP 517): around a released program where this checkout knows its checksum, or else with maturin and cargo.

DOGCATCHER_PROGRAM names a program to pack instead; DOGCATCHER_RELEASES the address below which releases lie (a mirror, `file:`):
whatever comes from there is held against .github/releases.sha256.
"""

import hashlib
import io
import os
import platform
import tarfile
import tempfile
import urllib.request
from pathlib import Path

import wheel
from release import ROOT, asset_name, manifest_field, program_name, version

MATURIN = ["maturin>=1.9,<2"]
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
SYSTEMS = {"Linux": "unknown-linux-musl", "Darwin": "apple-darwin", "Windows": "pc-windows-msvc"}


def this_target():
    """The target of the releases that runs on this machine, whether one is built for it or not."""
    return f"{MACHINES.get(platform.machine().lower(), platform.machine())}-{SYSTEMS.get(platform.system(), platform.system())}"


def known_checksum(target):
    """The SHA-256 of the released archive in hexadecimal digits, or None where this checkout knows none."""
    lines = (ROOT / ".github/releases.sha256").read_text(encoding="utf-8").splitlines()
    sums = [line.split() for line in lines if not line.startswith("#")]
    return next((fields[0] for fields in sums if fields[1:] == [asset_name(target)]), None)


def release_address(target):
    base = os.environ.get("DOGCATCHER_RELEASES") or (manifest_field("repository") and f"{manifest_field('repository')}/releases/download")
    return base and f"{base}/v{version()}/{asset_name(target)}"


def is_released():
    return bool("DOGCATCHER_PROGRAM" in os.environ or (known_checksum(this_target()) and release_address(this_target())))


def released_program():
    """The bytes of the program in the released archive. A wrong checksum is an error, and never a reason to build from source."""
    target = this_target()
    address = release_address(target)
    with urllib.request.urlopen(address, timeout=60) as answer:
        archive = answer.read()
    found, wanted = hashlib.sha256(archive).hexdigest(), known_checksum(target)
    if found != wanted:
        raise SystemExit(f"dogcatcher: the checksum of {address} is {found} and not {wanted}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        return members.extractfile(program_name(target)).read()


def get_requires_for_build_wheel(config_settings=None):
    return [] if is_released() else MATURIN


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if "DOGCATCHER_PROGRAM" in os.environ:
        return wheel.write(os.environ["DOGCATCHER_PROGRAM"], this_target(), wheel_directory).name
    if is_released():
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, program_name(this_target()))
            program.write_bytes(released_program())
            return wheel.write(program, this_target(), wheel_directory).name
    import maturin

    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def get_requires_for_build_sdist(config_settings=None):
    return MATURIN


def build_sdist(sdist_directory, config_settings=None):
    import maturin

    return maturin.build_sdist(sdist_directory, config_settings)
