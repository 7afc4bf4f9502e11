"""Two questions to a Kubernetes API server about itself: is it ready, and can it write?"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probes.kubeapi import Api, refusal
from probes.outcomes import CannotObserve, NetworkFailure

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_OK = 200
_DENIED = (401, 403)
_ANNOTATION = "clusterspec/last-write"
_LATE = 3.0
"""So many seconds a busy server's refusal may come late: else it would be taken for a server that is not there."""


@dataclass(frozen=True, slots=True)
class HttpStatus:
    """The API server answered with this status. The text is not compared."""

    status: int
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return "ready" if self.status == _OK else f"HTTP {self.status}: {self.text}"


@dataclass(frozen=True, slots=True)
class ApiHealth:
    """Whether an API server says that it is ready. outcome: what came instead. `seconds` is not compared."""

    answering: bool
    outcome: HttpStatus | NetworkFailure
    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return (
            f"the API answers ({self.outcome})"
            if self.answering
            else f"the API does not answer: {self.outcome}"
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A write was confirmed. `seconds` is not compared."""

    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"written in {self.seconds * 1000:.0f} ms"


@dataclass(frozen=True, slots=True)
class WriteRefused:
    """The API server answered, and did not write; 500 or 504 without a quorum. The reason is not compared."""

    status: int
    reason: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"write refused: {self.reason}"


def api_health(
    vantage: Vantage, kubeconfig: Path, address: str | None = None, timeout: float = 5.0
) -> ApiHealth:
    """Ask an API server for /readyz; in about 2 x `timeout` seconds at most.

    Ready means that this server reaches its etcd; not that anything can be written (see `can_write`).

    Args:
        vantage: where from.
        kubeconfig: who asks.
        address: "HOST" or "HOST:PORT"; None for the kubeconfig's server.
        timeout: seconds to connect, and again to wait for the answer.

    Raises:
        CannotObserve: only when it could not be asked at all: no kubeconfig, no such vantage point. Whatever
            the API does or leaves undone is a value.

    """
    api = Api(kubeconfig, vantage, address=address, timeout=timeout)
    began = time.monotonic()
    reply = api.request("GET", "/readyz", what=f"the API at {api.server}")
    seconds = time.monotonic() - began
    if isinstance(reply, NetworkFailure):
        return ApiHealth(answering=False, outcome=reply, seconds=seconds)
    text = (
        refusal(reply) if reply.status in _DENIED else " ".join(reply.data.decode(errors="replace").split())
    )
    return ApiHealth(reply.status == _OK, HttpStatus(reply.status, text), seconds)


def can_write(
    vantage: Vantage,
    kubeconfig: Path,
    address: str | None = None,
    *,
    namespace: str,
    name: str,
    timeout: float = 10.0,
) -> Written | WriteRefused | NetworkFailure:
    """Write, and say whether it took. This is the only probe that changes anything.

    Whether etcd has a quorum shows only in a write: /readyz may answer from a server's memory, and a dry run
    never reaches etcd. So it sets an annotation, to a value never used before, on a Lease that exists for
    this and that nobody else reads; and it wants that value back in the answer.

    Args:
        vantage: where from.
        kubeconfig: who writes; needs the right to patch this Lease.
        address: "HOST" or "HOST:PORT"; None for the kubeconfig's server.
        namespace: of the Lease.
        name: of the Lease.
        timeout: seconds that the server is given; it takes 8 s more to get there and back, at most.

    Raises:
        CannotObserve: the Lease does not exist, or we may not write to it; or as `api_health`.

    """
    api = Api(kubeconfig, vantage, address=address, timeout=timeout + _LATE)
    nonce = uuid.uuid4().hex
    what = f"whether the API at {api.server} can write"
    lease = f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}"
    path = f"{lease}?timeout={max(1, int(timeout) - 1)}s"
    body = {"metadata": {"annotations": {_ANNOTATION: nonce}}}
    began = time.monotonic()
    reply = api.request("PATCH", path, what=what, body=body, kind="application/merge-patch+json")
    if isinstance(reply, NetworkFailure):
        return reply
    if reply.status in (*_DENIED, 404):
        raise CannotObserve(what, vantage.name, refusal(reply))
    if reply.status != _OK:
        return WriteRefused(reply.status, refusal(reply))
    try:
        echoed = json.loads(reply.data)["metadata"]["annotations"][_ANNOTATION]
    except (ValueError, KeyError, TypeError):
        echoed = None
    if echoed != nonce:
        return WriteRefused(reply.status, "the answer does not carry what was written")
    return Written(time.monotonic() - began)
