"""A node at an address that nobody planned."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """The API knows a node by an address that is not its planned one."""
    seen = evidence.seen
    planned = {name: [address] for name, (_, address) in seen.plan.get("nodes", {}).items()}
    return any(known["addresses"] != planned.get(name) for name, known in seen.known.items())


INCIDENT = Incident(
    slug="static-ip-lost",
    symptom="A node is known by an address outside the plan; certificates and routes no longer fit it.",
    cause=(
        "The static configuration was lost (META key 10 missing), so that the node took an address of DHCP."
    ),
    cure="Give the node its static configuration again, and reboot it.",
    told_by=told_by,
    reproduce="pytest -m conformance --fault node_address_changed",
)
