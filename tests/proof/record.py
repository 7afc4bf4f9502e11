"""Keep the facts by which a cause is recognised, from a saved run of its fault, as a small recording for unit tests.

    python -m tests.proof.record reports/out/runs/<run id>                   of the faults that the run was made with
    python -m tests.proof.record reports/out/runs/<run id> rwo_rolled ...    of these

A recording holds a few red scenarios of one fault with what they observed, the looks that the incidents of its
chapter match on, and which faults were there beside it. It goes through no other redaction than that of the run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from diagnosis import chapters, facts, look
from diagnosis.causes import evidence_of, looks_of, name_of, tables
from faults.fault import Fault, discover
from reports import attachments, store
from reports.model import Attachment, Run, Scenario

PLACE = Path(__file__).parents[1] / "unit/diagnosis/recordings"
_SCENARIOS = 3
_BYTES = 32 * 1024
"""Facts of one scenario that are longer than this are not kept."""


def recording(run: Run, folder: Path, fault: Fault) -> dict[str, Any] | None:
    """Return what a run recorded of a fault; None when none of its scenarios turned red."""
    red = sorted(
        (each for each in run.scenarios if each.verdict.red), key=lambda each: (each.started, each.id)
    )
    last: Mapping[type, object] = {}
    kept: list[dict[str, Any]] = []
    for scenario in red:
        last = looks_of(scenario, lambda each: _text(folder, each)) or last
        if fault.turns(name_of(scenario)) and len(kept) < _SCENARIOS:
            kept.append(_scenario(scenario))
    wanted = set(_kinds(fault.cause))
    looks = [facts.encode(each) for kind, each in last.items() if kind in wanted]
    beside = [slug for slug in injected(run) if slug != fault.slug]
    found = {"fault": fault.slug, "handwritten": False, "beside": beside, "scenarios": kept, "looks": looks}
    return found if kept else None


def injected(run: Run) -> list[str]:
    """Return the faults that a run was made with."""
    return [slug for words in re.findall(r"--fault[= ]([\w,]+)", run.command) for slug in words.split(",")]


def text(found: Mapping[str, Any]) -> str:
    """Return a recording as it is kept: a line for each scenario and for each look."""
    lines = {key: json.dumps(value, ensure_ascii=False) for key, value in found.items()}
    for key in ("scenarios", "looks"):
        each = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found[key])
        lines[key] = "[\n " + ",\n ".join(each) + "\n]"
    return "{" + ",\n".join(f'"{key}": {value}' for key, value in lines.items()) + "}\n"


def _scenario(scenario: Scenario) -> dict[str, Any]:
    evidence = evidence_of(scenario, {})
    small = [each for each in evidence.observed if len(json.dumps(each)) <= _BYTES]
    return {"feature": evidence.scenario.feature, "id": scenario.id, "facts": small}


def _kinds(cause: str) -> Iterator[type]:
    """Return the types of the looks that the table of a cause has imported."""
    chapter = next(name for name, table in tables().items() if any(each.slug == cause for each in table))
    known = {module.Look for module in look.places().values()}
    for value in vars(importlib.import_module(f"{chapters.__name__}.{chapter}")).values():
        kind = getattr(value, "Look", None) if isinstance(value, ModuleType) else value
        if isinstance(kind, type) and kind in known:
            yield kind


def _text(folder: Path, attachment: Attachment) -> str:
    return (attachments.content(folder, attachment) or b"").decode("utf-8", "replace")


def main() -> None:
    """Write the recordings."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.record", description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("faults", nargs="*")
    chosen = parser.parse_args()
    folder = store.find(chosen.run)
    run = store.load(folder)
    for slug in chosen.faults or injected(run):
        found = recording(run, folder, discover()[slug])
        if found is None:
            print(f"{slug}: none of its scenarios is red in this run")  # noqa: T201 - a command
        else:
            (PLACE / f"{slug}.json").write_text(text(found))


if __name__ == "__main__":
    main()
