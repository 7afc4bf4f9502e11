"""The name servers of the domain are named and have no address; all DNS-01 challenges fail."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="glue-missing",
    symptom="The name servers of the domain are named and have no address; all DNS-01 challenges fail.",
    cause="The names lie in the zone, and nobody wrote their addresses there, or the parent has no glue.",
    cure="Write the A records of every name server into the zone, and their glue into the parent.",
    about=("dns/delegation: *",),
)
