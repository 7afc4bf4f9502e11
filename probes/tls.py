"""What a server proves about itself in a TLS handshake."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from cryptography import x509

from probes.certificates import alternative_names
from probes.outcomes import NetworkFailure, Untrusted, classify

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage


@dataclass(frozen=True, slots=True)
class Handshake:
    """A handshake that came about, and the certificates the server sent.

    fingerprints: SHA-256 of the sent certificates, the server's own first, in lower-case hex.
    serial: number of the server's own certificate, in lower-case hex.
    chain: the sent certificates in DER; `fingerprints` stand for them in a comparison.
    subject, issuer, sans, not_before, not_after: of the server's own certificate; names as RFC 4514 texts,
        alternative names as plain texts (DNS names and addresses), sorted; times in UTC.
    verified: the chain leads to a trusted authority, it is valid now and names the asked server.
    why_not: the reason otherwise; empty when verified.
    version: "TLSv1.3" ...
    """

    fingerprints: tuple[str, ...]
    subject: str
    issuer: str
    sans: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    verified: bool
    why_not: str = ""
    serial: str = ""
    version: str = field(default="", compare=False)
    chain: tuple[bytes, ...] = field(default=(), compare=False, repr=False)

    def covers(self, host: str) -> bool:
        """Tell whether the certificate names this host, itself or by a wildcard for its first label (RFC 6125)."""
        wildcard = f"*.{host.partition('.')[2]}"
        return any(name.lower() in {host.lower(), wildcard.lower()} for name in self.sans)

    def __str__(self) -> str:
        """Read as a line."""
        trust = "verified" if self.verified else f"NOT trusted ({self.why_not})"
        names = ", ".join(self.sans) or "no names"
        until = f"{self.not_after:%Y-%m-%d %H:%M} UTC"
        return f"{self.subject} for {names}, by {self.issuer}, until {until}, {trust}"


def handshake(
    vantage: Vantage,
    host: str,
    port: int,
    server_name: str | None,
    ca: Path | None = None,
    *,
    timeout: float = 5.0,
) -> Handshake | NetworkFailure:
    """Shake hands and say what was shown; about 4 x `timeout` seconds at most.

    A certificate that is not trusted is no failure here: it is looked at in a second handshake that does not
    check, and `verified` is False. (Behind a load balancer the two may meet different servers.)

    Args:
        vantage: where from.
        host: address to connect to.
        port: port to connect to.
        server_name: asked for by SNI, and checked against the certificate; None asks for no name and checks none.
        ca: PEM file of the authorities to trust; None for the system's.
        timeout: seconds for a connection, and again for a handshake.

    """
    checking = ssl.create_default_context(cafile=None if ca is None else str(ca))
    checking.check_hostname = server_name is not None

    def shake(context: ssl.SSLContext) -> tuple[list[bytes], str] | NetworkFailure:
        try:
            with (
                vantage.dial(host, port, timeout=timeout) as plain,
                context.wrap_socket(plain, server_hostname=server_name) as secure,
            ):
                return _chain(secure), secure.version() or ""
        except (OSError, EOFError) as error:
            failure = classify(error, after=timeout)
            if failure is None:
                raise
            return failure

    seen = shake(checking)
    if isinstance(seen, Untrusted):
        blind = ssl.create_default_context()
        blind.check_hostname = False
        blind.verify_mode = ssl.CERT_NONE
        why_not = seen.reason
        seen = shake(blind)
        if not isinstance(seen, NetworkFailure):
            return _described(*seen, why_not)
    return seen if isinstance(seen, NetworkFailure) else _described(*seen, "")


def _chain(secure: ssl.SSLSocket) -> list[bytes]:
    """Return what the server sent, in DER."""
    if hasattr(secure, "get_unverified_chain"):  # public since Python 3.13
        return list(cast("Any", secure).get_unverified_chain())
    inner = cast("Any", secure)._sslobj  # noqa: SLF001 - before, only the inner object has it
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain()]


def _described(chain: list[bytes], version: str, why_not: str) -> Handshake:
    own = x509.load_der_x509_certificate(chain[0])
    return Handshake(
        fingerprints=tuple(hashlib.sha256(one).hexdigest() for one in chain),
        subject=own.subject.rfc4514_string(),
        issuer=own.issuer.rfc4514_string(),
        sans=alternative_names(own),
        not_before=own.not_valid_before_utc,
        not_after=own.not_valid_after_utc,
        verified=not why_not,
        why_not=why_not,
        serial=f"{own.serial_number:x}",
        version=version,
        chain=tuple(chain),
    )
