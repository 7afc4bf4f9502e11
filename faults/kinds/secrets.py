"""Secrets that are not where they should be: a Vault that is sealed, a Secret that nobody makes, other keys.

What is written down of any of them is where it is, never what it is.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.x509.oid import NameOID

from faults import reach
from faults.fault import Memo
from faults.kinds.kubernetes import get, send, settled
from probes import kubernetes
from probes.waiting import Patience, eventually
from provisioning.lab.units.layer_02_services import vault_api
from provisioning.target import Target

_RESTARTED = "clusterspec/restarted-for"
_KEPT = "before-fault"
_OWN = ("name", "namespace", "labels", "annotations")
_NOT_FOUND, _CONFLICT = 404, 409
_ELECTS = Patience(within=40.0, every=0.5)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """So many servers of Vault are sealed, each while it led. A pod that is started again unseals itself.

    With two of three gone the third one is no majority, and leads nothing: then there is no Vault.
    """

    number: int

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if reach.lab_of(target) else reach.NO_MACHINES

    def before(self, target: Target) -> Memo:
        """See `Kind.before`. Any of them may lead by then."""
        return {
            "namespace": target.inventory.services["vault"].namespace,
            "servers": list(vault_api.REPLICAS),
        }

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        lab = reach.lab(target)
        token = vault_api.root_token(lab)
        servers = {name: vault_api.connect(lab, name, token=token) for name in memo["servers"]}
        while sum(map(_is_sealed, servers.values())) < self.number:
            leader = eventually(
                lambda: next((each for each in servers.values() if _leads(each)), None),
                lambda found: found is not None,
                expected="one of Vault's servers leads",
                patience=_ELECTS,
            )
            if leader is not None:
                leader.send("PUT", "sys/seal")

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        for server in memo["servers"]:
            found = get(target, self._pod(memo, server))
            ready = [
                each
                for each in (found or {}).get("status", {}).get("conditions", ())
                if each["type"] == "Ready"
            ]
            if not ready or ready[0]["status"] != "True":
                send(target, "DELETE", self._pod(memo, server), None, fine=(_NOT_FOUND,))

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        ready = {pod.name for pod in kubernetes.pods(reach.api(target), memo["namespace"]) if pod.ready}
        return ready >= set(memo["servers"])

    def _pod(self, memo: Memo, server: str) -> str:
        return f"/api/v1/namespaces/{memo['namespace']}/pods/{server}"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nobody makes a Secret any more, it is gone, and the one workload that is given it was started again.

    namespace, name: of the ExternalSecret, and of its Secret. restarts: name of the Deployment.
    """

    namespace: str
    name: str
    restarts: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self._asked) is not None else f"there is no {self._asked}"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        found = get(target, self._asked) or {}
        metadata = {key: value for key, value in found["metadata"].items() if key in _OWN}
        return {"original": {**found, "metadata": metadata, "status": {}}}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        send(target, "DELETE", self._asked, None, fine=(_NOT_FOUND,))
        send(target, "DELETE", self._secret, None, fine=(_NOT_FOUND,))
        restart(target, self._workload, self.name)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        collection = self._asked.rpartition("/")[0]
        send(target, "POST", collection, memo["original"], fine=(_CONFLICT,))
        restart(target, self._workload, None)

    def mended(self, target: Target, memo: Memo) -> bool:  # noqa: ARG002 - every kind is given it
        """See `Kind.mended`."""
        there = get(target, self._asked) is not None and get(target, self._secret) is not None
        return there and settled(get(target, self._workload) or {})

    @property
    def _asked(self) -> str:
        return f"/apis/external-secrets.io/v1beta1/namespaces/{self.namespace}/externalsecrets/{self.name}"

    @property
    def _secret(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/secrets/{self.name}"

    @property
    def _workload(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{self.restarts}"


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A value of a Secret is another one. The original is kept beside it, under another name.

    Whoever makes the Secret must be away meanwhile.
    """

    namespace: str
    name: str
    key: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self._path) is not None else f"there is no {self._path}"

    def before(self, target: Target) -> Memo:  # noqa: ARG002 - nothing of it may be written down
        """See `Kind.before`."""
        return {"path": self._path}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        data = self._data(target)
        kept = data.get(self._aside, data[self.key])
        other = base64.b64encode(secrets.token_urlsafe(32).encode()).decode()
        send(target, "PATCH", self._path, {"data": {self._aside: kept, self.key: other}})

    def mend(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - as above
        """See `Kind.mend`."""
        if (kept := self._data(target).get(self._aside)) is not None:
            send(target, "PATCH", self._path, {"data": {self.key: kept, self._aside: None}})

    def mended(self, target: Target, memo: Memo) -> bool:  # noqa: ARG002 - as above
        """See `Kind.mended`."""
        return self._aside not in self._data(target)

    def _data(self, target: Target) -> Mapping[str, str]:
        return (get(target, self._path) or {}).get("data") or {}

    @property
    def _path(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/secrets/{self.name}"

    @property
    def _aside(self) -> str:
        return f"{self.key}.{_KEPT}"


@dataclass(frozen=True, slots=True)
class OtherPair:
    """The controller of sealed secrets has, beside the pair of layer 00 or instead of it, one that nobody kept.

    instead: the pair of layer 00 is set aside, in the same namespace: under a name that the controller does not read.
    """

    namespace: str
    secret: str
    controller: str
    instead: bool

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if get(target, self._path(self.secret)) is not None else "the cluster has no sealing key"

    def before(self, target: Target) -> Memo:  # noqa: ARG002 - nothing of it may be written down
        """See `Kind.before`."""
        return {}

    def break_(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - every kind is given it
        """See `Kind.break_`."""
        if self.instead:
            self._move(target, self.secret, self._aside, active=False)
        self._make(target, self._other, pair(), active=True)
        restart(target, self._workload, self._other)

    def mend(self, target: Target, memo: Memo) -> None:  # noqa: ARG002 - as above
        """See `Kind.mend`."""
        self._move(target, self._aside, self.secret, active=True)
        send(target, "DELETE", self._path(self._other), None, fine=(_NOT_FOUND,))
        restart(target, self._workload, None)

    def mended(self, target: Target, memo: Memo) -> bool:  # noqa: ARG002 - as above
        """See `Kind.mended`."""
        return get(target, self._path(self._other)) is None and settled(get(target, self._workload) or {})

    def _move(self, target: Target, here: str, there: str, *, active: bool) -> None:
        found = get(target, self._path(here))
        if found is not None:
            self._make(target, there, found["data"], active=active)
            send(target, "DELETE", self._path(here), None, fine=(_NOT_FOUND,))

    def _make(self, target: Target, name: str, data: Json, *, active: bool) -> None:
        labels = {_ACTIVE: "active"} if active else {}
        metadata = {"name": name, "namespace": self.namespace, "labels": labels}
        made = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": metadata}
        send(target, "POST", self._path(""), {**made, "data": data}, fine=(_CONFLICT,))

    def _path(self, name: str) -> str:
        return f"/api/v1/namespaces/{self.namespace}/secrets/{name}".rstrip("/")

    @property
    def _aside(self) -> str:
        return f"{self.secret}-set-aside"

    @property
    def _other(self) -> str:
        return f"{self.secret}-younger"

    @property
    def _workload(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{self.controller}"


_ACTIVE = "sealedsecrets.bitnami.com/sealed-secrets-key"


def _is_sealed(server: vault_api.Vault) -> bool:
    return bool((server.get("sys/seal-status") or {}).get("sealed"))


def _leads(server: vault_api.Vault) -> bool:
    return not _is_sealed(server) and bool((server.get("sys/leader") or {}).get("is_self"))


def pair() -> dict[str, str]:
    """Return a key pair for sealing, as the data of a Secret; made for nobody, and short, so that it is made soon."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made by nobody")])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files = {"tls.crt": certificate.public_bytes(serialization.Encoding.PEM), "tls.key": private}
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def restart(target: Target, path: str, why: str | None) -> None:
    """Roll a Deployment out anew, by a mark on its pods; None takes the mark away, which does so too."""
    marked = {"spec": {"template": {"metadata": {"annotations": {_RESTARTED: why}}}}}
    send(target, "PATCH", path, marked)
