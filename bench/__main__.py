"""`python -m bench`: builds labs, measures, removes them; prints a table and writes JSON.

`python -m bench decisions --repository PATH` measures the audit of a repository, without a lab;
`python -m bench transfers` the copying of a large zone, likewise; `python -m bench websites --inventory PATH` visits
1,000 host names of a lab that runs, beside prometheus-blackbox-exporter. `python -m bench logins --inventory PATH`
signs people in to every application of such a lab; `python -m bench first-login` tells how long it takes until that
can be.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import conformance, decisions, first_login, labs, logins, outage, transfers, websites
from inventory import InventoryErrors
from inventory.problem import Problem

INVENTORY = labs.ROOT / "inventories/lab.toml"
OUT = labs.ROOT / "reports/out/bench.json"
MIB = 2**20
_PARTS: Mapping[str, Callable[[list[str]], int]] = {
    "decisions": decisions.main,
    "first-login": first_login.main,
    "logins": logins.main,
    "transfers": transfers.main,
    "websites": websites.main,
}
"""What is measured by a command of its own: most of it needs no lab, or one that runs."""
PARTS = ("alone", "conformance", "outage")


def main() -> int:
    """Measure; 0 when every run could be measured."""
    part = _PARTS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if part is not None:
        # Programs of this environment, such as kustomize, are found as if it were activated.
        os.environ["PATH"] = f"{os.environ.get('PATH', '')}{os.pathsep}{Path(sys.executable).parent}"
        return part(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often everything is measured (default: 3)")
    parser.add_argument("--json", type=Path, default=OUT, help=f"where the figures are written ({OUT})")
    parser.add_argument(
        "--skip", action="append", choices=PARTS, default=[], help="leave a part out (repeatable)"
    )
    given = parser.parse_args()
    try:
        runs = [_run(number, given.skip) for number in range(1, given.runs + 1)]
    except (Problem, InventoryErrors, OSError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    medians = _medians(runs)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": 1, "machine": _machine(), "medians": medians, "runs": runs}
    given.json.write_text(json.dumps(document, indent=1) + "\n")
    print(_table(medians, len(runs)))
    print(f"all figures: {given.json}")
    return 0


def _run(number: int, skip: Iterable[str]) -> dict[str, Any]:
    """Measure everything once: what is compared is measured one after the other, on the same machine."""
    print(f"run {number}", file=sys.stderr)
    found: dict[str, Any] = {}
    if "alone" not in skip:
        found["one_node_ready_seconds"] = labs.alone(INVENTORY).ready
    with labs.whole(INVENTORY) as (provider, target, built):
        found["five_nodes_ready_seconds"] = built.ready
        if "alone" not in skip:
            found["five_to_one"] = built.ready / found["one_node_ready_seconds"]
        found |= _bootstrap(built, json.loads((provider.state / "builds.jsonl").read_text().splitlines()[-1]))
        if "conformance" not in skip:
            measured = conformance.measure(provider.attached_inventory)
            found |= {f"conformance_{name}": value for name, value in asdict(measured).items()}
            found["conformance_to_bare"] = measured.wall / measured.bare
        if "outage" not in skip:
            found["api_outage_seconds"] = outage.measure(target)
    return found


def _bootstrap(built: labs.Built, record: Mapping[str, Any]) -> dict[str, Any]:
    layers: dict[str, list[float]] = {}
    for phase in built.phases:
        layers.setdefault(phase.layer, []).extend((phase.started, phase.started + phase.seconds))
    return {
        "bootstrap_seconds": record["seconds"],
        "peak_memory_bytes": record["peak_memory_bytes"],
        **{f"layer_{layer}_seconds": max(times) - min(times) for layer, times in sorted(layers.items())},
        **{f"unit_{phase.unit}_seconds": phase.seconds for phase in built.phases},
    }


def _medians(runs: list[dict[str, Any]]) -> dict[str, float]:
    names = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(float(run[name]) for run in runs) for name in names}


def _machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def _table(medians: Mapping[str, float], runs: int) -> str:
    """Return the figures that the README speaks of, and the five slowest units."""
    units = sorted((value, name) for name, value in medians.items() if name.startswith("unit_"))[-5:]
    rows = [
        ("five nodes Ready from nothing", "five_nodes_ready_seconds", "s", 1.0, ""),
        ("one etcd, API server and kubelet Ready alone", "one_node_ready_seconds", "s", 1.0, ""),
        ("the first as a multiple of the second", "five_to_one", "x", 1.0, "at most 2.5"),
        ("full bootstrap, warm", "bootstrap_seconds", "s", 1.0, ""),
        *((name[6:-8], name, "s", 1.0, "") for name in medians if name.startswith("layer_")),
        *((f"unit {name[5:-8]}", name, "s", 1.0, "") for _, name in reversed(units)),
        ("peak memory of the lab", "peak_memory_bytes", "MiB", MIB, "under 4096"),
        ("conformance, wall time", "conformance_wall", "s", 1.0, ""),
        ("conformance, in the bare probes", "conformance_bare", "s", 1.0, ""),
        ("the first as a multiple of the second", "conformance_to_bare", "x", 1.0, "at most 1.3"),
        ("overhead of a scenario", "conformance_overhead", "ms", 0.001, "at most 10"),
        ("API outage when the VIP's holder dies", "api_outage_seconds", "s", 1.0, ""),
    ]
    lines = [f"medians of {runs} runs" if runs > 1 else "one run"]
    for words, name, unit, scale, aim in rows:
        if name in medians:
            lines.append(f"  {words:<46} {medians[name] / scale:10.2f} {unit:<4} {aim}".rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
