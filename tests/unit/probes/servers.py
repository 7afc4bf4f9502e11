"""What the servers and the network of `conftest.py` are made of."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from probes.vantage import NamespaceVantage

Talk = Callable[[socket.socket], object]


class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    """Serve in a thread; the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield int(cast("Any", server.server_address)[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class WebServer:
    """Answers from `replies`: a path (with its query) → (status, body). Unknown paths are 404."""

    replies: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Network:
    """Two hosts, `client` and `server`, on one wire; and what lies behind the server."""

    client: NamespaceVantage
    server: NamespaceVantage
    address: str = "10.99.0.2"
    dropped: str = "10.99.1.1"  # the server throws away what is for this one
    absent: str = "10.99.0.9"  # nobody has this one: a host that is powered off
    nowhere: str = "203.0.113.1"  # the client has no route to this one

    @property
    def namespaces(self) -> tuple[Path, Path]:
        return Path("/run/netns") / self.client.namespace, Path("/run/netns") / self.server.namespace


@dataclass(frozen=True)
class Authority:
    """A certificate authority made for a test."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    folder: Path
    file: Path

    @classmethod
    def made(cls, folder: Path, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} authority")])
        builder = _valid(x509.CertificateBuilder(), days=10).subject_name(subject).issuer_name(subject)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        certificate = builder.sign(key, hashes.SHA256())
        file = folder / f"{name}.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(certificate, key, folder, file)

    def server(self, *names: str, days: int = 5) -> ssl.SSLContext:
        """A server's TLS context, with a certificate for these names that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        builder = _valid(x509.CertificateBuilder(), days).subject_name(subject)
        builder = builder.issuer_name(self.certificate.subject).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_name(name) for name in names]), critical=False
        )
        own = builder.sign(self.key, hashes.SHA256())
        chain = self.folder / f"{own.serial_number}.pem"
        pem = serialization.Encoding.PEM
        pkcs8, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        chain.write_bytes(
            key.private_bytes(pem, pkcs8, clear) + own.public_bytes(pem) + self.certificate.public_bytes(pem)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context


def _valid(builder: x509.CertificateBuilder, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return builder.not_valid_before(now - timedelta(days=10)).not_valid_after(now + timedelta(days=days))


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
