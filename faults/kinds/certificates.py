"""Certificates that a website should not show: from another authority, or long over."""

from __future__ import annotations

import base64
from collections.abc import Iterable
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
from faults.kinds.kubernetes import NOT_FOUND, beside, get, secret_path, send
from faults.words import filled
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

    service: the website's, in the inventory. The bundle of authorities beside cert-manager gets the roots of staging.
    """

    service: str

    def _why_not(self, target: Target) -> str | None:
        acme = target.inventory.acme
        if acme is None:
            return _NO_ACME
        certificate(target, self.service)
        return None if acme.environment == "production" else "staging is in force already"

    def _read(self, target: Target, _at: str) -> Json:
        issuer = _issuer(target)
        asked = reach.api(target).get(issuer, issuer) or {}
        path, key = _bundle(target)
        roots = (get(target, path) or {"data": {}})["data"].get(key, "")
        return {"directory": asked["spec"]["acme"]["server"], "bundle": str(roots)}

    def _alter(self, target: Target, _at: str, was: Json) -> Json:
        acme = _acme(target)
        roots = acme.staging.roots.read_text() if acme.staging.roots else ""
        return {"directory": acme.other.directory, "bundle": was["bundle"] + roots}

    def _write(self, target: Target, _at: str, value: Json) -> None:
        send(target, "PATCH", _issuer(target), {"spec": {"acme": {"server": value["directory"]}}})
        path, key = _bundle(target)
        send(target, "PATCH", path, {"data": {key: value["bundle"]}})
        # Without its Secret cert-manager asks for another one.
        wanted = certificate(target, self.service)
        forget(target, secret_path(wanted.namespace, wanted.secret))

    def _settled(self, target: Target, _at: str) -> bool:
        wanted = certificate(target, self.service)
        return _is_issued(target, wanted) and not _shows_other(target, wanted.names[0])


@dataclass(frozen=True, slots=True)
class UntrustedCertificate(Harm):
    """A website's Secret holds a certificate for its name, in force, by an authority that is not trusted anywhere.

    service: the website's, in the inventory.
    expired: it is signed by its own name instead, was over yesterday, and its renewal is long overdue.
    cert-manager must be away meanwhile, or it puts that right at once; when it is back it asks for another one.
    """

    service: str
    expired: bool = False

    def _why_not(self, target: Target) -> str | None:
        certificate(target, self.service)
        return None if target.inventory.acme else _NO_ACME

    def _where(self, target: Target) -> Iterable[str]:
        wanted = certificate(target, self.service)
        return (secret_path(wanted.namespace, wanted.secret),)

    def _harm(self, target: Target, at: str, _was: None) -> None:
        wanted = certificate(target, self.service)
        names, days = list(wanted.names), -1 if self.expired else 90
        shown, key = made(names, by=names[0] if self.expired else STRANGER, days=days)
        send(target, "PATCH", at, {"data": {"tls.crt": _encoded(shown), "tls.key": _encoded(key)}})
        if self.expired:
            group = f"/apis/cert-manager.io/v1/namespaces/{wanted.namespace}/certificates"
            late = {"status": {"renewalTime": LONG_AGO}}
            send(target, "PATCH", f"{group}/{wanted.name}/status", late)

    def _undo(self, target: Target, at: str, _was: None) -> None:
        if self._is_untrusted(target):
            forget(target, at)

    def _undone(self, target: Target, _at: str, _was: None) -> bool:
        # The time of the next renewal is for cert-manager to set, and is another one then.
        wanted = certificate(target, self.service)
        overdue = self.expired and wanted.renewal is not None and wanted.renewal <= datetime.now(tz=UTC)
        return _is_issued(target, wanted) and not overdue and not self._is_untrusted(target)

    def _is_untrusted(self, target: Target) -> bool:
        wanted = certificate(target, self.service)
        found = cert_manager.stored(reach.api(target), wanted.namespace, wanted.secret)
        if found is None:
            return False
        return found.not_after < datetime.now(tz=UTC) if self.expired else STRANGER in found.issuer


def certificate(target: Target, service: str) -> cert_manager.Wanted:
    """Return what is asked for the host of a service of the inventory. Raises LookupError when nothing is."""
    namespace = filled(target, f"{{services.{service}.namespace}}")
    host = filled(target, f"{{services.{service}.host}}")
    for each in cert_manager.wanted(reach.api(target), namespace):
        if host in each.names:
            return each
    raise LookupError(f"no Certificate in {namespace} is for {host}")


def forget(target: Target, path: str) -> None:
    """Delete a Secret."""
    send(target, "DELETE", path, None, fine=(NOT_FOUND,))


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


def _is_issued(target: Target, wanted: cert_manager.Wanted) -> bool:
    stored = cert_manager.stored(reach.api(target), wanted.namespace, wanted.secret)
    return wanted.ready and stored is not None


def _bundle(target: Target) -> tuple[str, str]:
    """Return the path and the key of the authorities that programs beside cert-manager trust."""
    own = target.inventory.internal_ca
    return f"{filled(target, beside('cert-manager', 'v1 configmaps'))}/{own.bundle}", own.bundle_key


def _acme(target: Target) -> Acme:
    if target.inventory.acme is None:
        raise LookupError(_NO_ACME)
    return target.inventory.acme


def _issuer(target: Target) -> str:
    return f"/apis/cert-manager.io/v1/clusterissuers/{_acme(target).issuer}"


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
