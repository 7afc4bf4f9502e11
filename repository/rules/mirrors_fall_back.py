"""A registry mirror has a fallback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _machines
from repository.rules._words import rows, table
from repository.values import Place, get

UPSTREAMS = {"docker.io": ("registry-1.docker.io", "docker.io", "index.docker.io", "mirror.gcr.io")}
"""Hosts of a registry that is called otherwise."""


def check(repo: Repository) -> Iterator[Finding]:
    """Mirrors of which nothing is left when one host is down.

    Talos, like containerd, goes on to the registry itself unless ``skipFallback`` says otherwise; a list of
    endpoints on one host, with that set, has no fallback.
    """
    for registry, mirror, place in _mirrors(repo):
        endpoints = [str(get(each, "url", default=each)) for each in rows(mirror.get("endpoints"))]
        hosts = {urlsplit(each).hostname for each in endpoints}
        upstream = hosts & set(UPSTREAMS.get(registry, (registry,)))
        if mirror.get("skipFallback") is True and not upstream and len(hosts) < 2:  # noqa: PLR2004 - one is none
            said = (
                f"{registry} is mirrored by {', '.join(endpoints) or 'nothing'} only, and skipFallback is set"
            )
            yield Finding(place, f"mirror of {registry}", said, "the registry itself as the last endpoint")


def _mirrors(repo: Repository) -> Iterator[tuple[str, dict[str, Any], Place]]:
    for at, path, value in _machines.values(repo):
        given = table(value)
        if path and path[-1] == "mirrors":
            for registry, mirror in given.items():
                if get(mirror, "endpoints"):
                    yield registry, table(mirror), at(*path, registry)
        elif given.get("kind") == "RegistryMirrorConfig":
            yield str(given.get("name")), given, at(*path)


RULE = Rule(
    slug="mirrors-fall-back",
    decision="A registry mirror has a fallback",
    rationale=(
        "Harbor runs in the cluster that pulls through it. Without a second endpoint nothing can be pulled before "
        "Harbor is there, nor when it is down."
    ),
    incident="mirror-without-fallback",
    reads=("yaml", "hcl"),
    applies=lambda repo: "" if next(_mirrors(repo), None) else "no registry mirror is configured here",
    check=check,
)
