"""A shared volume where there is none."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="rwx-not-available",
    symptom="A claim is Pending for ever.",
    cause="It asks for ReadWriteMany, and the class has ReadWriteOnce.",
    cure="Give each pod its own, or wait for the NFS class.",
    told_by=contradicted(),
    about=("decision-no-shared-volumes",),
)
