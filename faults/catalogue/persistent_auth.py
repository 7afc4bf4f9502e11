"""Harm to layer 00: the key pair that bootstrap secrets are sealed with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from faults.fault import Fault
from faults.kinds.files import LAYER_00, FileMade
from provisioning.target import Target

_KEY, _CERTIFICATE = "sealing.key", "sealing.crt"
_DAYS_LEFT = 10


def _another_key(_target: Target, file: Path) -> None:
    """Write a private key that belongs to nobody's certificate; a short one, which is quickly made."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    _write(file, key)


def _ends_soon(_target: Target, file: Path) -> None:
    """Write a certificate for the same key that ends in a few days."""
    key = serialization.load_pem_private_key(file.with_name(_KEY).read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise OSError(f"{file.with_name(_KEY)} holds no RSA key")
    old = x509.load_pem_x509_certificate(file.read_bytes())
    made = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(old.not_valid_before_utc)
        .not_valid_after(datetime.now(UTC) + timedelta(days=_DAYS_LEFT))
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _write(file: Path, key: RSAPrivateKey) -> None:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret)  # over the old one, so that its rights stay as they are


SEALING_KEY_REPLACED = Fault(
    slug="sealing_key_replaced",
    kind=FileMade(LAYER_00, _KEY, _another_key),
    says="the private sealing key of layer 00 is another one than the certificate's",
    cause="sealedsecret-wrong-keypair",
    turns_red=("sealing-key-strong",),
    may_turn=("controller-has-layer-00-key",),
)
SEALING_CERTIFICATE_ENDING = Fault(
    slug="sealing_certificate_ending",
    kind=FileMade(LAYER_00, _CERTIFICATE, _ends_soon),
    says=f"the sealing certificate of layer 00 ends in {_DAYS_LEFT} days",
    cause="sealing-certificate-ending",
    turns_red=("sealing-certificate-valid",),
    # It has a serial number of its own.
    may_turn=("controller-has-layer-00-key", "controller-serves-layer-00-certificate"),
)
