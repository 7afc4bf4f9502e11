"""A cache of images that is not there."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._names import absent

INCIDENT = Incident(
    slug="registry-down",
    symptom='Pulls are slower, or refused by the public registry ("429 Too Many Requests").',
    cause="The registry has no ready pod.",
    cure="Scale it up; look at its volume.",
    told_by=absent("/registry"),
    about=("platform/*", "networking/*"),
    reproduce="pytest -m conformance --fault registry_down",
)
