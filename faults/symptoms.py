"""How harms show from outside, for those that take a while to be felt."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from faults import access, hosts, names, reach
from faults.kinds.kubernetes import get, settled
from probes import cert_manager, external_secrets, kubernetes, tls
from probes.jsonobjects import part
from probes.tls import Handshake
from provisioning.target import Target

_HTTPS = 443
_ENDINGS = {"Deployment": "-[a-z0-9]+-[a-z0-9]{5}", "DaemonSet": "-[a-z0-9]{5}"}
"""What the names of a workload's pods have behind that of the workload."""


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
        # Not those of another workload whose name begins with this one's.
        own = re.compile(rf"{re.escape(self.name)}{_ENDINGS[self.kind]}")
        pods = [pod for pod in kubernetes.pods(api, self.namespace) if own.fullmatch(pod.name)]
        return found is not None and found.complete and found.desired == self.number == len(pods)


def _answers(target: Target, address: str) -> bool:
    workstation = target.vantages["workstation"]
    return kubernetes.api_health(workstation, target.kubeconfig, address, timeout=3.0).answering


@dataclass(frozen=True, slots=True)
class Shown:
    """A website shows, at the ingress VIP, a chain of this authority, or with "" of none that the inventory knows.

    certificate: "NAMESPACE/NAME" of its Certificate. by: "production" or "staging".
    """

    certificate: str
    by: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"the website of {self.certificate} shows a chain of {self.by or 'no known authority'}"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        acme = target.inventory.acme
        namespace, _, name = self.certificate.partition("/")
        host = next(
            (
                each.names[0]
                for each in cert_manager.wanted(reach.api(target), namespace)
                if each.name == name
            ),
            None,
        )
        if acme is None or host is None:
            return False
        vip = str(target.inventory.vips.ingress)
        shown = {
            environment: tls.handshake(
                target.vantages["workstation"], vip, _HTTPS, host, getattr(acme, environment).roots
            )
            for environment in ("production", "staging")
        }
        known = {
            environment
            for environment, each in shown.items()
            if isinstance(each, Handshake) and each.verified
        }
        answered = any(isinstance(each, Handshake) for each in shown.values())
        return answered and known == ({self.by} if self.by else set())


@dataclass(frozen=True, slots=True)
class Setup:
    """PowerDNS runs with a setting (`faults.names.settings` has the words) that is this one."""

    key: str
    value: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"PowerDNS has {self.key} = {self.value!r}"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        return names.settings(target).get(self.key) == self.value


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A name server does not tell the zone's SOA. which: as `faults.names.answers` calls it."""

    which: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"the {self.which} does not answer"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        return not names.answers(target)[self.which][:1].isdigit()


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The VPS shows to somebody who asks for a name that nobody has what the cluster shows."""

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return "the VPS shows for a name that nobody has what the cluster shows"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        return names.strangers(target)["VPS"] == names.OF_THE_CLUSTER


@dataclass(frozen=True, slots=True)
class Answers:
    """The identity provider answers so by its public name. words: a part of what `faults.access.provider` says."""

    words: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"the identity provider says {self.words!r}"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        return any(self.words in said for said in access.provider(target).values())


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A store of secrets is Ready, or not. store: its name."""

    store: str
    ready: bool

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"the store {self.store} is {'' if self.ready else 'not '}Ready"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        found = {each.name: each.ready for each in external_secrets.stores(reach.api(target))}
        return found.get(self.store) is self.ready


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Secret was drawn again, so many seconds after it was asked for. namespace, name: of the ExternalSecret."""

    namespace: str
    name: str
    seconds: int

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"{self.namespace}/{self.name} is drawn again {self.seconds} s after it was asked for"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        path = f"/apis/external-secrets.io/v1beta1/namespaces/{self.namespace}/externalsecrets/{self.name}"
        found = reach.api(target).get(path, path, optional=True) or {}
        made = part(found, "metadata").get("creationTimestamp")
        drawn = part(found, "status").get("refreshTime")
        if not made or not drawn:
            return False
        return (datetime.fromisoformat(drawn) - datetime.fromisoformat(made)).total_seconds() > self.seconds


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A pod of a workload waits for a node, while another one of it runs."""

    namespace: str
    name: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"a pod of {self.namespace}/{self.name} waits for another one of it"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        found = kubernetes.pods(reach.api(target), self.namespace)
        return {pod.phase for pod in found if pod.name.startswith(f"{self.name}-")} == {"Pending", "Running"}


@dataclass(frozen=True, slots=True)
class Waits:
    """A container of a namespace cannot be started. reason: in the words of the API."""

    namespace: str
    reason: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"a container in {self.namespace} waits with {self.reason}"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        found = access.waiting(target)
        return any(
            name.startswith(f"{self.namespace}/") and why.startswith(self.reason)
            for name, why in found.items()
        )


@dataclass(frozen=True, slots=True)
class Runs:
    """All pods of a Deployment were started from a description that has these words in it. path: of it in the API."""

    path: str
    words: str

    @property
    def expected(self) -> str:
        """See `Symptom.expected`."""
        return f"{self.path.rpartition('/')[2]} runs with {self.words}"

    def seen(self, target: Target) -> bool:
        """See `Symptom.seen`."""
        found = get(target, self.path) or {}
        return self.words in json.dumps(part(found, "spec", "template")) and settled(found)
