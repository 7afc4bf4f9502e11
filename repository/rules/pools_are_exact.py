"""Pools are exact and do not overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _pools, _words
from repository.rules._pools import Part
from repository.values import Object, Place, walk

ADDRESSES = {
    "metallb.universe.tf/loadBalancerIPs",
    "metallb.io/loadBalancerIPs",
    "io.cilium/lb-ipam-ips",
    "lbipam.cilium.io/ips",
}
POOL = {"metallb.universe.tf/address-pool", "metallb.io/address-pool"}
_RANGES, _AUTO_ASSIGN = "ranges", "auto-assign"
"""The requirements of the rule."""


def check(repo: Repository) -> Iterator[Finding]:
    """Parts that are no range, that overlap, that are given to whoever asks, and services outside of them."""
    for cluster, pools in _pools.clusters(repo):
        parts = [part for pool in pools for part in _pools.parts(pool) if not part.is_other]
        for part in parts:
            yield from _range(part)
        yield from _overlaps(parts)
        yield from _reserved(repo, cluster, parts)
        yield from _services(repo, cluster, parts)


def _range(part: Part) -> Iterator[Finding]:
    if part.ends is None:
        found = (
            f"{part.said} is no network and no range"
            if "/" not in part.said
            else f"{part.said} has host bits"
        )
        yield Finding(
            part.place, str(part.pool), found, "a network without host bits, or FIRST-LAST", _RANGES
        )
    elif part.ends[0] > part.ends[1]:
        yield Finding(part.place, str(part.pool), f"{part.said} ends before it begins", "FIRST-LAST", _RANGES)


def _overlaps(parts: list[Part]) -> Iterator[Finding]:
    ranges = [(each, each.ends) for each in parts if each.ends]
    for (one, (first, last)), (other, (begin, end)) in combinations(ranges, 2):
        if first <= end and begin <= last:
            found = f"{other.said} overlaps {one.said} of {one.pool} ({one.place})"
            yield Finding(other.place, str(other.pool), found, "pools without a common address", _RANGES)


def _reserved(repo: Repository, cluster: Cluster, parts: list[Part]) -> Iterator[Finding]:
    """Pools of one address, which a service asks for by name, that give it to whoever comes first."""
    if not any(each.kind == "IPAddressPool" for each in _pools.pools(cluster.objects)):
        return
    asked = {str(ip) for _, _, ip, _ in _requests(repo, cluster) if ip}
    for part in parts:
        pool = part.pool
        alone = len(pool.get("spec", "addresses", default=[])) == 1
        open_to_all = pool.get("spec", "autoAssign", default=True) is True
        if part.single and alone and open_to_all and part.said.partition("-")[0].partition("/")[0] in asked:
            found = (
                f"its only address, {part.said}, is asked for by name, and given to whoever asks (autoAssign)"
            )
            yield Finding(pool.at("spec", "autoAssign"), str(pool), found, "autoAssign: false", _AUTO_ASSIGN)


def _services(repo: Repository, cluster: Cluster, parts: list[Part]) -> Iterator[Finding]:
    names = {each.pool.name for each in parts}
    whole = not any(part.is_other for pool in _pools.pools(cluster.objects) for part in _pools.parts(pool))
    for by, place, ip, pool in _requests(repo, cluster):
        if pool and pool not in names and "${" not in pool:
            yield Finding(
                place, by, f"it asks for the pool {pool}, which is not defined", "the name of a pool", _RANGES
            )
        for address in _words.addresses(ip):
            inside = [each for each in parts if each.ends and each.ends[0] <= address <= each.ends[1]]
            if not inside and whole:
                yield Finding(
                    place, by, f"it asks for {address}, which is in no pool", "an address of a pool", _RANGES
                )


def _requests(repo: Repository, cluster: Cluster) -> Iterator[tuple[str, Place, str, str]]:
    """Who asks for an address or a pool: the name, the place, the address or "", the pool or ""."""
    for one in cluster.kinds("Service"):
        yield from _of(one, str(one), ())
    applied = {(each.key, each.renderer) for each in cluster.kinds("HelmRelease")}
    for release in repo.releases:
        if (release.object.key, release.object.renderer) in applied:
            yield from _of(release.object, str(release), ("spec", "values"))


def _of(one: Object, said: str, below: tuple[str, ...]) -> Iterator[tuple[str, Place, str, str]]:
    for path, value in walk(one.get(*below, default={})):
        key = str(path[-1]) if path else ""
        if isinstance(value, str) and not re.search(r"\$\{", value):
            if key in ADDRESSES or (key == "loadBalancerIP" and value):
                yield said, one.at(*below, *path), value, ""
            elif key in POOL:
                yield said, one.at(*below, *path), "", value


RULE = Rule(
    slug="pools-are-exact",
    decision="Pools are exact and do not overlap",
    rationale=(
        "The VPS and the parent zone know the ingress and the DNS VIP by address. A pool that gives addresses to "
        "whoever asks must not hold them."
    ),
    incident="address-pool-drift",
    applies=_pools.none,
    check=check,
)
