"""Terraform manages the CNI, not Flux."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _charts, _graph

CHARTS = {
    "antrea",
    "calico",
    "canal",
    "cilium",
    "flannel",
    "kube-ovn",
    "kube-router",
    "tigera-operator",
    "weave-net",
}
"""Charts that install a CNI."""
PROGRAMS = {
    "calico-node",
    "cilium",
    "cilium-operator",
    "kube-flannel",
    "kube-flannel-ds",
    "kube-router",
    "weave-net",
}
"""Names of the workloads of a CNI, where no chart makes them."""
SATISFIES = "the CNI among the resources of layer 01 (Terraform), and not in anything that Flux applies"


def check(repo: Repository) -> Iterator[Finding]:
    """The releases and workloads of a CNI that Flux applies."""
    for release in repo.releases:
        if _charts.name_of(release) in CHARTS and any(
            release.object in each.objects for each in repo.clusters
        ):
            found = f"Flux installs the chart {_charts.name_of(release)}"
            yield Finding(release.object.at("spec"), str(release), found, SATISFIES)
    for cluster in repo.clusters:
        for one in cluster.kinds("DaemonSet", "Deployment"):
            if one.name in PROGRAMS:
                yield Finding(
                    one.at("metadata", "name"), str(one), "Flux applies a CNI's own workload", SATISFIES
                )


RULE = Rule(
    slug="cni-not-by-flux",
    decision="Terraform manages the CNI, not Flux",
    rationale=(
        "Workers need the CNI before they can pull any image, and GitOps that manages the network it runs on is a "
        "circular dependency. While Flux changed it, every worker stayed NotReady."
    ),
    incident="flux-manages-cni",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
