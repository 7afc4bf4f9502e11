"""A runtime secret that is sealed."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="sealed-at-runtime",
    symptom="A password cannot be changed but by a commit, and after a rebuild it is not the one in use.",
    cause="A secret of an application was sealed instead of kept in Vault.",
    cure="Keep it in Vault, and fetch it by an ExternalSecret.",
    told_by=contradicted(),
    about=("decision-sealed-for-bootstrap-only",),
)
