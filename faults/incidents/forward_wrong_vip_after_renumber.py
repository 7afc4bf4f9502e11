"""Something still points at the addresses from before."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="forward-wrong-vip-after-renumber",
    symptom="After the network was renumbered, one way in or out still uses the old addresses.",
    cause="An address was written down in a second place.",
    cure="Search the live configuration for the old network; derive addresses from one place.",
    about=("networking/routes: *",),
)
