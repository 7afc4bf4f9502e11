"""What was sealed for the cluster and whether it is open; the keys it opens with, and the sealing itself.

How a value is sealed is sealed-secrets' own format (its docs/developer/crypto.md): a fresh AES-256 key, RSA-OAEP
(SHA-256) around it, and AES-GCM under it. Sealing needs nothing but the certificate, and no cluster.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probes import certificates, kubeobjects
from probes.certificates import Certificate
from probes.jsonobjects import JsonObject, part, parts
from probes.outcomes import CannotObserve

if TYPE_CHECKING:
    from probes.kubeapi import Api

GROUP = "/apis/bitnami.com/v1alpha1"
CONTROLLER = "sealed-secrets-controller"
_KEYS = "sealedsecrets.bitnami.com/sealed-secrets-key=active"
_NO_KEY = "no key could decrypt secret"
"""How the controller says that a value was sealed for another key, or for another name."""
_SESSION_KEY = 32
_NONCE = bytes(12)  # the session key is used once, so its nonce need not differ


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A sealed secret. opened: its latest version was, into the Secret of its name; reason: why not.

    keys: of what is sealed in it. undecryptable: none of the controller's keys opens it, or not for this name.
    """

    namespace: str
    name: str
    keys: frozenset[str]
    opened: bool
    reason: str = ""
    undecryptable: bool = False

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.namespace}/{self.name}: " + ("open" if self.opened else f"closed ({self.reason})")


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair that the controller opens with. private: as `Certificate.public_key`, of its private half."""

    name: str
    certificate: Certificate
    private: str = field(repr=False)

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.name}: {self.certificate}, serial {self.certificate.serial}"


def sealed_secrets(api: Api, namespace: str = "", selector: str = "") -> tuple[SealedSecret, ...]:
    """Return the SealedSecrets of a namespace ("": of all), sorted; `selector` is a label selector."""
    path = f"{GROUP}/namespaces/{namespace}/sealedsecrets" if namespace else f"{GROUP}/sealedsecrets"
    what = f"the SealedSecrets of {namespace or 'all namespaces'}"
    found = map(_sealed_secret, api.list(what, path, labelSelector=selector))
    return tuple(sorted(found, key=lambda one: (one.namespace, one.name)))


def keys(api: Api, namespace: str) -> tuple[Key, ...]:
    """Return the key pairs that the controller opens with, the oldest certificate first.

    Raises:
        CannotObserve: the API does not show them, or one of them is no key pair.

    """
    what = f"the sealing keys in {namespace}"
    found = api.list(what, f"/api/v1/namespaces/{namespace}/secrets", labelSelector=_KEYS)
    return tuple(sorted(map(_key, found), key=lambda one: (one.certificate.not_before, one.name)))


def offered(api: Api, namespace: str, service: str = CONTROLLER) -> Certificate:
    """Return the certificate that the controller gives to whoever asks what to seal with.

    Raises:
        CannotObserve: it was not to be had.

    """
    what = "the certificate that the controller offers"
    found = kubeobjects.service(api, namespace, service)
    if found is None or not found.ports:
        raise CannotObserve(what, api.vantage.name, f"there is no Service {namespace}/{service} with a port")
    port = found.ports[0].name or found.ports[0].port
    path = f"/api/v1/namespaces/{namespace}/services/http:{service}:{port}/proxy/v1/cert.pem"
    reply = api.request("GET", path, what=what)
    data = getattr(reply, "data", None)
    if not isinstance(data, bytes) or not data.startswith(b"-----BEGIN CERTIFICATE"):
        said = data[:200].decode(errors="replace") if isinstance(data, bytes) else str(reply)
        raise CannotObserve(what, api.vantage.name, said)
    return certificates.read(data, what)


def seal(certificate: bytes, namespace: str, name: str, value: bytes) -> str:
    """Seal one value for the Secret of this name, and no other, with a certificate (PEM); base64.

    Raises:
        CannotObserve: there is no RSA key in the certificate.

    """
    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise CannotObserve("a sealing certificate", "this machine", str(error)) from error
    if not isinstance(public, RSAPublicKey):
        raise CannotObserve("a sealing certificate", "this machine", f"its key is {type(public).__name__}")
    session = os.urandom(_SESSION_KEY)
    sha256 = hashes.SHA256()
    around = padding.OAEP(padding.MGF1(sha256), sha256, label=f"{namespace}/{name}".encode())
    wrapped = public.encrypt(session, around)
    sealed = len(wrapped).to_bytes(2, "big") + wrapped + AESGCM(session).encrypt(_NONCE, value, None)
    return b64encode(sealed).decode()


def _sealed_secret(item: JsonObject) -> SealedSecret:
    metadata = part(item, "metadata")
    synced = next((one for one in parts(item, "status", "conditions") if one.get("type") == "Synced"), None)
    current = part(item, "status").get("observedGeneration", 0) >= metadata.get("generation", 0)
    reason = "nobody has tried yet" if synced is None else str(synced.get("message") or "")
    if synced is not None and not current:
        reason = f"its latest version has not been tried yet; {reason}"
    return SealedSecret(
        namespace=metadata["namespace"],
        name=metadata["name"],
        keys=frozenset(part(item, "spec", "encryptedData")),
        opened=synced is not None and current and synced.get("status") == "True",
        reason=reason,
        undecryptable=current and _NO_KEY in reason,
    )


def _key(item: JsonObject) -> Key:
    metadata, data = part(item, "metadata"), part(item, "data")
    origin = f"the Secret {metadata.get('namespace', '')}/{metadata['name']}"
    pair = [b64decode(data.get(key) or "") for key in ("tls.crt", "tls.key")]
    return Key(
        metadata["name"], certificates.read(pair[0], origin), certificates.public_key_of(pair[1], origin)
    )
