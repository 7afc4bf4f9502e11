"""Advertised routes are networks, and they cover the pools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _pools, _words
from repository.rules.gates_wait_for_what_exists import vips
from repository.values import Place, walk

ROUTES = re.compile(r"(?:--advertise-routes|TS_ROUTES|advertise_routes)[=\s]+[\"']?([0-9./,]+)")
KEYS = {"advertiseRoutes", "advertise_routes", "TS_ROUTES"}


@dataclass(frozen=True, slots=True)
class Route:
    """A route as it is written. ``network`` is None when it is none."""

    said: str
    place: Place
    network: IPv4Network | None


def check(repo: Repository) -> Iterator[Finding]:
    """Routes that are no network, pools that no route covers, and a VIP outside of them."""
    routes = list(_routes(repo))
    for route in routes:
        if route.network is None:
            found = f"{route.said} is no network: it has host bits, or is no address"
            yield Finding(route.place, f"route {route.said}", found, "a network without host bits")
    networks = [each.network for each in routes if each.network]
    if not networks or len(networks) < len(routes):
        return
    said = ", ".join(sorted(map(str, networks)))
    for _, pools in _pools.clusters(repo):
        for part in (
            part for pool in pools for part in _pools.parts(pool) if part.ends and not part.is_other
        ):
            if part.ends and not all(any(end in network for network in networks) for end in part.ends):
                found = f"{part.said} is not covered by what is advertised: {said}"
                yield Finding(part.place, str(part.pool), found, "a route that covers the pool")
    for vip in sorted(vips(repo)):
        if not any(vip in network for network in networks):
            found = f"the VIP of the API, {vip}, is not covered by what is advertised: {said}"
            yield Finding(routes[0].place, f"route {routes[0].said}", found, "a route that covers the VIP")


def _routes(repo: Repository) -> Iterator[Route]:
    seen: set[tuple[str, Place]] = set()
    for place, said in _written(repo):
        for each in filter(None, said.split(",")):
            if (each, place) not in seen and ":" not in each:
                seen.add((each, place))
                yield Route(each, place, _network(each))


def _written(repo: Repository) -> Iterator[tuple[Place, str]]:
    for place, text in _words.everywhere(repo):
        yield from ((place, found) for found in ROUTES.findall(text))
    for document in repo.documents:
        for path, value in walk(document.body):
            if path and path[-1] in KEYS:
                given = _words.rows(value) or [value]
                yield from ((document.at(*path), str(each)) for each in given if re.match(r"\d", str(each)))


def _network(said: str) -> IPv4Network | None:
    try:
        return IPv4Network(said)
    except ValueError:
        return None


RULE = Rule(
    slug="routes-cover-the-pools",
    decision="Advertised routes are networks, and they cover the pools",
    rationale="A route with host bits stopped the tailnet on every controller, and the VPS lost the cluster.",
    incident="tailscale-bad-cidr",
    reads=("yaml", "rendered", "hcl", "shell"),
    applies=lambda repo: "" if any(True for _ in _routes(repo)) else "no route is advertised from here",
    check=check,
)
