"""Harm to the way that a visitor takes: the VPS' proxy, and the ingress controller behind it."""

from __future__ import annotations

from faults.catalogue.names import NEW_WEBSITE, OTHERWISE
from faults.fault import Fault
from faults.kinds import files, kubernetes, process
from faults.symptoms import PassedOn, Pods

_VISITED = "networking/public_path: Every website of the cluster answers a visitor from the public internet"
_SAME = (
    "networking/vps_proxy: Every website shows at the VPS, byte for byte, the certificate that it shows at *"
)
_OWN_SITES = "networking/vps_proxy: The sites of the VPS' own are served by the VPS"


def _proxy(*changes: tuple[str, str]) -> files.Edited:
    return files.Edited(on="vps", path="/etc/nginx/nginx.conf", changes=changes, restarts="nginx")


SNI_TERMINATED_AT_VPS = Fault(
    slug="sni_terminated_at_vps",
    kind=_proxy((r"\.{domain} cluster;", ".{domain} own_sites;")),
    says="the VPS opens the TLS of the cluster's websites itself",
    cause="sni-terminated-at-vps",
    turns_red=(_SAME, _VISITED, NEW_WEBSITE),
    may_turn=OTHERWISE,
    alone=True,
)
UNKNOWN_NAMES_PASSED_ON = Fault(
    slug="unknown_names_passed_on",
    kind=_proxy((r"default own_sites;", "default cluster;")),
    says="the VPS passes on to the cluster whatever it does not know",
    cause="unknown-sni-leaks",
    turns_red=("networking/vps_proxy: The VPS answers * itself", _OWN_SITES),
    shows=PassedOn(),
    alone=True,
)
VPS_PROXY_STOPPED = Fault(
    slug="vps_proxy_stopped",
    kind=process.Stopped("nginx", on="vps"),
    says="the proxy on the VPS does not run",
    cause="vps-proxy-down",
    turns_red=(_VISITED, _SAME, _OWN_SITES, NEW_WEBSITE, "networking/vps_proxy_resilience: *"),
    may_turn=OTHERWISE,
    alone=True,
)
HTTP_PASSED_ON = Fault(
    slug="http_passed_on",
    kind=_proxy(
        (
            r'return 404 "no site of this machine is served without TLS\\n";',
            "location / { proxy_set_header Host $host; proxy_pass http://{ingress}; }",
        )
    ),
    says="the VPS passes plain HTTP on to the cluster",
    cause="http-passed-on",
    turns_red=("networking/vps_proxy: Plain HTTP does not reach the cluster",),
)
INGRESS_ABSENT = Fault(
    slug="ingress_absent",
    kind=kubernetes.Patched(
        "/apis/apps/v1/namespaces/ingress-system/deployments/ingress-nginx-controller",
        {"spec": {"replicas": 0}},
    ),
    says="the ingress controller has no pod",
    cause="ingress-down",
    turns_red=(
        "networking/ingress: Two replicas run on different nodes",
        "networking/ingress: From * the ingress controller answers at the ingress VIP",
        "networking/ingress: No website's certificate is shown for an unknown name",
        "networking/ingress: Plain HTTP is sent on to HTTPS",
        _VISITED,
        _SAME,
        NEW_WEBSITE,
    ),
    may_turn=OTHERWISE,
    shows=Pods("Deployment", "ingress-system", "ingress-nginx-controller", 0),
    alone=True,
)
INGRESS_CLASS_NOT_DEFAULT = Fault(
    slug="ingress_class_not_default",
    kind=kubernetes.Patched(
        "/apis/networking.k8s.io/v1/ingressclasses/nginx",
        {"metadata": {"annotations": {"ingressclass.kubernetes.io/is-default-class": "false"}}},
    ),
    says="an Ingress that names no class is nobody's",
    cause="ingress-class-not-default",
    turns_red=("networking/ingress: The inventory's ingress class is the default, and the only default",),
)
