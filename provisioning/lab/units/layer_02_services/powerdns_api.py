"""PowerDNS' HTTP API, for who sets the name server up. It is open to the cluster only: requests start at a node."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probes import http
from probes.kubernetes import service
from probes.outcomes import CannotObserve, NetworkFailure
from provisioning.lab.units.layer_02_services import powerdns
from provisioning.lab.units.layer_02_services.mariadb import NAMESPACE

if TYPE_CHECKING:
    from probes.vantage import Vantage
    from provisioning.lab.lab import Lab
    from provisioning.secret import Secret

_OK = range(200, 300)
_NOT_FOUND = 404
_SERVICE, _PORT = "powerdns-api", 8081


@dataclass(frozen=True, slots=True)
class PowerDns:
    """The API of one name server. Every request raises CannotObserve without an answer, OSError for a refusal."""

    vantage: Vantage
    server: str
    key: Secret

    def get(self, path: str) -> dict[str, Any] | None:
        """Return an object below the server's own, None if there is none."""
        return self._request("GET", path, None)

    def send(self, method: str, path: str, body: object) -> None:
        """Change something."""
        if self._request(method, path, body) is None:
            msg = f"PowerDNS has no {path} for {method}"
            raise OSError(msg)

    def _request(self, method: str, path: str, body: object) -> dict[str, Any] | None:
        reply = http.request(
            self.vantage,
            method,
            f"http://{self.server}:{_PORT}/api/v1/servers/localhost/{path}",
            headers={"X-API-Key": self.key.reveal(), "Content-Type": "application/json"},
            body=None if body is None else json.dumps(body).encode(),
        )
        if isinstance(reply, NetworkFailure):
            raise CannotObserve("PowerDNS' API", self.vantage.name, str(reply))
        if reply.status == _NOT_FOUND:
            return None
        if reply.status not in _OK:
            # What was sent is not repeated: it may be a key.
            msg = f"PowerDNS refused {method} {path}: {reply}"
            raise OSError(msg)
        return reply.json() if reply.body else {}


def connect(lab: Lab) -> PowerDns:
    """Return the API of the cluster's name server, as a controller reaches it. Raises CannotObserve as `Api.get`."""
    vantage, found = lab.vantage(lab.controlplanes[0].name), service(lab.api(), NAMESPACE, _SERVICE)
    if found is None:
        raise CannotObserve("PowerDNS' API", vantage.name, f"there is no Service {NAMESPACE}/{_SERVICE}")
    return PowerDns(vantage, found.cluster_ip, powerdns.api_key(lab))
