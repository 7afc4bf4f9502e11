"""New host names need not wait for the refresh of the zone."""

from __future__ import annotations

from pytest_bdd import scenarios, then

from inventory import Planned
from probes import dns, tcp
from probes.outcomes import CannotObserve
from probes.powerdns import API_PORT
from probes.tcp import Connected
from probes.vantage import Vantage
from steps.vocabulary.names import Names, given_only
from steps.vocabulary.seen import Seen
from steps.wiring import At

scenarios("planned/dns_propagation.feature")


@then("from a pod of the cluster the VPS offers the API of its name server at its tailnet address")
def vps_offers_api(pod_on: At, inventory: Planned, seen: Seen) -> None:
    pod, address = pod_on(inventory.workers[0].name), str(inventory.vantages["vps"].tailnet_address)
    outcome = seen("the API of the VPS' name server", tcp.connect(pod, address, API_PORT, timeout=3.0), pod)
    assert isinstance(outcome, Connected), str(outcome)


@then("from the public internet the parent answers with the test website's address itself")
def parent_answers(internet: Vantage, inventory: Planned, names: Names, seen: Seen) -> None:
    server, host = _parent(inventory), inventory.services["test-app"].host or names.domain
    answer = seen(f"{host} at the parent", dns.query(internet, server, host, "A", recurse=False), internet)
    assert given_only(answer, names.vps), str(answer)


def _parent(inventory: Planned) -> str:
    """Return the address of a name server of the parent zone."""
    if inventory.dns.parent_server is None:
        raise CannotObserve("the parent zone", "the public internet", "the inventory names no server of it")
    return str(inventory.dns.parent_server)
