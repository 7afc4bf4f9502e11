"""A token that was made anew and told to nobody."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="csi-401-token-desync",
    symptom="Volumes stay Pending; the driver is refused with 401.",
    cause="Layer 00 made a new token when it was evaluated again, after the old one had been sealed.",
    cure="Make it once and keep it; a second bootstrap changes nothing.",
    about=(
        "bootstrap/second_run",
        "planned/*",
        "second-bootstrap-changes-nothing",
        "claims-bound-and-rwo",
        "volume-keeps-data",
    ),
)
