"""The products' own Kubernetes manifests, from the same Go modules that their programs are built from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from provisioning.lab.artifacts import cache, processes, toolchain
from provisioning.lab.artifacts.pins import GoModule, Pins
from provisioning.lab.artifacts.toolchain import Go


def key(pins: Pins) -> str:
    """The cache key: which files of which module versions."""
    return cache.key({module.name: _pinned(module) for module in _with_manifests(pins)})


def _pinned(module: GoModule) -> bytes:
    return json.dumps([module.module, module.version, module.go_sum, module.manifests]).encode()


def _with_manifests(pins: Pins) -> tuple[GoModule, ...]:
    return tuple(module for module in pins.modules if module.manifests)


def export(pins: Pins, go: Go, into: Path, build_cache: Path) -> None:
    """Copy each module's manifest files into a folder below ``into`` with the artifact's name."""
    for module in _with_manifests(pins):
        environment = toolchain.environment(module.settings, build_cache)
        # The module is verified against go.sum; what it was built from is in the module cache already.
        printed = processes.output(
            [str(go.program), "-C", str(module.folder), "mod", "download", "-json", module.module],
            environment,
        )
        source = Path(json.loads(printed)["Dir"])
        target = into / module.name
        target.mkdir(parents=True)
        for pattern in module.manifests:
            for file in sorted(source.glob(pattern)):
                shutil.copy(file, target / file.name)
                (target / file.name).chmod(0o644)
