#!/usr/bin/env python3
"""Puts a token into archives that others' programs make, and looks whether it is found there.

usage: .ci/archives.py DOGCATCHER    Needs 7z, zip, cpio, rpmbuild, dpkg-deb, tar, xz, zstd and git
"""

import io
import json
import os
import py_compile
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()


def run(*command, cwd, **more):
    subprocess.run([str(word) for word in command], cwd=cwd, check=True, stdout=subprocess.DEVNULL, **more)


def seven_zip(name, *options):
    return lambda folder: run("7z", "a", "-bd", *options, name, "member", cwd=folder)


def tar(name, *options):
    return lambda folder: run("tar", *options, "-cf", name, "member", cwd=folder)


def cpio(layout):
    return lambda folder: run("sh", "-c", f"find member | cpio --quiet -o -H {layout} >a.cpio", cwd=folder)


def initial_file_system(folder):
    """As the kernel takes it: one archive for the processor, then the compressed one."""
    run("sh", "-c", "echo nothing >early; echo early | cpio --quiet -o -H newc >a.img; find member | cpio --quiet -o -H newc | zstd -q >>a.img", cwd=folder)


def rpm(payload):
    def make(folder):
        spec = folder / "a.spec"
        spec.write_text("Name: a\nVersion: 1\nRelease: 1\nSummary: a\nLicense: none\nBuildArch: noarch\n%description\na\n"
                        f"%install\nmkdir -p %{{buildroot}}/etc\ncp {folder}/member/key.txt %{{buildroot}}/etc\n%files\n/etc/key.txt\n")
        run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {folder}/build", "--define", f"_binary_payload {payload}",
            "--define", "_build_id_links none", spec, cwd=folder, stderr=subprocess.DEVNULL)
        made, = (folder / "build/RPMS").rglob("*.rpm")
        made.rename(folder / "a.rpm")
    return make


def deb(compression):
    def make(folder):
        tree = folder / "tree"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "etc").mkdir()
        (tree / "etc/key.txt").write_text((folder / "member/key.txt").read_text())
        (tree / "DEBIAN/control").write_text("Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: a\n")
        run("dpkg-deb", "--build", "--root-owner-group", f"-Z{compression}", tree, folder / "a.deb", cwd=folder)
    return make


def image(folder):
    """As `docker save` and OCI lay it out: layers within, one of them compressed, and the configuration."""
    def added(archive, name, content):
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))

    def layer(mode):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:
            added(archive, "etc/key.txt", (folder / "member/key.txt").read_bytes())
        return out.getvalue()

    with tarfile.open(folder / "a.tar", "w") as archive:
        added(archive, "blobs/sha256/0001", layer("w:gz"))
        added(archive, "blobs/sha256/0002", layer("w"))
        token = (folder / "member/key.txt").read_text().strip()
        added(archive, "blobs/sha256/0003", json.dumps({"config": {"Env": [f"DD_ACCESS_TOKEN={token}"]}}).encode())


def bundle(folder):
    environment = {**os.environ, "HOME": str(folder), "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a"}
    run("sh", "-c", "git init -q r && cd r && cp -r ../member . && git add . && git commit -qm a && git rm -qr member && "
        "git commit -qm b && git bundle create -q ../a.bundle --all", cwd=folder, env=environment)


def notebook(folder):
    token = (folder / "member/key.txt").read_text().strip()
    cell = {"cell_type": "code", "source": [f"key = \"{token}\"\n"], "outputs": [{"text": [json.dumps({"echo": token})]}]}
    (folder / "a.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))


def database(folder):
    with sqlite3.connect(folder / "a.db") as connection:
        connection.execute("create table keys (value text)")
        connection.execute("insert into keys values (?)", [(folder / "member/key.txt").read_text().strip()])


def bytecode(folder):
    (folder / "a.py").write_text(f"key = '{(folder / 'member/key.txt').read_text().strip()}'\n")
    py_compile.compile(str(folder / "a.py"), cfile=str(folder / "a.pyc"), doraise=True)
    (folder / "a.py").unlink()


# What is made, and in how many places the token is found; nothing where it is encrypted, which has to be said.
ARCHIVES = {
    "7z, LZMA2": (seven_zip("a.7z"), 1),
    "7z, LZMA": (seven_zip("a.7z", "-m0=LZMA"), 1),
    "7z, PPMd": (seven_zip("a.7z", "-m0=PPMd"), 1),
    "7z, bzip2": (seven_zip("a.7z", "-m0=BZip2"), 1),
    "7z, deflate": (seven_zip("a.7z", "-m0=Deflate"), 1),
    "7z, encrypted": (seven_zip("a.7z", "-psecret"), 0),
    "7z, encrypted with its names": (seven_zip("a.7z", "-psecret", "-mhe=on"), 0),
    "zip": (lambda folder: run("zip", "-qr", "a.zip", "member", cwd=folder), 1),
    "zip, stored": (lambda folder: run("zip", "-0qr", "a.zip", "member", cwd=folder), 1),
    "zip, streamed": (lambda folder: run("sh", "-c", "zip -qr - member | cat >a.zip", cwd=folder), 1),
    "zip, deflate64": (seven_zip("a.zip", "-mm=Deflate64"), 1),
    "zip, bzip2": (seven_zip("a.zip", "-mm=BZip2"), 1),
    "zip, LZMA": (seven_zip("a.zip", "-mm=LZMA"), 1),
    "zip, encrypted": (seven_zip("a.zip", "-psecret"), 0),
    "tar, v7": (tar("a.tar", "--format=v7"), 1),
    "tar, ustar": (tar("a.tar", "--format=ustar"), 1),
    "tar, gnu": (tar("a.tar", "--format=gnu"), 1),
    "tar, pax": (tar("a.tar", "--format=pax"), 1),
    "tar.gz": (tar("a.tgz", "-z"), 1),
    "tar.bz2": (tar("a.tar.bz2", "-j"), 1),
    "tar.xz": (tar("a.tar.xz", "-J"), 1),
    "tar.zst": (tar("a.tar.zst", "--zstd"), 1),
    "xz, no check": (lambda folder: run("sh", "-c", "xz -9e --check=none <member/key.txt >a.xz", cwd=folder), 1),
    "cpio, newc": (cpio("newc"), 1),
    "cpio, crc": (cpio("crc"), 1),
    "cpio, odc": (cpio("odc"), 1),
    "initial file system": (initial_file_system, 1),
    "rpm, gzip": (rpm("w9.gzdio"), 1),
    "rpm, xz": (rpm("w6.xzdio"), 1),
    "rpm, zstd": (rpm("w3.zstdio"), 1),
    "deb, gzip": (deb("gzip"), 1),
    "deb, xz": (deb("xz"), 1),
    "deb, zstd": (deb("zstd"), 1),
    "container image": (image, 3),
    "git bundle": (bundle, 1),
    "notebook": (notebook, 2),
    "SQLite": (database, 1),
    "Python bytecode": (bytecode, 1),
}


def looked_at(name, make, places):
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        (folder / "member").mkdir()
        token = subprocess.check_output([PROGRAM, "token", "mint", "personal_access_token"], text=True)
        # Enough else that the methods have something to do.
        lines = "".join(f"line {number}: nothing to be seen\n" for number in range(2000))
        (folder / "member/key.txt").write_text(lines + "key = " + token)
        if name in ("notebook", "SQLite", "Python bytecode", "container image"):
            (folder / "member/key.txt").write_text(token)
        make(folder)
        made = sorted(file for file in folder.iterdir() if file.name.startswith("a.") and file.suffix != ".spec")
        report = subprocess.run([PROGRAM, "scan", "--files-only", "--quiet", "--show-secrets", "--report=json", *made], cwd=folder, stdout=subprocess.PIPE, text=True)
        told = json.loads(report.stdout)
        found = [place["path"] for finding in told["findings"] for place in finding["locations"] if place["secret"] == token.strip()]
        said = [entry["reason"] for entry in told["summary"]["skipped"] if entry["incomplete"]]
        right = len(found) == places and report.returncode == (1 if places else 3) and bool(said) == (places == 0)
        if not right:
            print(f"WRONG  {name}: exit status {report.returncode}, found {found}, not read {said}")
        return right


def main():
    wrong = [name for name, (make, places) in ARCHIVES.items() if not looked_at(name, make, places)]
    if wrong:
        sys.exit(f"archives: {len(wrong)} of {len(ARCHIVES)} are wrong")
    print(f"archives: {len(ARCHIVES)}, all as expected")


if __name__ == "__main__":
    main()
