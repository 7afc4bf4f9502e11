"""The cluster's own name server is the source of its names."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes import dns, kubernetes, powerdns, tcp
from probes.dns import Answer
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.powerdns import Pod
from probes.vantage import Vantage
from steps.vocabulary import places
from steps.vocabulary.names import Names, Place, Speaking
from steps.vocabulary.seen import Seen
from steps.wiring import At

scenarios("dns/powerdns.feature")

RESOLVER = "kube-dns"
"""What the service of the cluster's DNS is called, whatever program stands behind it."""
DENYLIST = "io.cilium.proxy.denylist"
PORTS = {"53/TCP", "53/UDP"}
PRIVILEGED = "privileged"


@when(
    parsers.parse("{where} asks the DNS VIP over {protocol} for the SOA of the owner's domain"),
    target_fixture="answer",
)
def ask_for_soa(
    place: Place, speaking: Speaking, names: Names, seen: Seen, where: str, protocol: str
) -> Answer | NetworkFailure:
    vantage, tcp_only = speaking(place(where), protocol), protocol == "TCP"
    answer = dns.query(vantage, names.primary, names.domain, "SOA", tcp=tcp_only, recurse=False)
    return seen("the SOA at the DNS VIP", answer, vantage)


@then("the answer is the SOA of the owner's domain, with authority")
def answer_is_soa(answer: Answer | NetworkFailure, names: Names) -> None:
    assert isinstance(answer, Answer), str(answer)
    owners = [record.split()[0] for record in answer.records]
    assert (answer.rcode, answer.authoritative, owners) == ("NOERROR", True, [f"{names.domain}."])


@then("at the DNS VIP a name that nobody has is denied, with authority and the domain's SOA")
def absent_name_is_denied(names: Names, seen: Seen) -> None:
    answer = seen("a name that nobody has", names.at_primary(f"nobody-has-this.{names.domain}"))
    assert isinstance(answer, Answer), str(answer)
    assert (answer.rcode, answer.authoritative, _owners(answer)) == (
        "NXDOMAIN",
        True,
        [f"{names.domain}. SOA"],
    )


def _owners(answer: Answer) -> list[str]:
    return [" ".join(record.split()[:2]) for record in answer.authority]


@then("at the DNS VIP a name of the parent's zone is refused")
def other_zone_is_refused(names: Names, inventory: Planned, seen: Seen) -> None:
    answer = seen("a name of the parent", names.at_primary(inventory.dns.parent, "SOA"))
    assert isinstance(answer, Answer), str(answer)
    assert (answer.rcode, answer.records) == ("REFUSED", ())


@when(
    "a pod on the second worker asks the cluster's DNS for the test website's address",
    target_fixture="answer",
)
def pod_asks_cluster_dns(api: Api, inventory: Planned, pod_on: At, seen: Seen) -> Answer | NetworkFailure:
    service = kubernetes.service(api, inventory.services["coredns"].namespace, RESOLVER)
    pod, server = pod_on(places.worker(inventory, "second").name), service.cluster_ip if service else RESOLVER
    return seen("the test website's address", dns.query(pod, server, _website(inventory), "A"), pod)


def _website(inventory: Planned) -> str:
    host = inventory.services["test-app"].host
    assert host is not None, "the inventory gives the test website no host"
    return host


@then("it is told what the primary has")
def told_as_by_primary(answer: Answer | NetworkFailure, names: Names, inventory: Planned, seen: Seen) -> None:
    primary = seen("the same at the primary", names.at_primary(_website(inventory)))
    assert isinstance(primary, Answer), str(primary)
    assert _addresses(answer) == primary.data("A")


def _addresses(answer: Answer | NetworkFailure) -> tuple[str, ...] | str:
    """Return the addresses that an answer gives; if there are none, what it says."""
    return (answer.data("A") if isinstance(answer, Answer) else ()) or str(answer)


@then(
    parsers.parse(
        'the services with the DNS VIP have the traffic policy "{policy}" and serve port 53 over UDP and TCP'
    )
)
def entrances_have_policy(api: Api, inventory: Planned, names: Names, seen: Seen, policy: str) -> None:
    found = seen("PowerDNS' services", powerdns.entrances(api, inventory.services["powerdns"].namespace))
    doors = [one for one in found if names.primary in one.outside]
    assert ({one.policy for one in doors}, {port for one in doors for port in one.ports}) == ({policy}, PORTS)


@then(parsers.parse('in PowerDNS\' pod the kernel has "{setting}" set to "{value}"'))
def kernel_of_pod(in_powerdns: Callable[[], Vantage], seen: Seen, setting: str, value: str) -> None:
    inside = in_powerdns()
    assert seen(setting, powerdns.kernel(inside, setting), inside) == value


@then("the namespace of PowerDNS admits pods that ask for it")
def namespace_admits(api: Api, inventory: Planned, seen: Seen) -> None:
    namespace = inventory.services["powerdns"].namespace
    assert seen(f"the pods that {namespace} admits", powerdns.admits(api, namespace)) == PRIVILEGED


@then(parsers.parse('PowerDNS\' pod keeps Cilium from intercepting "{ports}"'))
def not_intercepted(powerdns_pod: Callable[[], Pod], seen: Seen, ports: str) -> None:
    pod = powerdns_pod()
    assert seen(f"{DENYLIST} of {pod}", pod.annotations.get(DENYLIST, "")).split(",") == ports.split(",")


@then("PowerDNS lets exactly the planned networks copy its zones")
def acl_is_planned(in_powerdns: Callable[[], Vantage], inventory: Planned, seen: Seen) -> None:
    settings = seen("PowerDNS' settings", powerdns.settings(in_powerdns()))
    assert settings["disable-axfr"] == "no"
    assert _networks(settings["allow-axfr-ips"]) == {str(one) for one in inventory.dns.transfer_clients}


def _networks(text: str) -> set[str]:
    """Return the networks of a list, a single address as one of its own."""
    parts = (one.strip() for one in text.split(","))
    return {one if "/" in one else f"{one}/32" for one in parts if one}


@then(parsers.parse("from {where} an update of the zone without a key is refused"))
def update_is_refused(place: Place, names: Names, seen: Seen, where: str) -> None:
    vantage = place(where)
    answer = seen(
        "an update without a key", dns.unsigned_update(vantage, names.primary, names.domain), vantage
    )
    assert isinstance(answer, Answer) and answer.rcode in {"REFUSED", "NOTAUTH"}, str(answer)  # noqa: PT018


@then("the API of PowerDNS has an address inside the cluster, and none outside")
def api_is_inside(api: Api, inventory: Planned, seen: Seen) -> None:
    found = seen("PowerDNS' services", powerdns.entrances(api, inventory.services["powerdns"].namespace))
    doors = [(one.kind, one.outside) for one in found if f"{powerdns.API_PORT}/TCP" in one.ports]
    assert doors == [("ClusterIP", ())]


@then("from the VPS nothing answers at the DNS VIP on the port of that API")
def api_is_not_at_vip(vps: Vantage, names: Names, seen: Seen) -> None:
    outcome = tcp.connect(vps, names.primary, powerdns.API_PORT, timeout=3.0)
    assert isinstance(seen("a connection to the API at the DNS VIP", outcome, vps), NetworkFailure)
