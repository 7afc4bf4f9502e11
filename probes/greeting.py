"""Who answers behind an address: the pods that the specification starts say their own name over HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes import http
from probes.outcomes import Malformed, NetworkFailure

if TYPE_CHECKING:
    from probes.kubeapi import Api
    from probes.vantage import Vantage

PORT = 8080
"""Where these pods listen."""
_OK = 200


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a pod said of itself. No other pod says the same: its namespace's name is used once."""

    namespace: str
    pod: str
    node: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.namespace}/{self.pod} on {self.node}"


def ask(vantage: Vantage, host: str, port: int = PORT, *, timeout: float = 10.0) -> Greeting | NetworkFailure:
    """Ask whoever answers at this place who it is; in `timeout` seconds, the way into a pod included.

    Raises as `probes.http.request`.
    """
    reply = http.get(vantage, f"http://{host}:{port}/", timeout=timeout)
    return reply if isinstance(reply, NetworkFailure) else parse(reply.status, reply.body)


def ask_through_api(api: Api, namespace: str, pod: str) -> Greeting | NetworkFailure:
    """Ask a pod who it is by way of an API server, which then opens the connection to the pod itself."""
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}:{PORT}/proxy/"
    reply = api.request("GET", path, what=f"pod {namespace}/{pod}")
    return reply if isinstance(reply, NetworkFailure) else parse(reply.status, reply.data)


def parse(status: int, body: bytes) -> Greeting | Malformed:
    """Read what somebody answered over HTTP; Malformed when it is no greeting."""
    try:
        said = json.loads(body)
        greeting = Greeting(said["namespace"], said["pod"], said["node"])
    except (ValueError, KeyError, TypeError):
        return Malformed(f"HTTP {status}, not a greeting: {body[:200]!r}")
    return greeting if status == _OK else Malformed(f"HTTP {status} with the greeting of {greeting}")
