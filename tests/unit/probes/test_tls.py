from __future__ import annotations

import hashlib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from probes import tls
from probes.outcomes import Refused, TimedOut, TlsFailed, Truncated
from probes.vantage import LocalVantage
from tests.unit.probes.servers import Authority, Talk


def over(context: ssl.SSLContext) -> Talk:
    def talk(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)
        except OSError:
            pass  # the client did not like the certificate

    return talk


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path, "ours")


def test_describes_what_the_server_shows(
    here: LocalVantage, talking: Callable[[Talk], int], authority: Authority
) -> None:
    port = talking(over(authority.server("git.example", "www.example", "127.0.0.1")))
    seen = tls.handshake(here, "127.0.0.1", port, "git.example", authority.file)
    assert isinstance(seen, tls.Handshake)
    assert seen.verified
    assert (seen.subject, seen.issuer) == ("CN=git.example", "CN=ours authority")
    assert seen.sans == ("127.0.0.1", "git.example", "www.example")
    der = authority.certificate.public_bytes(serialization.Encoding.DER)
    assert seen.fingerprints[1] == hashlib.sha256(der).hexdigest()
    assert len(seen.fingerprints) == 2
    assert (seen.not_after - seen.not_before).days == 15
    assert seen == tls.handshake(here, "127.0.0.1", port, "git.example", authority.file)
    assert str(seen).endswith(" UTC, verified")


@pytest.mark.parametrize(
    ("name", "days", "trusted", "why_not"),
    [
        ("git.example", 5, False, "self-signed certificate in certificate chain"),
        ("git.example", -1, True, "certificate has expired"),
        ("other.example", 5, True, "Hostname mismatch, certificate is not valid for 'other.example'."),
    ],
    ids=["unknown issuer", "expired", "other name"],
)
def test_looks_at_a_certificate_that_is_not_trusted_too(
    here: LocalVantage,
    talking: Callable[[Talk], int],
    authority: Authority,
    tmp_path: Path,
    name: str,
    days: int,
    trusted: bool,  # noqa: FBT001 - a case of the table
    why_not: str,
) -> None:
    port = talking(over(authority.server("git.example", days=days)))
    ca = authority.file if trusted else Authority.made(tmp_path, "other").file
    seen = tls.handshake(here, "127.0.0.1", port, name, ca)
    assert isinstance(seen, tls.Handshake)
    assert (seen.verified, seen.why_not, seen.subject) == (False, why_not, "CN=git.example")


def test_tells_failures_apart(here: LocalVantage, talking: Callable[[Talk], int]) -> None:
    def shake(port: int) -> object:
        return tls.handshake(here, "127.0.0.1", port, "git.example", timeout=0.3)

    assert shake(1) == Refused()
    assert shake(talking(lambda connection: connection.recv(999) and connection.recv(1))) == TimedOut()
    assert shake(talking(lambda connection: connection.recv(9999))) == Truncated()
    assert isinstance(
        shake(talking(lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n"))), TlsFailed
    )
