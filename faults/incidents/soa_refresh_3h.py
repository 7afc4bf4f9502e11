"""A change that arrives late, as configured."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="soa-refresh-3h",
    symptom="A new name is known at home and not outside, for up to three hours.",
    cause="The secondary asks every three hours, and nobody notifies it.",
    cure="Wait, or shorten the refresh; it is broken only beyond refresh and retry.",
    about=("planned/*",),
)
