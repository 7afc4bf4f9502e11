"""What is published under names: the hosts of Ingresses, and the marks by which external-dns knows its records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.ingresses import ingresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from probes.ingresses import Ingress
    from probes.kubeapi import Api
    from probes.transfer import Record

_LABEL = re.compile(r"([\w./-]+)=([^,\"]*)")
_TYPES = ("", "a-", "aaaa-", "cname-")
"""Since 0.12 external-dns puts the type before the first label of a mark; until 0.17 it wrote a plain one too."""


@dataclass(frozen=True, slots=True, order=True)
class Host:
    """A host name, and the Ingress that asks for it."""

    name: str
    namespace: str
    ingress: str

    @property
    def resource(self) -> str:
        """The Ingress as external-dns writes it into the mark."""
        return f"ingress/{self.namespace}/{self.ingress}"

    def marked_by(self, mark: Mark) -> bool:
        """Tell whether a mark is this Ingress's, for this name."""
        return mark.is_for(self.name) and mark.resource == self.resource

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.name} of Ingress {self.namespace}/{self.ingress}"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A TXT record that says whose the records of a name are. name: absolute, of the TXT record itself.

    owner: the `--txt-owner-id`. resource: as "ingress/NAMESPACE/NAME".
    """

    name: str
    owner: str
    resource: str

    def is_for(self, host: str) -> bool:
        """Tell whether it speaks of this host."""
        return self.name in {f"{kind}{host}." for kind in _TYPES}

    def __str__(self) -> str:
        """Read as a phrase."""
        return f"{self.name} belongs to {self.owner}, for {self.resource}"


def hosts(api: Api, domain: str, selector: str = "") -> tuple[Host, ...]:
    """Return every host of every Ingress that is the domain or in it, sorted. Raises CannotObserve."""
    found = {
        Host(host.lower(), one.namespace, one.name)
        for one in ingresses(api, selector=selector)
        for host in _hosts(one)
        if f".{host.lower()}".endswith(f".{domain}")
    }
    return tuple(sorted(found))


def marks(records: Iterable[Record]) -> tuple[Mark, ...]:
    """Return the marks of external-dns among the records, sorted."""
    return tuple(sorted(mark for one in records if (mark := _mark(one)) is not None))


def _hosts(ingress: Ingress) -> set[str]:
    """Return what external-dns takes: the hosts of the rules and those of the certificates."""
    return {*ingress.hosts, *ingress.tls}


def _mark(record: Record) -> Mark | None:
    if record.rdtype != "TXT":
        return None
    labels = dict(_LABEL.findall(record.data))
    if labels.get("heritage") != "external-dns":
        return None
    owner, resource = (labels.get(f"external-dns/{key}", "") for key in ("owner", "resource"))
    return Mark(record.name, owner, resource)
