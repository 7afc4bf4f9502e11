"""The API listens on IPv4."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _machines
from repository.values import Place

SAID = re.compile(r"[\"']?bind-address[\"']?\s*[=:]\s*[\"']([^\"'\s]*)[\"']")


def check(repo: Repository) -> Iterator[Finding]:
    """Addresses of the API server that are not of IPv4."""
    for place, said in _given(repo):
        if ":" in said:
            found = f"the API server is bound to {said}"
            yield Finding(place, "bind-address of the API server", found, "bind-address: 0.0.0.0")


def _given(repo: Repository) -> Iterator[tuple[Place, str]]:
    seen: set[tuple[Place, str]] = set()
    for at, path, value in _machines.values(repo):
        other = {"controllerManager", "proxy", "scheduler"} & set(path)
        is_address = path[-1:] == ("bind-address",) and isinstance(value, str)
        if is_address and not other and (at(*path), value) not in seen:
            seen.add((at(*path), value))
            yield at(*path), value
    for place, text in _machines.texts(repo):
        api = text.partition("apiServer")[2]
        for said in SAID.findall(api):
            if (place, said) not in seen:
                seen.add((place, said))
                yield place, said


def _applies(repo: Repository) -> str:
    return _machines.none(repo) or (
        ""
        if next(_given(repo), None)
        else "where the API listens is left to Talos, which chooses by the address family"
    )


RULE = Rule(
    slug="api-listens-on-ipv4",
    decision="The API listens on IPv4",
    rationale=("Bound to the IPv6 wildcard it did not answer at its VIP, and the CNI was never installed."),
    incident="apiserver-ipv6-bind",
    reads=("yaml", "hcl"),
    applies=_applies,
    check=check,
)
