"""One switch decides between staging and production."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _issuers
from repository.values import Object

CHOICE = re.compile(r"(?:^|/)(staging|production|prod)/?$")
SATISFIES = "one place that chooses, for issuers and trust alike"


def check(repo: Repository) -> Iterator[Finding]:
    """Clusters whose certificates come from both environments, or that choose in more than one place."""
    for cluster in repo.clusters:
        yield from _mixed(repo, cluster)
        yield from _choices(cluster)


def _mixed(repo: Repository, cluster: Cluster) -> Iterator[Finding]:
    known = {
        (each.kind, each.namespace if each.kind == "Issuer" else "", each.name): each
        for each in _issuers.issuers(cluster)
    }
    asked: dict[str, list[tuple[_issuers.Request, Object]]] = {}
    for request in _issuers.requests(repo, cluster):
        key = request.kind, request.namespace if request.kind == "Issuer" else "", request.name
        if (issuer := known.get(key)) and (environment := _issuers.environment(issuer)):
            asked.setdefault(environment, []).append((request, issuer))
    if len(asked) > 1:
        fewer = min(asked, key=lambda each: len(asked[each]))
        other = next(each for each in asked if each != fewer)
        for request, issuer in asked[fewer]:
            found = (
                f"its certificate is from {issuer} ({fewer}), and {len(asked[other])} others are from {other}"
            )
            yield Finding(request.place, request.by, found, SATISFIES)


def _choices(cluster: Cluster) -> Iterator[Finding]:
    """Kustomizations that choose an environment by their folder, and yield issuers or trust."""
    first: tuple[str, str] | None = None
    for one in cluster.kustomizations:
        found = CHOICE.search(one.path or "")
        if found and one.path != cluster.root.path and _is_of_acme(cluster, "/".join(one.key)):
            chosen = "production" if found[1] == "prod" else found[1]
            if first:
                said = f"it chooses {chosen}, and {first[0]} has chosen {first[1]}"
                yield Finding(one.object.at("spec", "path"), str(one), said, SATISFIES)
            first = first or (str(one), chosen)


def _is_of_acme(cluster: Cluster, renderer: str) -> bool:
    return any(
        (each.kind in {"ClusterIssuer", "Issuer"} and bool(_issuers.environment(each)))
        or each.kind == "Bundle"
        for each in cluster.objects
        if each.renderer == renderer
    )


RULE = Rule(
    slug="one-acme-switch",
    decision="One switch decides between staging and production",
    rationale=(
        "Production has a rate limit that a few rebuilds exhaust. With two places to change, one is forgotten."
    ),
    incident="profile-mixed",
    applies=lambda repo: (
        _issuers.none(repo)
        or (
            ""
            if any(_issuers.environment(one) for each in repo.clusters for one in _issuers.issuers(each))
            else "no ACME issuer reaches a cluster from here"
        )
    ),
    check=check,
)
