"""A certificate is asked of nobody."""

from __future__ import annotations

from faults.incidents import Evidence, Incident
from faults.incidents._decisions import contradicted
from faults.incidents._names import either


def told_by(evidence: Evidence) -> bool:
    """A certificate is not issued, and its issuer is none of the cluster's."""
    found = evidence.seen.certification
    known = {name.removeprefix("issuer ") for name in found if name.startswith("issuer ")}
    asked = [
        words.split(":")[0].rpartition("/")[2]
        for name, words in found.items()
        if name.startswith("certificate ")
    ]
    return bool(known) and any(each not in known for each in asked)


INCIDENT = Incident(
    slug="issuer-missing",
    symptom="A Certificate is never Ready, and no Order exists for it.",
    cause="issuerRef names an issuer that does not exist.",
    cure="Name the inventory's issuer.",
    told_by=either(contradicted(), told_by),
    about=("certificates/issuance", "decisions/repository/certificates", "decision-issuers-exist"),
    reproduce="pytest -m conformance --fault issuer_unknown",
)
