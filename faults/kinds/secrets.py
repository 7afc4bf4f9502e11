"""Secrets that are not where they should be: a Vault that is sealed, a Secret that is not made any more, other keys.

What is written down of any of them is where it is, never what it is.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from faults import reach
from faults.kinds.base import Harm
from faults.kinds.certificates import signed
from faults.kinds.kubernetes import (
    CONFLICT,
    NOT_FOUND,
    get,
    is_settled,
    original,
    restart,
    secret_path,
    send,
)
from probes.waiting import Patience, eventually
from provisioning.lab.units.layer_02_services import vault_api
from provisioning.target import Target

_ELECTS = Patience(within=40.0, every=0.5)
Json = dict[str, Any]
_ACTIVE = "sealedsecrets.bitnami.com/sealed-secrets-key"


@dataclass(frozen=True, slots=True)
class VaultSealed(Harm):
    """So many servers of Vault are sealed, each while it led. A pod that is started again unseals itself.

    With two of three gone the third one is no majority, and leads nothing: then there is no Vault.
    """

    number: int

    def _look(self, target: Target, _at: str) -> Json:
        # Any of them may lead by then.
        namespace = target.inventory.services["vault"].namespace
        return {name: f"/api/v1/namespaces/{namespace}/pods/{name}" for name in vault_api.REPLICAS}

    def _harm(self, target: Target, _at: str, was: Json) -> None:
        lab = reach.lab(target)
        token = vault_api.root_token(lab)
        servers = [vault_api.connect(lab, name, token=token) for name in was]
        while sum(map(_is_sealed, servers)) < self.number:
            leader = eventually(
                lambda: next((each for each in servers if _leads(each)), None),
                lambda found: found is not None,
                expected="one of Vault's servers leads",
                patience=_ELECTS,
            )
            if leader is not None:
                leader.send("PUT", "sys/seal")

    def _undo(self, target: Target, _at: str, was: Json) -> None:
        for path in was.values():
            if not _is_ready(get(target, path)):
                send(target, "DELETE", path, None, fine=(NOT_FOUND,))

    def _undone(self, target: Target, _at: str, was: Json) -> bool:
        return all(_is_ready(get(target, path)) for path in was.values())


@dataclass(frozen=True, slots=True)
class SecretWithdrawn(Harm):
    """A Secret is not made any more, it is gone, and the one workload that is given it was started again.

    namespace, name: of the ExternalSecret, and of its Secret. restarts: name of the Deployment.
    """

    namespace: str
    name: str
    restarts: str

    def available(self, target: Target) -> str | None:
        """Say that there is no such ExternalSecret, or None."""
        (path,) = self._where(target)
        return None if get(target, path) is not None else f"there is no {path}"

    def _where(self, _target: Target) -> Iterable[str]:
        collection = f"/apis/external-secrets.io/v1beta1/namespaces/{self.namespace}/externalsecrets"
        return (f"{collection}/{self.name}",)

    def _look(self, target: Target, at: str) -> Json:
        return {**original(get(target, at) or {}), "status": {}}

    def _harm(self, target: Target, at: str, _was: Json) -> None:
        send(target, "DELETE", at, None, fine=(NOT_FOUND,))
        send(target, "DELETE", secret_path(self.namespace, self.name), None, fine=(NOT_FOUND,))
        restart(target, self._workload, self.name)

    def _undo(self, target: Target, at: str, was: Json) -> None:
        send(target, "POST", at.rpartition("/")[0], was, fine=(CONFLICT,))
        restart(target, self._workload, None)

    def _undone(self, target: Target, at: str, _was: Json) -> bool:
        paths = (at, secret_path(self.namespace, self.name))
        return all(get(target, path) is not None for path in paths) and is_settled(target, self._workload)

    @property
    def _workload(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{self.restarts}"


@dataclass(frozen=True, slots=True)
class SecretOverwritten(Harm):
    """A value of a Secret is another one. The original is kept beside it, under another name.

    What makes the Secret must be away meanwhile.
    """

    namespace: str
    name: str
    key: str

    def available(self, target: Target) -> str | None:
        """Say that there is no such Secret, or None."""
        (path,) = self._where(target)
        return None if get(target, path) is not None else f"there is no {path}"

    def _where(self, _target: Target) -> Iterable[str]:
        return (secret_path(self.namespace, self.name),)

    def _harm(self, target: Target, at: str, _was: None) -> None:
        data = _data(target, at)
        kept = data.get(self._aside, data[self.key])
        other = base64.b64encode(secrets.token_urlsafe(32).encode()).decode()
        send(target, "PATCH", at, {"data": {self._aside: kept, self.key: other}})

    def _undo(self, target: Target, at: str, _was: None) -> None:
        if (kept := _data(target, at).get(self._aside)) is not None:
            send(target, "PATCH", at, {"data": {self.key: kept, self._aside: None}})

    def _undone(self, target: Target, at: str, _was: None) -> bool:
        return self._aside not in _data(target, at)

    @property
    def _aside(self) -> str:
        return f"{self.key}.before-fault"


@dataclass(frozen=True, slots=True)
class SealingKeyAdded(Harm):
    """The controller of sealed secrets has, beside the pair of layer 00 or instead of it, one that was not kept.

    instead: the pair of layer 00 is set aside, in the same namespace: under a name that the controller does not read.
    """

    namespace: str
    secret: str
    controller: str
    instead: bool

    def available(self, target: Target) -> str | None:
        """Say that the cluster has no sealing key, or None."""
        return None if get(target, self._path(self.secret)) is not None else "the cluster has no sealing key"

    def _harm(self, target: Target, _at: str, _was: None) -> None:
        if self.instead:
            self._move(target, self.secret, self._aside, active=False)
        self._make(target, self._other, pair(), active=True)
        restart(target, self._workload, self._other)

    def _undo(self, target: Target, _at: str, _was: None) -> None:
        self._move(target, self._aside, self.secret, active=True)
        send(target, "DELETE", self._path(self._other), None, fine=(NOT_FOUND,))
        restart(target, self._workload, None)

    def _undone(self, target: Target, _at: str, _was: None) -> bool:
        return get(target, self._path(self._other)) is None and is_settled(target, self._workload)

    def _move(self, target: Target, here: str, there: str, *, active: bool) -> None:
        found = get(target, self._path(here))
        if found is not None:
            self._make(target, there, found["data"], active=active)
            send(target, "DELETE", self._path(here), None, fine=(NOT_FOUND,))

    def _make(self, target: Target, name: str, data: Json, *, active: bool) -> None:
        labels = {_ACTIVE: "active"} if active else {}
        metadata = {"name": name, "namespace": self.namespace, "labels": labels}
        made = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": metadata}
        send(target, "POST", self._path(""), {**made, "data": data}, fine=(CONFLICT,))

    def _path(self, name: str) -> str:
        return secret_path(self.namespace, name).rstrip("/")

    @property
    def _aside(self) -> str:
        return f"{self.secret}-set-aside"

    @property
    def _other(self) -> str:
        return f"{self.secret}-younger"

    @property
    def _workload(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{self.controller}"


def _is_ready(pod: Json | None) -> bool:
    conditions = (pod or {}).get("status", {}).get("conditions", ())
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _data(target: Target, path: str) -> Mapping[str, str]:
    return (get(target, path) or {}).get("data") or {}


def _is_sealed(server: vault_api.Vault) -> bool:
    return bool((server.get("sys/seal-status") or {}).get("sealed"))


def _leads(server: vault_api.Vault) -> bool:
    return not _is_sealed(server) and bool((server.get("sys/leader") or {}).get("is_self"))


def pair() -> dict[str, str]:
    """Return a key pair for sealing, as the data of a Secret; a short one, which is quickly made."""
    key, now = generate_private_key(public_exponent=65537, key_size=2048), datetime.now(tz=UTC)
    name = "made by nobody"
    certificate, private = signed(key, name, by=name, begins=now, ends=now + timedelta(days=365))
    files = {"tls.crt": certificate, "tls.key": private}
    return {name: base64.b64encode(content).decode() for name, content in files.items()}
