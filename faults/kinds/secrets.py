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
    restart,
    send,
    workload,
)
from faults.words import filled
from probes.waiting import Patience, eventually
from provisioning.lab.units.layer_02_services import vault_api
from provisioning.target import Target

_ELECTS = Patience(within=40.0, every=0.5)
Json = dict[str, Any]
_ACTIVE = "sealedsecrets.bitnami.com/sealed-secrets-key"
_ASIDE = "-set-aside"
YOUNGER = "sealed-secrets-key-younger"
"""The Secret with the pair that was not kept, and why the controller is rolled out for it."""


@dataclass(frozen=True, slots=True)
class VaultSealed(Harm):
    """So many servers of Vault are sealed, each while it led. A pod that is started again unseals itself.

    With two of three gone the third one is no majority, and leads nothing: then there is no Vault.
    """

    number: int

    def _look(self, target: Target, _at: str) -> Json:
        # Any of them may lead by then.
        pods = filled(target, "/api/v1/namespaces/{services.vault.namespace}/pods")
        vault = target.inventory.vault
        names = [f"{vault.workload}-{number}" for number in range(vault.servers)]
        return {name: f"{pods}/{name}" for name in names}

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
class SecretOverwritten(Harm):
    """A value of a Secret is another one. The original is kept beside it, under another name.

    What makes the Secret must be away meanwhile. path: of the Secret in the API; names in braces are replaced
    (`faults.words`), as in key.
    """

    path: str
    key: str

    def _why_not(self, target: Target) -> str | None:
        (path,) = self._where(target)
        return None if get(target, path) is not None else f"there is no {path}"

    def _where(self, target: Target) -> Iterable[str]:
        return (filled(target, self.path),)

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
    """The controller of sealed secrets has, beside the pairs that it had or instead of them, one that was not kept.

    instead: those that it had are set aside, in the same namespace: under names that the controller does not read.
    """

    instead: bool

    def _where(self, target: Target) -> Iterable[str]:
        return (filled(target, workload("sealed-secrets")),)

    def _why_not(self, target: Target) -> str | None:
        self.before(target)
        return None

    def _look(self, target: Target, at: str) -> list[str]:
        """Return the paths of the Secrets with the pairs."""
        collection = _secrets_beside(at)
        found = reach.api(target).list(collection, collection, labelSelector=f"{_ACTIVE}=active")
        if not found:
            raise LookupError("the cluster has no sealing key")
        return [f"{collection}/{each['metadata']['name']}" for each in found]

    def _harm(self, target: Target, at: str, was: list[str]) -> None:
        for path in was if self.instead else ():
            _move(target, path, path + _ASIDE, active=False)
        _make(target, _younger(at), pair(), active=True)
        restart(target, at, YOUNGER)

    def _undo(self, target: Target, at: str, was: list[str]) -> None:
        for path in was:
            _move(target, path + _ASIDE, path, active=True)
        send(target, "DELETE", _younger(at), None, fine=(NOT_FOUND,))
        restart(target, at, None)

    def _undone(self, target: Target, at: str, was: list[str]) -> bool:
        aside = any(get(target, path + _ASIDE) for path in was)
        return not aside and get(target, _younger(at)) is None and is_settled(target, at)


def _secrets_beside(deployment: str) -> str:
    return f"/api/v1/namespaces/{deployment.split('/')[5]}/secrets"


def _younger(deployment: str) -> str:
    return f"{_secrets_beside(deployment)}/{YOUNGER}"


def _move(target: Target, here: str, there: str, *, active: bool) -> None:
    found = get(target, here)
    if found is not None:
        _make(target, there, found["data"], active=active)
        send(target, "DELETE", here, None, fine=(NOT_FOUND,))


def _make(target: Target, path: str, data: Mapping[str, str], *, active: bool) -> None:
    collection, _, name = path.rpartition("/")
    metadata = {"name": name, "labels": {_ACTIVE: "active"} if active else {}}
    made = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": metadata}
    send(target, "POST", collection, {**made, "data": data}, fine=(CONFLICT,))


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
