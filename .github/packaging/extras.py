"""What a package holds beside the program: manual pages and completions, which the program itself writes."""

import subprocess
import tempfile
from pathlib import Path

SHELLS = {"bash": "dogcatcher.bash", "zsh": "_dogcatcher", "fish": "dogcatcher.fish"}


def manual_pages(program):
    """The text of each page by its name: `dogcatcher.1`, `dogcatcher-scan.1`, …"""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "man", "--dir", folder], check=True)
        return {page.name: page.read_bytes() for page in sorted(Path(folder).iterdir())}


def completions(program):
    """The script for each shell by the name that this shell looks for."""
    return {name: subprocess.check_output([program, "completions", shell]) for shell, name in SHELLS.items()}
