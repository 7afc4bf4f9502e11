"""One ingress controller serves every website, and only those."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from inventory import Planned
from probes import ingresses, kubernetes, tcp, tls
from probes.http import Response
from probes.kubernetes import Api
from probes.outcomes import NetworkFailure
from probes.tcp import Connected
from probes.tls import Handshake
from probes.vantage import Vantage
from steps.vocabulary.certificates import NOT_OURS, PORT
from steps.vocabulary.ingress import controller_pods, spread_as_planned
from steps.vocabulary.seen import Seen
from steps.vocabulary.websites import MakeWebsites, visit_at, websites_of_the_cluster
from steps.wiring import Target

scenarios("networking/ingress.feature")

PORTS = (80, 443)
VANTAGES = {"the operator's workstation": "workstation", "the VPS": "vps"}
REDIRECTS = {301, 302, 307, 308}


@then("the ingress controller has as many ready pods as the inventory wants, each on another node")
def replicas_are_spread(api: Api, inventory: Planned, seen: Seen) -> None:
    pods = seen("the pods of the ingress controller", controller_pods(api, inventory))
    assert spread_as_planned(pods, inventory), [str(pod) for pod in pods]


@then("the default ingress class is the inventory's")
def default_class_is_planned(api: Api, inventory: Planned, seen: Seen) -> None:
    found = seen("the ingress classes", ingresses.classes(api))
    assert [one.name for one in found if one.default] == [inventory.ingress.class_name]


@then("every Ingress of the cluster is of a class that exists")
def classes_exist(api: Api, seen: Seen) -> None:
    known = {"", *(one.name for one in ingresses.classes(api))}
    found = seen("the Ingresses of the cluster", ingresses.ingresses(api, selector=NOT_OURS))
    assert [str(one) for one in found if one.class_name not in known] == []


@then("the service of the ingress controller has the ingress VIP")
def service_has_vip(api: Api, inventory: Planned, seen: Seen) -> None:
    namespace, vip = inventory.services["ingress"].namespace, str(inventory.vips.ingress)
    found = seen("the services of the ingress controller", kubernetes.services(api, namespace))
    assert [one.name for one in found if vip in one.external_addresses], f"none of them has {vip}"


@then(
    parsers.re(r"from (?P<place>.+) the ingress controller answers at the ingress VIP, on ports 80 and 443")
)
def answers_at_vip(target: Target, inventory: Planned, seen: Seen, place: str) -> None:
    vantage = target.vantages[VANTAGES[place]]
    found = {port: tcp.connect(vantage, str(inventory.vips.ingress), port) for port in PORTS}
    assert not [
        one for one in seen("the ingress VIP", found, vantage).values() if not isinstance(one, Connected)
    ]


@when("the ingress VIP is asked for a host that no website has", target_fixture="nobody")
def ask_for_nobody(make_website: MakeWebsites) -> str:
    # Two labels below the domain: a website for all names of the domain has it not.
    return f"nobody.{make_website.name('nobody')}"


@then("it shows a certificate of no website")
def shows_no_website(workstation: Vantage, inventory: Planned, api: Api, nobody: str, seen: Seen) -> None:
    shown = seen(
        "what it shows", tls.handshake(workstation, str(inventory.vips.ingress), PORT, nobody), workstation
    )
    hosts = websites_of_the_cluster(api, seen).hosts
    assert _of_whom(shown, hosts) == []


def _of_whom(shown: Handshake | NetworkFailure, hosts: tuple[str, ...]) -> list[str]:
    """Return which of these hosts a certificate names; to show none at all is an answer too."""
    return [host for host in hosts if isinstance(shown, Handshake) and shown.covers(host)]


@then(parsers.parse('it answers "{status:d}"'))
def answers_status(workstation: Vantage, inventory: Planned, nobody: str, seen: Seen, status: int) -> None:
    answer = seen("its answer", visit_at(workstation, str(inventory.vips.ingress), nobody), workstation)
    assert getattr(answer, "status", None) == status, str(answer)


@then("each website of the cluster, asked over plain HTTP at the ingress VIP, sends the visitor to HTTPS")
def plain_http_is_sent_on(workstation: Vantage, inventory: Planned, api: Api, seen: Seen) -> None:
    hosts = websites_of_the_cluster(api, seen).hosts_with_tls
    answers = {host: visit_at(workstation, str(inventory.vips.ingress), host) for host in hosts}
    assert {host: str(one) for host, one in answers.items() if not _sent_to_https(host, one)} == {}


def _sent_to_https(host: str, answer: Response | NetworkFailure) -> bool:
    return (
        isinstance(answer, Response)
        and answer.status in REDIRECTS
        and answer.headers.get("location", "").startswith(f"https://{host}")
    )
