"""Whether a server of Vault's API is sealed, asked by way of the Kubernetes API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.jsonobjects import parsed
from probes.kubeapi import refusal
from probes.outcomes import NetworkFailure
from probes.vault import PORT, VaultRefused

if TYPE_CHECKING:
    from probes.kubeapi import Api


@dataclass(frozen=True, slots=True)
class SealStatus:
    """Whether a server is sealed, as it says itself."""

    sealed: bool

    def __str__(self) -> str:
        return "sealed" if self.sealed else "unsealed"


def status(api: Api, namespace: str, pod: str) -> SealStatus | NetworkFailure:
    """Return the seal status of the server in a pod, by way of the API: no certificate is checked, no token sent."""
    path = f"/api/v1/namespaces/{namespace}/pods/https:{pod}:{PORT}/proxy/v1/sys/seal-status"
    reply = api.request("GET", path, what=f"the seal status of {namespace}/{pod}")
    if isinstance(reply, NetworkFailure):
        return reply
    sealed = (parsed(reply.data) or {}).get("sealed")
    return SealStatus(sealed) if isinstance(sealed, bool) else VaultRefused(reply.status, refusal(reply))
