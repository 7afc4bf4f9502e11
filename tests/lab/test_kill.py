"""A build may be killed at any moment: what it leaves goes in less than half a minute, and a new one succeeds.

The moments are drawn by a seed that is printed; `CLUSTERSPEC_SEED` gives the same ones again.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from probes import kubernetes
from probes.residue import residue
from probes.vantage import NamespaceVantage
from probes.waiting import SYSTEM, Patience, eventually
from tests import kept as labs
from tests.kept import HOME, Kept

LAB = f"kill-{labs.CHECKOUT}"
STATE = HOME / LAB
SEED = int(os.environ.get("CLUSTERSPEC_SEED") or secrets.randbelow(10**6))
GONE_WITHIN = 30.0
"""Seconds that removing what is left may take."""
POLITE = 20.0
"""Seconds in which a build ends that is asked to."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a build is killed: so many seconds (drawn between the two) after a unit of it was seen to be ready."""

    after: str
    soonest: float
    latest: float

    def __str__(self) -> str:
        return f"after {self.after}" if self.after else "at once"


MOMENTS = (
    Moment("network_segments", 0.0, 1.5),  # the machines are being powered on
    Moment("machines", 0.0, 6.0),  # certificates, etcd, the API servers
    Moment("kubelet", 0.0, 8.0),  # containers are running
)


@pytest.fixture(scope="module")
def chance() -> random.Random:
    sys.stderr.write(f"\nmoments drawn with CLUSTERSPEC_SEED={SEED}\n")
    return random.Random(SEED)


@pytest.fixture(autouse=True)
def _removed() -> Iterator[None]:
    yield
    labs.down(LAB)


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_killed_build_leaves_nothing_that_cannot_be_removed(moment: Moment, chance: random.Random) -> None:
    build = _begun(moment, chance)
    build.send_signal(signal.SIGKILL)
    build.wait()
    if build.stdout is not None:
        build.stdout.close()
    assert build.returncode == -signal.SIGKILL, "it had ended before it could be killed"
    _gone()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_build_that_is_asked_to_end_does_and_leaves_nothing_either(
    how: signal.Signals, chance: random.Random
) -> None:
    build = _begun(MOMENTS[1], chance)
    begun = time.monotonic()
    build.send_signal(how)
    said = _last_words(build)
    assert build.returncode == 130, said
    assert time.monotonic() - begun < POLITE
    assert "Traceback" not in said
    _gone()


def test_two_labs_do_not_disturb_each_other(kept: Kept) -> None:
    """A second lab of the same addresses beside the first: its cluster stands, is killed whole, is gone."""
    before = _state(kept)
    build = labs.start(LAB, "up")
    eventually(
        lambda: (build.poll(), _ready()),
        lambda seen: "nodes" in seen[1],
        expected="the second lab's nodes are ready",
        patience=Patience(within=240.0, every=0.2),
        hopeless=_ended,
    )
    api = kubernetes.Api(
        STATE / "admin.kubeconfig", NamespaceVantage("the second workstation", f"{LAB}-workstation")
    )
    assert {node.name: node.ready for node in kubernetes.nodes(api)} == dict.fromkeys(before, True)
    assert kubernetes.identity(api) != kept.target().identity
    assert _state(kept) == before
    build.send_signal(signal.SIGKILL)
    build.communicate()
    _gone()
    assert _state(kept) == before
    assert dict.fromkeys(before, True) == before


def _begun(moment: Moment, chance: random.Random) -> subprocess.Popen[str]:
    """Start a build, and return when its moment has come."""
    build = labs.start(LAB, "up")
    if moment.after:
        eventually(
            lambda: (build.poll(), _ready()),
            lambda seen: moment.after in seen[1],
            expected=f"{moment.after} is ready",
            patience=Patience(within=120.0, every=0.05),
            hopeless=_ended,
        )
    delay = chance.uniform(moment.soonest, moment.latest)
    sys.stderr.write(f"killed {delay:.2f} s {moment}\n")
    SYSTEM.sleep(delay)
    assert build.poll() is None, build.communicate()[0]
    return build


def _last_words(build: subprocess.Popen[str]) -> str:
    """Return what it says until it ends; one that does not end tells where each of its threads is, and ends."""
    try:
        return build.communicate(timeout=POLITE)[0]
    except subprocess.TimeoutExpired:
        build.send_signal(signal.SIGABRT)
        return build.communicate()[0]


def _ended(seen: tuple[int | None, frozenset[str]]) -> str | None:
    return None if seen[0] is None else f"it has ended with {seen[0]}"


def _ready() -> frozenset[str]:
    """The units of the build that have become ready."""
    log = STATE / "phases.jsonl"
    complete = log.read_text().rpartition("\n")[0].splitlines() if log.exists() else []
    return frozenset(json.loads(line)["unit"] for line in complete)


def _gone() -> None:
    """Remove what is left, in time and whole. Layer 00 stays."""
    begun = time.monotonic()
    labs.down(LAB)
    seconds = time.monotonic() - begun
    found = residue(LAB, STATE)
    assert found.nothing, found
    assert seconds < GONE_WITHIN
    assert (HOME / "persistent" / LAB).is_dir()


def _state(kept: Kept) -> dict[str, bool]:
    target = kept.target()
    api = kubernetes.Api(target.kubeconfig, target.vantages["workstation"])
    return {node.name: node.ready for node in kubernetes.nodes(api)}
