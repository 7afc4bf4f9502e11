"""Objects in the cluster's API: how ours are marked, and how any is written and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urllib3 import BaseHTTPResponse

from probes.kubeapi import Api, refusal
from probes.outcomes import CannotObserve, NetworkFailure
from workbench.run import Run

MANAGER = "clusterspec"
_OURS = "app.kubernetes.io/managed-by"
_RUN = "clusterspec/run"
SELECTOR = f"{_OURS}={MANAGER},{_RUN}"
"""Finds ours: with the run's own label too, since the platform itself may be managed by the same name."""
JSON = "application/json"
_ABSENT = 404
_OK = range(200, 300)
_NOT_NOW = range(500, 600)
"""As when a webhook was too slow for the API; what the object itself is refused for is below."""


def labels(run: Run) -> dict[str, str]:
    """Return what all objects of a run are marked with."""
    return {_OURS: MANAGER, _RUN: run.id}


def answer(
    api: Api, method: str, path: str, what: str, body: Mapping[str, Any] | None, content: str = JSON
) -> BaseHTTPResponse:
    """Return what the API says. Raises CannotObserve where it may say something else when it is asked again."""
    reply = api.request(method, path, what=what, body=body, kind=content)
    if isinstance(reply, NetworkFailure):
        raise CannotObserve(what, api.vantage.name, str(reply))
    if reply.status in _NOT_NOW:
        raise CannotObserve(what, api.vantage.name, refusal(reply))
    return reply


def must_be_taken(api: Api, reply: BaseHTTPResponse, what: str, *fine: int) -> None:
    """Return where the API took what it was asked for, or answered one of these. Raises CannotObserve."""
    if reply.status not in {*_OK, *fine}:
        raise CannotObserve(what, api.vantage.name, refusal(reply))


def send(api: Api, method: str, path: str, what: str, body: Mapping[str, Any], *fine: int) -> None:
    """Have the API do something. Raises CannotObserve: it did not, and answered none of the statuses in ``fine``."""
    must_be_taken(api, answer(api, method, path, what, body), what, *fine)


def delete(api: Api, path: str, what: str) -> None:
    """Remove an object with all that it owns, in the background. What is gone already is fine. Raises CannotObserve."""
    send(api, "DELETE", path, what, {"propagationPolicy": "Background"}, _ABSENT)
