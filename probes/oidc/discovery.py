"""What a provider says of itself: OpenID Connect Discovery 1.0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from probes import http
from probes.http import Response
from probes.jsonobjects import JsonObject, parsed
from probes.outcomes import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from probes.vantage import Vantage

REQUIRED = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
"""What section 3 calls REQUIRED (a token endpoint, unless only the implicit flow is used)."""
ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
)
"""Those of its URLs that people, or applications in their place, go to."""
_OK = 200


@dataclass(frozen=True, slots=True)
class Discovery:
    """A discovery document. asked: the issuer that it was asked for."""

    asked: str
    document: JsonObject = field(repr=False)

    @property
    def issuer(self) -> str:
        """Who it says it is."""
        return str(self.document.get("issuer", ""))

    @property
    def missing(self) -> tuple[str, ...]:
        """What it must say and does not."""
        return tuple(name for name in REQUIRED if not self.document.get(name))

    @property
    def endpoints(self) -> Mapping[str, str]:
        """Its URLs, by their names."""
        return {name: str(self.document[name]) for name in ENDPOINTS if self.document.get(name)}

    def url(self, name: str) -> str:
        """Return one of its URLs; "" if it has none."""
        return str(self.document.get(name, ""))

    def listed(self, name: str) -> tuple[str, ...]:
        """Return a list of what it supports; empty if it does not say."""
        return tuple(str(each) for each in cast("list[object]", self.document.get(name) or []))

    def __str__(self) -> str:
        """Read as a line."""
        lacks = f"; it does not say {', '.join(self.missing)}" if self.missing else ""
        algorithms = ", ".join(self.listed("id_token_signing_alg_values_supported"))
        return f"the issuer {self.issuer or 'nobody'}, whose ID tokens are signed with {algorithms}{lacks}"


def address_of(issuer: str) -> str:
    """Return where the document of an issuer is (section 4.1)."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def discover(
    vantage: Vantage, issuer: str, roots: Path | None, *, timeout: float = 10.0
) -> Discovery | Response | NetworkFailure:
    """Ask for the document of an issuer; an answer that is none is returned as it is."""
    answer = http.get(vantage, address_of(issuer), verify=roots or True, timeout=timeout)
    if isinstance(answer, NetworkFailure):
        return answer
    document = parsed(answer.body) if answer.status == _OK else None
    return answer if document is None else Discovery(issuer, document)
