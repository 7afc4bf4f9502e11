"""A secret that everybody can read."""

from __future__ import annotations

import re

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either

HELD = re.compile(r"objects: \w+ \S+: .* holds ")


def told_by(evidence: Evidence) -> bool:
    """An object of the cluster was seen to hold what is secret."""
    return HELD.search(evidence.said) is not None


INCIDENT = Incident(
    slug="secret-in-git",
    symptom="A password stands in the repository's history.",
    cause="It was written into a manifest or into a chart's values.",
    cure="Make a new one, keep it in Vault, refer to it.",
    told_by=either(contradicted(), told_by),
    about=("decision-no-literal-secrets",),
    reproduce="pytest -m conformance --fault secret_in_the_clear",
)
