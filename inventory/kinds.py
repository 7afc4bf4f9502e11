"""The kinds of value that an inventory may hold: how each is read, what is allowed, how it is written back.

A ``Kind`` stands in the annotation of the key that uses it (``model.py``), so that the reader, the writer
and the error text cannot disagree.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_VERSION = re.compile(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_LONGEST_NAME = 253  # RFC 1035, without the root's dot
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Wrong(Exception):
    """A value that its kind refuses; the text overrides the kind's own description of what is allowed."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value.

    ``allowed`` completes the sentence "allowed: …"; ``parse`` gets what TOML gave and raises ``Wrong``;
    ``emit`` gives back what TOML can hold, so that ``parse(emit(value)) == value``.
    """

    allowed: str
    parse: Callable[[object], T]
    emit: Callable[[T], object]


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Consecutive IPv4 addresses, both ends included; prints as it was written: a network or "first-last"."""

    first: IPv4Address
    last: IPv4Address
    written: str

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= address <= self.last

    def __str__(self) -> str:
        return self.written

    def overlaps(self, other: AddressRange) -> bool:
        """Whether at least one address is in both."""
        return self.first <= other.last and other.first <= self.last

    def within(self, network: IPv4Network) -> bool:
        """Whether every address belongs to the network."""
        return self.first in network and self.last in network


def same(value: T) -> T:
    """The value, unchanged: how a kind writes what TOML knows by itself."""
    return value


def one_of(*allowed: str) -> Kind[str]:
    """One of a few words."""

    def parse(raw: object) -> str:
        if raw not in allowed:
            raise Wrong
        return str(raw)

    return Kind(" or ".join(f'"{word}"' for word in allowed), parse, same)


def text(raw: object) -> str:
    """Parse: any non-empty string."""
    if not isinstance(raw, str) or not raw.strip():
        raise Wrong
    return raw


def _matching(pattern: re.Pattern[str]) -> Callable[[object], str]:
    def parse(raw: object) -> str:
        if pattern.fullmatch(text(raw)) is None:
            raise Wrong
        return text(raw)

    return parse


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise Wrong
    return raw


def _count(raw: object) -> int:
    # bool is an int in Python; it is not a number in an inventory.
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise Wrong
    return raw


def _schema(raw: object) -> int:
    if _count(raw) != 1:
        raise Wrong
    return 1


def _address(raw: object) -> IPv4Address:
    try:
        return IPv4Address(text(raw))
    except ValueError:
        raise Wrong from None


def _network(raw: object) -> IPv4Network:
    if "/" not in text(raw):
        raise Wrong
    try:
        loose = IPv4Network(text(raw), strict=False)
    except ValueError:
        raise Wrong from None
    if str(raw) != str(loose):
        raise Wrong(f'the network itself, without host bits: "{loose}"')
    return loose


def _range(raw: object) -> AddressRange:
    first, dash, last = text(raw).partition("-")
    if not dash:
        network = _network(raw)
        return AddressRange(network[0], network[-1], str(network))
    ends = AddressRange(_address(first.strip()), _address(last.strip()), text(raw))
    if ends.first > ends.last:
        raise Wrong(f'the lower address first: "{ends.last}-{ends.first}"')
    return ends


def _host(raw: object) -> str:
    labels = text(raw).split(".")
    if len(text(raw)) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise Wrong
    return text(raw)


def _url(raw: object) -> str:
    try:
        parts = urlsplit(text(raw))
        known = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Wrong from None
    # A user's name in an address stands before a secret more often than not.
    if not known or "@" in parts.netloc:
        raise Wrong
    return text(raw)


def _uuid(raw: object) -> str:
    try:
        parsed = str(uuid.UUID(text(raw)))
    except ValueError:
        raise Wrong from None
    if parsed != raw:
        raise Wrong(f'the usual form: "{parsed}"')
    return parsed


def _duration(raw: object) -> float:
    seconds = _any_duration(raw)
    if not seconds:
        raise Wrong
    return seconds


def _any_duration(raw: object) -> float:
    match = _DURATION.fullmatch(text(raw))
    if match is None:
        raise Wrong
    return float(match[1]) * _UNIT_SECONDS[match[2]]


def _emit_duration(seconds: float) -> str:
    # Through Decimal, because repr() of a small float has an exponent, which no duration has.
    return f"{Decimal(repr(seconds)).normalize():f}s"


def _file(raw: object) -> Path:
    return Path(text(raw)).expanduser()


FILE: Kind[Path] = Kind("a path, relative to the inventory's folder, of a file that can be read", _file, str)
FOLDER: Kind[Path] = Kind("a path, relative to the inventory's folder, of a folder", _file, str)

Address = Annotated[IPv4Address, Kind('an IPv4 address, for example "10.0.1.1"', _address, str)]
Count = Annotated[int, Kind("a whole number, 0 or more", _count, same)]
Domain = Annotated[str, Kind('a lower-case DNS name, for example "git.example.org"', _host, same)]
Duration = Annotated[
    float, Kind('a duration above zero, such as "500ms", "30s", "2m" or "1h"', _duration, _emit_duration)
]
DurationOrNone = Annotated[
    float, Kind('a duration such as "0s", "500ms" or "30s"', _any_duration, _emit_duration)
]
File = Annotated[Path, FILE]
Folder = Annotated[Path, FOLDER]
Flag = Annotated[bool, Kind("true or false", _boolean, same)]
Label = Annotated[str, Kind("a lower-case name of letters, digits and hyphens", _matching(_LABEL), same)]
Network = Annotated[IPv4Network, Kind('an IPv4 network, for example "10.0.0.0/16"', _network, str)]
Range = Annotated[
    AddressRange, Kind('an IPv4 network or range: "10.0.3.2/32" or "10.0.3.4-10.0.3.20"', _range, str)
]
Schema = Annotated[int, Kind("1, the only schema so far", _schema, same)]
Text = Annotated[str, Kind("a string that is not empty", text, same)]
Url = Annotated[str, Kind('an address with "https://" and without a user', _url, same)]
Uuid = Annotated[str, Kind("a UUID, as `kubectl get namespace kube-system` shows it", _uuid, same)]
Version = Annotated[str, Kind('a Kubernetes version, for example "v1.36.3"', _matching(_VERSION), same)]
