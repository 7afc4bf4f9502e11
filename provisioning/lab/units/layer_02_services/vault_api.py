"""Vault's HTTP API, for who sets it up: by the names that its certificate has, as a pod on a node reaches it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from probes import http
from probes.outcomes import CannotObserve, NetworkFailure
from provisioning.lab.units import credentials
from provisioning.lab.units.layer_02_services import internal_authority

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage
    from provisioning.lab.lab import Lab
    from provisioning.secret import Secret

SERVICE = "instance"
REPLICAS = tuple(f"{SERVICE}-{number}" for number in range(3))
KEYS, ROOT_TOKEN = "instance-unseal-keys", "vault-root"
_OK = range(200, 300)
_NOT_FOUND = 404
_PORT = 8200
_TIMEOUT = 15.0
"""Seconds."""


class Refused(OSError):
    """Vault said no; its words, never what it was sent."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The API of one replica, or of any. Requests raise CannotObserve without an answer, Refused for a refusal."""

    vantage: Vantage
    address: str
    """A URL: "https://HOST:PORT"."""
    roots: Path
    token: Secret | None

    def get(self, path: str) -> dict[str, Any] | None:
        """Return what is at a path below /v1/, None if nothing is."""
        return self._request("GET", path, None, _TIMEOUT)

    def send(
        self, method: str, path: str, body: object = None, *, timeout: float = _TIMEOUT
    ) -> dict[str, Any]:
        """Change something; return what Vault says to it, within so many seconds."""
        said = self._request(method, path, body, timeout)
        if said is None:
            msg = f"Vault has no {path} for {method}"
            raise Refused(msg)
        return said

    def _request(self, method: str, path: str, body: object, timeout: float) -> dict[str, Any] | None:
        reply = http.request(
            self.vantage,
            method,
            f"{self.address}/v1/{path}",
            verify=self.roots,
            headers={"X-Vault-Token": self.token.reveal()} if self.token else {},
            body=None if body is None else json.dumps(body).encode(),
            timeout=timeout,
        )
        if isinstance(reply, NetworkFailure):
            raise CannotObserve(f"Vault at {self.address}", self.vantage.name, str(reply))
        if reply.status == _NOT_FOUND:
            return None
        if reply.status not in _OK:
            msg = f"Vault refused {method} {path} ({reply.status}): {_words(reply)}"
            raise Refused(msg)
        return reply.json() if reply.body else {}


def _words(reply: http.Response) -> str:
    try:
        return "; ".join(map(str, reply.json()["errors"]))
    except (ValueError, LookupError, TypeError):
        return "no words"


def namespace(lab: Lab) -> str:
    """Where Vault lives."""
    return lab.inventory.services["vault"].namespace


def address(within: str, name: str = SERVICE) -> str:
    """Return the URL of Vault, or of one replica, inside the cluster."""
    return f"https://{name}.{within}.svc.cluster.local:{_PORT}"


def connect(lab: Lab, name: str = SERVICE, *, token: Secret | None = None) -> Vault:
    """Return the API of any replica that is unsealed, or of the one with this name, sealed or not.

    Without a token it is nobody's. Raises CannotObserve as `Api.get`.
    """
    within = namespace(lab)
    vantage = replace(lab.vantage(lab.controlplanes[0].name), nameservers=(lab.cluster_dns,))
    return Vault(vantage, address(within, name), internal_authority.root_file(lab), token)


def root_token(lab: Lab) -> Secret | None:
    """Return the token that may do everything, None while there is none. Raises CannotObserve as `Api.get`."""
    return credentials.read(lab, KEYS, ROOT_TOKEN, namespace(lab))


def as_root(lab: Lab) -> Vault:
    """Return the API with the root token. Raises CannotObserve as `Api.get`, also while there is no such token."""
    token = root_token(lab)
    if token is None:
        raise CannotObserve("Vault's root token", "the workstation", f"the Secret {KEYS} has no {ROOT_TOKEN}")
    return connect(lab, token=token)
