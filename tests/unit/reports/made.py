"""A made run with every verdict, hostile strings on request, and helpers that build small runs."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reports import codec, store, text
from reports.judge import profiles
from reports.model import (
    Phase,
    Pin,
    Run,
    Scenario,
    Step,
    Verdict,
)

BEGAN = datetime(2025, 12, 10, 21, 4, 11, tzinfo=UTC)
WORKSTATION, VPS, INTERNET, POD = "the operator's workstation", "the VPS", "the public internet", "a pod"


def at(seconds: float) -> str:
    return text.timestamp(BEGAN + timedelta(seconds=seconds))


def step(said: str, verdict: Verdict = Verdict.PASS, **more: object) -> Step:
    keyword, _, rest = said.partition(" ")
    return Step(keyword=keyword, text=rest, verdict=verdict, **more)  # type: ignore[arg-type]


def scenario(name: str, verdict: Verdict = Verdict.PASS, **more: object) -> Scenario:
    """A scenario that is consistent: as many steps as its verdict needs."""
    steps = {
        Verdict.PASS: (step("Given a ground"), step("Then it holds")),
        Verdict.FAIL: (step("Given a ground"), step("Then it holds", Verdict.FAIL, error="it did not")),
        Verdict.UNKNOWN: (step("Given a ground", Verdict.UNKNOWN, error="the API is down"),),
    }
    whole: dict[str, object] = {
        "id": f"steps/made.py::{name}",
        "feature": "A made feature",
        "feature_file": "features/dns/made.feature",
        "chapter": "dns",
        "tags": ("planned",) if verdict is Verdict.PLANNED else ("conformance",),
        "steps": steps.get(verdict, ()),
        "reason": "power is needed" if verdict is Verdict.UNSUPPORTED else "",
        **more,
    }
    return Scenario(name=name, verdict=verdict, **whole)  # type: ignore[arg-type]


def pins(*scenarios: Scenario) -> dict[str, Pin]:
    """These are pinned as they are recorded."""
    expected = {Verdict.PLANNED: "planned", Verdict.UNSUPPORTED: "unsupported"}
    return {
        each.id: Pin(next(iter(profiles(each.tags)), ""), expected.get(each.verdict, "run"), each.reason)
        for each in scenarios
    }


def run(*scenarios: Scenario, **more: object) -> Run:
    """A run that came to its end, with nothing pinned."""
    whole: dict[str, object] = {
        "id": "20251210T210411Z-0001",
        "cluster": "test-cluster",
        "target": "lab",
        "started": at(0),
        "finished": at(60),
        "updated": at(60),
        "seconds": 60.0,
        **more,
    }
    return Run(scenarios=scenarios, **whole)  # type: ignore[arg-type]


def every_verdict() -> tuple[Scenario, ...]:
    return (
        scenario("holds"),
        scenario("does not hold", Verdict.FAIL),
        scenario("cannot be seen", Verdict.UNKNOWN),
        scenario("was not reached", Verdict.NOT_RUN, reason="etcd is not ready"),
        scenario("is planned", Verdict.PLANNED),
        scenario("is planned and passes", Verdict.PASS, tags=("planned",)),
        scenario("needs power", Verdict.UNSUPPORTED, tags=("conformance", "requires:power")),
    )


def picture(width: int = 640, height: int = 200) -> bytes:
    """A PNG: a plain gradient."""
    rows = b"".join(
        b"\0"
        + bytes(value for x in range(width) for value in (60 + x * 90 // width, 110 + y * 60 // height, 170))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


UNITS = (
    ("00-persistent-auth", "sealed-secrets-keypair", 0.0, 0.4),
    ("00-persistent-auth", "operator-identity", 0.0, 0.2),
    ("01-infrastructure", "network", 0.4, 1.1),
    ("01-infrastructure", "machines", 1.5, 0.9),
    ("01-infrastructure", "pki", 0.4, 2.3),
    ("01-infrastructure", "images", 0.4, 6.2),
    ("01-infrastructure", "etcd", 2.7, 3.1),
    ("01-infrastructure", "apiserver", 5.8, 7.4),
    ("01-infrastructure", "api-vip", 8.0, 5.6),
    ("01-infrastructure", "controller-manager", 13.2, 2.0),
    ("01-infrastructure", "scheduler", 13.2, 1.7),
    ("01-infrastructure", "containerd", 6.6, 3.0),
    ("01-infrastructure", "kubelet", 13.2, 8.9),
    ("01-infrastructure", "kube-proxy", 15.2, 2.2),
    ("01-infrastructure", "cni", 15.2, 6.4),
    ("02-services", "coredns", 22.1, 4.3),
    ("02-services", "metallb", 22.1, 9.6),
    ("02-services", "metrics-server", 22.1, 15.5),
)


def phases(build: str, begin: float, *, pace: float = 1.0, outcome: str = "ready") -> tuple[Phase, ...]:
    return tuple(
        Phase(layer, unit, at(begin + start * pace), seconds * pace, outcome, build=build)
        for layer, unit, start, seconds in UNITS
    )


def save(out: Path, made: Run) -> Path:
    """Put a run where ``store`` finds it."""
    folder = store.run_folder(out, made.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / store.RUN_FILE).write_text(json.dumps(codec.plain(made), ensure_ascii=True))
    return folder
