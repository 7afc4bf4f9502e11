"""Every published service has its name, and nothing else has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Planned
from probes import published, zone
from probes.kubernetes import Api
from probes.published import Host, Mark
from probes.transfer import Record
from probes.waiting import Patience
from steps.vocabulary.certificates import NOT_OURS
from steps.vocabulary.names import (
    Named,
    Names,
    PublishNames,
    await_at_primary,
    await_at_vps,
    denied,
    given_only,
)
from steps.vocabulary.seen import Seen
from steps.wiring import Scratch, Wait

scenarios("dns/external_dns.feature")

Kept = Callable[[], frozenset[Record]]


@dataclass(frozen=True, slots=True)
class Contested:
    """An Ingress that wants a name which somebody else wrote. before: all records of that name as they were."""

    named: Named
    before: frozenset[Record]

    @property
    def wanted(self) -> str:
        """The name of somebody else."""
        return self.named.hosts[0]

    @property
    def own(self) -> tuple[str, ...]:
        """The names of its own."""
        return self.named.hosts[1:]


@then(parsers.parse("within {seconds:d} seconds the primary has its record, with the address of the VPS"))
def record_within(eventually: Wait, names: Names, named: Named, seconds: int) -> None:
    assert await_at_primary(eventually, names, named.hosts, Patience(within=seconds)) == {}


@then("beside it the primary has the mark of external-dns, with that Ingress as its owner")
def record_is_marked(kept: Kept, named: Named, seen: Seen) -> None:
    marks = seen("the marks of external-dns", {host: named.marks(kept(), host) for host in named.hosts})
    assert [host for host, found in marks.items() if not found] == []


@given("another Ingress with a host name of its own", target_fixture="neighbour")
def another_ingress(publish_names: PublishNames) -> Named:
    return publish_names("neighbour")


@when("the primary and the VPS have the records of both")
def servers_have_both(
    eventually: Wait, names: Names, named: Named, neighbour: Named, within_refresh: Patience
) -> None:
    # The VPS too: it would deny also what it has never had, and not have the neighbour yet.
    await_at_primary(eventually, names, (*named.hosts, *neighbour.hosts))
    await_at_vps(eventually, names, (*named.hosts, *neighbour.hosts), within_refresh)


@when("the first Ingress is deleted")
def delete_first(scratch: Scratch, named: Named) -> None:
    scratch.delete("Ingress", named.name)


@then(parsers.parse("within {seconds:d} seconds the primary has neither its record nor its mark any more"))
def record_goes(eventually: Wait, kept: Kept, named: Named, seconds: int) -> None:
    eventually(
        lambda: sorted(map(str, _about(kept(), named))),
        lambda left: not left,
        expected=f"the primary keeps nothing of {', '.join(named.hosts)}",
        patience=Patience(within=seconds, every=1.0),
    )


def _about(records: frozenset[Record], named: Named) -> list[Record]:
    """Return the records of an Ingress's names, and the marks that speak of them."""
    own = [one for one in records if one.name.rstrip(".") in named.hosts]
    marks = {mark.name for host in named.hosts for mark in published.marks(records) if mark.is_for(host)}
    return [*own, *(one for one in records if one.name in marks and one not in own)]


@then("within the zone's refresh interval the VPS denies it too")
def vps_denies(eventually: Wait, names: Names, named: Named, within_refresh: Patience) -> None:
    eventually(
        lambda: {host: names.at_vps(host) for host in named.hosts},
        lambda answers: all(map(denied, answers.values())),
        expected=f"the VPS denies {', '.join(named.hosts)}",
        patience=within_refresh,
        vantage=names.internet.name,
    )


@then("the neighbour's record is as it was, at the primary and at the VPS")
def neighbour_stays(names: Names, neighbour: Named, seen: Seen) -> None:
    (host,) = neighbour.hosts
    found = seen(f"{host} at the primary and at the VPS", [names.at_primary(host), names.at_vps(host)])
    assert [str(one) for one in found if not given_only(one, names.vps)] == []


@then("the primary has for every host of every Ingress the address of the VPS and the mark of external-dns")
def every_host_has_its_record(
    eventually: Wait, api: Api, kept: Kept, names: Names, inventory: Planned
) -> None:
    assert published.hosts(api, names.domain, NOT_OURS), "no Ingress has a host of the domain"
    eventually(
        lambda: _unpublished(
            published.hosts(api, names.domain, NOT_OURS), kept(), names.vps, inventory.dns.owner_id
        ),
        lambda found: not found,
        expected="every host of every Ingress has the address of the VPS and its mark",
        patience="record_written",
    )


def _unpublished(
    hosts: tuple[Host, ...], records: frozenset[Record], address: str, owner: str
) -> Mapping[str, str]:
    """Return the hosts that have not exactly this address, or no mark, with what they have."""
    marks = [one for one in published.marks(records) if one.owner == owner]
    return {
        str(host): f"addresses {addresses}, {'marked' if marked else 'no mark'}"
        for host in hosts
        for addresses in [zone.values(records, host.name, "A")]
        # Of several Ingresses with one host only one can have its name in the mark.
        for marked in [any(mark.is_for(host.name) for mark in marks)]
        if addresses != (address,) or not (marked or host.name == _apex(records))
    }


def _apex(records: frozenset[Record]) -> str:
    """Return the domain itself: the name of a mark for it would be outside of the zone, so it has none."""
    return next((one.name.rstrip(".") for one in records if one.rdtype == "SOA"), "")


@then("within the zone's refresh interval the VPS tells the public internet the address of every host")
def every_host_is_public(eventually: Wait, api: Api, names: Names, within_refresh: Patience) -> None:
    hosts = sorted({one.name for one in published.hosts(api, names.domain, NOT_OURS)})
    assert hosts, "no Ingress has a host of the domain"
    assert await_at_vps(eventually, names, hosts, within_refresh) == {}


@then("at the primary every mark of external-dns belongs to a host of an Ingress that exists")
def no_orphans(eventually: Wait, api: Api, kept: Kept, names: Names, inventory: Planned) -> None:
    assert published.marks(kept()), "there is no mark of external-dns at all"
    eventually(
        # The marks first: an Ingress that is deleted in between is one that was there when they were read.
        lambda: _orphans(published.marks(kept()), published.hosts(api, names.domain), inventory.dns.owner_id),
        lambda found: not found,
        expected="every mark belongs to a host of an Ingress that exists",
        patience="record_written",
    )


def _orphans(marks: tuple[Mark, ...], hosts: tuple[Host, ...], owner: str) -> list[str]:
    known = [(mark, any(mark.is_for(host.name) for host in hosts)) for mark in marks if mark.owner == owner]
    return [str(mark) for mark, belongs in known if not belongs]


@given(
    "an Ingress that wants the first name server's name, and a host name of its own",
    target_fixture="contested",
)
def contested_name(publish_names: PublishNames, inventory: Planned, kept: Kept) -> Contested:
    wanted = inventory.dns.nameservers[0]
    before = _of(kept(), wanted)
    return Contested(publish_names("contested", beside=(wanted,)), before)


def _of(records: frozenset[Record], name: str) -> frozenset[Record]:
    """Return the records of one name and every mark that speaks of it."""
    marks = {mark.name for mark in published.marks(records) if mark.is_for(name)}
    return frozenset(one for one in records if one.name.rstrip(".") == name or one.name in marks)


@when("the primary has its own record")
def primary_has_own(eventually: Wait, names: Names, contested: Contested) -> None:
    await_at_primary(eventually, names, contested.own)


@then("the first name server's record is as it was, without a mark")
def contested_stays(contested: Contested, kept: Kept, seen: Seen) -> None:
    now = seen(f"the records of {contested.wanted}", _of(kept(), contested.wanted))
    assert str(zone.compare(contested.before, now)) == str(zone.Difference())
    assert published.marks(now) == ()


@when("the Ingress is deleted, and its own record is gone")
def delete_contested(eventually: Wait, scratch: Scratch, names: Names, contested: Contested) -> None:
    scratch.delete("Ingress", contested.named.name)
    eventually(
        lambda: {host: names.at_primary(host) for host in contested.own},
        lambda answers: all(map(denied, answers.values())),
        expected=f"the primary denies {', '.join(contested.own)}",
        patience="record_written",
    )
