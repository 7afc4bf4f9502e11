"""An Ingress that names no class is nobody's."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """No ingress class is the default one."""
    return "the ingress classes: " in evidence.said


INCIDENT = Incident(
    slug="ingress-class-not-default",
    symptom="A new Ingress without a class never gets an address.",
    cause="The class has lost its mark as the default.",
    cure="Annotate it with ingressclass.kubernetes.io/is-default-class.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault ingress_class_not_default",
)
