"""Nobody is notified of changes of the zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Planned
from probes import notify, powerdns
from probes.notify import Watch
from probes.outcomes import CannotObserve
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary.names import Named, Names, await_at_vps
from steps.vocabulary.seen import Seen
from steps.wiring import SayUnsupported, Wait

scenarios("dns/notify_is_off.feature")

RECEIVED, NOTIFIED = "udp_queries", "incoming_notifications"
NOTIFIES = ("primary", "master")
TO_NOTIFY = ("also-notify",)


@then("PowerDNS is not a primary that notifies, and has nobody to notify")
def powerdns_does_not_notify(in_powerdns: Callable[[], Vantage], seen: Seen) -> None:
    settings = seen("PowerDNS' settings", powerdns.settings(in_powerdns()))
    assert {name: settings[name] for name in NOTIFIES if settings.get(name, "no") != "no"} == {}
    assert {name: settings[name] for name in TO_NOTIFY if settings.get(name)} == {}


@then(parsers.parse('the zone of the owner\'s domain is kept as "{kind}"'))
def zone_is_kept_as(in_powerdns: Callable[[], Vantage], names: Names, seen: Seen, kind: str) -> None:
    inside = in_powerdns()
    assert seen(f"the kind of {names.domain}", powerdns.zone_kind(inside, names.domain), inside) == kind


@given(
    parsers.parse("the packets of name servers are watched on the VPS for {seconds:d} seconds"),
    target_fixture="watch",
)
def watch_packets(vps: Vantage, seconds: int) -> Watch:
    return notify.watch(vps, seconds)


@then("packets of name servers were seen on the VPS, and none of them was a NOTIFY")
def no_notify_seen(watch: Watch, names: Names, vps: Vantage, seen: Seen) -> None:
    _must_go_on(watch, vps)
    answered, traffic = names.at_vps(names.domain, "SOA"), seen("DNS packets on the VPS", watch.seen(), vps)
    assert (traffic.notifications, traffic.others > 0) == ((), True), str(answered)


def _must_go_on(watch: Watch, vps: Vantage) -> None:
    """Make sure that the change came while somebody was looking."""
    if watch.is_over:
        raise CannotObserve(
            "packets at the time of the change", vps.name, "the change came after the watch was over"
        )


@given("what the name server on the VPS has counted until now", target_fixture="counted")
def counted_until_now(vps: Vantage, inventory: Planned, unsupported: SayUnsupported) -> Mapping[str, int]:
    port = inventory.vps.metrics_port
    return powerdns.counters(vps, port) if port else unsupported("the inventory has no vps.metrics_port")


@when("the VPS has it too")
def vps_has_it_too(eventually: Wait, names: Names, named: Named, within_refresh: Patience) -> None:
    await_at_vps(eventually, names, named.hosts, within_refresh)


@then("the name server on the VPS has counted questions since, and no NOTIFY")
def nothing_counted(vps: Vantage, inventory: Planned, counted: Mapping[str, int], seen: Seen) -> None:
    now = powerdns.counters(vps, inventory.vps.metrics_port or 0)
    since = {name: now.get(name, 0) - counted.get(name, 0) for name in (RECEIVED, NOTIFIED)}
    assert seen("what was counted since", since, vps) == {**since, NOTIFIED: 0} and since[RECEIVED] > 0  # noqa: PT018
