#!/usr/bin/env python3
"""Makes the packages of a release from programs that are built already. The same input makes the same bytes.

usage: pack.py program PROGRAM TARGET FOLDER [RUNNER]   archive, wheel, npm package and (Linux) Debian package of one platform;
                                                        RUNNER: a program for this machine, where PROGRAM is for another
       pack.py release FOLDER REPOSITORY                once all platforms lie there: npm's main package, the OCI image of the
                                                        Linux archives, Homebrew's formula, SHA256SUMS
"""

import hashlib
import sys
import tarfile
import tempfile
from pathlib import Path

import archive
import deb
import formula
import npm
import oci
import wheel
from release import TARGETS, asset_name, is_static, program_name


def pack_program(program, target, folder, runner=None):
    Path(folder).mkdir(parents=True, exist_ok=True)
    made = [archive.write(program, target, folder, runner), wheel.write(program, target, folder), npm.write_platform(program, target, folder)]
    if "linux" in TARGETS[target]:
        made.append(deb.write(program, target, folder, runner))
    return made


def pack_release(folder, repository):
    """What needs all platforms; those that are missing are left out, and said."""
    there = [target for target in TARGETS if Path(folder, asset_name(target)).exists()]
    if not there:
        sys.exit(f"pack.py: {folder} holds no archive that `pack.py program` made")
    for target in set(TARGETS) - set(there):
        print(f"dogcatcher: left out: {target}, of which there is no archive", file=sys.stderr)
    made = [npm.write_main(folder, there)]
    with tempfile.TemporaryDirectory() as work:
        programs = {}
        for target in there:
            if "linux" in TARGETS[target]:
                programs[target] = Path(work, target)
                with tarfile.open(Path(folder, asset_name(target))) as members:
                    programs[target].write_bytes(members.extractfile(program_name(target)).read())
        if all(is_static(program) for program in programs.values()):
            made.append(oci.write(programs, folder))
        else:
            print("dogcatcher: left out: the image, which needs static programs", file=sys.stderr)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(folder).iterdir()) if path.is_file() and path.name != "SHA256SUMS"}
    made.append(formula.write(sums, repository, folder))
    made.append(Path(folder, "SHA256SUMS"))
    made[-1].write_text("".join(f"{checksum}  {name}\n" for name, checksum in sums.items() if name != "dogcatcher.rb"))
    return made


def main():
    match sys.argv[1:]:
        case ["program", _, target, _, *_] if target not in TARGETS:
            sys.exit(f"pack.py: no package is made for {target}; the targets are {', '.join(TARGETS)}")
        case ["program", program, target, folder, *runner] if len(runner) < 2:
            made = pack_program(program, target, folder, *runner)
        case ["release", folder, repository]:
            made = pack_release(folder, repository)
        case _:
            sys.exit(__doc__)
    print("\n".join(str(path) for path in made))


if __name__ == "__main__":
    main()
