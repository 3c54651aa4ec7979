"""An OCI image, written as an archive of its layout without any daemon: the static program, a user that is not root, nothing else."""

import hashlib
import json
import time
from pathlib import Path

from release import (
    NAME,
    ROOT,
    TARGETS,
    epoch,
    gzip_bytes,
    manifest_field,
    tar_bytes,
    version,
)

MEDIA = "application/vnd.oci.image"
# The number that images without a shell commonly use for "nobody in particular".
USER = 65532


def write(programs, folder):
    """Writes an archive with an image for each of `programs`, by their targets, and returns its path."""
    blobs = {}
    images = [{**image(blobs, target, program), "platform": {"os": "linux", "architecture": TARGETS[target]["linux"]}} for target, program in programs.items()]
    manifests = {"schemaVersion": 2, "mediaType": f"{MEDIA}.index.v1+json", "manifests": images}
    tagged = {**store(blobs, as_json(manifests), "index.v1+json"), "annotations": {"org.opencontainers.image.ref.name": version()}}
    files = {
        "oci-layout": as_json({"imageLayoutVersion": "1.0.0"}),
        "index.json": as_json({"schemaVersion": 2, "mediaType": f"{MEDIA}.index.v1+json", "manifests": [tagged]}),
        **{f"blobs/sha256/{digest}": content for digest, content in sorted(blobs.items())},
    }
    path = Path(folder, f"{NAME}-{version()}-oci.tar")
    path.write_bytes(tar_bytes([("blobs", None, 0o755), ("blobs/sha256", None, 0o755), *((name, content, 0o644) for name, content in files.items())]))
    return path


def image(blobs, target, program):
    """Stores layer, configuration and manifest of one platform; returns the manifest's descriptor."""
    layer = tar_bytes(contents(Path(program).read_bytes()))
    stored = store(blobs, gzip_bytes(layer), "layer.v1.tar+gzip")
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch()))
    configuration = {
        "created": created,
        "architecture": TARGETS[target]["linux"],
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "Env": ["PATH=/usr/bin", "HOME=/tmp"],
            "Entrypoint": [f"/usr/bin/{NAME}"],
            "WorkingDir": "/work",
            "Labels": labels(),
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        "history": [{"created": created, "created_by": NAME}],
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{MEDIA}.manifest.v1+json",
        "config": store(blobs, as_json(configuration), "config.v1+json"),
        "layers": [stored],
        "annotations": labels(),
    }
    return store(blobs, as_json(manifest), "manifest.v1+json")


def contents(program):
    """All that the image holds."""
    return [
        ("etc", None, 0o755),
        ("etc/passwd", f"{NAME}:x:{USER}:{USER}::/tmp:/nologin\n".encode(), 0o644),
        ("tmp", None, 0o1777),
        ("usr", None, 0o755),
        ("usr/bin", None, 0o755),
        (f"usr/bin/{NAME}", program, 0o755),
        ("usr/share", None, 0o755),
        ("usr/share/doc", None, 0o755),
        (f"usr/share/doc/{NAME}", None, 0o755),
        (f"usr/share/doc/{NAME}/copyright", (ROOT / "LICENSE").read_bytes(), 0o644),
        ("work", None, 0o755),
    ]


def labels():
    found = {"title": NAME, "version": version(), "description": manifest_field("description"), "licenses": manifest_field("license"), "source": manifest_field("repository")}
    return {f"org.opencontainers.image.{name}": text for name, text in found.items() if text}


def store(blobs, content, kind):
    """Adds a blob by its digest, and returns its descriptor."""
    digest = hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    return {"mediaType": f"{MEDIA}.{kind}", "digest": f"sha256:{digest}", "size": len(content)}


def as_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
