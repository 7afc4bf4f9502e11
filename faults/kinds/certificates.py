"""Certificates that a website should not show: from another authority, or long over."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from faults import reach
from faults.fault import Memo
from faults.kinds.kubernetes import get, send
from inventory import Acme
from probes import cert_manager, certificates, tls
from probes.tls import Handshake
from provisioning.target import Target

_NOT_FOUND = 404
_NO_ACME = "the inventory has no [acme]"
HTTPS = 443


@dataclass(frozen=True, slots=True)
class OtherAuthority:
    """The issuer asks the other environment's authority, and one website has a certificate from there.

    namespace, certificate: the website's Certificate. bundle: "NAMESPACE/NAME KEY" of the cluster's trust bundle,
    which gets the roots of staging.
    """

    namespace: str
    certificate: str
    bundle: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        acme = target.inventory.acme
        if acme is None:
            return _NO_ACME
        return None if acme.environment == "production" else "staging is in force already"

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        return {"directory": _issuer(target)["spec"]["acme"]["server"], "bundle": self._bundle(target)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        acme = _acme(target)
        _ask(target, acme.other.directory)
        roots = acme.staging.roots.read_text() if acme.staging.roots else ""
        self._trust(target, memo["bundle"] + roots)
        self._anew(target)

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        _ask(target, memo["directory"])
        self._trust(target, memo["bundle"])
        self._anew(target)

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return (
            _issuer(target)["spec"]["acme"]["server"] == memo["directory"]
            and self._bundle(target) == memo["bundle"]
            and ready(target, self.namespace, self.certificate)
            and not shows(target, self._host(target), _acme(target).other)
        )

    def _anew(self, target: Target) -> None:
        # Without its Secret cert-manager asks for another one.
        forget(target, self.namespace, _wanted(target, self.namespace, self.certificate).secret)

    def _host(self, target: Target) -> str:
        return _wanted(target, self.namespace, self.certificate).names[0]

    def _bundle(self, target: Target) -> str:
        path, key = self._place()
        return str((get(target, path) or {"data": {}})["data"].get(key, ""))

    def _trust(self, target: Target, roots: str) -> None:
        path, key = self._place()
        send(target, "PATCH", path, {"data": {key: roots}})

    def _place(self) -> tuple[str, str]:
        place, _, key = self.bundle.partition(" ")
        namespace, _, name = place.partition("/")
        return f"/api/v1/namespaces/{namespace}/configmaps/{name}", key


@dataclass(frozen=True, slots=True)
class Expired:
    """A website's Secret holds a certificate for its name that was over yesterday, and whose renewal is long overdue.

    It is by nobody in particular. cert-manager must be away meanwhile, or it puts that right at once; when it is back
    it does so.
    """

    namespace: str
    certificate: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if target.inventory.acme else _NO_ACME

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        wanted = _wanted(target, self.namespace, self.certificate)
        return {"secret": wanted.secret, "names": list(wanted.names)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        certificate, key = over(memo["names"])
        data = {"tls.crt": _encoded(certificate), "tls.key": _encoded(key)}
        send(target, "PATCH", _secret(self.namespace, memo["secret"]), {"data": data})
        path = f"/apis/cert-manager.io/v1/namespaces/{self.namespace}/certificates/{self.certificate}/status"
        send(target, "PATCH", path, {"status": {"renewalTime": LONG_AGO}})

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        if _over(target, self.namespace, memo["secret"]):
            forget(target, self.namespace, memo["secret"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`: the time of the next renewal is cert-manager's to say, and is another one then."""
        return (
            ready(target, self.namespace, self.certificate)
            and not _over(target, self.namespace, memo["secret"])
            and not self._is_overdue(target)
        )

    def _is_overdue(self, target: Target) -> bool:
        due = _wanted(target, self.namespace, self.certificate).renewal
        return due is not None and due <= datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A website's Secret holds a certificate for its name, in force, by an authority that nobody knows.

    As with ``Expired``, cert-manager must be away meanwhile; when it is back it asks for another one.
    """

    namespace: str
    certificate: str

    def available(self, target: Target) -> str | None:
        """See `Kind.available`."""
        return None if target.inventory.acme else _NO_ACME

    def before(self, target: Target) -> Memo:
        """See `Kind.before`."""
        wanted = _wanted(target, self.namespace, self.certificate)
        return {"secret": wanted.secret, "names": list(wanted.names)}

    def break_(self, target: Target, memo: Memo) -> None:
        """See `Kind.break_`."""
        certificate, key = made(memo["names"], by=STRANGER, days=90)
        data = {"tls.crt": _encoded(certificate), "tls.key": _encoded(key)}
        send(target, "PATCH", _secret(self.namespace, memo["secret"]), {"data": data})

    def mend(self, target: Target, memo: Memo) -> None:
        """See `Kind.mend`."""
        if self._is_stranger(target, memo):
            forget(target, self.namespace, memo["secret"])

    def mended(self, target: Target, memo: Memo) -> bool:
        """See `Kind.mended`."""
        return ready(target, self.namespace, self.certificate) and not self._is_stranger(target, memo)

    def _is_stranger(self, target: Target, memo: Memo) -> bool:
        found = cert_manager.stored(reach.api(target), self.namespace, memo["secret"])
        return found is not None and STRANGER in found.issuer


STRANGER = "an authority that nobody knows"
LONG_AGO = "2001-01-01T00:00:00Z"
"""When a certificate that nobody renews should have been renewed."""


def ready(target: Target, namespace: str, name: str) -> bool:
    """Tell whether a Certificate is issued, and kept in its Secret."""
    api = reach.api(target)
    found = [each for each in cert_manager.wanted(api, namespace) if each.name == name]
    return bool(found) and found[0].ready and cert_manager.stored(api, namespace, found[0].secret) is not None


def shows(target: Target, host: str, authority: Any) -> bool:
    """Tell whether a website shows, at the ingress VIP, a chain that leads to this authority."""
    vip = str(target.inventory.vips.ingress)
    seen = tls.handshake(target.vantages["workstation"], vip, HTTPS, host, authority.roots)
    return isinstance(seen, Handshake) and seen.verified


def forget(target: Target, namespace: str, secret: str) -> None:
    """Delete a Secret."""
    send(target, "DELETE", _secret(namespace, secret), None, fine=(_NOT_FOUND,))


def over(names: list[str]) -> tuple[bytes, bytes]:
    """Return a certificate for these names that was over yesterday, and its key, as PEM."""
    return made(names, by=names[0], days=-1)


def made(names: list[str], *, by: str, days: int) -> tuple[bytes, bytes]:
    """Return a certificate for these names that somebody of this name has given, for so many days yet, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=91))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), secret


def _wanted(target: Target, namespace: str, name: str) -> cert_manager.Wanted:
    return next(each for each in cert_manager.wanted(reach.api(target), namespace) if each.name == name)


def _over(target: Target, namespace: str, secret: str) -> bool:
    found: certificates.Certificate | None = cert_manager.stored(reach.api(target), namespace, secret)
    return found is not None and found.not_after < datetime.now(tz=UTC)


def _acme(target: Target) -> Acme:
    if target.inventory.acme is None:
        raise LookupError(_NO_ACME)
    return target.inventory.acme


def _issuer(target: Target) -> dict[str, Any]:
    path = _issuer_path(target)
    return dict(reach.api(target).get(path, path) or {})


def _issuer_path(target: Target) -> str:
    return f"/apis/cert-manager.io/v1/clusterissuers/{_acme(target).issuer}"


def _ask(target: Target, directory: str) -> None:
    send(target, "PATCH", _issuer_path(target), {"spec": {"acme": {"server": directory}}})


def _secret(namespace: str, name: str) -> str:
    return f"/api/v1/namespaces/{namespace}/secrets/{name}"


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
