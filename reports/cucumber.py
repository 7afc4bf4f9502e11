"""``cucumber.json``: the judgement for readers of Cucumber's JSON.

Cucumber judges by steps and has no words for *unknown* and *not run*. Both become a failed step whose
message begins with our word; *planned* becomes pending, *unsupported* skipped. A scenario whose steps do
not show its verdict, and what makes the run red as a whole, get a step of ours that does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports import attachments, text
from reports.judge import Judged, Standing
from reports.model import RED, Attachment, Observation, Run, Step, Verdict
from reports.redaction import Redactor

THE_RUN = "The run itself"
_NANOSECONDS = 1_000_000_000
_STATUS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.UNKNOWN: "failed",
    Verdict.NOT_RUN: "skipped",
    Verdict.PLANNED: "pending",
    Verdict.UNSUPPORTED: "skipped",
}


def render(_run: Run, judged: Judged, folder: Path, redactor: Redactor) -> str:
    """The document; attachments become embeddings."""
    features: dict[tuple[str, str], list[Standing]] = {}
    for each in judged.standings:
        features.setdefault((each.scenario.feature_file, each.scenario.feature), []).append(each)
    writer = _Writer(folder, redactor)
    document = [writer.feature(file, name, standings) for (file, name), standings in features.items()]
    if judged.run_reasons:
        document.insert(0, _the_run(judged.run_reasons))
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


class _Writer:
    """Holds where attachments are read from, and the net that they pass on their way."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor

    def feature(self, file: str, name: str, standings: Sequence[Standing]) -> dict[str, Any]:
        return {
            "uri": file,
            "id": text.slug(file or name),
            "keyword": "Feature",
            "name": name,
            "description": standings[0].scenario.feature_description,
            "line": 1,
            "tags": _tags(_shared_tags(standings), 1),
            "elements": [self._element(each) for each in standings],
        }

    def _element(self, standing: Standing) -> dict[str, Any]:
        scenario = standing.scenario
        steps = [self._step(standing, step) for step in scenario.steps]
        if not _shown(standing, steps):
            steps.append(_own_step(standing))
        if extra := [self._embedding(each) for each in scenario.attachments]:
            steps[-1]["embeddings"] = [*steps[-1].get("embeddings", []), *extra]
        if scenario.observations:
            steps[-1]["output"] = [*steps[-1].get("output", []), *map(_seen, scenario.observations)]
        return {
            "id": text.slug(scenario.id),
            "keyword": "Scenario",
            "type": "scenario",
            "name": scenario.name,
            "description": scenario.description,
            "line": scenario.line,
            "tags": _tags(scenario.tags, scenario.line),
            "start_timestamp": scenario.started,
            "steps": steps,
        }

    def _step(self, standing: Standing, step: Step) -> dict[str, Any]:
        status = _STATUS[step.verdict]
        if standing.verdict is Verdict.PLANNED and status != "passed":
            status = "pending"
        made = _made(step.keyword, step.text, step.line, status, step.seconds)
        if status != "passed" and (said := step.error or step.observed):
            made["result"]["error_message"] = f"{step.verdict.value}: {said}"
        elif status == "failed":
            made["result"]["error_message"] = f"{step.verdict.value}: {standing.reason}"
        if step.observations:
            made["output"] = list(map(_seen, step.observations))
        if step.attachments:
            made["embeddings"] = [self._embedding(each) for each in step.attachments]
        if step.table:
            made["rows"] = [{"cells": list(row)} for row in step.table]
        if step.docstring:
            made["doc_string"] = {"value": step.docstring, "content_type": "", "line": step.line + 1}
        return made

    def _embedding(self, attachment: Attachment) -> dict[str, str]:
        content, media_type = attachments.content(self._folder, attachment), attachment.media_type
        if content is None:
            content = (attachment.note or "It is not there any more.").encode("utf-8", "backslashreplace")
            media_type = "text/plain"
        elif attachments.is_text(media_type):
            content = self._redactor.text(text.decoded(content)[0]).encode("utf-8", "backslashreplace")
        return {
            "name": f"{attachment.name} ({attachment.note})" if attachment.note else attachment.name,
            "mime_type": media_type,
            "data": base64.b64encode(content).decode("ascii"),
        }


def _shared_tags(standings: Sequence[Standing]) -> list[str]:
    """The tags that all scenarios of a feature carry: as far as can be told, those of the feature."""
    first = standings[0].scenario.tags
    return [tag for tag in first if all(tag in each.scenario.tags for each in standings)]


def _shown(standing: Standing, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether Cucumber's readers come to our verdict by the steps alone."""
    statuses = {step["result"]["status"] for step in steps}
    match standing.verdict:
        case Verdict.PASS:
            return statuses == {"passed"}
        case Verdict.PLANNED:
            return "pending" in statuses
        case Verdict.UNSUPPORTED:
            return bool(statuses) and statuses <= {"skipped"}
        case _:
            return "failed" in statuses


def _own_step(standing: Standing) -> dict[str, Any]:
    status = "failed" if standing.verdict in RED else _STATUS[standing.verdict]
    made = _made("*", f"the scenario is {standing.verdict.value}", standing.scenario.line, status, 0.0)
    if standing.reason:
        made["result"]["error_message"] = f"{standing.verdict.value}: {standing.reason}"
    return made


def _the_run(reasons: Sequence[str]) -> dict[str, Any]:
    steps = [_made("*", reason, 0, "failed", 0.0) for reason in reasons]
    for step, reason in zip(steps, reasons, strict=True):
        step["result"]["error_message"] = f"unknown: {reason}"
    element = {
        "id": "the-run",
        "keyword": "Scenario",
        "type": "scenario",
        "name": "The run counts",
        "description": "",
    }
    return {
        "uri": "",
        "id": "the-run",
        "keyword": "Feature",
        "name": THE_RUN,
        "description": "What makes the run red as a whole.",
        "line": 0,
        "tags": [],
        "elements": [{**element, "line": 0, "tags": [], "start_timestamp": "", "steps": steps}],
    }


def _made(keyword: str, name: str, line: int, status: str, seconds: float) -> dict[str, Any]:
    return {
        "keyword": f"{keyword.strip()} ",
        "name": name,
        "line": line,
        "match": {"location": ""},
        "result": {"status": status, "duration": round(seconds * _NANOSECONDS)},
    }


def _seen(seen: Observation) -> str:
    place = f" (from {seen.vantage})" if seen.vantage else ""
    return f"{seen.at} {seen.what}: {seen.value}{place}".strip()


def _tags(tags: Sequence[str], line: int) -> list[dict[str, Any]]:
    return [{"name": f"@{tag.removeprefix('@')}", "line": line} for tag in tags]
