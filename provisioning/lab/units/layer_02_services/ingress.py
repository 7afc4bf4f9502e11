"""The way in for visitors: an ingress controller behind the ingress VIP.

Traefik with its provider for ingress-nginx's dialect stands for ingress-nginx, under that one's names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes import http
from probes.http import Response
from provisioning.gates import Gate
from provisioning.graph import Layer, Unit
from provisioning.lab.units import rollout

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

DEPLOYMENT = "deployment/ingress-nginx-controller"


def start(lab: Lab) -> None:
    """Apply the class, the controller and its load balancer."""
    namespace = lab.inventory.services["ingress"].namespace
    lab.apply(lab.render("ingress.yaml", namespace=namespace, ingress=lab.ingress))


def lacking(lab: Lab) -> tuple[str, ...]:
    """Return what the controller lacks, or that nothing of HTTP answers at its VIP."""
    found = rollout.lacking(lab, lab.inventory.services["ingress"].namespace, DEPLOYMENT)
    if found:
        return found
    vip = lab.inventory.vips.ingress
    # No name is asked for, so any answer will do: it says that the way from the LAN to a controller holds.
    answer = http.get(lab.vantage("workstation"), f"http://{vip}/", timeout=3.0)
    return () if isinstance(answer, Response) else (f"http://{vip}/ from the workstation: {answer}",)


UNIT: Unit[Lab] = Unit(
    name="ingress",
    layer=Layer.SERVICES,
    needs=("nodes", "address_pools"),
    start=start,
    gate=Gate(
        observe=lacking,
        until=lambda found: not found,
        expected="the ingress controllers run, and HTTP answers at the ingress VIP",
        patience="workload",
        hopeless=rollout.hopeless,
    ),
)
