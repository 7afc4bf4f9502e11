"""What the makers of charts document: which kinds a chart defines, and how it names its workloads.

Charts are never fetched, so this is all that can be known of one that is not in the repository. Sources are the
charts' own READMEs and default values. A chart that is missing here is unknown, which is not the same as harmless.
"""

from __future__ import annotations

from collections.abc import Iterator

from repository.reading.helm import HelmRelease
from repository.repository import Repository
from repository.values import get, maps, walk

GROUPS: dict[str, tuple[str, ...]] = {
    "actions-runner-controller": ("actions.summerwind.dev",),
    "cert-manager": ("cert-manager.io", "acme.cert-manager.io"),
    "cilium": ("cilium.io",),
    "cloudnative-pg": ("postgresql.cnpg.io",),
    "dragonfly-operator": ("dragonflydb.io",),
    "eck-operator": (
        "elasticsearch.k8s.elastic.co",
        "kibana.k8s.elastic.co",
        "beat.k8s.elastic.co",
        "agent.k8s.elastic.co",
    ),
    "envoy-gateway": ("gateway.networking.k8s.io", "gateway.envoyproxy.io"),
    "external-dns": ("externaldns.k8s.io",),
    "external-secrets": ("external-secrets.io", "generators.external-secrets.io"),
    "gateway-helm": ("gateway.networking.k8s.io", "gateway.envoyproxy.io"),
    "gha-runner-scale-set-controller": ("actions.github.com",),
    "grafana-operator": ("grafana.integreatly.org",),
    "intel-device-plugins-operator": ("deviceplugin.intel.com", "fpga.intel.com"),
    "k8up": ("k8up.io",),
    "kagent-crds": ("kagent.dev",),
    "keda": ("keda.sh", "eventing.keda.sh"),
    "kube-prometheus-stack": ("monitoring.coreos.com",),
    "kyverno": ("kyverno.io", "wgpolicyk8s.io", "policies.kyverno.io"),
    "longhorn": ("longhorn.io",),
    "mariadb-operator": ("k8s.mariadb.com",),
    "mariadb-operator-crds": ("k8s.mariadb.com",),
    "metallb": ("metallb.io",),
    "minio-operator": ("minio.min.io", "sts.min.io"),
    "node-feature-discovery": ("nfd.k8s-sigs.io",),
    "open-cluster-management": ("operator.open-cluster-management.io",),
    "opentelemetry-operator": ("opentelemetry.io",),
    "powerdns-operator": ("dns.cav.enablers.ob",),
    "prometheus-operator-crds": ("monitoring.coreos.com",),
    "rook-ceph": ("ceph.rook.io", "objectbucket.io"),
    "sealed-secrets": ("bitnami.com",),
    "snapshot-controller": ("snapshot.storage.k8s.io", "groupsnapshot.storage.k8s.io"),
    "strimzi-kafka-operator": ("kafka.strimzi.io", "core.strimzi.io"),
    "system-upgrade-controller": ("upgrade.cattle.io",),
    "tempo-operator": ("tempo.grafana.com",),
    "tf-controller": ("infra.contrib.fluxcd.io",),
    "tofu-controller": ("infra.contrib.fluxcd.io",),
    "traefik": ("traefik.io", "hub.traefik.io"),
    "traefik-crds": ("traefik.io", "hub.traefik.io", "gateway.networking.k8s.io"),
    "trust-manager": ("trust.cert-manager.io",),
    "tuppr": ("tuppr.home-operations.com",),
    "vault-operator": ("vault.banzaicloud.com",),
    "victoria-metrics-k8s-stack": ("operator.victoriametrics.com",),
    "victoria-metrics-operator": ("operator.victoriametrics.com",),
    "volsync": ("volsync.backube",),
}
"""The API groups whose kinds each chart defines."""

WORKLOADS: dict[str, tuple[str, ...]] = {
    "authentik": ("Deployment -server", "Deployment -worker"),
    "cert-manager": ("Deployment ", "Deployment -cainjector", "Deployment -webhook"),
    "external-dns": ("Deployment ",),
    "external-secrets": ("Deployment ", "Deployment -cert-controller", "Deployment -webhook"),
    "gitea": ("Deployment ",),
    "ingress-nginx": ("DaemonSet -controller", "Deployment -controller", "Deployment -defaultbackend"),
    "metallb": ("Deployment -controller", "DaemonSet -speaker", "DaemonSet -frr-k8s"),
    "metrics-server": ("Deployment ",),
    "proxmox-csi-plugin": ("Deployment -controller", "DaemonSet -node"),
    "reflector": ("Deployment ",),
    "sealed-secrets": ("Deployment ",),
    "trust-manager": ("Deployment ",),
    "vault-operator": ("Deployment ",),
}
"""Kind, and what follows the full name, of each workload that a chart makes."""


def full_name(release: HelmRelease) -> str:
    """The stem of the names of a release's objects, by the convention of ``helm create``."""
    if override := get(release.values, "fullnameOverride"):
        return str(override)
    chart = str(get(release.values, "nameOverride") or base(release.chart))
    return release.release_name if chart in release.release_name else f"{release.release_name}-{chart}"


def base(chart: str) -> str:
    """The last part of a chart's address or folder, without a tag."""
    return chart.rstrip("/").rpartition("/")[2].partition(":")[0]


def name_of(release: HelmRelease) -> str:
    """The chart's own name."""
    return release.local.name if release.local else base(release.chart)


def workloads(release: HelmRelease) -> tuple[tuple[str, str], ...] | None:
    """Kind and name of each workload of a release; None when the chart is not known."""
    if (known := WORKLOADS.get(name_of(release))) is None:
        return None
    stem = full_name(release)
    pairs = (each.partition(" ") for each in known)
    return tuple((kind, stem + suffix) for kind, _, suffix in pairs)


def groups(release: HelmRelease) -> tuple[str, ...]:
    """The API groups that a release is known to define."""
    return GROUPS.get(name_of(release), ())


def beforehand(repo: Repository) -> Iterator[str]:
    """The names of the charts that something else than Flux installs: a helmfile, Ansible, Terraform.

    All of these build the cluster that Flux is then put into.
    """
    for document in repo.documents:
        if get(document.body, "apiVersion"):
            continue  # What Flux applies, or the description of a chart.
        for path, value in walk(document.body):
            if path and path[-1] in {"chart", "chart_ref"} and isinstance(value, str):
                yield base(value)
        # A release is mostly called like its chart, whose address may be put together elsewhere.
        yield from (str(each.get("name")) for each in maps(get(document.body, "releases")))
    for block in repo.blocks:
        if block.labels[:1] == ("helm_release",):
            yield base(str(block.body.get("chart", "")))
