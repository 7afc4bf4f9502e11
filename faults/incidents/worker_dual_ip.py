"""A network card with an address too many."""

from __future__ import annotations

from faults.incidents import Evidence, Incident


def told_by(evidence: Evidence) -> bool:
    """An interface of a node has two IPv4 addresses, the API VIP aside."""
    seen = evidence.seen
    return any(
        len([address for address in addresses if address != seen.plan.get("vip")]) > 1
        for cards in seen.cards.values()
        for addresses in cards.values()
    )


INCIDENT = Incident(
    slug="worker-dual-ip",
    symptom="A node has two IPv4 addresses on its card; now and then it is talked to at the wrong one.",
    cause=(
        "A static address and one of DHCP on the same card, or an address of an earlier life that was "
        "never removed."
    ),
    cure="Take the address away that the plan does not have; make the static one the only source.",
    told_by=told_by,
    about=("decision-workers-without-dhcp",),
    reproduce="pytest -m conformance --fault extra_address_on_interface",
)
