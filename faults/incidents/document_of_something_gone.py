"""A document that points into nothing."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="document-of-something-gone",
    symptom="Whoever follows the documents does not find the next page.",
    cause="A file was moved or removed, and the link was not.",
    cure="Correct the link.",
    told_by=contradicted(),
    about=("decision-documents-point-at-files",),
)
