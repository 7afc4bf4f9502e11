from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from probes import zonemaster
from probes.outcomes import CannotObserve
from probes.vantage import Completed
from probes.zonemaster import Examination, Finding

ENTRIES = [
    {"level": "INFO", "module": "Basic", "tag": "B01_CHILD_FOUND", "args": {"domain": "home.example"}},
    {
        "level": "ERROR",
        "module": "Delegation",
        "tag": "DEL_NS_SAME_IP",
        "args": {"ns_ip": "192.0.2.1", "nsname_list": "ns1.home.example;ns2.home.example"},
    },
    {"level": "WARNING", "module": "Address", "tag": "NO_RESPONSE_PTR_QUERY", "args": None},
    {"level": "NOTICE", "module": "Zone", "tag": "Z01", "args": {}},
]


@dataclass
class Told:
    """A place where the program prints a text."""

    text: str
    name: str = "the public internet"
    ran: list[Sequence[str]] = field(default_factory=list[Sequence[str]])

    def run(self, argv: Sequence[str], **_options: object) -> Completed:
        self.ran.append(argv)
        return Completed(tuple(argv), 0, self.text, "")

    def dial(self, host: str, port: int, *, timeout: float = 5.0) -> socket.socket:
        raise NotImplementedError


@pytest.mark.parametrize("text", [json.dumps(ENTRIES), json.dumps({"results": ENTRIES})])
def test_keeps_what_has_weight(text: str) -> None:
    found = zonemaster.examine(Told(text), "home.example")
    assert found == Examination(
        (Finding("DEL_NS_SAME_IP", "ERROR"), Finding("NO_RESPONSE_PTR_QUERY", "WARNING"))
    )
    assert str(found).splitlines() == [
        "2 of 4 notes have weight",
        "ERROR Delegation:DEL_NS_SAME_IP (ns_ip=192.0.2.1, nsname_list=ns1.home.example;ns2.home.example)",
        "WARNING Address:NO_RESPONSE_PTR_QUERY",
    ]


def test_another_root_is_told_by_hints() -> None:
    place = Told(json.dumps(ENTRIES))
    zonemaster.examine(place, "home.example", root="192.0.2.53")
    zonemaster.examine(place, "home.example")
    assert "a.root. 3600 IN A 192.0.2.53" in place.ran[0][2]
    assert '--hints "$file" home.example' in place.ran[0][2]
    assert "--hints" not in place.ran[1][2]


@pytest.mark.parametrize("text", ["", "sh: zonemaster-cli: not found", "[]"])
def test_without_an_examination_nothing_is_known(text: str) -> None:
    with pytest.raises(CannotObserve, match="the delegation of home"):
        zonemaster.examine(Told(text), "home.example")
