"""Images that are laid out for a registry are there as the registry would have put them."""

import gzip
import hashlib
import json
from pathlib import Path

from provisioning.lab.images import published


def data(folder: Path, digest: str) -> bytes:
    number = digest.removeprefix("sha256:")
    return (folder / "docker/registry/v2/blobs/sha256" / number[:2] / number / "data").read_bytes()


def linked(folder: Path, place: str) -> str:
    return (folder / "docker/registry/v2/repositories" / place / "link").read_text()


def test_an_image_is_found_by_its_tag_and_whole(tmp_path: Path) -> None:
    assert published.publish(tmp_path, "some/image", "1", b"busybox")
    digest = linked(tmp_path, "some/image/_manifests/tags/1/current")
    manifest = json.loads(data(tmp_path, digest))
    for each in (manifest["config"], *manifest["layers"]):
        blob = data(tmp_path, each["digest"])
        assert (len(blob), hashlib.sha256(blob).hexdigest()) == (each["size"], each["digest"][7:])
        assert linked(tmp_path, f"some/image/_layers/sha256/{each['digest'][7:]}") == each["digest"]
    assert linked(tmp_path, f"some/image/_manifests/revisions/sha256/{digest[7:]}") == digest
    config = json.loads(data(tmp_path, manifest["config"]["digest"]))
    plain = [gzip.decompress(data(tmp_path, each["digest"])) for each in manifest["layers"]]
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(each).hexdigest()}" for each in plain]
    assert b"bin/busybox" in plain[0]


def test_images_differ_and_share_the_layer_of_busybox(tmp_path: Path) -> None:
    for name in ("one", "two"):
        published.publish(tmp_path, name, "1", b"busybox")
    assert not published.publish(tmp_path, "one", "1", b"busybox")
    first, second = (
        json.loads(data(tmp_path, linked(tmp_path, f"{name}/_manifests/tags/1/current")))
        for name in ("one", "two")
    )
    assert first["config"] != second["config"]
    assert first["layers"][0] == second["layers"][0]
    assert first["layers"][1] != second["layers"][1]
