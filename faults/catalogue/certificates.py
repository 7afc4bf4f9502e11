"""Harm to certificates: from the wrong authority, over, or never issued."""

from __future__ import annotations

from faults import symptoms
from faults.catalogue.names import NEW_WEBSITE, OTHERWISE
from faults.fault import Fault
from faults.kinds import certificates, kubernetes, zones
from faults.kinds.together import Together

_MANAGER = "/apis/cert-manager.io/v1"
_SITES = f"{_MANAGER}/namespaces/test-app/certificates"
_CHAIN = "website-chain-of-environment"
_ISSUED = "certificates-issued"
_VISITED = "websites-answer-visitor"
_TESTSSL = "testssl-clean"

STAGING_IN_PRODUCTION = Fault(
    slug="staging_in_production",
    kind=certificates.OtherAuthority(
        namespace="test-app",
        certificate="test-web-server-tls",
        bundle="cert-manager/cluster-internal-ca-bundle ca-certificates.crt",
    ),
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
    shows=symptoms.chain("test-app/test-web-server-tls", by="staging"),
    alone=True,
)
CERTIFICATE_EXPIRED = Fault(
    slug="certificate_expired",
    kind=Together(
        (
            kubernetes.ObjectChanged(
                "/apis/apps/v1/namespaces/cert-manager/deployments/cert-manager", {"spec": {"replicas": 0}}
            ),
            certificates.UntrustedCertificate(
                namespace="test-app", certificate="test-web-server-tls", expired=True
            ),
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
    shows=symptoms.chain("test-app/test-web-server-tls", by=""),
    alone=True,
)
ISSUER_UNKNOWN = Fault(
    slug="issuer_unknown",
    kind=kubernetes.ObjectCreated(
        _SITES,
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": "by-nobody"},
            "spec": {
                "secretName": "by-nobody",
                "dnsNames": ["by-nobody.cluster.local"],
                "issuerRef": {"name": "letsencrypt", "kind": "ClusterIssuer"},
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
    kind=kubernetes.ObjectCreated(
        f"{_MANAGER}/clusterissuers",
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "ClusterIssuer",
            "metadata": {"name": "letsencrypt-http"},
            "spec": {
                "acme": {
                    "server": "https://acme.invalid/dir",
                    "privateKeySecretRef": {"name": "letsencrypt-http-key"},
                    "solvers": [{"http01": {"ingress": {"class": "nginx"}}}],
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
    kind=zones.ZoneKindChanged(zones.VPS, "native"),
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
