"""Known causes of a bootstrap that does not come to its end, or leaves something behind."""

from __future__ import annotations

from diagnosis.chapters.bootstrap import Look
from diagnosis.incident import Incident, contradicted, contradicted_in, either, on
from diagnosis.look import seen


def _circle(look: Look) -> bool:
    """What is needed leads back to where it began."""
    needs = seen(look.needs, None)
    return needs is not None and bool(needs.circle)


INCIDENTS = (
    Incident(
        slug="dependson-cycle",
        symptom='Many Kustomizations say "dependency not ready" for ever.',
        cause="dependsOn leads back to where it began.",
        cure="Cut the cycle: split what is needed early from what is needed late.",
        matches=either(contradicted_in("cycle"), on(Look, _circle)),
        about=("bootstrap/order", "units-start-after-their-needs", "decision-dependencies-acyclic"),
        reproduce="pytest -m conformance --fault needs_itself",
    ),
    Incident(
        slug="gate-wrong-names",
        symptom="The bootstrap fails or waits although everything is up.",
        cause="The gate names a workload or an address that is called otherwise.",
        cure="Derive what a gate waits for from what was applied.",
        matches=contradicted,
        about=("bootstrap/*", "units-converge-without-help", "decision-gates-wait-for-existing"),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
    Incident(
        slug="timeout-race",
        symptom="A unit fails at exactly its time-out, and its pods are well soon after.",
        cause="The patience is shorter than what is waited for takes.",
        cure="Wait for the condition with the patience that it needs; tell slow from broken.",
        matches=contradicted,
        about=("bootstrap/*", "units-converge-without-help", "decision-timeouts-nest"),
        unproven="Only the owner's repository shows it; the fixtures of its rule prove it.",
    ),
    Incident(
        slug="cleanup-after-api-gone",
        symptom="After a destroy volumes and other things of the cluster are left.",
        cause="The cluster was destroyed before it had removed them.",
        cure="Destroy in the reverse order of the needs.",
        about=("bootstrap/destroy", "destroy-leaves-no-trace"),
        unproven="The lab's volumes are folders of its machines, and go with them.",
    ),
)
