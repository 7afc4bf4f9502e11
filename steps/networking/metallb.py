"""Services of type LoadBalancer get an address of the owner's network."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Node, Planned
from probes import kubernetes
from probes.kubernetes import Api
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary.load_balancers import SHARED, LoadBalancers
from steps.vocabulary.pods import Greeters, StartGreeters
from steps.vocabulary.power import switch
from steps.vocabulary.seen import Seen
from steps.wiring import Power, Scratch, Wait

scenarios("networking/metallb.feature")

AUTO_ASSIGN = {"only when asked for": False, "to whoever comes": True}
UNASKED, ASKING, LATE = "unasked", "asking", "late"
NO_ADDRESS = "AllocationFailed"


@dataclass(frozen=True, slots=True)
class Announced:
    """A service that answers, the pods behind it, and the node that announced its address at the time."""

    address: str
    greeters: Greeters
    announcer: Node


@then("MetalLB has the pools of the inventory, with exactly their ranges, and no others")
def pools_are_planned(api: Api, inventory: Planned, seen: Seen) -> None:
    found = seen("MetalLB's pools", {pool.name: pool.addresses for pool in kubernetes.address_pools(api)})
    assert found == {pool.name: tuple(str(each) for each in pool.addresses) for pool in inventory.pools}


@then(parsers.parse("MetalLB's {pool} hands out its addresses {how}"))
def pool_hands_out(api: Api, seen: Seen, pool: str, how: str) -> None:
    pools = seen("MetalLB's pools", {one.name: one for one in kubernetes.address_pools(api)})
    assert pool in pools
    assert pools[pool].auto_assign is AUTO_ASSIGN[how]


@when("a service of type LoadBalancer is created", target_fixture="greeters")
def create_unasked(
    start_greeters: StartGreeters, load_balancers: LoadBalancers, inventory: Planned
) -> Greeters:
    """Return the pods behind it: one on every worker."""
    greeters = start_greeters([node.name for node in inventory.workers])
    load_balancers.create(UNASKED, pods=greeters.service)
    return greeters


@when(parsers.parse("a service of type LoadBalancer is created that asks for {pool}"))
def create_asking(load_balancers: LoadBalancers, greeters: Greeters, pool: str) -> None:
    load_balancers.create(ASKING, pods=greeters.service, pool=pool)


@then(parsers.parse("it has an address of {pool}"), target_fixture="address")
@then(parsers.parse("the service that asked for nothing has an address of {pool}"), target_fixture="address")
def has_address_of(load_balancers: LoadBalancers, pool: str) -> str:
    address = load_balancers.address(UNASKED)
    assert load_balancers.contains(pool, address), f"{address} is not of {pool}"
    return address


@then("from the operator's workstation it answers at that address")
def answers_at_home(
    load_balancers: LoadBalancers, workstation: Vantage, address: str, greeters: Greeters
) -> None:
    assert load_balancers.answered(workstation, address, greeters) in greeters.greetings()


@then("from the VPS it answers at that address")
def answers_on_the_vps(load_balancers: LoadBalancers, vps: Vantage, address: str, greeters: Greeters) -> None:
    assert load_balancers.answered(vps, address, greeters) in greeters.greetings()


@then(parsers.parse("each address of {pool} belongs to a service that asked for it"))
def addresses_were_asked_for(eventually: Wait, load_balancers: LoadBalancers, pool: str) -> None:
    eventually(
        lambda: load_balancers.holders(pool),
        lambda found: bool(found) and all(holder.asked_for for holder in found.values()),
        expected=f"the addresses of {pool} are held, by services that asked for them",
        patience="address_assigned",
    )


@when(parsers.parse("{pool} is used up"), target_fixture="taken")
def use_up(load_balancers: LoadBalancers, pool: str) -> tuple[str, ...]:
    """Return the names of our services that share it with whoever had an address before."""
    return load_balancers.use_up(pool)


@then("the next service of type LoadBalancer has no address, and is told that none is available")
def next_has_none(eventually: Wait, load_balancers: LoadBalancers, api: Api, scratch: Scratch) -> None:
    load_balancers.create(LATE, pods="nobody")
    eventually(
        lambda: [
            event.reason for event in kubernetes.events(api, scratch.namespace) if LATE in event.subject
        ],
        lambda reasons: NO_ADDRESS in reasons,
        expected=f"the service {LATE} is told {NO_ADDRESS}",
        patience="address_assigned",
    )
    assert load_balancers.addresses(LATE) == ()


@when("one of the others is deleted")
def delete_one(scratch: Scratch, taken: tuple[str, ...]) -> None:
    scratch.delete("Service", taken[0])


@then("the next service has its address")
def next_has_an_address(load_balancers: LoadBalancers) -> None:
    assert load_balancers.contains(SHARED, load_balancers.address(LATE))


@given("a service of type LoadBalancer answers from the operator's workstation", target_fixture="announced")
def announced_service(
    start_greeters: StartGreeters, load_balancers: LoadBalancers, inventory: Planned, workstation: Vantage
) -> Announced:
    greeters = create_unasked(start_greeters, load_balancers, inventory)
    load_balancers.answered(workstation, load_balancers.address(UNASKED), greeters)
    return Announced(load_balancers.address(UNASKED), greeters, load_balancers.announcer(UNASKED))


@when("the node that announces its address is powered off")
def announcer_off(power: Power, announced: Announced) -> None:
    switch(power, (announced.announcer,), "off")


@then(parsers.parse("within {seconds:d} seconds it answers again, from the operator's workstation"))
def answers_again(
    load_balancers: LoadBalancers, workstation: Vantage, announced: Announced, seconds: int
) -> None:
    patience = Patience(within=seconds, every=0.25)
    answer = load_balancers.answered(workstation, announced.address, announced.greeters, patience)
    assert getattr(answer, "node", None) != announced.announcer.name, "a dead node answers"


@then("another node announces its address")
def another_announces(load_balancers: LoadBalancers, announced: Announced) -> None:
    load_balancers.announcer(UNASKED, other_than=[announced.announcer])
    assert load_balancers.address(UNASKED) == announced.address
