"""Some resolvers find the domain and others do not."""

from __future__ import annotations

from faults.incidents import Incident

INCIDENT = Incident(
    slug="ns-points-elsewhere",
    symptom="Some resolvers find the domain and others do not.",
    cause="Parent and zone name different name servers, or the parent delegates to an address that serves no names.",
    cure="Name the same name servers at the parent and in the zone, and give them the VPS' address.",
    about=("dns/delegation: *",),
)
