"""A storage class that nobody defines."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="storageclass-missing",
    symptom='A claim is Pending, "storageclass not found".',
    cause="A manifest names a class that was renamed or never there.",
    cure="Name the class that is defined, or none for the default.",
    told_by=contradicted(),
    about=("decision-storage-classes-exist",),
)
