"""Names: who is asked for them, from where, and the names that a scenario has published for itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import pytest
from pytest_bdd import given, parsers, when

from inventory import Planned
from probes import dns, powerdns, published, serials, transfer
from probes.dns import Answer
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.powerdns import Pod
from probes.published import Host, Mark
from probes.serials import Soa, Standing
from probes.transfer import Record, Transfer
from probes.vantage import Vantage
from probes.waiting import SYSTEM, Patience
from steps.vocabulary import places
from steps.vocabulary.places import AddressOf
from steps.wiring import At, InPod, SayUnsupported, Scratch, Wait

GONE = "NXDOMAIN"

Place = Callable[[str], Vantage]
Speaking = Callable[[Vantage, str], Vantage]
Table = Mapping[str, Patience]


@dataclass(frozen=True, slots=True)
class Names:
    """The name servers of the owner's domain: the primary at the DNS VIP, the secondary on the VPS.

    The primary is asked from home, the secondary from the public internet; neither for what others know.
    """

    domain: str
    primary: str
    vps: str
    workstation: Vantage
    internet: Vantage

    def at_primary(self, name: str, rdtype: str = "A", **how: bool) -> Answer | NetworkFailure:
        """Ask the primary."""
        return dns.query(self.workstation, self.primary, name, rdtype, recurse=False, **how)

    def at_vps(self, name: str, rdtype: str = "A", **how: bool) -> Answer | NetworkFailure:
        """Ask the VPS."""
        return dns.query(self.internet, self.vps, name, rdtype, recurse=False, **how)

    def soa(self, ask: Callable[[str, str], Answer | NetworkFailure]) -> Soa:
        """Return the SOA that one of them has."""
        answer = ask(self.domain, "SOA")
        found = serials.soa(answer)
        assert found is not None, f"no SOA of {self.domain}: {answer}"
        return found


@pytest.fixture
def names(workstation: Vantage, internet: Vantage, inventory: Planned, address_of: AddressOf) -> Names:
    """The name servers of the owner's domain."""
    primary, vps = str(inventory.vips.dns), address_of("vps")
    return Names(inventory.cluster.domain, primary, vps, workstation, internet)


@pytest.fixture
def place(workstation: Vantage, vps: Vantage, internet: Vantage, inventory: Planned, pod_on: At) -> Place:
    """``place("a pod on the first worker")``: the place that a sentence speaks of."""
    known = {"the operator's workstation": workstation, "the VPS": vps, "the public internet": internet}
    pod = "a pod on "

    def place_of(words: str) -> Vantage:
        return known.get(words) or pod_on(places.node(inventory, words.removeprefix(pod)).name)

    return place_of


@pytest.fixture
def speaking(unsupported: SayUnsupported) -> Speaking:
    """``speaking(vantage, "UDP")``: that place, where names can be asked over this protocol from there.

    Over ssh and in a pod only TCP can be spoken: what is promised of UDP is not seen from such a place.
    """

    def place_speaking(vantage: Vantage, protocol: str) -> Vantage:
        if protocol not in dns.transports(vantage):
            unsupported(f"{vantage.name} can ask over TCP only")
        return vantage

    return place_speaking


@pytest.fixture
def powerdns_pod(api: Api, inventory: Planned) -> Callable[[], Pod]:
    """``powerdns_pod()``: the pod that answers at the DNS VIP."""
    return lambda: powerdns.pod(api, inventory.services["powerdns"].namespace, str(inventory.vips.dns))


@pytest.fixture
def in_powerdns(powerdns_pod: Callable[[], Pod], in_pod: InPod) -> Callable[[], Vantage]:
    """``in_powerdns()``: the place inside that pod, where PowerDNS' own programs are."""

    def inside() -> Vantage:
        pod = powerdns_pod()
        return in_pod(pod.namespace, pod.name)

    return inside


@pytest.fixture
def kept(in_powerdns: Callable[[], Vantage], inventory: Planned) -> Callable[[], frozenset[Record]]:
    """``kept()``: all records of the owner's domain that PowerDNS has in its database."""
    return lambda: powerdns.kept(in_powerdns(), inventory.cluster.domain)


@pytest.fixture
def within_refresh(inventory: Planned, patience: Table) -> Patience:
    """The longest that a change may be under way to the VPS: the zone's refresh, and the time of a transfer."""
    return Patience(within=inventory.dns.refresh + patience["zone_transfer"].within, every=0.5)


@dataclass(frozen=True, slots=True)
class Named:
    """An Ingress of the scenario's own. owner: of its marks; hosts: the names that it asks for."""

    owner: str
    name: str
    namespace: str
    hosts: tuple[str, ...]

    def marks(self, records: Collection[Record], host: str) -> tuple[Mark, ...]:
        """Return the marks of one of its names that say that it is this Ingress's."""
        owned = Host(host, self.namespace, self.name)
        return tuple(
            one for one in published.marks(records) if owned.marked_by(one) and one.owner == self.owner
        )


class PublishNames:
    """Makes Ingresses that ask for names; external-dns does the rest."""

    def __init__(self, scratch: Scratch, inventory: Planned) -> None:
        self._scratch, self._inventory = scratch, inventory

    def __call__(self, name: str, count: int = 1, *, beside: tuple[str, ...] = ()) -> Named:
        """Make one that asks for so many names that nobody else has, after those that are given."""
        own = (self._own(name, number) for number in range(count))
        owner = self._inventory.dns.owner_id
        made = Named(owner, name, self._scratch.namespace, (*beside, *own))
        self._scratch.apply(
            "names.yaml", name=name, class_name=self._inventory.ingress.class_name, hosts=made.hosts
        )
        return made

    def _own(self, name: str, number: int) -> str:
        return f"{name}-{number}-{self._scratch.host_label}.{self._inventory.cluster.domain}"


@pytest.fixture
def publish_names(scratch: Scratch, inventory: Planned) -> PublishNames:
    """Make Ingresses that ask for names."""
    return PublishNames(scratch, inventory)


@given("an Ingress with a host name of its own", target_fixture="named")
def named_ingress(publish_names: PublishNames) -> Named:
    return publish_names("named")


@given(parsers.parse("an Ingress with {count:d} host names of its own"), target_fixture="named")
def ingress_with_many(publish_names: PublishNames, count: int) -> Named:
    return publish_names("grown", count)


@when("the primary has its record")
@when("the primary has its records")
def primary_has_records(eventually: Wait, names: Names, named: Named) -> None:
    await_at_primary(eventually, names, named.hosts)


def await_at_primary(
    eventually: Wait, names: Names, hosts: Collection[str], patience: str | Patience = "record_written"
) -> Mapping[str, str]:
    """Wait until the primary gives each of these hosts the address of the VPS, and no other; then return nothing."""
    return eventually(
        lambda: lacking(names.at_primary, hosts, names.vps),
        lambda found: not found,
        expected=f"the primary gives {_some(hosts)} the address of the VPS",
        patience=patience,
        vantage=names.workstation.name,
    )


def await_at_vps(
    eventually: Wait, names: Names, hosts: Collection[str], patience: Patience
) -> Mapping[str, str]:
    """Wait until the VPS gives each of these hosts its own address, and no other; then return nothing."""
    return eventually(
        lambda: lacking(names.at_vps, hosts, names.vps),
        lambda found: not found,
        expected=f"the VPS gives {_some(hosts)} its own address",
        patience=patience,
        vantage=names.internet.name,
    )


def _some(hosts: Collection[str]) -> str:
    return next(iter(hosts)) if len(hosts) == 1 else f"{len(hosts)} host names"


def lacking(
    ask: Callable[[str, str], Answer | NetworkFailure], hosts: Collection[str], address: str
) -> Mapping[str, str]:
    """Return the hosts that are not given exactly this address, with what was said instead."""
    answers = {host: ask(host, "A") for host in hosts}
    return {host: str(one) for host, one in answers.items() if not given_only(one, address)}


def given_only(answer: Answer | NetworkFailure, address: str) -> bool:
    """Tell whether an answer is this address, and no other."""
    return isinstance(answer, Answer) and answer.data("A") == (address,)


def denied(answer: Answer | NetworkFailure) -> bool:
    """Tell whether an answer says that there is no such name."""
    return isinstance(answer, Answer) and answer.rcode == GONE


def await_in_step(eventually: Wait, names: Names, inventory: Planned, patience: Patience) -> object:
    """Wait until the VPS has the serial that the primary has now, or a later one; return how it stands."""
    wanted, first_seen = names.soa(names.at_primary).serial, SYSTEM.now()
    return eventually(
        lambda: _standing(names, inventory, wanted, first_seen),
        lambda found: isinstance(found, serials.InStep),
        expected=f"the VPS has the serial {wanted}",
        patience=patience,
        # Not one that is late: it is given the time of a transfer, as everywhere.
        hopeless=lambda found: str(found) if isinstance(found, serials.Ahead) else None,
        vantage=names.internet.name,
    )


def _standing(
    names: Names, inventory: Planned, wanted: int, first_seen: float
) -> Standing | Answer | NetworkFailure:
    """Return how far the VPS is behind the serial; what it said, if that was no serial."""
    answer = names.at_vps(names.domain, "SOA")
    found, latest = serials.soa(answer), serials.soa(names.at_primary(names.domain, "SOA"))
    if found is None:
        return answer
    return serials.lag(
        wanted,
        found.serial,
        refresh=inventory.dns.refresh,
        retry=inventory.dns.retry,
        first_seen=first_seen,
        now=SYSTEM.now(),
        # Asked after the VPS was: what the VPS has got cannot be later than that.
        latest=latest.serial if latest else found.serial,
    )


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a zone that somebody asked a server for."""

    vantage: Vantage
    server: str
    zone: str
    outcome: Transfer


def copied(vantage: Vantage, server: str, zone: str) -> Copy:
    """Ask for a copy."""
    return Copy(vantage, server, zone, transfer.fetch(vantage, server, zone))
