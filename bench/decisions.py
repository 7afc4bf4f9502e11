"""How long a repository is audited, beside how long its kustomizations are rendered by the bare program."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.labs import ROOT
from repository.read import read

_AUDIT = """
import json, sys, time
began = time.perf_counter()
from datetime import date
from pathlib import Path
from repository.audit import audit
from repository.read import read
from repository.rule import discover
from repository.waivers import Waivers
found = read(Path(sys.argv[1]))
held = audit(found, discover().values(), Waivers(), date.today())
print(json.dumps({
    "whole": time.perf_counter() - began,
    "rules": sum(each.seconds for each in held.judgements.values()),
    **found.seconds,
}))
"""


def main(arguments: Sequence[str]) -> int:
    """Measure, alternating, and print the medians; 0 when everything could be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench decisions", description=__doc__)
    parser.add_argument("--repository", type=Path, required=True, help="the checkout that is audited")
    parser.add_argument("--runs", type=int, default=3, help="how often everything is measured (default: 3)")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    given = parser.parse_args(arguments)
    root = given.repository.absolute()
    try:
        folders = rendered_folders(root)
        runs = [measure(root, folders) for _ in range(given.runs)]
    except (OSError, subprocess.SubprocessError) as problem:
        print(f"error: {problem}", file=sys.stderr)  # noqa: T201 - a command talks on the terminal
        return 1
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    if given.json:
        given.json.write_text(json.dumps({"schema": 1, "medians": medians, "runs": runs}, indent=1) + "\n")
    rows = (
        (f"rendering its {len(folders)} kustomizations, bare", "render_seconds", "s", ""),
        ("reading it and judging all rules", "audit_seconds", "s", ""),
        ("the second as a multiple of the first", "audit_to_render", "x", "at most 1.5"),
        ("the same in time of processors", "processors_to_render", "x", ""),
        ("of it in the rules", "rules_seconds", "s", ""),
        ("pytest -m decision, from start to report", "pytest_seconds", "s", ""),
        ("that as a multiple of the first", "pytest_to_render", "x", ""),
    )
    print(f"medians of {given.runs} runs of {root.name}")  # noqa: T201
    for words, name, unit, aim in rows:
        print(f"  {words:<46} {medians[name]:10.2f} {unit:<4} {aim}".rstrip())  # noqa: T201
    return 0


def rendered_folders(root: Path) -> tuple[Path, ...]:
    """The folders with a kustomization that an audit of this repository renders."""
    found = sorted({each.path for each in read(root).renders})
    names = ("kustomization.yaml", "kustomization.yml", "Kustomization")
    return tuple(root / each for each in found if any((root / each / name).is_file() for name in names))


def measure(root: Path, folders: Sequence[Path]) -> dict[str, float]:
    """Everything once, one after the other: what is compared met the same machine."""
    before = _processors()
    rendering = _render(folders)
    used_by_rendering, before = _processors() - before, _processors()
    told = subprocess.run(
        [sys.executable, "-c", _AUDIT, str(root)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    audited: dict[str, Any] = json.loads(told.stdout)
    used_by_audit = _processors() - before
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="clusterspec-bench-") as out:
        options = (
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "decision",
            f"--repository={root}",
            f"--run-dir={out}",
        )
        subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, capture_output=True, check=False)
    whole = time.perf_counter() - began
    return {
        "render_seconds": rendering,
        "audit_seconds": audited["whole"],
        "rules_seconds": audited["rules"],
        "audit_to_render": audited["whole"] / rendering,
        "processors_to_render": used_by_audit / used_by_rendering,
        "pytest_seconds": whole,
        "pytest_to_render": whole / rendering,
    }


def _processors() -> float:
    """Seconds that processors have worked for the children of this process: what a busy machine does not change."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _render(folders: Sequence[Path]) -> float:
    """Seconds for all folders by the bare program, as many at a time as there are processors."""

    def one(folder: Path) -> None:
        command = ["kubectl", "kustomize", "--load-restrictor=LoadRestrictionsNone", str(folder)]
        subprocess.run(command, capture_output=True, check=True)

    began = time.perf_counter()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        list(pool.map(one, folders))
    return time.perf_counter() - began
