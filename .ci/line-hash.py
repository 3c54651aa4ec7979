#!/usr/bin/env python3
"""Compares the primaryLocationLineHash of our SARIF with the one that Microsoft's multitool computes.

usage: .ci/line-hash.py BINARY NPM_FOLDER [SEED [FILES]]

NPM_FOLDER is where @microsoft/sarif-multitool was installed. Exit status: 0 all equal, 1 otherwise.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

MULTITOOL = "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
KINDS = ["personal_access_token", "service_access_token", "application_key"]
BOM = b"\xef\xbb\xbf"
PIECES = [b"key = ", b"\t", b"  ", b"a", b"{'x': 1},", b"x" * 99, b"y " * 120, b"z" * 3000]
UTF8 = [text.encode() for text in ["grüße ", "日本", "😀", "👩\u200d💻", "é", "\ufeff", "\u2028", "\xa0", "\uffff", "\x85"]]
INVALID = [b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88", b"\x80", b"\xff\xfe"]
ENDS = [b"\n", b"\r\n", b"\r", b"\n\r"]


def content(rng, tokens):
    """A file with these tokens among random lines."""
    pieces = PIECES + rng.choice([[], UTF8, INVALID, UTF8 + INVALID])
    ends = rng.choice([[b"\n"], [b"\r\n"], [b"\r"], ENDS])
    words = [b"".join(rng.choices(pieces, k=rng.randrange(6))) for _ in range(rng.randrange(2, 30))]
    lines = words + rng.choices(words, k=rng.randrange(12))  # some come twice
    rng.shuffle(lines)
    for token in tokens:
        at = rng.randrange(len(lines))
        lines[at : at + rng.randrange(2)] = [rng.choice(pieces) + b" " + token] * rng.choice([1, 1, 3])
    text = b"".join(line + rng.choice(ends) for line in lines)
    return rng.choice([b"", b"", b"", BOM]) + rng.choice([text, text.rstrip(b"\r\n"), text + b" \t"])


def mint(binary, kind, count, seed):
    command = [binary, "token", "mint", kind, "--count", str(count), "--seed", str(seed)]
    return subprocess.check_output(command).split()


def hashes(log):
    """By file, line and column."""
    found = {}
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        key = place["artifactLocation"]["uri"], place["region"]["startLine"], place["region"]["startColumn"]
        found[key] = result.get("partialFingerprints", {}).pop("primaryLocationLineHash", None)
    return found


def main(binary, npm, seed=1, files=250):
    binary, npm, seed, files = Path(binary).resolve(), Path(npm).resolve(), int(seed), int(files)
    rng = random.Random(seed)
    tokens = [token for kind in KINDS for token in mint(binary, kind, files, seed)]
    rng.shuffle(tokens)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        ours, theirs = work / "ours", work / "theirs"
        ours.mkdir()
        theirs.mkdir()
        for number in range(files):
            data = content(rng, [tokens.pop() for _ in range(rng.randint(1, 3))])
            (ours / f"{number} ü#%.txt").write_bytes(data)
            # The multitool drops a byte order mark and goes by it; code scanning itself does neither.
            (theirs / f"{number} ü#%.txt").write_bytes(BOM + data)
        report = work / "ours.sarif"
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        command = [binary, "scan", "--quiet", "--no-ignore", "--fail-on", "never", f"--report=sarif={report}"]
        subprocess.run(command, cwd=ours, **quiet)
        log = json.loads(report.read_bytes())
        our = hashes(log)  # takes them out, too
        (work / "bare.sarif").write_text(json.dumps(log))
        command = [npm / MULTITOOL, "rewrite", work / "bare.sarif", "--output", work / "theirs.sarif"]
        command += ["--insert", "RollingHashPartialFingerprints", "--uriBaseIds", f"SRCROOT={theirs.as_uri()}/"]
        subprocess.run(command, env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}, **quiet)
        their = hashes(json.loads((work / "theirs.sarif").read_text(encoding="utf-8-sig")))
    wrong = [key for key in our.keys() | their.keys() if our.get(key) != their.get(key)]
    for key in sorted(wrong):
        print(*key, "ours", our.get(key), "theirs", their.get(key))
    compared = sum(hash is not None for hash in their.values())
    print(f"seed {seed}: {files} files, {compared} hashes compared, {len(wrong)} differ")
    return 1 if wrong or compared < files else 0  # each file has a token


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
