"""What cert-manager (API v1) is asked for, whom it asks, and how far each certificate has got."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from probes import certificates
from probes.certificates import Certificate
from probes.jsonobjects import JsonObject, part, parts
from probes.kubestate import events

if TYPE_CHECKING:
    from probes.kubeapi import Api

_GROUP = "/apis/cert-manager.io/v1"
_ACME = "/apis/acme.cert-manager.io/v1"
_CERTIFICATE_OF = "cert-manager.io/certificate-name"
_PRESENTED = re.compile(r"Presented challenge using (\S+) challenge mechanism")


@dataclass(frozen=True, slots=True)
class Solver:
    """How an ACME issuer proves names. kind: "DNS-01 by rfc2136", "HTTP-01 by ingress"; zones: it is for these."""

    kind: str
    zones: tuple[str, ...] = ()

    @property
    def challenges(self) -> frozenset[str]:
        """The types of challenge: "DNS-01", "HTTP-01"."""
        return frozenset(each for each in ("DNS-01", "HTTP-01") if each in self.kind)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.kind} for {', '.join(self.zones) or 'any name'}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A ClusterIssuer. directory: of its ACME authority, "" if it is of another kind; reason: why it is not ready."""

    name: str
    ready: bool
    reason: str = field(default="", compare=False)
    directory: str = ""
    solvers: tuple[Solver, ...] = ()

    def __str__(self) -> str:
        """Read as a phrase."""
        state = "Ready" if self.ready else f"not Ready ({self.reason})"
        how = f", asks {self.directory}, {'; '.join(map(str, self.solvers))}" if self.directory else ""
        return f"{self.name}: {state}{how}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A Certificate object: what somebody asked for, and what has become of it.

    secret: where the certificate is kept. issuer: "KIND/NAME". revision: how often it was issued; 0 for never.
    not_after, renewal: of the last one issued, and when the next one is due, in UTC; None before the first.
    """

    namespace: str
    name: str
    secret: str
    names: tuple[str, ...]
    issuer: str
    ready: bool
    reason: str = field(default="", compare=False)
    revision: int = 0
    not_after: datetime | None = None
    renewal: datetime | None = None

    def __str__(self) -> str:
        """Read as a phrase."""
        state = "Ready" if self.ready else f"not Ready ({self.reason})"
        due = f", due {self.renewal:%Y-%m-%d %H:%M:%S}" if self.renewal else ""
        ends = f", ends {self.not_after:%Y-%m-%d %H:%M:%S}" if self.not_after else ""
        return f"{self.namespace}/{self.name} by {self.issuer}: {state}, revision {self.revision}{due}{ends}"


@dataclass(frozen=True, slots=True)
class Underway:
    """A CertificateRequest, Order or Challenge. of: the certificate, or the name that is to be proven.

    state: the Order's or Challenge's own word ("valid", "pending", "errored"); a request's condition Ready.
    kind: "CertificateRequest", "Order", or of a challenge "DNS-01", "HTTP-01".
    """

    kind: str
    namespace: str
    name: str
    of: str
    state: str
    reason: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.kind} {self.namespace}/{self.name} of {self.of}: {self.state or 'nothing yet'}{why}"


def issuers(api: Api) -> tuple[Issuer, ...]:
    """Return the ClusterIssuers, sorted by name."""
    found = api.list("the cluster's issuers", f"{_GROUP}/clusterissuers")
    return tuple(sorted(map(_issuer, found), key=lambda one: one.name))


def wanted(api: Api, namespace: str = "", selector: str = "") -> tuple[Wanted, ...]:
    """Return the Certificate objects of a namespace ("": of all), sorted; `selector` is a label selector."""
    found = api.list(
        f"the certificates of {namespace or 'all namespaces'}",
        _path(_GROUP, namespace, "certificates"),
        labelSelector=selector,
    )
    return tuple(sorted(map(_wanted, found), key=lambda one: (one.namespace, one.name)))


def underway(api: Api, namespace: str = "") -> tuple[Underway, ...]:
    """Return requests, orders and challenges of a namespace ("": of all), also those that are over, in this order."""
    return (*_requests(api, namespace), *_orders(api, namespace), *challenges(api, namespace))


def challenges(api: Api, namespace: str = "") -> tuple[Underway, ...]:
    """Return the challenges that are not over: cert-manager removes those that are."""
    where = _path(_ACME, namespace, "challenges")
    return tuple(map(_challenge, api.list("the challenges", where)))


def presented(api: Api) -> frozenset[str]:
    """Return the kinds of challenge ("DNS-01") that were presented lately, by their events (kept for an hour)."""
    said = (_PRESENTED.search(event.message) for event in events(api))
    return frozenset(match[1] for match in said if match)


def stored(api: Api, namespace: str, secret: str) -> Certificate | None:
    """Return the certificate that is kept in a Secret; None when there is none yet.

    Raises:
        CannotObserve: the API does not show it, or what is kept there is no certificate.

    """
    what = f"the certificate in Secret {namespace}/{secret}"
    found = api.get(what, f"/api/v1/namespaces/{namespace}/secrets/{secret}", optional=True) or {}
    kept = part(found, "data").get("tls.crt")
    return certificates.read(b64decode(kept), what) if kept else None


def bundle(api: Api, namespace: str, name: str, key: str) -> tuple[Certificate, ...] | None:
    """Return the authorities that a ConfigMap tells programs to trust; None if there is no such ConfigMap."""
    what = f"the trust bundle {namespace}/{name}"
    found = api.get(what, f"/api/v1/namespaces/{namespace}/configmaps/{name}", optional=True)
    if found is None:
        return None
    return certificates.read_all(str(part(found, "data").get(key, "")).encode(), what)


def _path(group: str, namespace: str, plural: str) -> str:
    return f"{group}/namespaces/{namespace}/{plural}" if namespace else f"{group}/{plural}"


def _ready(item: JsonObject) -> tuple[bool, str]:
    """Tell whether the condition Ready is True, and what it says."""
    for one in parts(item, "status", "conditions"):
        if one.get("type") == "Ready":
            why = ": ".join(filter(None, [one.get("reason"), one.get("message")]))
            return one.get("status") == "True", why
    return False, "no condition Ready"


def _issuer(item: JsonObject) -> Issuer:
    ready, reason = _ready(item)
    acme = part(item, "spec", "acme")
    return Issuer(
        name=part(item, "metadata")["name"],
        ready=ready,
        reason=reason,
        directory=acme.get("server", ""),
        solvers=tuple(map(_solver, parts(acme, "solvers"))),
    )


def _solver(item: JsonObject) -> Solver:
    ways = [
        f"{word} by {next(iter(part(item, key)), 'nothing')}"
        for key, word in (("dns01", "DNS-01"), ("http01", "HTTP-01"))
        if key in item
    ]
    return Solver(" and ".join(ways) or "nothing", tuple(part(item, "selector").get("dnsZones") or ()))


def _wanted(item: JsonObject) -> Wanted:
    metadata, spec, status = part(item, "metadata"), part(item, "spec"), part(item, "status")
    ready, reason = _ready(item)
    issuer = part(spec, "issuerRef")
    names = [*(spec.get("dnsNames") or ()), *(spec.get("ipAddresses") or ())]
    return Wanted(
        namespace=metadata["namespace"],
        name=metadata["name"],
        secret=spec.get("secretName", ""),
        names=tuple(names),
        issuer=f"{issuer.get('kind') or 'Issuer'}/{issuer.get('name', '')}",
        ready=ready,
        reason=reason,
        revision=status.get("revision", 0),
        not_after=_moment(status.get("notAfter")),
        renewal=_moment(status.get("renewalTime")),
    )


def _requests(api: Api, namespace: str) -> list[Underway]:
    found: list[Underway] = []
    for item in api.list("the requests", _path(_GROUP, namespace, "certificaterequests")):
        metadata = part(item, "metadata")
        ready, reason = _ready(item)
        of = part(metadata, "annotations").get(_CERTIFICATE_OF, "")
        state = "Ready" if ready else "not Ready"
        found.append(
            Underway("CertificateRequest", metadata["namespace"], metadata["name"], of, state, reason)
        )
    return found


def _orders(api: Api, namespace: str) -> list[Underway]:
    found: list[Underway] = []
    for item in api.list("the orders", _path(_ACME, namespace, "orders")):
        metadata, status = part(item, "metadata"), part(item, "status")
        of = part(metadata, "annotations").get(_CERTIFICATE_OF, "")
        state, reason = status.get("state", ""), status.get("reason", "")
        found.append(Underway("Order", metadata["namespace"], metadata["name"], of, state, reason))
    return found


def _challenge(item: JsonObject) -> Underway:
    metadata, spec, status = part(item, "metadata"), part(item, "spec"), part(item, "status")
    name = f"*.{spec.get('dnsName', '')}" if spec.get("wildcard") else spec.get("dnsName", "")
    return Underway(
        kind=spec.get("type", ""),
        namespace=metadata["namespace"],
        name=metadata["name"],
        of=name,
        state=status.get("state", ""),
        reason=status.get("reason", ""),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
