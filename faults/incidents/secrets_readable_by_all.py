"""An account that was given nothing may read everything."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An account without rights was allowed to list the secrets."""
    return "an account without rights: allowed" in evidence.said


INCIDENT = Incident(
    slug="secrets-readable-by-all",
    symptom="Any pod with a token can read every secret of the cluster.",
    cause="A role that reads secrets is bound to a group that everybody is in.",
    cure=("Remove the binding; look for others that name system:authenticated or system:serviceaccounts."),
    told_by=told_by,
    reproduce="pytest -m conformance --fault secrets_readable_by_all",
)
