"""New host names are public within minutes."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from probes import dns
from probes.dns import Answer
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from steps.vocabulary.seen import Seen
from steps.wiring import Inventory

scenarios("planned/dns_propagation.feature")

REFRESH = 3
"""Where the refresh interval stands in the data of an SOA: mname, rname, serial, refresh, …"""


@when("the public internet asks the VPS for the SOA of the owner's domain", target_fixture="soa")
def ask_for_soa(internet: Vantage, inventory: Inventory, seen: Seen) -> Answer | NetworkFailure:
    server, domain = str(inventory.vantages["vps"].address), inventory.cluster.domain
    return seen(f"the SOA of {domain}", dns.query(internet, server, domain, "SOA"), internet)


@then(parsers.parse("the zone is to be refreshed at least every {minutes:d} minutes"))
def zone_is_refreshed(soa: Answer | NetworkFailure, minutes: int) -> None:
    assert isinstance(soa, Answer), f"the VPS: {soa}"
    refresh = [int(data.split()[REFRESH]) for data in soa.data("SOA")]
    assert [seconds for seconds in refresh if seconds <= minutes * 60] != [], soa
