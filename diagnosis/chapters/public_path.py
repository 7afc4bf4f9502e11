"""The way from the public internet into the cluster: the VPS, its proxy and name server, and its way to the VIPs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.look import QUICK, Sight, Subject, Unseen, seen
from probes import http, ingresses, kubernetes, routes, tcp, tls
from probes.http import Response
from probes.kubernetes import ApiHealth
from probes.outcomes import NetworkFailure
from probes.routes import NoWay, Way
from probes.tcp import Connected
from probes.tls import Handshake

NAME_SERVER, PROXY, WEB = "name server", "proxy", "web"
VPS, INGRESS = "VPS", "ingress"
_PORTS = {NAME_SERVER: 53, PROXY: 443, WEB: 80}
_API, _DNS, _HTTPS = 6443, 53, 443
_UNKNOWN = "nobody.invalid"


@dataclass(frozen=True, slots=True)
class Look:
    """The public path at one moment.

    doors: connections to the VPS' programs, from the public internet. strangers: what the `VPS` and the `INGRESS` VIP
    show for a name that no website has. plain: what the VPS answers over plain HTTP for a website of the cluster.
    tailnet: the VPS' planned address in the tailnet. way: the VPS' to the API VIP. api: the health of the API there.
    opened: connections to VIPs from the public internet, by the VIP's name.
    """

    doors: Mapping[str, Connected | NetworkFailure] | Unseen
    strangers: Mapping[str, Handshake | NetworkFailure] | Unseen
    plain: Response | NetworkFailure | Unseen
    tailnet: str | Unseen
    way: Way | NoWay | Unseen
    api: ApiHealth | Unseen
    opened: Mapping[str, Connected | NetworkFailure] | Unseen


def _public(subject: Subject) -> str:
    return str(subject.inventory.vantages["vps"].address)


def _doors(subject: Subject) -> Mapping[str, Connected | NetworkFailure]:
    outside, public = subject.vantages["internet"], _public(subject)
    return {name: tcp.connect(outside, public, port, QUICK) for name, port in _PORTS.items()}


def strangers(subject: Subject) -> Mapping[str, Handshake | NetworkFailure]:
    """Ask the VPS and the ingress VIP for a name that no website has."""
    inside, outside = subject.vantages["workstation"], subject.vantages["internet"]
    vip = str(subject.inventory.vips.ingress)
    return {
        VPS: tls.handshake(outside, _public(subject), _HTTPS, _UNKNOWN, timeout=QUICK),
        INGRESS: tls.handshake(inside, vip, _HTTPS, _UNKNOWN, timeout=QUICK),
    }


def passed_on(shown: Mapping[str, Handshake | NetworkFailure]) -> bool:
    """Tell whether the VPS shows for an unknown name what the ingress VIP shows for it."""
    at_vps, at_vip = shown.get(VPS), shown.get(INGRESS)
    if not isinstance(at_vps, Handshake) or not isinstance(at_vip, Handshake):
        return False
    # Each replica makes a certificate of its own for unknown names; its issuer is the same.
    return at_vps.issuer == at_vip.issuer or at_vps.fingerprints == at_vip.fingerprints


def closed(look: Look, program: str) -> bool:
    """Tell whether a program of the VPS was seen to take no connections."""
    door = seen(look.doors, {}).get(program)
    return door is not None and not isinstance(door, Connected)


def _plain(subject: Subject) -> Response | NetworkFailure:
    hosts = sorted(host for each in subject.ask(ingresses.ingresses) for host in each.tls)
    if not hosts:
        raise LookupError("there is no website")
    place, headers = f"http://{_public(subject)}/", {"Host": hosts[0]}
    return http.get(subject.vantages["internet"], place, headers=headers, timeout=QUICK)


def _way(subject: Subject) -> Way | NoWay:
    return routes.way(subject.vantages["vps"], str(subject.inventory.vips.api))


def _api(subject: Subject) -> ApiHealth:
    vip = str(subject.inventory.vips.api)
    return kubernetes.api_health(subject.vantages["workstation"], subject.kubeconfig, vip, timeout=QUICK)


def _opened(subject: Subject) -> Mapping[str, Connected | NetworkFailure]:
    vips, outside = subject.inventory.vips, subject.vantages["internet"]
    places = {"api": (vips.api, _API), "dns": (vips.dns, _DNS), "ingress": (vips.ingress, _HTTPS)}
    return {name: tcp.connect(outside, str(vip), port, QUICK) for name, (vip, port) in places.items()}


SIGHTS: Mapping[str, Sight] = {
    "doors": _doors,
    "strangers": strangers,
    "plain": _plain,
    "tailnet": lambda subject: str(subject.inventory.vantages["vps"].tailnet_address),
    "way": _way,
    "api": _api,
    "opened": _opened,
}
