"""Every reference to a secret store, or to a generator, leads to one."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _secrets
from repository.rules._secrets import Use


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """References to stores and generators that no manifest defines."""
    known = {(each.kind, each.namespace, each.name) for each in (*repo.objects, *repo.written)}
    wide = {(kind, name) for kind, namespace, name in known if not namespace or kind.startswith("Cluster")}
    for one in _secrets.external(repo):
        for use in _secrets.stores(one):
            if use.kind == "ClusterSecretStore":
                if (use.kind, use.name) not in wide:
                    yield from _missing(repo, use)
            elif not _is_there(use, known, wide):
                yield from _missing(repo, use)
        for use in _secrets.generators(one):
            if not _is_there(use, known, wide) and ("ClusterGenerator", use.name) not in wide:
                yield from _missing(repo, use)


def _is_there(use: Use, known: set[tuple[str, str, str]], wide: set[tuple[str, str]]) -> bool:
    # What is written without a namespace gets one by Flux or Kustomize.
    return (use.kind, use.one.namespace, use.name) in known or (use.kind, use.name) in wide


def _missing(repo: Repository, use: Use) -> Iterator[Finding | Unsure]:
    if "${" in use.name:
        yield Unsure(use.place, str(use.one), f"which {use.kind} {use.name} will be")
        return
    same = sorted(
        {each.kind for each in repo.written if each.name == use.name and each.kind.endswith("SecretStore")}
    )
    hint = f"; there is a {same[0]} of that name" if same else ""
    yield Finding(
        use.place,
        str(use.one),
        f"it refers to {use.kind} {use.name}, which nothing defines{hint}",
        f"a {use.kind} of that name, or the name and kind of one that is there",
    )


RULE = Rule(
    slug="stores-resolve",
    decision="Every reference to a secret store leads to a store",
    rationale=(
        "An external secret whose store is not defined never becomes a secret, and its pods never start."
    ),
    incident="store-missing",
    applies=_secrets.none_external,
    check=check,
)
