"""How the cluster's DNS is set up: where CoreDNS asks for the names of one zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.jsonobjects import part

if TYPE_CHECKING:
    from probes.kubeapi import Api

_PATH = "/api/v1/namespaces/kube-system/configmaps/coredns"


def forwarded(api: Api, zone: str) -> str:
    """Return the last address that a zone's own block forwards to; "" when there is none. Raises CannotObserve."""
    found = api.get("the configuration of CoreDNS", _PATH, optional=True) or {}
    block = str(part(found, "data").get("Corefile", "")).partition(f"{zone}:53")[2]
    forwards = [line.split() for line in block.splitlines() if line.strip().startswith("forward ")]
    return forwards[0][-1] if forwards else ""
