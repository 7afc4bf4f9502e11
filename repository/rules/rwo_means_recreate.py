"""One replica with a volume of its own is replaced by Recreate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from repository.reading.helm import HelmRelease
from repository.repository import Repository
from repository.rule import Finding, Rule, Unsure
from repository.rules import _charts, _claims, _pods
from repository.rules._words import table
from repository.values import Object, get, maps, walk

SATISFIES = "strategy Recreate"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Where the makers of a chart document that the strategy of its Deployments is set.

    ``strategy`` is the path of the strategy; ``volume`` tells whether these values give a Deployment a volume of its
    own; ``default`` is what the chart does without the setting. Paths are those of the chart's README and values.
    """

    strategy: Path
    volume: Callable[[HelmRelease], bool]
    default: str = "RollingUpdate"


def _enabled(*path: str, default: bool) -> Callable[[HelmRelease], bool]:
    return lambda release: get(release.values, *path, "enabled", default=default) is True


KNOWN: dict[str, Known] = {
    "gitea": Known(("strategy", "type"), _enabled("persistence", default=True)),
    "grafana": Known(("deploymentStrategy", "type"), _enabled("persistence", default=False)),
    "harbor": Known(("updateStrategy", "type"), _enabled("persistence", default=True)),
    "matrix-synapse": Known(("synapse", "strategy", "type"), _enabled("persistence", default=True)),
}
GRAFANA_INSIDE = "kube-prometheus-stack"
"""A chart that carries Grafana's: the same paths, below ``grafana``."""
COMMON = {"app-template"}
"""Charts over bjw-s' common library: ``controllers.NAME.strategy``, Recreate if it does not say."""
NO_DEPLOYMENT_WITH_VOLUME = {
    "authentik",
    "cert-manager",
    "cert-manager-webhook-pdns",
    "cilium",
    "cloudnative-pg",
    "coredns",
    "external-dns",
    "external-secrets",
    "flux-instance",
    "flux-operator",
    "ingress-nginx",
    "kagent-crds",
    "longhorn",
    "loki-stack",
    "metallb",
    "metrics-server",
    "node-feature-discovery",
    "powerdns-operator",
    "prometheus-operator-crds",
    "proxmox-csi-plugin",
    "reflector",
    "reloader",
    "rook-ceph",
    "rook-ceph-cluster",
    "sealed-secrets",
    "snapshot-controller",
    "spegel",
    "tf-controller",
    "tofu-controller",
    "trust-manager",
    "vault-operator",
    "volsync",
}
"""Charts whose Deployments have no claim of their own: they have none, or a StatefulSet has it."""


def check(repo: Repository) -> Iterator[Finding | Unsure]:
    """Rendered Deployments, and releases of charts whose documented setting decides."""
    claims = {(each.namespace, each.name): each for each in _claims.claims(repo)}
    for one in repo.kinds("Deployment"):
        yield from _deployment(one, claims)
    for release in repo.releases:
        yield from _release(release)


def _deployment(one: Object, claims: dict[tuple[str, str], _claims.Claim]) -> Iterator[Finding | Unsure]:
    if (
        one.get("spec", "strategy", "type") == "Recreate"
        or str(one.get("spec", "replicas", default=1)) == "0"
    ):
        return
    path = (*(_pods.template(one) or ()), "spec", "volumes")
    for volume in maps(one.get(*path, default=[])):
        name = get(volume, "persistentVolumeClaim", "claimName")
        if not name:
            continue
        claim = claims.get((one.namespace, str(name)))
        place = one.at("spec", "strategy") if one.get("spec", "strategy") else one.at("spec")
        if claim is None:
            yield Unsure(
                place, str(one), f"whether its claim {name} can be mounted twice: no manifest makes it"
            )
        elif not {"ReadWriteMany", "ReadOnlyMany"} & set(claim.modes):
            strategy = one.get("spec", "strategy", "type", default="RollingUpdate")
            found = f"{strategy} with the claim {name}, which is {', '.join(claim.modes) or 'ReadWriteOnce'}"
            yield Finding(place, str(one), found, SATISFIES)


def _release(release: HelmRelease) -> Iterator[Finding | Unsure]:
    chart = _charts.name_of(release)
    if release.local:
        yield Unsure(
            release.object.at("spec"), str(release), f"the chart {release.local.folder} is not rendered here"
        )
    elif chart in KNOWN:
        yield from _known(release, KNOWN[chart])
    elif chart == GRAFANA_INSIDE:
        yield from _known(release, KNOWN["grafana"], "grafana")
    elif chart in COMMON:
        yield from _common(release)
    elif chart not in NO_DEPLOYMENT_WITH_VOLUME:
        yield Unsure(release.object.at("spec"), str(release), f"the chart {chart} is not in the repository")


def _known(release: HelmRelease, known: Known, below: str = "") -> Iterator[Finding]:
    inside = (below,) if below else ()
    if below:
        if get(release.values, below, "enabled", default=True) is False:
            return
        if get(release.values, below, "persistence", "enabled", default=False) is not True:
            return
    elif not known.volume(release):
        return
    path = (*inside, *known.strategy)
    strategy = get(release.values, *path, default=known.default)
    if strategy == "Recreate":
        return
    elsewhere = next((_dotted(at) for at, value in walk(release.values) if value == "Recreate"), "")
    ignored = f"; {elsewhere} says Recreate, which the chart ignores" if elsewhere else ""
    yield Finding(
        release.object.at("spec", "values", *path),
        str(release),
        f"the chart {_charts.name_of(release)} has a volume, and its Deployment is {strategy}{ignored}",
        f"{_dotted(path)}: Recreate",
        "ignored" if elsewhere else "",
    )


def _common(release: HelmRelease) -> Iterator[Finding]:
    controllers = table(get(release.values, "controllers"))
    own = [
        each
        for each in map(table, table(get(release.values, "persistence")).values())
        if each
        and each.get("enabled", True) is not False
        and each.get("type", "persistentVolumeClaim") == "persistentVolumeClaim"
        and str(each.get("accessMode", "ReadWriteOnce")) in {"ReadWriteOnce", "ReadWriteOncePod"}
        and "existingClaim" not in each
    ]
    for name, each in controllers.items() if own else ():
        rolling = (
            get(each, "strategy") == "RollingUpdate"
            and get(each, "type", default="deployment") == "deployment"
        )
        if rolling:
            yield Finding(
                release.object.at("spec", "values", "controllers", name, "strategy"),
                str(release),
                f"controller {name} is RollingUpdate, with a volume of its own",
                SATISFIES,
            )


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


RULE = Rule(
    slug="rwo-means-recreate",
    decision="One replica with a volume of its own is replaced by Recreate",
    rationale=(
        "RollingUpdate starts the new pod while the old one holds the volume; three applications hung. What counts is "
        "the rendered Deployment: twice the values said Recreate in a place that the chart ignores."
    ),
    incident="rwo-rolling-deadlock",
    applies=lambda repo: (
        "" if repo.releases or repo.kinds("Deployment") else "nothing here makes a Deployment"
    ),
    check=check,
)
