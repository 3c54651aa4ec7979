"""The archive of a release: the program, its licence, manual pages and completions."""

from pathlib import Path

from extras import completions, manual_pages
from release import ROOT, asset_name, gzip_bytes, program_name, tar_bytes


def write(program, target, folder, runner=None):
    """Writes the archive and returns its path. `runner`: a program for this machine that writes pages and completions for one that is not."""
    runner = runner or program
    entries = [(program_name(target), Path(program).read_bytes(), 0o755)]
    entries += [(name, (ROOT / name).read_bytes(), 0o644) for name in ("LICENSE", "README.md", "CHANGELOG.md")]
    for name, texts in (("completions", completions(runner)), ("man", manual_pages(runner))):
        entries.append((name, None, 0o755))
        entries += [(f"{name}/{file}", text, 0o644) for file, text in texts.items()]
    path = Path(folder, asset_name(target))
    path.write_bytes(gzip_bytes(tar_bytes(entries)))
    return path
