"""Judge a saved run again, with today's rules and incidents, and write its documents anew.

    python -m reports                            the newest run of reports/out
    python -m reports reports/out/runs/<run id>  that run
    python -m reports out --forget-pins          without the pins that the run recorded

Exit status: 0 green, 1 red, 2 no readable run.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from diagnosis.causes import Naming, candidates, discover, name_of
from faults.fault import causes, relation
from reports import attachments, publish, store
from reports.model import Attachment, Incident, Run, Scenario
from reports.redaction import Redactor

OUT = Path(__file__).parent / "out"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m reports", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "run", nargs="?", type=Path, default=OUT, help="a run's folder, its run.json, or a folder of runs"
    )
    parser.add_argument("--forget-pins", action="store_true", help="do not compare with the pinned scenarios")
    chosen = parser.parse_args(arguments)
    try:
        folder = store.find(chosen.run)
        run = store.load(folder)
    except store.UnreadableRun as problem:
        print(problem, file=sys.stderr)
        return 2
    if chosen.forget_pins:
        run = replace(run, pins={})
    problems, judged = publish.publish(_out_of(folder), folder, explained(run, folder), Redactor())
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{run.cluster}, {run.id}: {judged.sentence}")
    for reason in judged.why_red:
        print(f"  red: {reason}")
    for note in judged.attention:
        print(f"  note: {note}")
    print(folder / publish.PAGE)
    return 1 if problems else judged.exit_code


def explained(run: Run, folder: Path) -> Run:
    """The run with the causes of its red scenarios named anew, in the order in which they began."""

    def read(attachment: Attachment) -> str:
        return (attachments.content(folder, attachment) or b"").decode("utf-8", "replace")

    naming = Naming(relation(), read)

    def named(scenario: Scenario) -> Scenario:
        name = name_of(scenario)
        found = naming.causes(scenario)
        return replace(scenario, causes=found, incidents=candidates(name, causes(name)))

    order = sorted(
        (each for each in run.scenarios if each.verdict.red), key=lambda each: (each.started, each.id)
    )
    again = {each.id: named(each) for each in order}
    known = tuple(Incident(one.slug, one.symptom, one.cause, one.cure) for one in discover().values())
    scenarios = tuple(again.get(each.id, each) for each in run.scenarios)
    return replace(run, scenarios=scenarios, incidents=known)


def _out_of(folder: Path) -> Path:
    """The folder ``out`` of a run's folder; a run that was moved elsewhere is its own."""
    return folder.parent.parent if folder.parent.name == "runs" else folder


if __name__ == "__main__":
    sys.exit(main())
