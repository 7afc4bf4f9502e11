"""``results.json``: the judgement for machines. Its schema is ``results.schema.json`` beside this module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reports import codec
from reports.judge import Judged, Standing, profiles
from reports.model import Run, Verdict
from reports.pins import pinned
from reports.redaction import Redactor

SCHEMA_FILE = Path(__file__).with_name("results.schema.json")
VERSION = 1


def render(run: Run, judged: Judged, _folder: Path, _redactor: Redactor) -> str:
    """The document as text."""
    return json.dumps(results(run, judged), indent=1, ensure_ascii=False) + "\n"


def results(run: Run, judged: Judged) -> dict[str, Any]:
    """The document as JSON values; the schema says what each means."""
    since = judged.changes.since
    return {
        "schema": VERSION,
        "run_id": run.id,
        "cluster": run.cluster,
        "target": run.target,
        "provider": run.provider,
        "identity": run.identity,
        "selection": run.selection,
        "start": run.started,
        "duration": codec.plain(run.seconds),
        "finished": bool(run.finished) and not run.interrupted,
        "verdict": judged.verdict.value,
        "red": judged.red,
        "sentence": judged.sentence,
        "why_red": list(judged.why_red),
        "attention": list(judged.attention),
        "counts": {verdict.value: judged.counts[verdict] for verdict in Verdict},
        "expected": pinned(run),
        "phases": [
            {
                "build": phase.build,
                "layer": phase.layer,
                "unit": phase.unit,
                "start": phase.started,
                "seconds": codec.plain(phase.seconds),
                "outcome": phase.outcome,
                "detail": phase.detail,
            }
            for phase in run.phases
        ],
        "scenarios": [_scenario(each) for each in judged.standings],
        "causes": [
            {
                "slug": named.incident.slug,
                "seen": named.seen,
                "cause": named.incident.cause,
                "scenarios": [scenario.id for scenario in named.scenarios],
            }
            for named in judged.causes
        ],
        "unsupported": {capability: list(names) for capability, names in judged.unsupported.items()},
        "stand_ins": [codec.plain(each) for each in run.stand_ins],
        "facts": codec.plain(run.facts),
        "versions": dict(run.versions),
        "changes": {
            "since": since.id if since else None,
            "broke": list(judged.changes.broke),
            "appeared": list(judged.changes.appeared),
            "vanished": list(judged.changes.vanished),
            "recovered": list(judged.changes.recovered),
            "versions": list(judged.changes.versions),
        },
    }


def _scenario(standing: Standing) -> dict[str, Any]:
    scenario = standing.scenario
    return {
        "id": scenario.id,
        "chapter": scenario.chapter,
        "feature": scenario.feature,
        "feature_file": scenario.feature_file,
        "name": scenario.name,
        "tags": list(scenario.tags),
        "profiles": list(profiles(scenario.tags)),
        "verdict": standing.verdict.value,
        "planned_passes": standing.planned_passes,
        "start": scenario.started,
        "seconds": codec.plain(scenario.seconds),
        "reason": standing.reason,
        "expected": standing.expected,
        "observed": standing.observed,
        "vantage": standing.vantage,
        "incidents": list(scenario.incidents),
        "causes": list(scenario.causes),
        "findings": [codec.plain(each) for each in scenario.findings],
    }
