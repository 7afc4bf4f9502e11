"""A name in a list of addresses."""

from __future__ import annotations

from faults.incidents import Incident
from faults.incidents._decisions import contradicted

INCIDENT = Incident(
    slug="also-notify-hostname-crash",
    symptom="PowerDNS does not start; names are answered by nobody.",
    cause="also-notify holds a name, and PowerDNS reads addresses only.",
    cure="Drop also-notify: NOTIFY is not configured.",
    told_by=contradicted("also-notify"),
    about=("decision-notify-off", "notify-off-in-powerdns"),
)
