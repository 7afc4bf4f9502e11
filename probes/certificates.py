"""What a certificate in PEM says of itself, and whether a private key belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate; nothing here is secret.

    key: the kind and the length of its public key, as "RSA 4096" or "EC 256".
    fingerprint: SHA-256 of the whole certificate, in lower-case hex.
    public_key: SHA-256 of its public key (SubjectPublicKeyInfo), in lower-case hex.
    not_before, not_after: aware, UTC.
    issuer: its name as RFC 4514 text. serial: lower-case hex. sans: alternative names as plain texts, sorted.
    """

    subject: str
    key: str
    fingerprint: str
    public_key: str
    not_before: datetime
    not_after: datetime
    issuer: str = ""
    serial: str = ""
    sans: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Read as a line."""
        ends = f"{self.not_after:%Y-%m-%d}"
        return f"{self.subject or ', '.join(self.sans)}, {self.key}, valid to {ends}, SHA-256 {self.fingerprint[:16]}…"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and a private key. private: as `Certificate.public_key`, of the private key's public half."""

    certificate: Certificate
    private: str

    @property
    def whole(self) -> bool:
        """Whether the private key belongs to the certificate."""
        return self.private == self.certificate.public_key

    def __str__(self) -> str:
        return f"{self.certificate}; the private key is that of {self.private[:16]}…"


def pair(certificate: Path, key: Path) -> Pair:
    """Read a certificate and a private key from two files. Raises OSError, and as `read` and `public_key_of`."""
    return Pair(read(certificate.read_bytes(), str(certificate)), public_key_of(key.read_bytes(), str(key)))


def read(pem: bytes, origin: str) -> Certificate:
    """Read the first certificate of a PEM text; `origin` says whose it is, for the error.

    Raises:
        CannotObserve: it holds no certificate.

    """
    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        what = "a certificate"
        raise CannotObserve(what, origin, str(error)) from error
    return _described_whole(certificate)


def read_all(pem: bytes, origin: str) -> tuple[Certificate, ...]:
    """Read every certificate of a PEM text, in its order; none where the text is empty. Raises as `read`."""
    if not pem.strip():
        return ()
    try:
        return tuple(map(_described_whole, x509.load_pem_x509_certificates(pem)))
    except ValueError as error:
        what = "certificates"
        raise CannotObserve(what, origin, str(error)) from error


def alternative_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the DNS names and addresses that a certificate is for, as plain texts, sorted."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(sorted(str(name.value) for name in names))


def _described_whole(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        key=_described(certificate.public_key()),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        public_key=_digest(certificate.public_key()),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        sans=alternative_names(certificate),
    )


def public_key_of(private_pem: bytes, origin: str) -> str:
    """Return the SHA-256 of the public half of a private key, as `Certificate.public_key` has it.

    Raises:
        CannotObserve: it holds no private key that can be read without a password.

    """
    try:
        key = serialization.load_pem_private_key(private_pem, password=None)
    except (TypeError, ValueError) as error:
        what = "a private key"
        # The library's own words might quote what it read.
        raise CannotObserve(what, origin, type(error).__name__) from error
    return _digest(key.public_key())


def _described(key: object) -> str:
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {key.key_size}"
        case _:
            return type(key).__name__


def _digest(key: PublicKeyTypes) -> str:
    digest = hashes.Hash(hashes.SHA256())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    digest.update(key.public_bytes(serialization.Encoding.DER, form))
    return digest.finalize().hex()
