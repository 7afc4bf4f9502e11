"""A Kustomization waits for everything or for named objects, not both."""

from __future__ import annotations

from collections.abc import Iterator

from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules import _graph


def check(repo: Repository) -> Iterator[Finding]:
    """The Kustomizations whose health checks Flux ignores, because they wait for everything."""
    for cluster in repo.clusters:
        for one in cluster.kustomizations:
            if one.wait and one.health_checks:
                count = len(one.health_checks)
                yield Finding(
                    one.object.at("spec", "healthChecks"),
                    str(one),
                    f"wait: true, and {count} health check{'s' * (count != 1)} that Flux therefore ignores",
                    "wait without healthChecks, or healthChecks without wait",
                )


RULE = Rule(
    slug="wait-or-health-checks",
    decision="A Kustomization waits for everything or for named objects, not both",
    rationale=(
        "With wait, Flux ignores the list of health checks; what is written there is believed and not done."
    ),
    incident="inert-health-checks",
    applies=lambda repo: _graph.no_cluster(repo.clusters),
    check=check,
)
