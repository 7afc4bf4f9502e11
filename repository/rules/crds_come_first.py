"""A kind is defined before it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from repository.reading.flux import Cluster
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _charts, _graph
from repository.values import Object

BUILTIN = (
    "",
    "apps",
    "batch",
    "autoscaling",
    "policy",
    "extensions",
    "events.k8s.io",
    "internal.apiserver.k8s.io",
)
OF_KUBERNETES = (
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
)
OF_FLUX = (".toolkit.fluxcd.io", "source.extensions.fluxcd.io", "fluxcd.controlplane.io")
"""Groups that are there as soon as Flux is."""


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """For each Kustomization and group of kinds: objects that come before the group is defined."""
    bootstrap = {group for chart in _charts.beforehand(repo) for group in _charts.GROUPS.get(chart, ())}
    for cluster in repo.clusters:
        before = _graph.before(cluster)
        providers = _providers(repo, cluster)
        for (renderer, group), used in _used(cluster).items():
            key = _graph.of_renderer(renderer)
            first = used[0]
            what = str(first) + (f" and {len(used) - 1} more" if len(used) > 1 else "")
            if group in bootstrap or any(each.in_time(key, before) for each in providers.get(group, ())):
                continue
            if group not in providers:
                yield Unsure(
                    first.at("kind"), what, f"no manifest here is known to define the kinds of {group}"
                )
                continue
            by = min(each.said for each in providers[group])
            if _is_blind(repo, cluster, before.get(key, frozenset())):
                why = f"not all of what comes before Kustomization {renderer} was read; it may define {group}"
                yield Unsure(first.at("kind"), what, why)
                continue
            yield Finding(
                first.at("kind"),
                what,
                f"Kustomization {renderer} uses kinds of {group}, and does not come after {by}, which defines them",
                f"a dependency on the Kustomization of {by}",
            )


def _is_blind(repo: Repository, cluster: Cluster, keys: frozenset[_graph.Key]) -> bool:
    """Whether one of these Kustomizations, or one that they yield, yields something that was not read."""
    renderers = {"/".join(key) for key in keys}
    earlier = [
        each for each in cluster.kustomizations if each.key in keys or each.object.renderer in renderers
    ]
    unread = [each.place.file for each in repo.unread if each.kind == "rendered"]
    return any(
        each.path is None or any(file.startswith(f"{each.path}/") for file in unread) for each in earlier
    )


class _Provider:
    """Something that defines kinds: a CRD that is written out, or a chart that brings it."""

    def __init__(self, key: _graph.Key, said: str, *, staged: bool) -> None:
        self.key, self.said, self._staged = key, said, staged

    def in_time(self, user: _graph.Key, before: Mapping[_graph.Key, frozenset[_graph.Key]]) -> bool:
        """Whether the kinds are there when the user is applied.

        Flux applies the CRDs of a Kustomization before the rest of it; those of a chart come after all of it.
        """
        return self.key in before.get(user, ()) or (self._staged and self.key == user)


def _providers(repo: Repository, cluster: Cluster) -> dict[str, list[_Provider]]:
    found: dict[str, list[_Provider]] = defaultdict(list)
    for one in cluster.kinds("CustomResourceDefinition"):
        key = _graph.of_renderer(one.renderer)
        found[str(one.get("spec", "group"))].append(_Provider(key, str(one), staged=True))
    keys = {(each.key, each.renderer) for each in cluster.kinds("HelmRelease")}
    for release in repo.releases:
        if (release.object.key, release.object.renderer) in keys:
            for group in _charts.groups(release):
                key = _graph.of_renderer(release.object.renderer)
                found[group].append(_Provider(key, str(release), staged=False))
    return found


def _used(cluster: Cluster) -> Mapping[tuple[str, str], list[Object]]:
    used: dict[tuple[str, str], list[Object]] = defaultdict(list)
    for one in cluster.objects:
        if one.group not in (*BUILTIN, *OF_KUBERNETES) and not one.group.endswith(OF_FLUX):
            used[one.renderer, one.group].append(one)
    return used


RULE = Rule(
    slug="crds-come-first",
    decision="A kind is defined before it is used",
    rationale=(
        "On a fresh cluster the API refuses objects of a kind that is not defined yet. On the old one it worked."
    ),
    incident="crd-before-cr",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
