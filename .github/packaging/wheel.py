"""A wheel around a program that is there already: pip, pipx and uv put it on the PATH, and no compiler is needed."""

import base64
import hashlib
import time
import zipfile
from pathlib import Path

from release import (
    NAME,
    ROOT,
    TARGETS,
    epoch,
    is_static,
    manifest_field,
    program_name,
    version,
)


def write(program, target, folder):
    """Writes the wheel and returns its path."""
    tag = f"py3-none-{platform_tag(program, target)}"
    info = f"{NAME}-{version()}.dist-info"
    files = {
        f"{NAME}-{version()}.data/scripts/{program_name(target)}": Path(program).read_bytes(),
        f"{info}/METADATA": metadata().encode(),
        f"{info}/WHEEL": wheel_tags(tag).encode(),
        f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
    }
    rows = [f"{path},sha256={digest(content)},{len(content)}" for path, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    path = Path(folder, f"{NAME}-{version()}-{tag}.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            # Zip knows no time before 1980.
            entry = zipfile.ZipInfo(name, time.gmtime(max(epoch(), 315532800))[:6])
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = (0o100755 if ".data/scripts/" in name else 0o100644) << 16
            archive.writestr(entry, content)
    return path


def platform_tag(program, target):
    """The tag of where it runs: a program of Linux that is not static wants the C library that it was built with."""
    tag = TARGETS[target]["wheel"]
    if "linux" in TARGETS[target] and not is_static(program):
        return "linux_" + target.split("-")[0]
    return tag


def metadata():
    fields = {
        "Metadata-Version": "2.4",
        "Name": NAME,
        "Version": version(),
        "Summary": manifest_field("description"),
        "License-Expression": manifest_field("license"),
        "License-File": "LICENSE",
        "Requires-Python": ">=3.9",
        "Description-Content-Type": "text/markdown",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) + "\n" + (ROOT / "README.md").read_text(encoding="utf-8")


def wheel_tags(tag):
    python, abi, platforms = tag.split("-")
    lines = ["Wheel-Version: 1.0", "Generator: dogcatcher", "Root-Is-Purelib: false"]
    return "\n".join([*lines, *(f"Tag: {python}-{abi}-{platform}" for platform in platforms.split(".")), ""])


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
