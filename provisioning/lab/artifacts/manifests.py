"""The products' own Kubernetes manifests, from the same Go modules that their programs are built from."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from provisioning.lab.artifacts import cache, processes
from provisioning.lab.artifacts.pins import Chart, GoModule, Pins
from provisioning.lab.artifacts.source import original
from provisioning.lab.artifacts.toolchain import Go

RENDERER = "render-chart"  # a program of ours over Helm's engine, built with the first chart's product
_RECIPE = b"1"  # to be raised when the renderer prints something else of the same inputs


def key(pins: Pins) -> str:
    """The cache key: which files and charts of which module versions."""
    modules = {module.name: _pinned(module) for module in _with_manifests(pins)}
    return cache.key({"recipe": _RECIPE} | modules)


def _pinned(module: GoModule) -> bytes:
    charts = [asdict(chart) for chart in module.charts]
    pin = [module.module, module.version, module.go_sum, module.manifests, charts]
    return json.dumps(pin, sort_keys=True).encode()


def _with_manifests(pins: Pins) -> tuple[GoModule, ...]:
    return tuple(module for module in pins.modules if module.manifests or module.charts)


def export(pins: Pins, go: Go, into: Path, *, build_cache: Path, binaries: Path) -> None:
    """Put each module's manifest files and rendered charts into a folder below ``into`` with its name."""
    for module in _with_manifests(pins):
        source = original(module, go, build_cache)
        target = into / module.name
        target.mkdir(parents=True)
        for pattern in module.manifests:
            for file in sorted(source.glob(pattern)):
                shutil.copy(file, target / file.name)
                (target / file.name).chmod(0o644)
        for chart in module.charts:
            rendered = processes.output(_command(chart, module, source, binaries))
            (target / chart.to).write_text(rendered + "\n")


def _command(chart: Chart, module: GoModule, source: Path, binaries: Path) -> list[str]:
    return [
        str(binaries / RENDERER),
        f"-chart={source / chart.chart}",
        *([f"-templates={source / chart.templates}"] if chart.templates else []),
        f"-release={chart.release}",
        f"-namespace={chart.namespace}",
        f"-version={module.version}",
        f"-values={json.dumps(chart.values)}",
    ]
