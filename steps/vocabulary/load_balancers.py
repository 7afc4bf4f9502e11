"""Services of type LoadBalancer of the specification's own: made, waited for, asked who answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

import pytest

from inventory import LeftOut, Node, Planned, Pool
from probes import address_requests, greeting, kubernetes
from probes.address_requests import Holder
from probes.greeting import Greeting
from probes.kubernetes import Api, Service
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from probes.waiting import Patience
from steps.vocabulary.pods import Greeters
from steps.wiring import Scratch, Wait

SHARED, RESERVED = "the shared pool", "the pool of the ingress VIP"
"""How sentences call the pool of whoever asks for nothing, and one that must be asked for."""
PORT = 80
"""Where these services listen; see `steps/manifests/load_balancer.yaml`."""


@dataclass(frozen=True, slots=True)
class LoadBalancers:
    """The services of one scenario, in its own namespace. A pool is SHARED or RESERVED."""

    api: Api
    scratch: Scratch
    inventory: Planned
    eventually: Wait

    def create(self, name: str, *, pods: str, pool: str | None = None) -> None:
        """Create a service in front of the pods called `pods`, which may ask for a pool."""
        asked = self._planned(pool).name if pool else None
        self.scratch.apply("load_balancer.yaml", name=name, pods=pods, pool=asked)

    def address(self, name: str) -> str:
        """Wait until a service has one address, and return it."""
        found = self.eventually(
            lambda: self.addresses(name),
            lambda addresses: len(addresses) == 1,
            expected=f"the service {name} has one address",
            patience="address_assigned",
        )
        return found[0]

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return what addresses a service has now."""
        service = kubernetes.service(self.api, self.scratch.namespace, name)
        return service.external_addresses if service else ()

    def announcer(self, name: str, other_than: Collection[Node] = ()) -> Node:
        """Wait until a node, other than these, says that it announces a service, and return it."""
        service = kubernetes.service(self.api, self.scratch.namespace, name)
        assert service is not None, f"there is no service {name}"
        return announcer(self.api, self.inventory, self.eventually, service, other_than)

    def answered(
        self, vantage: Vantage, address: str, greeters: Greeters, patience: str | Patience = "service_answers"
    ) -> Greeting | NetworkFailure:
        """Wait until one of the pods answers at the address, and return what it says.

        If somebody else answers there, it is hopeless.
        """
        return self.eventually(
            lambda: greeting.ask(vantage, address, PORT, timeout=2.0),
            lambda answer: answer in greeters.greetings(),
            expected=f"one of our pods answers at {address}",
            patience=patience,
            hopeless=lambda answer: "somebody else answers" if isinstance(answer, Greeting) else None,
            vantage=vantage.name,
        )

    def holders(self, pool: str) -> Mapping[str, Holder]:
        """Return who holds an address of a pool, in whatever namespace, by the address."""
        found = address_requests.holders(self.api)
        return {each: holder for holder in found for each in holder.given if self.contains(pool, each)}

    def contains(self, pool: str, address: str) -> bool:
        """Tell whether an address is in a pool of the inventory."""
        return any(IPv4Address(address) in each for each in self._planned(pool).addresses)

    def size(self, pool: str) -> int:
        """Return how many addresses a pool of the inventory has."""
        return sum(int(each.last) - int(each.first) + 1 for each in self._planned(pool).addresses)

    def use_up(self, pool: str) -> tuple[str, ...]:
        """Create services, with nothing behind them, until a pool has no address left; return their names."""
        size = self.size(pool)
        # The services of a scenario before may be on their way out: counted as lasting, they would leave a place.
        self.eventually(
            lambda: address_requests.leaving(self.api),
            lambda leaving: not leaving,
            expected="no service that has an address is about to go",
            patience="address_assigned",
        )
        names = tuple(f"one-of-many-{number}" for number in range(size - len(self.holders(pool))))
        for name in names:
            self.create(name, pods="nobody")
        self.eventually(
            lambda: len(self.holders(pool)),
            lambda held: held == size,
            expected=f"all {size} addresses of {pool} are held",
            patience="address_assigned",
        )
        return names

    def _planned(self, pool: str) -> Pool:
        vip = self.inventory.vips.ingress
        fits = {
            SHARED: lambda one: one.auto_assign,
            RESERVED: lambda one: not one.auto_assign and any(vip in each for each in one.addresses),
        }[pool]
        found = [one for one in self.inventory.pools if fits(one)]
        if not found:
            raise LeftOut(f"[[pools]] for {pool}")
        return found[0]


def announcer(
    api: Api, inventory: Planned, eventually: Wait, service: Service, other_than: Collection[Node] = ()
) -> Node:
    """Wait until a node of the inventory, other than these, says that it announces a service; return it.

    Waited for also where nothing was broken: while one node takes over from another nobody says so, and the
    service answers all the same.
    """
    wanted = {node.name: node for node in inventory.nodes if node not in other_than}
    name = eventually(
        lambda: kubernetes.l2_announcer(api, service),
        lambda name: name in wanted,
        expected=f"{service.namespace}/{service.name} is announced by one of {', '.join(wanted)}",
        patience="announcement_moves",
    )
    return wanted[str(name)]


@pytest.fixture
def load_balancers(api: Api, scratch: Scratch, inventory: Planned, eventually: Wait) -> LoadBalancers:
    """The services of type LoadBalancer of this scenario."""
    return LoadBalancers(api, scratch, inventory, eventually)
