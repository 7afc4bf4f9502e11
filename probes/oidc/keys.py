"""The keys that a provider signs with (RFC 7517), and whether it was one of them that signed a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64decode

from probes import http
from probes.http import Response
from probes.jsonobjects import JsonObject, parsed, parts
from probes.outcomes import NetworkFailure

if TYPE_CHECKING:
    from pathlib import Path

    from probes.vantage import Vantage

_OK = 200
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Algorithms by which somebody who can check a signature cannot make one."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key. kid: its name in the header of a token; use: "sig", "enc" or ""."""

    kid: str
    kty: str
    alg: str
    use: str

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.kid} ({self.kty}{f' for {self.alg}' if self.alg else ''})"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a provider publishes."""

    found: tuple[Key, ...]
    document: JsonObject = field(repr=False, compare=False)

    @property
    def signing(self) -> tuple[Key, ...]:
        """Those that signatures are checked with."""
        return tuple(key for key in self.found if key.use in {"", "sig"})

    def __str__(self) -> str:
        """Read as a line."""
        return ", ".join(map(str, self.found)) or "no key at all"


@dataclass(frozen=True, slots=True)
class Signed:
    """A token, taken apart. why_not: why none of the provider's keys made its signature; "" if one did.

    Of its claims only their names are shown.
    """

    alg: str
    kid: str
    claims: Mapping[str, Any] = field(repr=False, compare=False)
    why_not: str = ""

    @property
    def verified(self) -> bool:
        """Whether a key of the provider signed it."""
        return not self.why_not

    def __str__(self) -> str:
        """Read as a line."""
        trust = f"not verified: {self.why_not}" if self.why_not else "verified"
        signer = f"signed with {self.alg or 'nothing'} by {self.kid or 'no named key'}"
        return f"{signer}, {trust}; claims {', '.join(sorted(self.claims))}"


def keys(
    vantage: Vantage, jwks_uri: str, roots: Path | None, *, timeout: float = 10.0
) -> Keys | Response | NetworkFailure:
    """Ask for the keys; an answer that is no key set is returned as it is."""
    answer = http.get(vantage, jwks_uri, verify=roots or True, timeout=timeout)
    if isinstance(answer, NetworkFailure):
        return answer
    document = parsed(answer.body) if answer.status == _OK else None
    if document is None or "keys" not in document:
        return answer
    found = tuple(
        Key(*(str(each.get(name) or "") for name in ("kid", "kty", "alg", "use")))
        for each in parts(document, "keys")
    )
    return Keys(found, document)


def verify(token: str, published: Keys) -> Signed:
    """Hold a token's signature against the keys; only algorithms that keep a signer's key to himself count."""
    header, claims = (_decoded(piece) for piece in (*token.split("."), "", "")[:2])
    read = Signed(str(header.get("alg") or ""), str(header.get("kid") or ""), claims)
    try:
        jws.deserialize_compact(token, _key_set(published), algorithms=list(ASYMMETRIC))
    except (JoseError, ValueError, TypeError) as error:
        return Signed(read.alg, read.kid, read.claims, f"{type(error).__name__}: {error}")
    return read


def _key_set(published: Keys) -> KeySet:
    signing = [each for each in parts(published.document, "keys") if each.get("use") in {None, "sig"}]
    return KeySet.import_key_set(cast("Any", {"keys": signing}))


def _decoded(piece: str) -> JsonObject:
    try:
        return parsed(urlsafe_b64decode(piece.encode())) or {}
    except ValueError:
        return {}
