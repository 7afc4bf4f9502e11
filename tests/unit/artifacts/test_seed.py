"""With the real tools: an image is built, imported by a containerd, and run by another on a planted copy."""

from __future__ import annotations

import subprocess
from pathlib import Path

from provisioning.lab.artifacts import debian, pins
from provisioning.lab.artifacts.progress import Task, silent
from provisioning.lab.images import definitions, layout, plant, seed
from provisioning.lab.images.staging import Made

# A second containerd, as private as the first. It runs a container on the network of its own namespace.
USE = """
set -eu
mount -t tmpfs tmpfs /run
mkdir /run/tmp
export TMPDIR=/run/tmp CONTAINERD_ADDRESS=/run/containerd.sock CONTAINERD_NAMESPACE=k8s.io
cat > /run/config.toml <<CONFIG
version = 2
root = "$1"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = "$CONTAINERD_ADDRESS"
CONFIG
containerd --config /run/config.toml > /run/log 2>&1 &
containerd=$!
tries=0
until ctr version > /dev/null 2>&1; do
    tries=$((tries + 1)); [ "$tries" -lt 100 ] || { cat /run/log; exit 1; }; sleep 0.1
done
ctr images list --quiet
ctr run --rm --net-host "$2" probe /bin/sh -c 'echo from $(cat /proc/1/comm), uid $(id -u)'
kill "$containerd"
wait "$containerd" || true
"""


def test_an_image_runs_from_a_planted_root(tmp_path: Path) -> None:
    images = tuple(image for image in definitions.load() if image.name == "busybox")
    versions = debian.versions(pins.load().packages)
    archive, prepared, node = (tmp_path / name for name in ("archive", "seed", "node"))
    archive.mkdir()
    prepared.mkdir()
    task = Task(silent, "busybox", 1, 1)
    layout.build(images, Made(tmp_path, {}), versions, folder=archive, log=tmp_path / "umoci.log", task=task)
    seed.prepare(layout.tar(archive), prepared, tmp_path / "containerd.log", task)
    plant(seed.root(prepared), node)

    reference = images[0].reference(versions)
    alone = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"]
    used = subprocess.run(
        [*alone, "sh", "-c", USE, "use", str(node), reference],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert used.stdout.splitlines() == [reference, "from sh, uid 0"], used.stderr
    assert [path.name for path in archive.iterdir()] == ["images.tar"]
