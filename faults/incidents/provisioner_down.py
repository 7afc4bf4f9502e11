"""Nobody makes volumes."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="provisioner-down",
    symptom="Claims stay Pending, pods wait for them.",
    cause="The storage provisioner has no ready pod.",
    cure="Scale it up; look at its log.",
    told_by=absent("/local-path-provisioner"),
    about=("storage/volumes",),
    reproduce="pytest -m conformance --fault provisioner_absent",
)
