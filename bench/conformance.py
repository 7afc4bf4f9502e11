"""What the suite adds to the time of the bare probes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.labs import ROOT


@dataclass(frozen=True, slots=True)
class Conformance:
    """One conformance run, one scenario after the other. Times in seconds.

    wall: from the interpreter's start to the report; scenarios: the scenarios' part of it; bare: in the probes.
    overhead: the median of what a scenario took beyond its probes. passed: whether it was green.
    """

    wall: float
    scenarios: float
    bare: float
    overhead: float
    number: int
    passed: bool


def measure(inventory: Path) -> Conformance:
    """Run the conformance profile against a running lab."""
    with tempfile.TemporaryDirectory(prefix="clusterspec-bench-") as folder:
        measured = Path(folder) / "measured.json"
        command = [
            *(sys.executable, "-m", "pytest", "-p", "bench.counting", "-p", "no:cacheprovider", "-q"),
            *("-m", "conformance", f"--inventory={inventory}", f"--run-dir={folder}/out"),
        ]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "CLUSTERSPEC_BENCH": str(measured)},
            capture_output=True,
            text=True,
            check=False,
        )
        if not measured.exists():
            raise OSError(f"the conformance run told nothing: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        found = json.loads(measured.read_text())
    each = found["scenarios"]
    return Conformance(
        wall=found["seconds"],
        scenarios=sum(one["seconds"] for one in each),
        bare=found["bare"],
        overhead=statistics.median(one["seconds"] - one["bare"] for one in each),
        number=len(each),
        passed=done.returncode == 0,
    )
