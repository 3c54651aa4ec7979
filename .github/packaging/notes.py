#!/usr/bin/env python3
"""Prints what CHANGELOG.md says of a version: the notes of its release.

usage: notes.py VERSION
"""

import re
import sys

from release import ROOT


def notes(changelog, version):
    """The section of a version, without its heading; None where there is none, or nothing in it."""
    sections = dict(re.findall(r"^## (\S+).*?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL))
    return sections.get(version, "").strip() or None


def main():
    found = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), sys.argv[1])
    if not found:
        sys.exit(f"dogcatcher: CHANGELOG.md says nothing of {sys.argv[1]}: rename its section Unreleased")
    print(found)


if __name__ == "__main__":
    main()
