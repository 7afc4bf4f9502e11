"""Talos manages CoreDNS, not Flux."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _charts, _graph

KINDS = ("ConfigMap", "DaemonSet", "Deployment", "Service")
SATISFIES = "CoreDNS left to Talos, and what must be added to it in the machine configuration"


def check(repo: Repository) -> Iterator[Finding]:
    """Whatever Flux writes of the cluster's own CoreDNS."""
    for cluster in repo.clusters:
        for one in cluster.kinds(*KINDS):
            if one.namespace == "kube-system" and one.name in {"coredns", "kube-dns"}:
                yield Finding(
                    one.at("metadata", "name"), str(one), "Flux writes it, and so does Talos", SATISFIES
                )
    for release in repo.releases:
        applied = any(release.object in each.objects for each in repo.clusters)
        if applied and _charts.name_of(release) == "coredns" and release.namespace == "kube-system":
            found = "Flux installs the chart coredns"
            yield Finding(release.object.at("spec"), str(release), found, SATISFIES)


RULE = Rule(
    slug="coredns-not-by-flux",
    decision="Talos manages CoreDNS, not Flux",
    rationale=(
        "Two masters of one object undo each other. Names inside of the cluster are served before Flux runs."
    ),
    incident="coredns-two-masters",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
