"""Parts that wait for each other."""

from __future__ import annotations

import re

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either

CIRCLE = re.compile(r"needs of \d+: \S+ ")


def told_by(evidence: Evidence) -> bool:
    """What is needed by what was looked at, and led back to where it began."""
    return CIRCLE.search(evidence.said) is not None


INCIDENT = Incident(
    slug="dependson-cycle",
    symptom='Many Kustomizations say "dependency not ready" for ever.',
    cause="dependsOn leads back to where it began.",
    cure="Cut the cycle: split what is needed early from what is needed late.",
    told_by=either(contradicted("cycle"), told_by),
    about=("bootstrap/order", "units-start-after-their-needs", "decision-dependencies-acyclic"),
    reproduce="pytest -m conformance --fault needs_itself",
)
