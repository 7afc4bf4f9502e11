"""How harms show from outside, for those that take a while to be felt."""

from __future__ import annotations

from dataclasses import dataclass

from faults import hosts, reach
from probes import kubernetes
from provisioning.target import Target


@dataclass(frozen=True, slots=True)
class NotReady:
    """The API calls a node not Ready. on: which nodes, in the words of `faults.hosts`."""

    on: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"the {self.on} is not Ready"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        ready = {node.name for node in kubernetes.nodes(reach.api(target)) if node.ready}
        return ready.isdisjoint(hosts.select(target, self.on))


@dataclass(frozen=True, slots=True)
class Silent:
    """API servers do not answer. on: which controllers'; "" for whoever holds the VIP."""

    on: str = ""

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return (
            f"the API of the {self.on} does not answer" if self.on else "the API does not answer at its VIP"
        )

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        vip = str(target.inventory.vips.api)
        which = [hosts.address(target, name) for name in hosts.select(target, self.on)] if self.on else [vip]
        # When one server is gone, the VIP has to have moved before the cluster is looked at.
        return not any(_answers(target, each) for each in which) and (not self.on or _answers(target, vip))


@dataclass(frozen=True, slots=True)
class Pods:
    """A workload has exactly so many pods, all ready. kind: "Deployment" or "DaemonSet"."""

    kind: str
    namespace: str
    name: str
    number: int

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"{self.kind} {self.namespace}/{self.name} has {self.number} pods"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        api = reach.api(target)
        look = kubernetes.deployment if self.kind == "Deployment" else kubernetes.daemonset
        found = look(api, self.namespace, self.name)
        pods = [pod for pod in kubernetes.pods(api, self.namespace) if pod.name.startswith(f"{self.name}-")]
        return found is not None and found.complete and found.desired == self.number == len(pods)


def _answers(target: Target, address: str) -> bool:
    workstation = target.vantages["workstation"]
    return kubernetes.api_health(workstation, target.kubeconfig, address, timeout=3.0).answering
