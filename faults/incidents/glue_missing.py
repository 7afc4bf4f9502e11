"""Name servers without addresses."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The parent, or the zone itself, has no address of a name server that it names."""
    servers = evidence.seen.servers
    return any(servers.get(each) for each in ("without glue", "without address at the primary"))


INCIDENT = Incident(
    slug="glue-missing",
    symptom="Some resolvers find the names and others do not; every DNS-01 challenge fails.",
    cause="The name servers are names of the zone itself, and their addresses stand nowhere.",
    cure="Write both A records, and the glue at the parent.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault glue_missing",
)
