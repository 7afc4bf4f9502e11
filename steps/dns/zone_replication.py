"""The public name server serves what the cluster publishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Planned
from probes import powerdns, zone
from probes.dns import Answer
from probes.outcomes import TimedOut, Unreachable
from probes.serials import InStep
from probes.transfer import Record, RefusedTransfer, Transferred
from probes.vantage import Vantage
from probes.waiting import Patience
from probes.zone import Difference
from steps.vocabulary.names import (
    Copy,
    Named,
    Names,
    Place,
    Table,
    await_at_vps,
    await_in_step,
    copied,
)
from steps.vocabulary.seen import Seen
from steps.wiring import ScratchZone, Wait

scenarios("dns/zone_replication.feature")


@when(parsers.parse("{who} copies the zone from the DNS VIP"), target_fixture="copy")
@when(parsers.parse("{who} asks the DNS VIP for a copy of the zone"), target_fixture="copy")
def copy_from_primary(place: Place, names: Names, seen: Seen, who: str) -> Copy:
    copy = copied(place(who), names.primary, names.domain)
    seen(f"a copy of {names.domain} from the primary", copy.outcome, copy.vantage)
    return copy


@when(parsers.parse("{who} asks the VPS for a copy of the zone"), target_fixture="copy")
def copy_from_vps(place: Place, names: Names, seen: Seen, who: str) -> Copy:
    copy = copied(place(who), names.vps, names.domain)
    seen(f"a copy of {names.domain} from the VPS", copy.outcome, copy.vantage)
    return copy


@then("the copy is complete")
def copy_is_complete(copy: Copy) -> None:
    assert isinstance(copy.outcome, Transferred), str(copy.outcome)


@then("it has every record that PowerDNS keeps, and no other")
def copy_is_the_zone(eventually: Wait, copy: Copy, in_powerdns: Callable[[], Vantage], names: Names) -> None:
    # The zone may have changed between the copy and the look at the database: then both are made anew. Others
    # change it every few seconds, and one look takes as long on a busy machine.
    eventually(
        lambda: _differs(copied(copy.vantage, copy.server, copy.zone), in_powerdns()),
        lambda found: isinstance(found, Difference) and not found,
        expected=f"the copy of {names.domain} has what PowerDNS keeps",
        patience="record_written",
        vantage=copy.vantage.name,
    )


def _differs(copy: Copy, inside: Vantage) -> Difference | str:
    """Hold a copy against the database; what came instead, if there was no copy."""
    if not isinstance(copy.outcome, Transferred):
        return str(copy.outcome)
    return zone.compare(powerdns.kept(inside, copy.zone), copy.outcome.records)


@then("within the zone's refresh interval the VPS has the serial that the primary has now")
@when("the VPS has what the primary has")
def vps_has_serial(eventually: Wait, names: Names, inventory: Planned, within_refresh: Patience) -> None:
    assert isinstance(await_in_step(eventually, names, inventory, within_refresh), InStep)


@then("from the public internet the VPS tells of every record what the primary keeps")
def vps_tells_every_record(
    eventually: Wait,
    names: Names,
    kept: Callable[[], frozenset[Record]],
    within_refresh: Patience,
    patience: Table,
) -> None:
    # Others change the zone meanwhile: a moment is waited for in which the VPS has the latest of it.
    eventually(
        lambda: _untold(kept(), names),
        lambda found: not found,
        expected="the VPS tells of every record what the primary keeps",
        patience=Patience(within=within_refresh.within + patience["record_written"].within),
        vantage=names.internet.name,
    )


def _untold(records: frozenset[Record], names: Names) -> Difference:
    """Return what the VPS says otherwise, asked for every name and type that the primary keeps."""
    told = {pair: names.at_vps(*pair) for pair in sorted({(one.name, one.rdtype) for one in records})}
    found = (one for (name, rdtype), answer in told.items() for one in _records(name, rdtype, answer))
    return zone.compare(records, found)


def _records(name: str, rdtype: str, answer: object) -> Iterable[Record]:
    data = answer.data(rdtype) if isinstance(answer, Answer) else ()
    ttl = answer.ttl if isinstance(answer, Answer) and answer.ttl is not None else -1
    return (Record(name, rdtype, ttl, one) for one in data)


@then("at the primary and at the VPS the SOA has the planned refresh and retry")
def soa_is_planned(names: Names, inventory: Planned, seen: Seen) -> None:
    soas = {"the primary": names.soa(names.at_primary), "the VPS": names.soa(names.at_vps)}
    found = {name: (one.refresh, one.retry) for name, one in seen("the SOAs", soas).items()}
    assert found == dict.fromkeys(soas, (inventory.dns.refresh, inventory.dns.retry))


@then("the copy is refused")
def copy_is_refused(copy: Copy) -> None:
    assert isinstance(copy.outcome, RefusedTransfer), str(copy.outcome)


@then("there is no way there")
def no_way_to_copy(copy: Copy) -> None:
    assert isinstance(copy.outcome, TimedOut | Unreachable), str(copy.outcome)


@then("within the zone's refresh interval the VPS tells the public internet its address")
@then("within the zone's refresh interval the VPS tells the public internet its addresses")
def vps_tells_addresses(eventually: Wait, names: Names, named: Named, within_refresh: Patience) -> None:
    assert await_at_vps(eventually, names, named.hosts, within_refresh) == {}


@given(
    parsers.re(r"PowerDNS keeps a zone of our own with (?P<count>[\d,]+) records"),
    target_fixture="own_records",
)
def zone_of_our_own(scratch_zone: ScratchZone, count: str) -> frozenset[Record]:
    """Return what was put into it, its SOA and its name server aside."""
    return scratch_zone.fill(_number(count))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


@when("the VPS copies that zone from the DNS VIP", target_fixture="copy")
def copy_own_zone(vps: Vantage, names: Names, scratch_zone: ScratchZone, seen: Seen) -> Copy:
    copy = copied(vps, names.primary, scratch_zone.name)
    seen(f"a copy of {scratch_zone.name} from the primary", copy.outcome, vps)
    return copy


@then(parsers.re(r"it has each of the (?P<count>[\d,]+) records, and no other"))
def has_own_records(copy: Copy, own_records: frozenset[Record], count: str) -> None:
    records = copy.outcome.records if isinstance(copy.outcome, Transferred) else frozenset[Record]()
    difference = zone.compare(own_records, (one for one in records if one.rdtype not in {"SOA", "NS"}))
    assert (len(own_records), str(difference)) == (_number(count), str(Difference()))
