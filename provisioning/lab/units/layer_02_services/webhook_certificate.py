"""The certificate of MetalLB's webhook, made before MetalLB starts.

MetalLB would make one by itself, and then restart to get to see it: up to a minute of waiting for the kubelet
to refresh a volume, and a restart that nobody can tell from a crash. It leaves one alone that is valid.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from pathlib import Path

    from provisioning.lab.lab import Lab

AUTHORITY, ORGANISATION = "cert", "metallb"
"""What MetalLB calls its own authority; it refuses one of another name."""
SERVICE = "metallb-webhook-service.metallb-system.svc"
_VALID = dt.timedelta(days=3650)


def encoded(lab: Lab) -> dict[str, str]:
    """Return the files of the pair and its authority as a Secret has them: "ca_crt", "ca_key", "tls_crt", "tls_key"."""
    folder = lab.pki / "metallb-webhook"
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(folder)
        (folder / "complete").touch()
    files = ("ca.crt", "ca.key", "tls.crt", "tls.key")
    return {name.replace(".", "_"): base64.b64encode((folder / name).read_bytes()).decode() for name in files}


def _make(folder: Path) -> None:
    # MetalLB reads only RSA keys in the PKCS 1 format.
    authority_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    issuer = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, AUTHORITY),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, ORGANISATION),
        ]
    )
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SERVICE)])
    authority = (
        _begun(issuer, issuer, authority_key, AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _begun(subject, issuer, key, SERVICE)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    for name, signed, private in (("ca", authority, authority_key), ("tls", certificate, key)):
        (folder / f"{name}.crt").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").touch(mode=0o600)
        (folder / f"{name}.key").write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, name: str
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
