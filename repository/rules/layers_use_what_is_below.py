"""A layer uses only what the layers below it provide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from repository.reading.hcl import Block
from repository.repository import Repository
from repository.rule import Finding, Rule
from repository.rules._layers import Layer, layers, no_layers
from repository.rules._words import all_blocks, strings

OF_SERVICES = {"authentik", "gitea", "grafana", "harbor", "keycloak", "matrix", "minio", "powerdns", "vault"}
"""Providers whose API runs in the cluster, brought there by GitOps."""
OF_CLUSTER = {"flux", "helm", "kubectl", "kubernetes"}
"""Providers whose API is the cluster's."""
MAKES_CLUSTER = {"k0s", "k3d_cluster", "kind_cluster", "rke_cluster", "talos_machine_bootstrap"}
MAKES_GITOPS = re.compile(r"^(flux_bootstrap_git|argocd_.*)$")
_LAYER = re.compile(r"\.\./(\d\d)-[a-z0-9-]+")


def check(repo: Repository) -> Iterator[Finding]:
    """Providers of what comes later, and paths into later layers."""
    found = layers(repo)
    gitops = min((each.number for each in found if _makes(each, gitops=True)), default=None)
    cluster = min((each.number for each in found if _makes(each, gitops=False)), default=None)
    for layer in found:
        for block in layer.blocks:
            yield from _providers(layer, block, gitops, cluster)
            yield from _paths(layer, block)


def _makes(layer: Layer, *, gitops: bool) -> bool:
    for block in layer.blocks:
        if block.kind != "resource" or not block.labels:
            continue
        charts = str(block.body.get("chart", "")) if block.labels[0] == "helm_release" else ""
        if gitops and (
            MAKES_GITOPS.match(block.labels[0]) or charts in {"argo-cd", "flux-instance", "flux2"}
        ):
            return True
        if not gitops and block.labels[0] in MAKES_CLUSTER:
            return True
    return False


def _providers(layer: Layer, block: Block, gitops: int | None, cluster: int | None) -> Iterator[Finding]:
    if block.kind != "terraform":
        return
    for required in block.inner("required_providers"):
        for name in required.body:
            later = gitops if name in OF_SERVICES else cluster if name in OF_CLUSTER else None
            too_early = later is not None and (
                layer.number <= later if name in OF_SERVICES else layer.number < later
            )
            if too_early:
                what = "a service that GitOps brings" if name in OF_SERVICES else "the cluster's own API"
                yield Finding(
                    required.at(name),
                    f"layer {layer.name}",
                    f"it requires the provider {name} ({what}), which layer {later:02} makes possible",
                    f"no provider {name} in this layer; what needs it in a layer above {later:02}",
                )


def _paths(layer: Layer, block: Block) -> Iterator[Finding]:
    if not PurePosixPath(block.file).is_relative_to(layer.folder):
        return
    for each in all_blocks((block,)):
        for path, text in strings(each.body):
            for number in _LAYER.findall(text):
                if int(number) > layer.number:
                    found = f"it reads {text.strip()[:80]} of a layer that comes later"
                    yield Finding(
                        each.at(*path), f"layer {layer.name}", found, "only paths into layers below"
                    )


RULE = Rule(
    slug="layers-use-what-is-below",
    decision="A layer uses only what the layers below it provide",
    rationale=(
        "A provider is configured before anything of its own layer exists. A provider of Vault in the layer that "
        "brings Vault cannot be reached at the first bootstrap."
    ),
    incident="layer2-needs-vault",
    reads=("hcl",),
    applies=no_layers,
    check=check,
)
