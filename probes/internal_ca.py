"""The authority of the cluster's own, which certifies what only pods speak to."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from probes.jsonobjects import part
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api

_ISSUERS = "/apis/cert-manager.io/v1/clusterissuers"


def roots(api: Api, namespace: str, issuer: str) -> bytes:
    """Return the authority's certificate, PEM, from where its issuer keeps it.

    `namespace` is cert-manager's, in which a ClusterIssuer's Secrets are. It is not taken from the Secret of
    a server's certificate: whoever puts a wrong certificate there puts its authority beside it.

    Raises:
        CannotObserve: the API does not show it, or the issuer is no authority of the cluster's own.

    """
    what = f"the authority of the issuer {issuer}"
    found = api.get(what, f"{_ISSUERS}/{issuer}") or {}
    name = part(found, "spec", "ca").get("secretName")
    if not name:
        raise CannotObserve(what, api.vantage.name, "it keeps no authority in a Secret")
    secret = api.get(what, f"/api/v1/namespaces/{namespace}/secrets/{name}") or {}
    kept = part(secret, "data").get("tls.crt")
    if not kept:
        raise CannotObserve(what, api.vantage.name, f"the Secret {namespace}/{name} has no tls.crt")
    return b64decode(kept)
