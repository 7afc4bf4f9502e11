"""Certificates that a website should not show: from another authority, or long over."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import NameOID

from faults import reach
from faults.kinds.base import Change, Harm
from faults.kinds.kubernetes import NOT_FOUND, get, secret_path, send
from inventory import Acme
from probes import cert_manager, tls
from probes.tls import Handshake
from provisioning.target import Target

_NO_ACME = "the inventory has no [acme]"
_HTTPS = 443
STRANGER = "an authority that nobody knows"
LONG_AGO = "2001-01-01T00:00:00Z"
"""When a certificate that nobody renews should have been renewed."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OtherAuthority(Change):
    """The issuer asks the other environment's authority, and one website has a certificate from there.

    namespace, certificate: the website's Certificate. bundle: "NAMESPACE/NAME KEY" of the cluster's trust bundle,
    which gets the roots of staging.
    """

    namespace: str
    certificate: str
    bundle: str

    def available(self, target: Target) -> str | None:
        """Say that there is no other authority to ask, or None."""
        acme = target.inventory.acme
        if acme is None:
            return _NO_ACME
        return None if acme.environment == "production" else "staging is in force already"

    def _read(self, target: Target, _at: str) -> Json:
        issuer = _issuer(target)
        asked = reach.api(target).get(issuer, issuer) or {}
        path, key = self._place()
        roots = (get(target, path) or {"data": {}})["data"].get(key, "")
        return {"directory": asked["spec"]["acme"]["server"], "bundle": str(roots)}

    def _alter(self, target: Target, _at: str, was: Json) -> Json:
        acme = _acme(target)
        roots = acme.staging.roots.read_text() if acme.staging.roots else ""
        return {"directory": acme.other.directory, "bundle": was["bundle"] + roots}

    def _write(self, target: Target, _at: str, value: Json) -> None:
        send(target, "PATCH", _issuer(target), {"spec": {"acme": {"server": value["directory"]}}})
        path, key = self._place()
        send(target, "PATCH", path, {"data": {key: value["bundle"]}})
        # Without its Secret cert-manager asks for another one.
        forget(target, self.namespace, _wanted(target, self.namespace, self.certificate).secret)

    def _settled(self, target: Target, _at: str) -> bool:
        host = _wanted(target, self.namespace, self.certificate).names[0]
        return ready(target, self.namespace, self.certificate) and not _shows_other(target, host)

    def _place(self) -> tuple[str, str]:
        place, _, key = self.bundle.partition(" ")
        namespace, _, name = place.partition("/")
        return f"/api/v1/namespaces/{namespace}/configmaps/{name}", key


@dataclass(frozen=True, slots=True)
class UntrustedCertificate(Harm):
    """A website's Secret holds a certificate for its name, in force, by an authority that is not trusted anywhere.

    expired: it is signed by its own name instead, was over yesterday, and its renewal is long overdue.
    cert-manager must be away meanwhile, or it puts that right at once; when it is back it asks for another one.
    """

    namespace: str
    certificate: str
    expired: bool = False

    def available(self, target: Target) -> str | None:
        """Say that there are no certificates, or None."""
        return None if target.inventory.acme else _NO_ACME

    def _look(self, target: Target, _at: str) -> Json:
        wanted = _wanted(target, self.namespace, self.certificate)
        return {"secret": wanted.secret, "names": list(wanted.names)}

    def _harm(self, target: Target, _at: str, was: Json) -> None:
        names, days = was["names"], -1 if self.expired else 90
        certificate, key = made(names, by=names[0] if self.expired else STRANGER, days=days)
        data = {"tls.crt": _encoded(certificate), "tls.key": _encoded(key)}
        send(target, "PATCH", secret_path(self.namespace, was["secret"]), {"data": data})
        if self.expired:
            status = (
                f"/apis/cert-manager.io/v1/namespaces/{self.namespace}/certificates/{self.certificate}/status"
            )
            send(target, "PATCH", status, {"status": {"renewalTime": LONG_AGO}})

    def _undo(self, target: Target, _at: str, was: Json) -> None:
        if self._there(target, was["secret"]):
            forget(target, self.namespace, was["secret"])

    def _undone(self, target: Target, _at: str, was: Json) -> bool:
        # The time of the next renewal is for cert-manager to set, and is another one then.
        due = _wanted(target, self.namespace, self.certificate).renewal
        overdue = self.expired and due is not None and due <= datetime.now(tz=UTC)
        issued = ready(target, self.namespace, self.certificate)
        return issued and not overdue and not self._there(target, was["secret"])

    def _there(self, target: Target, secret: str) -> bool:
        found = cert_manager.stored(reach.api(target), self.namespace, secret)
        if found is None:
            return False
        return found.not_after < datetime.now(tz=UTC) if self.expired else STRANGER in found.issuer


def ready(target: Target, namespace: str, name: str) -> bool:
    """Tell whether a Certificate is issued, and kept in its Secret."""
    api = reach.api(target)
    found = [each for each in cert_manager.wanted(api, namespace) if each.name == name]
    return bool(found) and found[0].ready and cert_manager.stored(api, namespace, found[0].secret) is not None


def forget(target: Target, namespace: str, secret: str) -> None:
    """Delete a Secret."""
    send(target, "DELETE", secret_path(namespace, secret), None, fine=(NOT_FOUND,))


def made(names: list[str], *, by: str, days: int) -> tuple[bytes, bytes]:
    """Return a certificate for these names, good for so many days yet, and its key, as PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(tz=UTC)
    begins, ends = now - timedelta(days=91), now + timedelta(days=days)
    return signed(key, names[0][:64], by=by, begins=begins, ends=ends, names=names)


def signed(
    key: CertificateIssuerPrivateKeyTypes,
    name: str,
    *,
    by: str,
    begins: datetime,
    ends: datetime,
    names: list[str] | None = None,
) -> tuple[bytes, bytes]:
    """Return a certificate that is signed with its own key, whatever issuer it names, and that key, as PEM."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        builder = builder.add_extension(alternatives, critical=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), private


def _shows_other(target: Target, host: str) -> bool:
    vip, roots = str(target.inventory.vips.ingress), _acme(target).other.roots
    found = tls.handshake(target.vantages["workstation"], vip, _HTTPS, host, roots)
    return isinstance(found, Handshake) and found.verified


def _wanted(target: Target, namespace: str, name: str) -> cert_manager.Wanted:
    return next(each for each in cert_manager.wanted(reach.api(target), namespace) if each.name == name)


def _acme(target: Target) -> Acme:
    if target.inventory.acme is None:
        raise LookupError(_NO_ACME)
    return target.inventory.acme


def _issuer(target: Target) -> str:
    return f"/apis/cert-manager.io/v1/clusterissuers/{_acme(target).issuer}"


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
