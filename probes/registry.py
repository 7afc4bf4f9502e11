"""What a registry that passes images on has kept of them.

Its list of tags would not tell: that one is asked of the registry behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from probes import http
from probes.outcomes import Malformed, NetworkFailure

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_OK = 200
_HARBOR = "/v2/"
"""Harbor has a project's images below this, a registry of its own kind has its prefix before it."""


def kept(
    vantage: Vantage, endpoint: str, roots: Path | None = None, *, timeout: float = 10.0
) -> frozenset[str] | NetworkFailure:
    """Return the names of the images that a registry has, in `timeout` seconds.

    Args:
        vantage: where from.
        endpoint: as nodes have it for a mirror: "https://HOST/v2/PROJECT" of Harbor (asked through its API, for a
            public project), or "https://HOST/PREFIX" of a distribution registry (asked for its catalogue).
        roots: whom to trust; None: whom this machine trusts.
        timeout: in seconds.

    """
    parts = urlsplit(endpoint)
    if parts.path.startswith(_HARBOR):
        project = parts.path.removeprefix(_HARBOR).strip("/")
        url = f"{parts.scheme}://{parts.netloc}/api/v2.0/projects/{quote(project)}/repositories?page_size=100"
    else:
        project, url = "", f"{endpoint.rstrip('/')}/v2/_catalog?n=1000"
    reply = http.get(vantage, url, verify=True if roots is None else roots, timeout=timeout)
    if isinstance(reply, NetworkFailure):
        return reply
    try:
        return _names(reply.json(), project) if reply.status == _OK else Malformed(str(reply))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Malformed(str(reply))


def _names(said: Any, project: str) -> frozenset[str]:
    if project:
        return frozenset(str(each["name"]).removeprefix(f"{project}/") for each in said)
    return frozenset(map(str, said["repositories"] or ()))
