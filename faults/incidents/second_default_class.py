"""Two storage classes are the default."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """More than one default class was seen."""
    return "the storage classes: " in evidence.said


INCIDENT = Incident(
    slug="second-default-class",
    symptom="A claim without a class gets a volume of a class that nobody planned.",
    cause="A chart brought its own default class.",
    cure="Take the mark away from the second one.",
    told_by=told_by,
    about=("storage/volumes",),
    reproduce="pytest -m conformance --fault second_default_class",
)
