"""A wait for the API at an address that needs what comes after the wait."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The first controller answers, the VIP does not, and there are no pods of any network yet."""
    seen = evidence.seen
    at_vip, elsewhere = (
        seen.apis.get("its VIP"),
        [each for name, each in seen.apis.items() if name != "its VIP"],
    )
    return at_vip not in {None, "ready"} and "ready" in elsewhere and not seen.workloads


INCIDENT = Incident(
    slug="vip-waits-for-cni",
    symptom="Layer 01 hangs while it waits for the API.",
    cause=(
        "The wait asked at the VIP, which was to be announced by the CNI that the layer would install next."
    ),
    cure="Before there is a CNI, ask the first controller itself.",
    told_by=told_by,
    about=("bootstrap/*", "layers-complete-in-order", "decision-gates-before-cni"),
)
