#!/usr/bin/env python3
"""Prints figures of the code: the share of doc comments, how they open, and function names of one word.

Counted are all lines of src/, tests in it included. A doc comment opens with its first line; functions are all `fn NAME`,
methods of traits too. With names of rooms (`figures.py source report`) it lists their functions of one word, with their places.
"""

import re
import sys
from pathlib import Path

SRC = Path(__file__).parent.parent / "src"

OPENINGS = ("What", "Whether", "How", "Where", "When", "Why", "Which", "Whose", "Who", "If")


def main():
    lines = docs = comments = unclear = 0
    names = []
    for file in sorted(SRC.rglob("*.rs")):
        before = ""
        place = file.relative_to(SRC)
        for number, line in enumerate(map(str.strip, file.read_text().splitlines()), 1):
            lines += 1
            docs += line.startswith(("///", "//!"))
            if line.startswith("/// ") and not before.startswith("///"):
                comments += 1
                unclear += line.removeprefix("/// ").split(" ")[0].strip(",.:") in OPENINGS
            here = re.findall(r"^(?:pub(?:\([a-z ]+(?:::\w+)?\))? )?(?:const |async |unsafe )*fn (\w+)", line)
            if place.parts[0].removesuffix(".rs") in sys.argv[1:]:
                for name in (name for name in here if "_" not in name):
                    print(f"{place}:{number}: {name}")
            names += here
            before = line
    print(f"doc comments: {docs / lines:.1%} of {lines} lines")
    print(f"doc comments that open with a question word: {unclear / comments:.1%} of {comments}")
    print(f"function names of one word: {sum('_' not in name for name in names) / len(names):.1%} of {len(names)}")


if __name__ == "__main__":
    main()
