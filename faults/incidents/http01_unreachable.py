"""Names are to be proven where nobody gets through."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """An issuer has a solver for HTTP-01."""
    return any(
        "HTTP-01" in words
        for name, words in evidence.seen.certification.items()
        if name.startswith("issuer ")
    )


INCIDENT = Incident(
    slug="http01-unreachable",
    symptom="Challenges of the type http-01 stay pending for ever.",
    cause="The VPS passes on port 443 only.",
    cure="Use DNS-01 solvers only.",
    told_by=either(contradicted(), told_by),
    about=("certificates/issuance", "decisions/repository/certificates", "decision-dns01-only"),
    reproduce="pytest -m conformance --fault proven_by_http",
)
