"""Only DNS-01 proves who we are."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.values import Object, maps, walk

SATISFIES = "a solver dns01"
ISSUERS = {"ClusterIssuer", "Issuer"}


def check(repo: Repository) -> Iterator[Finding]:
    """Solvers of another kind, of issuers and in the values of charts; ACME issuers without any."""
    for one in _issuers(repo):
        solvers = list(maps(one.get("spec", "acme", "solvers", default=[])))
        for number, solver in enumerate(solvers):
            if "http01" in solver:
                place = one.at("spec", "acme", "solvers", number, "http01")
                yield Finding(place, str(one), "a solver http01", SATISFIES)
        if not any("dns01" in each or "http01" in each for each in solvers):
            yield Finding(one.at("spec", "acme"), str(one), "no solver that can work", SATISFIES)
    for release in repo.releases:
        for path, value in walk(release.object.get("spec", "values", default={})):
            if path and path[-1] == "http01" and isinstance(value, dict) and "solvers" in path:
                place = release.object.at("spec", "values", *path)
                yield Finding(place, str(release), "a solver http01 in its values", SATISFIES)


def _issuers(repo: Repository) -> Iterator[Object]:
    found = {each.at(): each for each in (*repo.objects, *repo.written)}.values()
    return (
        each
        for each in found
        if each.kind in ISSUERS and each.group == "cert-manager.io" and each.get("spec", "acme", "server")
    )


RULE = Rule(
    slug="only-dns01",
    decision="Only DNS-01 proves who we are",
    rationale="The VPS passes only port 443 on to the cluster, so that an HTTP-01 challenge is never seen.",
    incident="http01-unreachable",
    applies=lambda repo: "" if next(_issuers(repo), None) else "no ACME issuer is configured here",
    check=check,
)
