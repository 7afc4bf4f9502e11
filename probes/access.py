"""What somebody may do with an API, without doing it: whoever asks is impersonated, and changes are dry runs.

Authentication is the asker's own (who needs the right to impersonate); authorisation and admission are those
of the impersonated identity, and the API server goes through all of them in a dry run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import urllib3

from probes.kubeapi import refusal
from probes.outcomes import CannotObserve, classify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probes.kubeapi import Api

_OK = range(200, 300)
_DENIALS = (401, 403)
_TIMEOUT = 10.0
_MERGE = "application/merge-patch+json"
_NODES = "system:nodes"
_ANNOTATION = "clusterspec/dry-run"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is impersonated; an API adds the groups that everybody has."""

    user: str
    group: str | None = None

    @property
    def is_node(self) -> bool:
        """It is that of a node's kubelet."""
        return self.group == _NODES

    @classmethod
    def of_node(cls, name: str) -> Identity:
        """Return the identity of a node's kubelet."""
        return cls(f"system:node:{name}", _NODES)

    @classmethod
    def of_account(cls, namespace: str, name: str) -> Identity:
        """Return the identity of a service account."""
        return cls(f"system:serviceaccount:{namespace}:{name}")


@dataclass(frozen=True, slots=True)
class Allowed:
    """It is allowed. identity: who asked, None for the asker itself; path: of what was asked for. Not compared."""

    identity: Identity | None = field(default=None, compare=False)
    path: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return "allowed"


@dataclass(frozen=True, slots=True)
class Denied:
    """It is refused: 401, nobody knows who that is; 403, not to this one. The words are not compared."""

    status: int
    reason: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return self.reason or f"denied ({self.status})"


def may_read_secrets(api: Api, identity: Identity | None = None) -> Allowed | Denied:
    """Tell whether somebody may list the secrets of all namespaces; without an identity, the asker."""
    return _ask(api, identity, "GET", "/api/v1/secrets?limit=1", "the secrets")


def may_annotate_node(api: Api, identity: Identity, node: str) -> Allowed | Denied:
    """Tell whether somebody may annotate a node. Nothing is changed."""
    body = {"metadata": {"annotations": {_ANNOTATION: identity.user}}}
    return _ask(api, identity, "PATCH", f"/api/v1/nodes/{node}?dryRun=All", f"node {node}", body)


def _ask(
    api: Api,
    identity: Identity | None,
    method: str,
    path: str,
    what: str,
    body: Mapping[str, Any] | None = None,
) -> Allowed | Denied:
    """Send one request as somebody else.

    Raises:
        CannotObserve: there was no answer, or neither a yes nor a no; also when the asker may not impersonate.

    """
    headers = {"Accept": "application/json", "Connection": "close", "Content-Type": _MERGE}
    for auth in api.client.configuration.auth_settings().values():
        headers[auth["key"]] = auth["value"]
    if identity is not None:
        headers["Impersonate-User"] = identity.user
        if identity.group:
            headers["Impersonate-Group"] = identity.group
    pools: urllib3.PoolManager = api.client.rest_client.pool_manager
    seen = f"what {identity.user if identity else 'the operator'} may do with {what}"
    try:
        reply = pools.request(
            method,
            api.server + path,
            headers=headers,
            body=None if body is None else json.dumps(body).encode(),
            timeout=_TIMEOUT,
            redirect=False,
            retries=False,
        )
    except (urllib3.exceptions.HTTPError, OSError) as error:
        why = classify(error, after=_TIMEOUT) or error
        raise CannotObserve(seen, api.vantage.name, str(why)) from error
    if reply.status in _OK:
        return Allowed(identity, path.partition("?")[0])
    if reply.status in _DENIALS and "impersonate" not in refusal(reply):
        return Denied(reply.status, refusal(reply))
    raise CannotObserve(seen, api.vantage.name, refusal(reply))
