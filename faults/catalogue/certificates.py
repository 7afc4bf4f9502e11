"""Harm to certificates: from the wrong authority, over, or never issued."""

from __future__ import annotations

from faults import symptoms
from faults.catalogue.names import NEW_WEBSITE, OTHERWISE
from faults.fault import Fault
from faults.kinds import certificates, kubernetes, zones
from faults.kinds.together import Together

_MANAGER = "/apis/cert-manager.io/v1"
_SITES = kubernetes.beside("test-app", "cert-manager.io/v1 certificates")
_CHAIN = "website-chain-of-environment"
_ISSUED = "certificates-issued"
_VISITED = "websites-answer-visitor"
_TESTSSL = "testssl-clean"

STAGING_IN_PRODUCTION = Fault(
    slug="staging_in_production",
    kind=certificates.OtherAuthority("test-app"),
    says="the issuer asks the authority of staging, and a website shows what it got there",
    cause="profile-mixed",
    turns_red=(
        _CHAIN,
        "staging-never-as-production",
        "staging-root-trusted-inside-only",
        "issuer-asks-environment",
        NEW_WEBSITE,
        _VISITED,
    ),
    may_turn=OTHERWISE,
    shows=symptoms.chain("test-app", by="staging"),
    alone=True,
)
CERTIFICATE_EXPIRED = Fault(
    slug="certificate_expired",
    kind=Together(
        (
            kubernetes.scaled_down("cert-manager"),
            certificates.UntrustedCertificate("test-app", expired=True),
        )
    ),
    says="nobody has renewed a website's certificate, and it was over yesterday",
    cause="expired-certificate",
    turns_red=(
        "certificate-names-website",
        "renewal-before-expiry",
        _TESTSSL,
        _VISITED,
    ),
    may_turn=OTHERWISE,
    shows=symptoms.chain("test-app", by=""),
    alone=True,
)
ISSUER_UNKNOWN = Fault(
    slug="issuer_unknown",
    kind=kubernetes.ObjectAdded(
        _SITES,
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": "by-nobody"},
            "spec": {
                "secretName": "by-nobody",
                "dnsNames": ["by-nobody.cluster.local"],
                "issuerRef": {"name": "clusterspec-nobody", "kind": "ClusterIssuer"},
            },
        },
    ),
    says="a certificate is asked of an issuer that does not exist",
    cause="issuer-missing",
    turns_red=(_ISSUED,),
    may_turn=("renewal-before-expiry",),
)
PROVEN_BY_HTTP = Fault(
    slug="proven_by_http",
    kind=kubernetes.ObjectAdded(
        f"{_MANAGER}/clusterissuers",
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "ClusterIssuer",
            "metadata": {"name": "letsencrypt-http"},
            "spec": {
                "acme": {
                    "server": "https://acme.invalid/dir",
                    "privateKeySecretRef": {"name": "letsencrypt-http-key"},
                    "solvers": [{"http01": {"ingress": {"class": "{ingress.class_name}"}}}],
                }
            },
        },
    ),
    says="an issuer proves names by HTTP, which the VPS does not pass on",
    cause="http01-unreachable",
    turns_red=("dns01-only", _ISSUED),
)
DNS01_RECORD_LATE = Fault(
    slug="dns01_record_late",
    kind=zones.ZoneChanged(zones.KIND, ("native",), server=zones.VPS),
    says="the records that prove names to the authority do not reach the VPS",
    cause="dns01-record-late",
    turns_red=(
        "wildcard-certificate-issued",
        "due-certificate-renewed",
        NEW_WEBSITE,
    ),
    may_turn=OTHERWISE,
    alone=True,
)
