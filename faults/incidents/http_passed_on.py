"""Plain HTTP reaches the cluster."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """What the VPS answered over plain HTTP was the cluster's."""
    came = ("HTTP 200", "301", "308")
    return "plain HTTP" in evidence.scenario and any(each in evidence.said for each in came)


INCIDENT = Incident(
    slug="http-passed-on",
    symptom="A website answers on port 80 of the VPS.",
    cause="The VPS passes port 80 on as well.",
    cure="Answer port 80 on the VPS itself.",
    told_by=told_by,
    about=("networking/vps_proxy: Plain HTTP does not reach the cluster",),
    reproduce="pytest -m conformance --fault http_passed_on",
)
