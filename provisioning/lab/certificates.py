"""X.509 certificates that the lab makes itself: authorities of its own, and what they sign. Keys are P-256."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

_VALID = dt.timedelta(days=365)
_EARLIER = dt.timedelta(minutes=5)
"""A certificate is valid since a little before it was made."""


def authority(base: Path, name: str) -> None:
    """Make a certificate authority called `name` at `base`.crt and `base`.key, unless it is there."""
    if base.with_suffix(".crt").exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = {"digital_signature": True, "key_cert_sign": True, "crl_sign": True}
    builder = (
        _certificate(subject, subject, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**dict.fromkeys(_USES, False), **usage}), critical=True)
    )
    _write(base, builder.sign(key, hashes.SHA256()), key)


def sign(
    authority_at: Path, target: Path, name: str, group: str = "", *, serves: tuple[str, ...] = ()
) -> None:
    """Write `target`.crt and .key for `name` in `group`, signed by the authority at `authority_at`.crt and .key.

    With `serves` it is a serving certificate for these names and IPv4 addresses, else a client certificate.
    """
    issuer = x509.load_pem_x509_certificate(authority_at.with_suffix(".crt").read_bytes())
    signer = serialization.load_pem_private_key(authority_at.with_suffix(".key").read_bytes(), password=None)
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if group:
        names.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    use = ExtendedKeyUsageOID.SERVER_AUTH if serves else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = _certificate(x509.Name(names), issuer.subject, key).add_extension(
        x509.ExtendedKeyUsage([use]), critical=False
    )
    if serves:
        alternatives = x509.SubjectAlternativeName([_general_name(one) for one in serves])
        builder = builder.add_extension(alternatives, critical=False)
    _write(target, builder.sign(signer, hashes.SHA256()), key)  # type: ignore[arg-type]


_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _VALID)
    )


def _write(target: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".key").touch(mode=0o600)
    target.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    # Last: who finds a certificate finds its key.
    target.with_suffix(".crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
