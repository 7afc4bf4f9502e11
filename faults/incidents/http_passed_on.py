"""Plain HTTP reaches the cluster."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """What the VPS answered over plain HTTP was the cluster's."""
    return "what comes back: HTTP" in evidence.said and "404" not in evidence.said


INCIDENT = Incident(
    slug="http-passed-on",
    symptom="A website answers on port 80 of the VPS.",
    cause="The VPS passes port 80 on as well.",
    cure="Answer port 80 on the VPS itself.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault http_passed_on",
)
