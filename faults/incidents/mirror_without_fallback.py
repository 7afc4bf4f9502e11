"""A mirror in the cluster that needs it."""

from __future__ import annotations

from urllib.parse import urlsplit

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """All that a node asks for the images of a registry is one and the same host."""
    for asked in map(str.split, evidence.seen.images.values()):
        if len(asked) > 1 and len({urlsplit(each).netloc for each in asked}) == 1:
            return True
    return False


INCIDENT = Incident(
    slug="mirror-without-fallback",
    symptom="After a power cut no image can be pulled, the mirror's own included.",
    cause="The machine's registry mirror has no second endpoint.",
    cure="Name the registry itself as the last endpoint.",
    told_by=either(contradicted(), told_by),
    about=("decision-mirrors-fall-back", "platform/*"),
    reproduce="pytest -m conformance --fault mirror_without_upstream",
)
