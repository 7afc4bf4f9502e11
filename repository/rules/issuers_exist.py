"""Every issuer that is asked for exists."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _issuers
from repository.values import walk


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """Certificates, annotations and values that name an issuer which no manifest of the cluster defines."""
    for cluster in repo.clusters:
        found = _issuers.issuers(cluster)
        known = {(each.kind, each.namespace if each.kind == "Issuer" else "", each.name) for each in found}
        names = ", ".join(sorted({str(each) for each in found})) or "none"
        for request in _issuers.requests(repo, cluster):
            key = request.kind, request.namespace if request.kind == "Issuer" else "", request.name
            if "${" in request.name:
                yield Unsure(request.place, request.by, f"which issuer {request.name} will be")
            elif key not in known and (maker := _maker(repo, request.name)):
                yield Unsure(
                    request.place, request.by, f"whether {maker} makes the {request.kind} {request.name}"
                )
            elif key not in known:
                said = f"it asks {request.kind} {request.name}, and there is {names}"
                yield Finding(
                    request.place, request.by, said, "the name and kind of an issuer that is defined"
                )


def _maker(repo: Repository, name: str) -> str:
    """A release whose values speak of an issuer of this name: its chart may make it. "" if there is none."""
    for release in repo.releases:
        for path, value in walk(release.values):
            if value == name and any("issuers" in str(each).lower() for each in path):
                return str(release)
    return ""


RULE = Rule(
    slug="issuers-exist",
    decision="Every issuer that is asked for exists",
    rationale="A certificate of an issuer that is not defined is never issued, and says so in its events only.",
    incident="issuer-missing",
    applies=_issuers.none,
    check=check,
)
