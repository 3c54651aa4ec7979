#!/usr/bin/env python3
"""Keeps what fuzzing has found worth keeping: one compressed text a target, one input a line, as hexadecimal digits.

usage: .ci/fuzz-seeds.py unpack              fuzz/seeds/*.hex.zst become fuzz/corpus/TARGET/
       .ci/fuzz-seeds.py pack TARGET FOLDER  the other way round, of any folder of inputs

They are no archives of files, since many of them are damaged archives, which a scan of this repository would tell of; and
every bit is turned round, since some hold what has a token's shape. Needs zstd.
"""

import subprocess
import sys
from hashlib import sha1
from pathlib import Path

TURNED = bytes(range(255, -1, -1))
FUZZ = Path(__file__).resolve().parent.parent / "fuzz"


def unpack():
    for file in sorted((FUZZ / "seeds").glob("*.hex.zst")):
        folder = FUZZ / "corpus" / file.name.removesuffix(".hex.zst")
        folder.mkdir(parents=True, exist_ok=True)
        for line in subprocess.check_output(["zstd", "-dqc", file], text=True).splitlines():
            content = bytes.fromhex(line).translate(TURNED)
            (folder / sha1(content).hexdigest()).write_bytes(content)


def pack(target, folder):
    inputs = sorted(file.read_bytes().translate(TURNED).hex() for file in Path(folder).iterdir() if file.is_file())
    text = "".join(line + "\n" for line in inputs)
    (FUZZ / "seeds").mkdir(exist_ok=True)
    subprocess.run(["zstd", "-19qf", "-", "-o", FUZZ / "seeds" / f"{target}.hex.zst"], input=text, text=True, check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["unpack"]:
            unpack()
        case ["pack", target, folder]:
            pack(target, folder)
        case _:
            sys.exit(__doc__)
