"""Requests to the administration of what has an API of JSON over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes import http
from probes.http import Response
from probes.outcomes import CannotObserve
from probes.vantage import Vantage


def ask(
    vantage: Vantage,
    method: str,
    url: str,
    body: object,
    headers: Mapping[str, str],
    *,
    roots: Path | None = None,
    timeout: float,
) -> tuple[int, Any]:
    """Return the status of an answer and its JSON, None where it has none. Raises CannotObserve: there was no answer.

    body: as it is sent in JSON; None for none. roots: PEM file of the authorities to trust; None: this machine's own.
    """
    reply = http.request(
        vantage,
        method,
        url,
        verify=roots or True,
        headers={"Content-Type": "application/json", **headers},
        body=None if body is None else json.dumps(body).encode(),
        timeout=timeout,
    )
    if not isinstance(reply, Response):
        raise CannotObserve(f"{method} {url}", vantage.name, str(reply))
    try:
        return reply.status, reply.json() if reply.body else None
    except ValueError:
        return reply.status, None
