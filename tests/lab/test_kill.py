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
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from probes import kubernetes
from probes.residue import residue
from probes.vantage import NamespaceVantage
from probes.waiting import SYSTEM, Patience, eventually
from provisioning.lab.lab import HOME
from tests import kept as labs
from tests.kept import Kept

LAB = f"kill-{labs.CHECKOUT}"
STATE = HOME / LAB
SEED = int(os.environ.get("CLUSTERSPEC_SEED") or secrets.randbelow(10**6))
GONE_WITHIN = 30.0
"""Seconds that removing what is left may take."""
POLITE = 20.0
"""Seconds in which a build ends that is asked to."""
_SETTLES = Patience(within=30.0, every=1.0)
"""How long nodes may take to be as they should."""
_LAST = 2000
"""So many of a build's last characters are told of one that a test did not end itself."""


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


@dataclass(frozen=True, slots=True)
class Build:
    """A build that was started, and the file in which is what it says."""

    process: subprocess.Popen[str]
    said: Path

    def kill(self) -> None:
        """Kill it as it stands. It must not have ended."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.returncode == -signal.SIGKILL, f"it had ended before: {self.last()}"

    def last(self) -> str:
        """The end of what it has said."""
        return self.said.read_text(errors="replace")[-_LAST:]


Start = Callable[[], Build]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a build where nothing is. Whatever becomes of the test, the build ends, and what is left goes."""
    labs.down(LAB)
    started: list[Build] = []

    def begin() -> Build:
        said = tmp_path / f"build-{len(started)}.log"
        started.append(Build(labs.start(LAB, "up", said=said), said))
        return started[-1]

    yield begin
    for build in started:
        _end(build)
    labs.down(LAB)


def _end(build: Build) -> None:
    if build.process.poll() is None:
        build.process.kill()
        build.process.wait()
        sys.stderr.write(f"a build that its test did not end had said:\n{build.last()}\n")


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_killed_build_leaves_nothing_that_cannot_be_removed(
    moment: Moment, chance: random.Random, start: Start
) -> None:
    _begun(moment, chance, start).kill()
    _gone()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_build_that_is_asked_to_end_does_and_leaves_nothing_either(
    how: signal.Signals, chance: random.Random, start: Start
) -> None:
    build = _begun(MOMENTS[1], chance, start)
    begun = time.monotonic()
    build.process.send_signal(how)
    said = _last_words(build)
    assert build.process.returncode == 130, said
    assert time.monotonic() - begun < POLITE
    assert "Traceback" not in said
    _gone()


def test_two_labs_do_not_disturb_each_other(kept: Kept, start: Start) -> None:
    """A second lab of the same addresses beside the first: its cluster stands, is killed whole, is gone."""
    before = _nodes_of(kept)
    build = start()
    _until(build, "nodes", within=240.0)
    api = kubernetes.Api(
        STATE / "admin.kubeconfig", NamespaceVantage("the second workstation", f"{LAB}-workstation")
    )
    _settle(api, before)
    first = kept.target().identity
    eventually(
        lambda: kubernetes.identity(api),
        lambda second: second != first,
        expected=f"a cluster of its own, and not {first}",
        patience=_SETTLES,
    )
    _settle(_api(kept), before)
    build.kill()
    _gone()
    _settle(_api(kept), before)


def _begun(moment: Moment, chance: random.Random, start: Start) -> Build:
    """Start a build, and return when its moment has come."""
    build = start()
    if moment.after:
        _until(build, moment.after, within=120.0)
    delay = chance.uniform(moment.soonest, moment.latest)
    sys.stderr.write(f"killed {delay:.2f} s {moment}\n")
    SYSTEM.sleep(delay)
    assert build.process.poll() is None, build.last()
    return build


def _until(build: Build, unit: str, *, within: float) -> None:
    """Wait until a unit of the build is ready."""
    eventually(
        lambda: (build.process.poll(), _ready()),
        lambda seen: unit in seen[1],
        expected=f"{unit} is ready",
        patience=Patience(within=within, every=0.05),
        hopeless=lambda seen: None if seen[0] is None else f"it has ended with {seen[0]}: {build.last()}",
    )


def _last_words(build: Build) -> str:
    """Return what it says until it ends; one that does not end tells where each of its threads is, and ends."""
    with suppress(subprocess.TimeoutExpired):
        build.process.wait(POLITE)
    if build.process.poll() is None:
        build.process.send_signal(signal.SIGABRT)
        build.process.wait()
    return build.said.read_text(errors="replace")


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


def _nodes_of(kept: Kept) -> dict[str, bool]:
    """Whether each node of the first lab is ready, once all that are there are."""
    return eventually(
        lambda: _readiness(_api(kept)),
        lambda found: bool(found) and all(found.values()),
        expected="the first lab's nodes are ready",
        patience=_SETTLES,
    )


def _settle(api: kubernetes.Api, nodes: dict[str, bool]) -> None:
    eventually(
        lambda: _readiness(api),
        lambda found: found == nodes,
        expected=f"nodes, and whether they are ready: {nodes}",
        patience=_SETTLES,
    )


def _readiness(api: kubernetes.Api) -> dict[str, bool]:
    return {node.name: node.ready for node in kubernetes.nodes(api)}


def _api(kept: Kept) -> kubernetes.Api:
    target = kept.target()
    return kubernetes.Api(target.kubeconfig, target.vantages["workstation"])
