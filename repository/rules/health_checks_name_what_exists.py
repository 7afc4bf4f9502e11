"""A health check names an object that the manifests bring, and bring in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repository.reading.flux import Cluster, FluxKustomization, Reference
from repository.reading.helm import HelmRelease
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _charts, _graph
from repository.values import Object

WORKLOADS = {"DaemonSet", "Deployment", "StatefulSet"}
MAKES_SECRETS = {"Certificate", "ExternalSecret", "SealedSecret", "VaultStaticSecret"}
BUILTIN = {"", "apps", "batch", "autoscaling", "networking.k8s.io", "policy", "rbac.authorization.k8s.io"}
"""Groups whose objects a chart or an operator may make; what is of another group is written by somebody."""


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """The health checks of objects that nobody makes, or that are made after the check."""
    for cluster in repo.clusters:
        before = _graph.before(cluster)
        for one in cluster.kustomizations:
            for checked in one.health_checks:
                if "${" not in checked.namespace + checked.name:
                    yield from _check(repo, cluster, one, checked, before)


def _check(
    repo: Repository,
    cluster: Cluster,
    one: FluxKustomization,
    checked: Reference,
    before: Mapping[_graph.Key, frozenset[_graph.Key]],
) -> Iterator[Finding | Unsure]:
    owners = {_graph.of_renderer(each.renderer) for each in cluster.objects if _is(each, checked)}
    unknown: list[HelmRelease] = []
    for release in _releases(repo, cluster):
        made = _made_by(release, checked)
        if made:
            owners.add(_graph.of_renderer(release.object.renderer))
        elif made is None:
            unknown.append(release)
    in_time = {one.key, *before[one.key], *(each.key for each in _graph.ancestors(cluster, one))}
    if owners & in_time:
        return
    if owners:
        late = "/".join(min(owners))
        found = f"it checks {checked}, which {late} brings, and does not depend on {late}"
        yield Finding(checked.place, str(one), found, f"a dependency on {late}, or no such check")
    elif unknown:
        names = ", ".join(sorted({each.chart for each in unknown}))
        yield Unsure(
            checked.place, str(one), f"whether there will be a {checked}: not rendered here: {names}"
        )
    elif _by_operator(cluster, checked):
        yield Unsure(checked.place, str(one), f"whether an operator makes the {checked}")
    elif one.path is not None:
        yield Finding(
            checked.place,
            str(one),
            f"it checks {checked}, and nothing makes that",
            "the name of an object that this Kustomization, or one that it depends on, brings",
        )


def _is(each: Object, checked: Reference) -> bool:
    group = checked.api_version.rpartition("/")[0]
    if each.kind == checked.kind and each.group == group:
        scoped = each.namespace == checked.namespace or not each.namespace or each.kind.startswith("Cluster")
        return each.name == checked.name and scoped
    if checked.kind == "Secret" and each.kind in MAKES_SECRETS and each.namespace == checked.namespace:
        names = {each.get("spec", "target", "name"), each.get("spec", "secretName")}
        return checked.name in (names - {None} or {each.name})
    return False


def _releases(repo: Repository, cluster: Cluster) -> Iterator[HelmRelease]:
    own = {id(each) for each in cluster.objects}
    keys = {(each.key, each.renderer) for each in cluster.kinds("HelmRelease")}
    return (
        each
        for each in repo.releases
        if id(each.object) in own or (each.object.key, each.object.renderer) in keys
    )


def _made_by(release: HelmRelease, checked: Reference) -> bool | None:
    """Whether a release makes the object; None when its chart is not known."""
    group = checked.api_version.rpartition("/")[0]
    if checked.kind == "CustomResourceDefinition":
        defined = _charts.groups(release)
        return checked.name.partition(".")[2] in defined if defined or _is_known(release) else None
    if release.namespace != checked.namespace:
        return False
    known = _charts.workloads(release)
    if known is None or group not in BUILTIN:
        return False if known is not None else None
    if checked.kind in WORKLOADS:
        return (checked.kind, checked.name) in known
    # A service, or a role, that is called like the workload; others cannot be told.
    return True if checked.name in {name for _, name in known} else None


def _is_known(release: HelmRelease) -> bool:
    return _charts.workloads(release) is not None


def _by_operator(cluster: Cluster, checked: Reference) -> bool:
    """Whether an object of somebody's own kind stands in that namespace, for which an operator may make others."""
    return any(
        each.namespace == checked.namespace
        and each.group not in BUILTIN
        and "fluxcd" not in each.group
        and (checked.name.startswith(each.name) or checked.kind == "Secret")
        for each in cluster.objects
    )


RULE = Rule(
    slug="health-checks-name-what-exists",
    decision="A health check names an object that the manifests bring",
    rationale=(
        "Flux waits until the timeout for an object that nobody makes, and whatever depends on it waits too."
    ),
    incident="health-check-of-nothing",
    applies=lambda repo: (
        _graph.no_cluster(repo.clusters)
        or ("" if any(each.health_checks for each in repo.kustomizations) else "there are no health checks")
    ),
    check=check,
)
