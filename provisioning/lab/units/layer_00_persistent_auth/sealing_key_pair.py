"""The key pair that bootstrap secrets are sealed with. It outlives the cluster: that is its purpose."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from provisioning.gates import Gate
from provisioning.graph import Layer, Unit

if TYPE_CHECKING:
    from provisioning.lab.lab import Lab

_BITS = 4096
_VALID = dt.timedelta(days=365)


def start(lab: Lab) -> None:
    """Make the pair if this checkout's lab has none yet; an existing one is never touched."""
    key_file, certificate_file = lab.persistent / "sealing.key", lab.persistent / "sealing.crt"
    if key_file.exists() and certificate_file.exists():
        return
    lab.persistent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sealed-secrets")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key_file.touch(mode=0o600)
    key_file.write_bytes(secret)
    # The certificate is written last: a pair without it is an interrupted one and is made again.
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def expires(lab: Lab) -> dt.datetime:
    """Return when the certificate of the pair ends (UTC)."""
    return x509.load_pem_x509_certificate((lab.persistent / "sealing.crt").read_bytes()).not_valid_after_utc


UNIT: Unit[Lab] = Unit(
    name="sealing_key_pair",
    layer=Layer.PERSISTENT_AUTH,
    start=start,
    gate=Gate(
        observe=expires,
        until=lambda ends: ends > dt.datetime.now(dt.UTC),
        expected="the sealing certificate is valid",
        patience="file",
    ),
)
