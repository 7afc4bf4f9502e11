"""The kinds of value that an inventory may hold, as annotations for pydantic.

The description of each completes "allowed: …" in an error, and is in the reference and in the schema.
"""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, cast
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_LONGEST_NAME = 253  # RFC 1035, without the root's dot
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


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


def _wrong(*, found: str = "", allowed: str = "") -> PydanticCustomError:
    """An error that says more than the value, or more than its kind."""
    return PydanticCustomError("wrong", "not allowed", {"found": found, "allowed": allowed})


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError
    return raw


def _network(raw: object) -> IPv4Network:
    text = _text(raw)
    if "/" not in text:
        raise ValueError
    network = IPv4Network(text, strict=False)
    if text != str(network):
        raise _wrong(allowed=f'the network itself, without host bits: "{network}"')
    return network


def _range(raw: object) -> AddressRange:
    first, dash, last = _text(raw).partition("-")
    if not dash:
        network = _network(raw)
        return AddressRange(network[0], network[-1], str(network))
    ends = AddressRange(IPv4Address(first.strip()), IPv4Address(last.strip()), _text(raw))
    if ends.first > ends.last:
        raise _wrong(allowed=f'the lower address first: "{ends.last}-{ends.first}"')
    return ends


def _url(text: str) -> str:
    parts = urlsplit(text)
    # A user's name in an address stands before a secret more often than not.
    if parts.scheme != "https" or not parts.hostname or parts.port == 0 or "@" in parts.netloc:
        raise ValueError
    return text


def _uuid(text: str) -> str:
    parsed = str(uuid.UUID(text))
    if parsed != text:
        raise _wrong(allowed=f'the usual form: "{parsed}"')
    return text


def _duration(raw: object) -> float:
    match = _DURATION.fullmatch(_text(raw))
    if match is None:
        raise ValueError
    return float(match[1]) * _UNIT_SECONDS[match[2]]


def _above_zero(seconds: float) -> float:
    if not seconds:
        raise ValueError
    return seconds


def _emit_duration(seconds: float) -> str:
    # Through Decimal, because repr() of a small float has an exponent, which no duration has.
    return f"{Decimal(repr(seconds)).normalize():f}s"


def _placed(path: Path, info: ValidationInfo) -> Path:
    return cast("Path", info.context) / path.expanduser()


def _file(path: Path, info: ValidationInfo) -> Path:
    path = _placed(path, info)
    if path.is_file() and os.access(path, os.R_OK):
        return path
    raise _wrong(found=f'"{path}", which is no file that can be read')


def _folder(path: Path, info: ValidationInfo) -> Path:
    path = _placed(path, info)
    if path.is_dir():
        return path
    raise _wrong(found=f'"{path}", which is none')


_SECONDS = PlainValidator(_duration, json_schema_input_type=str)
_WRITTEN = PlainSerializer(_emit_duration)
_PATH = "a path, relative to the inventory's folder, of a"

Text = Annotated[str, Field(strict=True, pattern=r"\S", description="a string that is not empty")]
Flag = Annotated[bool, Field(strict=True, description="true or false")]
Count = Annotated[int, Field(strict=True, ge=0, description="a whole number, 0 or more")]
_LABELS = "a lower-case name of letters, digits and hyphens"
Label = Annotated[str, Field(strict=True, pattern=f"^{_LABEL}$", description=_LABELS)]
_NAME = 'a lower-case DNS name, for example "git.example.org"'
_NAMES = rf"^{_LABEL}(\.{_LABEL})*$"
Domain = Annotated[str, Field(strict=True, pattern=_NAMES, max_length=_LONGEST_NAME, description=_NAME)]
_PAIR = 'a namespace and a name in it, for example "kube-system/etcd-snapshot"'
Namespaced = Annotated[str, Field(strict=True, pattern=f"^{_LABEL}/{_LABEL}$", description=_PAIR)]
_VERSION = r"^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$"
_RELEASE = 'a Kubernetes version, for example "v1.36.3"'
Version = Annotated[str, Field(strict=True, pattern=_VERSION, description=_RELEASE)]
Address = Annotated[
    IPv4Address, BeforeValidator(_text), Field(description='an IPv4 address, for example "10.0.1.1"')
]
Network = Annotated[
    IPv4Network, BeforeValidator(_network), Field(description='an IPv4 network, for example "10.0.0.0/16"')
]
Range = Annotated[
    AddressRange,
    PlainValidator(_range, json_schema_input_type=str),
    PlainSerializer(str),
    Field(description='an IPv4 network or range: "10.0.3.2/32" or "10.0.3.4-10.0.3.20"'),
]
_ABOVE_ZERO = 'a duration above zero, such as "500ms", "30s", "2m" or "1h"'
Duration = Annotated[float, _SECONDS, AfterValidator(_above_zero), _WRITTEN, Field(description=_ABOVE_ZERO)]
DurationOrNone = Annotated[
    float, _SECONDS, _WRITTEN, Field(description='a duration such as "0s", "500ms" or "30s"')
]
Url = Annotated[
    Text, AfterValidator(_url), Field(description='an address with "https://" and without a user')
]
_UUID = "a UUID, as `kubectl get namespace kube-system` shows it"
Uuid = Annotated[Text, AfterValidator(_uuid), Field(description=_UUID)]
File = Annotated[
    Path,
    BeforeValidator(_text),
    AfterValidator(_file),
    Field(description=f"{_PATH} file that can be read"),
]
Folder = Annotated[
    Path, BeforeValidator(_text), AfterValidator(_folder), Field(description=f"{_PATH} folder")
]
