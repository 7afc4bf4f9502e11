"""Pods reach each other wherever they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_bdd import given, parsers, scenarios, then, when

from inventory import Planned
from probes import dns, greeting, kubernetes
from probes.dns import Answer
from probes.greeting import Greeting
from probes.kubernetes import Api, Pod, Service
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from steps.vocabulary import places
from steps.vocabulary.pods import Greeters, StartGreeters
from steps.vocabulary.seen import Seen
from steps.wiring import At, InPod, Wait

scenarios("networking/cni.feature")

ASKER = "asker"
PORT = 80
"""Where the service in front of the pods listens; see `steps/manifests/greeters.yaml`."""
HOSTS: Mapping[str, Callable[[Service], str]] = {
    "its address": lambda service: service.cluster_ip,
    "its name": lambda service: f"{service.name}.{service.namespace}",
}
"""How a service is called."""
DNS_SERVICE = "kube-dns"
"""What the service of the cluster's DNS is called, whatever program stands behind it."""
ZONE = "svc.cluster.local"
"""Where the names of services are, in every cluster whose owner has not chosen otherwise."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """The cluster's DNS at its service's address, asked from one place."""

    vantage: Vantage
    server: str

    def ask(self, service: str, namespace: str) -> Answer | NetworkFailure:
        """Ask for the address of a service."""
        return dns.query(self.vantage, self.server, f"{service}.{namespace}.{ZONE}", "A")


@dataclass(frozen=True, slots=True)
class Asked:
    """A service that is asked from a pod on every node. places: in these pods, by their node's name."""

    places: Mapping[str, Vantage]
    host: str

    def answers(self) -> Mapping[str, Greeting | NetworkFailure]:
        """Ask from each of them, and return who answers."""
        return {node: greeting.ask(place, self.host, PORT) for node, place in self.places.items()}


@given(parsers.re("a pod that says its own name runs on (?P<where>the .+)"), target_fixture="greeters")
def greeter_on(start_greeters: StartGreeters, inventory: Planned, where: str) -> Greeters:
    return start_greeters([places.node(inventory, where).name])


@when(parsers.parse("a pod on {whence} sends it a request at its address"), target_fixture="answer")
def pod_asks(
    greeters: Greeters,
    start_greeters: StartGreeters,
    inventory: Planned,
    in_pod: InPod,
    seen: Seen,
    whence: str,
) -> Greeting | NetworkFailure:
    asker = _asker(start_greeters, inventory, whence)
    return _ask(greeters, in_pod(asker.namespace, asker.name), seen)


def _asker(start_greeters: StartGreeters, inventory: Planned, where: str) -> Pod:
    """Start a pod to look from, "the first worker" or so, and return it."""
    node = places.node(inventory, where).name
    return start_greeters([node], ASKER).pods[node]


def _ask(greeters: Greeters, vantage: Vantage, seen: Seen) -> Greeting | NetworkFailure:
    """Ask the only pod there is at its address."""
    (pod,) = greeters.pods.values()
    return seen(f"who answers at {pod.ip}", greeting.ask(vantage, pod.ip), vantage)


@when(parsers.parse("{whence} itself sends it a request at its address"), target_fixture="answer")
def node_asks(
    greeters: Greeters, inventory: Planned, at_node: At, seen: Seen, whence: str
) -> Greeting | NetworkFailure:
    return _ask(greeters, at_node(places.node(inventory, whence).name), seen)


@when("the API server sends it a request at its address", target_fixture="answer")
def api_server_asks(greeters: Greeters, api: Api, seen: Seen) -> Greeting | NetworkFailure:
    (pod,) = greeters.pods.values()
    answer = greeting.ask_through_api(api, pod.namespace, pod.name)
    return seen(f"who answers at {pod.ip}", answer, "an API server")


@then("that very pod answers")
def that_pod_answers(answer: Greeting | NetworkFailure, greeters: Greeters) -> None:
    assert [answer] == list(greeters.greetings())


@given("a pod that says its own name runs on every worker", target_fixture="greeters")
def greeters_on_workers(start_greeters: StartGreeters, inventory: Planned) -> Greeters:
    return start_greeters([node.name for node in inventory.workers])


@when(
    parsers.parse("a pod on every node sends a request to the service in front of them by {how}"),
    target_fixture="asked",
)
def pods_ask_the_service(
    greeters: Greeters, start_greeters: StartGreeters, api: Api, inventory: Planned, in_pod: InPod, how: str
) -> Asked:
    # Other pods than those behind the service: whether a pod reaches itself by it is another question.
    askers = start_greeters([node.name for node in inventory.nodes], ASKER).pods
    places = {node: in_pod(pod.namespace, pod.name) for node, pod in askers.items()}
    return Asked(places, HOSTS[how](_service(api, greeters)))


def _service(api: Api, greeters: Greeters) -> Service:
    """Return the service in front of the pods."""
    (found,) = (one for one in kubernetes.services(api, greeters.namespace) if one.name == greeters.service)
    return found


@then("each time one of them answers")
def one_of_them_answers(eventually: Wait, asked: Asked, greeters: Greeters) -> None:
    # Each node learns of a service by itself, and a busy one later than its pods are ready.
    eventually(
        asked.answers,
        lambda found: not {*found.values()} - greeters.greetings(),
        expected=f"one of our pods answers each at {asked.host}",
        patience="service_answers",
        vantage="a pod on every node",
    )


@when("a pod on the last worker asks the cluster's DNS", target_fixture="resolver")
def pod_asks_dns(start_greeters: StartGreeters, inventory: Planned, api: Api, in_pod: InPod) -> Resolver:
    asker = _asker(start_greeters, inventory, "the last worker")
    return Resolver(in_pod(asker.namespace, asker.name), _dns_server(api, inventory))


def _dns_server(api: Api, inventory: Planned) -> str:
    """Return the address of the cluster's DNS."""
    service = kubernetes.service(api, inventory.services["coredns"].namespace, DNS_SERVICE)
    assert service is not None, f"there is no service {DNS_SERVICE}"
    return service.cluster_ip


@then("the service in front of it has its address by name")
def service_is_resolved(eventually: Wait, resolver: Resolver, api: Api, greeters: Greeters) -> None:
    address = _service(api, greeters).cluster_ip
    # The cluster's DNS learns of a service by itself, too.
    eventually(
        lambda: resolver.ask(greeters.service, greeters.namespace),
        lambda answer: isinstance(answer, Answer) and answer.data("A") == (address,),
        expected=f"{greeters.service}.{greeters.namespace} is {address}",
        patience="service_answers",
        vantage=resolver.vantage.name,
    )


@then(parsers.parse('a service that does not exist is answered with "{rcode}"'))
def absent_service(resolver: Resolver, greeters: Greeters, seen: Seen, rcode: str) -> None:
    answer = seen("the answer for none", resolver.ask("absent", greeters.namespace), resolver.vantage)
    assert isinstance(answer, Answer), str(answer)
    assert (answer.rcode, answer.records) == (rcode, ())
