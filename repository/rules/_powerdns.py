"""PowerDNS, the primary: as rendered objects, or as a release of a chart with the chart's own values under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repository.reading.helm import HelmRelease
from repository.repository import Repository
from repository.rules import _charts, _pods
from repository.values import Object, Place, get, line, maps


@dataclass(frozen=True, slots=True)
class Server:
    """An authoritative server. Exactly one of ``pods`` and ``release`` is there."""

    said: str
    namespace: str
    place: Place
    pods: Object | None = None
    release: HelmRelease | None = None

    def value(self, *path: str) -> tuple[Any, Place]:
        """What the chart's values say at this path, those of the release over those of the chart, and where.

        None at the place of the server when it is no release.
        """
        if self.release is None:
            return None, self.place
        own = self.release.object.get("spec", "values", *path)
        if own is not None:
            return own, self.release.object.at("spec", "values", *path)
        local = self.release.local
        if local and local.values:
            return get(local.values.body, *path), Place(local.values.file, line(local.values.body, *path))
        return get(self.release.values, *path), self.release.object.at("spec", "values")


def servers(repo: Repository) -> Iterator[Server]:
    """The authoritative servers that reach the cluster."""
    for one in repo.objects:
        if _pods.template(one) is not None and any(_is_server(each) for _, each in _pods.containers(one)):
            yield Server(str(one), one.namespace, one.at("metadata", "name"), pods=one)
    for release in repo.releases:
        if _charts.name_of(release) in {"pdns", "pdns-auth", "powerdns"}:
            yield Server(
                str(release), release.namespace, release.object.at("metadata", "name"), release=release
            )


def _is_server(container: dict[str, Any]) -> bool:
    image = str(container.get("image", "")).lower()
    return ("pdns" in image or "powerdns" in image) and not any(
        other in image for other in ("operator", "webhook", "recursor", "dnsdist", "admin", "exporter")
    )


def none(repo: Repository) -> str:
    """Why a rule about PowerDNS does not apply; an empty string when it does."""
    return "" if next(servers(repo), None) else "no authoritative PowerDNS is deployed from here"


def services(repo: Repository, server: Server) -> Iterator[Object]:
    """The services of a server's namespace that answer on port 53."""
    for one in repo.kinds("Service"):
        ports = [each.get("port") for each in maps(one.get("spec", "ports", default=[]))]
        if one.namespace == server.namespace and 53 in ports:  # noqa: PLR2004 - DNS
            yield one
