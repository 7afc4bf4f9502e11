"""Bootstrap secrets are sealed, and only those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _graph, _layers, _secrets
from repository.values import Object


def check(repo: Repository) -> Iterator[Finding]:
    """What is sealed although Vault is there, and what is asked of Vault before it is there."""
    persistent = _of_layer_00(repo)
    for cluster in repo.clusters:
        before = _graph.before(cluster)
        stores = {
            (each.kind, each.name): _graph.of_renderer(each.renderer)
            for each in cluster.kinds("ClusterSecretStore", "SecretStore")
        }
        for one in cluster.kinds("SealedSecret"):
            yield from _sealed(one, before, stores, persistent)
        yield from _external(repo, cluster, before, stores)


def _of_layer_00(repo: Repository) -> str:
    """All that layer 00 says: the files that it seals are named there."""
    texts = [
        _layers.text_of(block) for each in _layers.layers(repo) if each.number == 0 for block in each.blocks
    ]
    texts += [each.text for each in repo.scripts if "/00-" in f"/{each.place.file}"]
    return "\n".join(texts)


def _sealed(
    one: Object,
    before: Mapping[_graph.Key, frozenset[_graph.Key]],
    stores: Mapping[tuple[str, str], _graph.Key],
    persistent: str,
) -> Iterator[Finding]:
    after = sorted(
        {"/".join(key) for key in stores.values() if key in before.get(_graph.of_renderer(one.renderer), ())}
    )
    if after and one.file not in persistent:
        yield Finding(
            one.at("kind"),
            str(one),
            f"it is sealed, and comes after the secret store of Kustomization {after[0]}, which could have it",
            "an ExternalSecret; or a sealed secret that layer 00 writes, if it must survive the cluster",
        )


def _external(
    repo: Repository,
    cluster: Cluster,
    before: Mapping[_graph.Key, frozenset[_graph.Key]],
    stores: Mapping[tuple[str, str], _graph.Key],
) -> Iterator[Finding]:
    own = set(map(id, cluster.objects))
    for one in (each for each in _secrets.external(repo) if id(each) in own):
        user = _graph.of_renderer(one.renderer)
        for use in _secrets.stores(one):
            provider = stores.get((use.kind, use.name))
            if provider is not None and user in before.get(provider, ()):
                yield Finding(
                    use.place,
                    str(one),
                    f"{use.kind} {use.name} of Kustomization {'/'.join(provider)} waits for this Kustomization",
                    "a SealedSecret: what comes before Vault cannot ask it",
                )


def _applies(repo: Repository) -> str:
    if any(cluster.kinds("SealedSecret", "ExternalSecret") for cluster in repo.clusters):
        return ""
    return _graph.no_cluster(repo.clusters) or "neither SealedSecrets nor ExternalSecrets are used here"


RULE = Rule(
    slug="sealed-are-for-bootstrap",
    decision="Bootstrap secrets are sealed, and only those",
    rationale="What is sealed is renewed by a commit only, and what needs Vault cannot come before it.",
    incident="sealed-at-runtime",
    reads=("yaml", "rendered", "hcl"),
    applies=_applies,
    check=check,
)
