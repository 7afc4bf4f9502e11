"""SARIF 2.1.0: what decisions found in the repository, for whatever shows such files beside the code.

A violation is an error, something that could not be known a warning; what is waived is suppressed, with its reason.
Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from reports.model import Decision, Finding, Run

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "unknown": "warning"}
_OWN = (
    Decision("unread", "Everything in the repository can be read and rendered"),
    Decision("waivers", "Every waiver is needed and has not expired"),
)


def sarif(run: Run) -> dict[str, Any]:
    """The document as JSON values."""
    rules = {each.rule: each for each in (*run.decisions, *_OWN)}
    found = list(findings(run))
    order = [rule for rule in rules if any(each.rule == rule for each in found)]
    order += [each.rule for each in run.decisions if each.rule not in order]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "clusterspec",
                        **({"version": version} if (version := run.versions.get("specification")) else {}),
                        "rules": [_rule(rules.get(slug) or Decision(slug, slug)) for slug in order],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": bool(run.finished) and not run.interrupted}],
                "results": [_result(each, order) for each in found],
            }
        ],
    }


def findings(run: Run) -> Iterator[Finding]:
    """Everything that was found, each once, by file and line."""
    every = {finding: None for scenario in run.scenarios for finding in scenario.findings}
    return iter(sorted(every, key=lambda each: (each.file, each.line, each.rule, each.object, each.found)))


def _rule(decision: Decision) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": decision.rule,
        "name": "".join(word.capitalize() for word in decision.rule.split("-")),
        "shortDescription": {"text": decision.decision},
        "fullDescription": {"text": decision.rationale or decision.decision},
    }
    if decision.incident:
        rule["properties"] = {"tags": [f"incident:{decision.incident}"]}
    return rule


def _result(finding: Finding, order: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS.get(finding.level, "warning"),
        "message": {"text": said(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file)},
                    "region": {"startLine": max(1, finding.line)},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.object}],
            }
        ],
        "partialFingerprints": {"object/v1": _fingerprint(finding)},
    }
    if finding.rule in order:
        result["ruleIndex"] = order.index(finding.rule)
    if finding.waived:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.waived}]
    return result


def said(finding: Finding) -> str:
    """A finding in one text: the object, what was found, what would satisfy."""
    wanted = f". Would satisfy: {finding.would_satisfy}" if finding.would_satisfy else ""
    return f"{finding.object}: {finding.found}{wanted}"


def _fingerprint(finding: Finding) -> str:
    """The same for the same violation after lines have moved."""
    parts = (finding.rule, finding.file, finding.object, finding.found)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def github(found: Iterable[Finding]) -> Iterator[str]:
    """Workflow commands of GitHub: a line each, shown beside the file of a pull request. What is waived is silent."""
    for each in found:
        if not each.waived:
            kind = _LEVELS.get(each.level, "warning")
            place = f"file={_property(each.file)},line={max(1, each.line)},title={_property(each.rule)}"
            yield f"::{kind} {place}::{_data(said(each))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
