"""Known causes of websites that visitors do not reach, and of a cluster that they reach too far into."""

from __future__ import annotations

from diagnosis.chapters import certificates
from diagnosis.chapters.public_path import PROXY, Look, closed, passed_on
from diagnosis.incident import Incident, on
from diagnosis.look import seen
from probes.http import Response
from probes.routes import Way
from probes.tcp import Connected
from probes.tls import Handshake

_NOT_FOUND = 404
"""What the VPS answers over plain HTTP, whatever is asked for."""


def _opened_at_vps(look: certificates.Look) -> bool:
    """At the VPS a website shows a certificate, and another one than at the ingress VIP, where it is trusted."""
    trusted = [each for each in seen(look.websites, {}).values() if each.authorities]
    return any(
        each.own is not None
        and isinstance(each.at_vps, Handshake)
        and each.at_vps.fingerprints != each.own.fingerprints
        for each in trusted
    )


def _strangers_passed_on(look: Look) -> bool:
    """The VPS shows for a name that no website has what the ingress VIP shows for it."""
    return passed_on(seen(look.strangers, {}))


def _plain_passed_on(look: Look) -> bool:
    """What the VPS answers over plain HTTP is the cluster's."""
    return isinstance(look.plain, Response) and look.plain.status != _NOT_FOUND


def _open(look: Look) -> bool:
    """From the public internet a connection to a VIP is accepted."""
    return any(isinstance(each, Connected) for each in seen(look.opened, {}).values())


def _no_route(look: Look) -> bool:
    """On the VPS the way to the API VIP does not lead through the tailnet, and the VIP answers at home."""
    way, health = seen(look.way, None), seen(look.api, None)
    through = isinstance(way, Way) and way.source == seen(look.tailnet, "")
    return way is not None and not through and health is not None and health.answering


INCIDENTS = (
    Incident(
        slug="axfr-route-primary-dead",
        symptom="The whole range of VIPs is unreachable from the VPS.",
        cause="The primary holder of the route is offline, and no other took it over.",
        cure="Keep at least one router active; test the failover.",
        about=(
            "vps-route-over-tailnet",
            "services-pool-auto-assigned",
            "powerdns-answers-at-vip",
        ),
        unproven="The lab's tailnet has one router, and no failover to another one.",
    ),
    Incident(
        slug="http-passed-on",
        symptom="A website answers on port 80 of the VPS.",
        cause="The VPS passes port 80 on as well.",
        cure="Answer port 80 on the VPS itself.",
        matches=on(Look, _plain_passed_on),
        reproduce="pytest -m conformance --fault http_passed_on",
    ),
    Incident(
        slug="open-to-the-world",
        symptom="The API VIP answers from the public internet.",
        cause="The VPS forwards and hides who asks (masquerading), and somebody routes to it.",
        cure="Turn forwarding off on the VPS, or filter what may enter the tailnet.",
        matches=on(Look, _open),
        reproduce="pytest -m conformance --fault open_to_the_world",
    ),
    Incident(
        slug="sni-terminated-at-vps",
        symptom="A visitor meets a certificate that the cluster never had.",
        cause="The name is missing in the VPS' map of names that are passed on.",
        cure="Pass the owner's domain, and all below it, on to the ingress VIP.",
        matches=on(certificates.Look, _opened_at_vps),
        reproduce="pytest -m conformance --fault sni_terminated_at_vps",
    ),
    Incident(
        slug="tailscale-bad-cidr",
        symptom="The VPS loses the route, and every public website dies, while all is well at home.",
        cause=(
            "The advertised network has host bits (10.0.3.4/28), so that the tailnet rejects it; or "
            "nobody advertises it."
        ),
        cure="Advertise one strict network that holds all VIPs, 10.0.3.0/27.",
        matches=on(Look, _no_route),
        about=(
            "decision-routes-cover-pools",
            "route-covers-vips",
            "tailnet-route-restored",
        ),
        reproduce="pytest -m conformance --fault advertised_route_missing",
    ),
    Incident(
        slug="unknown-sni-leaks",
        symptom="A site of the VPS' own is dark; scanners reach the ingress controller by any name.",
        cause="The VPS' map passes on by default.",
        cure="Make the VPS' own server the default.",
        matches=on(Look, _strangers_passed_on),
        about=("networking/vps_proxy",),
        reproduce="pytest -m conformance --fault unknown_names_passed_on",
    ),
    Incident(
        slug="vps-accept-routes-off",
        symptom="The VPS cannot reach the VIPs, though the controllers advertise them.",
        cause="The VPS runs its tailnet client without accept-routes.",
        cure="Run `tailscale set --accept-routes` on the VPS.",
        about=(
            "vps-route-over-tailnet",
            "services-pool-auto-assigned",
        ),
        unproven="The VPS of the lab has its route by hand, and no client that could refuse it.",
    ),
    Incident(
        slug="vps-proxy-down",
        symptom="Every public website is dark, the cluster and its names are well.",
        cause=(
            "nginx on the VPS does not run: a configuration that it does not take, or a port that is taken."
        ),
        cure="Look at its log; `nginx -t`.",
        matches=on(Look, lambda look: closed(look, PROXY)),
        reproduce="pytest -m conformance --fault vps_proxy_stopped",
    ),
)
