"""Images in the folder of a registry, as the registry itself would have put them there (distribution's file system).

Nothing needs to run and nothing is pushed: the registry that finds the folder offers what is in it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_TREE = "docker/registry/v2"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def publish(folder: Path, name: str, tag: str, busybox: bytes) -> bool:
    """Put an image into a registry's folder: BusyBox and a file with the image's own name; False if it is there.

    The layer of BusyBox is the same for every image of a folder, and lies in it once.
    """
    repository = folder / _TREE / "repositories" / name
    current = repository / "_manifests/tags" / tag / "current/link"
    if current.exists():
        return False
    layers = [_layer("bin/busybox", busybox, 0o755), _layer("name", name.encode(), 0o644)]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": ["/bin/busybox"], "Labels": {"org.opencontainers.image.title": name}},
        "rootfs": {"type": "layers", "diff_ids": [_digest(plain) for plain, _packed in layers]},
        "history": [{"created": "1970-01-01T00:00:00Z"}] * len(layers),
        "created": "1970-01-01T00:00:00Z",
    }
    blobs = [(_CONFIG, _json(config)), *((_LAYER, packed) for _plain, packed in layers)]
    described = [
        {"mediaType": kind, "size": len(blob), "digest": _blob(folder, repository, blob)}
        for kind, blob in blobs
    ]
    manifest = _json(
        {"schemaVersion": 2, "mediaType": _MANIFEST, "config": described[0], "layers": described[1:]}
    )
    digest = _store(folder, manifest)
    kind, _, number = digest.partition(":")
    _link(repository / "_manifests/revisions" / kind / number, digest)
    _link(repository / "_manifests/tags" / tag / "index" / kind / number, digest)
    _link(current.parent, digest)  # last: who finds the tag finds all of the image
    return True


def _layer(path: str, content: bytes, mode: int) -> tuple[bytes, bytes]:
    """Return a layer with one file, plain and packed; the same file makes the same layer."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        member = tarfile.TarInfo(path)
        member.size, member.mode = len(content), mode
        archive.addfile(member, io.BytesIO(content))
    return plain.getvalue(), gzip.compress(plain.getvalue(), compresslevel=1, mtime=0)


def _blob(folder: Path, repository: Path, blob: bytes) -> str:
    digest = _store(folder, blob)
    kind, _, number = digest.partition(":")
    _link(repository / "_layers" / kind / number, digest)
    return digest


def _store(folder: Path, blob: bytes) -> str:
    digest = _digest(blob)
    kind, _, number = digest.partition(":")
    data = folder / _TREE / "blobs" / kind / number[:2] / number / "data"
    data.parent.mkdir(parents=True, exist_ok=True)
    if not data.exists():
        data.write_bytes(blob)
    return digest


def _link(place: Path, digest: str) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "link").write_text(digest)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
