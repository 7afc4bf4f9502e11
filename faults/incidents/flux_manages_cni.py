"""GitOps owns the network it runs on."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An object of the CNI carries a label of GitOps."""
    return "fluxcd.io" in evidence.said or "argoproj.io" in evidence.said


INCIDENT = Incident(
    slug="flux-manages-cni",
    symptom="Workers are NotReady for ever after a reconciliation, and image pulls fail.",
    cause="Objects of the CNI came under GitOps, which replaced or pruned them.",
    cure="Take them out of git; the CNI belongs to layer 01.",
    told_by=told_by,
    about=("decision-cni-by-terraform",),
    reproduce="pytest -m conformance --fault cni_owned_by_gitops",
)
