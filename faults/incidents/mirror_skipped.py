"""A node that does not know of the cache."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """A node asks nobody but the registry itself."""
    return any(len(each.split()) == 1 for each in evidence.seen.images.values())


INCIDENT = Incident(
    slug="mirror-skipped",
    symptom="The cache stays empty of what this node pulls.",
    cause="The mirror is missing in the node's configuration, or names another registry.",
    cure="Declare the mirror for each registry on each node.",
    told_by=told_by,
    about=("platform/cache_down",),
    reproduce="pytest -m conformance --fault registry_mirror_skipped",
)
