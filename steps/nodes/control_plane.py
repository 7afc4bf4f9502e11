"""The control plane is whole and lets nobody in without a name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes import access, anonymous, kubernetes, leadership
from probes.access import Allowed, Denied, Identity
from probes.etcd import Certificates
from probes.http import Response
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.vantage import Vantage
from steps.vocabulary import etcd
from steps.vocabulary.seen import Seen
from steps.wiring import Scratch, Target, Wait

scenarios("nodes/control_plane.feature")

API_PORT, KUBELET_PORT = 6443, 10250
OK = 200
PATHS = {"the cluster's secrets": "/api/v1/secrets", "its own health": "/readyz", "its pods": "/pods"}
Answers = Mapping[str, "Response | NetworkFailure"]
"""What each of those asked answered, by what it is called."""


@then("all members name the same leader")
def one_leader(
    eventually: Wait, workstation: Vantage, inventory: Planned, etcd_certificates: Certificates
) -> None:
    # The members are asked one after another: while they elect, or one is late, they do not agree.
    eventually(
        lambda: etcd.states(workstation, inventory, etcd_certificates),
        lambda found: etcd.agreed_leader(found) is not None,
        expected="all members of etcd name the same leader, which is one of them",
        patience="etcd",
        vantage=workstation.name,
    )


@then(parsers.parse("the API answers at {where}, from the operator's workstation"))
def api_answers(
    eventually: Wait, workstation: Vantage, target: Target, inventory: Planned, where: str
) -> None:
    addresses = _api_addresses(inventory, where)
    # Ready is who reaches etcd at once: on a busy machine one may say no for a moment.
    eventually(
        lambda: {one: kubernetes.api_health(workstation, target.kubeconfig, one) for one in addresses},
        lambda found: all(one.answering for one in found.values()),
        expected=f"the API is ready at {', '.join(addresses)}",
        patience="service_answers",
        vantage=workstation.name,
    )


def _api_addresses(inventory: Planned, where: str) -> tuple[str, ...]:
    at_vip = (str(inventory.vips.api),)
    each = tuple(str(node.address) for node in inventory.controlplanes)
    return {"its VIP": at_vip, "every controller": each}[where]


def _doors(inventory: Planned, whom: str) -> Mapping[str, str]:
    """Return where those meant are asked, by what they are called."""
    if whom == "the kubelet of every node":
        return {node.name: f"https://{node.address}:{KUBELET_PORT}" for node in inventory.nodes}
    addresses = _api_addresses(inventory, whom.removeprefix("the API at "))
    return {address: f"https://{address}:{API_PORT}" for address in addresses}


@when(
    parsers.parse("somebody without credentials asks {whom} for {what}"),
    target_fixture="anonymous_answers",
)
def anonymous_asks(workstation: Vantage, inventory: Planned, seen: Seen, whom: str, what: str) -> Answers:
    # Nothing secret is sent, so whoever answers is taken for the one asked; the owner's turn checks who it is.
    doors = _doors(inventory, whom)
    answers = {name: anonymous.get(workstation, f"{door}{PATHS[what]}") for name, door in doors.items()}
    return seen("the answers to somebody without credentials", answers, workstation)


@then(parsers.parse('each of them answers "{status:d} Unauthorized"'))
def each_refuses(anonymous_answers: Answers, status: int) -> None:
    got = {name: one.status if isinstance(one, Response) else one for name, one in anonymous_answers.items()}
    assert got == dict.fromkeys(anonymous_answers, status)


@then(parsers.parse("with the owner's credentials {whom} shows {what}"))
def owner_is_let_in(
    eventually: Wait, workstation: Vantage, target: Target, inventory: Planned, whom: str, what: str
) -> None:
    doors = _doors(inventory, whom)
    eventually(
        lambda: {
            name: _owner_asks(workstation, target.kubeconfig, whom, name, PATHS[what]) for name in doors
        },
        lambda statuses: statuses == dict.fromkeys(doors, OK),
        expected=f"{whom} shows {what} to the owner",
        patience="service_answers",
        vantage=workstation.name,
    )


def _owner_asks(
    workstation: Vantage, kubeconfig: Path, whom: str, name: str, path: str
) -> int | NetworkFailure:
    """Ask the same of an API server, or of a kubelet by way of the API; return the HTTP status."""
    kubelet = whom == "the kubelet of every node"
    api = Api(kubeconfig, workstation, address=None if kubelet else name)
    reply = api.request(
        "GET", f"/api/v1/nodes/{name}/proxy{path}" if kubelet else path, what=f"{path} of {name}"
    )
    return reply if isinstance(reply, NetworkFailure) else reply.status


@then(parsers.parse("a controller of the inventory leads as the {component}"))
def component_has_leader(eventually: Wait, api: Api, inventory: Planned, component: str) -> None:
    first = leadership.of(api, component)
    assert first is not None, f"nobody has ever led as the {component}"
    # A dead leader holds its lease too; one who renews it is alive.
    eventually(
        lambda: leadership.of(api, component),
        lambda now: now is not None and now.renewed != first.renewed and _is_controller(now.host, inventory),
        expected=f"a controller renews its lease as the {component}",
        patience="leader",
    )


def _is_controller(name: str, inventory: Planned) -> bool:
    return name in {node.name for node in inventory.controlplanes}


@when("a worker's own identity tries to annotate every node", target_fixture="annotating")
def worker_annotates(api: Api, inventory: Planned, seen: Seen) -> Mapping[str, Allowed | Denied]:
    worker = Identity.of_node(inventory.workers[0].name)
    answers = {node.name: access.may_annotate_node(api, worker, node.name) for node in inventory.nodes}
    return seen(f"what {worker.user} may annotate", answers)


@then("its own node lets it")
def own_node_lets_it(annotating: Mapping[str, Allowed | Denied], inventory: Planned) -> None:
    assert annotating[inventory.workers[0].name] == Allowed()


@then(parsers.parse('every other node refuses it with "{status:d} Forbidden"'))
def others_refuse(annotating: Mapping[str, Allowed | Denied], inventory: Planned, status: int) -> None:
    others = {name: answer for name, answer in annotating.items() if name != inventory.workers[0].name}
    assert others == dict.fromkeys(others, Denied(status))


@when("an account without rights asks for the cluster's secrets", target_fixture="account_answer")
def account_asks(api: Api, scratch: Scratch, seen: Seen) -> Allowed | Denied:
    account = Identity.of_account(scratch.namespace, "default")
    return seen("the answer to an account without rights", access.may_read_secrets(api, account))


@then(parsers.parse('it is refused with "{status:d} Forbidden"'))
def account_is_refused(account_answer: Allowed | Denied, status: int) -> None:
    assert account_answer == Denied(status)


@then("the owner may read them")
def owner_may_read(api: Api) -> None:
    assert access.may_read_secrets(api) == Allowed()
