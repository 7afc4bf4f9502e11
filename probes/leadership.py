"""Who leads by a lease, and whether it is alive to say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probes.kubeapi import Api


@dataclass(frozen=True, slots=True)
class Leadership:
    """A lease that is held. holder: as the leader calls itself, "HOST_UUID"; renewed: when it last said so."""

    holder: str
    renewed: datetime | None

    @property
    def host(self) -> str:
        """The host that the leader runs on."""
        return self.holder.partition("_")[0]

    def __str__(self) -> str:
        """Read as a phrase."""
        when = f"{self.renewed:%H:%M:%S}" if self.renewed else "never"
        return f"{self.holder or 'nobody'}, renewed {when}"


def of(api: Api, component: str, namespace: str = "kube-system") -> Leadership | None:
    """Return who holds the lease of a component; None if there is no such lease.

    A dead leader holds its lease too: only one who renews it, seen twice, is alive.
    Raises CannotObserve as every reader of `probes.kubernetes`.
    """
    path = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{component}"
    found = api.get(f"lease {namespace}/{component}", path, optional=True)
    if found is None:
        return None
    spec = found.get("spec", {})
    renewed = spec.get("renewTime")
    return Leadership(
        str(spec.get("holderIdentity") or ""), datetime.fromisoformat(renewed) if renewed else None
    )
