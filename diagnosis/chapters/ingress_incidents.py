"""Known causes of Ingresses that lead nowhere."""

from __future__ import annotations

from diagnosis.chapters.ingress import Look
from diagnosis.incident import Evidence, Incident
from diagnosis.look import seen
from probes.ingresses import IngressClass


def _no_default(evidence: Evidence) -> bool:
    look = evidence.look(Look)
    classes = evidence.facts(IngressClass) or (seen(look.classes, ()) if look else ())
    return bool(classes) and not any(each.default for each in classes)


def _no_controller(evidence: Evidence) -> bool:
    look = evidence.look(Look)
    return look is not None and any(
        each.kind == "Deployment" and each.ready == 0 for each in seen(look.controllers, ())
    )


INCIDENTS = (
    Incident(
        slug="ingress-down",
        symptom="Every website is dark, the VIP refuses connections.",
        cause="The ingress controller has no ready pod.",
        cure="Scale it up; look at its log.",
        matches=_no_controller,
        about=("networking/vps_proxy_resilience", "ingress-pod-killed"),
        reproduce="pytest -m conformance --fault ingress_absent",
    ),
    Incident(
        slug="ingress-class-not-default",
        symptom="A new Ingress without a class never gets an address.",
        cause="The class has lost its mark as the default.",
        cure="Annotate it with ingressclass.kubernetes.io/is-default-class.",
        matches=_no_default,
        reproduce="pytest -m conformance --fault ingress_class_not_default",
    ),
)
