"""Values that the cluster makes for itself, once: drawn at random, kept as Kubernetes Secrets and nowhere else.

On the platform a generator and a controller that copies Secrets do this. None of it goes through an argument
list, a file or a log.
"""

from __future__ import annotations

import base64
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from probes.jsonobjects import part
from probes.kubeapi import refusal
from probes.outcomes import NetworkFailure
from provisioning.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from provisioning.lab.lab import Lab

_CREATED, _CONFLICT = 201, 409


def password() -> str:
    """Return a new password: 43 characters, none of which any of the lab's configuration files finds special."""
    return secrets.token_urlsafe(32)


def tsig_key() -> str:
    """Return a new key for HMAC-SHA-256, in base64 as name servers have it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def keep(
    lab: Lab, name: str, key: str, namespace: str, *copies: str, make: Callable[[], str] = password
) -> Secret:
    """Return the value of a Secret with one key, made if it is missing, with the same in the namespaces of the copies.

    A namespace that is missing is made, so that a value is there before whoever needs it.

    Raises:
        OSError: the API did not take it.
        CannotObserve: the API did not answer.

    """
    value = read(lab, name, key, namespace) or Secret(f"{name}/{key}", make())
    for each in (namespace, *copies):
        if read(lab, name, key, each) != value:
            _make_namespace(lab, each)
            encoded = base64.b64encode(value.reveal().encode()).decode()
            lab.apply(lab.render("secret.yaml", name=name, namespace=each, key=key, value=encoded))
    return value


def read(lab: Lab, name: str, key: str, namespace: str) -> Secret | None:
    """Return the value of a Secret's key; None if there is none. Raises CannotObserve as `Api.get`."""
    path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
    found = lab.api().get(f"Secret {namespace}/{name}", path, optional=True)
    encoded = part(found or {}, "data").get(key)
    return Secret(f"{name}/{key}", base64.b64decode(str(encoded)).decode()) if encoded else None


def add(lab: Lab, name: str, namespace: str, values: Mapping[str, Secret]) -> None:
    """Set keys of a Secret that is there, and leave its others alone.

    Raises:
        OSError: the API did not take it; ConnectionError: it did not answer.

    """
    encoded = {key: base64.b64encode(value.reveal().encode()).decode() for key, value in values.items()}
    what = f"Secret {namespace}/{name}"
    reply = lab.api().request(
        "PATCH",
        f"/api/v1/namespaces/{namespace}/secrets/{name}",
        what=what,
        body={"data": encoded},
        kind="application/merge-patch+json",
    )
    if isinstance(reply, NetworkFailure):
        msg = f"{what} could not be changed: {reply}"
        raise ConnectionError(msg)
    if reply.status != HTTPStatus.OK:
        msg = f"{what} could not be changed: {refusal(reply)}"
        raise OSError(msg)


def given(lab: Lab, name: str, key: str, namespace: str) -> Secret:
    """Return the value of a Secret's key that somebody else has made.

    Raises:
        OSError: it is not there.
        CannotObserve: as `Api.get`.

    """
    value = read(lab, name, key, namespace)
    if value is None:
        msg = f"the Secret {namespace}/{name} has no key '{key}'"
        raise OSError(msg)
    return value


def _make_namespace(lab: Lab, name: str) -> None:
    # Created and not applied: whoever the namespace belongs to may have applied it, with more in it.
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    what = f"namespace {name}"
    reply = lab.api().request("POST", "/api/v1/namespaces", what=what, body=body, kind="application/json")
    if isinstance(reply, NetworkFailure):
        msg = f"{what} could not be made: {reply}"
        raise ConnectionError(msg)
    if reply.status not in {_CREATED, _CONFLICT}:
        msg = f"{what} could not be made: {refusal(reply)}"
        raise OSError(msg)
