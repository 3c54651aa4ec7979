#!/usr/bin/env python3
"""Prints figures of the code: the share of doc comments, how they open, and function names of one word.

Counted are all lines of src/, tests in it included. A doc comment opens with its first line; functions are all `fn NAME`.
"""

import re
from pathlib import Path

OPENINGS = ("What", "Whether", "How", "Where", "When", "Why", "Which", "Whose", "Who", "If")


def main():
    lines = docs = comments = unclear = 0
    names = []
    for file in sorted(Path(__file__).parent.parent.joinpath("src").rglob("*.rs")):
        before = ""
        for line in map(str.strip, file.read_text().splitlines()):
            lines += 1
            docs += line.startswith(("///", "//!"))
            if line.startswith("/// ") and not before.startswith("///"):
                comments += 1
                unclear += line.removeprefix("/// ").split(" ")[0].strip(",.:") in OPENINGS
            names += re.findall(r"^(?:pub(?:\([a-z]+\))? )?(?:const |async |unsafe )*fn (\w+)", line)
            before = line
    print(f"doc comments: {docs / lines:.1%} of {lines} lines")
    print(f"doc comments that open with a question word: {unclear / comments:.1%} of {comments}")
    print(f"function names of one word: {sum('_' not in name for name in names) / len(names):.1%} of {len(names)}")


if __name__ == "__main__":
    main()
