"""``junit.xml``: the judgement for CI servers.

JUnit has four outcomes for our six verdicts: ``fail`` is a failure, ``unknown`` and ``not-run`` are errors,
``planned`` and ``unsupported`` are skipped with the reason. What makes the run red as a whole is a test
case of its own, so that no reader takes an interrupted run for a green one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from reports import text
from reports.judge import Judged, Standing
from reports.model import Run, Step, Verdict
from reports.redaction import Redactor

THE_RUN = "The run itself"
_ELEMENT = {
    Verdict.FAIL: "failure",
    Verdict.UNKNOWN: "error",
    Verdict.NOT_RUN: "error",
    Verdict.PLANNED: "skipped",
    Verdict.UNSUPPORTED: "skipped",
}


def render(run: Run, judged: Judged, _folder: Path, _redactor: Redactor) -> str:
    """The document: a suite for each feature, a case for each scenario."""
    root = ET.Element("testsuites", name=f"{run.cluster} ({run.target})")
    features: dict[tuple[str, str], list[Standing]] = {}
    for each in judged.standings:
        features.setdefault((each.scenario.feature_file, each.scenario.feature), []).append(each)
    if judged.run_reasons:
        suite = _suite(root, THE_RUN, run.started)
        for at, reason in enumerate(judged.run_reasons, start=1):
            case = ET.SubElement(suite, "testcase", classname="run", name=f"reason {at}", time="0.000")
            _outcome(case, "error", "unknown", reason, reason)
        _count(suite)
    for (file, feature), standings in features.items():
        suite = _suite(root, feature, standings[0].scenario.started or run.started)
        for each in standings:
            _case(suite, file, each)
        _count(suite)
    _count(root)
    ET.indent(root)
    _clean(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _clean(root: ET.Element) -> None:
    """Spell out what XML has no way to write."""
    for element in root.iter():
        element.text = text.clean(element.text or "")
        for name, value in element.items():
            element.set(name, text.clean(value))


def _suite(root: ET.Element, name: str, started: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=name, timestamp=started.removesuffix("Z"))


def _case(suite: ET.Element, file: str, standing: Standing) -> None:
    scenario = standing.scenario
    case = ET.SubElement(
        suite,
        "testcase",
        classname=file.removeprefix("features/").removesuffix(".feature").replace("/", "."),
        name=scenario.name,
        time=f"{scenario.seconds:.3f}",
    )
    properties = ET.SubElement(case, "properties")
    told = [
        ("verdict", standing.verdict.value),
        ("id", scenario.id),
        *(("tag", tag) for tag in scenario.tags),
    ]
    for name, value in told:
        ET.SubElement(properties, "property", name=name, value=value)
    if element := _ELEMENT.get(standing.verdict):
        _outcome(case, element, standing.verdict.value, standing.reason, _details(standing))
    ET.SubElement(case, "system-out").text = "\n".join(_told(step) for step in scenario.steps)


def _outcome(case: ET.Element, element: str, kind: str, reason: str, details: str) -> None:
    outcome = ET.SubElement(case, element, type=kind, message=text.first_line(reason, 1000))
    outcome.text = details


def _details(standing: Standing) -> str:
    parts = [standing.reason]
    parts += [f"expected: {standing.expected}"] if standing.expected else []
    parts += [f"observed: {standing.observed}"] if standing.observed else []
    parts += [f"from: {standing.vantage}"] if standing.vantage else []
    parts += [f"known cause: {slug}" for slug in standing.scenario.causes]
    parts += [step.error for step in standing.scenario.steps if step.error]
    return "\n".join(parts)


def _told(step: Step) -> str:
    lines = [f"{step.keyword} {step.text} - {step.verdict.value}, {text.duration(step.seconds)}"]
    for seen in step.observations:
        place = f" (from {seen.vantage})" if seen.vantage else ""
        lines.append(f"    {seen.at} {seen.what}: {seen.value}{place}")
    return "\n".join(lines)


def _count(element: ET.Element) -> None:
    """Write the totals that readers of JUnit expect on suites."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(_having(cases, "failure")))
    element.set("errors", str(_having(cases, "error")))
    element.set("skipped", str(_having(cases, "skipped")))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _having(cases: Sequence[ET.Element], name: str) -> int:
    return sum(case.find(name) is not None for case in cases)
