"""The credentials of a single sign-on client have one source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from repository.reading.hcl import Block
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _secrets
from repository.rules._words import strings
from repository.values import Expression, Object, Place

CREDENTIAL = re.compile(r"client[_-]?secret|oidc|oauth", re.IGNORECASE)
PROVIDERS = re.compile(r"^(authentik_provider_oauth2|keycloak_openid_client|zitadel_application_oidc)$")
SATISFIES = "one path of Vault that Terraform writes, and from which both ends read"


def check(repo: Repository) -> Iterator[Finding]:
    """Credentials that a generator makes for one end only, or that two places make."""
    for one in _secrets.external(repo):
        if _is_credential(one):
            for use in _secrets.generators(one):
                found = f"{use.kind} {use.name} makes this end's credentials, and the provider has others"
                yield Finding(use.place, str(one), found, SATISFIES)
    yield from _two_paths(repo)
    yield from _terraform(repo)


def _is_credential(one: Object) -> bool:
    target = str(one.get(*_secrets.spec_path(one), "target", "name", default=""))
    keys = [key for key, _, _ in _secrets.remote(one)] + list(
        one.get("spec", "target", "template", "data", default={})
    )
    return any(re.search(r"client[_-]?secret", key, re.IGNORECASE) for key in keys) or bool(
        re.search(r"(oidc|oauth).*(client|secret)|client-secret", f"{one.name} {target}", re.IGNORECASE)
    )


def _two_paths(repo: Repository) -> Iterator[Finding]:
    """Client secrets that one target gets from two paths of the store."""
    sources: dict[tuple[str, str], list[tuple[str, Place, Object]]] = defaultdict(list)
    for one in _secrets.external(repo):
        target = str(one.get("spec", "target", "name", default=one.name))
        for key, path, place in _secrets.remote(one):
            if re.search(r"client[_-]?(secret|id)", key, re.IGNORECASE):
                sources[one.namespace, target].append((path.removeprefix("kv/"), place, one))
    for found in sources.values():
        first = found[0][0]
        for path, place, one in found[1:]:
            if path != first:
                yield Finding(place, str(one), f"client credentials from {first} and from {path}", SATISFIES)


def _terraform(repo: Repository) -> Iterator[Finding]:
    """Clients of an identity provider whose secret is written out, or made and given to nobody else."""
    for block in repo.blocks:
        if block.kind != "resource" or not block.labels or not PROVIDERS.match(block.labels[0]):
            continue
        secret = block.body.get("client_secret")
        if isinstance(secret, str) and not isinstance(secret, Expression) and "${" not in secret:
            yield Finding(
                block.at("client_secret"), str(block), "its client_secret is written out", SATISFIES
            )
            continue
        made = re.search(r"random_(?:password|string|id)\.\w+", str(secret))
        if made and not _is_stored(repo, block, made[0]):
            found = f"{made[0]} makes its secret, and nothing stores that in Vault"
            yield Finding(block.at("client_secret"), str(block), found, SATISFIES)


def _is_stored(repo: Repository, block: Block, made: str) -> bool:
    folder = PurePosixPath(block.file).parent
    return any(
        made in text
        for other in repo.blocks
        if PurePosixPath(other.file).parent == folder and other.labels and "vault" in other.labels[0]
        for _, text in strings(other.body)
    )


def _applies(repo: Repository) -> str:
    if any(
        each.labels and PROVIDERS.match(each.labels[0]) for each in repo.blocks if each.kind == "resource"
    ):
        return ""
    found = any(_is_credential(one) for one in _secrets.external(repo))
    return "" if found else "no credentials of a single sign-on client are managed here"


RULE = Rule(
    slug="sso-has-one-source",
    decision="The credentials of a single sign-on client have one source",
    rationale=(
        "Both ends must hold the same secret. Two generators gave each end its own, and every login failed."
    ),
    incident="sso-two-sources",
    reads=("yaml", "rendered", "hcl"),
    applies=_applies,
    check=check,
)
