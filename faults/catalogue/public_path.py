"""Harm to the way that a visitor takes: the VPS' proxy, and the ingress controller behind it."""

from __future__ import annotations

from faults import symptoms
from faults.catalogue.names import NEW_WEBSITE, OTHERWISE
from faults.fault import Fault
from faults.kinds import files, kubernetes, process

_VISITED = "websites-answer-visitor"
_SAME = "vps-same-certificate"
_OWN_SITES = "vps-own-sites"


def _proxy(*changes: tuple[str, str]) -> files.FileChanged:
    return files.FileChanged(
        on="vps", paths=("/etc/nginx/nginx.conf",), changes=changes, restarts="{vps.proxy}"
    )


SNI_TERMINATED_AT_VPS = Fault(
    slug="sni_terminated_at_vps",
    kind=_proxy((r"\.{cluster.domain} cluster;", ".{cluster.domain} own_sites;")),
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
    turns_red=("vps-answers-itself", _OWN_SITES),
    shows=symptoms.passed_on(),
    alone=True,
)
VPS_PROXY_STOPPED = Fault(
    slug="vps_proxy_stopped",
    kind=process.ProgramInterrupted("{vps.proxy}", on="vps"),
    says="the proxy on the VPS does not run",
    cause="vps-proxy-down",
    turns_red=(_VISITED, _SAME, _OWN_SITES, NEW_WEBSITE, "networking/vps_proxy_resilience"),
    may_turn=OTHERWISE,
    alone=True,
)
HTTP_PASSED_ON = Fault(
    slug="http_passed_on",
    kind=_proxy(
        (
            r'return 404 "no site of this machine is served without TLS\\n";',
            "location / { proxy_set_header Host $host; proxy_pass http://{vips.ingress}; }",
        )
    ),
    says="the VPS passes plain HTTP on to the cluster",
    cause="http-passed-on",
    turns_red=("vps-http-not-forwarded",),
)
INGRESS_ABSENT = Fault(
    slug="ingress_absent",
    kind=kubernetes.scaled_down("ingress"),
    says="the ingress controller has no pod",
    cause="ingress-down",
    turns_red=(
        "ingress-replicas-spread",
        "ingress-answers-at-vip",
        "ingress-unknown-host",
        "ingress-http-redirect",
        _VISITED,
        _SAME,
        NEW_WEBSITE,
    ),
    may_turn=OTHERWISE,
    shows=symptoms.gone("ingress"),
    alone=True,
)
INGRESS_CLASS_NOT_DEFAULT = Fault(
    slug="ingress_class_not_default",
    kind=kubernetes.ObjectChanged(
        "/apis/networking.k8s.io/v1/ingressclasses/{ingress.class_name}",
        {"metadata": {"annotations": {"ingressclass.kubernetes.io/is-default-class": "false"}}},
    ),
    says="an Ingress that names no class is nobody's",
    cause="ingress-class-not-default",
    turns_red=("ingress-class-default",),
)
