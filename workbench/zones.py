"""A zone of a scenario's own at the cluster's name server, made by PowerDNS' own API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inventory import Planned
from probes import kubernetes
from probes.kubernetes import Api
from probes.outcomes import CannotObserve
from probes.powerdns import API_PORT
from probes.transfer import Record
from probes.vantage import Vantage
from provisioning.secret import Secret
from workbench import web
from workbench.making import Named
from workbench.run import Run

CREDENTIAL = "powerdns-api"
SUFFIX = ".invalid."
"""RFC 6761: nobody will ever look for a name there."""
_TTL = 60
_SECONDS = 60.0
_OK = range(200, 300)
_ABSENT = 404
Send = Callable[[str, str, object], object]


class ScratchZone:
    """One zone. name: absolute."""

    def __init__(self, name: str, send: Send) -> None:
        self.name = name
        self._send = send

    def fill(self, count: int) -> frozenset[Record]:
        """Make it with so many records, two to a name; return them, without SOA and NS. Raises CannotObserve."""
        records = frozenset(_record(self.name, number) for number in range(count))
        sets = [_set(one) for one in sorted(records)]
        zone = {"name": self.name, "kind": "Native", "nameservers": ["ns.invalid."], "rrsets": sets}
        self._send("POST", "/zones", zone)
        return records


class Zones(Named[ScratchZone]):
    """Makes zones."""

    gone = "our own zones have gone"

    def __init__(self, vantage: Vantage, server: str, key: Secret, run: Run) -> None:
        """Nothing is asked yet. server: the address of PowerDNS' API."""
        super().__init__(run)
        self._vantage, self._key = vantage, key
        self._base = f"http://{server}:{API_PORT}/api/v1/servers/localhost"

    def make(self) -> ScratchZone:
        """Return a zone; the name server has it once it is filled."""
        return ScratchZone(f"{self._note(self.run.new_name())}{SUFFIX}", self._send)

    def _found(self) -> list[str]:
        there = self._send("GET", "/zones")
        return [name.removesuffix(SUFFIX) for each in there if (name := str(each["name"])).endswith(SUFFIX)]

    def _take_away(self, name: str) -> None:
        self._send("DELETE", f"/zones/{name}{SUFFIX}", None, _ABSENT)

    def _send(self, method: str, path: str, body: object = None, *fine: int) -> Any:
        """Return the JSON of the answer, which must be that all is well, or one of these. Raises CannotObserve."""
        key = {"X-API-Key": self._key.reveal()}
        status, said = web.ask(self._vantage, method, self._base + path, body, key, timeout=_SECONDS)
        if status not in {*_OK, *fine}:
            why = f"HTTP {status}: {str(said)[:200]}"
            raise CannotObserve(f"a zone of our own ({method} {path})", self._vantage.name, why)
        return said


def zones(inventory: Planned, api: Api, node: Vantage, key: Secret, run: Run) -> Zones:
    """Return what makes zones. Its API is asked from a node: it has no address outside. Raises CannotObserve."""
    namespace = inventory.services["powerdns"].namespace
    found = kubernetes.service(api, namespace, inventory.dns.api_service)
    if found is None:
        raise CannotObserve(
            "PowerDNS' API", api.vantage.name, f"there is no Service {namespace}/{inventory.dns.api_service}"
        )
    return Zones(node, found.cluster_ip, key, run)


def _set(one: Record) -> dict[str, Any]:
    records = [{"content": one.data, "disabled": False}]
    return {"name": one.name, "type": one.rdtype, "ttl": one.ttl, "records": records}


def _record(zone: str, number: int) -> Record:
    name = f"host-{number // 2}.{zone}"
    if number % 2:
        return Record(name, "TXT", _TTL, f'"heritage=clusterspec,number={number}"')
    return Record(name, "A", _TTL, f"198.51.100.{number // 2 % 254 + 1}")
