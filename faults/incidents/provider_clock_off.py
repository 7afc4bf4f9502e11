"""A provider whose clock is not the world's."""

from __future__ import annotations

from faults.incidents import Evidence, Incident

MINUTE = 60


def told_by(evidence: Evidence) -> bool:
    """The provider's administration tells a time that is a minute or more off."""
    return abs(int(evidence.seen.realm.get("clock ahead", "0"))) > MINUTE


INCIDENT = Incident(
    slug="provider-clock-off",
    symptom=(
        'Applications refuse everybody: "issued in the future", or "expired", although all '
        "passwords are right."
    ),
    cause="The clock of its machine has run away; nobody keeps the time there.",
    cure="Bring the machine's time service up.",
    told_by=told_by,
    about=("identity/*",),
    reproduce="pytest -m conformance --fault provider_clock_off",
)
